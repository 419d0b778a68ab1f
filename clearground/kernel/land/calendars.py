"""The moves of a book in the order of their days, so that any day and any period are a slice of them.

Moves of one family in one place and one state (or turn) have one key. Sums by key are made of slices
of two columns, and everything that a sheet asks of land is made of these sums: not of single moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .folding import FOREVER
from .tabulating import edges_before, exact_bincount, numbered

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .books import Lines
    from .states import States

SHORT_DAYS = 1 << 16
# A table of sums with more cells than this for each row it is made of would be mostly empty.
DENSE_CELLS = 4


class Keyed(NamedTuple):
    """Amounts by ground, code (a state or a turn) and column (a day or a period)."""

    ground: NDArray[np.int64]
    code: NDArray[np.int64]
    column: NDArray[np.int64]
    amount: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Series:
    """Amounts by day, the days rising. Key i stands for `ground[i]` with `code[i]`."""

    day: NDArray[np.int32]
    key: NDArray[np.int32]
    amount: NDArray[np.int64]
    ground: NDArray[np.int64]
    code: NDArray[np.int64]

    def between(self, edges: Sequence[int], grounds: NDArray[np.bool_]) -> Keyed:
        """The sums of each period on these grounds: column i is of the days after `edges[i]` up to `edges[i + 1]`."""
        low, high = np.searchsorted(self.day, [edges[0], edges[-1]], side="right")
        period = edges_before(edges, self.day[low:high]).astype(np.int64) - 1
        return self._summed(int(low), int(high), period, len(edges) - 1, grounds)

    def up_to(self, days: Sequence[int], grounds: NDArray[np.bool_]) -> Keyed:
        """The sums up to each of the days (rising), that day included, on these grounds."""
        high = int(np.searchsorted(self.day, days[-1], side="right"))
        first = edges_before(days, self.day[:high])
        keys, at, inside = self._at(0, high, grounds)
        cell = at * len(days) + first[inside]
        size = len(keys) * len(days)
        totals = np.cumsum(exact_bincount(cell, self.amount[:high][inside], size).reshape(-1, len(days)), axis=1)
        row, column = np.nonzero(totals)
        return Keyed(self.ground[keys[row]], self.code[keys[row]], column, totals[row, column])

    def _summed(
        self, low: int, high: int, column: NDArray[np.int64], columns: int, grounds: NDArray[np.bool_]
    ) -> Keyed:
        keys, at, inside = self._at(low, high, grounds)
        column, amount = column[inside], self.amount[low:high][inside]
        if len(keys) * columns > DENSE_CELLS * len(at):
            return Keyed(self.ground[keys[at]], self.code[keys[at]], column, amount)
        totals = exact_bincount(at * columns + column, amount, len(keys) * columns)
        cell = np.flatnonzero(totals)
        key = keys[cell // columns]
        return Keyed(self.ground[key], self.code[key], cell % columns, totals[cell])

    def _at(self, low: int, high: int, grounds: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[Any], Any]:
        """The keys on these grounds; for the rows of a slice that have one of them, which; and which rows they are."""
        key = self.key[low:high]
        if grounds.all():
            return np.arange(len(self.ground)), key.astype(np.int64), slice(None)
        keys, number = numbered(grounds[self.ground])
        inside = np.flatnonzero(number[key] >= 0)
        return keys, number[key[inside]], inside


@dataclass(frozen=True, slots=True)
class Calendar:
    """Ground i is of family `family[i]` in place `place[i]`. `stays` are of states, `turns` of turns.

    A stay adds its area on the day from which a move holds and takes it away on the day from which it
    holds no longer, so that the sum up to a day is what lies in the state at its end. Only what is
    open or released outside is in it.
    """

    family: NDArray[np.int64]
    place: NDArray[np.int64]
    stays: Series
    turns: Series


def calendar_of(moves: Lines, states: States, turns: int) -> Calendar:
    """The calendar of these moves."""
    lowest, places = -1, int(moves.place.max(initial=-1)) + 2
    pairs, ground = _codes(moves.family.astype(np.int64) * places + moves.place - lowest)
    shown = np.flatnonzero((states.is_open() | states.is_outside())[moves.target] & (moves.day < moves.until))
    ended = shown[moves.until[shown] < FOREVER]
    move = np.concatenate([shown, ended])
    stays = _series(
        np.concatenate([moves.day[shown], moves.until[ended]]),
        ground[move] * states.count + moves.target[move],
        np.concatenate([moves.area2[shown], -moves.area2[ended]]),
        states.count,
    )
    turned = _series(moves.day, ground * max(turns, 1) + moves.turn, moves.area2, max(turns, 1))
    return Calendar(pairs // places, pairs % places + lowest, stays, turned)


def _series(day: NDArray[np.int32], key: NDArray[np.int64], amount: NDArray[np.int64], codes: int) -> Series:
    keys, number = _codes(key)
    order = _by_day(day)
    return Series(day[order], number[order].astype(np.int32), amount[order], keys // codes, keys % codes)


def _by_day(day: NDArray[np.int32]) -> NDArray[np.int64]:
    """The order of days. They span less than two centuries, so that their difference is short and sorts fast."""
    start = int(day.min(initial=FOREVER))
    is_short = len(day) and int(day.max()) - start < SHORT_DAYS
    return np.argsort((day - start).astype(np.uint16) if is_short else day, kind="stable")


def _codes(key: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The keys that occur, rising, and the number of each row's among them."""
    present = np.zeros(int(key.max(initial=-1)) + 1, bool)
    present[key] = True
    keys, number = numbered(present)
    return keys, number[key]
