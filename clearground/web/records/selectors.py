"""What the pages of records ask the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from clearground.accounts.choices import OrganisationKind, Role
from clearground.accounts.models import Organisation, Person
from clearground.accounts.selectors import roles_of
from clearground.audit.models import AuditEvent
from clearground.common.errors import Refused
from clearground.exchange.choices import FindingState, ImportState
from clearground.exchange.models import FindingRecord, Import, ImportRow
from clearground.exchange.neighbours import chunked, standing_events
from clearground.land.models import EventFamily, LandEvent, Record
from clearground.places.selectors import frame

CM2_PER_M2 = 10_000
# How far around a record its neighbours are looked for: some 400 m.
AROUND_DEG = 0.004
MOST_NEIGHBOURS = 60
MOST_IN_BOX = 800
PLAIN = (
    *("record_id", "kind", "on", "on_precision", "operator__code", "place__code"),
    *("task", "campaign", "contract", "method", "stated_m2"),
)
# What lists of records do not show: shapes and texts.
LARGE = ("shape", "given_shape", "note")


def standing_by_record(ids: Iterable[int]) -> dict[int, list[LandEvent]]:
    """The lines of the standing versions of these records, in order of line."""
    found: dict[int, list[LandEvent]] = defaultdict(list)
    for chunk in chunked(ids):
        events = standing_events().filter(record_id__in=chunk).select_related("operator", "place").defer(*LARGE)
        lines = events.prefetch_related("in_families__family", "in_families__hazard_class").order_by("line")
        for event in lines:
            found[event.record_id].append(event)
    return found


def plain_lines(ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """What files say of the standing lines of these records, in order of line: plain values, for many records."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in standing_events().filter(record_id__in=ids).order_by("line").values(*PLAIN):
        found[row["record_id"]].append(row)
    return found


def family_pairs(ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Family and class of the standing lines of these records, once each."""
    found: dict[int, dict[tuple[str, str], None]] = defaultdict(dict)
    standing = EventFamily.objects.filter(event__until_seq=None, event__record_id__in=ids).order_by("pk")
    for pk, family, code in standing.values_list("event__record_id", "family__code", "hazard_class__code"):
        found[pk][family, code or ""] = None
    return {pk: list(pairs) for pk, pairs in found.items()}


def open_finding_counts(refs: Sequence[str]) -> dict[str, int]:
    """How many open findings each of these records has."""
    counts: dict[str, int] = defaultdict(int)
    for chunk in chunked(refs):
        found = FindingRecord.objects.filter(state=FindingState.OPEN, ref__in=chunk).order_by()
        for ref in found.values_list("ref", flat=True):
            counts[ref] += 1
    return counts


def ids_with_open_findings() -> set[int]:
    """The records about which something was found and not ruled on."""
    refs = FindingRecord.objects.filter(state=FindingState.OPEN).exclude(ref="").order_by().values("ref")
    return set(Record.objects.filter(ref__in=refs).order_by().values_list("pk", flat=True))


def ids_under_contract(said: str) -> set[int]:
    """The records with a standing line under a contract of which this is a part."""
    return set(standing_events().filter(contract__icontains=said).order_by().values_list("record_id", flat=True))


def operators() -> list[Organisation]:
    """Who surveys and releases land, by code."""
    working = Q(kind__in=[OrganisationKind.OPERATOR, OrganisationKind.COMMERCIAL]) | Q(implemented__isnull=False)
    ids = Organisation.objects.filter(working).order_by().values("pk").distinct()
    return list(Organisation.objects.filter(pk__in=ids))


def findings_about(ref: str) -> QuerySet[FindingRecord]:
    """What was found about a record, the open ones first, the latest of each first."""
    found = FindingRecord.objects.filter(ref=ref).select_related("owner", "of__document")
    return found.order_by("-state", "-pk")


def pending_about(ref: str) -> list[ImportRow]:
    """Rows that would change the record, and wait for somebody's approval."""
    rows = ImportRow.objects.filter(ref=ref, of__state=ImportState.PENDING).exclude(state="unchanged")
    return list(rows.select_related("of__by", "of__document").order_by("-of_id", "number"))


def audit_of(record: Record, events: Iterable[LandEvent]) -> QuerySet[AuditEvent]:
    """What was done to the record, the latest first: by its own events, its imports and its approvals."""
    seqs = {event.approval.seq for event in events}
    approvals = {event.approval_id for event in events}
    imports = Import.objects.filter(Q(approval_id__in=approvals) | Q(rows__ref=record.ref)).order_by()
    subjects = {f"record:{record.ref}", *(f"approval:{seq}" for seq in seqs)}
    subjects |= {f"import:{pk}" for pk in imports.values_list("pk", flat=True).distinct()}
    return AuditEvent.objects.filter(subject__in=sorted(subjects)).select_related("by").order_by("-number")[:60]


def neighbours_of(shapes: Sequence[shapely.Geometry], own: int | None) -> list[dict[str, Any]]:
    """Standing lines near these shapes, the one with the largest overlap first, then the nearest.

    Areas of overlap and distances are of the country's projection.
    """
    placed = [shape for shape in shapes if shape is not None]
    if not placed:
        return []
    west, south, east, north = shapely.total_bounds(placed)
    box = (west - AROUND_DEG, south - AROUND_DEG, east + AROUND_DEG, north + AROUND_DEG)
    near = standing_events().filter(shape__box_overlaps=box).exclude(record_id=own)
    rows = list(near.select_related("record", "operator").defer("given_shape", "note").order_by("pk")[:400])
    rows = [row for row in rows if row.shape is not None]
    return sorted(_measured(placed, rows), key=lambda row: (-row["overlap_m2"], row["distance_m"]))[:MOST_NEIGHBOURS]


def standing_in(box: tuple[float, float, float, float]) -> list[LandEvent]:
    """Standing lines whose boxes meet this one, the latest first."""
    near = standing_events().filter(shape__box_overlaps=box).select_related("record").defer("given_shape", "note")
    return list(near.order_by("-on", "pk")[:MOST_IN_BOX])


def _measured(shapes: Sequence[shapely.Geometry], rows: Sequence[LandEvent]) -> Iterator[dict[str, Any]]:
    own = frame().to_grid(np.array(shapes, object))
    whole = shapely.union_all(own[~shapely.is_missing(own)])
    theirs = frame().to_grid(np.array([row.shape for row in rows], object)) if rows else []
    for row, shape in zip(rows, theirs, strict=True):
        if shape is None:
            continue
        overlap = shapely.area(shapely.intersection(whole, shape)) / CM2_PER_M2
        yield {"event": row, "overlap_m2": float(overlap), "distance_m": float(shapely.distance(whole, shape)) / 100}


def releases_of(record: Record) -> QuerySet[LandEvent]:
    """Standing releases that name this hazard."""
    return standing_events().filter(hazard=record).select_related("record", "operator").order_by("on")


def bound_to(person: Person) -> Organisation | None:
    """The organisation in whose name alone the person proposes; None for a data officer, who does so for all.

    Refused where an operator's account names no organisation.
    """
    if Role.DATA_OFFICER in roles_of(person):
        return None
    if person.organisation is None:
        raise Refused(
            _("Your account names no organisation, in whose name you could propose a record."),
            _("Ask an administrator to add it."),
        )
    return person.organisation
