"""XLSX: one sheet, values without formulas, numbers and days as they are."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import python_calamine

from clearground.common.errors import Refused

from .codes import finding
from .rows import Cell, ReadOptions
from .safe_xml import refuse_doctype
from .source import Source
from .tables import source_of

DAMAGED = "Open it in a spreadsheet, save it again as XLSX, and import the new file."


def open_xlsx(path: Path, layer: str | None, options: ReadOptions) -> Source:
    """The rows of the named sheet, else of the first one that has any."""
    _check_parts(path)
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        name, others = _sheet(book, layer)
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Refused(f"The workbook can't be opened: {str(error)[:200]}", DAMAGED) from None
    source = source_of("xlsx", _records(rows), options)
    source.layer, source.layers = name, [name, *others]
    if others:
        source.findings.append(finding("EXCH-012", others=", ".join(others)))
    return source


def _check_parts(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
                    with archive.open(entry) as part:
                        refuse_doctype(part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise Refused("The workbook is damaged or cut off.", DAMAGED) from error


def _sheet(book: Any, wanted: str | None) -> tuple[str, list[str]]:
    names = list(book.sheet_names)
    if wanted is not None:
        if wanted not in names:
            raise Refused(f"There is no sheet {wanted!r}.", f"The workbook holds: {', '.join(names)}.")
        return wanted, []
    filled = [name for name in names if book.get_sheet_by_name(name).height > 0]
    if not filled:
        raise Refused("The workbook holds no rows.", "Check that the right workbook was saved.")
    return filled[0], filled[1:]


def _records(rows: list[list[Any]]) -> Iterator[tuple[int, list[Cell]]]:
    for number, row in enumerate(rows, start=1):
        yield number, [_cell(value) for value in row]


def _cell(value: Any) -> Cell:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return value.strip() or None if isinstance(value, str) else value
