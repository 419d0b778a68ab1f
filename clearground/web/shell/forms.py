"""The question that a reader puts, as a plain form that works without a script."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clearground.places.choices import Level

from . import selectors
from .selectors import Question

UNITS = [("m2", _("m²")), ("ha", _("hectares")), ("km2", _("km²"))]


def day_field(label: Any, hint: Any) -> forms.DateField:
    """A field for a day, shown with the browser's own picker."""
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    wrong = {"invalid": _("Give a day as 2017-12-31.")}
    return forms.DateField(label=label, help_text=hint, widget=picker, required=False, error_messages=wrong)


def first_day_of_year(as_of: str) -> dict[str, str]:
    """The usual period of a sheet: the year of its day."""
    return {"since": f"{as_of[:4]}-01-01"} if as_of else {}


class QuestionForm(forms.Form):
    """Days, place and unit of a sheet; what is left out comes from the default question."""

    as_of = day_field(_("As of"), _("Land as it lay at the end of this day"))
    since = day_field(_("Since"), _("First day of the period; the opening is of the evening before"))
    known = day_field(_("As known on"), _("Only what was approved by this day counts"))
    province = forms.ChoiceField(label=_("Province"), help_text=_("All of the country, or one"), required=False)
    district = forms.ChoiceField(label=_("District"), help_text=_("Of the province"), required=False)
    commune = forms.ChoiceField(label=_("Commune"), help_text=_("Of the district"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), help_text=_("For this page; downloads are exact"), choices=UNITS)
    unit.required = False

    use_required_attribute = False

    def __init__(self, data: Any, *, today: date) -> None:
        self.default = selectors.default_question(today)
        said = {name: value for name, value in data.items() if value}
        asked = {**self.spelt(self.default), **first_day_of_year(said.get("as-of", "")), **said}
        # Whoever only moves the day of the sheet back means the year of that day.
        if asked["since"] > asked["as-of"]:
            asked |= first_day_of_year(asked["as-of"])
        super().__init__(asked)
        self.fields["province"].choices = [("", _("All provinces")), *selectors.provinces()]
        self._offer("district", _("All districts"), Level.DISTRICT, asked.get("province", ""))
        self._offer("commune", _("All communes"), Level.COMMUNE, asked.get("district", ""))
        for name in {"province", "district", "commune", "unit"} & set(self.fields):
            self.fields[name].error_messages["invalid_choice"] = _("Choose one of the list.")
        for name, field in self.fields.items():
            field.widget.attrs["aria-describedby"] = f"hint-{self.add_prefix(name)}"

    def _offer(self, name: str, all_of_them: Any, level: Level, parent: str) -> None:
        """The places of one level in the place chosen above it; no field where none is chosen or none is there."""
        places = selectors.places_in(level, parent) if parent else []
        if places:
            self.fields[name].choices = [("", all_of_them), *places]
        else:
            del self.fields[name]

    @staticmethod
    def spelt(question: Question) -> dict[str, str]:
        """A question as the parameters of an address."""
        days = {"as-of": question.as_of, "since": question.since, "known": question.known}
        words = {name: value.isoformat() for name, value in days.items()}
        return words | {"province": "", **question.within, "unit": question.unit}

    def add_prefix(self, field_name: str) -> str:
        """Addresses spell words with hyphens, as the command line does: `as-of`."""
        return field_name.replace("_", "-")

    def question(self) -> Question:
        """The question as put, or the default one where it can't be answered."""
        return Question(**self.cleaned_data) if self.is_valid() else self.default

    def address(self) -> str:
        """The parameters that ask the same question again."""
        return urlencode({name: value for name, value in self.spelt(self.question()).items() if value})


def question_form(request: HttpRequest) -> QuestionForm:
    """The reader's question, with today as the clock of the register has it."""
    return QuestionForm(request.GET, today=timezone.localdate())
