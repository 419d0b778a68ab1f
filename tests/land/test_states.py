"""What each piece of ground is on a day: the same whether asked for whole, by box, or some clusters at a time."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
import shapely

from clearground.kernel.land.events import Kind
from clearground.land.actions import approve_lines
from clearground.land.selectors import land_states, sheet, states
from clearground.places.selectors import frame

from .factories import LAT, LON, document, line, register, square

pytestmark = pytest.mark.django_db
AS_OF = date(2017, 12, 31)


@pytest.fixture(autouse=True)
def books() -> None:
    """Two dozen clusters: hazards of two families under releases, some outside any hazard."""
    person, dice, lines = register(), random.Random(3), []
    for number in range(24):
        x, y = (number % 6) * 16 - 48, (number // 6) * 20 - 40
        families = (("mines", "A1"), ("cmr", "CMR")) if number % 2 else (("mines", "A4"),)
        lines.append(line(f"H{number}", Kind.SUSPECT, "2010-01-01", square(x, y, 8), families=families))
        on = f"201{dice.randint(1, 9)}-06-01"
        lines.append(line(f"R{number}", dice.choice([Kind.CLEAR, Kind.CANCEL]), on, square(x + 4, y + 2, 6)))
    approve_lines(lines=lines, document=document(person), on=date(2020, 1, 1), by=person, reason="test")


def told(**question: Any) -> list[tuple[Any, ...]]:
    """What is said of each face, its shape as text, sorted."""
    found = land_states(as_of=AS_OF, **question)
    return sorted((*(row[name] for name in row if name != "geometry"), row["geometry"].wkt) for row in found)


def test_land_is_the_same_whether_it_is_read_whole_or_a_cluster_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches are a matter of memory."""
    whole = told()
    assert len(whole) > 60
    for size in (1, 5):
        monkeypatch.setattr(states, "BATCH", size)
        assert told() == whole


def test_boxes_share_the_country_out() -> None:
    """Each face is in the answer of every box that meets its cluster, and in no answer that lies elsewhere."""
    whole = told()
    halves = [told(box=(LON - 1, LAT - 1, LON + 0.004, LAT + 1)), told(box=(LON + 0.004, LAT - 1, LON + 1, LAT + 1))]
    assert all(set(half) < set(whole) for half in halves)
    assert set(halves[0]) | set(halves[1]) == set(whole)
    window = shapely.box(LON + 0.014, LAT - 0.05, LON + 0.025, LAT + 0.05)
    inside = {row for row in whole if shapely.from_wkt(row[-1]).intersects(window)}
    assert inside
    assert inside <= set(told(box=window.bounds))


def test_areas_of_states_are_those_of_the_sheet() -> None:
    """Open land by family and class, added up from the pieces, is the closing of the sheet to the square centimetre."""
    rows = sheet(as_of=AS_OF, by=("family", "class")).rows
    closing = {(row["family"], row["class"]): row["closing_m2"] for row in rows if row["closing_m2"]}
    summed: dict[tuple[str, str], float] = {}
    for row in land_states(as_of=AS_OF):
        if row["state"] == "suspected":
            key = row["family"], row["hazard_class"]
            summed[key] = summed.get(key, 0.0) + row["area_m2"]
    assert summed == pytest.approx(closing, abs=1e-4)
    assert len(closing) == 3


def test_shapes_have_the_areas_that_are_said_of_them() -> None:
    """Each piece comes with its own shape, not its neighbour's."""
    rows = list(land_states(as_of=AS_OF))
    areas = frame().area_m2([row["geometry"] for row in rows])
    assert areas.tolist() == pytest.approx(
        [row["area_m2"] for row in rows], rel=1e-4
    )  # corners of faces are rounded to the grid
