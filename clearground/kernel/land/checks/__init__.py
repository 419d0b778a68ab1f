"""Every check on rows that want into the books: named rules over whole columns, found as values.

`check(batch, context)` says what is wrong; `usable(batch)` says which shapes can be booked. A shape
is booked as it was given or not at all (ADR 0010).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from clearground.kernel.findings import Finding

from . import cells, geometry, pairs, position, rings, sheets
from .batch import NO_KIND, Batch, Context, Limits
from .look import Look
from .reading import Reading, Trouble, from_rings, from_wkb, from_wkt
from .rule import RULES, Rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "NO_KIND",
    "RULES",
    "Batch",
    "Context",
    "Limits",
    "Reading",
    "Rule",
    "Trouble",
    "check",
    "from_rings",
    "from_wkb",
    "from_wkt",
    "usable",
]
RULE_MODULES = (geometry, rings, position, cells, pairs, sheets)


def check(batch: Batch, context: Context, codes: Iterable[str] | None = None) -> list[Finding]:
    """All that the rules (or those of `codes`) find, by row and code."""
    look = Look(batch, context)
    wanted = sorted(RULES) if codes is None else sorted(set(codes))
    found = [finding for code in wanted for finding in RULES[code].findings(look)]
    return sorted(found, key=lambda finding: (finding.row or 0, finding.code))


def usable(batch: Batch, context: Context | None = None) -> NDArray[np.bool_]:
    """True where the shape can be booked: a sound polygon with an area, or a point.

    A point counts items and has no area. With a `context`, a polygon far outside the country, or
    without area on the grid, can't be booked either. A row whose shape can't be booked is booked
    as stated, not placed, when it states an area; otherwise a finding blocks it.
    """
    look = Look(batch, context or Context(today=0))
    bookable: NDArray[np.bool_] = look.is_sound | (look.is_point & look.is_in_degrees & (look.troubles == Trouble.NONE))
    for code in (geometry.NO_AREA, *position.MISPLACING):
        bookable[np.asarray(RULES[code].find(look).at, dtype=np.int64)] = False
    return bookable
