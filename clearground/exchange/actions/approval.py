"""From pending rows to events that count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clearground.accounts.models import Person
from clearground.audit.actions import Kind, record
from clearground.common.crashpoints import reached
from clearground.common.errors import Exit, Refused
from clearground.common.locks import hold_until_commit
from clearground.land import actions as land
from clearground.land.models import Approval

from .. import selectors
from ..choices import ImportState, RowState
from ..models import Import, ImportRow
from ..neighbours import chunked, unchanged


@transaction.atomic
def approve_import(
    *, import_id: int, on: date, by: Person, reason: str, all_or_nothing: bool = False, is_reconstructed: bool = False
) -> Approval:
    """The import's ready rows count, as one approval; blocked rows stay pending with their findings.

    Nobody approves what they brought in themselves: whoever staged it, or changed a row of it, is refused.
    Approving again what is approved already gives the same approval and changes nothing.
    """
    hold_until_commit("exchange.import")
    approving = selectors.import_by_id(import_id)
    if approving.approval_id:
        return approving.approval
    require_another(approving, by)
    require_approvable(approving, all_or_nothing)
    rows = without_unchanged(approving, selectors.rows_to_approve(approving))
    if not rows:
        raise nothing_ready(approving)
    lines = [line for row in rows if (line := selectors.read_row(row).line)]
    approval = land.approve_lines(
        lines=lines,
        document=approving.document,
        on=on,
        by=by,
        reason=reason,
        is_reconstructed=is_reconstructed,
        kind=Kind.IMPORT_APPROVED,
        subject=f"import:{import_id}",
    )
    mark_approved(approving=approving, rows=rows, approval=approval)
    reached("audit")
    transaction.on_commit(lambda: reached("commit"))
    return approval


def require_approvable(approving: Import, all_or_nothing: bool) -> None:
    """Refuses an import that isn't pending, or that has blocked rows where all were asked for."""
    number = {"number": approving.pk}
    if approving.subject == "places":
        raise Refused(_("Import %(number)d brings places, which need no approval.") % number)
    if approving.state == ImportState.STAGING:
        raise Refused(
            _("Import %(number)d is not staged whole yet.") % number,
            _("Run its clearground import command again; it goes on where it stopped."),
        )
    if approving.state == ImportState.UNDONE:
        raise Refused(_("Import %(number)d was undone.") % number, _("Import its file again."))
    blocked = selectors.row_counts(approving)[RowState.BLOCKED]
    if all_or_nothing and blocked:
        raise Refused(
            _("%(blocked)d rows of import %(number)d are blocked, and all or nothing was asked for.")
            % {**number, "blocked": blocked},
            _("clearground findings %(number)d says what to mend; without --all-or-nothing the good rows land.")
            % number,
            Exit.FINDINGS,
        )


def require_another(approving: Import, by: Person) -> None:
    """Refuses whoever staged the import or changed a row of it: two people stand behind every figure."""
    if by.pk in selectors.brought_by(approving):
        raise Refused(
            _("%(name)s brought in import %(number)d or changed rows of it, and nobody approves their own.")
            % {"name": by.name, "number": approving.pk},
            _("Ask somebody else who may approve to look at it and decide."),
        )


@transaction.atomic
def return_import(*, import_id: int, by: Person, reason: str) -> Import:
    """The import stays pending, and its sender reads what has to be mended before it can be approved."""
    hold_until_commit("exchange.import")
    returning = selectors.import_by_id(import_id)
    if returning.state != ImportState.PENDING:
        raise Refused(
            _("Import %(number)d is not waiting for approval.") % {"number": import_id},
            _("Only what waits for approval can be returned; what counts already can be undone."),
        )
    if not reason.strip():
        raise Refused(_("A return has a reason."), _("Say what the sender has to mend."))
    told = {"returned_at": timezone.now(), "returned_by": by, "returned_because": reason}
    Import.objects.filter(pk=import_id).update(**told)
    record(Kind.IMPORT_RETURNED, subject=f"import:{import_id}", by=by, reason=reason)
    return selectors.import_by_id(import_id)


def nothing_ready(approving: Import) -> Refused:
    """Why there is nothing to approve."""
    blocked = selectors.row_counts(approving)[RowState.BLOCKED]
    told = {"number": approving.pk, "blocked": blocked}
    if blocked:
        return Refused(
            _("No row of import %(number)d is ready; %(blocked)d are blocked.") % told,
            _("clearground findings %(number)d says what to mend.") % told,
            Exit.FINDINGS,
        )
    return Refused(
        _("Import %(number)d brings nothing that the register doesn't say already.") % told,
        _("There is nothing to approve."),
    )


def without_unchanged(approving: Import, rows: Sequence[ImportRow]) -> list[ImportRow]:
    """The rows that still say something new: another import may have been approved since this one was staged."""
    same = unchanged([selectors.read_row(row) for row in rows])
    for chunk in chunked(row.pk for row in rows if row.ref in same):
        approving.rows.filter(pk__in=chunk).update(state=RowState.UNCHANGED)
    return [row for row in rows if row.ref not in same]


@transaction.atomic
def mark_approved(*, approving: Import, rows: Sequence[ImportRow], approval: Approval) -> None:
    """The rows and their import say by which approval they count."""
    for chunk in chunked(row.pk for row in rows):
        approving.rows.filter(pk__in=chunk).update(state=RowState.APPROVED)
    Import.objects.filter(pk=approving.pk).update(state=ImportState.APPROVED, approval=approval)
