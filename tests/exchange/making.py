"""What the tests of imports need: an invented country, people, and files of squares."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import shapely

from clearground.accounts.actions import add_organisation, add_person
from clearground.accounts.models import Person
from clearground.exchange import actions, selectors
from clearground.exchange.models import Import
from clearground.exchange.reading import Confinement, Reading, ReadOptions
from clearground.exchange.reading.formats import open_source
from clearground.land.actions.code_lists import seed_code_lists
from clearground.land.models import LandEvent
from clearground.places.actions import add_country
from clearground.places.models import Country

CENTRE = (20.0, 10.0)
# About a metre, in degrees, near the centre.
M = 9.0e-6
MAP = {"ref": "id"}
DEFAULTS = {"family": "mines", "class": "A4", "on": "2020-01-01", "kind": "record"}
RELEASED = {"family": "mines", "on": "2021-01-01", "kind": "clear"}


def person(login: str = "sokha") -> Person:
    """Somebody who acts."""
    return Person.objects.filter(login=login).first() or add_person(
        login=login, name=login.title(), by=Person.objects.first()
    )


def country() -> Country:
    """The invented country Karsova, with code lists, one operator, and somebody else who decides."""
    by = person()
    person("vanna")
    seed_code_lists(by=by)
    add_organisation(code="OP1", name="First operator", kind="operator", by=by)
    east, north = CENTRE
    extent = shapely.box(east - 1, north - 1, east + 1, north + 1)
    return add_country(code="XKV", name="Karsova", centre=CENTRE, extent=extent, is_invented=True, by=by)


def square(column: float, row: float = 0, side_m: float = 100) -> shapely.Polygon:
    """A square of `side_m`, in a field of squares 200 m apart."""
    west, south = CENTRE[0] + column * 200 * M, CENTRE[1] + row * 200 * M
    return shapely.box(west, south, west + side_m * M, south + side_m * M)


BOWTIE = shapely.Polygon([(20, 10), (20.001, 10.001), (20.001, 10), (20, 10.001)])


@dataclass
class Feature:
    """One feature of a file."""

    id: str
    shape: shapely.Geometry | None
    cells: Mapping[str, Any] = field(default_factory=dict)


def geojson(path: Path, features: Iterable[Feature]) -> Path:
    """The features stand in a GeoJSON file at `path`."""
    told = [
        {
            "type": "Feature",
            "properties": {"id": feature.id, **feature.cells},
            "geometry": None if feature.shape is None else json.loads(shapely.to_geojson(feature.shape)),
        }
        for feature in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": told}))
    return path


def stage(path: Path, subject: str = "hazards", **options: Any) -> Import:
    """The file is staged by `person()`."""
    defaults = RELEASED if subject == "releases" else DEFAULTS
    given = {"mapping": MAP, "defaults": defaults, "reason": "test"} | options
    return actions.stage_import(path=path, subject=subject, by=person(), **given)


def approve(staged: Import, on: date = date(2024, 1, 1), **options: Any) -> Any:
    """The import is approved by somebody else than who staged it."""
    return actions.approve_import(import_id=staged.pk, on=on, by=person("vanna"), reason="test", **options)


def states(of: Import) -> dict[str, str]:
    """The state of each row, by reference."""
    return dict(of.rows.values_list("ref", "state"))


def codes(of: Import) -> set[tuple[str, str]]:
    """Reference and rule of each open finding."""
    return set(selectors.open_findings(of).values_list("ref", "code"))


def standing() -> list[str]:
    """References of the events that stand."""
    return sorted(LandEvent.objects.filter(until_seq=None, kind__isnull=False).values_list("record__ref", flat=True))


def read_here(
    path: Path,
    *,
    layer: str | None = None,
    options: ReadOptions | None = None,
    most_rows: int | None = None,
    **_limits: Any,
) -> Reading:
    """The same readers, in this process."""
    source = open_source(path, layer, options or ReadOptions())
    rows = list(islice(source.rows, most_rows))
    return Reading(
        format=source.format,
        layer=source.layer,
        columns=tuple(source.columns),
        crs=source.crs,
        total_rows=len(rows),
        findings=tuple(source.findings),
        confinement=Confinement(system="here"),
        replay=lambda: iter(rows),
        layers=tuple(source.layers),
    )
