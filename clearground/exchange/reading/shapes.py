"""Geometries out of lists of positions, as they are: nothing repaired, and what can't stand is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

MAX_RING_VERTICES, MAX_SHAPE_VERTICES = 250_000, 1_000_000


class Unbuildable(Exception):
    """The positions make no geometry: the code of the finding, and its parameters."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass
class Builder:
    """Builds one shape and remembers what it had to note about it."""

    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    vertices: int = 0

    def positions(self, given: Any) -> np.ndarray:
        """The positions as an array of x, y; `Unbuildable` where one is not a pair of finite numbers."""
        try:
            xy = np.array(given, dtype=float)
        except (TypeError, ValueError):
            xy = _ragged(given)
        if xy.ndim != 2 or xy.shape[1] < 2:
            raise Unbuildable("EXCH-003", why="positions are not pairs of numbers")
        xy = xy[:, :2]
        self.vertices += len(xy)
        if self.vertices > MAX_SHAPE_VERTICES:
            raise Unbuildable("EXCH-008", vertices=self.vertices, most=MAX_SHAPE_VERTICES)
        if not np.isfinite(xy).all():
            raise Unbuildable("EXCH-006", position=int(np.argmin(np.isfinite(xy).all(axis=1))) + 1)
        return xy

    def ring(self, given: Any) -> np.ndarray:
        """A closed ring of x, y."""
        xy = self.positions(given)
        if len(xy) > MAX_RING_VERTICES:
            raise Unbuildable("EXCH-008", vertices=len(xy), most=MAX_RING_VERTICES)
        if not np.array_equal(xy[0], xy[-1]):
            xy = np.vstack([xy, xy[:1]])
            self.notes.append(("EXCH-005", {}))
        if len(xy) < 4:
            raise Unbuildable("EXCH-018", points=len(np.unique(xy, axis=0)))
        return xy

    def polygon(self, rings: Sequence[Any]) -> shapely.Polygon:
        """A polygon of an outer ring and holes; empty rings are left out."""
        built = [self.ring(ring) for ring in rings if len(ring)]
        if not built:
            raise Unbuildable("EXCH-004")
        return shapely.Polygon(built[0], built[1:])


def from_geojson(geometry: Any, builder: Builder) -> shapely.Geometry:
    """The geometry of a GeoJSON object; `Unbuildable` where it has none that can stand."""
    if not isinstance(geometry, dict):
        raise Unbuildable("EXCH-004") if geometry is None else Unbuildable("EXCH-003", why="not an object")
    kind, given = geometry.get("type"), geometry.get("coordinates")
    if kind == "GeometryCollection":
        return _collection(geometry.get("geometries") or [], builder)
    make = _MAKERS.get(kind) if isinstance(kind, str) else None
    if make is None:
        raise Unbuildable("EXCH-021", kind=str(kind)[:40])
    if not given:
        raise Unbuildable("EXCH-004")
    if not isinstance(given, list):
        raise Unbuildable("EXCH-003", why="coordinates are not a list")
    try:
        return make(given, builder)
    except (TypeError, ValueError, IndexError, shapely.errors.ShapelyError) as error:
        raise Unbuildable("EXCH-003", why=str(error)[:200]) from None


def _collection(parts: Sequence[Any], builder: Builder) -> shapely.Geometry:
    built = [from_geojson(part, builder) for part in parts]
    if not built:
        raise Unbuildable("EXCH-004")
    return gathered(built)


def gathered(parts: Sequence[shapely.Geometry]) -> shapely.Geometry:
    """One geometry of several: the polygons where there are any, else all."""
    singles = list(shapely.get_parts(parts)) if len(parts) else []
    polygons = [part for part in singles if part.geom_type == "Polygon"]
    chosen = polygons or singles
    if len(chosen) == 1:
        return chosen[0]
    return shapely.MultiPolygon(polygons) if polygons else shapely.GeometryCollection(chosen)


_MAKERS = {
    "Point": lambda given, b: shapely.Point(b.positions([given])[0]),
    "MultiPoint": lambda given, b: shapely.MultiPoint(b.positions(given)),
    "LineString": lambda given, b: shapely.LineString(b.positions(given)),
    "MultiLineString": lambda given, b: shapely.MultiLineString([b.positions(line) for line in given]),
    "Polygon": lambda given, b: b.polygon(given),
    "MultiPolygon": lambda given, b: shapely.MultiPolygon([b.polygon(rings) for rings in given if rings]),
}


def from_esri(geometry: Any, builder: Builder) -> shapely.Geometry:
    """The geometry of an Esri JSON object: outer rings run clockwise, holes against the clock."""
    if not isinstance(geometry, dict) or not any(geometry.get(k) for k in ("rings", "paths", "points", "x")):
        raise Unbuildable("EXCH-021" if isinstance(geometry, dict) and "curveRings" in geometry else "EXCH-004")
    try:
        if "rings" in geometry:
            return polygons_of([builder.ring(ring) for ring in geometry["rings"] if ring])
        if "paths" in geometry:
            return _MAKERS["MultiLineString"](geometry["paths"], builder)
        if "points" in geometry:
            return _MAKERS["MultiPoint"](geometry["points"], builder)
        return _MAKERS["Point"]([geometry["x"], geometry.get("y")], builder)
    except (TypeError, ValueError, IndexError, shapely.errors.ShapelyError) as error:
        raise Unbuildable("EXCH-003", why=str(error)[:200]) from None


def polygons_of(rings: Sequence[np.ndarray]) -> shapely.Geometry:
    """Rings as polygons: each ring against the clock is a hole of the smallest outer ring around it."""
    outers = [r for r in rings if not shapely.is_ccw(shapely.LinearRing(r))]
    holes = [r for r in rings if shapely.is_ccw(shapely.LinearRing(r))]
    if not outers:
        outers, holes = holes, []
    frames = [shapely.Polygon(r) for r in outers]
    mine: list[list[np.ndarray]] = [[] for _ in outers]
    for hole in holes:
        at = shapely.Point(hole[0])
        around = [i for i, frame in enumerate(frames) if frame.intersects(at)]
        # A hole around which no ring lies is ground of its own, drawn the wrong way round.
        if around:
            mine[min(around, key=lambda i: frames[i].area)].append(hole)
        else:
            outers, mine = [*outers, hole], [*mine, []]
    built = [shapely.Polygon(outer, inner) for outer, inner in zip(outers, mine, strict=True)]
    return built[0] if len(built) == 1 else shapely.MultiPolygon(built)


def _ragged(given: Any) -> np.ndarray:
    try:
        return np.array([position[:2] for position in given], dtype=float)
    except (TypeError, ValueError, IndexError):
        raise Unbuildable("EXCH-003", why="positions are not pairs of numbers") from None
