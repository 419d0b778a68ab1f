"""What the page of a question of one's own shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clearground.common import formats
from clearground.land.sheets import PERIOD_DIMENSIONS
from clearground.publications.choices import DIMENSION_WORDS
from clearground.publications.periods import Period, periods
from clearground.publications.pivoting import Group, Line, Pivot
from clearground.publications.questions import PivotQuestion, is_area
from clearground.publications.selectors import names

from ..shell.addresses import figure_address, query
from ..shell.forms import UNITS

MOST_LINES = 400
MOST_CELLS = 4_000


@dataclass(frozen=True, slots=True)
class Cell:
    """A printed figure and where it opens."""

    text: str
    address: str = ""
    is_nil: bool = False

    @property
    def html(self) -> str:
        """The cell of a table, with its link."""
        named = "num nil" if self.is_nil else "num"
        text = escape(self.text)
        if self.address:
            text = f'<a href="{escape(self.address)}">{text}</a>'
        return SafeString(f'<td class="{named}">{text}</td>')


@dataclass(frozen=True, slots=True)
class Row:
    """A printed row: what it is of, and its figures."""

    labels: list[str]
    cells: list[Cell]
    is_apart: bool = False

    @property
    def html(self) -> str:
        """The cells as they stand in the table: a page of thousands is not left to the template."""
        return SafeString("".join(cell.html for cell in self.cells))


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of one family, its name, its total."""

    name: str
    rows: list[Row]
    total: Row | None


class Printer:
    """Prints a table: names for codes, digits for amounts, an address for each figure."""

    def __init__(self, pivot: Pivot, known: names.Names | None = None) -> None:
        self.pivot, self.question = pivot, pivot.question
        self.names = known or names.Names()
        length = next((name for name in self.question.dimensions if name in PERIOD_DIMENSIONS), "")
        spans = periods(length, self.question.since, self.question.as_of) if length else []
        self.spans: dict[str, Period] = {period.code: period for period in spans}
        self.length = length

    @classmethod
    def of(cls, question: PivotQuestion, known: names.Names) -> Printer:
        """A printer of words about a question that was not answered."""
        return cls(Pivot(question, (), [], []), known)

    def label(self, dimension: str, code: str | None) -> str:
        """A code in words."""
        if dimension == "month" and code in self.spans:
            return formats.month(self.spans[code].last)
        return names.label(dimension, code, self.names.of(dimension))

    def amount(self, value: float | int | None, measure: str) -> str:
        """A figure in the reader's digits and unit."""
        return formats.area(value, unit=self.question.unit) if is_area(measure) else formats.number(value)

    def heading(self, measure: str) -> str:
        """The name of a measure, with its unit."""
        words = self.names.measures.get(measure, measure)
        return f"{words}, {dict(UNITS)[self.question.unit]}" if is_area(measure) else words

    def scope(self, family: str, codes: Mapping[str, str | None]) -> dict[str, Any] | None:
        """What one figure is of; None where a dimension has no code, which no address can ask for."""
        said: dict[str, Any] = dict(self.question.where) | ({"family": family} if family else {})
        days = {"since": self.question.since, "as_of": self.question.as_of}
        for name, code in codes.items():
            if code is None:
                return None
            if name == self.length:
                days = {"since": self.spans[code].first, "as_of": self.spans[code].last}
            else:
                said[name] = code
        said |= {name: day.isoformat() for name, day in {**days, "known": self.question.known}.items()}
        return said | ({"basis": self.question.basis} if self.question.basis != "happened" else {})

    def cell(self, value: float | int | None, measure: str, scope: dict[str, Any] | None) -> Cell:
        """A figure that opens where it comes from."""
        if value is None:
            return Cell("", is_nil=True)
        address = figure_address(measure, **scope) if scope is not None else ""
        return Cell(self.amount(value, measure), address, not value)

    def row(self, group: Group, line: Line) -> Row:
        """One line of the table."""
        own = dict(zip(self.pivot.row_dimensions, line.codes, strict=True))
        found: list[Cell] = []
        for column, cells in zip(self.pivot.columns, line.cells, strict=True):
            scope = self.scope(group.family, own | self._across(column))
            found += [self.cell(*pair, scope) for pair in zip(cells, self.question.measures, strict=True)]
        if self.pivot.has_sums:
            scope = self.scope(group.family, own)
            found += [self.cell(*pair, scope) for pair in zip(line.sums, self.question.measures, strict=True)]
        return Row([self.label(name, code) for name, code in own.items()], found, line.is_apart)

    def total(self, group: Group) -> Row | None:
        """The sums down the table; they open no figure where they leave out what is no contamination."""
        if not group.has_total or len(group.lines) < 2:
            return None
        found: list[Cell] = []
        for cells in [*group.total, *([group.sums] if self.pivot.has_sums else [])]:
            found += [self.cell(*pair, None) for pair in zip(cells, self.question.measures, strict=True)]
        return Row([_("Total")], found)

    def block(self, group: Group, most: int) -> Block:
        """One family of the table, as many rows as are printed."""
        name = self.names.of("family").get(group.family, group.family)
        return Block(name, [self.row(group, line) for line in group.lines[:most]], self.total(group))

    def _across(self, column: str | None) -> dict[str, str | None]:
        return {self.question.column: column} if self.question.column else {}


def answer(pivot: Pivot) -> dict[str, Any]:
    """The table as the page prints it."""
    printer, most = Printer(pivot), lines_shown(pivot)
    columns = [printer.label(pivot.question.column, code) for code in pivot.columns] if pivot.question.column else []
    if columns and pivot.has_sums:
        columns.append(_("All"))
    measures = [printer.heading(name) for name in pivot.question.measures]
    return {
        "row_headings": [str(DIMENSION_WORDS[name]) for name in pivot.row_dimensions],
        "columns": columns,
        "measures": measures * max(len(columns), 1),
        "span": len(measures),
        "blocks": [printer.block(group, most) for group in pivot.groups],
        "width": len(pivot.row_dimensions) + len(measures) * max(len(columns), 1),
        "rows_left_out": sum(max(len(group.lines) - most, 0) for group in pivot.groups),
        "rows_in_all": pivot.size[0],
        "sentence": sentence(pivot.question, printer),
        "address": query(pivot.question.parameters()),
    }


def lines_shown(pivot: Pivot) -> int:
    """How many rows of each family the page prints; a download has all of them."""
    across = max(len(pivot.columns) * len(pivot.question.measures), 1)
    return max(min(MOST_LINES, MOST_CELLS // across) // max(len(pivot.groups), 1), 1)


def sentence(question: PivotQuestion, printer: Printer) -> str:
    """The question in words: what every table and file says that it is of."""
    said = {
        "measures": joined([printer.names.measures.get(name, name) for name in question.measures]),
        "by": joined([str(DIMENSION_WORDS[name]).lower() for name in question.dimensions]),
        "since": formats.day(question.since),
        "as_of": formats.day(question.as_of),
        "known": formats.day(question.known),
    }
    text = _("%(measures)s, by %(by)s, from %(since)s to %(as_of)s, as known on %(known)s") % said
    narrowed = [
        f"{DIMENSION_WORDS[name]}: {names.label(name, code, printer.names.of(name))}" for name, code in question.where
    ]
    return "; ".join([text, *narrowed])


def joined(words: Sequence[str]) -> str:
    """Words one after another."""
    return ", ".join(words)


EXAMPLES = (
    (gettext_lazy("Cleared land and mines, by month and operator"),
     {"rows": "operator", "columns": "month", "measure": ["cleared_m2", "items_antipersonnel_mine"]}),
    (gettext_lazy("What was released by method, year by year"),
     {"rows": "method", "columns": "year", "measure": ["cancelled_m2", "reduced_m2", "cleared_m2"], "since": "five"}),
    (gettext_lazy("What lay open, by province and class, at each year's end"),
     {"rows": "province", "rows2": "class", "columns": "year", "measure": ["closing_m2"], "since": "five"}),
    (gettext_lazy("Hazard records and open land, by province"),
     {"rows": "province", "measure": ["hazards", "hazards_confirmed", "closing_m2"]}),
)  # fmt: skip


def examples(question: PivotQuestion) -> list[tuple[Any, str]]:
    """Questions to begin with, about the days on screen."""
    days = {"as-of": question.as_of.isoformat(), "known": question.known.isoformat()}
    found = []
    for words, asked in EXAMPLES:
        years = 4 if asked.get("since") else 0
        since = f"{question.as_of.year - years}-01-01"
        found.append((words, query({**asked, **days, "since": since})))
    return found
