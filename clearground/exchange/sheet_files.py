"""Writes tables of figures as CSV, JSON and Parquet: one schema, one spelling of each value, and the caution."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from clearground.common.caution import NOTE, caution, noted

# A spreadsheet would run a text that begins so.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# What each row of a flat file says of all of them.
ON_EVERY_ROW = "synthetic"
Row = Mapping[str, Any]


def marked(header: Row, columns: Sequence[str], rows: Iterable[Row]) -> tuple[list[str], list[Row]]:
    """Columns and rows of which each says whether the country is invented, as far as the header knows."""
    said = {ON_EVERY_ROW: header[ON_EVERY_ROW]} if ON_EVERY_ROW in header else {}
    return [*columns, *said], [{**row, **said} for row in rows]


def to_csv(columns: Sequence[str], rows: Iterable[Row]) -> str:
    """The rows as CSV, the caution in the last column; what is null is empty, text can't become a formula.

    A table without rows has one that says only that: nowhere does it matter more.
    """
    heads, said = [*columns, NOTE], [*map(noted, rows)] or [noted({})]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows([as_cell(row.get(name)) for name in heads] for row in said)
    return out.getvalue()


def as_cell(value: Any) -> Any:
    """The value as CSV holds it: numbers keep their sign and all their digits."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return int(value) if value.is_integer() else repr(value)
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def to_json(header: Row, rows: Iterable[Row]) -> str:
    """The header with the caution, and its rows, as one object."""
    said = {**header, "warning": caution(), "rows": list(rows)}
    return json.dumps(said, default=_plain, ensure_ascii=False, indent=1)


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a table of figures")


def to_parquet(header: Row, columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    """The rows as Parquet, with the header and the caution in the file's metadata."""
    import pyarrow as pa  # here and not above: it takes longer to load than most commands to run
    import pyarrow.parquet as pq

    cells = {name: [row.get(name) for row in rows] for name in columns}
    arrays = {name: pa.array(values, type=_type(name, values)) for name, values in cells.items()}
    table = pa.table(arrays).replace_schema_metadata(
        {"clearground": json.dumps({**header, "warning": caution()}, default=_plain, ensure_ascii=False)}
    )
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def _type(name: str, values: Sequence[Any]) -> Any:
    """The type of a column by its name, so that an empty table has it too; else by what is in it."""
    import pyarrow as pa

    if name in {"from", "to"}:
        return pa.date32()
    if name == ON_EVERY_ROW or any(isinstance(value, bool) for value in values):
        return pa.bool_()
    if name.startswith("items_"):
        return pa.int64()
    if name.endswith("_m2") or any(isinstance(value, float) for value in values):
        return pa.float64()
    return pa.int64() if any(isinstance(value, int) for value in values) else pa.string()
