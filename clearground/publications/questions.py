"""A question of one's own, as a value: what an address, a form and a kept report all say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from clearground.common.errors import Exit, Refused
from clearground.land.sheets import DIMENSIONS, PERIOD_DIMENSIONS, RECORD_DIMENSIONS, STOCK_COLUMNS

from .choices import ALL_ITEMS, COUNT_WORDS, FLOW_WORDS, STOCK_WORDS

FILTERS = tuple(name for name in DIMENSIONS if name not in PERIOD_DIMENSIONS)
BASES = ("happened", "approved")
UNITS = ("m2", "ha", "km2")
MOST_ROWS = 2
# What counts are split by; they stand at the end of a period, so that no period splits them.
SPLIT_COUNTS = frozenset({"family", "class", "province", "district", "commune"})


@dataclass(frozen=True, slots=True)
class PivotQuestion:
    """Measures by rows and columns, of one code in each dimension of `where`, from `since` to `as_of`."""

    rows: tuple[str, ...]
    measures: tuple[str, ...]
    as_of: date
    since: date
    known: date
    column: str = ""
    basis: str = "happened"
    where: tuple[tuple[str, str], ...] = ()
    unit: str = "m2"

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Those of rows, then that of columns."""
        return (*self.rows, *([self.column] if self.column else []))

    @property
    def asks_for_stocks(self) -> bool:
        """Something on a day is asked for, besides what happened in a period."""
        return any(is_stock(measure) for measure in self.measures)

    def parameters(self) -> dict[str, Any]:
        """The question as the parameters of an address."""
        days = {"since": self.since.isoformat(), "as-of": self.as_of.isoformat(), "known": self.known.isoformat()}
        rows = dict(zip(("rows", "rows2"), self.rows, strict=False))
        said = {**rows, "columns": self.column, "measure": list(self.measures), **days, **dict(self.where)}
        usual = {"basis": "happened", "unit": "m2"}
        said |= {name: value for name, value in (("basis", self.basis), ("unit", self.unit)) if value != usual[name]}
        return {name: value for name, value in said.items() if value}

    def as_json(self) -> dict[str, Any]:
        """The question as it is kept."""
        days = {name: getattr(self, name).isoformat() for name in ("as_of", "since", "known")}
        lists = {"rows": list(self.rows), "measures": list(self.measures), "where": dict(self.where)}
        return {**lists, "column": self.column, **days, "basis": self.basis, "unit": self.unit}

    def up_to(self, as_of: date, known: date) -> PivotQuestion:
        """The same span of time, ending on another day."""
        return replace(self, as_of=as_of, known=known, since=_moved(self.since, as_of.year - self.as_of.year))


def _moved(day: date, years: int) -> date:
    """The same day of another year; 29 February becomes 28."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def is_stock(measure: str) -> bool:
    """The measure is of a day, not of a period: it is never added up over periods."""
    return measure in STOCK_COLUMNS or measure in COUNT_WORDS


def is_area(measure: str) -> bool:
    """The measure is in square metres; others are counts."""
    return measure.endswith("_m2")


def is_measure(name: str) -> bool:
    """The books can answer it."""
    return name in FLOW_WORDS or name in STOCK_WORDS or name in COUNT_WORDS or name.split("_")[0] == ALL_ITEMS


def from_json(kept: Mapping[str, Any]) -> PivotQuestion:
    """The question that was kept; refused, with what is wrong, where today's register can't read it."""
    try:
        question = PivotQuestion(
            rows=tuple(kept["rows"]),
            measures=tuple(kept["measures"]),
            column=kept.get("column", ""),
            **{name: date.fromisoformat(kept[name]) for name in ("as_of", "since", "known")},
            basis=kept.get("basis", "happened"),
            where=tuple(dict(kept.get("where", {})).items()),
            unit=kept.get("unit", "m2"),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise Refused(
            _("This question was kept in a form that the register does not read any more (%(problem)s).")
            % {"problem": problem},
            _("Ask it anew, save it under the same name, and delete this one."),
        ) from problem
    check(question)
    return question


def check(question: PivotQuestion) -> None:
    """Refuses what has no answer, saying what to change."""
    _check_names(question)
    _check_periods(question)
    if question.asks_for_stocks:
        _check_stocks(question)
    if any(measure in COUNT_WORDS for measure in question.measures):
        _check_counts(question)


def _check_names(question: PivotQuestion) -> None:
    names = (*question.dimensions, *(name for name, _code in question.where))
    unknown = [name for name in names if name not in DIMENSIONS]
    unknown += [name for name in question.measures if not is_measure(name)]
    unknown += [name for name in (question.basis, question.unit) if name not in (*BASES, *UNITS)]
    if unknown:
        raise Refused(
            _("The register does not know: %(names)s.") % {"names": ", ".join(unknown)},
            _("Choose rows, columns and measures from the lists."),
            Exit.USAGE,
        )
    if not question.rows or len(question.rows) > MOST_ROWS or not question.measures:
        raise Refused(
            _("A table needs one or two dimensions in its rows, and something to measure."),
            _("Choose rows, and at least one measure."),
            Exit.USAGE,
        )
    if len(set(question.dimensions)) < len(question.dimensions):
        raise Refused(
            _("The same dimension stands twice in rows and columns."),
            _("Choose another one, or none, in one of the two places."),
            Exit.USAGE,
        )


def _check_periods(question: PivotQuestion) -> None:
    if question.since > question.as_of:
        raise Refused(
            _("The period begins after it ends."), _("Give an earlier first day or a later last day."), Exit.USAGE
        )
    if len([name for name in question.dimensions if name in PERIOD_DIMENSIONS]) > 1:
        raise Refused(
            _("Periods of two lengths can't cross each other."),
            _("Choose one of year, quarter and month."),
            Exit.USAGE,
        )


def _check_stocks(question: PivotQuestion) -> None:
    names = {*question.dimensions, *dict(question.where)}
    if work := [name for name in RECORD_DIMENSIONS if name in names]:
        raise Refused(
            _("What lies open on a day belongs to land, not to who worked on it: it has no %(names)s.")
            % {"names": ", ".join(work)},
            _("Ask for what was released (cancelled, reduced, cleared), or leave %(names)s out.")
            % {"names": ", ".join(work)},
            Exit.USAGE,
        )


def _check_counts(question: PivotQuestion) -> None:
    names = {*question.dimensions, *dict(question.where)}
    if wrong := sorted(names - SPLIT_COUNTS):
        raise Refused(
            _("Hazard records are counted on one day, by family, class and place; not by %(names)s.")
            % {"names": ", ".join(wrong)},
            _("Leave the counts of records out, or %(names)s.") % {"names": ", ".join(wrong)},
            Exit.USAGE,
        )
