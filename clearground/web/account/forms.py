"""Forms of signing in: those of the login library in our words, and the one that sets a first password."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as codes
from allauth.mfa.totp import forms as totp
from django import forms
from django.utils.translation import gettext_lazy as _

from clearground.accounts.models import Person
from clearground.common.access import note

LENGTH = _("At least 12 characters; several words are better than one with signs.")
NEEDED = _("This is needed.")


class InOurWords(forms.Form):
    """A form whose fields are named by us, with no words inside them; `words` are label and hint by field."""

    words: dict[str, tuple[Any, Any]] = {}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, (label, hint) in self.words.items():
            self.fields[name].label, self.fields[name].help_text = label, hint
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.error_messages["required"] = NEEDED


class LoginForm(InOurWords, account.LoginForm):
    """Login and password."""

    words = {"login": (_("Login"), ""), "password": (_("Password"), "")}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        self.fields["login"].error_messages["max_length"] = _("No login is so long.")


class ChangePasswordForm(InOurWords, account.ChangePasswordForm):
    """The password of now, and a new one twice."""

    words = {
        "oldpassword": (_("Password of now"), ""),
        "password1": (_("New password"), LENGTH),
        "password2": (_("The same password again"), ""),
    }

    def clean(self) -> Any:
        """Both are the same, said in our words."""
        said = forms.Form.clean(self) or {}
        if said.get("password1") and said.get("password2") and said["password1"] != said["password2"]:
            self.add_error("password2", _("The two passwords differ."))
        return said


class ReauthenticateForm(InOurWords, account.ReauthenticateForm):
    """The password once more."""

    words = {"password": (_("Password"), "")}


CODE = {"code": (_("Code"), _("Six digits from your phone, or a recovery code"))}


class NotingForm(InOurWords):
    """A form that takes a code; one that is refused is in the log."""

    def clean_code(self) -> str:
        """The code, which is the right one."""
        try:
            return super().clean_code()  # type: ignore[misc]
        except forms.ValidationError:
            note("code_refused", login=self.user.login)  # type: ignore[attr-defined]
            raise


class CodeForm(NotingForm, codes.AuthenticateForm):
    """The code at signing in."""

    words = CODE


class CodeAgainForm(NotingForm, codes.ReauthenticateForm):
    """The code before something that matters."""

    words = CODE


class ActivateForm(InOurWords, totp.ActivateTOTPForm):
    """The first code of a phone."""

    words = {"code": (_("Code"), _("Six digits"))}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class PasswordForm(forms.Form):
    """A password, twice."""

    password = forms.CharField(
        label=_("New password"),
        help_text=LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The same password again"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, person: Person, **more: Any) -> None:
        self.person = person
        super().__init__(*args, **more)
        for field in self.fields.values():
            field.error_messages["required"] = NEEDED

    def clean(self) -> dict[str, Any]:
        """Both are the same."""
        said = super().clean() or {}
        if said.get("password") != said.get("again"):
            self.add_error("again", _("The two passwords differ."))
        return said
