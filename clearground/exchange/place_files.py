"""Files of places as rows of a gazetteer or of a boundary edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import shapely
from django.utils.translation import gettext as _

from clearground.common.errors import Exit, Refused
from clearground.places.choices import Level
from clearground.places.rows import PlaceRow

from .reading import RawRow, Reading, read_file

# Where a field of a place usually stands; {level} is the level's name, {n} its number.
USUAL = {
    "code": ("code", "{level}_code", "adm{n}_pcode", "pcode"),
    "name": ("name", "{level}_en", "name_en", "adm{n}_en", "{level}"),
    "name_km": ("name_km", "{level}_kh", "{level}_km", "name_kh"),
    "parent": ("parent", "parent_code"),
}


def place_rows(path: Path, *, level: Level, columns: Mapping[str, str], layer: str | None = None) -> list[PlaceRow]:
    """The places of a file, all of one level. `columns` names columns by field; others are guessed."""
    reading = read_file(path, layer=layer)
    found = columns_of(reading, level, columns)
    return [place_row(raw, level, found) for raw in reading.rows]


def columns_of(reading: Reading, level: Level, said: Mapping[str, str]) -> dict[str, str]:
    """The column of each field that the file has; refused where one that was named, or the code's, isn't there."""
    by_name = {column.lower(): column for column in reading.columns}
    found = {field: column for field in USUAL if (column := usual_column(field, level, by_name))}
    found |= {field: column for field, column in said.items() if column}
    missing = sorted({column for column in found.values() if column not in reading.columns})
    if missing or "code" not in found:
        raise Refused(
            _("The file has no column %(column)s.") % {"column": ", ".join(missing) or _("of codes")},
            _("Its columns are: %(columns)s. Name the right one, as --code COLUMN.")
            % {"columns": ", ".join(reading.columns)},
            Exit.USAGE,
        )
    return found


def usual_column(field: str, level: Level, by_name: Mapping[str, str]) -> str | None:
    """The file's column for a field, as far as names tell."""
    names = (name.format(level=level.name.lower(), n=int(level)) for name in USUAL[field])
    return next((by_name[name] for name in names if name in by_name), None)


def place_row(raw: RawRow, level: Level, columns: Mapping[str, str]) -> PlaceRow:
    """One place; a number in a cell of codes loses no zero that it had as text."""
    said = {field: text_of(raw.cells.get(column)) for field, column in columns.items()}
    return PlaceRow(
        code=said["code"],
        name=said.get("name") or said["code"],
        level=level,
        name_km=said.get("name_km", ""),
        parent_code=said.get("parent") or None,
        shape=None if raw.shape is None else shapely.force_2d(raw.shape),
        row=raw.number,
    )


def text_of(cell: str | int | float | None) -> str:
    """The cell as text; a whole number without decimals."""
    return "" if cell is None else f"{cell:.0f}" if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def has_shapes(rows: Sequence[PlaceRow]) -> bool:
    """The rows are boundaries, not only names."""
    return any(row.shape is not None for row in rows)
