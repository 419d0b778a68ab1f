"""Makes registers and lines for tests of the ledger: an invented country on the open ocean."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

import shapely

from clearground.accounts.actions import add_organisation, add_person
from clearground.accounts.models import Person
from clearground.kernel.land.events import Kind
from clearground.land.actions.code_lists import seed_code_lists
from clearground.land.lines import Line
from clearground.places.models import Boundary, BoundaryEdition, Country, Place
from clearground.sources.actions import add_document
from clearground.sources.models import Document

LON, LAT = -20.0, -45.0
# One thousandth of a degree of longitude and latitude there, in metres, to the nearest metre.
WIDE_M, HIGH_M = 79, 111
_NUMBERS = count(1)


def register() -> Person:
    """A country with two communes side by side, the code lists, one operator and one person."""
    person = add_person(login="tester", name="Tester", by=None)
    Country.objects.create(
        code="XKV", name="Karsova", is_invented=True, centre_lon=LON, centre_lat=LAT, extent=square(-50, -50, 100)
    )
    seed_code_lists(by=person)
    add_organisation(code="OP1", name="Operator one", kind="operator", by=person)
    province = Place.objects.create(level=1, code="01", name="Province")
    district = Place.objects.create(level=2, code="0101", name="District", parent=province)
    edition = BoundaryEdition.objects.create(name="2008", source="test", is_current=True)
    for code, x in (("010101", -50), ("010102", 0)):
        commune = Place.objects.create(level=3, code=code, name=code, parent=district)
        Boundary.objects.create(edition=edition, place=commune, shape=square(x, -50, 50, 100))
    return person


def document(person: Person) -> Document:
    """A document to cite."""
    return add_document(ref=f"doc-{next(_NUMBERS)}", title="Test document", by=person)


def square(x: float, y: float, width: float, height: float | None = None) -> shapely.Geometry:
    """A rectangle, in thousandths of a degree from the country's centre."""
    high = width if height is None else height
    west, south = LON + x / 1000, LAT + y / 1000
    return shapely.box(west, south, west + width / 1000, south + high / 1000)


def line(ref: str, kind: Kind, on: str, shape: Any = None, *, hazard_class: str | None = None, **values: Any) -> Line:
    """A line about mines."""
    families = values.pop("families", (("mines", hazard_class),))
    return Line(ref=ref, kind=kind, on=date.fromisoformat(on), families=families, shape=shape, **values)
