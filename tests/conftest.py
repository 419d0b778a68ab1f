"""What all tests share: loopback for browser journeys only, one language, a flush that append-only tables survive."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseOperations
from django.utils import translation
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ["127.0.0.1", "::1", "localhost"]

settings.register_profile(
    "clearground",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("clearground")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that talk to a live server on this machine may use loopback, and nothing beyond it."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if item.get_closest_marker("browser") or "live_server" in fixtures:
            item.add_marker(pytest.mark.allow_hosts(LOOPBACK))


def _flush_without_guards(flush: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """A flush that lifts the append-only triggers of SQLite and puts them back, in its one transaction."""

    def flushed(self: DatabaseOperations, style: Any, tables: list[str], **options: Any) -> list[str]:
        statements = flush(self, style, tables, **options)
        if not statements:
            return statements
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%is append-only%'")
            guards = cursor.fetchall()
        return [f'DROP TRIGGER "{name}"' for name, _ in guards] + statements + [sql for _, sql in guards]

    return flushed


@pytest.fixture(scope="session", autouse=True)
def _flushing_past_append_only() -> Iterator[None]:
    """Tests with real commits (`transaction=True`) start from empty tables, guarded ones included."""
    original = DatabaseOperations.sql_flush
    DatabaseOperations.sql_flush = _flush_without_guards(original)  # type: ignore[method-assign]
    yield
    DatabaseOperations.sql_flush = original  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database of the tests; sessions that threads of a live server have left open end before it is dropped."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def _spoken_as_set() -> None:
    """A page that one test read in Khmer leaves no language to the next."""
    translation.deactivate()


@pytest.fixture
def shared_data() -> Path:
    """The folder of real input that is never committed; the test is skipped, saying so, where there is none."""
    folder = Path(os.environ.get("CLEARGROUND_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real input: CLEARGROUND_SHARED_DATA is not set and {folder.name} is not beside the repository")
    return folder
