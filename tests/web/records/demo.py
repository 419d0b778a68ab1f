"""The invented country with sixty hazards, for pages of records."""

from __future__ import annotations

from datetime import date
from typing import Any

from clearground.accounts.models import Organisation, Person, RoleGrant
from clearground.demonstration.actions import load_demonstration
from clearground.land.models import LandEvent, Record


def load() -> dict[str, Person]:
    """The people of the demonstration, by the end of their logins."""
    load_demonstration(size=60, seed=5)
    return {person.login.removeprefix("karsova."): person for person in Person.objects.all()}


def standing(*, is_release: bool, with_land: bool = True) -> list[LandEvent]:
    """Standing lines of hazards or releases, by reference."""
    events = LandEvent.objects.filter(until_seq=None, kind__isnull=False, record__is_release=is_release)
    events = events.exclude(shape_minx=None) if with_land else events
    return list(events.select_related("record", "operator").order_by("record__ref", "line"))


def a_proposal(**said: Any) -> dict[str, Any]:
    """What a browser sends for a new hazard of about a hundred metres, near one that is known."""
    shape = next(event.shape for event in standing(is_release=False) if event.shape.area)
    west, south = shape.bounds[:2]
    corners = [(west, south), (west + 0.001, south), (west + 0.001, south + 0.001), (west, south + 0.001)]
    return {
        "ref": "NEW-1",
        "kind": "confirm",
        "on": "2025-06-01",
        "on_precision": "day",
        "operator": "LFT",
        "class_mines": "A1",
        "evidence": "direct",
        "how": "coordinates",
        "coordinates": "\n".join(f"{lat:.7f} {lon:.7f}" for lon, lat in corners),
        "pair_order": "lat lon",
        "reason": "Seen on the ground",
        **said,
    }


def operator(code: str = "LFT") -> Person:
    """Somebody of an operator, with no other role."""
    person, _made = Person.objects.get_or_create(
        login=f"of.{code}", defaults={"name": code, "organisation": Organisation.objects.get(code=code)}
    )
    RoleGrant.objects.get_or_create(person=person, role="operator")
    return person


def record_of(ref: str) -> Record:
    """The record of this reference."""
    return Record.objects.get(ref=ref)


TODAY = date(2026, 11, 25)
