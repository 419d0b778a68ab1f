"""Folds what lies on each face into postings: area moved from one state to another by one event.

The stack of a face in one family is sorted in book order once; what is known at approval k only
leaves versions out, so a fold at another k is a scan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .columns import Entries
from .cutting import Faces
from .states import UNRECORDED, Note, States

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Stacks:
    """The entries over each cell (a face in one family), in book order, all versions of all times.

    Cell `c` holds `entry[indptr[c]:indptr[c + 1]]`. The deepest stacks come first, so that folding
    works on a shrinking prefix.
    """

    face: NDArray[np.int64]
    family: NDArray[np.int16]
    indptr: NDArray[np.int64]
    entry: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Postings:
    """Moves at one k, in the order of cells and, within a cell, of the book.

    A posting holds from its `day` until the `until` of the same cell's next one (exclusive).
    Notes name (cell, entry) pairs and carry no move of their own unless a posting does.
    """

    cell: NDArray[np.int64]
    entry: NDArray[np.int32]
    day: NDArray[np.int32]
    until: NDArray[np.int32]
    source: NDArray[np.int16]
    target: NDArray[np.int16]
    note_cell: NDArray[np.int64]
    note_entry: NDArray[np.int32]
    note: NDArray[np.int8]


FOREVER = np.iinfo(np.int32).max


def stack(faces: Faces, entries: Entries) -> Stacks:
    """The stacks of all cells, deepest first."""
    of_land = np.argsort(entries.land, kind="stable").astype(np.int32)
    placed = of_land[entries.land[of_land] >= 0]
    land = entries.land[placed]
    low, high = np.searchsorted(land, faces.members), np.searchsorted(land, faces.members, side="right")
    face = np.repeat(np.repeat(np.arange(len(faces)), np.diff(faces.indptr)), high - low)
    step = np.arange(len(face)) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
    entry = placed[np.repeat(low, high - low) + step]
    return _sorted(face, entry, entries)


def _sorted(face: NDArray[np.int64], entry: NDArray[np.int32], entries: Entries) -> Stacks:
    family = entries.family[entry]
    order = np.lexsort((entries.book_rank[entry], family, face))
    face, family, entry = face[order], family[order], entry[order]
    first = np.flatnonzero(np.r_[True, (face[1:] != face[:-1]) | (family[1:] != family[:-1])][: len(face)])
    depth = np.diff(np.r_[first, len(face)])
    deepest = np.argsort(-depth, kind="stable")
    indptr = np.r_[0, np.cumsum(depth[deepest])]
    gather = np.repeat(first[deepest] - indptr[:-1], depth[deepest]) + np.arange(len(face))
    return Stacks(face[first[deepest]], family[first[deepest]], indptr, entry[gather])


def fold(stacks: Stacks, entries: Entries, states: States, seq: int) -> Postings:
    """The postings of every cell as known at approval `seq`."""
    stands = entries.stand_at(seq)[stacks.entry]
    entry = stacks.entry[stands]
    depth = np.add.reduceat(np.r_[stands, False], stacks.indptr[:-1], dtype=np.int64) if len(stacks.face) else None
    if depth is None:
        depth = np.zeros(0, np.int64)
    order, start = _deepest_first(depth)
    source, target, note = _run(entry, start[order], depth[order], entries, states)
    return _posted(np.repeat(np.arange(len(depth)), depth), entry, source, target, note, entries)


def _deepest_first(depth: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Cells by falling depth, and where each cell's entries start."""
    return np.argsort(-depth, kind="stable"), np.cumsum(depth) - depth


def _run(
    entry: NDArray[np.int32],
    start: NDArray[np.int64],
    depth: NDArray[np.int64],
    entries: Entries,
    states: States,
) -> tuple[NDArray[np.int16], NDArray[np.int16], NDArray[np.int8]]:
    """State before, state after and note for each entry; one step of all cells at a time."""
    action = states.action(entries.kind, entries.hazard_class).astype(np.int32)[entry]
    after, notes = states.after.ravel(), states.note.ravel()
    source, target = np.empty(len(entry), np.int16), np.empty(len(entry), np.int16)
    note = np.empty(len(entry), np.int8)
    state = np.full(len(depth), UNRECORDED, np.int16)
    alive = np.searchsorted(-depth, -np.arange(depth[0] if len(depth) else 0), side="left")
    for level, count in enumerate(alive):
        at = start[:count] + level
        cell = action[at] * states.count + state[:count]
        source[at] = state[:count]
        state[:count] = after[cell]
        target[at] = state[:count]
        note[at] = notes[cell]
    return source, target, note


def _posted(
    cell: NDArray[np.int64],
    entry: NDArray[np.int32],
    source: NDArray[np.int16],
    target: NDArray[np.int16],
    note: NDArray[np.int8],
    entries: Entries,
) -> Postings:
    moved, noted = source != target, note != Note.NONE
    cells, day = cell[moved], entries.on[entry[moved]]
    until = np.full(len(cells), FOREVER, np.int32)
    same = cells[1:] == cells[:-1]
    until[:-1][same] = day[1:][same]
    return Postings(
        cells,
        entry[moved],
        day,
        until,
        source[moved],
        target[moved],
        cell[noted],
        entry[noted],
        note[noted],
    )
