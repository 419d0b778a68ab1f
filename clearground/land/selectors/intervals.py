"""Answers what each piece of ground was over all time, as known at one approval: for maps that replay the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.kernel.land.folding import FOREVER
from clearground.places.selectors import frame

from .loading import Ledger, ledger
from .states import Box, shapes_of_faces, words_of_states

Ints = NDArray[np.int64]
SPLIT = ("operator", "method", "campaign")


@dataclass(frozen=True, slots=True)
class Intervals:
    """Land that one event left in one state, from a day until the day before another (`until`, exclusive).

    Faces of the same event, state and interval are one row; `area2` is in half square centimetres.
    `family`, `state`, `left`, `operator`, `method` and `campaign` index the lists of `IntervalCodes`,
    -1 for none. `left` is the class that released land left, under which the release is credited.
    """

    shape: NDArray[np.object_]
    family: Ints
    state: Ints
    left: Ints
    since: Ints
    until: Ints
    area2: Ints
    event_id: Ints
    operator: Ints
    method: Ints
    campaign: Ints

    def __len__(self) -> int:
        return len(self.since)

    def where(self, keep: NDArray[Any]) -> Intervals:
        """The rows to keep, in that order."""
        return Intervals(*(getattr(self, column.name)[keep] for column in fields(self)))


@dataclass(frozen=True, slots=True)
class IntervalCodes:
    """What the numbers of `Intervals` mean; `states` says state, class and whether outside, for each number."""

    families: tuple[str, ...]
    states: tuple[dict[str, Any], ...]
    classes: tuple[str, ...]
    operators: tuple[str, ...]
    methods: tuple[str, ...]
    campaigns: tuple[str, ...]


def interval_codes() -> IntervalCodes:
    """The lists that the numbers of all intervals index."""
    book_of = ledger()
    codes = book_of.codes
    classes = tuple(each.code for each in codes.classes)
    lists = tuple(codes.operators), tuple(codes.methods), tuple(codes.campaigns)
    return IntervalCodes(codes.families, tuple(words_of_states(book_of)), classes, *lists)


def land_intervals(*, seq: int, box: Box | None = None) -> Intervals:
    """All that land was from the first day on, as known at approval `seq`; shapes are longitude, latitude.

    On any day `t` the rows with `since <= t < until` are `land_states` of that day, to the square
    centimetre. `box` leaves out clusters whose boxes don't meet it.
    """
    book_of = ledger()
    found = list(shapes_of_faces(book_of, box, in_grid=True))
    if not found:
        return Intervals(np.zeros(0, object), *(np.zeros(0, np.int64) for _column in fields(Intervals)[1:]))
    face = np.concatenate([faces for faces, _shapes in found])
    shape = np.concatenate([shapes for _faces, shapes in found])
    posting = _postings_on(book_of, seq, face)
    return _joined(book_of, seq, posting, face, shape)


def _postings_on(book_of: Ledger, seq: int, face: Ints) -> Ints:
    """The postings on these faces that hold for a day at least."""
    postings = book_of.postings(seq)
    wanted = np.zeros(len(book_of.faces), dtype=bool)
    wanted[face] = True
    lasts = postings.until > postings.day
    return np.flatnonzero(lasts & wanted[book_of.stacks.face[postings.cell]])


def _joined(book_of: Ledger, seq: int, posting: Ints, face: Ints, shape: NDArray[np.object_]) -> Intervals:
    """One row for the postings of one entry to one state until one day."""
    postings, entries = book_of.postings(seq), book_of.entries
    left = _class_left(book_of)[postings.source[posting], postings.target[posting]]
    keys = (postings.entry[posting], postings.target[posting], left, postings.until[posting])
    order = np.lexsort(keys)
    entry, state, left, until = (column[order] for column in keys)
    new = np.any([column[1:] != column[:-1] for column in (entry, state, left, until)], axis=0)
    first = np.flatnonzero(np.r_[True, new][: len(order)])
    on_face = book_of.stacks.face[postings.cell[posting[order]]]
    by_face = np.argsort(face, kind="stable")
    shapes = shape[by_face[np.searchsorted(face[by_face], on_face)]]
    one = entry[first]
    return Intervals(
        frame().to_lonlat(union_of_runs(shapes, first)),
        entries.family[one].astype(np.int64),
        state[first].astype(np.int64),
        left[first].astype(np.int64),
        entries.on[one].astype(np.int64),
        until[first].astype(np.int64),
        np.add.reduceat(book_of.faces.area2[on_face], first) if len(first) else np.zeros(0, np.int64),
        book_of.entry_event[one],
        *(getattr(entries, name)[one].astype(np.int64) for name in SPLIT),
    )


def _class_left(book_of: Ledger) -> NDArray[np.int16]:
    """By state before and state after: the class of open land that a release took; -1 elsewhere."""
    classes, release = book_of.states.hazard_class(), book_of.states.release()
    is_taken = (book_of.states.is_open() & (classes >= 0))[:, None] & (release >= 0)[None, :]
    return np.where(is_taken, classes[:, None], -1).astype(np.int16)


def union_of_runs(shapes: NDArray[np.object_], first: Ints) -> NDArray[np.object_]:
    """The faces of each run joined: they are pieces of one coverage, so that only borders are dropped."""
    size = np.diff(np.r_[first, len(shapes)])
    joined = shapes[first].copy() if len(first) else np.zeros(0, object)
    for count in np.unique(size[size > 1]).tolist():
        at = np.flatnonzero(size == count)
        joined[at] = _union_of_rows(shapes[first[at][:, None] + np.arange(count)])
    return joined


def _union_of_rows(table: NDArray[np.object_]) -> NDArray[np.object_]:
    """Each row as one shape; corners that were rounded to the grid may break a coverage, which is then overlaid."""
    try:
        return shapely.coverage_union_all(table, axis=1)
    except shapely.errors.GEOSException:
        if len(table) == 1:
            return shapely.union_all(table, axis=1)
    half = len(table) // 2
    return np.concatenate([_union_of_rows(table[:half]), _union_of_rows(table[half:])])


def interval_rows(found: Intervals, codes: IntervalCodes) -> Iterator[dict[str, Any]]:
    """The intervals in words, areas in m²; `until` is None where the state lasts."""
    for at in range(len(found)):
        said = codes.states[int(found.state[at])]
        until = int(found.until[at])
        yield {
            "geometry": found.shape[at],
            "family": codes.families[int(found.family[at])],
            "left": codes.classes[int(found.left[at])] if found.left[at] >= 0 else None,
            **said,
            "since": int(found.since[at]),
            "until": None if until == FOREVER else until,
            "area_m2": float(found.area2[at] / HALF_CM2_PER_M2),
            "event_id": int(found.event_id[at]),
        }
