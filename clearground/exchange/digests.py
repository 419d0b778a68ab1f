"""Digests of what events wrote, taken again from the rows as they are now: what `audit verify` compares."""

from __future__ import annotations

from clearground.audit.chain import digest_of_rows
from clearground.audit.choices import Kind
from clearground.audit.models import AuditEvent
from clearground.audit.selectors import Recompute
from clearground.land.models import Edition, LandEvent
from clearground.places.selectors import digest_of_event as digest_of_boundaries

from .selectors import WITH_CODES, line_of_event, rows_digest_of

PARTS = ("in_families__family", "in_families__hazard_class", "items__item_type")
CHUNK = 2_000


def digest_of_approval(event: AuditEvent) -> str | None:
    """The digest of the lines that stand under the event's approval, rebuilt from every column of theirs."""
    if "lines" not in event.detail or "seq" not in event.detail:
        return None
    events = LandEvent.objects.filter(approval__seq=event.detail["seq"]).exclude(kind=None).order_by("pk")
    whole = events.select_related(*WITH_CODES).prefetch_related(*PARTS)
    lines = map(line_of_event, whole.iterator(chunk_size=CHUNK))
    return digest_of_rows((line.ref, line.line, line.digest) for line in lines)


def digest_of_edition(event: AuditEvent) -> str:
    """The digest of the edition as it is now; nothing where it is gone."""
    edition = Edition.objects.filter(name=event.subject.removeprefix("edition:")).first()
    if edition is None:
        return ""
    signed = [edition.name, edition.as_of, edition.known, edition.policies, edition.code_lists, edition.statement]
    return digest_of_rows(signed)


RECOMPUTE: dict[str, Recompute] = {
    Kind.PLACES_IMPORTED: digest_of_boundaries,
    Kind.IMPORT_STAGED: rows_digest_of,
    Kind.IMPORT_APPROVED: digest_of_approval,
    Kind.IMPORT_UNDONE: digest_of_approval,
    Kind.RECORD_CORRECTED: digest_of_approval,
    Kind.DEMONSTRATION_LOADED: digest_of_approval,
    Kind.EDITION_SIGNED: digest_of_edition,
}
