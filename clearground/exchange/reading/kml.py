"""KML: its placemarks, with their folders and data; links to elsewhere are never followed."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapely

from . import reference_systems as systems
from .codes import finding
from .geojson import placed
from .rows import Cell, RawRow, ReadOptions
from .safe_xml import elements
from .shapes import Builder, Unbuildable, gathered
from .source import Source

PLAIN = ("name", "description", "address", "visibility", "when", "begin", "end")
SINGLE = {"Point": "Point", "LineString": "LineString", "LinearRing": "LineString"}


def open_kml(path: Path, layer: str | None, options: ReadOptions) -> Source:
    """The placemarks of a document, in its order."""
    source = Source("kml", iter(()), crs=systems.WGS84)
    source.rows = _rows(path, source)
    return source


def _rows(path: Path, source: Source) -> Iterator[RawRow]:
    number, links = 0, 0
    columns: dict[str, None] = {}
    for _, element in elements(path, {"Placemark", "NetworkLink"}):
        if element.tag == "NetworkLink":
            links += 1
            continue
        number += 1
        row = _row(number, element)
        columns.update(dict.fromkeys(row.cells))
        yield row
    source.columns = list(columns)
    if links:
        source.findings.append(finding("EXCH-011", links=links))


def _row(number: int, element: ET.Element) -> RawRow:
    shape, findings = placed(number, element, None, geometry_of)
    texts = [" ".join((c.text or "").split()) for c in element.iter("coordinates")]
    given = "; ".join(text for text in texts if text)
    return RawRow(number, cells_of(element), shape, given, systems.WGS84 if given else "", tuple(findings))


def cells_of(element: ET.Element) -> dict[str, Cell]:
    """The plain parts of a placemark, then its extended data."""
    cells: dict[str, Cell] = {"id": element.get("id")} if element.get("id") else {}
    for name in PLAIN:
        found = next(element.iter(name), None) if name in ("when", "begin", "end") else element.find(name)
        if found is not None and (found.text or "").strip():
            cells[name] = (found.text or "").strip()
    for data in element.iter("Data"):
        value = data.find("value")
        cells[data.get("name") or "data"] = ((value.text if value is not None else "") or "").strip() or None
    for data in element.iter("SimpleData"):
        cells[data.get("name") or "data"] = (data.text or "").strip() or None
    return cells


def geometry_of(element: ET.Element, builder: Builder) -> shapely.Geometry:
    """The geometry of a placemark, all parts of it."""
    parts = [_part(child, builder) for child in _geometries(element)]
    if not parts:
        if any(child.tag in {"Track", "MultiTrack", "Model"} for child in element.iter()):
            raise Unbuildable("EXCH-021", kind="Track or Model")
        raise Unbuildable("EXCH-004")
    return gathered(parts)


def _geometries(element: ET.Element) -> Iterator[ET.Element]:
    for child in element:
        if child.tag in SINGLE or child.tag == "Polygon":
            yield child
        elif child.tag == "MultiGeometry":
            yield from _geometries(child)


def _part(element: ET.Element, builder: Builder) -> shapely.Geometry:
    try:
        if element.tag == "Polygon":
            rings = [*element.findall("outerBoundaryIs"), *element.findall("innerBoundaryIs")]
            lists = [_positions(ring) for ring in rings]
            if not lists or not lists[0]:
                raise Unbuildable("EXCH-004")
            return builder.polygon(lists)
        xy = builder.positions(_positions(element))
        if element.tag == "LinearRing":
            return shapely.Polygon(builder.ring(xy))
        return shapely.Point(xy[0]) if element.tag == "Point" else shapely.LineString(xy)
    except (ValueError, IndexError, shapely.errors.ShapelyError) as error:
        raise Unbuildable("EXCH-003", why=str(error)[:200]) from None


def _positions(element: ET.Element) -> list[Any]:
    text = next((c.text for c in element.iter("coordinates") if c.text), "") or ""
    # Some writers put blanks behind the commas.
    tuples = re.sub(r"\s*,\s*", ",", text).split()
    return [[float(value) for value in one.split(",")[:2]] for one in tuples]
