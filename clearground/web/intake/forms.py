"""The forms of imports and findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clearground.accounts.models import Person
from clearground.accounts.selectors import active_people
from clearground.exchange.actions import Dependents
from clearground.exchange.choices import FindingState, RowState, SeverityChoice, Subject

from ..shell.forms import day_field
from ..shell.selectors import called, provinces
from . import selectors
from .receiving import most_bytes

ACCEPTED = ".gpkg,.zip,.geojson,.json,.kml,.kmz,.gpx,.csv,.xlsx"


def reason_field(hint: Any = "") -> forms.CharField:
    """Why: kept in the audit."""
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=gettext_lazy("Reason"), help_text=hint, widget=area, max_length=2000)


def said_of(field: forms.BoundField) -> str:
    """The id of the hint of a field, which its control names."""
    return f"hint-{field.html_name}"


class Told(forms.Form):
    """A form whose hints are read out with their fields."""

    use_required_attribute = False

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"hint-{self.add_prefix(name)}"


class FileField(forms.FileField):
    """A file, no larger than the setting allows."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The file; refused where it is too large or empty."""
        file = super().clean(data, initial)
        if file is not None and file.size > most_bytes():
            raise forms.ValidationError(too_large())
        return file


def too_large() -> str:
    """What somebody reads whose file is too large."""
    told = _("The file is larger than %(most)s MB. Split it, by province for example, or zip it.")
    return told % {"most": settings.MAX_UPLOAD_MB}


class UploadForm(Told):
    """A file, and what it is about."""

    subject = forms.ChoiceField(
        label=gettext_lazy("What are its rows?"),
        choices=[
            (Subject.HAZARDS.value, gettext_lazy("Hazards: land that is suspected or confirmed")),
            (Subject.RELEASES.value, gettext_lazy("Releases: land that was cancelled, reduced or cleared")),
        ],
        widget=forms.RadioSelect,
        initial=Subject.HAZARDS.value,
    )
    file = FileField(
        label=gettext_lazy("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        help_text=gettext_lazy("GeoPackage, zipped Shapefile, GeoJSON, KML, KMZ, GPX, CSV, XLSX or Esri JSON"),
        error_messages={"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("The file is empty.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Where it comes from"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("Who sent it, when, in answer to what; kept in the audit"),
    )


class ReasonForm(Told):
    """A decision that needs nothing but its reason."""

    reason = reason_field()


class ApproveForm(Told):
    """An approval: the day of the decision, and why."""

    on = day_field(gettext_lazy("Day of the decision"), gettext_lazy("What counts is known from this day on"))
    reason = reason_field(gettext_lazy("Such as: checked against the field reports of March"))
    all_or_nothing = forms.BooleanField(
        label=gettext_lazy("All or nothing"),
        required=False,
        help_text=gettext_lazy("Refuse while any row is blocked; otherwise the good rows land and the others wait"),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **{"initial": {"on": timezone.localdate()}, **more})
        self.fields["on"].required = True


class UndoForm(Told):
    """An import taken back: the day, why, and what becomes of releases that rest on it."""

    on = day_field(
        gettext_lazy("Day of the decision"), gettext_lazy("What counted is known as withdrawn from this day")
    )
    dependents = forms.ChoiceField(
        label=gettext_lazy("Releases that rest on these hazards"),
        widget=forms.RadioSelect,
        choices=[
            (Dependents.WITHDRAW.value, gettext_lazy("Withdraw them too")),
            (
                Dependents.LEAVE.value,
                gettext_lazy("Leave them: their land counts as released outside recorded hazards"),
            ),
        ],
    )
    reason = reason_field()

    def __init__(self, *args: Any, resting: Sequence[str] = (), **more: Any) -> None:
        super().__init__(*args, **{"initial": {"on": timezone.localdate()}, **more})
        self.fields["on"].required = True
        if not resting:
            del self.fields["dependents"]

    def said(self) -> dict[str, Any]:
        """The decision as the action takes it."""
        chosen = Dependents(self.cleaned_data.get("dependents") or Dependents.REFUSE)
        return {**self.cleaned_data, "dependents": chosen}


class AnswersForm(Told):
    """A correction list that came back."""

    file = FileField(
        label=gettext_lazy("Correction list"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy("The list as it came back, its first column untouched"),
        error_messages={"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("The file is empty.")},
    )
    on = day_field(
        gettext_lazy("Day of the decision"), gettext_lazy("Corrections of what counts are known from this day")
    )
    reason = reason_field(gettext_lazy("Who answered, and when"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **{"initial": {"on": timezone.localdate()}, **more})
        self.fields["on"].required = True


class FilterForm(forms.Form):
    """Which findings are shown."""

    use_required_attribute = False
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    severity = forms.ChoiceField(label=gettext_lazy("Severity"), required=False)
    rule = forms.ChoiceField(label=gettext_lazy("Rule"), required=False)
    operator = forms.ChoiceField(label=gettext_lazy("Owner"), required=False)
    province = forms.ChoiceField(label=gettext_lazy("Province"), required=False)
    rows = forms.ChoiceField(label=gettext_lazy("Rows"), required=False)
    group = forms.ChoiceField(label=gettext_lazy("Grouped by"), required=False)
    person = forms.ModelChoiceField(Person.objects.all(), required=False)

    def __init__(self, data: Any, *, rules: Mapping[str, str], with_rows: bool) -> None:
        super().__init__({"state": FindingState.OPEN.value, "group": "rule", **data.dict()})
        every = ("", gettext_lazy("All"))
        owners = [(each.code, called(each)) for each in selectors.organisations_that_mend()]
        choices: dict[str, list[Any]] = {
            "state": [("any", gettext_lazy("All")), *FindingState.choices],
            "severity": [every, *SeverityChoice.choices],
            "rule": [every, *((code, f"{code} {title}") for code, title in rules.items())],
            "operator": [every, (selectors.NOBODY, gettext_lazy("Nobody yet")), *owners],
            "province": [every, *provinces()],
            "rows": [every, *RowState.choices],
            "group": group_choices(),
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered
        if not with_rows:
            del self.fields["rows"]

    def asked(self) -> dict[str, Any]:
        """What is asked for; what can't be asked is left out."""
        self.is_valid()
        said = {name: value for name, value in self.cleaned_data.items() if value}
        return {"state": FindingState.OPEN.value, "group": "rule"} | said


def group_choices() -> list[tuple[str, Any]]:
    """By what findings are counted."""
    return [
        ("rule", gettext_lazy("Rule")),
        ("operator", gettext_lazy("Owner")),
        ("province", gettext_lazy("Province")),
        ("severity", gettext_lazy("Severity")),
    ]


class AssignForm(Told):
    """Who answers for some findings."""

    owner = forms.ChoiceField(label=gettext_lazy("Organisation"), required=False)
    person = forms.ChoiceField(label=gettext_lazy("Person"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.owners = {each.code: each for each in selectors.organisations_that_mend()}
        homes = [each.pk for each in self.owners.values()]
        people = active_people().filter(organisation__in=homes).select_related("organisation")
        self.people = {each.login: each for each in people}
        nobody = ("", gettext_lazy("Nobody"))
        self.fields["owner"].choices = [nobody, *((code, called(each)) for code, each in self.owners.items())]
        named = ((login, f"{each.name} · {each.organisation}") for login, each in self.people.items())
        self.fields["person"].choices = [nobody, *named]

    def said(self) -> dict[str, Any]:
        """Organisation and person; a person alone brings their organisation."""
        person = self.people.get(self.cleaned_data["person"])
        owner = self.owners.get(self.cleaned_data["owner"]) or (person.organisation if person else None)
        return {"owner": owner, "person": person}


class ChangeForm(Told):
    """The cells of a row that waits, each as given, and why they change."""

    def __init__(self, data: Any = None, *, cells: Mapping[str, str], wrong: Sequence[str] = ()) -> None:
        super().__init__(data)
        self.names = {f"cell{at}": name for at, name in enumerate(cells)}
        for key, name in self.names.items():
            long = len(cells[name]) > 80 or name == "geometry"
            widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}) if long else forms.TextInput()
            widget.attrs |= {"class": "wrong"} if name in wrong else {}
            field = forms.CharField(label=name, required=False, initial=cells[name], widget=widget, strip=False)
            self.fields[key] = field
        self.fields["reason"] = reason_field(_("Where the right value comes from"))

    def values(self) -> dict[str, str]:
        """The cells that were sent, by the names of their columns."""
        sent = {key for key in self.names if key in self.data}
        return {self.names[key]: self.cleaned_data[key] for key in sent}
