"""The only writer of audit events."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from clearground.accounts.models import Person
from clearground.common.locks import hold_until_commit

from .chain import GENESIS, SEALED, json_values, seal
from .choices import Kind
from .models import AuditEvent
from .selectors import ChainCheck

__all__ = ["Kind", "note_verification", "record"]


@transaction.atomic
def record(
    kind: Kind,
    *,
    subject: str,
    by: Person,
    reason: str = "",
    detail: dict[str, Any] | None = None,
    rows_digest: str = "",
) -> AuditEvent:
    """The write has an event, sealed to the one before it, that stands or falls with its transaction.

    `subject` names what was written, as `person:LOGIN`. `rows_digest` stands for rows too many to
    list (`audit.chain.digest_of_rows`). Writers queue here until the one before has committed.
    """
    hold_until_commit("audit.chain")
    last = AuditEvent.objects.order_by("-number").values_list("number", "hash").first()
    number, previous_hash = (last[0] + 1, last[1]) if last else (1, GENESIS)
    event = AuditEvent(
        number=number,
        at=timezone.now(),
        kind=Kind(kind),
        subject=subject,
        by=by,
        reason=reason,
        detail=json_values(detail or {}),
        rows_digest=rows_digest,
        previous_hash=previous_hash,
    )
    event.hash = seal(tuple(getattr(event, column) for column in SEALED))
    event.clean_fields(exclude={"id", "by", "detail"})
    event.save(force_insert=True)
    return event


@transaction.atomic
def note_verification(*, check: ChainCheck, by: Person, reason: str = "") -> AuditEvent:
    """What a reading of the whole chain found stands in the chain itself, where the audit page shows it."""
    told = {
        "events": check.events,
        "head": check.head,
        "rows_checked": check.rows_checked,
        "findings": len(check.findings),
    }
    return record(Kind.CHAIN_VERIFIED, subject="chain", by=by, reason=reason, detail=told)
