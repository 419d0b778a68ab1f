"""The shape of one row of a table: from WKT, from two columns, or from one cell with both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyproj
import shapely

from clearground.kernel.findings import Finding

from . import reference_systems as systems
from .codes import finding
from .coordinates import Unreadable, angle, metres, pair
from .digits import western
from .rows import Cell, RawRow, ReadOptions
from .shapes import MAX_RING_VERTICES, MAX_SHAPE_VERTICES

WKT = re.compile(r"\s*(SRID=(\d+);)?\s*((MULTI)?(POINT|POLYGON|LINESTRING)|GEOMETRYCOLLECTION)\b.*", re.I | re.S)
UTM_CELL = re.compile(r"\s*(\d{1,2})\s*([A-Za-z])?[\s,;]+(\d[\d\s.,]*?)\s*m?\s*E?[\s,;]+(\d[\d.,]*)\s*m?\s*N?\s*", re.I)
MGRS = re.compile(r"\d{1,2}\s*[C-HJ-NP-X]\s*[A-HJ-NP-Z]{2}\s*[\d\s]{2,}", re.I)
# Beyond this, a number in a coordinate column is metres and not degrees.
LARGEST_ANGLE = 360.0


class Unplaced(Exception):
    """A row's coordinates give no position: the finding says why."""

    def __init__(self, found: Finding) -> None:
        super().__init__(found.code)
        self.found = found


def place(row: RawRow, roles: Mapping[str, str], options: ReadOptions) -> RawRow:
    """The row with its shape, or with a finding that says why it has none."""
    try:
        if row.cells.get(roles.get("shape", "")) is not None:
            return _from_wkt(row, roles, options)
        spot = position(row, roles, options)
    except Unplaced as problem:
        given, crs = given_of(row, roles), _crs_text(row, roles, options)
        return replace(row, given_shape=given, given_crs=crs, findings=(*row.findings, problem.found))
    if spot is None:
        return row
    lon, lat, crs, notes = spot
    return replace(
        row,
        shape=shapely.Point(lon, lat),
        given_shape=given_of(row, roles),
        given_crs=crs,
        findings=(*row.findings, *notes),
    )


def given_of(row: RawRow, roles: Mapping[str, str]) -> str:
    """The coordinates of a row as they stand in its cells."""
    asked = ("shape", "y", "x", "pair", "mgrs", "zone", "datum")
    return " | ".join(str(v) for role in asked if (v := row.cells.get(roles.get(role, ""))) is not None)


def position(
    row: RawRow, roles: Mapping[str, str], options: ReadOptions
) -> tuple[float, float, str, list[Finding]] | None:
    """Longitude, latitude, the system that they were given in, and notes; None for empty cells."""
    x, y = row.cells.get(roles.get("x", "")), row.cells.get(roles.get("y", ""))
    both = row.cells.get(roles.get("pair", ""))
    if (x is None) != (y is None):
        column = roles.get("y" if y is None else "x", "")
        why = "the cell is empty" if column else "the file has no column for the other coordinate"
        raise Unplaced(finding("EXCH-007", row.number, column or roles["x" if y is None else "y"], why=why))
    if x is not None and y is not None:
        return _from_two(row, roles, options, x, y)
    if both is not None:
        return _from_one(row, roles["pair"], str(both), roles, options)
    if row.cells.get(roles.get("mgrs", "")) is not None:
        raise Unplaced(finding("EXCH-015", row.number, roles["mgrs"]))
    return None


def _from_wkt(row: RawRow, roles: Mapping[str, str], options: ReadOptions) -> RawRow:
    column = roles["shape"]
    text = str(row.cells[column])
    found = WKT.fullmatch(text)
    crs_text = f"EPSG:{found[2]}" if found and found[2] else _crs_text(row, roles, options)
    cells = {name: value for name, value in row.cells.items() if name != column}
    base = replace(row, cells=cells, given_shape=text, given_crs=crs_text or systems.WGS84)
    if not found:
        return replace(base, findings=(*row.findings, finding("EXCH-003", row.number, column, why="not WKT")))
    try:
        shape = shapely.force_2d(shapely.from_wkt(text[found.start(3) :]))
    except shapely.errors.ShapelyError as error:
        problem = finding("EXCH-003", row.number, column, why=str(error)[:200])
        return replace(base, findings=(*row.findings, problem))
    return _moved(base, shape, column, crs_text)


def _moved(row: RawRow, shape: shapely.Geometry, column: str, crs_text: str) -> RawRow:
    problem = _shape_problem(row.number, shape, column)
    moved: shapely.Geometry | None = None
    if problem is None:
        crs = crs_named(crs_text, row.number, column) if crs_text else None
        moved = systems.transformed(np.array([shape]), crs)[0] if crs else shape
        west, south, east, north = moved.bounds if moved else (999.0,) * 4
        if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
            moved, problem = None, finding("EXCH-002", row.number, column, crs=crs_text)
    return replace(row, shape=moved, findings=(*row.findings, *([problem] if problem else [])))


def _shape_problem(number: int, shape: shapely.Geometry, column: str) -> Finding | None:
    if shape.is_empty:
        return finding("EXCH-004", number, column)
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return finding("EXCH-006", number, column, position=0)
    rings = [shapely.get_num_coordinates(ring) for ring in shapely.get_rings(shape)]
    for vertices, most in ((max(rings, default=0), MAX_RING_VERTICES), (sum(rings), MAX_SHAPE_VERTICES)):
        if vertices > most:
            return finding("EXCH-008", number, column, vertices=vertices, most=most)
    return None


def crs_named(text: str, number: int, column: str) -> pyproj.CRS:
    """The system that a cell or an option names; `Unplaced` where none is known by that name."""
    try:
        return systems.system(text)
    except ValueError:
        raise Unplaced(finding("EXCH-002", number, column, crs=text[:80])) from None


def _crs_text(row: RawRow, roles: Mapping[str, str], options: ReadOptions) -> str:
    crs, zone = row.cells.get(roles.get("crs", "")), row.cells.get(roles.get("zone", ""))
    datum = row.cells.get(roles.get("datum", ""))
    parts = ["UTM", str(zone)] if zone is not None else []
    parts = parts or ([str(crs)] if crs is not None else [])
    if datum is not None and (parts or not options.crs):
        parts.append(str(datum))
    return " ".join(parts) or options.crs


def _from_two(
    row: RawRow, roles: Mapping[str, str], options: ReadOptions, x: Cell, y: Cell
) -> tuple[float, float, str, list[Finding]]:
    crs_text = _crs_text(row, roles, options)
    if _is_metric(x) and _is_metric(y):
        return _from_metres(row, roles["x"], x, y, crs_text)
    values = []
    for role, axis, value in (("x", "lon", x), ("y", "lat", y)):
        try:
            values.append(angle(value if value is not None else "", axis).degrees)
        except Unreadable as why:
            raise Unplaced(finding("EXCH-007", row.number, roles[role], why=str(why)[:200])) from None
    return _on_datum(row.number, roles["x"], values[0], values[1], crs_text)


def _on_datum(number: int, column: str, lon: float, lat: float, text: str) -> tuple[float, float, str, list[Finding]]:
    # Degrees beside a zone: the zone says nothing about them, a datum does.
    code = systems.datum_of(text) if text else None
    crs = pyproj.CRS(code) if code else None
    if text and crs is None and not re.search(r"utm|zone", text, re.I):
        crs = crs_named(text, number, column)
    if crs is None or not crs.is_geographic:
        return lon, lat, systems.WGS84, []
    return *_to_lonlat(number, column, lon, lat, crs), systems.name_of(crs), systems.datum_note(crs, number, column)


def _is_metric(value: Cell) -> bool:
    try:
        return value is not None and abs(metres(value)) > LARGEST_ANGLE
    except Unreadable:
        return False


def _from_metres(row: RawRow, column: str, x: Cell, y: Cell, crs_text: str) -> tuple[float, float, str, list[Finding]]:
    if not crs_text:
        raise Unplaced(finding("EXCH-002", row.number, column, crs=""))
    crs = crs_named(crs_text, row.number, column)
    lon, lat = _to_lonlat(row.number, column, metres(x or 0), metres(y or 0), crs)
    told = systems.datum_of(crs_text) is not None or re.search(r"\d{4,}|\[", crs_text)
    notes = systems.datum_note(crs, row.number, column)
    notes += [] if told else [finding("EXCH-014", row.number, column, crs=crs.name)]
    return lon, lat, systems.name_of(crs), notes


def _to_lonlat(number: int, column: str, x: float, y: float, crs: pyproj.CRS) -> tuple[float, float]:
    moved = systems.transformed(np.array([shapely.Point(x, y)]), crs)[0]
    if moved is None:
        raise Unplaced(finding("EXCH-002", number, column, crs=systems.name_of(crs)))
    return float(moved.x), float(moved.y)


def _from_one(
    row: RawRow, column: str, text: str, roles: Mapping[str, str], options: ReadOptions
) -> tuple[float, float, str, list[Finding]]:
    said = western(text)
    crs_text = _crs_text(row, roles, options)
    if MGRS.fullmatch(said.strip()):
        raise Unplaced(finding("EXCH-015", row.number, column))
    grid = UTM_CELL.fullmatch(said)
    if grid and _is_metric(grid[3]) and _is_metric(grid[4]):
        zone = f"UTM {grid[1]}{grid[2] or 'N'} {crs_text if systems.datum_of(crs_text) else ''}".strip()
        return _from_metres(row, column, grid[3], grid[4], zone)
    parts = [part for part in re.split(r"[;,\s]+", said.strip()) if part]
    if len(parts) == 2 and all(_is_metric(part) for part in parts):
        return _from_metres(row, column, parts[0], parts[1], crs_text)
    try:
        lon, lat, assumed = pair(said, options.pair_order)
    except Unreadable as why:
        raise Unplaced(finding("EXCH-007", row.number, column, why=str(why)[:200])) from None
    lon, lat, crs, notes = _on_datum(row.number, column, lon, lat, crs_text)
    return (
        lon,
        lat,
        crs,
        notes + ([finding("EXCH-013", row.number, column, order=options.pair_order)] if assumed else []),
    )
