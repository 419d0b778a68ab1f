"""Organisations that records name."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils.translation import gettext as _

from clearground.audit.actions import Kind, record
from clearground.common.errors import Exit, Refused

from ..choices import OrganisationKind
from ..models import Organisation, Person

CODE = re.compile(r"\S{1,32}")


@transaction.atomic
def add_organisation(
    *, code: str, name: str, kind: OrganisationKind | str, by: Person, name_km: str = "", reason: str = ""
) -> Organisation:
    """Records can name the organisation as operator, overseer or source."""
    code = checked_code(code)
    organisation = Organisation.objects.create(
        code=code, name=name.strip() or code, name_km=name_km.strip(), kind=checked_kind(kind)
    )
    told = {"name": organisation.name, "name_km": organisation.name_km, "kind": str(organisation.kind)}
    record(Kind.ORGANISATION_ADDED, subject=f"organisation:{code}", by=by, reason=reason, detail=told)
    return organisation


@transaction.atomic
def change_organisation(
    *, organisation: Organisation, name: str, name_km: str, kind: str, is_active: bool, by: Person, reason: str
) -> Organisation:
    """The organisation is called so; its code never changes. One that is not active is offered no longer."""
    before = about_organisation(organisation)
    organisation.name, organisation.name_km = name.strip() or organisation.code, name_km.strip()
    organisation.kind, organisation.is_active = checked_kind(kind), is_active
    after = about_organisation(organisation)
    if before == after:
        raise Refused(_("This is what stands already."), _("Nothing was changed."))
    organisation.save(update_fields=list(after))
    told = {"before": before, "after": after}
    subject = f"organisation:{organisation.code}"
    record(Kind.ORGANISATION_CHANGED, subject=subject, by=by, reason=reason, detail=told)
    return organisation


def about_organisation(organisation: Organisation) -> dict[str, str | bool]:
    """What of an organisation may be changed."""
    return {
        "name": organisation.name,
        "name_km": organisation.name_km,
        "kind": str(organisation.kind),
        "is_active": organisation.is_active,
    }


def checked_code(code: str) -> str:
    """The code without blanks around it; refused where it is taken or badly formed."""
    code = code.strip()
    if not CODE.fullmatch(code):
        raise Refused(
            _("“%(code)s” can't be a code.") % {"code": code}, _("Use up to 32 signs without blanks."), Exit.USAGE
        )
    if Organisation.objects.filter(code=code).exists():
        raise Refused(
            _("The code “%(code)s” is taken.") % {"code": code},
            _("clearground organisation list shows who has it."),
        )
    return code


def checked_kind(kind: OrganisationKind | str) -> OrganisationKind:
    """The kind of that name; refused, with the list of kinds, where there is none."""
    if kind not in OrganisationKind.values:
        raise Refused(
            _("“%(kind)s” is no kind of organisation.") % {"kind": kind},
            _("Kinds: %(kinds)s") % {"kinds": ", ".join(OrganisationKind.values)},
            Exit.USAGE,
        )
    return OrganisationKind(kind)
