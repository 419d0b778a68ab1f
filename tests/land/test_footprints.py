"""Families lie on the same ground: books apart, ground once."""

from __future__ import annotations

from datetime import date

import pytest

from clearground.kernel.land.events import Kind
from clearground.land.actions import approve_lines
from clearground.land.selectors import sheet
from clearground.land.selectors.footprints import open_ground

from .factories import document, line, register, square

pytestmark = pytest.mark.django_db
AS_OF = date(2020, 12, 31)


def test_ground_open_in_two_families_is_booked_twice_and_counted_once() -> None:
    """The sheet never adds families up, whatever it is asked by; the footprint is the ground itself."""
    person = register()
    both = (("mines", "A1"), ("erw", "ERW"))
    said = line("H", Kind.RECORD, "2010-01-01", square(-1, 0, 2), families=both)
    approve_lines(lines=[said], document=document(person), on=AS_OF, by=person, reason="test")
    rows = sheet(as_of=AS_OF, by=("province",)).rows
    assert {row["family"] for row in rows} == {"mines", "erw"}
    (whole,) = open_ground(as_of=AS_OF)
    assert [row["closing_m2"] for row in rows] == [whole["open_m2"]] * 2
    by_commune = open_ground(as_of=AS_OF, level="commune")
    assert {row["commune"] for row in by_commune} == {"010101", "010102"}
    assert sum(row["open_m2"] for row in by_commune) == pytest.approx(whole["open_m2"])
    assert not open_ground(as_of=date(2009, 1, 1), level="commune")
