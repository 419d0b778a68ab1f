"""Contracts as a dimension of the ledger, held against a slow count from the rows as they are stored."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
import shapely

from clearground.accounts.models import Person
from clearground.common.errors import Refused
from clearground.kernel.land.events import Kind
from clearground.land.lines import Line
from clearground.land.models import LandEvent
from clearground.land.selectors import sheet
from clearground.places.selectors import frame

from .factories import LAT, LON, line, register, square
from .test_ledger import approve

pytestmark = pytest.mark.django_db
AS_OF = date(2020, 12, 31)
# A cell has some 8,800 m².
SLIVERS_M2 = 20.0
CONTRACTS = ("", "A/2014", "B/2015", "C/2016")
RELEASES = {Kind.CANCEL: "cancelled_m2", Kind.REDUCE: "reduced_m2", Kind.CLEAR: "cleared_m2"}


@pytest.fixture
def person() -> Person:
    """An empty register of the invented country."""
    return register()


def random_line(chance: random.Random, number: int) -> Line:
    """A hazard, or a release under some contract with items, over a crowded square of ground."""
    is_hazard = chance.random() < 0.4
    kind = Kind.RECORD if is_hazard else chance.choice(list(RELEASES))
    shape = square(chance.randrange(-8, 8), chance.randrange(-8, 8), chance.randrange(1, 5), chance.randrange(1, 5))
    on = date(2010, 1, 1) + timedelta(days=chance.randrange(2500))
    more: dict[str, Any] = {"hazard_class": "A4"} if is_hazard else {}
    items = {} if is_hazard else {"antipersonnel_mine": chance.randrange(4)}
    return line(
        f"{'H' if is_hazard else 'R'}{number}", kind, on.isoformat(), shape,
        contract=chance.choice(CONTRACTS), items=items, **more,
    )  # fmt: skip


def cells_of(shape: Any) -> list[tuple[int, int]]:
    """The thousandths of a degree that a rectangle covers."""
    west, south, east, north = (round(side * 1000) for side in shape.bounds)
    return [(x, y) for x in range(west, east) for y in range(south, north)]


def credited_slowly() -> tuple[dict[tuple[str, str, str], float], Counter[tuple[str, str]]]:
    """Released area by (year, contract, column), cell by cell in the order of days; items by (year, contract)."""
    standing = LandEvent.objects.filter(until_seq=None).exclude(kind=None)
    lines = sorted(
        standing.select_related("record").prefetch_related("items"),
        key=lambda e: (e.on, e.kind, e.record.first_seq, e.record.ref, e.line),
    )
    area: dict[tuple[int, int], float] = {}
    state: dict[tuple[int, int], str] = {}
    found: Counter[tuple[str, str, str]] = Counter()
    items: Counter[tuple[str, str]] = Counter()
    for event in lines:
        year = str(event.on.year)
        items[year, event.contract] += sum(item.count for item in event.items.all())
        for cell in cells_of(event.shape):
            was = state.get(cell, "unrecorded")
            if event.kind == Kind.RECORD:
                state[cell] = "open"
                continue
            if cell not in area:
                x, y = cell
                box = shapely.box(x / 1000, y / 1000, (x + 1) / 1000, (y + 1) / 1000)
                area[cell] = float(frame().area_m2(np.array([box], object))[0])
            column = {"open": RELEASES[Kind(event.kind)], "unrecorded": "outside_m2"}.get(was, "released_twice_m2")
            found[year, event.contract, column] += area[cell]
            state[cell] = "released"
    return dict(found), items


def test_contracts_are_credited_as_a_slow_count_says(person: Person) -> None:
    """What left hazards, what lay outside, what was released twice, and the items, by contract and year."""
    chance = random.Random(7)
    for at in range(6):
        approve(person, *(random_line(chance, at * 100 + number) for number in range(12)))
    expected, items = credited_slowly()
    rows = sheet(as_of=AS_OF, by=("contract", "year")).rows
    columns = (*RELEASES.values(), "outside_m2", "released_twice_m2")
    found = {(r["year"], r["contract"] or "", name): r[name] for r in rows for name in columns if r[name]}
    assert {column for _year, _contract, column in expected} == set(columns), "the book has no case of some column"
    # A straight edge on the ground is none in degrees: slivers of a few square metres lie along shared edges.
    assert {key for key in {*found, *expected} if abs(found.get(key, 0) - expected.get(key, 0)) > SLIVERS_M2} == set()
    told = Counter({(r["year"], r["contract"] or ""): r["items_antipersonnel_mine"] for r in rows})
    assert +told == +items


def test_one_contract_is_the_same_rows_as_all_by_contract(person: Person) -> None:
    """Narrowed before it is summed, or found among all rows afterwards, with ==."""
    chance = random.Random(11)
    approve(person, *(random_line(chance, number) for number in range(40)))
    every = [row for row in sheet(as_of=AS_OF, by=("commune", "contract", "month")).rows if row["contract"] == "B/2015"]
    where = {"contract": "B/2015", "commune": "010101"}
    one = sheet(as_of=AS_OF, by=("commune", "month"), where=where).rows
    expected = [{**row} for row in every if row["commune"] == "010101"]
    for row in expected:
        del row["contract"]
    assert one == expected
    assert one
    assert one[0]["closing_m2"] is None


def test_a_class_is_its_rows_of_the_sheet(person: Person) -> None:
    """Stocks too: a class is of land, not of work."""
    approve(person, line("H", Kind.RECORD, "2010-01-01", square(1, 0, 2), hazard_class="A4"))
    approve(person, line("I", Kind.RECORD, "2010-01-01", square(5, 0, 2), hazard_class="A1"))
    whole = [row for row in sheet(as_of=AS_OF).rows if row["class"] == "A1"]
    assert sheet(as_of=AS_OF, where={"class": "A1"}).rows == whole
    assert whole[0]["closing_m2"] > 0


@pytest.mark.parametrize("where", [{"contract": "nobody's"}, {"colour": "red"}, {"month": "2010-01"}])
def test_what_the_books_do_not_know_is_refused(person: Person, where: dict[str, str]) -> None:
    """Instead of a sheet of zeros."""
    approve(person, line("H", Kind.RECORD, "2010-01-01", square(1, 0, 2), contract="B/2015"))
    with pytest.raises(Refused) as refused:
        sheet(as_of=AS_OF, where=where)
    assert refused.value.remedy


def test_places_as_at_have_no_parts(person: Person) -> None:
    """What boundaries moved is told of the whole country only."""
    approve(person, line("H", Kind.RECORD, "2010-01-01", square(1, 0, 2), contract="B/2015"))
    with pytest.raises(Refused, match="whole country"):
        sheet(as_of=AS_OF, by=("province",), boundaries="as-at", where={"contract": "B/2015"})


def test_the_square_of_the_tests_is_where_the_country_is() -> None:
    """The slow count reads thousandths of a degree."""
    assert cells_of(square(0, 0, 1)) == [(round(LON * 1000), round(LAT * 1000))]
