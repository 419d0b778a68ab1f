"""Answers who has fallen silent: when each operator's release reports reached approval, against its own habit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from clearground.kernel.land.events import RELEASE_KINDS

from .loading import ledger
from .release_lines import approval_days

# So many of the latest days count, so that a habit of years ago does not excuse today's silence.
LATEST = 9
# Fewer than so many days say nothing about a habit.
FEWEST = 4
# Late is who has been silent for longer than so many of its own usual intervals.
TOLERANCE = 1.5


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Of one operator: the last day on which a release report of it was first approved, and the usual interval.

    `usual_days` is the median interval between the latest such days (each day once); None where they
    are too few to speak of a habit.
    """

    operator: str
    last: date
    usual_days: float | None

    def is_late(self, today: date) -> bool:
        """Silent for longer than its own usual interval, with a tolerance of half of it."""
        return self.usual_days is not None and (today - self.last).days > TOLERANCE * self.usual_days


def reporting_rhythms() -> list[Rhythm]:
    """Every operator of an approved release, by code. Corrections are not reports: only first versions count."""
    book_of = ledger()
    entries = book_of.entries
    reports = (
        np.isin(entries.kind, sorted(RELEASE_KINDS)) & (entries.seq == entries.first_seq) & (entries.operator >= 0)
    )
    days = approval_days()[entries.seq[reports]]
    pairs = np.unique(np.column_stack([entries.operator[reports], days]), axis=0)
    found = []
    for operator in np.unique(pairs[:, 0]).tolist():
        latest = pairs[pairs[:, 0] == operator, 1][-LATEST:]
        usual = float(np.median(np.diff(latest))) if len(latest) >= FEWEST else None
        found.append(Rhythm(book_of.codes.operators[operator], date.fromordinal(int(latest[-1])), usual))
    return sorted(found, key=lambda rhythm: rhythm.operator)
