"""The sheet as files, by the writers of the command line, and as XLSX for offices. Areas are exact square metres."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from clearground.exchange.sheet_files import Row, to_csv, to_json
from clearground.land.models import Edition
from clearground.places.models import Country

from .selectors import Question

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def safe_warning() -> str:
    """What every map and export says about land that it does not show."""
    return _("Land without a polygon is not thereby safe: it may be that nobody has looked there yet.")


def about(country: Country, question: Question, edition: Edition | None) -> dict[str, Any]:
    """What the figures are of; `synthetic` is true where the country is invented."""
    return {
        "country": country.code,
        "synthetic": country.is_invented,
        "as_of": question.as_of.isoformat(),
        "known": question.known.isoformat(),
        "since": question.since.isoformat(),
        "province": question.province,
        "edition": edition.name if edition else "",
    }


def as_json(header: Row, rows: Sequence[Row]) -> str:
    """The sheet as one object: what it is of, the warning, the rows."""
    return to_json({**header, "unit": "m2", "warning": safe_warning()}, rows)


def columns_of(header: Row, rows: Sequence[Row]) -> list[str]:
    """Columns of a flat file: those of the header, then every one that a row has."""
    return list(dict.fromkeys([*header, *(column for row in rows for column in row)]))


def as_csv(header: Row, rows: Sequence[Row]) -> str:
    """The sheet as CSV, each row carrying what it is of."""
    return to_csv(columns_of(header, rows), ({**header, **row} for row in rows))


def as_xlsx(header: Row, rows: Sequence[Row]) -> bytes:
    """The sheet as a workbook: the rows as numbers, and a page that says what they are of."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold, area = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.####"})
        sheet = book.add_worksheet(_("Balance of land"))
        for at, cells in enumerate(table_cells(rows)):
            for column, value in enumerate(cells):
                sheet.write(at, column, value, bold if at == 0 else area)
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, max(len(rows[0]) - 1, 0) if rows else 0, 18)
        notes = book.add_worksheet(_("About"))
        for at, (name, value) in enumerate({**header, "unit": "m2", "warning": safe_warning()}.items()):
            notes.write_row(at, 0, [name, value if isinstance(value, bool) else str(value)])
        notes.set_column(0, 1, 24)
    return out.getvalue()


def table_cells(rows: Sequence[Row]) -> Iterator[list[Any]]:
    """A row of headings, then the rows."""
    columns = columns_of({}, rows)
    yield columns
    for row in rows:
        values = (row.get(column) for column in columns)
        yield [value.isoformat() if isinstance(value, date) else value for value in values]


def file_of(kind: str, header: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> tuple[Any, str]:
    """Body and content type of a download."""
    if kind == "csv":
        return "\ufeff" + as_csv(header, rows), "text/csv; charset=utf-8"
    if kind == "xlsx":
        return as_xlsx(header, rows), XLSX_TYPE
    return as_json(header, rows), "application/json"
