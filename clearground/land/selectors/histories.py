"""Answers what became of the ground under a point: every event that covers it, and what each did to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.kernel.land.folding import Postings
from clearground.places.selectors import frame

from ..models import LandEvent
from .loading import Ledger, ledger
from .states import shapes_of_faces, words_of_states

# About ten metres: wide enough to be a box in the country's grid.
AROUND_DEG = 0.0001


@dataclass(frozen=True, slots=True)
class Turn:
    """One event over the point, in one family: what the ground was before it and after.

    `area_m2` is all land that the event moved in the family, None where it moved nothing here.
    """

    family: str
    on: date
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    area_m2: float | None
    event: LandEvent


def land_history(lon: float, lat: float, *, seq: int) -> list[Turn]:
    """Every event that covers the point, as known at approval `seq`, in book order, family by family."""
    book_of = ledger()
    cells = np.flatnonzero(np.isin(book_of.stacks.face, _faces_at(book_of, lon, lat)))
    cells = cells[np.argsort(book_of.stacks.family[cells], kind="stable")]
    rows = [(cell, entry) for cell in cells.tolist() for entry in _standing(book_of, cell, seq)]
    ids = {int(book_of.entry_event[entry]) for _cell, entry in rows}
    related = "record", "approval", "approval__by", "document", "operator", "hazard"
    events = LandEvent.objects.select_related(*related).in_bulk(ids)
    return _told(book_of, seq, rows, events)


def _faces_at(book_of: Ledger, lon: float, lat: float) -> list[int]:
    """The faces that hold the point, its border included."""
    point = frame().to_grid(np.array([shapely.Point(lon, lat)], object))[0]
    box = (lon - AROUND_DEG, lat - AROUND_DEG, lon + AROUND_DEG, lat + AROUND_DEG)
    found: list[int] = []
    for faces, shapes in shapes_of_faces(book_of, box, in_grid=True):
        found += faces[shapely.intersects(shapes, point)].tolist()
    return found[:1]  # on a border, the first of the neighbours: one piece of ground has one history


def _standing(book_of: Ledger, cell: int, seq: int) -> list[int]:
    """The entries over a cell that stand at the approval, in book order."""
    stacks, entries = book_of.stacks, book_of.entries
    stack = stacks.entry[stacks.indptr[cell] : stacks.indptr[cell + 1]]
    stands = (entries.seq[stack] <= seq) & (seq < entries.until_seq[stack])
    return stack[stands].tolist()


def _told(book_of: Ledger, seq: int, rows: list[tuple[int, int]], events: dict[int, LandEvent]) -> list[Turn]:
    postings, words = book_of.postings(seq), words_of_states(book_of)
    found, state, before_cell = [], 0, -1
    for cell, entry in rows:
        state = state if cell == before_cell else 0
        at = np.flatnonzero((postings.cell == cell) & (postings.entry == entry))
        after = int(postings.target[at[0]]) if len(at) else state
        found.append(
            Turn(
                book_of.codes.families[int(book_of.entries.family[entry])],
                date.fromordinal(int(book_of.entries.on[entry])),
                words[state] if state else None,
                words[after] if after else None,
                _moved_m2(book_of, postings, entry) if len(at) else None,
                events[int(book_of.entry_event[entry])],
            )
        )
        state, before_cell = after, cell
    return found


def _moved_m2(book_of: Ledger, postings: Postings, entry: int) -> float:
    """All land that an entry moved."""
    cells: NDArray[np.int64] = postings.cell[postings.entry == entry]
    return float(book_of.faces.area2[book_of.stacks.face[cells]].sum() / HALF_CM2_PER_M2)
