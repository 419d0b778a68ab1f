"""The stored ledger after a thousand approvals, one by one, is the ledger rebuilt from its events."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import shapely

from clearground.accounts.models import Person
from clearground.kernel.land.events import Kind
from clearground.land.actions import approve_lines, rebuild_ledger, withdraw_records
from clearground.land.lines import Line
from clearground.land.selectors import sheet, verify_ledger
from clearground.land.selectors.loading import ledger
from clearground.land.selectors.verification import face_rows
from clearground.places.selectors import frame
from tests.kernel import books

from .factories import document, register

BY = ("family", "class", "degree", "commune", "year")


@pytest.mark.slow
@pytest.mark.django_db
def test_a_thousand_approvals_leave_what_a_rebuild_gives() -> None:
    """Corrections, corrections of corrections, withdrawals, returns, tile borders: row for row."""
    person, days = register(), []
    book = books.seeded_book(7, scenes=300, sites=books.scattered_sites(7, 60))
    assert len(book.approvals) >= 1_000
    for (version,) in book.approvals:
        days.append(max((line.on for line in version[1]), default=0))
        post(person, version, date.fromordinal(max(days)))
    as_of = date(date.fromordinal(max(days)).year, 12, 31)
    kept, printed = ledger(), {basis: sheet(as_of=as_of, by=BY, basis=basis) for basis in ("happened", "approved")}
    rows = face_rows(kept.faces, kept.event_ids)
    assert len(rows) > 1_000
    assert verify_ledger() == []
    rebuild_ledger(by=person, reason="test")
    again = ledger()
    assert face_rows(again.faces, again.event_ids) == rows
    for basis, before in printed.items():
        assert before.adds_up
        assert sheet(as_of=as_of, by=BY, basis=basis).rows == before.rows


def post(person: Person, version: books.Version, on: date) -> None:
    """The version is approved, or its record withdrawn."""
    ref, lines = version
    if not lines:
        withdraw_records(refs=[ref], on=on, by=person, reason="test")
        return
    approve_lines(
        lines=[plain(ref, line) for line in lines], document=document(person), on=on, by=person, reason="test"
    )


def plain(ref: str, line: books.Line) -> Line:
    """A line of a book in the words of the register: longitude, latitude, and its own class lists."""
    families = tuple((family, code and code.removesuffix("-weak")) for family, code in line.families)
    is_placed = line.land is not None and not line.land.is_empty
    shape = frame().to_lonlat(np.array([line.land], dtype=object))[0] if is_placed else None
    assert shape is None or not shapely.is_empty(shape)
    return Line(
        ref=ref, kind=Kind(line.kind), on=date.fromordinal(line.on), families=families, line=line.number, shape=shape,
        stated_m2=line.stated_m2,
    )  # fmt: skip
