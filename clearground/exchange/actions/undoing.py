"""An import taken back: pending rows go, approved ones are superseded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clearground.accounts.models import Person
from clearground.audit.actions import Kind, record
from clearground.common.errors import Refused
from clearground.common.locks import hold_until_commit
from clearground.land import actions as land

from .. import selectors
from ..choices import ImportState
from ..models import Import


class Dependents(StrEnum):
    """What becomes of releases that rest on the hazards of an import that is taken back."""

    REFUSE = "refuse"  # say which they are, and change nothing
    WITHDRAW = "withdraw"  # withdraw them too
    LEAVE = "leave"  # they stay, and their land is released outside recorded hazards


@transaction.atomic
def undo_import(
    *, import_id: int, by: Person, reason: str, on: date | None = None, dependents: Dependents = Dependents.REFUSE
) -> Import:
    """The import counts no longer: its rows are gone if they were pending, superseded if they were approved.

    New records are withdrawn; records that the import corrected say again what they said before.
    Records that a later approval changed stay as they are.
    """
    hold_until_commit("exchange.import")
    undoing = selectors.import_by_id(import_id)
    if undoing.state == ImportState.UNDONE:
        return undoing
    told = supersede(undoing, on, by, reason, dependents) if undoing.approval_id else {}
    told["rows_dropped"] = drop_pending(undoing=undoing)
    Import.objects.filter(pk=undoing.pk).update(state=ImportState.UNDONE)
    undoing.state = ImportState.UNDONE
    record(Kind.IMPORT_UNDONE, subject=f"import:{import_id}", by=by, reason=reason, detail=told)
    return undoing


@transaction.atomic
def drop_import(*, import_id: int, by: Person, reason: str) -> Import:
    """An import that nobody has approved is taken back by whoever brought it in; one that counts is refused."""
    hold_until_commit("exchange.import")
    dropping = selectors.import_by_id(import_id)
    if dropping.state != ImportState.PENDING:
        raise Refused(
            _("Import %(number)d is not waiting for approval.") % {"number": import_id},
            _("What counts already is taken back by somebody who may approve."),
        )
    if not reason.strip():
        raise Refused(_("Taking back has a reason."), _("Say why."))
    return undo_import(import_id=import_id, by=by, reason=reason)


@transaction.atomic
def drop_pending(*, undoing: Import) -> int:
    """Rows that don't count are gone, with their findings; says how many rows went."""
    pending = undoing.rows.exclude(state="approved")
    undoing.findings.exclude(row__in=undoing.rows.filter(state="approved").values("number")).delete()
    return pending.delete()[1].get("exchange.ImportRow", 0)


def supersede(undoing: Import, on: date | None, by: Person, reason: str, dependents: Dependents) -> dict[str, int]:
    """Every record that stands as this import brought it is withdrawn, or is again what it was before."""
    assert undoing.approval is not None  # noqa: S101  (the caller looked)
    seq, day = undoing.approval.seq, on or undoing.approval.on
    refs = selectors.refs_brought_by(seq)
    resting = selectors.dependent_releases(refs)
    if resting and dependents is Dependents.REFUSE:
        raise rests_on_it(undoing, resting)
    if dependents is Dependents.WITHDRAW:
        refs = sorted({*refs, *resting})
    earlier = selectors.lines_at(refs, seq - 1)
    restored = {line.ref for line in earlier} - set(resting)
    earlier = [line for line in earlier if line.ref in restored]
    if withdrawn := [ref for ref in refs if ref not in restored]:
        land.withdraw_records(refs=withdrawn, on=day, by=by, reason=reason)
    if earlier:
        land.approve_lines(
            lines=earlier,
            document=undoing.document,
            on=day,
            by=by,
            reason=reason,
            kind=Kind.RECORD_CORRECTED,
            subject=f"import:{undoing.pk}",
        )
    return {"withdrawn": len(withdrawn), "restored": len(restored), "dependents": len(resting)}


def rests_on_it(undoing: Import, resting: Sequence[str]) -> Refused:
    """The refusal that lists the releases which rest on the import's hazards."""
    shown = ", ".join(resting[:10]) + (" …" if len(resting) > 10 else "")
    what = ngettext(
        "%(n)d release rests on the hazards of import %(number)d: %(shown)s.",
        "%(n)d releases rest on the hazards of import %(number)d: %(shown)s.",
        len(resting),
    ) % {"n": len(resting), "number": undoing.pk, "shown": shown}
    return Refused(
        what,
        _("--with-dependents withdraws them too; --leave-dependents leaves them, released outside recorded hazards."),
    )
