"""The footprint of all families is a union: held against plain geometry."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from clearground.kernel.land.columns import columns_of
from clearground.kernel.land.cutting import cut
from clearground.kernel.land.events import Event, HazardClass, Kind
from clearground.kernel.land.folding import fold, stack
from clearground.kernel.land.footprint import footprint
from clearground.kernel.land.placing import share_faces
from clearground.kernel.land.states import states_of

CLASSES = (HazardClass("A1", "mines", 90), HazardClass("ERW", "erw", 50))
MINED, LITTERED, CLEARED = shapely.box(0, 0, 100, 100), shapely.box(50, 0, 150, 100), shapely.box(0, 0, 60, 100)


def event(ref: str, kind: Kind, family: str, on: int, land: shapely.Geometry) -> Event:
    """One line of one record."""
    code = {"mines": "A1", "erw": "ERW"}[family] if kind.is_hazard else None
    return Event(ref=ref, line=1, seq=1, first_seq=1, kind=kind, family=family, on=on, land=land, hazard_class=code)


@pytest.mark.parametrize(
    ("day", "ground"),
    [
        (1, MINED),
        (2, MINED.union(LITTERED)),
        # Cleared of mines alone: where the families overlap, the ground is still open.
        (3, MINED.difference(CLEARED).union(LITTERED)),
    ],
)
def test_ground_open_in_two_families_counts_once(day: int, ground: shapely.Geometry) -> None:
    """On each day the open ground is the union of what is open in each family, place by place."""
    events = [
        event("H", Kind.RECORD, "mines", 1, MINED),
        event("E", Kind.RECORD, "erw", 2, LITTERED),
        event("R", Kind.CLEAR, "mines", 3, CLEARED),
    ]
    entries, _codes = columns_of(events, CLASSES)
    lands = np.array([e.land for e in events], object)
    places = np.array([shapely.box(-10, -10, 75, 200)], object)
    faces = cut(lands)
    stacks, states = stack(faces, entries), states_of(CLASSES)
    shares = share_faces(faces, places, lands)
    found = footprint(stacks, fold(stacks, entries, states, 1), states, shares, day=day, places=1)
    inside = ground.intersection(places[0]).area
    assert found.tolist() == [round(2 * inside), round(2 * (ground.area - inside))]
