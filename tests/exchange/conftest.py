"""The invented country, for tests that need one; and files read without a process of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from clearground.exchange import intake
from clearground.exchange.reading import Confinement, Reading, ReadOptions
from clearground.exchange.reading.formats import open_source
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
        monkeypatch.setattr(intake, "read_file", read_here)


def read_here(path: Path, *, layer: str | None = None, options: ReadOptions | None = None) -> Reading:
    """The same readers, in this process."""
    source = open_source(path, layer, options or ReadOptions())
    rows = list(source.rows)
    return Reading(
        format=source.format,
        layer=source.layer,
        columns=tuple(source.columns),
        crs=source.crs,
        total_rows=len(rows),
        findings=tuple(source.findings),
        confinement=Confinement(system="here"),
        replay=lambda: iter(rows),
    )
