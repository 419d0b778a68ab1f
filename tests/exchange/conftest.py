"""The invented country, for tests that need one; and files read without a process of their own."""

from __future__ import annotations

import pytest

from clearground.exchange import intake
from clearground.places.models import Country

from . import making


@pytest.fixture
def karsova(db: None) -> Country:
    """The invented country is there."""
    return making.country()


@pytest.fixture
def limited_process() -> None:
    """The test reads files as users do, each in a limited process, which takes a second."""


@pytest.fixture(autouse=True)
def _read_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "limited_process" not in request.fixturenames:
        monkeypatch.setattr(intake, "read_file", making.read_here)
