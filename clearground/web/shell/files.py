"""Tables as files, by the writers of the command line, and as XLSX for offices. Areas are exact square metres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from clearground.common.caution import NOTE, caution
from clearground.exchange.sheet_files import Row, marked, to_csv, to_json, to_parquet
from clearground.land.models import Edition
from clearground.places.models import Country

from .hxl import tags_of
from .selectors import Question
from .workbooks import Table, by_family, workbook

PARQUET_TYPE = "application/vnd.apache.parquet"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def about(country: Country, question: Question, edition: Edition | None, seq: int | None = None) -> dict[str, Any]:
    """What the figures are of; `synthetic` is true where the country is invented."""
    said = {
        "country": country.code,
        "synthetic": country.is_invented,
        "as_of": question.as_of.isoformat(),
        "known": question.known.isoformat(),
        "since": question.since.isoformat(),
        "province": question.province,
        "edition": edition.name if edition else "",
    }
    return said | {name: code for name, code in question.within.items()} | ({"seq": seq} if seq else {})


def as_json(header: Row, rows: Sequence[Row]) -> str:
    """The table as one object: what it is of, and the rows."""
    return to_json({**header, "unit": "m2"}, rows)


def columns_of(header: Row, rows: Sequence[Row]) -> list[str]:
    """Columns of a flat file: those of the header, then every one that a row has."""
    return list(dict.fromkeys([*header, *(column for row in rows for column in row)]))


def as_csv(header: Row, rows: Sequence[Row], *, hxl: bool = False) -> str:
    """The table as CSV, each row carrying what it is of; with a row of HXL tags where analysts ask for it."""
    columns = columns_of(header, rows)
    written = to_csv(columns, ({**header, **row} for row in rows or [{}]))
    head, _line, body = written.partition("\n")
    return f"{head}\n{','.join(tags_of([*columns, NOTE]))}\n{body}" if hxl else written


def as_parquet(header: Row, rows: Sequence[Row]) -> bytes:
    """The table as Parquet: what it is of in the metadata, and whether it is invented on each row."""
    columns, said = marked(header, columns_of({}, rows), rows)
    return to_parquet(header, columns, said)


def as_xlsx(header: Row, rows: Sequence[Row], *, title: str, notes: Mapping[str, Any], **adds_up: Any) -> bytes:
    """The table as a workbook whose totals are formulas, and a page that says what the rows are of."""
    about_page = {**header, "unit": "m2", "warning": caution()}
    return workbook(Table(title, columns_of({}, rows), rows, **adds_up), about_page, notes)


def file_of(
    kind: str,
    header: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    *,
    title: str = "",
    hxl: bool = False,
    notes: Mapping[str, Any] | None = None,
    **adds_up: Any,
) -> tuple[Any, str]:
    """Body and content type of a download. `adds_up` says how a workbook does: see `workbooks.Table`."""
    if kind == "csv":
        return "\ufeff" + as_csv(header, rows, hxl=hxl), "text/csv; charset=utf-8"
    if kind == "xlsx":
        named = title or _("Balance of land")
        return as_xlsx(header, rows, title=named, notes=notes or {}, **{"total_of": by_family, **adds_up}), XLSX_TYPE
    if kind == "parquet":
        return as_parquet(header, rows), PARQUET_TYPE
    return as_json(header, rows), "application/json"


def attachment(body: Any, content_type: str, name: str) -> HttpResponse:
    """The answer that saves a file under its name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(body, content_type=content_type, headers=headers)


def file_name(header: Row, what: str, kind: str) -> str:
    """A name that says country, table, days and approval: two files of one name hold the same figures."""
    parts = ["clearground", header["country"], what, header["as_of"], "known", header["known"]]
    parts += [f"seq{header['seq']}"] if header.get("seq") else []
    parts += [str(header[level]) for level in ("province", "district", "commune") if header.get(level)]
    return "-".join(parts) + f".{kind}"
