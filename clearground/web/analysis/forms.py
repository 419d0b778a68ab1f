"""The question of one's own as a plain form: what stands in the address stands in the form, and the other way round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from clearground.common import formats
from clearground.common.errors import Refused
from clearground.publications.choices import COUNT_WORDS, DIMENSION_WORDS, FLOW_WORDS, STOCK_WORDS, Sharing
from clearground.publications.dossiers import in_words
from clearground.publications.questions import FILTERS, PivotQuestion
from clearground.publications.selectors.dossiers import dossier
from clearground.publications.selectors.names import item_words, options

from ..shell.forms import UNITS, day_field, first_day_of_year
from ..shell.selectors import default_question

USUAL = {"rows": "province", "basis": "happened", "unit": "m2"}
USUAL_MEASURES = ("cancelled_m2", "reduced_m2", "cleared_m2", "items")
BASES = [("happened", _("when it happened")), ("approved", _("when it was approved"))]
PLACE_FILTERS = {"province": "", "district": "province", "commune": "district"}
ALL_WORDS: dict[str, Any] = {
    "family": _("All families, one by one"),
    "class": _("All classes"),
    "degree": _("All degrees"),
    "province": _("All provinces"),
    "district": _("All districts"),
    "commune": _("All communes"),
    "operator": _("All operators"),
    "method": _("All methods"),
    "campaign": _("All campaigns"),
    "contract": _("All contracts"),
}


def choice(label: Any, **more: Any) -> forms.ChoiceField:
    """A field that need not be filled in."""
    wrong = {"invalid_choice": _("Choose one of the list.")}
    return forms.ChoiceField(label=label, required=False, error_messages=wrong, **more)


class PivotForm(forms.Form):
    """Rows, columns, measures, days and the part of the register that is asked about."""

    rows = choice(_("Rows"), choices=list(DIMENSION_WORDS.items()))
    rows2 = choice(_("and within them"), choices=[("", _("nothing more")), *DIMENSION_WORDS.items()])
    columns = choice(_("Columns"), choices=[("", _("measures only")), *DIMENSION_WORDS.items()])
    since = day_field(_("From"), _("First day of the period"))
    as_of = day_field(_("To"), _("Last day; stocks are of its end"))
    known = day_field(_("As known on"), _("Only what was approved by this day counts"))
    basis = choice(_("A flow counts"), choices=BASES)
    unit = choice(_("Unit"), choices=UNITS)
    task = forms.CharField(label=_("Task"), required=False, max_length=64)

    use_required_attribute = False

    def __init__(self, data: QueryDict, *, today: date) -> None:
        super().__init__(self._asked(data, today))
        self.fields["measure"] = forms.MultipleChoiceField(
            label=_("What to measure"), choices=self.measure_choices(), required=False,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": _("Choose measures of the list.")},
        )  # fmt: skip
        for name in FILTERS:
            if name != "task":
                self.fields[name] = choice(DIMENSION_WORDS[name], choices=self.filter_choices(name))
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"hint-{self.add_prefix(name)}"

    @staticmethod
    def _asked(data: QueryDict, today: date) -> QueryDict:
        """What was asked, and the usual where nothing was."""
        usual = default_question(today)
        asked = data.copy()
        days = {"as-of": usual.as_of.isoformat(), "known": usual.known.isoformat()}
        for name, value in {**USUAL, **days}.items():
            if not asked.get(name):
                asked[name] = value
        if not asked.get("since"):
            asked.update(first_day_of_year(asked["as-of"]))
        if not asked.getlist("measure"):
            asked.setlist("measure", list(USUAL_MEASURES))
        return asked

    def measure_choices(self) -> list[tuple[Any, list[tuple[str, Any]]]]:
        """Measures by what they are of."""
        return [
            (_("In the period, areas"), list(FLOW_WORDS.items())),
            (_("In the period, items found and destroyed"), list(item_words().items())),
            (_("At its beginning and end, areas"), list(STOCK_WORDS.items())),
            (_("At its end, counts of records"), list(COUNT_WORDS.items())),
        ]

    def filter_choices(self, name: str) -> list[tuple[str, Any]]:
        """Codes to narrow the question to; places lie within the place that is chosen above them."""
        inside = self.data.get(PLACE_FILTERS.get(name, ""), "")
        return [("", ALL_WORDS[name]), *options(name, inside)]

    def add_prefix(self, field_name: str) -> str:
        """Addresses spell words with hyphens, as the command line does: `as-of`."""
        return field_name.replace("_", "-")

    def clean(self) -> dict[str, Any]:
        """A district of another province, left over in the address, asks for nothing."""
        said = super().clean() or {}
        for name, above in PLACE_FILTERS.items():
            if above and name in self.errors and not said.get(above):
                del self.errors[name]
        return said

    def fields_of(self, *names: str) -> list[forms.BoundField]:
        """Some of the fields, in this order."""
        return [self[name] for name in names]

    @property
    def shape_fields(self) -> list[forms.BoundField]:
        """What stands where in the table."""
        return self.fields_of("rows", "rows2", "columns")

    @property
    def day_fields(self) -> list[forms.BoundField]:
        """When."""
        return self.fields_of("since", "as_of", "known", "basis", "unit")

    @property
    def place_fields(self) -> list[forms.BoundField]:
        """Where; a district is offered in a province, a commune in a district."""
        shown = [name for name, above in PLACE_FILTERS.items() if not above or self.data.get(above)]
        return self.fields_of(*shown)

    @property
    def work_fields(self) -> list[forms.BoundField]:
        """Which land and whose work."""
        return self.fields_of("family", "class", "degree", "operator", "method", "campaign", "contract", "task")

    @property
    def narrowed_by(self) -> int:
        """In how many dimensions beside places only one code is asked about."""
        return sum(bool(self.data.get(name)) for name in FILTERS if name not in PLACE_FILTERS)

    def question(self) -> PivotQuestion:
        """The question as put; call it on a valid form only."""
        said: Mapping[str, Any] = self.cleaned_data
        return PivotQuestion(
            rows=tuple(name for name in (said["rows"], said["rows2"]) if name),
            measures=tuple(said["measure"]),
            column=said["columns"],
            **{name: said[name] for name in ("as_of", "since", "known", "basis", "unit")},
            where=tuple((name, said[name].strip()) for name in FILTERS if said.get(name, "").strip()),
        )


def pivot_form(request: HttpRequest) -> PivotForm:
    """The reader's question, with today as the clock of the register has it."""
    return PivotForm(request.GET, today=timezone.localdate())


class SharingForm(forms.Form):
    """The name of a report, and who may open it."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("What the report asks, in your words"))
    shared_with = forms.ChoiceField(label=_("Who may open it"), choices=Sharing.choices)


class KeepForm(SharingForm):
    """What to keep a question under, and whether its days stay or move with the latest edition."""

    follows_latest = forms.ChoiceField(
        label=_("Its days"),
        choices=[
            ("yes", _("move: always of the latest signed edition")),
            ("no", _("stay: always these days, as known then")),
        ],
    )
    asked = forms.CharField(widget=forms.HiddenInput, max_length=4000)


class BulletinForm(forms.Form):
    """Which month, in which language."""

    month = forms.ChoiceField(label=_("Month"), error_messages={"invalid_choice": _("Choose a month of the list.")})
    language = forms.ChoiceField(label=_("Language of the print"), choices=settings.LANGUAGES)

    def __init__(self, data: Mapping[str, Any], *, months: Sequence[date], language: str) -> None:
        # The month to begin with is the last whole year's last one that an edition speaks of, else the latest.
        usual = default_question(timezone.localdate()).as_of.replace(day=1)
        first = usual if usual in months else next(iter(months), None)
        asked = {"month": f"{first:%Y-%m}" if first else "", "language": language}
        super().__init__({**asked, **{name: value for name, value in data.items() if value}})
        self.fields["month"].choices = [(f"{month:%Y-%m}", formats.month(month)) for month in months]

    @property
    def first(self) -> date:
        """The first day of the month; call it on a valid form only."""
        return date.fromisoformat(f"{self.cleaned_data['month']}-01")


class DossierForm(forms.Form):
    """Which task or record, on which paper, in which language."""

    name = forms.CharField(
        label=_("Task or record"), max_length=100, help_text=_("A task's code or a record's reference, as in a report")
    )
    paper = forms.ChoiceField(label=_("Paper"), choices=[("a4", "A4"), ("a3", "A3")])
    language = forms.ChoiceField(label=_("Language of the print"), choices=settings.LANGUAGES)

    def clean_name(self) -> str:
        """The name of something that is there, whose dossier is then `found`."""
        try:
            self.found = dossier(self.cleaned_data["name"])
        except Refused as refusal:
            raise forms.ValidationError(f"{refusal.what} {refusal.remedy}") from refusal
        return self.found.name

    def told(self) -> dict[str, Any]:
        """What the page says of it before it is printed; call it on a valid form only."""
        with override(self.cleaned_data["language"]):
            return {"said": in_words(self.found)}
