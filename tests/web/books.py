"""A small register for pages: rows made by hand, and books that are known to balance."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import shapely
from django.utils import timezone

from clearground.accounts.models import Person, RoleGrant
from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.kernel.land.folding import FOREVER
from clearground.land import selectors as ledger
from clearground.land.models import Approval, Edition, Family, HazardClass, ItemType, LandEvent, Record
from clearground.places.choices import Level
from clearground.places.models import Boundary, BoundaryEdition, Country, Place
from clearground.sources.models import Document

AS_OF, KNOWN = date(2017, 12, 31), date(2018, 5, 22)
WEST, SOUTH, EAST, NORTH = 20.0, 40.0, 22.0, 41.0
CLASSES = [("mines", "A1", 90), ("mines", "A4", 60), ("cmr", "CMR", 50), ("erw", "ERW", 50)]
STATES = ("suspected", "confirmed", "not_stated", "cancelled", "reduced", "cleared")


def a_register(*, is_invented: bool = True, published: str = "land") -> Country:
    """An invented country of two provinces with code lists; what it publishes."""
    named = {"code": "XKV", "name": "Karsova", "name_km": "ការសូវ៉ា"}
    country = Country.objects.create(
        **named, is_invented=is_invented, centre_lon=21, centre_lat=40.5, published=published
    )
    names = {"mines": "Mines", "cmr": "Cluster munition remnants", "erw": "Other explosive remnants"}
    for code, name in names.items():
        Family.objects.get_or_create(code=code, defaults={"name": name})
    for family, code, rank in CLASSES:
        HazardClass.objects.get_or_create(
            family=Family.objects.get(code=family), code=code, defaults={"name": code, "threat_rank": rank}
        )
    ItemType.objects.get_or_create(code="antipersonnel_mine", defaults={"name": "Antipersonnel mine"})
    edition = BoundaryEdition.objects.create(name="2015", source="invented", is_current=True)
    for at, name in enumerate(("Ostrel", "Vardin")):
        province = a_place(edition, Level.PROVINCE, f"0{at + 1}", name, shapely.box(20 + at, 40, 21 + at, 41))
        a_place(edition, Level.COMMUNE, f"0{at + 1}01", f"{name} Town", shapely.box(20 + at, 40, 21 + at, 41), province)
    return country


def a_place(
    edition: BoundaryEdition, level: Level, code: str, name: str, shape: shapely.Geometry, parent: Place | None = None
) -> Place:
    """A place with its boundary."""
    place = Place.objects.create(level=level, code=code, name=name, parent=parent)
    Boundary.objects.create(edition=edition, place=place, shape=shape)
    return place


def an_approval(*, seq: int = 1, on: date = KNOWN) -> Approval:
    """One decision, by somebody."""
    person, _made = Person.objects.get_or_create(login="keeper", defaults={"name": "Keeper"})
    return Approval.objects.create(seq=seq, on=on, recorded_at=timezone.now(), by=person, reason="first")


def an_edition(name: str = "Official 2017", *, as_of: date = AS_OF, known: date = KNOWN) -> Edition:
    """A signed edition of the books below."""
    return Edition.objects.create(
        name=name,
        as_of=as_of,
        known=known,
        seq=1,
        policies={},
        code_lists={},
        statement={"rows": rows()},
        digest="0" * 64,
        signed_by=Person.objects.get(login="keeper"),
        signed_at=timezone.now(),
        reason="signed",
    )


def row(family: str, hazard_class: str, scale: int = 1, **more: Any) -> dict[str, Any]:
    """A row of a sheet that obeys the law."""
    said = {
        "opening_m2": 5_000_000.0 * scale,
        "new_m2": 1_250_000.5 * scale,
        "reopened_m2": 0.0,
        "reclassified_m2": 0.0,
        "corrected_m2": 0.0,
        "cancelled_m2": 200_000.25 * scale,
        "reduced_m2": 300_000.0 * scale,
        "cleared_m2": 1_000_000.0 * scale,
        "closing_m2": 4_750_000.25 * scale,
        "closing_suspected_m2": 750_000.25 * scale,
        "closing_confirmed_m2": 4_000_000.0 * scale,
        "closing_not_stated_m2": 0.0,
        "outside_m2": 12_000.0,
        "released_twice_m2": 0.0,
        "unplaced_closing_m2": 30_000.0,
        "items_antipersonnel_mine": 1200,
    }
    return {"family": family, "class": hazard_class, **said, **more}


def rows(times: int = 1) -> list[dict[str, Any]]:
    """One row a class, or more of them."""
    return [row(family, code, scale=at + 1) for at, (family, code, _rank) in enumerate(CLASSES)] * times


def pieces(count: int = 60, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Land in every state, scattered over the country."""
    dice = random.Random(seed)
    for at in range(count):
        lon, lat, size = dice.uniform(WEST, EAST), dice.uniform(SOUTH, NORTH), dice.uniform(0.002, 0.03)
        family, code, _rank = CLASSES[at % len(CLASSES)]
        yield {
            "geometry": shapely.Point(lon, lat).buffer(size, quad_segs=4),
            "family": family,
            "state": STATES[at % len(STATES)],
            "is_outside": at % 11 == 0,
            "hazard_class": code,
            "area_m2": 1000.0 * (at + 1),
            "event_id": at,
        }


def in_box(every: Iterator[dict[str, Any]], box: tuple[float, float, float, float] | None) -> Iterator[dict[str, Any]]:
    """The pieces that meet a box."""
    window = None if box is None else shapely.box(*box)
    return (piece for piece in every if window is None or piece["geometry"].intersects(window))


def interval_codes() -> ledger.IntervalCodes:
    """The lists that the intervals below index: states first by name, then by class, then whether outside."""
    codes = [code for _family, code, _rank in CLASSES]
    states = tuple(
        {"state": state, "is_outside": outside, "hazard_class": code}
        for state in STATES
        for code in codes
        for outside in (False, True)
    )
    families = ("mines", "cmr", "erw")
    return ledger.IntervalCodes(families, states, tuple(codes), ("OP1", "OP2"), ("manual",), ("First survey",))


def intervals(every: Iterator[dict[str, Any]]) -> ledger.Intervals:
    """The pieces as intervals: each from a year of its own on, every fifth one only for two years."""
    codes, rows = interval_codes(), list(every)
    at = np.array([row["event_id"] for row in rows], np.int64)
    since = np.array([date(2008 + number % 8, 6, 1).toordinal() for number in at], np.int64)
    said = [{name: row[name] for name in ("state", "is_outside", "hazard_class")} for row in rows]
    shapes = np.empty(len(rows), object)
    shapes[:] = [row["geometry"] for row in rows]
    return ledger.Intervals(
        shape=shapes,
        family=np.array([codes.families.index(row["family"]) for row in rows], np.int64),
        state=np.array([codes.states.index(each) for each in said], np.int64),
        left=np.full(len(rows), -1, np.int64),
        since=since,
        until=np.where(at % 5 == 4, since + 730, FOREVER),
        area2=np.array([round(row["area_m2"] * HALF_CM2_PER_M2) for row in rows], np.int64),
        event_id=at,
        operator=at % 2,
        method=np.zeros(len(rows), np.int64),
        campaign=np.full(len(rows), -1, np.int64),
    )


def history(lon: float, lat: float, land: int) -> list[ledger.Turn]:
    """One turn for each piece over the point, told by an event that is nobody's."""
    found, point = [], shapely.Point(lon, lat)
    for row in pieces(land):
        if row["geometry"].covers(point):
            after = {name: row[name] for name in ("state", "is_outside", "hazard_class")}
            event = LandEvent(
                record=Record(ref=f"NO-{row['event_id']}"), kind=0, document=Document(title="Report"), on=AS_OF,
                approval=Approval(seq=1, on=KNOWN, by=Person(name="Keeper")),
            )  # fmt: skip
            found.append(ledger.Turn(row["family"], date(2012, 6, 1), None, after, row["area_m2"], event))
    return found


def keep_books(
    monkeypatch: pytest.MonkeyPatch, *, sheet: list[dict[str, Any]] | None = None, land: int = 60
) -> list[dict[str, Any]]:
    """The ledger answers with these rows and pieces; returns the questions that it is asked."""
    asked: list[dict[str, Any]] = []
    held = rows() if sheet is None else sheet

    def answer(**question: Any) -> SimpleNamespace:
        asked.append(question)
        return SimpleNamespace(rows=[{**each, "province": "01"} for each in held])

    monkeypatch.setattr(ledger, "sheet", answer, raising=False)
    monkeypatch.setattr(
        ledger, "land_states", lambda *, box=None, **_question: in_box(pieces(land), box), raising=False
    )
    monkeypatch.setattr(ledger, "land_intervals", lambda *, seq, box=None: intervals(in_box(pieces(land), box)))
    monkeypatch.setattr(ledger, "interval_codes", interval_codes)
    monkeypatch.setattr(ledger, "land_history", lambda lon, lat, *, seq: history(lon, lat, land))
    return asked


def somebody(*roles: str, login: str = "") -> Person:
    """A person with these roles, who can sign in with `force_login`."""
    person, _made = Person.objects.get_or_create(login=login or "-".join(roles) or "nobody", defaults={"name": "X"})
    for role in roles:
        RoleGrant.objects.get_or_create(person=person, role=role)
    return person
