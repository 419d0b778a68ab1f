"""Tables: a header, rows, and the columns that make a shape of each row, or of several."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from clearground.common.errors import Refused

from . import headers
from .codes import finding
from .placing import place
from .points import assembled
from .rows import Cell, RawRow, ReadOptions
from .source import Source

Records = Iterator[tuple[int, list[Cell]]]


def source_of(kind: str, records: Records, options: ReadOptions, *, ends_open: bool = False) -> Source:
    """The table as a source: one row for each record of it, shapes where its columns give them."""
    first = list(islice(records, headers.SEARCHED_ROWS + (options.header_row or 0)))
    number, columns = headers.find_header(first, options.header_row)
    roles = headers.roles_of(columns, options.columns)
    rest = chain((record for record in first if record[0] > number), records)
    rows = _rows(rest, columns, ends_open)
    source = Source(kind, iter(()), columns)
    if is_by_point(roles):
        source.rows = assembled(rows, roles, options)
    else:
        source.rows = (place(row, roles, options) for row in rows)
    return source


def is_by_point(roles: dict[str, str]) -> bool:
    """Each row is one point of a shape, not a shape."""
    placed = {"x", "y"} <= roles.keys() or {"bearing", "distance"} <= roles.keys() or "pair" in roles
    return "point" in roles and ("record" in roles or "shape_id" in roles) and placed and "shape" not in roles


def _rows(records: Records, columns: list[str], ends_open: bool) -> Iterator[RawRow]:
    held: tuple[int, list[Cell]] | None = None
    for number, cells in records:
        if all(value is None for value in cells):
            continue
        if held:
            yield _row(*held, columns)
        held = number, cells
    if held is None:
        return
    if ends_open and len(held[1]) < len(columns):
        raise Refused("The file ends in the middle of a row: it is cut off.", "Send it again; compare its size first.")
    yield _row(*held, columns)


def _row(number: int, cells: list[Cell], columns: list[str]) -> RawRow:
    surplus = [value for value in cells[len(columns) :] if value is not None]
    findings = (finding("EXCH-023", number, cells=len(cells), columns=len(columns)),) if surplus else ()
    filled = cells + [None] * (len(columns) - len(cells))
    return RawRow(number, dict(zip(columns, filled, strict=False)), findings=findings)
