"""Makes countries, rows of places and boundaries for tests: an invented country on the open ocean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely

from clearground.accounts.models import Person
from clearground.places.actions import PlacesImported, add_country, import_boundaries
from clearground.places.choices import Level
from clearground.places.models import Country
from clearground.places.rows import Gazetteer, KnownPlace, PlaceRow
from tests.accounts.factories import a_person

LON, LAT = -20.0, -45.0


def a_country(by: Person | None = None, **values: Any) -> Country:
    """The invented country, empty."""
    said = {"code": "XKV", "name": "Karsova", "centre": (LON, LAT), "is_invented": True} | values
    return add_country(by=by or a_person(), **said)


def rectangle(x: float, y: float, wide: float, high: float) -> shapely.Geometry:
    """A rectangle in hundredths of a degree from the country's centre."""
    west, south = LON + x / 100, LAT + y / 100
    return shapely.box(west, south, west + wide / 100, south + high / 100)


def point(x: float, y: float) -> shapely.Geometry:
    """A point in hundredths of a degree from the country's centre."""
    return shapely.Point(LON + x / 100, LAT + y / 100)


def row(code: str, name: str = "", level: Level = Level.COMMUNE, **values: Any) -> PlaceRow:
    """One row; its name is told by its code unless given."""
    return PlaceRow(code, name or f"Place {code}", level, **values)


def province(code: str, name: str = "", **values: Any) -> PlaceRow:
    """A row of a province."""
    return row(code, name, Level.PROVINCE, **values)


def village(code: str, name: str = "", **values: Any) -> PlaceRow:
    """A row of a village."""
    return row(code, name, Level.VILLAGE, **values)


def side_by_side(*codes: str, level: Level = Level.COMMUNE) -> list[PlaceRow]:
    """Rows of places each ten wide and ten high, from west to east."""
    return [row(code, level=level, shape=rectangle(10 * at, 0, 10, 10)) for at, code in enumerate(codes)]


def known(*rows: PlaceRow) -> Gazetteer:
    """A register that has the places of these rows."""
    return Gazetteer.of(KnownPlace(r.code, r.name, r.name_km, r.level, r.parent_code) for r in rows)


def an_edition(
    rows: Sequence[PlaceRow], name: str = "2010", *, by: Person | None = None, **values: Any
) -> PlacesImported:
    """An imported boundary edition of these rows."""
    said = {"source": "test", "reason": "Test", "make_current": True} | values
    return import_boundaries(edition_name=name, rows=rows, by=by or Person.objects.earliest("pk"), **said)
