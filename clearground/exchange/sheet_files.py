"""Writes tables of figures as CSV, JSON and Parquet: one schema, one spelling of each value."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

# A spreadsheet would run a text that begins so.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def to_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """The rows as CSV; what is null is empty, text can't become a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return out.getvalue()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value) if value != int(value) else int(value)
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def to_json(header: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> str:
    """The header and its rows as one object."""
    return json.dumps({**header, "rows": list(rows)}, default=_plain, ensure_ascii=False, indent=1)


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a table of figures")


def to_parquet(header: Mapping[str, Any], columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The rows as Parquet, with the header in the file's metadata."""
    arrays = {name: pa.array([row.get(name) for row in rows], type=_type(name)) for name in columns}
    table = pa.table(arrays).replace_schema_metadata(
        {"clearground": json.dumps(header, default=_plain, ensure_ascii=False)}
    )
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def _type(name: str) -> Any:
    if name in {"from", "to"}:
        return pa.date32()
    if name.startswith("items_"):
        return pa.int64()
    return pa.float64() if name.endswith("_m2") else pa.string()
