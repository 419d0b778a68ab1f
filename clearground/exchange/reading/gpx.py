"""GPX: waypoints as points, and tracks and routes as areas where they return to their start."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import shapely

from clearground.kernel.findings import Finding

from . import reference_systems as systems
from .codes import finding
from .geojson import placed
from .points import distance_m
from .rows import Cell, RawRow, ReadOptions
from .safe_xml import elements
from .shapes import Builder, Unbuildable, gathered
from .source import Source

PLAIN = ("name", "cmt", "desc", "src", "type", "time", "sym", "number")
# A walk round an area ends near its start: within this share of its length.
OPEN_SHARE = 0.1


def open_gpx(path: Path, layer: str | None, options: ReadOptions) -> Source:
    """Waypoints, routes and tracks, in the order of the file; `layer` keeps one kind (wpt, rte, trk)."""
    source = Source("gpx", iter(()), layer=layer or "", crs=systems.WGS84)
    source.rows = _rows(path, layer, source)
    return source


def _rows(path: Path, layer: str | None, source: Source) -> Iterator[RawRow]:
    number = 0
    columns: dict[str, None] = {}
    for _, element in elements(path, {"wpt", "rte", "trk"}):
        if layer in (None, element.tag):
            number += 1
            row = _row(number, element)
            columns.update(dict.fromkeys(row.cells))
            yield row
    source.columns = list(columns)


def _row(number: int, element: ET.Element) -> RawRow:
    cells: dict[str, Cell] = {"element": element.tag}
    for name in PLAIN:
        found = element.find(name)
        if found is not None and (found.text or "").strip():
            cells[name] = (found.text or "").strip()
    gaps: list[Finding] = []
    shape, findings = placed(number, element, None, lambda given, builder: _geometry(given, builder, number, gaps))
    given = "; ".join(" ".join(f"{p[0]},{p[1]}" for p in walk) for walk in _walks(element))
    return RawRow(number, cells, shape, given, systems.WGS84 if given else "", (*findings, *gaps))


def _walks(element: ET.Element) -> list[list[tuple[str, str]]]:
    if element.tag == "wpt":
        return [[(element.get("lon", ""), element.get("lat", ""))]]
    groups = element.findall("trkseg") if element.tag == "trk" else [element]
    name = "trkpt" if element.tag == "trk" else "rtept"
    walks = [[(p.get("lon", ""), p.get("lat", "")) for p in group.findall(name)] for group in groups]
    return [walk for walk in walks if walk]


def _geometry(element: Any, builder: Builder, number: int, gaps: list[Finding]) -> shapely.Geometry:
    walks = _walks(element)
    if not walks:
        raise Unbuildable("EXCH-004")
    if element.tag == "wpt":
        return shapely.Point(builder.positions(walks[0])[0])
    return gathered([_area(builder.positions(walk), builder, number, gaps) for walk in walks])


def _area(xy: Any, builder: Builder, number: int, gaps: list[Finding]) -> shapely.Geometry:
    """The area that a walk goes round; the walk as a line, or a point, where it goes round none."""
    if len(xy) == 1:
        return shapely.Point(xy[0])
    places = [(float(x), float(y)) for x, y in xy]
    length_m = sum(distance_m(a, b) for a, b in pairwise(places))
    gap_m = distance_m(places[0], places[-1])
    if len(places) < 3 or gap_m > OPEN_SHARE * length_m:
        gaps.append(finding("EXCH-022", number, gap_m=round(gap_m, 1)))
        return shapely.LineString(xy)
    if gap_m:
        gaps.append(finding("EXCH-026", number, gap_m=round(gap_m, 1)))
    notes = len(builder.notes)
    ring = builder.ring(xy)
    del builder.notes[notes:]
    return shapely.Polygon(ring)
