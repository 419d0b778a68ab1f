"""Tabulates each period on the boundaries that were in force at its end, with what that transferred."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from clearground.kernel.land.balances import Question, Sheet, balance
from clearground.kernel.land.transfers import merged, transfers
from clearground.places.models import BoundaryEdition
from clearground.places.selectors import finest_level

from .loading import Ledger, ledger


def editions_of(days: Sequence[int]) -> list[BoundaryEdition | None]:
    """The edition in force on each day: the latest that was valid by then, else the earliest there is.

    Editions of points are passed over. An edition without a day is valid from the beginning.
    """
    known = [edition for edition in BoundaryEdition.objects.all() if finest_level(edition) is not None]
    known.sort(key=lambda edition: (edition.valid_from or date.min, edition.name))
    starts = [(edition.valid_from or date.min).toordinal() for edition in known]
    if not known:
        return [None] * len(days)
    return [known[max(int(np.searchsorted(starts, day, side="right")) - 1, 0)] for day in days]


def balance_as_at(question: Question, seq: int) -> Sheet:
    """Openings on the boundaries of the day before a period, all else on those of its last day.

    Between the two stands what the change of boundaries transferred, so that in every row opening,
    transfers and flows make the closing. Measures of transfers are there where stocks are.
    """
    editions = editions_of(question.edges)
    return merged(question, list(_parts(question, editions, seq)))


def _parts(question: Question, editions: Sequence[BoundaryEdition | None], seq: int) -> Iterator[tuple[int, Sheet]]:
    """Sheets with the number of their first period: runs of one edition, and what changes between them."""
    periods = range(len(question.edges) - 1)
    for _edition, run in groupby(periods, key=lambda period: editions[period + 1]):
        numbers = list(run)
        first, after = numbers[0], ledger(editions[numbers[-1] + 1])
        found = balance(after.book(seq), replace(question, edges=question.edges[first : numbers[-1] + 2]))
        is_moved = editions[first] != editions[first + 1] and "place" in question.by and "opening" in found.sums
        if not is_moved:
            yield first, found
            continue
        opens = found.period == 0
        yield first, _with(found, "opening", np.where(opens, 0, found.sums["opening"]))
        yield from ((first, part) for part in _between(question, ledger(editions[first]), after, first, seq))


def _between(question: Question, before: Ledger, after: Ledger, period: int, seq: int) -> Iterator[Sheet]:
    """The opening of a period on the boundaries before it, and what the new ones transferred."""
    alone = replace(question, edges=question.edges[period : period + 2])
    old = balance(before.book(seq), alone)
    yield replace(old, sums={"opening": old.sums["opening"]})
    yield transfers(after.stacks, after.postings(seq), after.states, (before.shares, after.shares), alone)


def _with(found: Sheet, measure: str, total: NDArray[np.int64]) -> Sheet:
    return replace(found, sums={**found.sums, measure: total})
