"""What a password must not be, said in the reader's language."""

from __future__ import annotations

from django.contrib.auth import password_validation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class LongEnough(password_validation.MinimumLengthValidator):
    """Length is what counts."""

    def get_error_message(self) -> str:
        """How long it must be."""
        words = ngettext("Use at least %(n)d character.", "Use at least %(n)d characters.", self.min_length)
        return words % {"n": self.min_length}


class NotCommon(password_validation.CommonPasswordValidator):
    """Twenty thousand passwords are tried first by whoever guesses."""

    def get_error_message(self) -> str:
        """That it is one of them."""
        return _("Too many people use this password.")


class NotLikeThePerson(password_validation.UserAttributeSimilarityValidator):
    """What others know of somebody is tried next."""

    def get_error_message(self) -> str:
        """That it is like them."""
        return _("This is too like your name or login.")
