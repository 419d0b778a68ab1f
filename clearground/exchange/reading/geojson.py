"""GeoJSON: feature by feature, coordinates kept as they stand, and no feature lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely

from clearground.common.errors import Refused
from clearground.kernel.findings import Finding

from . import reference_systems as systems
from .codes import finding
from .json_text import Cursor, cell, cursor_of
from .rows import Cell, RawRow, ReadOptions
from .shapes import Builder, Unbuildable, from_geojson
from .source import Source

NOT_GEOJSON = "GeoJSON begins with a FeatureCollection, a Feature or a geometry."


def open_geojson(path: Path, layer: str | None, options: ReadOptions) -> Source:
    """The features of a collection, of a sequence of lines, or the one feature or geometry of the file."""
    cursor = cursor_of(path)
    if cursor.next != "{":
        raise Refused("The file is JSON, but not GeoJSON.", NOT_GEOJSON)
    crs = systems.system(options.crs) if options.crs else _declared_crs(cursor)
    source = Source("geojson", iter(()), crs=systems.name_of(crs) if crs else systems.WGS84)
    source.findings += systems.datum_note(crs)
    source.rows = _rows(cursor, crs, source)
    return source


def _declared_crs(cursor: Cursor) -> pyproj.CRS | None:
    # The old standard's "crs" member may follow the features: looked for only where the word occurs.
    if '"crs"' not in cursor.text:
        return None
    scout = Cursor(cursor.text)
    for key in scout.members():
        value = None if key == "features" and scout.next == "[" and _skip(scout) else scout.value()
        if key == "crs" and isinstance(value, dict):
            return _crs_of(value)
    return None


def _skip(scout: Cursor) -> bool:
    for _ in scout.elements():
        scout.value()
    return True


def _crs_of(said: dict[str, Any]) -> pyproj.CRS:
    properties = said.get("properties")
    name = properties.get("name") if isinstance(properties, dict) else None
    try:
        return systems.system(str(name))
    except ValueError:
        raise Refused(
            f"The file names a reference system that is not known: {str(name)[:80]}.",
            "Name it by its code when importing, for example EPSG:32648.",
        ) from None


def _rows(cursor: Cursor, crs: pyproj.CRS | None, source: Source) -> Iterator[RawRow]:
    number = 0
    columns: dict[str, None] = {}
    while cursor.next:
        for given, text in _features(cursor):
            number += 1
            row = row_of(number, given, text, crs)
            columns.update(dict.fromkeys(row.cells))
            yield row
    source.columns = list(columns)


def _features(cursor: Cursor) -> Iterator[tuple[dict[str, Any], str]]:
    """The members of each feature, and the text of its geometry."""
    members: dict[str, Any] = {}
    geometry_text = ""
    for key in cursor.members():
        if key == "features" and cursor.next == "[":
            for _ in cursor.elements():
                yield _feature(cursor)
            members["features"] = True
        elif key == "geometry":
            members[key], geometry_text = cursor.spanned()
        else:
            members[key] = cursor.value()
    if "features" in members:
        return
    if members.get("type") == "Feature":
        yield members, geometry_text
    elif "coordinates" in members or "geometries" in members:
        yield {"geometry": members, "properties": {}}, ""
    else:
        raise Refused("The file is JSON, but not GeoJSON.", NOT_GEOJSON)


def _feature(cursor: Cursor) -> tuple[dict[str, Any], str]:
    if cursor.next != "{":
        return {"geometry": cursor.value()}, ""
    members: dict[str, Any] = {}
    text = ""
    for key in cursor.members():
        members[key], span = cursor.spanned()
        text = span if key == "geometry" else text
    return members, text


def row_of(number: int, feature: dict[str, Any], text: str, crs: pyproj.CRS | None) -> RawRow:
    """The row of one feature, whatever its geometry is worth."""
    properties = feature.get("properties")
    cells: dict[str, Cell] = {k: cell(v) for k, v in properties.items()} if isinstance(properties, dict) else {}
    if "id" in feature:
        cells.setdefault("id", cell(feature["id"]))
    shape, findings = placed(number, feature.get("geometry"), crs)
    name = systems.name_of(crs) if crs else systems.WGS84
    has_text = bool(text) and text != "null"
    return RawRow(number, cells, shape, text if has_text else "", name if has_text else "", tuple(findings))


def placed(
    number: int, geometry: Any, crs: pyproj.CRS | None, build: Any = from_geojson
) -> tuple[shapely.Geometry | None, list[Finding]]:
    """The shape of a row in longitude and latitude, if it has one that can stand, and what was found."""
    builder = Builder()
    try:
        shape = build(geometry, builder)
        if shape.is_empty:
            raise Unbuildable("EXCH-004")
    except Unbuildable as problem:
        return None, [finding(problem.code, number, cell="geometry", **problem.params)]
    findings = [finding(code, number, cell="geometry", **params) for code, params in builder.notes]
    moved = systems.transformed(np.array([shape]), crs)[0] if crs else shape
    if moved is None:
        findings.append(finding("EXCH-002", number, cell="geometry", crs=systems.name_of(crs)))  # type: ignore[arg-type]
    return moved, findings
