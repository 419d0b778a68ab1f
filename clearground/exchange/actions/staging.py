"""From a file to pending rows: in batches, each one a transaction, so that a killed staging resumes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from clearground.accounts.models import Person
from clearground.audit.actions import Kind, record
from clearground.audit.chain import digest_of_rows
from clearground.common.crashpoints import reached
from clearground.common.errors import Refused
from clearground.common.locks import hold_until_commit
from clearground.kernel.findings import Finding

from .. import selectors
from ..checking import Verdict, judge
from ..choices import FindingState, ImportState, RowState
from ..effects import effect_of
from ..intake import FileFacts, OpenFile, ReadRow, facts_of, open_file, options_of, plain
from ..models import FindingRecord, Import, ImportRow
from ..neighbours import chunked
from .citing import cite_file

# Rows of one transaction: big enough to be fast, small enough to lose little.
BATCH = 2000
Progress = Callable[[str, int, int | None], None]


def stage_import(
    *,
    path: Path,
    subject: str,
    mapping: Mapping[str, str],
    defaults: Mapping[str, Any],
    by: Person,
    reason: str = "",
    layer: str | None = None,
    on_progress: Progress | None = None,
) -> Import:
    """The file's rows are pending, each with what it says, what it would change and what was found in it.

    The same bytes with the same options give the import that stands, unchanged; a staging that was
    cut short goes on after its last whole batch. `on_progress` hears (phase, rows done, rows in all).
    """
    facts = facts_of(path)
    options = options_of(mapping=mapping, defaults=defaults, layer=layer)
    staging = selectors.same_import(subject=subject, sha256=facts.sha256, options=options)
    if staging is not None and staging.state != ImportState.STAGING:
        return staging
    tell = on_progress or (lambda phase, done, total: None)
    with open_file(path, subject=subject, options=options) as file:
        require_invented(file)
        staging = staging or open_import(facts=facts, subject=subject, options=options, by=by, reason=reason)
        stage_rows(staging, islice(file.rows, staging.staged_rows, None), file.total, tell)
    tell("checking", 0, None)
    verdict = judge(selectors.read_rows(staging), cells=file.cells, about_file=file.findings)
    return settle_import(staging=staging, verdict=verdict, confinement=file.confinement, by=by, reason=reason)


@transaction.atomic
def open_import(*, facts: FileFacts, subject: str, options: Mapping[str, Any], by: Person, reason: str) -> Import:
    """The file is a known document, and an import of it has begun with no rows yet."""
    hold_until_commit("exchange.import")
    document = cite_file(facts=facts, by=by, reason=reason)
    return Import.objects.create(
        subject=subject,
        document=document,
        options=dict(options),
        started_at=timezone.now(),
        by=by,
        organisation=by.organisation,
    )


def stage_rows(staging: Import, rows: Iterable[ReadRow], total: int | None, tell: Progress) -> None:
    """All of `rows` are staged, batch by batch."""
    for batch in chunked(rows, BATCH):
        stage_batch(staging=staging, batch=batch, total=total)
        tell("staging", staging.staged_rows, total)


def require_invented(file: OpenFile) -> None:
    """Refuses, in the demonstration, rows that don't say that they are invented."""
    if selectors.is_demonstration() and (row := file.first_real_row()):
        raise Refused(
            _("This is the demonstration of an invented country; it takes no real records (row %(row)d).")
            % {"row": row},
            _("Make a database for the real ones: clearground init --country CODE, in another data directory."),
        )


@transaction.atomic
def stage_batch(*, staging: Import, batch: Sequence[ReadRow], total: int | None) -> None:
    """The batch's rows and the findings of their reading are stored, and the high-water mark stands behind them."""
    done = staging.staged_rows + len(batch)
    moved = Import.objects.filter(pk=staging.pk, state=ImportState.STAGING, staged_rows=staging.staged_rows)
    if not moved.update(staged_rows=done, total_rows=total):
        raise Refused(
            _("Import %(number)d is being staged by somebody else.") % {"number": staging.pk},
            _("Wait until they are done; clearground imports shows how far they are."),
        )
    ImportRow.objects.bulk_create([row_of(staging, read) for read in batch], batch_size=BATCH)
    found = [stored_finding(staging, read, finding) for read in batch for finding in read.findings]
    FindingRecord.objects.bulk_create(found, batch_size=BATCH)
    reached("staged")
    staging.staged_rows, staging.total_rows = done, total


def row_of(staging: Import, read: ReadRow) -> ImportRow:
    """The row as it is stored; blocked from the start where it couldn't be read."""
    return ImportRow(
        of=staging,
        number=read.number,
        ref=read.ref[:100],
        given=dict(read.given),
        read=stored_reading(read),
        shape=read.shape,
        state=RowState.READY if read.line else RowState.BLOCKED,
        digest=read.digest,
    )


def stored_reading(read: ReadRow) -> dict[str, Any]:
    """What the row says, with how its shape was read."""
    return dict(read.said) | {selectors.HOW: {"trouble": read.trouble, "is_placed": read.is_placed}}


def stored_finding(staging: Import, read: ReadRow | None, finding: Finding) -> FindingRecord:
    """The finding as a row of the register; without a row of the file where it is about the whole of it."""
    return FindingRecord(
        of=staging,
        row=finding.row,
        ref=(finding.ref or (read.ref if read else ""))[:100],
        cell=finding.cell[:100],
        code=finding.code,
        severity=finding.severity.value,
        params=plain(finding.params),
        record_digest=read.digest if read else "",
    )


@transaction.atomic
def settle_import(
    *, staging: Import, verdict: Verdict, confinement: Mapping[str, Any], by: Person, reason: str
) -> Import:
    """The import is pending: its rows have their states, its findings are stored, one audit event says so.

    The event also says what confined the process that read the file.
    """
    hold_until_commit("exchange.import")
    store_states(staging=staging, verdict=verdict)
    store_findings(staging=staging, verdict=verdict)
    reached("checked")
    Import.objects.filter(pk=staging.pk).update(state=ImportState.PENDING, effect=effect_of(verdict))
    staging.state = ImportState.PENDING
    record(
        Kind.IMPORT_STAGED,
        subject=f"import:{staging.pk}",
        by=by,
        reason=reason,
        detail={
            "document": staging.document.ref,
            "rows": len(verdict.rows),
            **verdict.counts(),
            "confinement": dict(confinement),
        },
        rows_digest=digest_of_rows(staging.rows.order_by("number").values_list("number", "digest")),
    )
    return staging


@transaction.atomic
def store_states(*, staging: Import, verdict: Verdict) -> None:
    """Each row has its state, and says what can be booked of it."""
    for state, numbers in verdict.numbers_by_state().items():
        for chunk in chunked(numbers):
            staging.rows.filter(number__in=chunk).update(state=state)
    booked = {read.number: read for read in verdict.rows if read.digest != verdict.digests.get(read.number)}
    for chunk in chunked(sorted(booked)):
        rows = list(staging.rows.filter(number__in=chunk))
        for row in rows:
            row.read, row.digest = stored_reading(booked[row.number]), booked[row.number].digest
        ImportRow.objects.bulk_update(rows, ["read", "digest"], batch_size=200)


@transaction.atomic
def store_findings(*, staging: Import, verdict: Verdict, replacing: QuerySet[FindingRecord] | None = None) -> None:
    """Each finding has its owner and province; one accepted earlier about the same record stays accepted.

    They take the place of all findings of the import, or of `replacing`. One that was there before
    keeps its number, its owner and what was ruled; one that is gone is fixed.
    Findings that earlier imports left open about these records, and that are gone now, are fixed too.
    """
    former = staging.findings.all() if replacing is None else replacing
    before = Before(former)
    accepted = selectors.accepted_findings(read.ref for read in verdict.rows)
    fresh = []
    for read, finding in verdict.findings:
        stored = stored_finding(staging, read, finding)
        stored.owner_id, stored.province = verdict.owner_of(read), verdict.province_of(read)
        if (reason := accepted.get(selectors.ruled_on(stored))) is not None:
            stored.state, stored.reason = FindingState.ACCEPTED, reason
        fresh.append(before.kept(stored))
    former.delete()
    gone = before.fixed() if staging.state == ImportState.PENDING else []
    FindingRecord.objects.bulk_create([*fresh, *gone], batch_size=BATCH)
    fix_earlier(staging, verdict, {(found.ref, found.code) for found in fresh})


def fix_earlier(staging: Import, verdict: Verdict, still: Set[tuple[str, str]]) -> None:
    """Open findings of other imports about these records are fixed where they were not found again."""
    earlier = selectors.earlier_open_findings(staging, verdict.refs_looked_at())
    mended = [found.pk for found in earlier if (found.ref, found.code) not in still]
    for chunk in chunked(mended):
        FindingRecord.objects.filter(pk__in=chunk).update(state=FindingState.FIXED)


class Before:
    """The findings that an import had before it was judged again."""

    def __init__(self, found: Iterable[FindingRecord]) -> None:
        self.by_place: dict[tuple[Any, ...], list[FindingRecord]] = defaultdict(list)
        for each in found:
            self.by_place[place_of(each)].append(each)

    def kept(self, stored: FindingRecord) -> FindingRecord:
        """The finding with the number, the owner, the person and the ruling that it had."""
        if not (same := self.by_place.get(place_of(stored))):
            return stored
        old = same.pop(0)
        stored.pk, stored.person_id, stored.is_assigned = old.pk, old.person_id, old.is_assigned
        if old.is_assigned:
            stored.owner_id = old.owner_id
        if old.state == FindingState.ACCEPTED and selectors.ruled_on(old) == selectors.ruled_on(stored):
            stored.state, stored.reason = old.state, old.reason
        return stored

    def fixed(self) -> list[FindingRecord]:
        """Those that were not found again."""
        rest = [each for same in self.by_place.values() for each in same]
        for each in rest:
            each.state = FindingState.FIXED
        return rest


def place_of(found: FindingRecord) -> tuple[Any, ...]:
    """What tells a finding from the others of its import, whatever the record says by now."""
    return (found.row, found.code, found.cell, found.params.get("other"))
