"""A form that writes: it asks why, and says what an action declined."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clearground.common.errors import Refused

REQUIRED = _("This is needed.")


class ReasonedForm(forms.Form):
    """What to change, and why; the reason is kept in the audit and always stands last."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Why? It is kept in the audit, under your name."),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    use_required_attribute = False

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.order_fields([name for name in self.fields if name != "reason"] + ["reason"])
        for field in self.fields.values():
            if field.error_messages["required"] is forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = REQUIRED
            if "invalid_choice" in field.error_messages:
                field.error_messages["invalid_choice"] = _("Choose one of the list.")

    def said(self) -> dict[str, Any]:
        """What the form says, under the names that actions take."""
        return dict(self.cleaned_data)


def carried_out(request: HttpRequest, form: ReasonedForm, act: Callable[..., Any], **given: Any) -> Any:
    """What the action answers, having been given what the form says; None, with the reason on the form, if declined."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return act(by=request.user, **given, **form.said()) or True
    except Refused as refused:
        form.add_error(None, f"{refused.what} {refused.remedy}".strip())
        return None
