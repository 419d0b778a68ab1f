"""Records proposed by hand: the same door as any file, and what they would do to the books, told beforehand."""

from __future__ import annotations

import random
from datetime import date

import pytest
import shapely
from django.utils import timezone

from clearground.accounts.models import Person
from clearground.demonstration.actions import load_demonstration
from clearground.exchange.actions import approve_import, propose
from clearground.exchange.choices import ImportState
from clearground.exchange.proposals import Proposal, ProposedLine, cells_of_line, outlook, subject_of
from clearground.exchange.selectors import standing_lines
from clearground.land.models import LandEvent
from clearground.land.selectors import sheet
from clearground.land.sheets import AREA_COLUMNS

pytestmark = pytest.mark.django_db
CLASSES = {"mines": ["A1", "A2.1", "A4", "B2"], "cmr": ["CMR"], "erw": ["ERW"]}
HALF_CM2_PER_M2 = 20_000


def in_half_cm2(as_of: date) -> dict[tuple[str, str | None], dict[str, int]]:
    """The whole sheet in exact integers, by family and class."""
    rows = sheet(as_of=as_of, by=("family", "class")).rows
    return {
        (row["family"], row["class"]): {name: round(row[name] * HALF_CM2_PER_M2) for name in AREA_COLUMNS}
        for row in rows
    }


def change(before: dict, after: dict) -> dict:
    """What a sheet changed by, without what stayed."""
    moved = {
        row: {
            name: by
            for name in AREA_COLUMNS
            if (by := after.get(row, {}).get(name, 0) - before.get(row, {}).get(name, 0))
        }
        for row in before.keys() | after.keys()
    }
    return {row: names for row, names in moved.items() if names}


def near_land(dice: random.Random) -> shapely.Geometry:
    """A polygon that lies across land of some record: moved, turned, of another size."""
    shapes = LandEvent.objects.filter(until_seq=None).exclude(shape_minx=None).order_by("pk")
    polygons = [shape for shape in shapes.values_list("shape", flat=True) if shape.area]
    shape = shapely.affinity.rotate(dice.choice(polygons), dice.uniform(0, 90))
    size = dice.uniform(0.4, 1.8)
    shape = shapely.affinity.scale(shape, size, size)
    west, south, east, north = shape.bounds
    moved = shapely.affinity.translate(
        shape, dice.uniform(-0.6, 0.6) * (east - west), dice.uniform(-0.6, 0.6) * (north - south)
    )
    return max(shapely.get_parts(moved).tolist(), key=lambda part: part.area)


def new_cells(dice: random.Random, ref: str, release: bool) -> dict:
    """What a new record says."""
    families = dice.sample(list(CLASSES), dice.choice([1, 1, 2]))
    kinds = ["clear", "reduce", "cancel"] if release else ["suspect", "confirm", "record", "reopen", "reclassify"]
    said = {"ref": ref, "kind": dice.choice(kinds), "on": f"{dice.randint(2009, 2025)}-06-1{dice.randint(0, 9)}"}
    said |= {"family": ", ".join(families), "operator": "LFT", "stated_m2": dice.choice([None, 12_500.0])}
    if not release:
        said["class"] = ", ".join(dice.choice(CLASSES[family]) for family in families)
    return {name: value for name, value in said.items() if value is not None}


def a_new_record(dice: random.Random, number: int) -> Proposal:
    """A hazard or a release, with a polygon or with a stated area alone."""
    release = dice.random() < 0.5
    cells = new_cells(dice, f"NEW-{number}", release)
    shape = near_land(dice) if dice.random() < 0.8 else None
    if shape is None:
        cells["stated_m2"] = 4_000.0
        unplaced = LandEvent.objects.filter(until_seq=None, shape_minx=None, stated_m2__gt=0, record__is_release=False)
        if release and (refs := list(unplaced.order_by("pk").values_list("record__ref", flat=True))):
            cells["hazard"] = dice.choice(refs)
    return Proposal(cells["ref"], "releases" if release else "hazards", [ProposedLine(cells, shape)])


def a_correction(dice: random.Random) -> Proposal:
    """Another shape, class, day or no shape for a record that stands."""
    events = LandEvent.objects.filter(until_seq=None, kind__isnull=False)
    refs = sorted(set(events.values_list("record__ref", flat=True)))
    lines = standing_lines([dice.choice(refs)])
    proposed = []
    for line in lines:
        cells, shape = cells_of_line(line), line.shape
        how = dice.choice(["shape", "day", "class", "none", "kind"])
        if how == "shape":
            shape = near_land(dice)
        elif how == "day":
            cells["on"] = f"{dice.randint(2009, 2025)}-03-0{dice.randint(1, 9)}"
        elif how == "none":
            shape, cells["stated_m2"] = None, 7_777.0
        elif how == "kind" and line.kind.is_release:
            cells["kind"] = dice.choice(["clear", "reduce", "cancel"])
        elif not line.kind.is_release:
            cells["class"] = ", ".join(dice.choice(CLASSES[family]) for family, _code in line.families)
        proposed.append(ProposedLine(cells, shape))
    return Proposal(lines[0].ref, subject_of(lines[0]), proposed)


@pytest.fixture
def people(db) -> dict[str, Person]:
    """The invented country with sixty hazards."""
    load_demonstration(size=60, seed=5)
    return {name: Person.objects.get(login=f"karsova.{name}") for name in ("registrar", "secretary")}


def approved(proposal: Proposal, people: dict[str, Person]) -> None:
    """The proposal is made, and somebody else approves it."""
    pending = propose(proposal=proposal, by=people["registrar"], reason="drawn")
    assert pending.state == ImportState.PENDING
    approve_import(import_id=pending.pk, on=timezone.localdate(), by=people["secretary"], reason="seen")


@pytest.mark.parametrize("seed", range(3))
def test_what_is_foretold_is_what_happens(seed: int, people) -> None:
    """Random hazards, releases and corrections, one after the other: every column of every row, with ==."""
    dice, as_of = random.Random(seed), timezone.localdate()
    told: dict[str, int] = {}
    before, done = in_half_cm2(as_of), 0
    for number in range(14):
        proposal = a_correction(dice) if number % 2 else a_new_record(dice, number)
        foretold = outlook(proposal, as_of=as_of).effect
        if foretold is None:
            continue
        assert in_half_cm2(as_of) == before  # looking changed nothing
        approved(proposal, people)
        after = in_half_cm2(as_of)
        assert foretold.change == change(before, after), (number, proposal)
        for names in foretold.change.values():
            for name in names:
                told[name] = told.get(name, 0) + 1
        before, done = after, done + 1
    assert done >= 8
    assert {"closing_m2"} <= set(told)
