"""Adds rows of integers into a table by period and dimensions, exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Sums of floats are exact below this; larger ones are summed in two limbs.
EXACT_FLOAT = 1 << 53
LIMB = 1 << 26
# A dense table is faster while it has no more cells than this.
DENSE_CELLS = 30_000_000


@dataclass(frozen=True, slots=True)
class Dimension:
    """Codes of one dimension, from `lowest` (often -1, *none*) up to below `lowest + size`."""

    name: str
    lowest: int
    size: int


@dataclass(slots=True)
class Table:
    """Sums by (period, dimensions…), one column of sums for each measure that was added."""

    periods: int
    dimensions: tuple[Dimension, ...]
    sums: dict[str, NDArray[np.int64]] = field(default_factory=dict)

    @property
    def keys(self) -> int:
        """How many combinations of codes there are in one period."""
        return int(np.prod([d.size for d in self.dimensions], dtype=np.int64)) if self.dimensions else 1

    def key(self, codes: Mapping[str, Any], rows: int) -> NDArray[np.int64]:
        """The combination of codes of each row, as one number."""
        key = np.zeros(rows, np.int64)
        for dimension in self.dimensions:
            key *= dimension.size
            key += codes[dimension.name]
            key -= dimension.lowest
        return key

    def add(self, measure: str, period: NDArray[Any], key: NDArray[np.int64], amount: NDArray[Any]) -> None:
        """Add the amounts to a measure; rows of no period (-1 or past the last) are left out."""
        inside = (period >= 0) & (period < self.periods)
        if not inside.all():
            period, key, amount = period[inside], key[inside], amount[inside]
        total = exact_bincount(key * self.periods + period, amount, self.keys * self.periods)
        self.add_dense(measure, total)

    def add_dense(self, measure: str, total: NDArray[np.int64]) -> None:
        """Add a whole column of sums."""
        self.sums[measure] = self.sums[measure] + total if measure in self.sums else total

    def rows(self) -> NDArray[np.int64]:
        """The cells in which some measure is not zero, ordered by dimensions, then period."""
        used = np.zeros(self.keys * self.periods, bool)
        for total in self.sums.values():
            used |= total != 0
        return np.flatnonzero(used)

    def codes(self, rows: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
        """The codes of cells, by dimension."""
        key, result = rows // self.periods, {}
        for dimension in reversed(self.dimensions):
            result[dimension.name] = key % dimension.size + dimension.lowest
            key = key // dimension.size
        return {d.name: result[d.name] for d in self.dimensions}


def exact_bincount(at: NDArray[np.int64], amount: NDArray[Any], size: int) -> NDArray[np.int64]:
    """The sum of integer amounts at each position, exact for any int64 sums."""
    if not len(at):
        return np.zeros(size, np.int64)
    amount = np.asarray(amount, np.int64)
    if float(np.abs(amount).sum(dtype=np.float64)) < EXACT_FLOAT / 2:
        return np.bincount(at, weights=amount, minlength=size).astype(np.int64)
    high, low = np.divmod(amount, LIMB)
    upper = np.bincount(at, weights=high, minlength=size).astype(np.int64)
    return upper * LIMB + np.bincount(at, weights=low, minlength=size).astype(np.int64)


def period_of(edges: Sequence[int], day: NDArray[Any]) -> NDArray[np.int64]:
    """The period of each day: i where `edges[i] < day <= edges[i + 1]`; -1 before the first."""
    return np.searchsorted(np.asarray(edges), day, side="left") - 1
