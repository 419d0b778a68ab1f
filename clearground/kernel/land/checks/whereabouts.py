"""Where shapes lie, and where they would lie if their coordinates were read in another system."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.crs import ProjectedCRS
from pyproj.crs.coordinate_operation import UTMConversion
from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import TransformerGroup

if TYPE_CHECKING:
    from numpy.typing import NDArray

LON_LAT = "EPSG:4326"
M_PER_DEG = 111_195.0
# Datums of older maps, by where they were drawn.
OLDER_DATUMS = {
    "Indian 1960": shapely.box(97.0, 5.0, 110.0, 25.0),
    "ED50": shapely.box(-12.0, 34.0, 45.0, 72.0),
}
UTM = re.compile(r"(?P<datum>.+) / UTM zone (?P<zone>\d+)(?P<side>[NS])")


def usual_readings(country: shapely.Geometry) -> tuple[str, ...]:
    """Systems that coordinates of a country are mistaken for: WGS 84 zones around it, older datums."""
    west, south, east, north = country.bounds
    zones = range(_zone(west) - 1, _zone(east) + 2)
    side = "N" if south + north >= 0 else "S"
    datums = ["WGS 84", *(datum for datum, region in OLDER_DATUMS.items() if region.intersects(country))]
    metric = [f"{datum} / UTM zone {(zone - 1) % 60 + 1}{side}" for datum in datums for zone in zones]
    return (*metric, *datums[1:], LON_LAT)


def _zone(lon: float) -> int:
    return int((lon + 180) // 6) + 1


def near(country: shapely.Geometry, slack_m: float) -> shapely.Geometry:
    """The country with a margin, prepared for many questions; a copy, because prepared shapes aren't shared."""
    margin = slack_m / M_PER_DEG
    grown = country.simplify(margin / 20).buffer(margin) if margin else shapely.from_wkb(shapely.to_wkb(country))
    shapely.prepare(grown)
    return grown


def centres(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """The centre of each bounding box; nan where there is none."""
    bounds = shapely.bounds(shapes).reshape(-1, 4)
    with np.errstate(invalid="ignore", over="ignore"):
        middle: NDArray[np.float64] = (bounds[:, :2] + bounds[:, 2:]) / 2
    return middle


def is_inside(area: shapely.Geometry, xy: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which points lie in a prepared area; False for nan."""
    inside: NDArray[np.bool_] = shapely.contains_xy(area, xy[:, 0], xy[:, 1]) & np.isfinite(xy).all(axis=1)
    return inside


def reread(xy: NDArray[np.float64], stated: str, reading: str) -> NDArray[np.float64] | None:
    """Points of lon/lat that were read in `stated`, as lon/lat when the same numbers are read in `reading`.

    None where the numbers can't be meant so: degrees as metres, or an unknown system.
    """
    if stated == reading or not (is_known(stated) and is_known(reading)) or is_metric(stated) != is_metric(reading):
        return None
    given = xy if stated == LON_LAT else _transformed(xy, LON_LAT, stated)
    return given if reading == LON_LAT else _transformed(given, reading, LON_LAT)


def read_as(xy: NDArray[np.float64], reading: str) -> NDArray[np.float64]:
    """Numbers as they stand, read in `reading`, as lon/lat; nan where they have no place in it."""
    return _transformed(xy, reading, LON_LAT)


def _transformed(xy: NDArray[np.float64], source: str, target: str) -> NDArray[np.float64]:
    try:
        x, y = _transformer(source, target).transform(xy[:, 0], xy[:, 1])
    except ProjError:
        return np.full_like(xy, np.nan)
    result = np.column_stack([x, y]).astype(float)
    result[~np.isfinite(result).all(axis=1)] = np.nan
    return result


@lru_cache(maxsize=256)
def _transformer(source: str, target: str) -> Transformer:
    """The best known way between two systems, also beyond the area for which it was published.

    Left to itself PROJ takes no datum shift at all there ("ballpark"): Indian 1960 would lie on
    WGS 84 in all of Cambodia, some 500 m off.
    """
    ways = TransformerGroup(crs_of(source), crs_of(target), always_xy=True).transformers
    return next((way for way in ways if "Ballpark" not in way.description), ways[0])


@lru_cache(maxsize=256)
def is_known(system: str) -> bool:
    """PROJ knows the reference system."""
    try:
        crs_of(system)
    except CRSError:
        return False
    return True


@lru_cache(maxsize=256)
def crs_of(system: str) -> CRS:
    """The reference system of a code or a name, also UTM on a datum for which no register lists the zone."""
    try:
        return CRS.from_user_input(system)
    except CRSError:
        named = UTM.fullmatch(system)
        if named is None:
            raise
        conversion = UTMConversion(named["zone"], named["side"])
        return ProjectedCRS(conversion, name=system, geodetic_crs=CRS.from_user_input(named["datum"]))


@lru_cache(maxsize=256)
def is_metric(system: str) -> bool:
    """Coordinates of the system are metres, not degrees."""
    return bool(crs_of(system).is_projected)


def share_inside(shapes: NDArray[np.object_], area: shapely.Geometry) -> NDArray[np.float64]:
    """How much of each shape lies in the (prepared) area, 0 to 1; a point lies in it or doesn't."""
    share: NDArray[np.float64] = shapely.covers(area, shapes).astype(float)
    partly = np.flatnonzero((share == 0) & shapely.intersects(area, shapes) & (shapely.area(shapes) > 0))
    if len(partly):
        common = shapely.area(shapely.intersection(shapes[partly], area))
        share[partly] = common / shapely.area(shapes[partly])
    return share


def groups(keys: Sequence[Any] | NDArray[Any], among: NDArray[np.int64]) -> list[tuple[Any, NDArray[np.int64]]]:
    """The positions of `among` by their key, keys in order of first appearance."""
    found: dict[Any, list[int]] = {}
    for at in among:
        found.setdefault(keys[at], []).append(int(at))
    return [(key, np.array(members, dtype=np.int64)) for key, members in found.items()]
