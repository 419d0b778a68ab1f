"""How the login library behaves here: nobody signs up, and secrets of one-time codes are encrypted."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """People join by invitation only, and no mail is sent."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing leaves this machine."""


class CodeAdapter(DefaultMFAAdapter):
    """Secrets are stored under a key derived from the register's own."""

    def encrypt(self, text: str) -> str:
        """The secret as it is stored."""
        return fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret as it is used."""
        return fernet().decrypt(encrypted_text.encode()).decode()


def fernet() -> Fernet:
    """Authenticated encryption under a key of its own, derived from the secret key."""
    digest = hashlib.sha256(b"clearground one-time codes " + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
