"""Links by which people set their own password: nobody ever knows somebody else's."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clearground.audit.actions import Kind, record
from clearground.common.errors import Refused
from clearground.common.locks import hold_until_commit

from .. import selectors
from ..models import Invitation, Person

VALID_FOR = timedelta(days=7)


@transaction.atomic
def invite(*, person: Person, by: Person, reason: str = "") -> str:
    """A link token with which the person, once and within a week, sets a password; earlier links are void.

    Only its digest is stored: the token is shown now or never.
    """
    hold_until_commit("accounts.person")
    if not person.is_active:
        raise Refused(_("%(name)s was deactivated.") % {"name": person.name}, _("Add them again under another login."))
    token = secrets.token_urlsafe(24)
    Invitation.objects.filter(person=person, used_at=None).delete()
    Invitation.objects.create(
        person=person, digest=selectors.digest_of_token(token), expires_at=timezone.now() + VALID_FOR, by=by
    )
    record(Kind.PERSON_INVITED, subject=f"person:{person.login}", by=by, reason=reason)
    return token


@transaction.atomic
def accept_invitation(*, token: str, password: str) -> Person:
    """The invited person has the password; the link is used up. Refused where either is no good."""
    hold_until_commit("accounts.person")
    invitation = selectors.invitation_of(token)
    person = invitation.person
    try:
        validate_password(password, person)
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages)) from None
    person.set_password(password)
    person.save(update_fields=["password"])
    invitation.used_at = timezone.now()
    invitation.save(update_fields=["used_at"])
    record(Kind.PASSWORD_SET, subject=f"person:{person.login}", by=person)
    return person
