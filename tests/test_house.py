"""The house itself: what is tracked, and that tests cannot harm the data of whoever runs them."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import Error, connection

from clearground.accounts.models import Person
from clearground.audit.models import AuditEvent
from tests.environment import DIRECTORY
from tests.source import ROOT, place, tracked


def _an_event() -> AuditEvent:
    person = Person.objects.create(login="keeper", name="Keeper")
    return AuditEvent.objects.create(
        number=1, at="2020-01-01T00:00:00Z", kind="test", subject="x", by=person, previous_hash="", hash="a"
    )


def test_tests_keep_their_data_in_a_folder_of_their_own() -> None:
    """Whoever runs the tests keeps their own register untouched."""
    assert Path(settings.DATA_DIR) == DIRECTORY.resolve()
    assert "clearground-tests-" in settings.DATA_DIR.name


def test_the_network_is_blocked() -> None:
    """A test that reaches out fails instead of depending on somebody else's machine."""
    with pytest.warns(UserWarning, match="socket"), pytest.raises(RuntimeError):
        socket.socket(socket.AF_INET)


@pytest.mark.django_db(transaction=True)
def test_a_flush_empties_guarded_tables_and_leaves_the_guards() -> None:
    """Tests with real commits start from empty tables, and what they then write is still append-only."""
    _an_event()
    call_command("flush", interactive=False, verbosity=0)
    assert AuditEvent.objects.count() == 0
    _an_event()
    with pytest.raises(Error, match="append-only"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditevent")


REGISTRIES = re.compile(r"(pypi|npmjs|pythonhosted|yarnpkg|debian)\.(org|com)|[a-z]+\.npmjs\.", re.I)
MACHINE = re.compile(r"(?<![\w.])/(work|root|home)/\w")


@pytest.mark.parametrize("forbidden", [REGISTRIES, MACHINE], ids=["registry host", "machine path"])
def test_tracked_files_name_no_registry_and_no_machine(forbidden: re.Pattern[str]) -> None:
    """Whoever clones this brings their own registries and their own folders."""
    files = tracked()
    if not files:
        pytest.skip("not a clone: git tracks nothing here")
    texts = ((path, path.read_bytes().decode("utf-8", "ignore")) for path in files if path != Path(__file__))
    assert [place(path) for path, text in texts if forbidden.search(text)] == []


def test_dependencies_are_pinned_with_hashes() -> None:
    """What is installed today is what was tried."""
    for lock in (ROOT / "requirements").glob("*.txt"):
        pins = re.findall(r"^\S+==\S+.*$", lock.read_text("utf-8"), re.M)
        assert pins, lock.name
        assert [pin for pin in pins if not pin.endswith("\\")] == [], lock.name


def test_every_dependency_says_why_it_is_there() -> None:
    """One line of reason for each, beside it."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    listed = text.split("dependencies = [", 1)[1].split("\n]", 1)[0].strip().splitlines()
    assert [line for line in listed if "#" not in line] == []


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    """No model differs from what its migrations make."""
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
