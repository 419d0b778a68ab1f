"""What the map asks: outlines, the extent of the country, what lies under a point."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import shapely

from clearground.land import selectors as land
from clearground.land.models import Approval
from clearground.places.choices import Level
from clearground.places.models import Boundary, BoundaryEdition, Country
from clearground.places.selectors import is_invented

# About a hundred metres: outlines on a country map, not a cadastre.
OUTLINE_TOLERANCE_DEG = 0.001
OUTLINE_DIGITS = 4


def is_approval(seq: int) -> bool:
    """There is an approval of this number."""
    return Approval.objects.filter(seq=seq).exists()


def first_day() -> date | None:
    """The first day that any record counts from; None where there is none."""
    days = land.ledger().entries.on
    return date.fromordinal(int(days.min())) if len(days) else None


def extent_of(country: Country, edition: BoundaryEdition | None) -> tuple[float, float, float, float]:
    """The box of the country: as stated, else of its boundaries, else some way around its centre."""
    if country.extent is not None and not country.extent.is_empty:
        return country.extent.bounds
    held = Boundary.objects.filter(edition=edition).values_list("shape_minx", "shape_miny", "shape_maxx", "shape_maxy")
    if boxes := [box for box in held if None not in box]:
        west, south, east, north = zip(*boxes, strict=True)
        return min(west), min(south), max(east), max(north)
    lon, lat = country.centre_lon, country.centre_lat
    return lon - 2, lat - 2, lon + 2, lat + 2


def outlines(edition: BoundaryEdition, level: Level) -> list[dict[str, Any]]:
    """GeoJSON features of the places of one level, simplified together so that neighbours still meet."""
    rows = Boundary.objects.filter(edition=edition, place__level=level).select_related("place").order_by("place__code")
    rows = [row for row in rows if shapely.get_type_id(row.shape) in (3, 6)]
    shapes, synthetic = simplified(row.shape for row in rows), is_invented()
    return [
        {
            "type": "Feature",
            "properties": {
                **{"code": row.place.code, "name": row.place.name, "name_km": row.place.name_km},
                "synthetic": synthetic,
            },
            "geometry": shapely.geometry.mapping(shape),
        }
        for row, shape in zip(rows, shapes, strict=True)
        if not shape.is_empty
    ]


def simplified(shapes: Iterable[shapely.Geometry]) -> list[shapely.Geometry]:
    """The shapes as a coverage with fewer points, coordinates of about ten metres."""
    fewer = shapely.coverage_simplify(list(shapes), OUTLINE_TOLERANCE_DEG)
    rounded = shapely.transform(fewer, lambda xy: xy.round(OUTLINE_DIGITS))
    return list(rounded)
