"""Who may act: added, deactivated.

`accounts` stands below `audit`, because an audit event names a person; these actions alone reach
up to it, so that no write is without its event. The import contract lists this one exception.
"""

from __future__ import annotations

import re

from django.db import transaction
from django.utils.translation import gettext as _

from clearground.audit.actions import Kind, record
from clearground.common.errors import Exit, Refused
from clearground.common.locks import hold_until_commit

from ..models import Organisation, Person

LOGIN = re.compile(r"[\w.@+-]{1,64}")


@transaction.atomic
def add_person(
    *,
    login: str,
    name: str,
    by: Person | None = None,
    email: str = "",
    organisation: Organisation | None = None,
    reason: str = "",
) -> Person:
    """The person can act from now on; has no password yet.

    `by` may be None for the very first person only, who is then recorded as added by themselves.
    """
    hold_until_commit("accounts.person")
    require_adder(by)
    login = checked_login(login)
    person = Person(login=login, name=name.strip() or login, email=email, organisation=organisation)
    person.set_unusable_password()
    person.save(force_insert=True)
    told = {"name": person.name, "organisation": organisation.code if organisation else None}
    record(Kind.PERSON_ADDED, subject=f"person:{login}", by=by or person, reason=reason, detail=told)
    return person


def require_adder(by: Person | None) -> None:
    """Refuses to add people for nobody, unless there is nobody yet."""
    if by is None and Person.objects.exists():
        raise Refused(
            _("Only the very first person can be added by nobody."),
            _("Say who adds them: --by LOGIN, or the setting CLEARGROUND_PERSON."),
        )
    if by is not None and not by.is_active:
        raise Refused(_("%(name)s was deactivated and adds nobody.") % {"name": by.name})


def checked_login(login: str) -> str:
    """The login without blanks around it; refused where it is taken or badly formed."""
    login = login.strip()
    if not LOGIN.fullmatch(login):
        raise Refused(
            _("“%(login)s” can't be a login.") % {"login": login},
            _("Use up to 64 letters, digits, and . @ + - _"),
            Exit.USAGE,
        )
    if Person.objects.filter(login=login).exists():
        raise Refused(
            _("The login “%(login)s” is taken.") % {"login": login},
            _("Choose another one; clearground person list shows who has it."),
        )
    return login


@transaction.atomic
def deactivate_person(*, person: Person, by: Person, reason: str) -> Person:
    """The person can't act any more; what they did stays under their name."""
    hold_until_commit("accounts.person")
    others = Person.objects.filter(is_active=True).exclude(pk=person.pk)
    if not others.exists():
        raise Refused(
            _("%(name)s is the last active person.") % {"name": person.name},
            _("Add somebody else first: clearground person add LOGIN --name NAME"),
        )
    person.is_active = False
    person.save(update_fields=["is_active"])
    record(Kind.PERSON_DEACTIVATED, subject=f"person:{person.login}", by=by, reason=reason)
    return person
