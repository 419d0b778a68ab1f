"""Who is who, and what they are here for."""

from __future__ import annotations

import hashlib

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from clearground.common.errors import Refused

from .choices import Role
from .models import Invitation, Organisation, Person, RoleGrant


def person_by_login(login: str) -> Person:
    """The active person who has this login; refused, with what to do, where there is none."""
    person = Person.objects.filter(login=login.strip()).first()
    if person is None:
        raise Refused(_("Nobody here has the login “%(login)s”.") % {"login": login}, remedy_for_unknown(login))
    if not person.is_active:
        raise Refused(
            _("%(name)s (%(login)s) was deactivated.") % {"name": person.name, "login": login},
            _("Act as somebody who is active: clearground person list"),
        )
    return person


def remedy_for_unknown(login: str) -> str:
    """What to do about a login that nobody has."""
    known = list(active_people().values_list("login", flat=True)[:6])
    if not known:
        return _("The register has no people yet: clearground init adds the first one.")
    return _("Known logins begin: %(known)s. To add somebody: clearground person add %(login)s --name NAME") % {
        "known": ", ".join(known),
        "login": login.strip() or "LOGIN",
    }


def active_people() -> QuerySet[Person]:
    """Everybody who may act, by login."""
    return Person.objects.filter(is_active=True).order_by("login")


def organisation_by_code(code: str) -> Organisation:
    """The organisation of this code; refused, with what to do, where there is none."""
    found = Organisation.objects.filter(code=code.strip()).first()
    if found is None:
        raise Refused(
            _("No organisation has the code “%(code)s”.") % {"code": code},
            _("To add it: clearground organisation add %(code)s --name NAME --kind operator") % {"code": code},
        )
    return found


def roles_of(person: Person) -> frozenset[str]:
    """The roles that the person has; those of somebody who was deactivated are none."""
    if not person.is_active:
        return frozenset()
    return frozenset(RoleGrant.objects.filter(person=person).values_list("role", flat=True))


def digest_of_token(token: str) -> str:
    """What is stored of an invitation's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def invitation_of(token: str) -> Invitation:
    """The invitation that stands under the token; refused where it was used, is out of date or never was."""
    found = Invitation.objects.select_related("person").filter(digest=digest_of_token(token), used_at=None).first()
    if found is None or found.expires_at < timezone.now() or not found.person.is_active:
        raise Refused(
            _("This link is not valid any more, or never was."),
            _("Ask an administrator for a new one: a link works once, and for seven days."),
        )
    return found


def nobody_can_sign_in() -> bool:
    """No active person has a password yet, so that the first administrator needs a link."""
    return not any(person.has_usable_password() for person in active_people())


def first_administrator() -> Person | None:
    """The administrator who was added first; None where nobody is one."""
    return active_people().filter(grants__role=Role.ADMINISTRATOR).order_by("pk").first()
