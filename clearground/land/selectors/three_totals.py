"""Answers why three totals of one year differ: the operators', the authority's, the treaty report's.

- *operators*: what their own reports stated, as first sent, by day of completion, whenever approved;
- *authority*: land inside recorded hazards, once, by day of completion, as known at the signature;
- *treaty*: stated area of what was first approved in the year, as known at the treaty's day, without the
  organisations that the report left out. The register does not know those: the question names them.

Every line is in each step at most once, and all areas are whole numbers of half square centimetres, so
that a bridge that leaves a rest says it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clearground.kernel.land.balances import HALF_CM2_PER_M2

from .loading import ledger
from .release_lines import Areas, Chosen, ReleaseLines, ReleaseQuestion, Version, release_lines

SOURCES = ("authority", "operators", "treaty")
BRIDGES = (("operators", "authority"), ("treaty", "authority"), ("operators", "treaty"))


@dataclass(frozen=True, slots=True)
class Step:
    """One reason why a total differs from another: lines (each named by an entry), and what each adds."""

    code: str
    entry: NDArray[np.int64]
    area2: Areas

    @property
    def delta2(self) -> int:
        """What the step adds, in half square centimetres."""
        return int(self.area2.sum())

    @property
    def delta_m2(self) -> float:
        """What the step adds."""
        return self.delta2 / HALF_CM2_PER_M2


@dataclass(frozen=True, slots=True)
class Bridge:
    """From one total to another, step by step; steps without a line are left out."""

    start: str
    end: str
    start2: int
    end2: int
    steps: tuple[Step, ...]

    @property
    def gap_m2(self) -> float:
        """How far the second lies above the first."""
        return (self.end2 - self.start2) / HALF_CM2_PER_M2

    @property
    def unexplained_m2(self) -> float:
        """What no line explains."""
        return (self.end2 - self.start2 - sum(step.delta2 for step in self.steps)) / HALF_CM2_PER_M2


@dataclass(frozen=True, slots=True)
class ThreeTotals:
    """The three totals, each with the lines that it is the sum of, and the bridges between them."""

    asked: ReleaseQuestion
    counted: Mapping[str, Step]
    bridges: tuple[Bridge, ...]

    @property
    def total2(self) -> Mapping[str, int]:
        """The total of each source, in half square centimetres."""
        return {source: step.delta2 for source, step in self.counted.items()}

    @property
    def lines(self) -> Mapping[str, int]:
        """How many lines each source counts."""
        return {source: len(step.entry) for source, step in self.counted.items()}

    def total_m2(self, source: str) -> float:
        """The total of one source."""
        return self.total2[source] / HALF_CM2_PER_M2

    def bridge(self, start: str, end: str) -> Bridge:
        """The bridge between two sources; KeyError where there is none."""
        return {(each.start, each.end): each for each in self.bridges}[start, end]

    def part(self, start: str, end: str, code: str) -> Step | None:
        """The step of that code on the bridge, or one of its two totals as its lines; None where it has neither."""
        steps = {step.code: step for step in (*self.bridge(start, end).steps, self.counted[start], self.counted[end])}
        return steps.get(code)


def three_totals(asked: ReleaseQuestion) -> ThreeTotals:
    """The three totals of one kind of release in one family and period, and what makes the gaps."""
    found = release_lines(ledger(), asked)
    counted = {
        "authority": _counted(found, "authority", found.signed, found.fate.credited2),
        "operators": _counted(found, "operators", found.sent, found.sent.stated2),
        "treaty": _counted(found, "treaty", found.printed, found.printed.stated2),
    }
    total2 = {source: step.delta2 for source, step in counted.items()}
    ways = {
        ("operators", "authority"): _from_sent_to_credited,
        ("treaty", "authority"): _from_printed_to_credited,
        ("operators", "treaty"): _from_sent_to_printed,
    }
    bridges = tuple(
        Bridge(start, end, total2[start], total2[end], tuple(_steps(found, ways[start, end](found, asked))))
        for start, end in BRIDGES
    )
    return ThreeTotals(asked, counted, bridges)


def _counted(found: ReleaseLines, source: str, version: Version, area2: Areas) -> Step:
    """The lines that a source counts, those that state nothing too, the largest first."""
    at = np.flatnonzero(version.counts)
    at = at[np.argsort(-area2[at], kind="stable")]
    return Step(source, found.entry[at], area2[at])


Part = tuple[str, Chosen, Areas]


def _steps(found: ReleaseLines, parts: Iterator[Part]) -> Iterator[Step]:
    """The parts of the same cause as one step, the largest contributions first."""
    by_cause: dict[str, Areas] = {}
    for code, chosen, area2 in parts:
        by_cause[code] = by_cause.get(code, np.zeros(len(found.entry), np.int64)) + np.where(chosen, area2, 0)
    for code, area2 in by_cause.items():
        at = np.flatnonzero(area2)
        at = at[np.argsort(-np.abs(area2[at]), kind="stable")]
        if len(at):
            yield Step(code, found.entry[at], area2[at])


def _from_sent_to_credited(found: ReleaseLines, asked: ReleaseQuestion) -> Iterator[Part]:
    """Late, withdrawn, moved, corrected; then from stated areas to land credited once."""
    sent, signed = found.sent, found.signed
    gone, late = sent.counts & ~signed.counts, found.first_seq > asked.signed_seq
    yield "late", gone & late, -sent.stated2
    yield "withdrawn", gone & ~late & ~found.stood_signed, -sent.stated2
    yield "moved", gone & ~late & found.stood_signed, -sent.stated2
    yield "moved", signed.counts & ~sent.counts, signed.stated2
    yield "corrected", sent.counts & signed.counts, signed.stated2 - sent.stated2
    yield from _from_stated_to_credited(found)


def _from_sent_to_printed(found: ReleaseLines, asked: ReleaseQuestion) -> Iterator[Part]:
    """Organisations left out; approval instead of completion; what was withdrawn, moved or corrected by then."""
    sent, printed = found.sent, found.printed
    gone = sent.counts & ~printed.counts & ~found.is_left_out
    before, after = _approved_outside(found, asked)
    in_year = ~before & ~after
    yield "silent", sent.counts & ~printed.counts & found.is_left_out, -sent.stated2
    yield "next_year", gone & after, -sent.stated2
    yield "approved_before", gone & before, -sent.stated2
    yield "withdrawn", gone & in_year & ~found.stood_printed, -sent.stated2
    yield "moved", gone & in_year & found.stood_printed, -sent.stated2
    added = printed.counts & ~sent.counts
    yield "last_year", added & _completed_outside(sent, asked), printed.stated2
    yield "moved", added & ~_completed_outside(sent, asked), printed.stated2
    yield "corrected", sent.counts & printed.counts, printed.stated2 - sent.stated2


def _from_printed_to_credited(found: ReleaseLines, asked: ReleaseQuestion) -> Iterator[Part]:
    """Completion instead of approval; organisations left out; then from stated areas to land credited once."""
    printed, signed = found.printed, found.signed
    fresh = signed.counts & ~printed.counts & ~found.is_left_out
    before, after = _approved_outside(found, asked)
    dropped = printed.counts & ~signed.counts
    yield "silent", signed.counts & ~printed.counts & found.is_left_out, signed.stated2
    yield "next_year", fresh & after, signed.stated2
    yield "approved_before", fresh & before, signed.stated2
    yield "last_year", dropped & _completed_outside(printed, asked), -printed.stated2
    yield "between", dropped & ~_completed_outside(printed, asked), -printed.stated2
    yield "between", fresh & ~before & ~after, signed.stated2
    yield "between", printed.counts & signed.counts, signed.stated2 - printed.stated2
    yield from _from_stated_to_credited(found)


def _from_stated_to_credited(found: ReleaseLines) -> Iterator[Part]:
    """Without a polygon; without a stated area; polygon instead of stated; released already; outside hazards."""
    stated2, fate = found.signed.stated2, found.fate
    yield "unplaced", ~fate.is_placed, -stated2
    yield "unstated", fate.is_placed & (stated2 == 0), fate.area2
    yield "stated", fate.is_placed & (stated2 != 0), fate.area2 - stated2
    yield "twice", fate.is_placed, -fate.twice2
    yield "outside", fate.is_placed, -fate.outside2


def _approved_outside(found: ReleaseLines, asked: ReleaseQuestion) -> tuple[Chosen, Chosen]:
    """The record was first approved before the period; after it."""
    return found.approved_on < asked.since.toordinal(), found.approved_on > asked.until.toordinal()


def _completed_outside(version: Version, asked: ReleaseQuestion) -> Chosen:
    """There is such a version of the line, and it is of another period."""
    is_outside = (version.on < asked.since.toordinal()) | (version.on > asked.until.toordinal())
    return np.asarray((version.entry >= 0) & is_outside)
