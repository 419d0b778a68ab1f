"""Tables as workbooks that add up: totals and balances are formulas, with the exact amounts kept in them."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_rowcol_to_cell

from clearground.exchange.sheet_files import Row
from clearground.kernel.land.balances import HALF_CM2_PER_M2

NOT_SUMMED = {"year", "seq"}


def one_total(_row: Row) -> str | None:
    """Every row is in the one total."""
    return ""


def in_no_total(_row: Row) -> None:
    """No row is in a total."""


def by_family(row: Row) -> str | None:
    """A total for each family: families lie on the same ground, and are never added up."""
    return str(row.get("family") or "")


def ends_nothing(_row: Row) -> bool:
    """No row is the sum of those above it."""
    return False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns, and in which total each row is (None: in none).

    `across` has columns that are reckoned from others of their row, each of these with its sign; of a row that
    `is_end`, the areas are the sums of those above it.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Row]
    total_of: Callable[[Row], str | None] = one_total
    across: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    is_end: Callable[[Row], bool] = ends_nothing

    def formula(self, row: Row, column: str, *, at: int, first: int) -> str:
        """How the cell is reckoned: over its row, or over the lines from `first` on; empty where it was given."""
        place = self.columns.index(column)
        if row.get(column) is None:
            return ""
        if self.is_end(row) and column.endswith("_m2") and at > first:
            return f"=SUM({xl_rowcol_to_cell(first, place)}:{xl_rowcol_to_cell(at - 1, place)})"
        terms = {name: sign for name, sign in self.across.get(column, {}).items() if row.get(name) is not None}
        cells = (f"{sign}{xl_rowcol_to_cell(at, self.columns.index(name))}" for name, sign in terms.items())
        return f"={''.join(cells).removeprefix('+')}" if terms else ""


def workbook(table: Table, about: Mapping[str, Any], notes: Mapping[str, Any]) -> bytes:
    """The table as a workbook, with a page that says what the figures are of and what each column means."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        write_table(book, table)
        sheet = book.add_worksheet(_("About"))
        said = [(name, value) for name, value in about.items() if value is not None]
        said += [(name, str(words)) for name, words in notes.items()]
        for at, (name, value) in enumerate(said):
            sheet.write_row(at, 0, [name, value if isinstance(value, bool) else str(value)])
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 90)
    return out.getvalue()


def write_table(book: xlsxwriter.Workbook, table: Table) -> None:
    """Headings, rows, and after the rows of each total its line of formulas."""
    bold, area = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.####"})
    total = book.add_format({"bold": True, "top": 1, "num_format": "#,##0.####"})
    sheet = book.add_worksheet(table.title[:31])
    sheet.write_row(0, 0, list(table.columns), bold)
    at = 1
    for name, rows in in_totals(table):
        first = at
        for row in rows:
            write_row(sheet, table, row, at=at, first=first, form=area)
            at += 1
        if name is not None and rows:
            write_total(sheet, table.columns, rows, at, name, total)
            at += 1
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(at - 1, 0), max(len(table.columns) - 1, 0))
    sheet.set_column(0, max(len(table.columns) - 1, 0), 18)


def write_row(sheet: Any, table: Table, row: Row, *, at: int, first: int, form: Any) -> None:
    """One row; what is reckoned is a formula that holds its amount, for programs that only show."""
    for column, key in enumerate(table.columns):
        if formula := table.formula(row, key, at=at, first=first):
            sheet.write_formula(at, column, formula, form, row[key])
        else:
            sheet.write(at, column, plain(row.get(key)), form)


def in_totals(table: Table) -> list[tuple[str | None, list[Row]]]:
    """The rows by total, in the order in which totals come; those in no total last."""
    found: dict[str | None, list[Row]] = {}
    for row in table.rows:
        found.setdefault(table.total_of(row), []).append(row)
    apart = found.pop(None, None)
    return [*found.items(), *([(None, apart)] if apart else [])]


def write_total(sheet: Any, columns: Sequence[str], rows: Sequence[Row], at: int, name: str, form: Any) -> None:
    """A line of sums over the lines above it; the first cell says of what."""
    for column, key in enumerate(columns):
        if column and is_summed(key, rows):
            first, last = (xl_rowcol_to_cell(line, column) for line in (at - len(rows), at - 1))
            sheet.write_formula(at, column, f"=SUM({first}:{last})", form, exact_sum(key, rows))
        else:
            sheet.write_string(at, column, "" if column else f"{_('Total')} {name}".strip(), form)


def is_summed(column: str, rows: Sequence[Row]) -> bool:
    """The column holds amounts that add up: areas and counts that every row has, not shares or years."""
    if column in NOT_SUMMED or column.endswith("_share"):
        return False
    values = [row.get(column) for row in rows]
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def exact_sum(column: str, rows: Sequence[Row]) -> float:
    """The sum as the books have it: of whole half square centimetres."""
    unit = HALF_CM2_PER_M2 if column.endswith("_m2") else 1
    return sum(round(row[column] * unit) for row in rows) / unit


def plain(value: Any) -> Any:
    """A value as a cell holds it."""
    return value.isoformat() if isinstance(value, date) else value
