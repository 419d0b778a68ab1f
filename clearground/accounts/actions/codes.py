"""One-time codes of people: noted, and turned off for who has lost the phone."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from clearground.audit.actions import Kind, record
from clearground.common.errors import Refused

from ..models import Person
from .sessions import end_sessions


@transaction.atomic
def note_of_codes(*, kind: Kind, by: Person) -> None:
    """What somebody did about how they sign in has its event; the login library has written it already."""
    record(kind, subject=f"person:{by.login}", by=by)


@transaction.atomic
def turn_codes_off(*, person: Person, by: Person, reason: str) -> None:
    """The person signs in with the password alone until they set codes up anew; open sessions have ended."""
    gone, _by_table = Authenticator.objects.filter(user=person).delete()
    if not gone:
        raise Refused(_("%(name)s has set up no one-time codes.") % {"name": person.name})
    told = {"sessions_ended": end_sessions(person)}
    record(Kind.CODES_TURNED_OFF, subject=f"person:{person.login}", by=by, reason=reason, detail=told)
