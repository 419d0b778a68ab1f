"""Where a searched word lies: coordinates in every usual notation, places, records."""

from __future__ import annotations

import re
from typing import Any

import pyproj
import shapely
from django.utils.translation import gettext as _

from clearground.common import formats
from clearground.exchange.reading.coordinates import Unreadable, pair
from clearground.exchange.reading.digits import western
from clearground.land.models import LandEvent, Record
from clearground.places.models import Boundary, Place
from clearground.places.selectors import current_boundaries, places_by_name

from ..shell.selectors import called

BANDS, EAST_SETS, NORTH = "CDEFGHJKLMNPQRSTUVWX", ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ"), "ABCDEFGHJKLMNPQRSTUV"
UTM = re.compile(r"(\d{1,2})\s*([C-HJ-NP-X])\s*,?\s*(\d{5,7}(?:\.\d+)?)\s*m?\s*E?[\s,;/]+(\d{5,8}(?:\.\d+)?)\s*m?\s*N?")
MGRS = re.compile(r"(\d{1,2})\s*([C-HJ-NP-X])\s*([A-HJ-NP-Z])([A-HJ-NP-V])\s*((?:\d\s*){2,10})")
SQUARE_M, CYCLE_M = 100_000, 2_000_000
MOST = 8


def found(words: str, *, may_see_land: bool) -> list[dict[str, Any]]:
    """What the words may mean, the likeliest first: each with a name and the box or spot where it lies."""
    said = words.strip()
    if not said:
        return []
    spot = spot_of(said)
    records = records_called(said) if may_see_land else []
    return [*([spot] if spot else []), *records, *places_called(said)][:MOST]


def spot_of(words: str) -> dict[str, Any] | None:
    """The spot that coordinates name; None where the words are no coordinates."""
    lonlat = of_mgrs(words) or of_utm(words) or of_degrees(words)
    if lonlat is None:
        return None
    lon, lat = lonlat
    name = f"{formats.number(lat, decimals=5)}, {formats.number(lon, decimals=5)}"
    return {"name": name, "kind": _("Coordinates (latitude, longitude)"), "lon": lon, "lat": lat}


def of_degrees(words: str) -> tuple[float, float] | None:
    """Longitude and latitude of degrees, decimal or with minutes and seconds; latitude first unless letters say."""
    try:
        lon, lat, _assumed = pair(words)
    except Unreadable:
        return None
    return lon, lat


def of_utm(words: str) -> tuple[float, float] | None:
    """Longitude and latitude of "48P 491000 1280000" (WGS 84); the letter is the band of latitude."""
    match = UTM.fullmatch(western(words).upper().strip())
    if match is None or not 1 <= int(match[1]) <= 60:
        return None
    return unprojected(int(match[1]), match[2], float(match[3]), float(match[4]))


def of_mgrs(words: str) -> tuple[float, float] | None:
    """Longitude and latitude of the middle of a square such as "48P VT 91000 80000"."""
    match = MGRS.fullmatch(western(words).upper().strip())
    digits = re.sub(r"\s", "", match[5]) if match else ""
    if match is None or len(digits) % 2 or not 1 <= int(match[1]) <= 60:
        return None
    zone, half = int(match[1]), len(digits) // 2
    column = EAST_SETS[(zone - 1) % 3].find(match[3])
    if column < 0:
        return None
    step = 10 ** (5 - half)
    row = (NORTH.index(match[4]) - (5 if zone % 2 == 0 else 0)) % len(NORTH)
    east = (column + 1) * SQUARE_M + int(digits[:half]) * step + step / 2
    north = row * SQUARE_M + int(digits[half:]) * step + step / 2
    return unprojected(zone, match[2], east, in_band(zone, match[2], east, north))


def in_band(zone: int, band: str, east: float, north: float) -> float:
    """The northing, of those a cycle of rows apart, whose latitude lies in the band."""
    low = -80 + 8 * BANDS.index(band)
    for cycle in range(5):
        _lon, lat = unprojected(zone, band, east, north + cycle * CYCLE_M)
        if low - 0.1 <= lat <= low + (12 if band == "X" else 8) + 0.1:
            return north + cycle * CYCLE_M
    return north


def unprojected(zone: int, band: str, east: float, north: float) -> tuple[float, float]:
    """Longitude and latitude of metres in a zone."""
    code = (32600 if band >= "N" else 32700) + zone
    lon, lat = pyproj.Transformer.from_crs(code, 4326, always_xy=True).transform(east, north)
    return float(lon), float(lat)


def places_called(words: str) -> list[dict[str, Any]]:
    """Places of this name in either language, then those whose name or code begins so."""
    begins = Place.objects.filter(name__istartswith=words) | Place.objects.filter(name_km__istartswith=words)
    begins |= Place.objects.filter(code=words)
    places = {place.pk: place for place in [*places_by_name(words)[:MOST], *begins.order_by("level", "code")[:MOST]]}
    edition = current_boundaries()
    shapes = {each.place_id: each.shape for each in Boundary.objects.filter(edition=edition, place__in=places)}
    rows = Place.objects.filter(pk__in=shapes).select_related("parent").in_bulk()
    return [place_found(rows[pk], shapes[pk]) for pk in places if pk in shapes]


def place_found(place: Place, shape: shapely.Geometry) -> dict[str, Any]:
    """A place as an answer."""
    name = f"{called(place)}, {called(place.parent)}" if place.parent else called(place)
    kind = str(place.get_level_display())
    return {"name": name, "kind": kind, "place": place.code, "bounds": [round(side, 5) for side in shape.bounds]}


def records_called(words: str) -> list[dict[str, Any]]:
    """Records whose reference begins so, and that have a shape."""
    refs = Record.objects.filter(ref__istartswith=words).order_by("ref").values_list("pk", flat=True)[:MOST]
    lines = LandEvent.objects.filter(record__in=list(refs), until_seq=None).exclude(shape=None).select_related("record")
    boxes: dict[str, list[shapely.Geometry]] = {}
    for line in lines.order_by("record__ref"):
        boxes.setdefault(line.record.ref, []).append(line.shape)
    return [
        {"name": ref, "kind": _("Record"), "bounds": [round(s, 6) for s in shapely.total_bounds(shapes).tolist()]}
        for ref, shapes in boxes.items()
    ]
