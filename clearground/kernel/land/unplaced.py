"""Books of records that state an area and have no usable polygon: columns of their own.

Each hazard record has an account of its own; a release without a polygon that names it draws on it
until nothing is left. What a release states beyond that, or without naming such a hazard, is
*outside*: it can't be subtracted from anything. Amounts are twice square centimetres.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .columns import NO_CODE, Entries
from .events import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

HALF_CM2_PER_M2 = 20_000
NEW, RELEASED, OUTSIDE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Moves of stated area at one k: `column` is NEW, RELEASED or OUTSIDE; `hazard_class` -1 if not stated."""

    entry: NDArray[np.int64]
    day: NDArray[np.int32]
    column: NDArray[np.int8]
    hazard_class: NDArray[np.int16]
    amount: NDArray[np.int64]


@dataclass(slots=True)
class _Account:
    left: int = 0
    hazard_class: int = NO_CODE


def unplaced(entries: Entries, seq: int) -> Unplaced:
    """The moves of stated area by the records without a polygon that stand at `seq`, in book order."""
    wanted = (entries.land == NO_CODE) & np.isfinite(entries.stated_m2) & entries.stand_at(seq)
    at = np.flatnonzero(wanted)
    at = at[np.argsort(entries.book_rank[at], kind="stable")]
    accounts: dict[tuple[int, int], _Account] = defaultdict(_Account)
    rows = [row for entry in at.tolist() for row in _moves(entry, entries, accounts)]
    entry, column, hazard_class, amount = (np.array(part) for part in zip(*rows, strict=True)) if rows else _nothing()
    return Unplaced(
        entry.astype(np.int64),
        entries.on[entry.astype(np.int64)],
        column.astype(np.int8),
        hazard_class.astype(np.int16),
        amount.astype(np.int64),
    )


def _nothing() -> tuple[NDArray[np.int64], ...]:
    return tuple(np.zeros(0, np.int64) for _ in range(4))


def _moves(
    entry: int, entries: Entries, accounts: dict[tuple[int, int], _Account]
) -> Iterator[tuple[int, int, int, int]]:
    kind, family = Kind(int(entries.kind[entry])), int(entries.family[entry])
    amount = round(float(entries.stated_m2[entry]) * HALF_CM2_PER_M2)
    if kind.is_hazard:
        account = accounts[int(entries.record[entry]), family]
        account.left += amount
        account.hazard_class = int(entries.hazard_class[entry])
        yield entry, NEW, account.hazard_class, amount
    elif kind.is_release:
        account = accounts[int(entries.hazard[entry]), family] if entries.hazard[entry] >= 0 else _Account()
        drawn = min(account.left, amount)
        account.left -= drawn
        if drawn:
            yield entry, RELEASED, account.hazard_class, drawn
        if amount > drawn:
            yield entry, OUTSIDE, -2, amount - drawn
