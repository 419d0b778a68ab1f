"""The three totals of the year and the bridges between them, as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.land import selectors as land
from clearground.land.models import Approval, LandEvent
from clearground.land.selectors.three_totals import BRIDGES, SOURCES, Bridge, Step

from ..shell.addresses import figure_address, query, record_address
from ..shell.selectors import families
from .selectors import KINDS, Year, three_totals
from .tables import change, change_km2, km2

A_PAGE = 50
SOURCE_NAMES = {
    "authority": _("Authority"),
    "operators": _("Operators"),
    "treaty": _("Treaty report"),
}
KIND_NAMES = {"cleared": _("cleared"), "reduced": _("reduced"), "cancelled": _("cancelled")}
WAYS = {
    ("operators", "authority"): _("From the operators to the authority"),
    ("treaty", "authority"): _("From the treaty report to the authority"),
    ("operators", "treaty"): _("From the operators to the treaty report"),
}
CAUSES = {
    "late": _("Approved after the edition was signed"),
    "withdrawn": _("Withdrawn before the cut-off: sent twice"),
    "moved": _("Corrected to another day, kind or family"),
    "corrected": _("Corrected before the cut-off"),
    "unplaced": _("Stated without a polygon"),
    "unstated": _("A polygon without a stated area"),
    "stated": _("Area of the polygon instead of the stated one"),
    "twice": _("Over land already released"),
    "outside": _("Outside recorded hazards"),
    "silent": _("Organisation missing from the treaty report"),
    "next_year": _("Completed in the year, approved after it"),
    "approved_before": _("Completed in the year, approved before it"),
    "last_year": _("Approved in the year, completed in another"),
    "between": _("Changed between the two cut-offs"),
}


@dataclass(frozen=True, slots=True)
class Total:
    """The total of one source; `share` is its part of the largest, in percent."""

    source: str
    name: Any
    km2: str
    area: str
    lines: int
    share: float
    address: str


@dataclass(frozen=True, slots=True)
class Gap:
    """The way from one total to another, and where it is explained."""

    words: Any
    km2: str
    area: str
    is_nil: bool
    address: str


@dataclass(frozen=True, slots=True)
class Release:
    """One kind of release in one family, as the three sources count it."""

    family: str
    family_name: str
    kind: str
    kind_name: Any
    totals: list[Total]
    gaps: list[Gap]


def releases(year: Year, *, shows_lines: bool) -> list[Release]:
    """Every kind of release in every family of which some source counts anything; clearance first."""
    found = []
    for family, name in families().items():
        for kind in KINDS:
            told = three_totals(year.version, year.question(family, kind))
            if any(told.total2.values()):
                totals = list(totals_of(year, told, kind, shows_lines=shows_lines))
                gaps = list(gaps_of(year, told, kind))
                found.append(Release(family, name, kind, KIND_NAMES[kind], totals, gaps))
    return found


def totals_of(year: Year, told: land.ThreeTotals, kind: str, *, shows_lines: bool) -> Iterator[Total]:
    """The three totals, the authority's first, and where each opens."""
    largest = max(told.total2.values()) or 1
    for source in SOURCES:
        total2 = told.total2[source]
        share = round(100 * total2 / largest, 2)
        address = source_address(year, source, told.asked.family, kind, shows_lines=shows_lines)
        yield Total(source, SOURCE_NAMES[source], km2(total2), area(total2), told.lines[source], share, address)


def gaps_of(year: Year, told: land.ThreeTotals, kind: str, left_out: Iterable[str] = ()) -> Iterator[Gap]:
    """The three gaps."""
    for start, end in BRIDGES:
        found = told.bridge(start, end)
        gap2 = found.end2 - found.start2
        address = gap_address(year, (start, end), told.asked.family, kind, left_out)
        yield Gap(WAYS[start, end], change_km2(gap2), change(gap2), not gap2, address)


def source_address(year: Year, source: str, family: str, kind: str, *, shows_lines: bool) -> str:
    """Where a total opens: the authority's as a figure of the sheet, any other on its way to the authority's.

    There it opens with the lines that it is the sum of, for readers who may see them.
    """
    if source == "authority":
        return total_address(year, family, kind)
    way = (source, "authority")
    if shows_lines:
        return gap_address(year, way, family, kind, step=source) + "#lines"
    return gap_address(year, way, family, kind)


def gap_address(
    year: Year, way: tuple[str, str], family: str, kind: str, left_out: Iterable[str] = (), **more: Any
) -> str:
    """Where a gap is explained."""
    edition = year.edition.pk if year.edition else None
    asked = {"family": family, "kind": kind, "edition": edition, "without": sorted(left_out), **more}
    asked = {name: value for name, value in asked.items() if value not in (None, "", [])}
    return f"{reverse('web:gap', args=way)}?{query(asked)}"


def area(half_cm2: int) -> str:
    """An area in square metres, without a sign."""
    return change(half_cm2).removeprefix("+")


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a bridge: what it adds, and from where to where that reaches, in percent of the widest."""

    code: str
    name: Any
    area: str
    lines: int | None
    start: float
    width: float
    sort: str
    address: str


def bars_of(found: Bridge, addresses: dict[str, str]) -> list[Bar]:
    """The rows of a bridge, with their running total."""
    rows = steps_of(found)
    levels, level = [found.start2], found.start2
    for _code, _name, delta2, _lines in rows:
        level += delta2
        levels.append(level)
    widest = max(*levels, found.end2, 1)
    bars = [whole_bar(found.start, found.start2, widest, addresses)]
    for at, (code, name, delta2, lines) in enumerate(rows):
        low, high = sorted(levels[at : at + 2])
        start, width = percent(low, widest), percent(high - low, widest)
        sort = "up" if delta2 > 0 else "down"
        bars.append(Bar(code, name, change(delta2), lines, start, width, sort, addresses.get(code, "")))
    return [*bars, whole_bar(found.end, found.end2, widest, addresses)]


def steps_of(found: Bridge) -> list[tuple[str, Any, int, int | None]]:
    """Code, words, area and lines of each step; a rest that nothing explains stands before the end."""
    rows: list[tuple[str, Any, int, int | None]] = [
        (step.code, CAUSES[step.code], step.delta2, len(step.entry)) for step in found.steps
    ]
    rest2 = round(found.unexplained_m2 * HALF_CM2_PER_M2)
    return [*rows, ("unexplained", _("Unexplained"), rest2, None)] if rest2 else rows


def whole_bar(source: str, total2: int, widest: int, addresses: dict[str, str]) -> Bar:
    """The row of a total."""
    width, address = percent(total2, widest), addresses.get(source, "")
    return Bar(source, SOURCE_NAMES[source], area(total2), None, 0.0, width, "total", address)


def percent(part: int, whole: int) -> float:
    """A share for a drawing."""
    return round(100 * max(part, 0) / whole, 3)


def step_name(code: str) -> Any:
    """What a step is called, or the total that is taken for one."""
    return CAUSES.get(code) or SOURCE_NAMES[code]


@dataclass(frozen=True, slots=True)
class StepLine:
    """One line of a release report and what it adds to a step."""

    ref: str
    address: str
    line: int
    operator: str
    on: date
    approved_on: date
    area: str


def lines_of_step(step: Step, number: int) -> list[StepLine]:
    """One page of the lines of a step, the largest contributions first."""
    return [
        StepLine(
            event.record.ref,
            record_address(event.record.ref),
            event.line,
            event.operator.code if event.operator else "",
            event.on,
            approved_on,
            change(area2),
        )
        for event, approved_on, area2 in events_of_step(step, (number - 1) * A_PAGE, number * A_PAGE)
    ]


def events_of_step(step: Step, start: int, stop: int) -> list[tuple[LandEvent, date, int]]:
    """The lines from one place to another of a step's list: what each says, its first approval, what it adds."""
    ids = land.ledger().entry_event[step.entry[start:stop]].tolist()
    events = events_of(ids)
    first = first_days({event.record.first_seq for event in events.values()})
    areas = step.area2[start:stop].tolist()
    return [(events[pk], first[events[pk].record.first_seq], area2) for pk, area2 in zip(ids, areas, strict=True)]


def events_of(ids: list[int]) -> dict[int, LandEvent]:
    """The events with these ids, with what a list says of them."""
    return LandEvent.objects.select_related("record", "operator").defer("shape", "given_shape", "note").in_bulk(ids)


def first_days(seqs: Iterable[int]) -> dict[int, date]:
    """The days of these approvals."""
    return dict(Approval.objects.filter(seq__in=list(seqs)).values_list("seq", "on"))


def total_address(year: Year, family: str, kind: str) -> str:
    """Where the authority's total opens."""
    return figure_address(f"{kind}_m2", as_of=year.as_of, since=year.since, known=year.known, family=family)
