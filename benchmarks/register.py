"""What a demonstration holds, for questions about it; and its two waiting files, where none wait."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from .questions import Register

MANY = 4_000
T = TypeVar("T")


def start(data_dir: str) -> None:
    """Django works on the register of this folder."""
    import django

    os.environ["CLEARGROUND_DATA_DIR"] = data_dir
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clearground.settings")
    django.setup()


def bring_files() -> int:
    """How many imports wait, after the demonstration's two were brought where none did."""
    from clearground.accounts.models import Person
    from clearground.demonstration.actions import bring_waiting_files
    from clearground.exchange.models import Import

    if not Import.objects.exists():
        bring_waiting_files(by={person.login: person for person in Person.objects.all()})
    return Import.objects.count()


def register() -> Register:
    """The lists that questions are drawn from; of long ones every so many-th."""
    from clearground.accounts.models import Person
    from clearground.audit.models import AuditEvent
    from clearground.exchange.models import FindingRecord, ImportRow
    from clearground.land.models import Approval, Edition, Record
    from clearground.land.selectors import ledger

    book_of = ledger()
    codes, days = book_of.codes, book_of.entries.on
    known = list(Approval.objects.order_by("seq").values_list("on", flat=True))
    return Register(
        first=date.fromordinal(int(days.min())),
        last=known[-1],
        known=known[len(known) // 4 :],
        communes=communes(),
        names=place_names(),
        spots=spots(),
        classes=[(each.family, each.code) for each in codes.classes],
        operators=worked(codes.operators, book_of.entries.operator),
        methods=list(codes.methods),
        contracts=list(codes.contracts),
        tasks=spread(list(codes.tasks)),
        refs=spread(list(Record.objects.order_by("ref").values_list("ref", flat=True))),
        people=list(Person.objects.order_by("login").values_list("login", flat=True)),
        editions=list(Edition.objects.values_list("pk", flat=True)),
        seq=book_of.seq,
        rows=list(ImportRow.objects.order_by("of_id", "number").values_list("of_id", "number")),
        findings=list(FindingRecord.objects.order_by("pk").values_list("pk", flat=True)),
        events=list(AuditEvent.objects.order_by("number").values_list("number", flat=True)),
    )


def worked(operators: Sequence[str], of_entries: NDArray[Any]) -> list[str]:
    """The operators that did some work."""
    return [operators[at] for at in np.unique(of_entries).tolist() if at >= 0]


def communes() -> list[tuple[str, str, str]]:
    """Every commune with the district and the province above it."""
    from clearground.places.choices import Level
    from clearground.places.models import Place

    rows = Place.objects.filter(level=Level.COMMUNE, parent__parent__isnull=False).order_by("code")
    return list(rows.values_list("parent__parent__code", "parent__code", "code"))


def place_names() -> list[str]:
    """Names of places of every level."""
    from clearground.places.models import Place

    return spread(list(Place.objects.order_by("code").values_list("name", flat=True)))


def spots() -> list[tuple[float, float]]:
    """Longitude and latitude of middles of recorded land."""
    from clearground.land.models import LandEvent

    rows = LandEvent.objects.filter(until_seq=None).exclude(shape_minx=None).order_by("pk")
    boxes = rows.values_list("shape_minx", "shape_maxx", "shape_miny", "shape_maxy")
    return [((west + east) / 2, (south + north) / 2) for west, east, south, north in spread(list(boxes))]


def spread(rows: list[T]) -> list[T]:
    """At most so many of them, from all parts of the list."""
    return rows[:: max(len(rows) // MANY, 1)]
