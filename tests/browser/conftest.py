"""Headless Chromium for journeys; without it they are skipped aloud, and fail where CI is set."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.screenshots import CHROMIUM, a_browser, a_server
from tests.web import conftest as _web  # noqa: F401

# Playwright runs its loop in the test's own thread, where Django would refuse the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here is marked `browser`."""
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """One Chromium for all journeys."""
    if not Path(CHROMIUM).exists():
        message = "Chromium is not installed (apt-get install chromium): the browser journeys were not run"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with a_browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def demonstration(browser) -> Iterator[str]:
    """The address of a small demonstration that a process of its own serves, with its worker."""
    with a_server(hazards=200) as address:
        yield address
