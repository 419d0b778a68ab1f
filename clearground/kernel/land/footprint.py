"""The ground that lies open in any family: a union, never the sum of the families' books."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .folding import Postings, Stacks
from .placing import Shares
from .states import States
from .tabulating import exact_bincount

if TYPE_CHECKING:
    from numpy.typing import NDArray


def footprint(
    stacks: Stacks, postings: Postings, states: States, shares: Shares, *, day: int, places: int
) -> NDArray[np.int64]:
    """Twice the open ground in cm², by place; the last row is *no place*. Ground open in two families counts once."""
    holds = (postings.day <= day) & (day < postings.until) & states.is_open()[postings.target]
    open_face = np.zeros(int(stacks.face.max(initial=-1)) + 1, bool)
    open_face[stacks.face[postings.cell[holds]]] = True
    known = shares.face < len(open_face)
    counted = np.flatnonzero(known)[open_face[shares.face[known]]]
    place = np.where(shares.place[counted] < 0, places, shares.place[counted])
    return exact_bincount(place.astype(np.int64), shares.area2[counted], places + 1)
