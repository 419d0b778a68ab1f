"""One figure of the books: what it is asked of, what it comes to, and which records it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from .counted import COUNT_COLUMNS, SHARE_COLUMNS
from .sheets import AREA_COLUMNS, PLACE_DIMENSIONS, RECORD_DIMENSIONS, STOCK_COLUMNS

SCOPE_DIMENSIONS = ("family", "class", "degree", *PLACE_DIMENSIONS, *RECORD_DIMENSIONS)
NO_CODE = "none"  # how an address asks for land of no class, work of no operator, no place


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure as an address asks for it: stocks as of a day, flows since another, as known at one approval.

    `within` maps dimensions to codes; `NO_CODE` asks for what has none.
    """

    measure: str
    as_of: date
    since: date | None
    known: date | None
    seq: int
    basis: str = "happened"
    within: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_stock(self) -> bool:
        """The figure is of one day; the period of the question says nothing to it."""
        return self.measure in STOCK_COLUMNS

    @property
    def is_counted(self) -> bool:
        """The figure stands beside the balance, in the counts."""
        return self.measure not in AREA_COLUMNS and self.measure in {*COUNT_COLUMNS, *SHARE_COLUMNS}

    @property
    def key(self) -> tuple[object, ...]:
        """What two askings of the same figure have in common."""
        within = tuple(sorted(self.within.items()))
        return (self.measure, self.as_of, self.since, self.seq, self.basis, within)

    def of(self, **within: str) -> Asked:
        """The same figure of a part of its scope."""
        return replace(self, within={**self.within, **within})


@dataclass(frozen=True, slots=True)
class Contributions:
    """Which records make a figure up, largest first: the place of each in the order of references, and its amount.

    Amounts are twice square centimetres, or a count. `entry` is the row of the books that gives most.
    """

    record: NDArray[np.int64]
    amount: NDArray[np.int64]
    entry: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.record)

    @property
    def total(self) -> int:
        """What all the records come to."""
        return int(self.amount.sum())
