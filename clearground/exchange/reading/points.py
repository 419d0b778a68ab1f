"""One row per point, as IMSMA NG exports polygons: points gathered by record and shape, relative ones computed.

A point is absolute (coordinates) or relative: bearing and distance from a from-point, along the
geodesic. The boundary is the start point and the turning points, in the order of their numbers;
reference points and benchmarks only serve as from-points.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import pyproj
import shapely

from clearground.kernel.findings import Finding

from .codes import finding
from .coordinates import Unreadable, angle, metres
from .digits import western
from .placing import Unplaced, given_of, position
from .rows import Cell, RawRow, ReadOptions
from .shapes import gathered

GEOD = pyproj.Geod(ellps="WGS84")
NOT_BOUNDARY = re.compile(
    r"\b(ref|reference|rp|landmark|lm|benchmark|bench|bm|evidence|view|usage|target|firing)", re.I
)
CLOSING_NOTE_M, CLOSING_WARN_M, CLOSING_WARN_SHARE = 0.5, 5.0, 0.02
SAME_POINT_M = 0.05
CLOSING_LABELS = ("close", "closing", "end")


@dataclass
class Point:
    """One row of the table, as a point of a shape."""

    row: RawRow
    label: str
    order: tuple[float, str]
    is_boundary: bool
    lonlat: tuple[float, float] | None = None
    crs: str = ""
    from_label: str = ""
    bearing_deg: float | None = None
    distance_m: float | None = None


@dataclass
class Shape:
    """The points of one shape of one record, and what was found in them."""

    points: list[Point] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def assembled(rows: Iterable[RawRow], roles: Mapping[str, str], options: ReadOptions) -> Iterator[RawRow]:
    """One row for each record, numbered as its first point, with the shape that its points make."""
    records: dict[str, dict[str, Shape]] = {}
    lone: list[RawRow] = []
    for row in rows:
        key = _text(row, roles, "record") or _text(row, roles, "shape_id")
        if not key:
            lone.append(RawRow(row.number, row.cells, findings=(*row.findings, finding("EXCH-027", row.number))))
            continue
        shape = records.setdefault(key, {}).setdefault(_text(row, roles, "shape_id"), Shape())
        shape.points.append(point_of(row, roles, options, shape))
    yield from lone
    for shapes in records.values():
        yield record_of(list(shapes.values()), roles)


def point_of(row: RawRow, roles: Mapping[str, str], options: ReadOptions, shape: Shape) -> Point:
    """The point of one row; what can't be read about it joins the findings of its shape."""
    label = _text(row, roles, "point") or str(len(shape.points) + 1)
    kind = _text(row, roles, "point_type") or label
    point = Point(row, label, _order(label), not NOT_BOUNDARY.search(kind), from_label=_text(row, roles, "from_point"))
    try:
        spot = position(row, roles, options)
        if spot:
            point.lonlat, point.crs = (spot[0], spot[1]), spot[2]
            shape.findings += spot[3]
    except Unplaced as problem:
        shape.findings.append(problem.found)
    point.bearing_deg = _number(row, roles, "bearing", shape, options.declination_deg)
    point.distance_m = _number(row, roles, "distance", shape, 0.0)
    return point


def record_of(shapes: list[Shape], roles: Mapping[str, str]) -> RawRow:
    """The row of a record: cells of its points put together, polygons of its shapes."""
    built = [one for shape in shapes if (one := build(shape)) is not None]
    points = [point for shape in shapes for point in shape.points]
    first = min(points, key=lambda point: point.row.number)
    own = {roles[role] for role in roles if role not in {"record"}}
    cells: dict[str, Cell] = {}
    for point in points:
        for name, value in point.row.cells.items():
            if name not in own and cells.get(name) is None:
                cells[name] = value
    systems = dict.fromkeys(point.crs for point in points if point.crs)
    found = [one for point in points for one in point.row.findings]
    found += [one for shape in shapes for one in shape.findings]
    given = "; ".join(_given(point, roles) for point in points)
    shape = gathered(built) if built else None
    return RawRow(first.row.number, cells, shape, given, ", ".join(systems), tuple(found))


def build(shape: Shape) -> shapely.Geometry | None:
    """The geometry that the points of a shape make, once relative points are computed."""
    _resolve(shape)
    boundary = _boundary(shape)
    lost = [p for p in boundary if p.lonlat is None]
    for point in lost:
        missing = point.from_label or "?"
        shape.findings.append(finding("EXCH-016", point.row.number, label=point.label, from_label=missing))
    _check_numbers(shape, boundary)
    if lost or not boundary:
        return None
    places = _closed(shape, boundary)
    if len(places) == 1:
        return shapely.Point(places[0])
    if len(places) == 2:
        shape.findings.append(finding("EXCH-018", boundary[0].row.number, points=2))
        return shapely.LineString(places)
    return shapely.Polygon(places)


def _boundary(shape: Shape) -> list[Point]:
    """The points of the boundary by their numbers; a last row that names the first point again stays last."""
    points = [point for point in shape.points if point.is_boundary]
    returns = len(points) > 3 and points[-1].label.lower() in {points[0].label.lower(), *CLOSING_LABELS}
    body, back = (points[:-1], points[-1:]) if returns else (points, [])
    return sorted(body, key=lambda point: point.order) + back


def _resolve(shape: Shape) -> None:
    """Relative points have coordinates, in as many rounds as their chain is long."""
    by_label = {point.label.lower(): point for point in reversed(shape.points)}
    waiting = [(at, p) for at, p in enumerate(shape.points) if p.lonlat is None and _is_relative(p)]
    while waiting:
        left = []
        for at, point in waiting:
            origin = by_label.get(point.from_label.lower()) if point.from_label else None
            if origin is None and not point.from_label and at > 0:
                origin = shape.points[at - 1]
            if origin is None or origin.lonlat is None or origin is point:
                left.append((at, point))
                continue
            point.lonlat = travelled(origin.lonlat, point.bearing_deg or 0.0, point.distance_m or 0.0)
            point.crs = point.crs or origin.crs
        if len(left) == len(waiting):
            return
        waiting = left


def travelled(origin: tuple[float, float], bearing_deg: float, distance_m: float) -> tuple[float, float]:
    """Longitude and latitude at `distance_m` from the origin along the geodesic that leaves at the bearing."""
    lon, lat, _ = GEOD.fwd(origin[0], origin[1], bearing_deg, distance_m)
    return float(lon), float(lat)


def _closed(shape: Shape, boundary: list[Point]) -> list[tuple[float, float]]:
    """The boundary without its return to the start, whose miss is a finding."""
    places = [p.lonlat for p in boundary if p.lonlat is not None]
    start, last = boundary[0], boundary[-1]
    repeats = last.label.lower() in {start.label.lower(), *CLOSING_LABELS}
    miss_m = distance_m(places[0], places[-1]) if len(places) > 1 else 0.0
    if len(places) > 3 and (repeats or miss_m <= SAME_POINT_M or _returns(boundary)):
        perimeter_m = sum(distance_m(a, b) for a, b in pairwise(places))
        if miss_m > CLOSING_NOTE_M:
            grave = miss_m > max(CLOSING_WARN_M, CLOSING_WARN_SHARE * perimeter_m)
            code = "EXCH-017" if grave else "EXCH-019"
            shape.findings.append(
                finding(code, last.row.number, miss_m=round(miss_m, 2), perimeter_m=round(perimeter_m))
            )
        places = places[:-1]
    return [place for at, place in enumerate(places) if at == 0 or place != places[at - 1]]


def _returns(boundary: list[Point]) -> bool:
    """The last leg is walked back to the start: a relative point near it, when the rest is far from it."""
    last, before = boundary[-1].lonlat, boundary[-2].lonlat
    start = boundary[0].lonlat
    if not _is_relative(boundary[-1]) or last is None or before is None or start is None:
        return False
    return distance_m(start, last) <= CLOSING_WARN_SHARE * sum(p.distance_m or 0.0 for p in boundary)


def distance_m(one: tuple[float, float], two: tuple[float, float]) -> float:
    """Metres between two places, along the geodesic."""
    return float(GEOD.inv(one[0], one[1], two[0], two[1])[2])


def _check_numbers(shape: Shape, boundary: list[Point]) -> None:
    labels = [point.label.lower() for point in boundary]
    inner = labels[:-1] if len(labels) > 3 and labels[-1] == labels[0] else labels
    repeated = sorted({label for label in inner if inner.count(label) > 1})
    if repeated:
        shape.findings.append(finding("EXCH-025", boundary[0].row.number, labels=", ".join(repeated)))


def _is_relative(point: Point) -> bool:
    return point.bearing_deg is not None and point.distance_m is not None


def _order(label: str) -> tuple[float, str]:
    """Start points first, then by number; points without a number keep their place in the file."""
    said = western(label)
    number = re.search(r"\d+(\.\d+)?", said)
    if re.match(r"(sp|start)", said, re.I):
        return (-1.0, "")
    return (float(number[0]), "") if number else (0.0, "")


def _number(row: RawRow, roles: Mapping[str, str], role: str, shape: Shape, added: float) -> float | None:
    value = row.cells.get(roles.get(role, ""))
    if value is None:
        return None
    try:
        if role == "bearing":
            said = re.sub(r"\s*(true|mag\w*|grid|t|m)\s*$", "", western(str(value)), flags=re.I)
            return _bearing(said) + added
        number = metres(value)
    except Unreadable as why:
        shape.findings.append(finding("EXCH-007", row.number, roles[role], why=str(why)[:200]))
        return None
    return number


def _bearing(said: str) -> float:
    try:
        degrees = metres(said)
    except Unreadable:
        degrees = angle(said).degrees
    if not 0 <= degrees <= 360:
        raise Unreadable(f"{said!r} is not a bearing in degrees")
    return degrees


def _text(row: RawRow, roles: Mapping[str, str], role: str) -> str:
    value = row.cells.get(roles.get(role, ""))
    return "" if value is None else str(value).strip()


def _given(point: Point, roles: Mapping[str, str]) -> str:
    absolute = given_of(point.row, roles)
    legs = [f"{role} {v}" for role in ("bearing", "distance", "from_point") if (v := _text(point.row, roles, role))]
    return f"{point.label}: {' '.join([absolute, *legs]).strip()}"
