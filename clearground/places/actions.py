"""Writes about the country, its places and their boundaries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from clearground.accounts.models import Person
from clearground.audit.actions import Kind, record
from clearground.audit.chain import digest_of_rows
from clearground.common.errors import Refused
from clearground.common.locks import hold_until_commit
from clearground.kernel.findings import Finding

from . import selectors
from .choices import Published
from .comparison import Comparison, compare, with_rows
from .models import Boundary, BoundaryEdition, Country, Place
from .rows import Gazetteer, PlaceRow

LOCK = "places"


@dataclass(frozen=True, slots=True)
class PlacesImported:
    """What an import of places did. `edition` is None for a gazetteer without boundaries."""

    edition: BoundaryEdition | None
    added: int
    boundaries: int
    findings: Sequence[Finding]


@transaction.atomic
def add_country(
    *,
    code: str,
    name: str,
    centre: tuple[float, float],
    by: Person,
    name_km: str = "",
    extent: shapely.Geometry | None = None,
    is_invented: bool = False,
    policies: dict[str, Any] | None = None,
    reason: str = "",
) -> Country:
    """The database has its one country; areas are computed in the projection centred on `centre` (lon, lat)."""
    hold_until_commit(LOCK)
    if there := Country.objects.first():
        raise Refused(
            _("This database already holds %(name)s.") % {"name": there.name},
            _("One database holds one country: set CLEARGROUND_DATA_DIR or DATABASE_URL to another one."),
        )
    lon, lat = centre
    country = Country(code=code, name=name, name_km=name_km, centre_lon=lon, centre_lat=lat, extent=extent)
    country.is_invented, country.policies = is_invented, policies or {}
    country.save(force_insert=True)
    told = {"name": name, "centre": list(centre), "is_invented": is_invented, "policies": country.policies}
    record(Kind.COUNTRY_INITIALISED, subject=f"country:{code}", by=by, reason=reason, detail=told)
    return country


@transaction.atomic
def decide_publication(*, published: Published | str, by: Person, reason: str) -> Country:
    """People without an account see from now on what was decided, and no more."""
    hold_until_commit(LOCK)
    country = selectors.the_country()
    if published not in Published.values:
        raise Refused(
            _("“%(published)s” can't be published.") % {"published": published},
            _("Choose one of: %(known)s") % {"known": ", ".join(Published.values)},
        )
    told = {"before": country.published, "after": str(published)}
    country.published = published
    country.save(update_fields=["published"])
    record(Kind.PUBLICATION_DECIDED, subject=f"country:{country.code}", by=by, reason=reason, detail=told)
    return country


@transaction.atomic
def add_places(*, rows: Sequence[PlaceRow], source: str, by: Person, reason: str = "") -> PlacesImported:
    """The register knows the places of the rows, without boundaries; those it knew stay as they are.

    Problems come back as findings. Rows that add nothing are no event.
    """
    hold_until_commit(LOCK)
    selectors.the_country()
    known = selectors.gazetteer()
    compared = compare(rows, known)
    added = write_places(compared.rows, known)
    if added:
        told = {"source": source, "places_added": added, "findings": counted(compared.findings)}
        digest = digest_of_rows([row.level, row.code, row.name, row.name_km] for row in compared.rows)
        record(Kind.PLACES_IMPORTED, subject="places:gazetteer", by=by, reason=reason, detail=told, rows_digest=digest)
    return PlacesImported(None, added, 0, compared.findings)


@transaction.atomic
def import_boundaries(
    *,
    edition_name: str,
    rows: Sequence[PlaceRow],
    source: str,
    by: Person,
    reason: str,
    valid_from: date | None = None,
    licence: str = "",
    make_current: bool = False,
) -> PlacesImported:
    """The edition has a boundary for each row with a usable shape, and the register knows all their places.

    Codes that appear, vanish, split or are used twice, and shapes that don't fit, come back as
    findings; nothing is dropped. An edition may be filled level by level. The same rows twice change
    nothing; other rows for a level that the edition has are refused.
    """
    hold_until_commit(LOCK)
    edition = BoundaryEdition.objects.filter(name=edition_name).first()
    compared = compared_with_register(rows, edition)
    edition = edition or BoundaryEdition.objects.create(
        name=edition_name, valid_from=valid_from, source=source, licence=licence
    )
    if same_again(edition, compared):
        return PlacesImported(edition, 0, 0, compared.findings)
    added = write_places(compared.rows, selectors.gazetteer())
    boundaries = write_boundaries(edition, compared.rows)
    if make_current:
        point_to(edition)
    result = PlacesImported(edition, added, boundaries, compared.findings)
    record_boundaries(result, compared.levels, by=by, reason=reason)
    return result


@transaction.atomic
def rename_place(*, place: Place, name: str, name_km: str, by: Person, reason: str) -> Place:
    """The place is called so, in both scripts; its code and what it is part of stay."""
    before = {"name": place.name, "name_km": place.name_km}
    after = {"name": name.strip(), "name_km": name_km.strip()}
    if before == after or not after["name"]:
        raise Refused(_("This is what stands already."), _("Nothing was changed."))
    place.name, place.name_km = after["name"], after["name_km"]
    place.save(update_fields=["name", "name_km"])
    told = {"before": before, "after": after}
    record(Kind.PLACE_RENAMED, subject=f"place:{place.code}", by=by, reason=reason, detail=told)
    return place


@transaction.atomic
def make_boundaries_current(*, edition: BoundaryEdition, by: Person, reason: str) -> BoundaryEdition:
    """Figures are tabulated on this edition by default from now on; stored faces have to be rebuilt."""
    hold_until_commit(LOCK)
    point_to(edition)
    record(Kind.BOUNDARIES_MADE_CURRENT, subject=f"boundaries:{edition.name}", by=by, reason=reason)
    return edition


def point_to(edition: BoundaryEdition) -> None:
    """The edition, and no other, is the current one; refused for points, on which nothing can be tabulated."""
    if selectors.finest_level(edition) is None:
        raise Refused(
            _("“%(name)s” has no areas, so that no figure can be tabulated on it.") % {"name": edition.name},
            _("Keep it beside the current edition, or import areas into it first."),
        )
    BoundaryEdition.objects.filter(is_current=True).exclude(pk=edition.pk).update(is_current=False)
    edition.is_current = True
    edition.save(update_fields=["is_current"])


def compared_with_register(rows: Sequence[PlaceRow], edition: BoundaryEdition | None) -> Comparison:
    """The rows settled, and what they say against the register and the current boundaries."""
    current = selectors.current_boundaries()
    levels = {row.level for row in rows}
    before = {level: selectors.edition_rows(current, level) for level in levels} if current != edition else {}
    areas_of = edition if edition and selectors.finest_level(edition) else current
    finest = selectors.finest_level(areas_of) if areas_of else None
    areas = selectors.edition_rows(areas_of, finest) if finest else []
    return compare(rows, selectors.gazetteer(), frame=selectors.frame(), before=before, areas=areas)


def same_again(edition: BoundaryEdition, compared: Comparison) -> bool:
    """The edition has exactly these boundaries; refused where it has others at one of their levels."""
    held = set(edition.boundaries.values_list("place__level", flat=True).distinct())
    if not held & set(compared.levels):
        return False
    if selectors.boundaries_digest(edition, compared.levels) == compared.boundaries_digest:
        return True
    raise Refused(
        _("The boundary edition “%(name)s” already has other boundaries at this level.") % {"name": edition.name},
        _("Editions are never overwritten: give this file an edition name of its own (--edition)."),
    )


def write_places(rows: Sequence[PlaceRow], known: Gazetteer) -> int:
    """How many places were added: those of the rows that the register did not know, parents first."""
    added, all_places = 0, with_rows(known, rows)
    for level in sorted({row.level for row in rows}):
        ids = dict(Place.objects.filter(level__lt=level).values_list("code", "id"))
        new = [row for row in rows if row.level == level and row.code not in known.places]
        places = [place_of(row, ids.get(all_places.nearest_parent(row) or "")) for row in new]
        added += len(Place.objects.bulk_create(places, batch_size=2000))
    return added


def place_of(row: PlaceRow, parent_id: int | None) -> Place:
    """The row as a place, not yet written."""
    return Place(level=row.level, code=row.code, name=row.name, name_km=row.name_km, parent_id=parent_id)


def write_boundaries(edition: BoundaryEdition, rows: Sequence[PlaceRow]) -> int:
    """How many boundaries were written: one for each row with a shape."""
    ids = dict(Place.objects.values_list("code", "id"))
    boundaries = [
        Boundary(edition=edition, place_id=ids[row.code], shape=row.shape) for row in rows if row.shape is not None
    ]
    return len(Boundary.objects.bulk_create(boundaries, batch_size=1000))


def record_boundaries(result: PlacesImported, levels: list[int], *, by: Person, reason: str) -> None:
    """The import has its event, with a digest of the boundaries that it wrote."""
    edition = result.edition
    if edition is None:
        raise ValueError("a gazetteer has no boundaries")
    told = {
        "edition": edition.name,
        "levels": levels,
        "source": edition.source,
        "licence": edition.licence,
        "is_current": edition.is_current,
        "places_added": result.added,
        "boundaries": result.boundaries,
        "findings": counted(result.findings),
    }
    digest = selectors.boundaries_digest(edition, levels)
    subject = f"boundaries:{edition.name}"
    record(Kind.PLACES_IMPORTED, subject=subject, by=by, reason=reason, detail=told, rows_digest=digest)


def counted(findings: Sequence[Finding]) -> dict[str, int]:
    """How many findings of each code."""
    return dict(sorted(Counter(finding.code for finding in findings).items()))
