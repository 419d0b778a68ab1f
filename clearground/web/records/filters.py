"""What the list of records can be asked for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from clearground.land.choices import EventKind

from ..shell import selectors as shell
from ..shell.forms import day_field
from . import selectors
from .listing import SORTS, STATE_WORDS

ANY = ("", _("any"))
NOT_SHOWN = ("sort", "direction")
ALWAYS_ON_SCREEN = {"q", "state", "family", "place"}


class RecordsForm(forms.Form):
    """A search over all records; nothing is required, and what can't be read is left out and marked."""

    q = forms.CharField(label=_("Reference"), help_text=_("Parts of it are enough: H 2143"), required=False)
    state = forms.ChoiceField(label=_("State now"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    family = forms.ChoiceField(label=_("Contamination"), required=False)
    hazard_class = forms.ChoiceField(label=_("Class"), required=False)
    operator = forms.ChoiceField(label=_("Operator"), required=False)
    place = forms.ChoiceField(label=_("Province"), required=False)
    task = forms.CharField(label=_("Task"), required=False)
    campaign = forms.CharField(label=_("Campaign"), required=False)
    contract = forms.CharField(label=_("Contract"), required=False)
    since = day_field(_("From"), "")
    until = day_field(_("To"), "")
    findings = forms.BooleanField(label=_("Only with open findings"), required=False)
    sort = forms.ChoiceField(label=_("Order by"), choices=list(SORTS.items()), required=False)
    direction = forms.ChoiceField(
        label=_("Direction"), choices=[("", _("rising")), ("down", _("falling"))], required=False
    )

    use_required_attribute = False

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        offered: dict[str, list[tuple[Any, Any]]] = {
            "state": list(STATE_WORDS.items()),
            "kind": list(EventKind.choices),
            "family": list(shell.families().items()),
            "hazard_class": [(f"{family}:{code}", code) for family, code in shell.hazard_classes()],
            "operator": [(each.code, f"{each.code} · {shell.called(each)}") for each in selectors.operators()],
            "place": [(code, name) for code, name in shell.provinces()],
        }
        # A commune or a village of an address is a place as well, though the list offers provinces.
        if (given := data.get("place")) and given not in dict(offered["place"]):
            offered["place"].append((given, given))
        for name, choices in offered.items():
            self.fields[name].choices = [ANY, *choices]  # type: ignore[attr-defined]
            self.fields[name].error_messages["invalid_choice"] = _("Choose one of the list.")

    def add_prefix(self, field_name: str) -> str:
        """Addresses say `class`."""
        return "class" if field_name == "hazard_class" else field_name

    def asked(self) -> dict[str, Any]:
        """What is asked, as far as it can be read."""
        self.is_valid()
        said = {self.add_prefix(name): value for name, value in self.cleaned_data.items()}
        return {name: value for name, value in said.items() if value not in (None, "", False)}

    def address(self, **more: Any) -> str:
        """The parameters that ask the same again, with others put in; None takes one out."""
        said = {name: "1" if value is True else value for name, value in self.asked().items()} | more
        return urlencode({name: value for name, value in said.items() if value not in (None, "")})

    def more_conditions(self) -> int:
        """How many conditions are asked for beyond those that are always on screen."""
        return len(self.asked().keys() - set(NOT_SHOWN) - ALWAYS_ON_SCREEN)

    def is_narrowed(self) -> bool:
        """Something beyond the order is asked for."""
        return bool(self.asked().keys() - set(NOT_SHOWN))
