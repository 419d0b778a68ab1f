"""Who is who."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clearground.common.errors import Refused

from .models import Organisation, Person


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
