"""Places as teams read them in the field: UTM, the military grid (MGRS), degrees and minutes.

On WGS 84, from 80° south to 84° north. The grid is arithmetic on UTM: a square of 100 km has two
letters, which repeat; the zone and the band of latitude say which one is meant. Digits are cut off,
never rounded, so that a reference names the square that the point lies in (NGA.SIG.0012, 2014).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from math import floor
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import Transformer

if TYPE_CHECKING:
    from numpy.typing import NDArray

SOUTHERNMOST, NORTHERNMOST = -80.0, 84.0
BANDS = "CDEFGHJKLMNPQRSTUVWX"
COLUMNS = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ")
ROWS = "ABCDEFGHJKLMNPQRSTUV"
SQUARE_M, ROWS_REPEAT_M = 100_000, 2_000_000
DIGITS = 5
REFERENCE = re.compile(r"(\d{1,2})([C-HJ-NP-X])([A-HJ-NP-Z])([A-HJ-NP-V])(\d*)")


@dataclass(frozen=True, slots=True)
class Utm:
    """A point in one zone: `band` is its band of latitude, from N on in the north."""

    zone: int
    band: str
    easting_m: float
    northing_m: float

    @property
    def is_north(self) -> bool:
        """The northing counts from the equator, and not from ten million metres south of it."""
        return self.band >= "N"


def zone_of(lon: float, lat: float) -> int:
    """The UTM zone of a place, with the wider zones of south-west Norway and Svalbard."""
    if 56 <= lat < 64 and 3 <= lon < 12:
        return 32
    if lat >= 72 and 0 <= lon < 42:
        return next(zone for zone, east in ((31, 9), (33, 21), (35, 33), (37, 42)) if lon < east)
    return floor((lon + 180) / 6) % 60 + 1


def band_of(lat: float) -> str:
    """The letter of the band of latitude; the last one is 12° high."""
    if not SOUTHERNMOST <= lat <= NORTHERNMOST:
        raise ValueError(f"the grid ends at 80° south and 84° north: {lat}")
    return BANDS[min(floor((lat - SOUTHERNMOST) / 8), len(BANDS) - 1)]


def utm_of(lon: float, lat: float, zone: int | None = None) -> Utm:
    """The place in UTM, in its own zone or in the one that is asked for."""
    zone = zone or zone_of(lon, lat)
    band = band_of(lat)
    east, north = _transformer(zone, band >= "N").transform(lon, lat)
    # To a micrometre, so that a point on a line of the grid is not put beside it by the last bit.
    return Utm(zone, band, round(east, 6) + 0.0, round(north, 6) + 0.0)


def shapes_in_utm(shapes: NDArray[np.object_], zone: int, is_north: bool) -> NDArray[np.object_]:
    """Shapes in longitude, latitude as metres of one zone."""
    forward = _transformer(zone, is_north)
    moved: NDArray[np.object_] = shapely.transform(
        shapes, lambda lonlat: np.column_stack(forward.transform(lonlat[:, 0], lonlat[:, 1]))
    )
    return moved


def lonlat_of(point: Utm) -> tuple[float, float]:
    """Longitude and latitude of a point in UTM, in degrees."""
    lon, lat = _transformer(point.zone, point.is_north).transform(
        point.easting_m, point.northing_m, direction="INVERSE"
    )
    return lon, lat


def mgrs_of(point: Utm, *, digits: int = DIGITS) -> str:
    """The reference of the square that the point lies in: one metre wide with five digits."""
    column, east = divmod(floor(point.easting_m), SQUARE_M)
    row, north = divmod(floor(point.northing_m), SQUARE_M)
    shift = 0 if point.zone % 2 else 5
    letters = COLUMNS[(point.zone - 1) % 3][column - 1] + ROWS[(row + shift) % len(ROWS)]
    size = 10 ** (DIGITS - digits)
    figures = f"{east // size:0{digits}}{north // size:0{digits}}" if digits else ""
    return f"{point.zone:02}{point.band}{letters}{figures}"


def from_mgrs(reference: str) -> Utm:
    """The south-western corner of the square that the reference names; ValueError where it names none."""
    said = REFERENCE.fullmatch(re.sub(r"\s", "", reference).upper())
    if said is None or len(said[5]) % 2 or len(said[5]) > 2 * DIGITS or not 1 <= int(said[1]) <= 60:
        raise ValueError(f"not a reference of the military grid: {reference!r}")
    zone, band, half = int(said[1]), said[2], len(said[5]) // 2
    column = COLUMNS[(zone - 1) % 3].find(said[3])
    if column < 0:
        raise ValueError(f"zone {zone} has no square {said[3]}{said[4]}")
    size = 10 ** (DIGITS - half)
    row = (ROWS.index(said[4]) - (0 if zone % 2 else 5)) % len(ROWS)
    north = row * SQUARE_M + int(said[5][half:] or 0) * size
    while north + size <= _southernmost_m(zone, band):
        north += ROWS_REPEAT_M
    return Utm(zone, band, (column + 1) * SQUARE_M + int(said[5][:half] or 0) * size, north)


def _southernmost_m(zone: int, band: str) -> float:
    """The lowest northing in a band: its southern edge bends, so that the middle and both sides are looked at."""
    lat = SOUTHERNMOST + 8 * BANDS.index(band)
    middle = zone * 6 - 183
    is_north = band >= "N"
    lowest: float = min(_transformer(zone, is_north).transform(lon, lat)[1] for lon in (middle, middle - 6, middle + 6))
    return lowest


def degrees_minutes(degrees: float, positive: str, negative: str) -> str:
    """An angle as degrees and minutes with four decimals, which is about 0.2 m: 12°34.5678′ N."""
    minutes = round(abs(degrees) * 60, 4)
    whole, rest = divmod(minutes, 60)
    return f"{int(whole)}°{rest:07.4f}′ {positive if degrees >= 0 else negative}"


@lru_cache(maxsize=8)
def _transformer(zone: int, is_north: bool) -> Transformer:
    return Transformer.from_crs("EPSG:4326", f"EPSG:{(326 if is_north else 327) * 100 + zone}", always_xy=True)
