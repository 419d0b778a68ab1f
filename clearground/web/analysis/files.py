"""The answer to a question as files: flat rows for analysts, a workbook that adds up for offices."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from clearground.common.caution import NOTE, caution
from clearground.exchange.sheet_files import marked, to_csv, to_parquet
from clearground.places.models import Country
from clearground.publications.pivoting import Group, Pivot, adds_over_columns, adds_over_rows, flat_rows, is_grouped
from clearground.publications.questions import PivotQuestion

from ..shell.files import XLSX_TYPE
from ..shell.selectors import Question, edition_of
from .hxl import tags
from .pages import Printer, sentence

CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX_TYPE, "parquet": "application/vnd.apache.parquet"}
LONGEST_NAME = 150
# What each flat row says of all of them, besides whether the country is invented.
ON_EVERY_ROW = ("since", "as_of", "known", "edition", "seq")


def file_name(country: Country, question: PivotQuestion, kind: str) -> str:
    """A name that says what was asked, of which days."""
    asked = ["-".join(question.measures[:3]), "by", *question.dimensions]
    asked += [f"{name}-{code}" for name, code in question.where]
    days = [f"{question.since}-to-{question.as_of}-known-{question.known}"]
    words = "-".join([f"clearground-{country.code}", *asked])
    return f"{re.sub(r'[^A-Za-z0-9_.-]+', '_', words)[:LONGEST_NAME]}-{days[0]}.{kind}"


def about(country: Country, pivot: Pivot) -> dict[str, Any]:
    """What the figures are of."""
    question = pivot.question
    edition = edition_of(Question(as_of=question.as_of, known=question.known, since=question.since))
    return {
        "question": sentence(question, Printer(pivot)),
        "country": country.code,
        "synthetic": country.is_invented,
        "since": question.since.isoformat(),
        "as_of": question.as_of.isoformat(),
        "known": question.known.isoformat(),
        "edition": edition.name if edition else "",
        "seq": pivot.seq,
        "basis": question.basis,
        "boundaries": pivot.boundaries or "",
        "unit": "m2",
        "warning": caution(),
    }


def columns_of(pivot: Pivot) -> list[str]:
    """Columns of the flat rows, also where there are none."""
    question = pivot.question
    family = ["family"] if is_grouped(question) else []
    across = [question.column] if question.column else []
    return [*family, *pivot.row_dimensions, *across, *question.measures]


def flat(header: Mapping[str, Any], pivot: Pivot) -> tuple[list[str], list[Mapping[str, Any]]]:
    """Columns and rows for analysts, each row with the days and the edition that it is of, as rows of the sheet."""
    columns, rows = marked(header, columns_of(pivot), flat_rows(pivot))
    said = {name: header[name] for name in ON_EVERY_ROW}
    return [*columns, *said], [{**row, **said} for row in rows]


def file_of(kind: str, country: Country, pivot: Pivot) -> bytes:
    """The answer as CSV with HXL tags, Parquet or XLSX."""
    header = about(country, pivot)
    if kind == "parquet":
        columns, rows = marked(header, columns_of(pivot), flat_rows(pivot))
        return to_parquet({**header, "hxl": dict(zip(columns, tags(columns), strict=True))}, columns, rows)
    if kind == "xlsx":
        return as_xlsx(header, pivot)
    columns, rows = flat(header, pivot)
    head, _line, body = to_csv(columns, rows).partition("\n")
    return f"\ufeff{head}\n{','.join(tags([*columns, NOTE]))}\n{body}".encode()


def as_xlsx(header: dict[str, Any], pivot: Pivot) -> bytes:
    """A workbook: the table, with totals as formulas; flat rows with HXL tags; what it is of."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        Workbook(book, pivot).write(header)
    return out.getvalue()


class Workbook:
    """Writes the sheets of one answer."""

    def __init__(self, book: Any, pivot: Pivot) -> None:
        self.book, self.pivot, self.printer = book, pivot, Printer(pivot)
        self.bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.number = book.add_format({"num_format": "#,##0.####"})
        self.sum = book.add_format({"num_format": "#,##0.####", "bold": True, "top": 1})
        self.measures = pivot.question.measures
        self.first = len(pivot.row_dimensions) + (1 if is_grouped(pivot.question) else 0)

    def write(self, header: dict[str, Any]) -> None:
        """All three sheets."""
        self.table(self.book.add_worksheet(_("Table")))
        self.flat(self.book.add_worksheet(_("Rows")), header)
        notes = self.book.add_worksheet(_("About"))
        for at, (name, value) in enumerate(header.items()):
            notes.write_row(at, 0, [name, value if isinstance(value, bool | int) else str(value)])
        notes.set_column(0, 0, 16)
        notes.set_column(1, 1, 90)

    def table(self, sheet: Any) -> None:
        """Rows and columns as on the page; areas in exact square metres."""
        sheet.write_row(0, 0, self.headings(), self.bold)
        at = 1
        for group in self.pivot.groups:
            at = self.group(sheet, group, at)
        sheet.freeze_panes(1, self.first)
        sheet.set_column(0, len(self.headings()), 18)

    def headings(self) -> list[str]:
        """One row of headings: dimensions, then column and measure."""
        family = ["family"] if is_grouped(self.pivot.question) else []
        named = [*family, *self.pivot.row_dimensions]
        column = self.pivot.question.column
        across = [self.printer.label(column, code) if column else "" for code in self.pivot.columns]
        across += [_("All")] if self.pivot.has_sums else []
        return named + [" ".join(filter(None, (words, name))) for words in across for name in self.measures]

    def group(self, sheet: Any, group: Group, at: int) -> int:
        """The rows of a family and their total; returns the next free row."""
        start, columns = at, len(self.pivot.columns)
        for line in sorted(group.lines, key=lambda line: line.is_apart):
            family = [group.family] if is_grouped(self.pivot.question) else []
            sheet.write_row(at, 0, [*family, *("" if code is None else code for code in line.codes)])
            for number, cells in enumerate(line.cells):
                sheet.write_row(at, self.first + number * len(self.measures), cells, self.number)
            if self.pivot.has_sums:
                for measure in range(len(self.measures)):
                    self.across(sheet, at, measure, columns, line.sums[measure])
            at += 1
        counted = sum(not line.is_apart for line in group.lines)
        return self.total(sheet, group, start, counted, at) if group.has_total and counted else at

    def across(self, sheet: Any, row: int, measure: int, columns: int, value: float | int | None) -> None:
        """The sum of one measure over the columns, as a formula, where it may be added up."""
        if value is not None and adds_over_columns(self.pivot.question, self.measures[measure]):
            places = [number for number in range(columns) if not self.is_apart(number)]
            cells = [xl_rowcol_to_cell(row, self.first + n * len(self.measures) + measure) for n in places]
            column = self.first + columns * len(self.measures) + measure
            sheet.write_formula(row, column, f"={'+'.join(cells) or '0'}", self.sum, value)

    def is_apart(self, column: int) -> bool:
        """The column is of a class that is no contamination."""
        code = self.pivot.columns[column]
        return self.pivot.question.column == "class" and code in self.apart

    @property
    def apart(self) -> frozenset[str]:
        """Codes of classes that no total has."""
        from clearground.publications.selectors.names import not_contamination

        return frozenset(code for _family, code in not_contamination())

    def total(self, sheet: Any, group: Group, start: int, counted: int, at: int) -> int:
        """The sums of a family, as formulas over its rows."""
        sheet.write_row(at, 0, [_("Total")], self.bold)
        for number, cells in enumerate([*group.total, *([group.sums] if self.pivot.has_sums else [])]):
            for measure, value in enumerate(cells):
                column = self.first + number * len(self.measures) + measure
                name = xl_col_to_name(column)
                if value is not None and adds_over_rows(
                    self.pivot.question, self.pivot.row_dimensions, self.measures[measure]
                ):
                    formula = f"=SUM({name}{start + 1}:{name}{start + counted})"
                    sheet.write_formula(at, column, formula, self.sum, value)
        return at + 2

    def flat(self, sheet: Any, header: dict[str, Any]) -> None:
        """What analysts read: names, HXL tags, rows."""
        columns, rows = flat(header, self.pivot)
        self._row(sheet, 0, columns)
        self._row(sheet, 1, tags(columns))
        for at, row in enumerate(rows, 2):
            self._row(sheet, at, [row.get(name) for name in columns])

    @staticmethod
    def _row(sheet: Any, at: int, values: Sequence[Any]) -> None:
        sheet.write_row(at, 0, ["" if value is None else value for value in values])
