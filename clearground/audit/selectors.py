"""Questions about what was done, and whether the record of it still stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from clearground.accounts.models import Person
from clearground.common.errors import Exit, Refused
from clearground.kernel.findings import Finding, Severity

from .chain import GENESIS, SEALED, seal
from .choices import Kind
from .models import AuditEvent

# Recomputes the digest of the rows that an event wrote; None where they can't be told apart any more.
Recompute = Callable[[AuditEvent], str | None]
CHUNK = 2000
# A forged chain of millions would otherwise fill memory with findings.
MOST_FINDINGS = 1000


@dataclass(slots=True)
class ChainCheck:
    """What reading the whole chain found. `head_hash` is the seal of the last event: keep it elsewhere."""

    events: int = 0
    head_number: int = 0
    head_hash: str = GENESIS
    rows_checked: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Nothing was found."""
        return not self.findings

    @property
    def head(self) -> str:
        """`NUMBER:HASH`, as backups and editions keep it."""
        return f"{self.head_number}:{self.head_hash}"

    def add(self, code: str, number: int, **params: Any) -> None:
        """One more finding, up to a bound."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(code, Severity.BLOCKS, ref=str(number), params={"number": number} | params))


def verify_chain(
    *,
    recompute: Mapping[str, Recompute] | None = None,
    expected_head: str = "",
    progress: Callable[[int], None] | None = None,
) -> ChainCheck:
    """Every event read once, in order, and held against its seal, its number and the event before it.

    Finds edits, deletions, swaps and insertions anywhere, and what was cut off the end if
    `expected_head` (`NUMBER:HASH`, kept outside this database) is given. Without it, a tail that is
    gone, or a chain sealed anew from some event on by somebody who can write to the database, can't
    be seen from inside. `recompute` gives, by kind of event, how to digest its rows again.
    """
    check = ChainCheck()
    expected = parsed_head(expected_head)
    for values, stored in sealed_rows():
        check_link(check, values, stored)
        if expected and values[0] == expected[0] and stored != expected[1]:
            check.add("AUDIT-005", values[0])
        if progress and check.events % CHUNK == 0:
            progress(check.events)
    if expected and check.head_number < expected[0]:
        check.add("AUDIT-006", expected[0], last=check.head_number)
    check_rows(check, recompute or {})
    return check


def sealed_rows() -> Iterator[tuple[tuple[Any, ...], str]]:
    """The sealed columns and the seal of each event, streamed in order of number."""
    rows = AuditEvent.objects.order_by("number").values_list(*SEALED, "hash")
    for *values, stored in rows.iterator(chunk_size=CHUNK):
        yield tuple(values), stored


def check_link(check: ChainCheck, values: tuple[Any, ...], stored: str) -> None:
    """The event's number, its link to the one before and its own seal are held; then it is the head."""
    number, previous_hash = values[0], values[-1]
    if number != check.head_number + 1:
        check.add("AUDIT-001", number, expected=check.head_number + 1)
    elif previous_hash != check.head_hash:
        check.add("AUDIT-002", number)
    if not is_sealed(values, stored):
        check.add("AUDIT-003", number, subject=values[3])
    check.events += 1
    check.head_number, check.head_hash = number, stored


def is_sealed(values: tuple[Any, ...], stored: str) -> bool:
    """The stored seal is that of the columns; columns that can't even be read are not sealed."""
    try:
        return seal(values) == stored
    except (TypeError, ValueError, AttributeError):
        return False


def check_rows(check: ChainCheck, recompute: Mapping[str, Recompute]) -> None:
    """The rows that events wrote still have the digest that was sealed with them, where it can be told."""
    events = AuditEvent.objects.filter(kind__in=list(recompute)).exclude(rows_digest="").order_by("number")
    for event in events.iterator(chunk_size=CHUNK):
        now = recompute[event.kind](event)
        if now is None:
            continue
        check.rows_checked += 1
        if now != event.rows_digest:
            check.add("AUDIT-004", event.number, subject=event.subject)


def parsed_head(text: str) -> tuple[int, str] | None:
    """Number and hash of `NUMBER:HASH`; None for an empty text; refused where it is something else."""
    if not text:
        return None
    form = re.fullmatch(r"(\d+):([0-9a-f]{64})", text.strip())
    if form is None:
        raise Refused(
            _("“%(text)s” is no seal.") % {"text": text}, _("Give it as it was printed: NUMBER:HASH."), Exit.USAGE
        )
    return int(form[1]), form[2]


def head(alias: str = "default") -> str:
    """`NUMBER:HASH` of the last event: kept in each backup and edition, it betrays a tail that was cut off."""
    last = AuditEvent.objects.using(alias).order_by("-number").values_list("number", "hash").first()
    return f"{last[0]}:{last[1]}" if last else f"0:{GENESIS}"


def events(
    *, subject: str = "", kind: str = "", login: str = "", since: datetime | None = None
) -> QuerySet[AuditEvent]:
    """The events that fit, newest first. `subject` fits from its beginning, as `person:`."""
    found = AuditEvent.objects.select_related("by").order_by("-number")
    if subject:
        found = found.filter(subject__startswith=subject)
    if kind:
        found = found.filter(kind=kind)
    if login:
        found = found.filter(by__login=login)
    return found.filter(at__gte=since.astimezone(UTC)) if since else found


# What stands before the colon of a subject; the audit page searches within each.
SUBJECT_KINDS = (
    "record",
    "import",
    "person",
    "edition",
    "approval",
    "organisation",
    "place",
    "boundaries",
    "document",
    "mapping",
    "class",
    "family",
    "item",
    "country",
)
LAST_SIGN = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Asked:
    """What an auditor asks: each part may be left out. `before` is the number of the event to go on after."""

    subjects: tuple[str, ...] = ()
    kind: str = ""
    login: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int = 0


def answer(asked: Asked) -> QuerySet[AuditEvent]:
    """The events that fit, newest first; with `before`, those that come after it in that order."""
    found = AuditEvent.objects.select_related("by").order_by("-at", "-number")
    if len(asked.subjects) == 1:
        found = found.filter(subject=asked.subjects[0])
    elif asked.subjects:
        found = found.filter(subject__in=asked.subjects)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.login:
        # By id: a join would hide from the database which index answers.
        found = found.filter(by_id=Person.objects.filter(login=asked.login).values_list("pk", flat=True).first() or 0)
    if asked.since:
        found = found.filter(at__gte=asked.since.astimezone(UTC))
    if asked.until:
        found = found.filter(at__lte=asked.until.astimezone(UTC))
    return older_than(found, asked.before) if asked.before else found


def older_than(found: QuerySet[AuditEvent], number: int) -> QuerySet[AuditEvent]:
    """Those of the events that come after one of them, newest first."""
    at = AuditEvent.objects.filter(number=number).values_list("at", flat=True).first()
    return found.filter(at__lte=at).filter(Q(at__lt=at) | Q(number__lt=number)) if at else found.none()


def subjects_like(text: str, *, most: int = 8) -> list[str]:
    """The subjects that begin with the text, or with a kind and then the text; as given first, `most` of a kind."""
    text = text.strip()
    if not text:
        return []
    beginnings = [text, *(f"{kind}:{text}" for kind in SUBJECT_KINDS if not text.startswith(f"{kind}:"))]
    return [subject for beginning in beginnings for subject in subjects_from(beginning, most)]


def subjects_from(beginning: str, most: int) -> list[str]:
    """Different subjects that begin so, in order, read off the index."""
    if connection.vendor == "sqlite":  # whose LIKE reads the whole table
        fits = Q(subject__gte=beginning, subject__lt=beginning + LAST_SIGN)
    else:
        fits = Q(subject__startswith=beginning)
    rows = AuditEvent.objects.filter(fits).order_by("subject").values_list("subject", flat=True)
    return list(rows.distinct()[:most])


def last_verification() -> AuditEvent | None:
    """The event of the latest reading of the whole chain; None where it was never read."""
    return answer(Asked(kind=Kind.CHAIN_VERIFIED)).first()
