"""The only writers of land events: approve, correct (approve again), withdraw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clearground.accounts.models import Organisation, Person
from clearground.audit.actions import Kind, record
from clearground.audit.chain import digest_of_rows
from clearground.common.crashpoints import reached
from clearground.common.errors import Refused
from clearground.common.locks import hold_until_commit
from clearground.places.models import Place
from clearground.sources.models import Document

from ..lines import Line
from ..models import (
    Approval,
    EventFamily,
    Family,
    HazardClass,
    ItemsFound,
    ItemType,
    LandEvent,
    Record,
)
from .faces import cut_into_ledger

BATCH = 2_000
# Columns of an event that are the line's values, neither looked up nor normalised.
TAKEN_AS_SAID = (
    *("line", "kind", "on", "on_precision", "given_shape", "given_crs", "stated_m2", "method", "task"),
    *("campaign", "contract", "evidence", "depth_cm", "note", "document_row"),
)


@transaction.atomic
def approve_lines(
    *,
    lines: Sequence[Line],
    document: Document,
    on: date,
    by: Person,
    reason: str,
    is_reconstructed: bool = False,
    kind: Kind = Kind.IMPORT_APPROVED,
    subject: str = "",
    is_cut_later: bool = False,
) -> Approval:
    """The lines count from this approval; a record that stood is superseded by its new version.

    Everything is refused, with nothing stored, where a line names a code that the register does not
    have, or where `on` lies before the last approval. Whoever loads a whole history lets it be cut
    later, by `rebuild_ledger` in the same transaction: one cut instead of hundreds.
    """
    if not lines:
        raise Refused(_("There is nothing to approve."), _("Stage a file first: clearground import --help"))
    codes = _Codes.read(lines)
    approval = _next_approval(on=on, by=by, reason=reason, is_reconstructed=is_reconstructed)
    records = _records(lines, approval.seq)
    _supersede([row.pk for row in records.values() if row.first_seq < approval.seq], approval.seq)
    events = _write_events(lines, approval, document, records, codes)
    cut = 0 if is_cut_later else _cut(events, approval.seq)
    record(
        kind,
        subject=subject or f"approval:{approval.seq}",
        by=by,
        reason=reason,
        detail={"seq": approval.seq, "on": on, "lines": len(lines), "document": document.ref, "clusters": cut},
        rows_digest=digest_of_rows((event.record.ref, event.line, event.digest) for event in events),
    )
    return approval


def _cut(events: Sequence[LandEvent], seq: int) -> int:
    """The ledger's faces hold the land of the new events; how many clusters were cut."""
    shapes = np.empty(len(events), object)
    shapes[:] = [event.shape for event in events]
    count = cut_into_ledger(event_ids=[event.pk for event in events], shapes=shapes, seq=seq)
    reached("faces")
    return count


@transaction.atomic
def withdraw_records(
    *, refs: Sequence[str], on: date, by: Person, reason: str, kind: Kind = Kind.RECORD_WITHDRAWN
) -> Approval:
    """The records no longer stand from this approval on: their last version is superseded with nothing."""
    standing = _standing(refs)
    if missing := sorted(set(refs) - {ref for ref, _pk, _document in standing}):
        raise Refused(
            _("No standing record is called %(refs)s.") % {"refs": ", ".join(missing[:5])},
            _("Look it up with clearground record REF; what was withdrawn already can't be withdrawn again."),
        )
    approval = _next_approval(on=on, by=by, reason=reason, is_reconstructed=False)
    known = {ref: (pk, document) for ref, pk, document in standing}
    _supersede([pk for pk, _document in known.values()], approval.seq)
    LandEvent.objects.bulk_create(
        (
            LandEvent(record_id=pk, approval=approval, on=on, document_id=document, digest="")
            for pk, document in known.values()
        ),
        batch_size=BATCH,
    )
    record(
        kind,
        subject=f"approval:{approval.seq}",
        by=by,
        reason=reason,
        detail={"seq": approval.seq, "refs": sorted(known)},
    )
    return approval


def _standing(refs: Sequence[str]) -> list[tuple[str, int, int]]:
    """Reference, record and document of each line that stands under these references."""
    wanted, found = sorted(set(refs)), []
    for start in range(0, len(wanted), BATCH):
        rows = LandEvent.objects.filter(record__ref__in=wanted[start : start + BATCH], until_seq=None)
        found += list(rows.exclude(kind=None).values_list("record__ref", "record_id", "document_id"))
    return found


def _next_approval(*, on: date, by: Person, reason: str, is_reconstructed: bool) -> Approval:
    """The approval with the next number; days of approval never fall."""
    hold_until_commit("land.approvals")
    last = Approval.objects.order_by("-seq").first()
    if last is not None and on < last.on:
        raise Refused(
            _("The last approval was on %(last)s; this one says %(on)s.") % {"last": last.on, "on": on},
            _("Approve on %(last)s or later: what was known on an earlier day can't change afterwards.")
            % {"last": last.on},
        )
    if not reason.strip():
        raise Refused(_("An approval needs a reason."), _("Say why with --reason."))
    return Approval.objects.create(
        seq=last.seq + 1 if last else 1,
        on=on,
        is_reconstructed=is_reconstructed,
        recorded_at=timezone.now(),
        by=by,
        reason=reason,
    )


def _supersede(record_ids: Sequence[int], seq: int) -> None:
    """The standing versions of these records stand until `seq`."""
    for start in range(0, len(record_ids), BATCH):
        batch = record_ids[start : start + BATCH]
        LandEvent.objects.filter(record_id__in=batch, until_seq=None).update(until_seq=seq)


@dataclass(frozen=True, slots=True)
class _Codes:
    """Ids of the rows that lines name by code."""

    families: Mapping[str, int]
    classes: Mapping[tuple[str, str], int]
    organisations: Mapping[str, int]
    places: Mapping[str, int]
    items: Mapping[str, int]

    @classmethod
    def read(cls, lines: Sequence[Line]) -> _Codes:
        """All codes that the lines name; refused with a list where one is unknown."""
        families = dict(Family.objects.values_list("code", "pk"))
        rows = HazardClass.objects.order_by("list_version")
        classes = {(family, code): pk for family, code, pk in rows.values_list("family__code", "code", "pk")}
        organisations = {code for line in lines for code in (line.operator, line.overseer) if code}
        places = {line.place for line in lines if line.place}
        codes = cls(
            families,
            classes,
            _ids(Organisation, organisations),
            _ids(Place, places),
            dict(ItemType.objects.values_list("code", "pk")),
        )
        codes.refuse_unknown(lines, organisations, places)
        return codes

    def refuse_unknown(self, lines: Sequence[Line], organisations: set[str], places: set[str]) -> None:
        """Every code that a line names has its row."""
        pairs = {pair for line in lines for pair in line.families}
        unknown = [
            *(f"family {family}" for family, _code in pairs if family not in self.families),
            *(f"class {family}/{code}" for family, code in pairs if code and (family, code) not in self.classes),
            *(f"organisation {code}" for code in organisations - set(self.organisations)),
            *(f"place {code}" for code in places - set(self.places)),
            *(f"item type {code}" for code in {c for line in lines for c in line.items} - set(self.items)),
        ]
        if unknown:
            raise Refused(
                _("The register does not know: %(codes)s.") % {"codes": ", ".join(sorted(unknown)[:10])},
                _("Add them (clearground organisation add, clearground import places), or map them to known codes."),
            )


def _ids(model: type[models.Model], codes: set[str]) -> dict[str, int]:
    wanted = sorted(codes)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), BATCH):
        rows = model._default_manager.filter(code__in=wanted[start : start + BATCH])
        found |= dict(rows.values_list("code", "pk"))
    return found


def _records(lines: Sequence[Line], seq: int) -> dict[str, Record]:
    """The record of each reference, hazards that a release names included; new ones are created."""
    is_release = {line.ref: line.kind.is_release for line in lines}
    named = {line.hazard for line in lines if line.hazard} - set(is_release)
    known = _records_by_ref({*is_release, *named})
    if unknown := sorted(named - set(known)):
        raise Refused(
            _("A release names hazards that are not in the register: %(refs)s.") % {"refs": ", ".join(unknown[:5])},
            _("Import the hazards first, or leave the hazard column empty."),
        )
    turned = sorted(ref for ref, release in is_release.items() if ref in known and known[ref].is_release != release)
    if turned:
        raise Refused(
            _("%(refs)s can't be a hazard and a release.") % {"refs": ", ".join(turned[:5])},
            _("Give the new record a reference of its own."),
        )
    new = [
        Record(ref=ref, is_release=release, first_seq=seq) for ref, release in is_release.items() if ref not in known
    ]
    Record.objects.bulk_create(new, batch_size=BATCH)
    return {ref: known[ref] for ref in is_release if ref in known} | {row.ref: row for row in new}


def _records_by_ref(refs: set[str]) -> dict[str, Record]:
    wanted, found = sorted(refs), {}
    for start in range(0, len(wanted), BATCH):
        found |= {row.ref: row for row in Record.objects.filter(ref__in=wanted[start : start + BATCH])}
    return found


def _write_events(
    lines: Sequence[Line], approval: Approval, document: Document, records: Mapping[str, Record], codes: _Codes
) -> list[LandEvent]:
    hazards = _records_by_ref({line.hazard for line in lines if line.hazard})
    events = LandEvent.objects.bulk_create(
        [_event(line, approval, document, records, hazards, codes) for line in lines], batch_size=BATCH
    )
    pairs = list(zip(events, lines, strict=True))
    EventFamily.objects.bulk_create(_families(pairs, codes), batch_size=BATCH)
    ItemsFound.objects.bulk_create(
        (
            ItemsFound(event=event, item_type_id=codes.items[code], count=count)
            for event, line in pairs
            for code, count in line.booked_items.items()
        ),
        batch_size=BATCH,
    )
    return events


def _families(pairs: Iterable[tuple[LandEvent, Line]], codes: _Codes) -> Iterable[EventFamily]:
    for event, line in pairs:
        for family, code in line.families:
            class_id = codes.classes[family, code] if code else None
            yield EventFamily(event=event, family_id=codes.families[family], hazard_class_id=class_id)


def _event(
    line: Line,
    approval: Approval,
    document: Document,
    records: Mapping[str, Record],
    hazards: Mapping[str, Record],
    codes: _Codes,
) -> LandEvent:
    return LandEvent(
        record=records[line.ref],
        approval=approval,
        document=document,
        shape=line.booked_shape,
        place_id=codes.places[line.place] if line.place else None,
        hazard=hazards[line.hazard] if line.hazard else None,
        operator_id=codes.organisations[line.operator] if line.operator else None,
        overseer_id=codes.organisations[line.overseer] if line.overseer else None,
        digest=line.digest,
        **{name: getattr(line, name) for name in TAKEN_AS_SAID},
    )
