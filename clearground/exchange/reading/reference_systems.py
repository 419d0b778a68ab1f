"""Reference systems: found from what files and people write, and taken to longitude, latitude on WGS 84."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import pyproj
import shapely
from pyproj.crs import ProjectedCRS
from pyproj.crs.coordinate_operation import UTMConversion
from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import TransformerGroup

from clearground.kernel.findings import Finding

from .codes import finding
from .digits import western

WGS84 = "OGC:CRS84"
# Datums that mine action files name, by the words that name them.
DATUMS = {
    "indian1960": 4131,
    "indian 1960": 4131,
    "indian1954": 4239,
    "indian 1954": 4239,
    "indian1975": 4240,
    "indian 1975": 4240,
    "wgs84": 4326,
    "wgs 84": 4326,
    "wgs 1984": 4326,
    "wgs-84": 4326,
    "wgs1984": 4326,
}
ZONE = re.compile(r"\b(?:zone\s*)?([1-5]?\d|60)\s*([C-HJ-NP-X])?\b", re.IGNORECASE)


def warm_up() -> None:
    """The projection database is open and has been used."""
    to_lonlat(pyproj.CRS(32648))
    to_lonlat(utm(48, 4131))


def utm(zone: int, datum: int = 4326, *, south: bool = False) -> pyproj.CRS:
    """UTM on a datum, also where no register lists that pair (Indian 1960, zone 47N)."""
    if datum == 4326:
        return pyproj.CRS(32700 + zone if south else 32600 + zone)
    conversion = UTMConversion(str(zone), "S" if south else "N")
    base = pyproj.CRS(datum)
    name = f"{base.name} / UTM zone {zone}{'S' if south else 'N'}"
    return ProjectedCRS(conversion, name=name, geodetic_crs=base)


@lru_cache(maxsize=256)
def system(text: str) -> pyproj.CRS:
    """The reference system that `text` names: a code, a name, or UTM with zone and datum; ValueError if none."""
    said = western(text).strip()
    if not said:
        raise ValueError("no reference system")
    try:
        return pyproj.CRS(int(said)) if said.isdigit() and len(said) >= 4 else _by_words(said) or pyproj.CRS(said)
    except CRSError:
        raise ValueError(text) from None


def datum_of(text: str) -> int | None:
    """The code of the datum that `text` names; None where it names none."""
    low = " ".join(western(text).lower().split())
    return next((code for word, code in DATUMS.items() if word in low), None)


def _by_words(said: str) -> pyproj.CRS | None:
    if re.match(r"(epsg|esri|ogc|urn|iau|ignf|https?)\b", said, re.IGNORECASE) or "[" in said or "+proj" in said:
        return None
    datum = datum_of(said)
    rest = re.sub(r"(indian|wgs)[\s_-]*(19)?\d\d", " ", said, flags=re.IGNORECASE).replace("/", " ")
    is_utm = "utm" in rest.lower() or "zone" in rest.lower() or re.fullmatch(r"\s*\d\d?\s*[A-Za-z]?\s*", rest)
    if not is_utm:
        return pyproj.CRS(datum) if datum and not re.search(r"[a-z]{4,}", rest, re.IGNORECASE) else None
    found = ZONE.search(re.sub(r"utm", " ", rest, flags=re.IGNORECASE))
    if found is None or not 1 <= int(found[1]) <= 60:
        return None
    # A letter is N or S for the hemisphere, or a latitude band, in which C to M lie in the south.
    letter = (found[2] or "N").upper()
    return utm(int(found[1]), datum or 4326, south=letter < "N" or letter == "S")


@lru_cache(maxsize=64)
def to_lonlat(crs: pyproj.CRS) -> pyproj.Transformer | None:
    """The way to longitude, latitude on WGS 84; None where the coordinates are that already."""
    base = crs.geodetic_crs
    if crs.is_geographic and base is not None and base.datum is not None and "World Geodetic" in base.datum.name:
        return None
    # Outside the area for which a shift of datum was published, PROJ would silently take none at
    # all ("ballpark"): Indian 1960 would lie on WGS 84 in all of Cambodia, some 500 m off.
    ways = TransformerGroup(crs, pyproj.CRS(4326), always_xy=True).transformers
    return next((way for way in ways if "Ballpark" not in way.description), ways[0])


def accuracy_m(crs: pyproj.CRS) -> float | None:
    """How far places may be off after the change of datum, where that is more than a metre; None for less.

    -1 stands for: nobody published how this datum lies on WGS 84.
    """
    way = to_lonlat(crs)
    if way is None or 0 <= way.accuracy <= 1:
        return None
    return -1.0 if "Ballpark" in way.description else float(way.accuracy)


def datum_note(crs: pyproj.CRS | None, row: int | None = None, cell: str = "") -> list[Finding]:
    """A finding where the change of datum is only good to some metres."""
    off_m = accuracy_m(crs) if crs is not None else None
    return [] if crs is None or off_m is None else [finding("EXCH-028", row, cell, crs=crs.name, off_m=off_m)]


def name_of(crs: pyproj.CRS) -> str:
    """A short name that leads back to the system: its code, else its name."""
    authority = crs.to_authority()
    return ":".join(authority) if authority else crs.name


def transformed(shapes: np.ndarray, crs: pyproj.CRS) -> np.ndarray:
    """The shapes in longitude, latitude on WGS 84; None where a coordinate lies outside the system's use."""
    way = to_lonlat(crs)
    if way is None:
        return shapes
    moved = shapely.transform(shapes, lambda xy: _move(way, xy))
    coordinates, index = shapely.get_coordinates(moved, return_index=True)
    lost = np.unique(index[~np.isfinite(coordinates).all(axis=1)])
    moved = np.atleast_1d(moved)
    moved[lost] = None
    return moved


def _move(way: pyproj.Transformer, xy: np.ndarray) -> np.ndarray:
    try:
        lon, lat = way.transform(xy[:, 0], xy[:, 1])
    except ProjError:
        return np.full_like(xy, np.inf)
    return np.column_stack([lon, lat])
