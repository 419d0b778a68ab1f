"""Headers of tables: the row that holds them, and the column of each role, by the names in use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from clearground.common.errors import Refused

from .rows import Cell

SEARCHED_ROWS = 20


def _names(said: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in said.split(",") if name.strip())


# The columns that make a shape, by normalised header; the first name that occurs wins.
ROLES: dict[str, tuple[str, ...]] = {
    "shape": _names("wkt, geom wkt, shape wkt, wkt geom, polygon wkt, geometry, geom, the geom, geometry wkt"),
    "pair": _names(
        "coordinates, coordinate, coords, position, lat lon, lat long, latlong, gps, gps coordinates, utm, "
        "utm coordinates, grid reference, កូអរដោនេ, និយាមកា"
    ),
    "x": _names(
        "lon, long, longitude, lng, x, x coord, xcoord, x coordinate, easting, east, utm e, utm x, utm east, "
        "utm easting, user entered x, point x, longitude x, lon dd, long dd, longitude dd, longitude wgs84, "
        "lon dms, longitude dms, coord x, រយៈបណ្តោយ, បណ្តោយ"
    ),
    "y": _names(
        "lat, latitude, y, y coord, ycoord, y coordinate, northing, north, utm n, utm y, utm north, utm "
        "northing, user entered y, point y, latitude y, lat dd, latitude dd, latitude wgs84, lat dms, "
        "latitude dms, coord y, រយៈទទឹង, ទទឹង"
    ),
    "mgrs": _names("mgrs, user entered mgrs, mgrs coordinates"),
    "zone": _names("zone, utm zone, utmzone, តំបន់"),
    "datum": _names("datum, geodetic datum, map datum"),
    "crs": _names(
        "crs, srid, epsg, coordrefsys, coord ref sys, coordinate system, coordinate reference system, projection"
    ),
    "record": _names(
        "hazard id, hazard localid, hazardid, hazard local id, localid, local id, land id, area id, polygon "
        "code, minefield id, mf id, record id, id, hazard guid, លេខសម្គាល់"
    ),
    "shape_id": _names("shape id, shapeid, polygon id, polygonid, polygon no, geospatialinfo guid, part"),
    "point": _names(
        "point number, point no, pointno, point num, pointnumber, point id, pointid, point, point local id, "
        "vertex, vertex no, turning point, pt no, tp, point order, លេខចំណុច"
    ),
    "point_type": _names("point type, pointtype, type of point"),
    "bearing": _names(
        "bearing, azimuth, bearing deg, bearing degrees, bearing true, bearing magnetic, direction deg, អាស៊ីមុត"
    ),
    "distance": _names("distance, distance m, dist, dist m, distance metres, distance meters, ចម្ងាយ, ចម្ងាយ m"),
    "from_point": _names("from point, frompoint, from, from point no, from point number, start from"),
}


def normal(header: Cell) -> str:
    """A header without case, marks and underscores: "Hazard_ID" and "hazard id" are one."""
    spread = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", str(header or ""))
    return " ".join(re.sub(r"[^\w\u1780-\u17ff²]+|_", " ", spread.lower()).split())


def find_header(rows: Sequence[tuple[int, Sequence[Cell]]], wanted: int | None) -> tuple[int, list[str]]:
    """The number of the header row and its names; `Refused` where no row can be one."""
    for number, row in rows:
        if number == wanted:
            return number, named(row)
    if wanted is not None:
        raise Refused(f"Row {wanted} can't be the header: the table has no such row near its top.", "Count from 1.")
    widest = max((len(_filled(row)) for _, row in rows[:SEARCHED_ROWS]), default=0)
    for number, row in rows[:SEARCHED_ROWS]:
        filled = _filled(row)
        if filled and len(filled) >= 0.6 * widest and all(_is_name(value) for value in filled):
            return number, named(row)
    raise Refused("No row with column names was found.", "Put names above the columns, or say which row has them.")


def named(row: Sequence[Cell]) -> list[str]:
    """A name for each column: empty ones by place, repeated ones numbered."""
    names: list[str] = []
    for place, value in enumerate(row, start=1):
        name = str(value).strip() if value is not None else f"column {place}"
        times = sum(n == name or n.startswith(f"{name} (") for n in names)
        names.append(f"{name} ({times + 1})" if times else name)
    return names


def roles_of(columns: Iterable[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """The column of each role that this table has; those a person chose come first."""
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(normal(column), column)
    unknown = [column for column in chosen.values() if column not in by_name.values()]
    if unknown:
        raise Refused(f"There is no column {unknown[0]!r}.", f"The columns are: {', '.join(by_name.values())}.")
    found = {role: by_name[name] for role, names in ROLES.items() for name in reversed(names) if name in by_name}
    return found | dict(chosen)


def _filled(row: Sequence[Cell]) -> list[Cell]:
    return [value for value in row if value is not None and value != ""]


def _is_name(value: Cell) -> bool:
    if not isinstance(value, str) or len(value) > 200:
        return False
    return not re.fullmatch(r"[\s\d០-៩.,:/°'\"+-]+", value)
