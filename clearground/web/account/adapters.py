"""How the login library behaves here: nobody signs up, secrets are encrypted, words are ours, events are kept."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clearground.accounts.actions import note_of_codes
from clearground.accounts.models import Person
from clearground.accounts.rights import needs_second_factor
from clearground.audit.choices import Kind
from clearground.common.access import note
from clearground.places.selectors import is_invented

# The login library tells of these by mail: here they are events of the audit.
EVENTS = {
    "account/email/password_changed": Kind.PASSWORD_CHANGED,
    "mfa/email/totp_activated": Kind.CODES_TURNED_ON,
    "mfa/email/totp_deactivated": Kind.CODES_TURNED_OFF,
    "mfa/email/recovery_codes_generated": Kind.RECOVERY_CODES_MADE,
}
# What it says on a page after an action; of any other nothing is said.
SAID = {
    "account/messages/logged_out.txt": _("You are signed out."),
    "account/messages/password_changed.txt": _("The password is changed. Other sessions of yours have ended."),
    "mfa/messages/totp_activated.txt": _("One-time codes are on."),
    "mfa/messages/totp_deactivated.txt": _("One-time codes are off."),
    "mfa/messages/recovery_codes_generated.txt": _("These are new recovery codes; the old ones are void."),
}  # fmt: skip
WRONG = _("Login and password don't fit together.")
TOO_MANY = _("Too many failed attempts. Wait five minutes, or ask an administrator for a new link.")
WRONG_CODE = _("This code is not the right one. Codes change every half minute: take the one that is shown now.")


class AccountAdapter(DefaultAccountAdapter):
    """People join by invitation only, and no mail is sent."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "email_password_mismatch": WRONG,
        "invalid_login": WRONG,
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your password."),
        "incorrect_code": WRONG_CODE,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing leaves this machine."""

    def send_notification_mail(self, template_prefix: str, user: Any, *_context: Any, **_more: Any) -> None:
        """What would be told by mail is an event of the audit."""
        if kind := EVENTS.get(template_prefix):
            note_of_codes(kind=kind, by=user)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *_context: Any, **_more: Any
    ) -> None:
        """Our words for what was done, or none."""
        if said := SAID.get(message_template or ""):
            messages.add_message(request, level, said)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to one's account."""
        return reverse("mfa_index")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """The failure is in the log, with the login where somebody has it."""
        note("sign_in_failed", login=known_login(credentials), ip=get_client_ip(request))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counted; whoever failed too often is turned away, and that is in the log."""
        try:
            super().pre_authenticate(request, **credentials)
        except Exception:
            note("sign_in_held_up", login=known_login(credentials), ip=get_client_ip(request))
            raise

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Somebody whose account is closed has the right password, and is told."""
        note("sign_in_closed", login=user.login, ip=get_client_ip(request))
        return super().respond_user_inactive(request, user)

    def is_reauthentication_required(self, app: str) -> bool:
        """Not of somebody who has signed in a moment ago: they would be asked for the same password twice."""
        records = get_authentication_records(context.request, context.request.user)
        latest = max((each["at"] for each in records), default=0.0)
        return time.time() - latest > app_settings.REAUTHENTICATION_TIMEOUT

    def login(self, request: HttpRequest, user: Any) -> None:
        """Signed in, under a new session; in the log."""
        super().login(request, user)
        note("signed_in", login=user.login, ip=get_client_ip(request))

    def logout(self, request: HttpRequest) -> None:
        """Signed out; in the log."""
        note("signed_out", login=getattr(request.user, "login", None), ip=get_client_ip(request))
        super().logout(request)


def known_login(credentials: dict[str, Any]) -> str | None:
    """The login that was tried, where somebody has it: else it may be a password in the wrong field."""
    tried = credentials.get("username") or credentials.get("email") or ""
    return Person.objects.filter(login=tried).values_list("login", flat=True).first()


class CodeAdapter(DefaultMFAAdapter):
    """Secrets are stored under a key derived from the register's own."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "rate_limited": TOO_MANY,
        "cannot_delete_authenticator": _("Your role asks for one-time codes: they can't be turned off."),
        "cannot_generate_recovery_codes": _("Set up one-time codes first."),
    }

    def encrypt(self, text: str) -> str:
        """The secret as it is stored."""
        return fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret as it is used."""
        return fernet().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: Any) -> str:
        """What the phone calls the account."""
        return user.login

    def build_totp_svg(self, url: str) -> str:
        """The picture as it stands in a page: without a prolog, hidden from those who are read to."""
        return super().build_totp_svg(url).partition("?>")[2].strip().replace("<svg ", '<svg aria-hidden="true" ', 1)

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Whose role asks for codes keeps them; the demonstration asks nobody."""
        return is_invented() or not needs_second_factor(authenticator.user)


def fernet() -> Fernet:
    """Authenticated encryption under a key of its own, derived from the secret key."""
    digest = hashlib.sha256(b"clearground one-time codes " + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
