"""The form in which somebody confirms what the columns of a file hold."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clearground.accounts.models import Organisation
from clearground.exchange import vocabulary
from clearground.exchange.choices import Subject
from clearground.exchange.models import Mapping as ColumnMapping
from clearground.exchange.models import Upload
from clearground.kernel.land.events import Kind
from clearground.land.choices import EventKind

from ..shell.forms import day_field
from ..shell.selectors import called, families, hazard_classes
from . import selectors

# What a field of a line is called on the page.
FIELDS = {
    "ref": gettext_lazy("Reference of the record"),
    "hazard": gettext_lazy("Hazard that is released"),
    "on": gettext_lazy("Day it counts from"),
    "kind": gettext_lazy("Kind of event"),
    "degree": gettext_lazy("Degree: suspected or confirmed"),
    "family": gettext_lazy("Family of contamination"),
    "class": gettext_lazy("Class of land"),
    "stated_m2": gettext_lazy("Stated area"),
    "place": gettext_lazy("Code of the place"),
    "operator": gettext_lazy("Operator"),
    "overseer": gettext_lazy("Overseer"),
    "method": gettext_lazy("Method"),
    "task": gettext_lazy("Task"),
    "campaign": gettext_lazy("Campaign"),
    "contract": gettext_lazy("Contract"),
    "evidence": gettext_lazy("Evidence"),
    "depth_cm": gettext_lazy("Depth"),
    "note": gettext_lazy("Note"),
    "line": gettext_lazy("Line of the record"),
    "items_antipersonnel_mine": gettext_lazy("Antipersonnel mines found"),
    "items_antivehicle_mine": gettext_lazy("Antivehicle mines found"),
    "items_submunition": gettext_lazy("Submunitions found"),
    "items_other_erw": gettext_lazy("Other explosive remnants found"),
    "items_improvised_mine": gettext_lazy("Improvised mines found"),
}


def field_choices(subject: str) -> list[tuple[str, Any]]:
    """The fields that files about this subject can hold."""
    known = {**vocabulary.BY_SUBJECT[subject], **vocabulary.FIELDS}
    return [("", gettext_lazy("– not read –")), *((name, FIELDS[name]) for name in FIELDS if name in known)]


class ColumnsForm(forms.Form):
    """For each column the field that it holds; for each field that the file is silent about, what holds instead."""

    use_required_attribute = False
    family = forms.ChoiceField(label=gettext_lazy("Family of contamination"), required=False)
    hazard_class = forms.ChoiceField(label=gettext_lazy("Class of land"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of event"), required=False)
    on = day_field(gettext_lazy("Day it counts from"), "")
    operator = forms.ChoiceField(label=gettext_lazy("Operator"), required=False)
    crs = forms.CharField(
        label=gettext_lazy("Reference system"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Only where the file doesn't say: UTM 48N, EPSG:3148"),
    )
    save_as = forms.CharField(
        label=gettext_lazy("Save these choices as"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("A name for the source, so that its next file needs no choices"),
    )

    def __init__(
        self, data: Any = None, *, upload: Upload, saved: ColumnMapping | None, only: Organisation | None
    ) -> None:
        self.upload, self.saved, self.only = upload, saved, only
        super().__init__(data, initial=self.proposed())
        self.columns = [each["name"] for each in upload.columns_seen]
        self.choices_of_defaults()
        guess = self.guess()
        for at, name in enumerate(self.columns):
            choice = forms.ChoiceField(choices=field_choices(upload.subject), required=False, label=name)
            choice.initial = guess.get(name, "")
            self.fields[f"column{at}"] = choice

    def proposed(self) -> dict[str, Any]:
        """The defaults of the saved choices, where some were chosen."""
        said = dict(self.saved.defaults) if self.saved else {}
        return {**said, "hazard_class": said.get("class", "")}

    def guess(self) -> dict[str, str]:
        """The field of each column, by the saved choices, else by its name."""
        said = {field: column for field, column in (self.saved.fields_of if self.saved else {}).items() if column}
        rest = [name for name in self.columns if name not in said.values()]
        guessed = vocabulary.guessed(rest, self.upload.subject)
        fields = {name: column for name, column in guessed.items() if name not in said} | said
        return {column: field for field, column in fields.items() if not (self.only and field == "operator")}

    def choices_of_defaults(self) -> None:
        """What can be chosen where the file is silent."""
        silent = ("", gettext_lazy("– the file says –"))
        kinds = vocabulary.KINDS_OF[self.upload.subject]
        usual = EventKind(vocabulary.USUAL_KIND[self.upload.subject]).label
        offered: dict[str, list[Any]] = {
            "family": [silent, *families().items()],
            "hazard_class": [
                silent,
                *((code, f"{code} {called(row)}") for (_f, code), row in hazard_classes().items()),
            ],
            "kind": [
                ("", _("– the file says, else “%(kind)s” –") % {"kind": usual}),
                *((Kind(kind).name.lower(), EventKind(kind).label) for kind in kinds),
            ],
            "operator": [silent, *((each.code, called(each)) for each in selectors.organisations_that_mend())],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices
        if self.only:
            self.fields["operator"].choices = [(self.only.code, called(self.only))]
            self.fields["operator"].help_text = _(
                "Every row counts as your organisation's; a column of operators isn't read"
            )
            self.initial["operator"] = self.only.code

    def table(self) -> list[dict[str, Any]]:
        """The file's columns with their samples and the choice of a field."""
        return [
            {"name": seen["name"], "samples": seen["samples"], "field": self[f"column{at}"]}
            for at, seen in enumerate(self.upload.columns_seen)
        ]

    def clean(self) -> dict[str, Any]:
        """No field stands in two columns, and every row can have a family."""
        said = super().clean() or {}
        twice: dict[str, str] = {}
        for at, name in enumerate(self.columns):
            field = said.get(f"column{at}")
            if field and (other := twice.get(field)):
                told = {"field": FIELDS[field], "other": other}
                self.add_error(f"column{at}", _("“%(field)s” stands in %(other)s already; choose one.") % told)
            twice |= {field: name} if field else {}
        if not {"family", "class"} & set(twice) and not (said.get("family") or said.get("hazard_class")):
            self.add_error("family", _("No column says it: choose what holds for all rows."))
        if self.upload.subject == Subject.HAZARDS and "on" not in twice and not said.get("on"):
            self.add_error("on", _("No column says it: choose the day that holds for all rows."))
        return said

    def mapping(self) -> dict[str, str]:
        """The column of each field; a column of operators isn't read where the operator is fixed."""
        chosen = {self.cleaned_data[f"column{at}"]: name for at, name in enumerate(self.columns)}
        known = {name for name, _words in field_choices(self.upload.subject)} - set(chosen)
        read = {field: name for field, name in chosen.items() if field}
        return dict.fromkeys(known - {""}, "") | read | ({"operator": ""} if self.only else {})

    def defaults(self) -> dict[str, Any]:
        """What holds where the file is silent, with the settings of the saved choices."""
        said = {name: self.cleaned_data.get(name) for name in ("family", "kind", "operator", "crs")}
        said |= {"class": self.cleaned_data.get("hazard_class")}
        said |= {"on": on.isoformat()} if (on := self.cleaned_data.get("on")) else {}
        kept = {
            name: value for name, value in (self.saved.defaults if self.saved else {}).items() if name not in DEFAULTS
        }
        if self.only:
            kept.pop("translate", None)
            said["operator"] = self.only.code
        source = {"source": self.saved.name} if self.saved else {}
        return source | kept | {name: value for name, value in said.items() if value}


DEFAULTS = frozenset({"family", "class", "kind", "on", "operator", "crs"})
