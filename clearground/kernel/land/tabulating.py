"""Adds rows of integers into a table by period and dimensions, exactly.

Land is summed by state first and by class and degree afterwards: one pass over the rows, whatever
is asked of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Sums of floats are exact below this; larger ones are summed in two limbs.
EXACT_FLOAT = 1 << 53
LIMB = 1 << 26
# Above this many combinations of codes, only those that occur get a place in the table.
DENSE_KEYS = 20_000
# Up to this many combinations, those that occur are marked in a list of all.
MARKED_KEYS = 4_000_000
SHORT_KEYS = 1 << 31
# Up to so many edges a comparison with each is faster than a search.
FEW_EDGES = 6


@dataclass(frozen=True, slots=True)
class Dimension:
    """Codes of one dimension, from `lowest` (often -1, *none*) up to below `lowest + size`."""

    name: str
    lowest: int
    size: int


@dataclass(frozen=True, slots=True)
class Ground:
    """The dimensions that a row has whatever state its land is in, and the combinations that occur.

    `known` is None where every combination has its place, else the sorted combinations that occur;
    `number` then tells their places by combination, unless there are too many to list.
    """

    dimensions: tuple[Dimension, ...]
    known: NDArray[np.int64] | None = None
    number: NDArray[np.int64] | None = None

    @property
    def size(self) -> int:
        """How many combinations have a place."""
        if self.known is not None:
            return len(self.known)
        return int(np.prod([d.size for d in self.dimensions], dtype=np.int64)) if self.dimensions else 1

    def combination(self, codes: Mapping[str, Any], rows: int) -> NDArray[Any]:
        """The combination of codes of each row, as one number."""
        key: NDArray[Any] = np.zeros(rows, np.int32 if self.size < SHORT_KEYS else np.int64)
        for dimension in self.dimensions:
            if dimension.size > 1:
                key *= dimension.size
            key += codes[dimension.name]
            key -= dimension.lowest
        return key

    def place(self, combination: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where each combination stands in the table."""
        if self.known is None:
            return combination
        return np.searchsorted(self.known, combination) if self.number is None else self.number[combination]

    def narrowed(self, combinations: Sequence[NDArray[np.int64]]) -> Ground:
        """The same dimensions, with a place only for what occurs where a place for all is too much."""
        if self.size <= DENSE_KEYS:
            return self
        if self.size > MARKED_KEYS:
            return replace(self, known=np.unique(np.concatenate([np.unique(c) for c in combinations])))
        occurs = np.zeros(self.size, bool)
        for combination in combinations:
            occurs[combination] = True
        known, number = numbered(occurs)
        return replace(self, known=known, number=number)

    def codes(self, place: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
        """The codes of places in the table, by dimension."""
        key, result = place if self.known is None else self.known[place], {}
        for dimension in reversed(self.dimensions):
            result[dimension.name] = key % dimension.size + dimension.lowest
            key = key // dimension.size
        return result


@dataclass(slots=True)
class Table:
    """Sums by (ground, class, degree, period), one array for each measure that was added."""

    ground: Ground
    inner: tuple[Dimension, ...]  # class and degree, as far as they are asked for
    periods: int
    sums: dict[str, NDArray[np.int64]] = field(default_factory=dict)

    @property
    def inner_size(self) -> int:
        """How many combinations of class and degree there are."""
        return int(np.prod([d.size for d in self.inner], dtype=np.int64)) if self.inner else 1

    def array(self, measure: str) -> NDArray[np.int64]:
        """The sums of one measure: (ground, class and degree, period)."""
        if measure not in self.sums:
            self.sums[measure] = np.zeros((self.ground.size, self.inner_size, self.periods), np.int64)
        return self.sums[measure]

    def add_rows(
        self, measure: str, ground: NDArray[np.int64], inner: Any, period: NDArray[Any], amount: NDArray[Any]
    ) -> None:
        """Add single rows; those of no period (-1 or past the last) are left out."""
        inside = (period >= 0) & (period < self.periods)
        inner = np.broadcast_to(inner, ground.shape)[inside]
        at = (ground[inside].astype(np.int64) * self.inner_size + inner) * self.periods + period[inside]
        array = self.array(measure)
        array += exact_bincount(at, amount[inside], array.size).reshape(array.shape)

    def rows(self) -> NDArray[np.int64]:
        """The cells in which some measure is not zero, ordered by dimensions, then period."""
        used = np.zeros(self.ground.size * self.inner_size * self.periods, bool)
        for array in self.sums.values():
            used |= array.ravel() != 0
        return np.flatnonzero(used)

    def codes(self, rows: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
        """The codes of cells, by dimension."""
        key = rows // self.periods
        result = self.ground.codes(key // self.inner_size)
        inner = key % self.inner_size
        for dimension in reversed(self.inner):
            result[dimension.name] = inner % dimension.size + dimension.lowest
            inner = inner // dimension.size
        return result


def inner_place(inner: Sequence[Dimension], hazard_class: Any, degree: Any) -> Any:
    """Where a class and a degree stand among the combinations of those dimensions."""
    codes, place = {"class": hazard_class, "degree": degree}, 0
    for dimension in inner:
        place = place * dimension.size + codes[dimension.name] - dimension.lowest
    return place


def exact_bincount(at: NDArray[np.int64], amount: NDArray[Any], size: int) -> NDArray[np.int64]:
    """The sum of integer amounts at each position, exact for any int64 sums."""
    if not len(at):
        return np.zeros(size, np.int64)
    amount = np.asarray(amount, np.int64)
    if max(abs(int(amount.max())), abs(int(amount.min()))) * len(amount) < EXACT_FLOAT or (
        float(np.abs(amount).sum(dtype=np.float64)) < EXACT_FLOAT / 2
    ):
        return np.bincount(at, weights=amount, minlength=size).astype(np.int64)
    high, low = np.divmod(amount, LIMB)
    upper = np.bincount(at, weights=high, minlength=size).astype(np.int64)
    return upper * LIMB + np.bincount(at, weights=low, minlength=size).astype(np.int64)


def numbered(chosen: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The positions that are chosen, and for each position its number among them or -1."""
    keys = np.flatnonzero(chosen)
    number = np.full(len(chosen), -1, np.int64)
    number[keys] = np.arange(len(keys))
    return keys, number


def ground_of(names: Sequence[str], tables: Sequence[NDArray[np.int64]]) -> tuple[Ground, list[NDArray[np.int64]]]:
    """The ground of the rows of codes in these tables, a column for each name; and the place of each row on it."""
    some = [table for table in tables if len(table)] or [np.zeros((1, len(names)), np.int64)]
    low = np.min([table.min(axis=0) for table in some], axis=0)
    sizes = np.max([table.max(axis=0) for table in some], axis=0) - low + 1
    ground = Ground(tuple(Dimension(*each) for each in zip(names, low.tolist(), sizes.tolist(), strict=True)))
    rows = [ground.combination(dict(zip(names, table.T, strict=True)), len(table)) for table in tables]
    ground = ground.narrowed(rows)
    return ground, [ground.place(combination) for combination in rows]


def edges_before(edges: Sequence[int], day: NDArray[Any]) -> NDArray[Any]:
    """How many of the edges (rising) lie before each day, in as few bytes as can hold it."""
    if len(edges) > FEW_EDGES:
        return _looked_up(edges, day)
    count = np.zeros(len(day), np.uint8)
    for edge in edges:
        count += day > edge
    return count


def _looked_up(edges: Sequence[int], day: NDArray[Any]) -> NDArray[Any]:
    """The same for many edges: days repeat, so each day of the range is searched once."""
    low, high = max(edges[0], int(day.min(initial=edges[-1])) - 1), edges[-1] + 1
    answer = np.searchsorted(np.asarray(edges), np.arange(low, high + 1), side="left").astype(np.uint16)
    found: NDArray[np.uint16] = answer[np.clip(day, low, high) - low]
    return found


def period_of(edges: Sequence[int], day: NDArray[Any]) -> NDArray[np.int32]:
    """The period of each day: i where `edges[i] < day <= edges[i + 1]`; -1 before the first."""
    return edges_before(edges, day).astype(np.int32) - 1
