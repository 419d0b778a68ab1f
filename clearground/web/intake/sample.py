"""A file to try imports with in the demonstration: invented areas, three of them with something wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import shapely

from clearground.common.caution import NOTE, caution
from clearground.exchange.neighbours import standing_events
from clearground.places import selectors as places

NAME = "invented-hazards-to-try.geojson"
ROWS, COLUMNS = 12, 4
MOST_TRIED, PARTS = 40, 7
STEP_DEG, SIDE_DEG = 0.0035, 0.0018
CROSSED, NO_SUCH_DAY, TEN_TIMES = 4, 7, 10


def sample_file() -> str:
    """Twelve invented hazards in one commune as GeoJSON: one crosses itself, one has no such day, one's area is off."""
    _ids, communes = places.commune_shapes(places.current_boundaries())
    if not len(communes):
        return json.dumps({"type": "FeatureCollection", NOTE: caution(), "features": []})
    lon, lat = free_spot(communes)
    features = [feature(number, lon, lat) for number in range(1, ROWS + 1)]
    return json.dumps(
        {"type": "FeatureCollection", NOTE: caution(), "features": features}, indent=1, ensure_ascii=False
    )


def free_spot(communes: Sequence[shapely.Geometry]) -> tuple[float, float]:
    """A point in the middle of a commune, around which the register knows nothing yet where there is such a one."""
    largest = sorted(communes, key=lambda shape: -shape.area)[:MOST_TRIED]
    spots = [spot for shape in largest for spot in spots_in(shape)]
    middle = largest[0].representative_point()
    return next((spot for spot in spots if not is_taken(*spot)), (middle.x, middle.y))


def spots_in(shape: shapely.Geometry) -> list[tuple[float, float]]:
    """Points of a grid over the box of a commune, as far as the whole field of squares lies in it."""
    west, south, east, north = shape.bounds
    lons = [west + (east - west) * part / PARTS for part in range(1, PARTS)]
    lats = [south + (north - south) * part / PARTS for part in range(1, PARTS)]
    half = (COLUMNS / 2 + 0.5) * STEP_DEG
    fields = [(lon, lat, shapely.box(lon - half, lat - half, lon + half, lat + half)) for lon in lons for lat in lats]
    return [(lon, lat) for lon, lat, field in fields if shape.contains(field)]


def is_taken(lon: float, lat: float) -> bool:
    """The register knows of land near the point."""
    half = (COLUMNS / 2 + 1) * STEP_DEG
    return standing_events().filter(shape__box_overlaps=(lon - half, lat - half, lon + half, lat + half)).exists()


def feature(number: int, lon: float, lat: float) -> dict[str, Any]:
    """One invented hazard, in a field of squares around a point."""
    west = lon + ((number - 1) % COLUMNS - COLUMNS / 2) * STEP_DEG
    south = lat + ((number - 1) // COLUMNS - 1.5) * STEP_DEG
    shape = crossed(west, south) if number == CROSSED else shapely.box(west, south, west + SIDE_DEG, south + SIDE_DEG)
    area_m2 = round(areas_of(shape) * (10 if number == TEN_TIMES else 1))
    cells = {
        "hazard_id": f"TRY-{number:03}",
        "class": "A4" if number % 3 else "A1",
        "survey_date": "2025-02-31" if number == NO_SUCH_DAY else f"2025-03-{number:02}",
        "area_m2": area_m2,
        "remarks": "invented, to try an import",
        "synthetic": True,
    }
    return {"type": "Feature", "properties": cells, "geometry": json.loads(shapely.to_geojson(shape))}


def crossed(west: float, south: float) -> shapely.Polygon:
    """A bow-tie: two of its corners were entered in the wrong order."""
    east, north = west + SIDE_DEG, south + SIDE_DEG
    return shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])


def areas_of(shape: shapely.Polygon) -> float:
    """The area of the shape in the country's projection, in square metres."""
    return float(places.frame().area_m2([shape])[0])
