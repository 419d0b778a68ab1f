"""The turning points of a shape: degrees, UTM, and the leg to the next point."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pyproj
import shapely

from clearground.kernel.land.traverse import legs_between

MOST_POINTS = 400


def turning_points(shape: shapely.Geometry) -> list[dict[str, Any]]:
    """The corners of every ring, numbered, each with bearing and distance to the next; a lone point has no leg."""
    return list(_points(shape))[:MOST_POINTS]


def _points(shape: shapely.Geometry) -> Iterator[dict[str, Any]]:
    rings = shapely.get_rings(shape)
    if not len(rings):
        for number, spot in enumerate(shapely.get_coordinates(shape).tolist(), start=1):
            yield _spot(number, 1, spot)
        return
    for ring_number, ring in enumerate(rings, start=1):
        spots = shapely.get_coordinates(ring)[:-1].tolist()
        for number, (spot, leg) in enumerate(zip(spots, legs_between(spots), strict=True), start=1):
            yield _spot(number, ring_number, spot) | {"bearing_deg": leg.bearing_deg, "distance_m": leg.distance_m}


def _spot(number: int, ring: int, spot: list[float]) -> dict[str, Any]:
    lon, lat = spot
    zone, easting, northing = utm_of(lon, lat)
    return {
        "number": number,
        "ring": ring,
        "lon": f"{lon:.6f}",
        "lat": f"{lat:.6f}",
        "zone": zone,
        "easting": easting,
        "northing": northing,
        "bearing_deg": None,
        "distance_m": None,
    }


def utm_of(lon: float, lat: float) -> tuple[str, float, float]:
    """Zone with hemisphere, easting and northing in metres on WGS 84."""
    zone = min(int((lon + 180) // 6) + 1, 60)
    easting, northing = _to_utm(zone, lat < 0).transform(lon, lat)
    return f"{zone}{'S' if lat < 0 else 'N'}", float(easting), float(northing)


@lru_cache(maxsize=8)
def _to_utm(zone: int, south: bool) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs("EPSG:4326", f"EPSG:{(32700 if south else 32600) + zone}", always_xy=True)
