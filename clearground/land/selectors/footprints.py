"""Answers how much ground lies open in any family: the one figure in which families meet, as a union."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from clearground.kernel.land.books import HALF_CM2_PER_M2
from clearground.kernel.land.folding import fold
from clearground.kernel.land.footprint import footprint

from .loading import ledger
from .questions import LEVELS, approval_known


def open_ground(*, as_of: date, known: date | None = None, level: str | None = None) -> list[dict[str, Any]]:
    """Rows of open ground in m², of the whole country or by province, district or commune (None: in no place)."""
    book_of = ledger()
    postings = fold(book_of.stacks, book_of.entries, book_of.states, approval_known(known))
    places = len(book_of.codes.places)
    found = footprint(book_of.stacks, postings, book_of.states, book_of.shares, day=as_of.toordinal(), places=places)
    if level is None:
        return [{"open_m2": int(found.sum()) / HALF_CM2_PER_M2}]
    group = np.append(book_of.ancestor[LEVELS[level]], -1)
    total = np.zeros(places + 1, np.int64)
    np.add.at(total, group, found)
    codes = [*book_of.codes.places, None]
    return [{level: codes[at], "open_m2": int(total[at]) / HALF_CM2_PER_M2} for at in np.flatnonzero(total).tolist()]
