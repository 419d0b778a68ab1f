"""Questions about the country and its places."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import numpy as np
import shapely
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clearground.audit.chain import digest_of_rows
from clearground.audit.models import AuditEvent
from clearground.common.errors import Refused
from clearground.kernel.land.frame import Frame

from .choices import Level
from .models import Boundary, BoundaryEdition, Country, Place
from .names import best_match, name_key
from .rows import Gazetteer, KnownPlace, PlaceRow

FINEST_AREAS = (Level.COMMUNE, Level.DISTRICT, Level.PROVINCE)


def the_country() -> Country:
    """The one country of this database; refused, with what to do, where there is none yet."""
    country = Country.objects.first()
    if country is None:
        raise Refused(
            _("This database has no country yet."),
            _("Start an empty national one with clearground init --country KHM, or an invented one: clearground demo"),
        )
    return country


def is_invented() -> bool:
    """The country of this database is invented, as every export of it says."""
    return Country.objects.filter(is_invented=True).exists()


def frame() -> Frame:
    """The equal-area projection in which all areas of this country are computed."""
    country = the_country()
    return Frame(country.centre_lon, country.centre_lat)


def current_boundaries() -> BoundaryEdition | None:
    """The edition on which figures are tabulated by default; None where no boundaries are known."""
    return BoundaryEdition.objects.filter(is_current=True).first()


def edition_by_name(name: str) -> BoundaryEdition:
    """The boundary edition of this name; refused, with the names there are, where there is none."""
    edition = BoundaryEdition.objects.filter(name=name).first()
    if edition is None:
        known = ", ".join(BoundaryEdition.objects.values_list("name", flat=True)) or _("none")
        raise Refused(
            _("No boundary edition is called “%(name)s”.") % {"name": name},
            _("Editions here: %(known)s") % {"known": known},
        )
    return edition


def finest_level(edition: BoundaryEdition) -> Level | None:
    """Commune where the edition has shapes of communes, else district, else province, else None."""
    held = set(edition.boundaries.values_list("place__level", flat=True).distinct())
    return next((level for level in FINEST_AREAS if level in held), None)


def commune_shapes(edition: BoundaryEdition | None) -> tuple[np.ndarray, np.ndarray]:
    """Ids of places and their shapes (lon, lat), in order of code: the edition's finest areas.

    Communes where the edition has them, else districts, else provinces. Where communes overlap, the
    lower code has the land: take the first.
    """
    level = finest_level(edition) if edition else None
    if edition is None or level is None:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=object)
    rows = Boundary.objects.filter(edition=edition, place__level=level)
    ordered = sorted(rows.values_list("place_id", "place__code", "shape"), key=by_code)
    shapes = np.empty(len(ordered), dtype=object)
    shapes[:] = [shape for _id, _code, shape in ordered]
    return np.array([place_id for place_id, _code, _shape in ordered], dtype=np.int64), shapes


def place_by_code(code: str, level: Level | None = None) -> Place | None:
    """The place of this code, or None.

    A country prefix ("KH160801") and zeros that a spreadsheet dropped ("10201") are seen through,
    where only one place can be meant.
    """
    places = Place.objects.filter(level=level) if level else Place.objects.all()
    code = code.strip()
    digits = re.sub(r"^[A-Za-z]{2,3}[-_ ]?(?=\d)", "", code)
    for candidate in (code, digits, "0" + digits):
        if found := places.filter(code=candidate).first():
            return found
    return None


def places_by_name(name: str, *, level: Level | None = None, within: Place | None = None) -> list[Place]:
    """The places of this name, Latin or Khmer, however spelt and spaced, in order of code.

    Where none has the name, the place with the name most like it, if one is clearly most like it.
    """
    places = Place.objects.filter(level=level) if level else Place.objects.all()
    found = best_match(name_key(name), codes_by_name(inside(places, within)))
    return list(Place.objects.filter(code__in=found).order_by("code"))


def inside(places: QuerySet[Place], within: Place | None) -> QuerySet[Place]:
    """Those of the places that are part of `within`, at any depth."""
    if within is None:
        return places
    return (
        places.filter(parent=within)
        | places.filter(parent__parent=within)
        | places.filter(parent__parent__parent=within)
    )


def codes_by_name(places: QuerySet[Place]) -> dict[str, list[str]]:
    """The codes of places by the key of each of their names."""
    known: dict[str, list[str]] = defaultdict(list)
    for code, *names in places.order_by("code").values_list("code", "name", "name_km"):
        for key in {name_key(name) for name in names if name}:
            known[key].append(code)
    return dict(known)


def place_at(
    lon: float, lat: float, *, edition: BoundaryEdition | None = None, level: Level | None = None
) -> Place | None:
    """The place whose area holds the point in an edition (default: the current one); None outside all.

    At the finest level that the edition has, or at `level`. Where areas overlap or touch, the lower code.
    """
    edition = edition or current_boundaries()
    level = level or (finest_level(edition) if edition else None)
    if edition is None or level is None:
        return None
    point = shapely.Point(lon, lat)
    near = Boundary.objects.filter(edition=edition, place__level=level, shape__box_overlaps=(lon, lat, lon, lat))
    holding = [boundary.place for boundary in near.select_related("place") if boundary.shape.covers(point)]
    return min(holding, key=lambda place: place.code, default=None)


def boundary_rows(edition: BoundaryEdition, levels: list[int]) -> list[tuple[int, str, str]]:
    """Level, code and shape (WKB in hex) of an edition's boundaries, in order of code."""
    rows = Boundary.objects.filter(edition=edition, place__level__in=levels)
    values = rows.values_list("place__level", "place__code", "shape")
    return sorted(((level, code, shapely.to_wkb(shape, hex=True)) for level, code, shape in values), key=by_code)


def by_code(row: tuple[Any, str, Any]) -> str:
    """The code in the middle of a row: sorted here, because databases collate letters differently."""
    return row[1]


def boundaries_digest(edition: BoundaryEdition, levels: list[int]) -> str:
    """What the audit event of an import of boundaries keeps of its rows."""
    return digest_of_rows(boundary_rows(edition, levels))


def gazetteer() -> Gazetteer:
    """All places of the register, by code."""
    rows = Place.objects.values_list("code", "name", "name_km", "level", "parent__code")
    return Gazetteer.of(KnownPlace(c, name, km, Level(level), parent) for c, name, km, level, parent in rows)


def edition_rows(edition: BoundaryEdition | None, level: int) -> list[PlaceRow]:
    """The places of one level with their shapes in an edition, in order of code."""
    if edition is None:
        return []
    rows = Boundary.objects.filter(edition=edition, place__level=level).order_by("place__code")
    values = rows.values_list("place__code", "place__name", "place__name_km", "place__parent__code", "shape")
    return [PlaceRow(code, name, Level(level), km, parent, shape) for code, name, km, parent, shape in values]


def digest_of_event(event: AuditEvent) -> str | None:
    """The digest now of the boundaries that an import wrote; None where it wrote none."""
    edition = BoundaryEdition.objects.filter(name=event.detail.get("edition", "")).first()
    if "edition" not in event.detail:
        return None
    return boundaries_digest(edition, event.detail["levels"]) if edition else ""
