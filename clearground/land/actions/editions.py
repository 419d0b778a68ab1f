"""Signs editions: named statements that never change."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clearground.accounts.models import Person
from clearground.audit.actions import Kind, record
from clearground.audit.chain import digest_of_rows
from clearground.audit.selectors import head
from clearground.common.errors import Exit, Refused
from clearground.places.selectors import current_boundaries, the_country

from ..models import Approval, Edition, Family, HazardClass, ItemType
from ..policies import policies_in_force
from ..selectors.questions import seq_known
from ..selectors.sheets import sheet


@transaction.atomic
def sign_edition(*, name: str, as_of: date, known: date, by: Person, reason: str) -> Edition:
    """The statement of the books as of one day, as known on another, stands under this name for good.

    Refused where the name is taken, where nothing was known, where more approvals of that day may
    come (a day of knowledge must not lie after the last approval's unless it is past), where the
    country states a policy that the books can't honour, and where they do not balance.
    """
    _check(name, known, reason)
    statement = _statement(as_of, known)
    policies, lists = policies_in_force(the_country().policies), code_lists()
    edition = Edition.objects.create(
        name=name.strip(),
        as_of=as_of,
        known=known,
        seq=seq_known(known),
        boundaries=current_boundaries(),
        policies=policies,
        code_lists=lists,
        statement=statement,
        digest=digest_of_rows([name.strip(), as_of, known, policies, lists, statement]),
        signed_by=by,
        signed_at=timezone.now(),
        reason=reason,
    )
    detail = {"as_of": as_of, "known": known, "seq": edition.seq}
    record(
        Kind.EDITION_SIGNED,
        subject=f"edition:{edition.name}",
        by=by,
        reason=reason,
        detail=detail,
        rows_digest=edition.digest,
    )
    return edition


def _check(name: str, known: date, reason: str) -> None:
    if not name.strip() or not reason.strip():
        raise Refused(_("An edition needs a name and a reason."), _("Give --name and --reason."), Exit.USAGE)
    if Edition.objects.filter(name=name.strip()).exists():
        raise Refused(
            _("The edition “%(name)s” was signed already, and editions never change.") % {"name": name.strip()},
            _("Sign the new statement under another name; the ledger shows what was restated between them."),
        )
    if known > timezone.localdate():
        raise Refused(
            _("Nobody can sign for what will be known on %(known)s.") % {"known": known}, _("Give a day that has come.")
        )
    if not Approval.objects.filter(on__lte=known).exists():
        raise Refused(_("Nothing was approved by %(known)s.") % {"known": known}, _("Approve an import first."))


def _statement(as_of: date, known: date) -> dict[str, Any]:
    """The sheets that an edition freezes: by class, and by class and finest place; and the audit's last seal."""
    national = sheet(as_of=as_of, known=known, by=("family", "class"))
    local = sheet(as_of=as_of, known=known, by=("family", "class", "province", "district", "commune"))
    if not (national.adds_up and local.adds_up):
        raise Refused(
            _("The books do not balance, so nothing can be signed."),
            _("Run clearground ledger verify, and clearground ledger rebuild if it says that the stored cut is off."),
            Exit.UNBALANCED,
        )
    return {"rows": _plain(national.rows), "by_place": _plain(local.rows), "audit_head": head()}


def _plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()} for row in rows
    ]


def code_lists() -> dict[str, Any]:
    """Families, classes and item types as they are now."""
    classes = HazardClass.objects.order_by("family_id", "-threat_rank", "code").values(
        "family__code", "code", "list_version", "parent__code", "threat_rank", "is_contamination"
    )
    return {
        "families": list(Family.objects.order_by("pk").values_list("code", flat=True)),
        "classes": list(classes),
        "item_types": list(ItemType.objects.order_by("pk").values_list("code", flat=True)),
    }
