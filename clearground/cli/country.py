"""Start an empty national register."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import shapely
import typer
from django.core.management import call_command
from django.db import transaction
from django.utils.translation import gettext as _

from clearground.accounts.actions import add_person, grant_role
from clearground.accounts.choices import Role
from clearground.accounts.models import Person
from clearground.accounts.selectors import active_people, person_by_login
from clearground.common.errors import Exit, Refused
from clearground.land.actions.code_lists import seed_code_lists
from clearground.places import cambodia
from clearground.places.actions import PlacesImported, add_country, add_places, import_boundaries
from clearground.places.models import Country
from clearground.places.rows import PlaceRow

from .places import print_findings
from .terminal import console

INVENTED = "XKV"
REASON = "clearground init"
BETTER = "Better boundaries: clearground import places FILE --level commune --code COLUMN --edition NAME"


@dataclass(frozen=True, slots=True)
class Start:
    """What a register starts with."""

    code: str
    name: str
    centre: tuple[float, float]
    name_km: str = ""
    extent: shapely.Geometry | None = None
    gazetteer: list[PlaceRow] = field(default_factory=list)
    outlines: list[PlaceRow] = field(default_factory=list)


def register(app: typer.Typer) -> None:
    """`init` is a command of `app`."""
    app.command("init")(init)


def init(
    country: Annotated[str, typer.Option(help="KHM, or the ISO alpha-3 code of a country of your own.")],
    person: Annotated[str, typer.Option(metavar="LOGIN", help="Login of the first person, who is you.")] = "",
    name: Annotated[str, typer.Option(metavar="NAME", help="Name of the first person.")] = "",
    country_name: Annotated[str, typer.Option(metavar="NAME", help="Name of a country of your own.")] = "",
    centre: Annotated[str, typer.Option(metavar="LON,LAT", help="Its middle; default: the middle of --extent.")] = "",
    extent: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="GeoJSON of where records may lie.")
    ] = None,
) -> None:
    """Make an empty national register: tables, country, code lists, places, and the first person.

    For Cambodia the places come along: 25 provinces and all below them, with names in two scripts.

    Example: clearground init --country KHM --person sokha --name "Sok Sokha"

    Example: clearground init --country BIH --country-name "Bosnia and Herzegovina" --centre 17.8,44.2 --person ana
    """
    start = start_of(country.strip().upper(), country_name, centre, extent)
    call_command("migrate", verbosity=0, interactive=False)
    by, imported = begin(start, login=person or os.environ.get("CLEARGROUND_PERSON", ""), name=name)
    tell(start, by, imported)


def start_of(code: str, name: str, centre: str, extent: Path | None) -> Start:
    """What the register of this country starts with; refused where the command says too little."""
    if code == "KHM":
        outlines = cambodia.province_outlines()
        rows, area = cambodia.gazetteer_rows(), cambodia.extent(outlines)
        return Start(code, cambodia.NAME, cambodia.CENTRE, cambodia.NAME_KM, area, rows, outlines)
    if not re.fullmatch("[A-Z]{3}", code):
        raise Refused(_("“%(code)s” is no country code.") % {"code": code}, _("Use three letters, as KHM."), Exit.USAGE)
    if code == INVENTED:
        raise Refused(_("XKV is the invented country."), _("Load it with clearground demo."))
    area = extent_of(extent) if extent else None
    if not name or not (centre or area):
        raise Refused(
            _("Only Cambodia's places come with the register."),
            _("For %(code)s, give --country-name NAME and --centre LON,LAT or --extent FILE.") % {"code": code},
            Exit.USAGE,
        )
    return Start(code, name, centre_of(centre) if centre else middle(area), extent=area)


def centre_of(text: str) -> tuple[float, float]:
    """The longitude and latitude that the text gives; refused where it gives none on Earth."""
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        lon = lat = float("nan")
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refused(
            _("“%(text)s” is no place on Earth.") % {"text": text},
            _("Write longitude, then latitude, in degrees: --centre 105.0,12.5"),
            Exit.USAGE,
        )
    return lon, lat


def middle(area: shapely.Geometry | None) -> tuple[float, float]:
    """The middle of the area's box, to a tenth of a degree: exact enough, and short to print."""
    minx, miny, maxx, maxy = shapely.bounds(area)
    return round((minx + maxx) / 2, 1), round((miny + maxy) / 2, 1)


def extent_of(path: Path) -> shapely.Geometry:
    """The union of all areas of a GeoJSON file; refused where it holds none."""
    try:
        parts = shapely.get_parts(shapely.from_geojson(path.read_text("utf-8")))
        areas = [part for part in parts if part.geom_type in ("Polygon", "MultiPolygon")]
        area = shapely.union_all(shapely.make_valid(areas))
    except (shapely.GEOSException, UnicodeDecodeError, json.JSONDecodeError) as problem:
        raise Refused(
            _("%(file)s is no GeoJSON: %(problem)s.") % {"file": path.name, "problem": problem}, "", Exit.USAGE
        ) from None
    if area.is_empty:
        raise Refused(_("%(file)s holds no polygon.") % {"file": path.name}, _("Give the country's outline."))
    return area


@transaction.atomic
def begin(start: Start, *, login: str, name: str) -> tuple[Person, list[PlacesImported]]:
    """The register holds country, code lists, places and its first person, or nothing at all."""
    if there := Country.objects.first():
        raise Refused(
            _("This database already holds %(name)s.") % {"name": there.name},
            _("One database holds one country: set CLEARGROUND_DATA_DIR or DATABASE_URL to another one."),
        )
    by = first_person(login, name)
    add_country(
        code=start.code,
        name=start.name,
        name_km=start.name_km,
        centre=start.centre,
        extent=start.extent,
        by=by,
        reason=REASON,
    )
    seed_code_lists(by=by, reason=REASON)
    return by, add_what_is_known(start, by)


def first_person(login: str, name: str) -> Person:
    """The person who starts the register: added where there is nobody, else one who is there."""
    if active_people().exists():
        return person_by_login(login)
    if not login:
        raise Refused(
            _("A register starts with a person."), _("Say who you are: --person LOGIN --name NAME"), Exit.USAGE
        )
    first = add_person(login=login, name=name, reason=REASON)
    for role in (Role.ADMINISTRATOR, Role.DATA_OFFICER):
        grant_role(person=first, role=role, by=first, reason=REASON)
    return first


def add_what_is_known(start: Start, by: Person) -> list[PlacesImported]:
    """The places and outlines that come with the register are in it."""
    imported = []
    if start.gazetteer:
        imported.append(add_places(rows=start.gazetteer, source=cambodia.SOURCE, by=by, reason=REASON))
    if start.outlines:
        imported.append(
            import_boundaries(
                edition_name=cambodia.OUTLINES_EDITION,
                rows=start.outlines,
                source=cambodia.OUTLINES_SOURCE,
                licence=cambodia.OUTLINES_LICENCE,
                by=by,
                reason=REASON,
                make_current=True,
            )
        )
    return imported


def tell(start: Start, by: Person, imported: list[PlacesImported]) -> None:
    """What stands now, what was found, and what to do next."""
    console.print(f"The register of [bold]{start.name}[/] is ready, empty. {by.name} ({by.login}) may act in it.")
    console.print(f"Places: {sum(each.added for each in imported):,}.")
    print_findings([finding for each in imported for finding in each.findings])
    if not start.outlines:
        console.print("No boundaries yet: records can't be counted by place until you bring some.")
    console.print(BETTER, soft_wrap=True)
    console.print("Next: clearground import hazards FILE --family mines --class A4 --on DATE")
