"""Answers what changed between a signed edition and what is known now, and which records did it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearground.kernel.land.balances import HALF_CM2_PER_M2, Book

from ..models import Edition, Record
from .loading import Ledger, ledger
from .questions import seq_known, with_family
from .sheets import sheet

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Restatement:
    """`closing(edition) + restated = opening now`, row by row, and the records that caused it.

    `drift_m2` is the largest difference between a printed closing and the same closing computed
    today from all versions: polygons that came later may move a shared vertex by half a centimetre.
    """

    edition: Edition
    seq: int
    rows: list[dict[str, Any]]
    causes: list[dict[str, Any]]
    drift_m2: float


def restatement(
    edition: Edition, *, known: date | None = None, seq: int | None = None, by: Sequence[str] = ("family", "class")
) -> Restatement:
    """The edition's closing, what was restated since, and the opening that results, by these dimensions.

    `seq` is the last approval that counts as known: without it, the last of the day of knowledge.
    """
    seq = seq_known(known) if seq is None else seq
    by = with_family(by)
    then = sheet(as_of=edition.as_of, seq=edition.seq, by=by, boundaries=edition.boundaries)
    now = sheet(as_of=edition.as_of, seq=seq, by=by, boundaries=edition.boundaries)
    before, after = _closing(then.rows, by), _closing(now.rows, by)
    rows = [
        dict(zip(by, key, strict=True))
        | {
            "closing_m2": before.get(key, 0.0),
            "restated_m2": _exact_difference(after.get(key, 0.0), before.get(key, 0.0)),
            "opening_m2": after.get(key, 0.0),
        }
        for key in dict.fromkeys([*before, *after])
        if before.get(key, 0.0) or after.get(key, 0.0)
    ]
    book_of = ledger(edition.boundaries)
    causes = _causes(book_of, edition.seq, seq, edition.as_of)
    return Restatement(edition, seq, rows, causes, _drift(edition, book_of))


def _closing(rows: list[dict[str, Any]], by: Sequence[str]) -> dict[tuple[Any, ...], float]:
    return {tuple(row[name] for name in by): row["closing_m2"] for row in rows}


def _exact_difference(after: float, before: float) -> float:
    """The difference of two areas on the grid of half square centimetres."""
    return (round(after * HALF_CM2_PER_M2) - round(before * HALF_CM2_PER_M2)) / HALF_CM2_PER_M2


def _causes(book_of: Ledger, before: int, after: int, as_of: date) -> list[dict[str, Any]]:
    """The records whose versions changed in between, with what that did to open land, largest first."""
    entries = book_of.entries
    changed = ((entries.seq > before) & (entries.seq <= after)) | (
        (entries.until_seq > before) & (entries.until_seq <= after)
    )
    touched = np.unique(entries.record[changed & (entries.on <= as_of.toordinal())])
    effect = _open_by_record(book_of.book(after), as_of) - _open_by_record(book_of.book(before), as_of)
    # Any entry of a record says which row of the database it is, and when it was first approved.
    entry = np.zeros(len(effect), np.int64)
    entry[entries.record] = np.arange(len(entries))
    of = entry[touched]
    refs = _refs(book_of.rows.record[of].tolist())
    found = zip(refs, entries.first_seq[of].tolist(), effect[touched].tolist(), strict=True)
    rows = [
        {"ref": ref, "is_late": first > before, "open_land_change_m2": change / HALF_CM2_PER_M2}
        for ref, first, change in found
    ]
    return sorted(rows, key=lambda row: (-abs(row["open_land_change_m2"]), row["ref"]))


def _refs(ids: list[int]) -> list[str]:
    """The references of these records, in the order given."""
    known: dict[int, str] = {}
    for start in range(0, len(ids), BATCH):
        known |= dict(Record.objects.filter(pk__in=ids[start : start + BATCH]).values_list("pk", "ref"))
    return [known[pk] for pk in ids]


def _open_by_record(book: Book, as_of: date) -> NDArray[np.int64]:
    """What each record's moves up to the day did to open land."""
    is_open = book.states.is_open().astype(np.int64)
    moves = book.moves.where(book.moves.day <= as_of.toordinal())
    change = (is_open[moves.target] - is_open[moves.source]) * moves.area2
    total = np.zeros(int(book.entries.record.max(initial=-1)) + 1, np.int64)
    np.add.at(total, book.entries.record[moves.entry], change)
    return total


def _drift(edition: Edition, book_of: Ledger) -> float:
    """How far today's computation of the edition lies from what it printed, by class and family; no day says."""
    return float(book_of.remembered(("drift", edition.pk), lambda: _drifted(edition)))


def _drifted(edition: Edition) -> float:
    by = ("family", "class")
    today = _closing(sheet(as_of=edition.as_of, seq=edition.seq, by=by, boundaries=edition.boundaries).rows, by)
    printed = _closing(edition.statement["rows"], by)
    return max((abs(today.get(key, 0.0) - printed.get(key, 0.0)) for key in {*today, *printed}), default=0.0)
