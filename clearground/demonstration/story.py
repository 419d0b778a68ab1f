"""Why three totals of one year differ: operators, authority and treaty report on mined land cleared in 2017.

Nothing here is typed in: every figure is computed from the generated records by the rule that its source follows,
and every step between two figures names the records that make it.

- *Operators* add up what they wrote in their own reports: the stated area of each clearance completed in the year.
- *The authority* ("Official 2017") counts placed land inside recorded hazards, once, on the day of completion, as known
  when the edition was signed.
- *The treaty report* was printed earlier, adds up stated areas of what the board approved in the year, and lacks one
  organisation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from clearground.kernel.land.events import Kind
from clearground.land.lines import Line

from .generate import Demonstration
from .known import Credit, History, ItemKey, credits
from .programme import OPERATORS, SIGNATURES, SILENT_OPERATOR, STORY_YEAR, TREATY_KNOWN

FAMILY = "mines"
SIGNED_KNOWN = SIGNATURES[-1].known
SILENT = OPERATORS[SILENT_OPERATOR].code
LABELS = {
    "late": _("Approved after the edition was signed"),
    "corrected": _("Corrected before the cut-off"),
    "withdrawn": _("Withdrawn before the cut-off: sent twice"),
    "unplaced": _("Stated without a polygon"),
    "stated": _("Area of the polygon instead of the stated one"),
    "twice": _("Over land already released"),
    "outside": _("Outside recorded hazards"),
    "silent": _("Organisation missing from the treaty report"),
    "next_year": _("Completed in the year, approved after it"),
    "last_year": _("Approved in the year, completed before it"),
    "between": _("Changed between the two cut-offs"),
}


@dataclass(frozen=True)
class Step:
    """One reason why a figure differs from another, with what each record contributes to it (m²)."""

    code: str
    records: Mapping[ItemKey, float]

    @property
    def delta_m2(self) -> float:
        """What the step adds."""
        return sum(self.records.values())

    @property
    def label(self) -> str:
        """The reason in words."""
        return str(LABELS[self.code])


@dataclass(frozen=True)
class Bridge:
    """From one total to another, step by step."""

    start: str
    end: str
    start_m2: float
    end_m2: float
    steps: tuple[Step, ...]

    @property
    def unexplained_m2(self) -> float:
        """What no record explains."""
        return self.end_m2 - self.start_m2 - sum(step.delta_m2 for step in self.steps)


@dataclass(frozen=True)
class Story:
    """The three totals of the year (m²) and the three bridges between them."""

    year: int
    totals_m2: Mapping[str, float]
    bridges: tuple[Bridge, ...]


def story_of(demonstration: Demonstration) -> Story:
    """The story of the demonstration's books."""
    figures = Figures(History.of(demonstration.approvals))
    totals = {
        "operators": sum(figures.reported.values()),
        "authority": sum(credit.credited_m2 for credit in figures.credited.values()),
        "treaty": sum(figures.printed.values()),
    }
    ways = (
        ("operators", "authority", figures.from_operators_to_authority()),
        ("operators", "treaty", figures.from_operators_to_treaty()),
        ("treaty", "authority", figures.from_treaty_to_authority()),
    )
    bridges = (Bridge(start, end, totals[start], totals[end], steps) for start, end, steps in ways)
    return Story(STORY_YEAR, totals, tuple(bridges))


@dataclass(frozen=True)
class Figures:
    """What each of the three counted, record by record, in m²."""

    history: History

    @cached_property
    def reported(self) -> dict[ItemKey, float]:
        """Operators: stated area of clearance completed in the year, as first sent, whenever it was approved."""
        return _stated(line for line in self.history.first_versions() if _is_of_year(line))

    @cached_property
    def signed(self) -> dict[ItemKey, Line]:
        """Authority: clearance completed in the year, as it stood when the edition was signed."""
        return {(x.ref, x.line): x for x in self.history.standing(SIGNED_KNOWN) if _is_of_year(x)}

    @cached_property
    def credited(self) -> dict[ItemKey, Credit]:
        """Authority: what became of the placed land of each of those."""
        family = [line for line in self.history.standing(SIGNED_KNOWN) if _names_family(line)]
        return credits(self.history, family, self.signed.values())

    @cached_property
    def printed(self) -> dict[ItemKey, float]:
        """Treaty report: stated area of clearance approved in the year, without the organisation that is missing."""
        lines = (line for line in self.history.standing(TREATY_KNOWN) if _is_clearance(line))
        return _stated(line for line in lines if self._approved_in_year(line.ref) and line.operator != SILENT)

    def from_operators_to_authority(self) -> tuple[Step, ...]:
        """Late, corrected, withdrawn; then from stated areas to land credited once."""
        sent, booked = self.reported, _stated(self.signed.values())
        gone = {key: -area for key, area in sent.items() if key not in booked}
        late = {key: area for key, area in gone.items() if self.history.first_known(key[0]) > SIGNED_KNOWN}
        withdrawn = {key: area for key, area in gone.items() if key not in late}
        return (
            Step("late", late),
            Step("withdrawn", withdrawn),
            Step("corrected", _differences(sent, booked)),
            *self._from_stated_to_credited(),
        )

    def from_operators_to_treaty(self) -> tuple[Step, ...]:
        """One organisation missing; approval instead of completion; what was corrected by then."""
        sent, printed = self.reported, self.printed
        gone = {key: -area for key, area in sent.items() if key not in printed}
        silent = {key: area for key, area in gone.items() if self._operator(key) == SILENT}
        late = {key: area for key, area in gone.items() if key not in silent and not self._approved_in_year(key[0])}
        withdrawn = {key: area for key, area in gone.items() if key not in silent and key not in late}
        earlier = {key: area for key, area in printed.items() if key not in sent}
        return (
            Step("silent", silent),
            Step("next_year", late),
            Step("withdrawn", withdrawn),
            Step("last_year", earlier),
            Step("corrected", _differences(sent, printed)),
        )

    def from_treaty_to_authority(self) -> tuple[Step, ...]:
        """Completion instead of approval; the missing organisation; from stated areas to land credited once."""
        printed, booked = self.printed, _stated(self.signed.values())
        fresh = {key: area for key, area in booked.items() if key not in printed}
        silent = {key: area for key, area in fresh.items() if self._operator(key) == SILENT}
        return (
            Step("silent", silent),
            Step("next_year", {key: area for key, area in fresh.items() if key not in silent}),
            Step("last_year", {key: -area for key, area in printed.items() if key not in booked}),
            Step("between", _differences(printed, booked)),
            *self._from_stated_to_credited(),
        )

    def _from_stated_to_credited(self) -> tuple[Step, ...]:
        stated, land = _stated(self.signed.values()), self.credited
        return (
            Step("unplaced", _nonzero({key: -area for key, area in stated.items() if key not in land})),
            Step("stated", self._by_record(lambda key, credit: credit.area_m2 - stated[key])),
            Step("twice", self._by_record(lambda key, credit: -credit.twice_m2)),
            Step("outside", self._by_record(lambda key, credit: -credit.outside_m2)),
        )

    def _by_record(self, rule: Callable[[ItemKey, Credit], float]) -> dict[ItemKey, float]:
        return _nonzero({key: rule(key, credit) for key, credit in self.credited.items()})

    def _approved_in_year(self, ref: str) -> bool:
        return self.history.first_known(ref).year == STORY_YEAR

    def _operator(self, key: ItemKey) -> str | None:
        return (self.history.versions[key[0]][0][1] or ())[0].operator


def _is_of_year(line: Line) -> bool:
    return _is_clearance(line) and line.on.year == STORY_YEAR


def _is_clearance(line: Line) -> bool:
    return line.kind is Kind.CLEAR and _names_family(line)


def _names_family(line: Line) -> bool:
    return any(family == FAMILY for family, _class in line.families)


def _stated(lines: Iterable[Line]) -> dict[ItemKey, float]:
    """The stated area of each line; spot tasks state none and add nothing."""
    return {(line.ref, line.line): line.stated_m2 for line in lines if line.stated_m2 is not None}


def _differences(before: Mapping[ItemKey, float], after: Mapping[ItemKey, float]) -> dict[ItemKey, float]:
    return _nonzero({key: area - before[key] for key, area in after.items() if key in before})


def _nonzero(contributions: dict[ItemKey, float]) -> dict[ItemKey, float]:
    return {key: area for key, area in contributions.items() if area != 0}
