"""What a change of boundaries moves from one place to another: the same land, tabulated elsewhere.

Land is compared face by face. Within one face only the net change of each place is known, so that a
boundary that swaps equal parts of one face between two places transfers nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .balances import Question, Sheet
from .folding import Postings, Stacks
from .placing import Shares
from .states import States

if TYPE_CHECKING:
    from numpy.typing import NDArray


def transfers(
    stacks: Stacks, postings: Postings, states: States, shares: tuple[Shares, Shares], question: Question
) -> Sheet:
    """Open land at the question's first edge that the second shares give to another place than the first.

    The sheet has one period and the measures `transferred_in` and `transferred_out`, by family,
    class, degree and place as asked.
    """
    day = question.edges[0]
    holds = (postings.day <= day) & (day < postings.until) & states.is_open()[postings.target]
    cell, state = postings.cell[holds], postings.target[holds]
    row, place, change = _change(stacks.face[cell], shares, question)
    codes: dict[str, NDArray[Any]] = {
        "family": stacks.family[cell][row],
        "class": states.hazard_class()[state][row],
        "degree": states.degree()[state][row],
        "place": place,
    }
    sums = {"transferred_in": np.maximum(change, 0), "transferred_out": np.maximum(-change, 0)}
    chosen = {name: codes[name].astype(np.int64) for name in question.by}
    return Sheet(tuple(question.by), np.zeros(len(row), np.int64), chosen, sums)


def _change(
    face: NDArray[np.int64], shares: tuple[Shares, Shares], question: Question
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Row of the face, place and change of area, where a face's area in a place (or group of places) changes."""
    parts = [_shares_of(face, one, question) for one in shares]
    row, place = (np.concatenate([parts[0][at], parts[1][at]]) for at in (0, 1))
    change = np.concatenate([-parts[0][2], parts[1][2]])
    keys, of = np.unique(np.column_stack([row, place]), axis=0, return_inverse=True)
    total = np.zeros(len(keys), np.int64)
    np.add.at(total, of.ravel(), change)
    keep = total != 0
    return keys[keep, 0], keys[keep, 1], total[keep]


def _shares_of(
    face: NDArray[np.int64], shares: Shares, question: Question
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    low, high = np.searchsorted(shares.face, face), np.searchsorted(shares.face, face, side="right")
    held = high - low
    row = np.repeat(np.arange(len(face)), held)
    at = np.arange(len(row)) + np.repeat(low - np.cumsum(held) + held, held)
    place = shares.place[at]
    if question.place_group is not None:
        place = np.where(place < 0, -1, question.place_group[place])
    return row, place.astype(np.int64), shares.area2[at]


def merged(question: Question, parts: Sequence[tuple[int, Sheet]]) -> Sheet:
    """One sheet of the rows of many, each part with the number of its first period; what meets is added up.

    Rows that have nothing left but zeros are left out.
    """
    columns = [[*(part.codes[name] for name in question.by), part.period + first] for first, part in parts]
    keys, of = np.unique(np.concatenate([np.column_stack(c) for c in columns]), axis=0, return_inverse=True)
    sums: dict[str, NDArray[np.int64]] = {}
    start = 0
    for _first, part in parts:
        rows = of.ravel()[start : start + len(part)]
        for name, total in part.sums.items():
            np.add.at(sums.setdefault(name, np.zeros(len(keys), np.int64)), rows, total)
        start += len(part)
    used = np.any(np.array(list(sums.values())) != 0, axis=0)
    codes = {name: keys[used, at] for at, name in enumerate(question.by)}
    return Sheet(tuple(question.by), keys[used, -1], codes, {name: total[used] for name, total in sums.items()})
