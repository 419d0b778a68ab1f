"""What an auditor asks."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clearground.accounts.models import Person
from clearground.audit.choices import kinds
from clearground.audit.selectors import Asked, subjects_like

MOST_SUBJECTS = 40


def day_field(label: Any) -> forms.DateField:
    """A day, with the browser's own picker."""
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    wrong = _("Give a day as 2017-12-31.")
    bounds = [MinValueValidator(date(1900, 1, 1), wrong), MaxValueValidator(date(2200, 1, 1), wrong)]
    return forms.DateField(
        label=label, widget=picker, required=False, error_messages={"invalid": wrong}, validators=bounds
    )


class AuditForm(forms.Form):
    """About what, of which kind, by whom, when."""

    about = forms.CharField(
        label=_("About"), required=False, max_length=200,
        help_text=_("A reference, a login, a name: how it begins is enough"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("What was done"), required=False)
    by = forms.ChoiceField(label=_("By"), required=False)
    since = day_field(_("From"))
    until = day_field(_("To"))
    before = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**62)

    use_required_attribute = False

    def __init__(self, asked: Any) -> None:
        super().__init__(asked)
        people = Person.objects.order_by("name").values_list("login", "name")
        named = sorted(kinds(), key=lambda kind: str(kind[1]))
        self.fields["kind"].choices = [("", _("anything")), *named]
        self.fields["by"].choices = [("", _("anybody")), *((login, f"{name} ({login})") for login, name in people)]
        for name in ("kind", "by"):
            self.fields[name].error_messages["invalid_choice"] = _("Choose one of the list.")

    def asked(self) -> Asked:
        """The question as the audit takes it; what is not said is anything."""
        said = self.cleaned_data if self.is_valid() else {}
        return Asked(
            subjects=self.subjects(said.get("about", "")),
            kind=said.get("kind", ""),
            login=said.get("by", ""),
            since=instant_of(said.get("since"), time.min),
            until=instant_of(said.get("until"), time.max),
            before=said.get("before") or 0,
        )

    def subjects(self, text: str) -> tuple[str, ...]:
        """The subjects that are meant: the very one, else all that begin so; a text that fits nothing stands."""
        found = subjects_like(text)[:MOST_SUBJECTS] if text else []
        return (text,) if text and (text in found or not found) else tuple(found)


def instant_of(day: date | None, clock: time) -> datetime | None:
    """That time of the day, where the country's clocks are."""
    return timezone.make_aware(datetime.combine(day, clock)) if day else None
