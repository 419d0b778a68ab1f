"""All records of the register as columns, for lists: what each is, and how much of its land is still open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ..models import Family, Record
from .loading import Ledger, ledger
from .questions import seq_known

# What becomes of a record, as lists name it.
STATES = ("open", "partly_released", "released", "no_polygon", "release", "withdrawn")
OPEN, PARTLY, RELEASED, NO_POLYGON, RELEASE, WITHDRAWN = range(len(STATES))


@dataclass(frozen=True, slots=True)
class RecordIndex:
    """One row a record, in order of references; what each entry says stays in the ledger.

    `on` is the first day of its standing version, -1 for a withdrawn record. `area2` and `open2` are
    twice square centimetres of its land, and of the part of it that is open in a family of its own.
    """

    book_of: Ledger
    record_id: NDArray[np.int64]
    refs: tuple[str, ...]
    folded: tuple[str, ...]  # the references without regard to case
    is_release: NDArray[np.bool_]
    on: NDArray[np.int32]
    area2: NDArray[np.int64]
    open2: NDArray[np.int64]
    state: NDArray[np.int8]
    entry: NDArray[np.int64]  # standing entries
    row_of_entry: NDArray[np.int64]

    def with_ref_parts(self, said: str) -> NDArray[np.bool_]:
        """By record: its reference holds all parts of what was typed, in any case and order."""
        keep = np.ones(len(self.refs), bool)
        for part in re.findall(r"\w+", said.casefold()):
            keep[keep] = [part in self.folded[at] for at in np.flatnonzero(keep).tolist()]
        return keep

    def having(self, entries: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """By record: one of its standing entries is among these (one flag a standing entry)."""
        found = np.zeros(len(self.refs), bool)
        found[self.row_of_entry[entries]] = True
        return found

    def of_ids(self, ids: set[int]) -> NDArray[np.bool_]:
        """By record: it is one of these rows of the database."""
        return np.isin(self.record_id, np.array(sorted(ids), np.int64))


_KEPT: list[tuple[Ledger, int, RecordIndex]] = []


def record_index(*, as_of: date) -> RecordIndex:
    """The index as the register stands now, its land as it lies at the end of the day; the last one is kept."""
    book_of, day = ledger(), as_of.toordinal()
    for kept_of, kept_day, kept in _KEPT:
        if kept_of is book_of and kept_day == day and len(kept.refs) == Record.objects.count():
            return kept
    found = _made(book_of, day)
    _KEPT[:] = [(book_of, day, found)]
    return found


def _made(book_of: Ledger, day: int) -> RecordIndex:
    rows, entries = book_of.rows, book_of.entries
    records = sorted(Record.objects.values_list("ref", "pk", "is_release"))
    ids = np.array([pk for _ref, pk, _release in records], np.int64)
    is_release = np.array([release for *_ref, release in records], bool)
    stands = np.flatnonzero(entries.stand_at(seq_known(None)))
    by_id = np.argsort(ids)
    row = by_id[np.searchsorted(ids[by_id], rows.record[stands])]
    area2, open2 = _areas(book_of, stands, row, len(ids), day)
    on = np.full(len(ids), np.iinfo(np.int32).max, np.int32)
    np.minimum.at(on, row, entries.on[stands])
    on[on == np.iinfo(np.int32).max] = -1
    state = np.select(
        [on < 0, is_release, area2 == 0, open2 == 0, open2 < area2],
        [WITHDRAWN, RELEASE, NO_POLYGON, RELEASED, PARTLY],
        OPEN,
    ).astype(np.int8)
    refs = tuple(ref for ref, *_rest in records)
    return RecordIndex(
        book_of, ids, refs, tuple(map(str.casefold, refs)), is_release, on, area2, open2, state, stands, row
    )


def _areas(
    book_of: Ledger, stands: NDArray[np.int64], row: NDArray[np.int64], count: int, day: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Twice the land of each record, and of what of it is open in one of the record's families; ground counts once."""
    stacks, postings, states = book_of.stacks, book_of.postings(seq_known(None)), book_of.states
    is_open = np.zeros(len(stacks.face), bool)
    holds = (postings.day <= day) & (day < postings.until)
    is_open[postings.cell[holds]] = states.is_open()[postings.target[holds]]
    row_of = np.full(len(book_of.entries), -1, np.int64)
    row_of[stands] = row
    cell = np.repeat(np.arange(len(stacks.face)), np.diff(stacks.indptr))
    record, there = row_of[stacks.entry], row_of[stacks.entry] >= 0
    whole = _summed(record[there], stacks.face[cell[there]], book_of, count)
    still = there & is_open[cell]
    return whole, _summed(record[still], stacks.face[cell[still]], book_of, count)


def _summed(record: NDArray[np.int64], face: NDArray[np.int64], book_of: Ledger, count: int) -> NDArray[np.int64]:
    """Twice the area of the faces of each record, each face once."""
    faces = max(len(book_of.faces), 1)
    pairs = np.unique(record * faces + face)
    total = np.zeros(count, np.int64)
    np.add.at(total, pairs // faces, book_of.faces.area2[pairs % faces] if len(book_of.faces) else pairs)
    return total


def family_number(index: RecordIndex, code: str) -> int:
    """The number by which the ledger knows a family; -1 for none."""
    codes = index.book_of.codes.families
    return codes.index(code) if code in codes else -1


def family_codes() -> list[str]:
    """The families' codes, in the order of the books."""
    return list(Family.objects.values_list("code", flat=True))
