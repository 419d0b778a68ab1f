"""A small register that uses every kind of column."""

from __future__ import annotations

from datetime import UTC, date, datetime

import shapely

from clearground.accounts.models import Organisation, Person
from clearground.audit.models import AuditEvent
from clearground.land.models import Approval, EventFamily, Family, LandEvent, Record
from clearground.places.models import Country
from clearground.sources.models import Document

SQUARE = shapely.box(20.1, 44.2, 20.123456789012345, 44.25)
DAY = date(2017, 12, 31)


def a_person(login: str = "sokha") -> Person:
    """Somebody who acts."""
    return Person.objects.create(login=login, name="សុខា Sokha", email="")


def a_register() -> LandEvent:
    """A country, an organisation, a sealed event, and one record with a polygon."""
    person = a_person()
    Organisation.objects.create(code="OP1", name="Operator", name_km="ប្រតិបត្តិករ", kind="operator")
    Country.objects.create(
        code="XKV", name="Karsova", is_invented=True, centre_lon=20.5, centre_lat=44.5, extent=SQUARE,
        policies={"official": "placed", "share": 0.1, "nested": [1, None, {"ខ": 2.5}], "large": 1e16},
    )  # fmt: skip
    at = datetime(2018, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
    AuditEvent.objects.create(
        number=1, at=at, kind="x", subject="s", by=person, detail={"b": 1, "a": 2}, previous_hash="", hash="h"
    )
    return a_record(person, at)


def a_record(person: Person, at: datetime) -> LandEvent:
    """One hazard, approved."""
    approval = Approval.objects.create(seq=1, on=DAY, recorded_at=at, by=person, reason="first")
    record = Record.objects.create(ref="H-1", is_release=False, first_seq=1)
    document = Document.objects.create(ref="D-1", title="A file", size_bytes=2**40)
    event = LandEvent.objects.create(
        record=record, approval=approval, kind=0, on=DAY, shape=SQUARE, stated_m2=0.1 + 0.2, document=document,
        digest="d" * 64,
    )  # fmt: skip
    EventFamily.objects.create(event=event, family=Family.objects.create(code="mines", name="Mines"))
    return event
