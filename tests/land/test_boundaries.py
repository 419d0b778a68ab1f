"""Boundaries that change: one edition for all periods, or each period on the edition of its day."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import shapely

from clearground.accounts.models import Person
from clearground.common.errors import Refused
from clearground.kernel.land.events import Kind
from clearground.land.actions import approve_lines
from clearground.land.lines import Line
from clearground.land.selectors import sheet
from clearground.land.selectors.as_at import editions_of
from clearground.land.sheets import AREA_COLUMNS, LedgerSheet
from clearground.places.models import Boundary, BoundaryEdition, Place

from .factories import LAT, LON, document, line, register, square
from .test_ledger import random_line

pytestmark = pytest.mark.django_db
AS_OF = date(2017, 12, 31)
RISES = ("new_m2", "reopened_m2", "reclassified_m2", "degree_changed_m2", "corrected_m2", "transferred_in_m2")
FALLS = ("cancelled_m2", "reduced_m2", "cleared_m2", "transferred_out_m2")


@pytest.fixture
def person() -> Person:
    """A register whose eastern commune was cut in two in 2015; the east of it went to a new province."""
    by = register()
    BoundaryEdition.objects.update(valid_from=date(2008, 1, 1))
    later = BoundaryEdition.objects.create(name="2015", source="test", valid_from=date(2015, 7, 1))
    new = Place.objects.create(level=1, code="02", name="New province")
    district = Place.objects.create(level=2, code="0201", name="New district", parent=new)
    Place.objects.create(level=3, code="020101", name="020101", parent=district)
    # The cut is slanted, so that it crosses faces anywhere and areas are rounded to the grid.
    east = shapely.Polygon(_at((20, -50), (50, -50), (50, 50), (27, 50)))
    shapes = {"010101": square(-50, -50, 50, 100), "010102": square(0, -50, 50, 100).difference(east), "020101": east}
    for code, shape in shapes.items():
        Boundary.objects.create(edition=later, place=Place.objects.get(code=code), shape=shape)
    return by


def _at(*corners: tuple[float, float]) -> list[tuple[float, float]]:
    return [(LON + x / 1000, LAT + y / 1000) for x, y in corners]


def approve(person: Person, *lines: Line) -> None:
    """The lines are approved."""
    approve_lines(lines=lines, document=document(person), on=date(2020, 1, 1), by=person, reason="test")


def edition(name: str) -> BoundaryEdition:
    """The edition of that name."""
    return BoundaryEdition.objects.get(name=name)


def by_key(printed: LedgerSheet) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows by their dimensions, without a family where there is one only."""
    names = printed.by if len({row["family"] for row in printed.rows}) > 1 else printed.by[1:]
    return {tuple(row[name] for name in names): row for row in printed.rows}


def half_cm2(row: dict[str, Any], *names: str) -> int:
    """The sum of columns as the whole number that it was printed from."""
    return sum(round(row[name] * 20_000) for name in names)


def test_land_of_a_new_province_is_transferred_in_the_year_of_the_split(person: Person) -> None:
    """2014: all in the old province. 2015: part of it opens there, and closes in the new one."""
    approve(person, line("H", Kind.RECORD, "2010-01-01", square(10, 0, 30), hazard_class="A4"))
    rows = by_key(sheet(as_of=AS_OF, since=date(2014, 1, 1), by=("province", "year"), boundaries="as-at"))
    whole, moved = rows["01", "2014"]["closing_m2"], rows["02", "2015"]["closing_m2"]
    assert 0.4 * whole < moved < 0.6 * whole
    assert ("02", "2014") not in rows
    assert (rows["02", "2015"]["opening_m2"], rows["02", "2015"]["transferred_in_m2"]) == (0, moved)
    assert (rows["01", "2015"]["opening_m2"], rows["01", "2015"]["transferred_out_m2"]) == (whole, moved)
    assert half_cm2(rows["01", "2015"], "closing_m2") == half_cm2({"a": whole}, "a") - half_cm2({"a": moved}, "a")
    assert (rows["02", "2016"]["opening_m2"], rows["02", "2016"]["transferred_in_m2"]) == (moved, 0)


def test_within_a_province_nothing_is_transferred_between_provinces(person: Person) -> None:
    """Land of the west, which no boundary of 2015 touched."""
    approve(person, line("H", Kind.RECORD, "2010-01-01", square(-30, 0, 20), hazard_class="A4"))
    rows = sheet(as_of=AS_OF, since=date(2014, 1, 1), by=("commune", "year"), boundaries="as-at").rows
    assert {(row["commune"], row["transferred_in_m2"], row["transferred_out_m2"]) for row in rows} == {("010101", 0, 0)}


@pytest.mark.parametrize("level", ["commune", "province"])
def test_as_at_is_each_year_on_its_own_boundaries(person: Person, level: str) -> None:
    """Every row adds up, each opening is the closing before, all else is that of the year's edition."""
    chance = random.Random(5)
    approve(person, *_crowd(chance))
    by, since = ("family", "class", "degree", level, "year"), date(2012, 1, 1)
    printed = sheet(as_of=AS_OF, since=since, by=by, boundaries="as-at")
    assert printed.adds_up
    rows = by_key(printed)
    assert [row for row in rows.values() if not _adds_up(row)] == []
    of = {year: by_key(sheet(as_of=AS_OF, since=since, by=by, boundaries=edition(name)))
          for year, name in (("2014", "2008"), ("2016", "2015"))}  # fmt: skip
    for key, row in rows.items():
        before = rows.get((*key[:-1], str(int(key[-1]) - 1)), {"closing_m2": 0})
        assert key[-1] == "2012" or row["opening_m2"] == before["closing_m2"]
        alone = of["2014" if key[-1] < "2015" else "2016"].get(key, {})
        for name in set(AREA_COLUMNS) - {"opening_m2", "transferred_in_m2", "transferred_out_m2"}:
            assert row[name] == alone.get(name, 0), (key, name)
    transferred: dict[str, int] = defaultdict(int)
    for key, row in rows.items():
        transferred[key[-1]] += half_cm2(row, "transferred_in_m2") - half_cm2(row, "transferred_out_m2")
    assert set(transferred.values()) == {0}
    assert any(row["transferred_out_m2"] for row in rows.values())


def _crowd(chance: random.Random) -> list[Line]:
    """Many records near the slanted cut of 2015, one version each, of 2010 to 2015."""
    lines = {made.ref: made for made in (random_line(chance, number) for number in range(80))}
    return [
        replace(made, shape=shapely.affinity.translate(made.shape, 0.023, chance.uniform(-0.01, 0.01)))
        for made in lines.values()
    ]


def _adds_up(row: dict[str, Any]) -> bool:
    return half_cm2(row, "opening_m2", *RISES) - half_cm2(row, *FALLS) == half_cm2(row, "closing_m2")


def test_a_period_that_was_never_split_is_the_sheet_of_its_edition(person: Person) -> None:
    """From the beginning there is no opening, so nothing can be transferred."""
    approve(person, line("H", Kind.RECORD, "2010-01-01", square(10, 0, 30), hazard_class="A4"))
    assert sheet(as_of=AS_OF, by=("province",), boundaries="as-at").rows == (
        sheet(as_of=AS_OF, by=("province",), boundaries=edition("2015")).rows
    )
    early = sheet(as_of=date(2014, 12, 31), by=("province",), boundaries="as-at")
    assert [row["province"] for row in early.rows] == ["01"]
    assert early.boundaries == "as-at: 2008"


def test_where_stocks_do_not_exist_nothing_is_transferred(person: Person) -> None:
    """Null, not zero."""
    approve(person, line("R", Kind.CLEAR, "2015-09-01", square(10, 0, 30), operator="OP1"))
    rows = sheet(as_of=AS_OF, since=date(2014, 1, 1), by=("operator", "province"), boundaries="as-at").rows
    assert {row["transferred_in_m2"] for row in rows} == {None}
    assert sum(row["outside_m2"] for row in rows) > 0


def test_the_edition_of_a_day_is_the_latest_that_was_valid_by_then(person: Person) -> None:
    """Before the first there was: the first; one of points is passed over."""
    village = Place.objects.create(level=4, code="01010101", name="v", parent=Place.objects.get(code="010101"))
    points = BoundaryEdition.objects.create(name="points", source="test", valid_from=date(2016, 1, 1))
    Boundary.objects.create(edition=points, place=village, shape=square(0, 0, 1).centroid)
    days = [date(1990, 1, 1), date(2015, 6, 30), date(2015, 7, 1), date(2017, 1, 1)]
    assert [str(found) for found in editions_of([day.toordinal() for day in days])] == ["2008", "2008", "2015", "2015"]
    with pytest.raises(Refused, match="points only"):
        sheet(as_of=AS_OF, boundaries=points)


def test_the_approved_basis_is_tabulated_on_one_edition(person: Person) -> None:
    """Refused, rather than a column that mixes what was known with where it lay."""
    with pytest.raises(Refused, match="basis happened only"):
        sheet(as_of=AS_OF, by=("province",), basis="approved", boundaries="as-at")


def test_two_editions_are_kept_side_by_side(person: Person) -> None:
    """Asked for in turn, each gives what it gave before, points of spot tasks included."""
    both = (("mines", None),)
    spot = line("S", Kind.CLEAR, "2016-01-01", square(40, 0, 1).centroid, families=both, items={"submunition": 2})
    approve(person, line("H", Kind.RECORD, "2010-01-01", square(10, 0, 30), hazard_class="A4"), spot)
    found = [
        {row["commune"]: row["items_submunition"] for row in sheet(as_of=AS_OF, by=("commune",), boundaries=on).rows}
        for on in (edition("2008"), edition("2015"), edition("2008"))
    ]
    assert found == [{"010102": 2}, {"010102": 0, "020101": 2}, {"010102": 2}]
