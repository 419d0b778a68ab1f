"""Who may act: added, deactivated.

`accounts` stands below `audit`, because an audit event names a person; these actions alone reach
up to it, so that no write is without its event. The import contract lists this one exception.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clearground.audit.actions import Kind, record
from clearground.common.errors import Exit, Refused
from clearground.common.locks import hold_until_commit

from .. import selectors
from ..choices import Role
from ..models import Invitation, Organisation, Person
from .invitations import invite
from .roles import grant_role, require_other_administrator
from .sessions import end_sessions

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


@transaction.atomic
def welcome_person(*, roles: Collection[str], by: Person, reason: str, **about: Any) -> tuple[Person, str]:
    """The person is added (`about` is what `add_person` takes), has these roles, and the token of a link to join."""
    person = add_person(by=by, reason=reason, **about)
    for role in roles:
        grant_role(person=person, role=role, by=by, reason=reason)
    return person, invite(person=person, by=by, reason=reason)


@transaction.atomic
def change_person(
    *, person: Person, name: str, email: str, organisation: Organisation | None, by: Person, reason: str
) -> Person:
    """The person is called, reached and employed as said; the login never changes."""
    hold_until_commit("accounts.person")
    before = about_person(person)
    person.name, person.email, person.organisation = name.strip() or person.login, email.strip(), organisation
    after = about_person(person)
    if before == after:
        raise Refused(_("This is what stands already."), _("Nothing was changed."))
    person.save(update_fields=["name", "email", "organisation"])
    # Addresses are restricted, and the audit is read by more people than may see them.
    told = {
        "before": {name: value for name, value in before.items() if name != "email"},
        "after": {name: value for name, value in after.items() if name != "email"},
        "email_changed": before["email"] != after["email"],
    }
    record(Kind.PERSON_CHANGED, subject=f"person:{person.login}", by=by, reason=reason, detail=told)
    return person


def about_person(person: Person) -> dict[str, str | None]:
    """What of a person may be changed."""
    employer = person.organisation
    return {"name": person.name, "email": person.email, "organisation": employer.code if employer else None}


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
    """The person can't act any more, sessions and links included; what they did stays under their name."""
    hold_until_commit("accounts.person")
    others = Person.objects.filter(is_active=True).exclude(pk=person.pk)
    if not others.exists():
        raise Refused(
            _("%(name)s is the last active person.") % {"name": person.name},
            _("Add somebody else first: clearground person add LOGIN --name NAME"),
        )
    if Role.ADMINISTRATOR in selectors.roles_of(person):
        require_other_administrator(person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    Invitation.objects.filter(person=person, used_at=None).delete()
    ended = end_sessions(person)
    told = {"sessions_ended": ended}
    record(Kind.PERSON_DEACTIVATED, subject=f"person:{person.login}", by=by, reason=reason, detail=told)
    return person
