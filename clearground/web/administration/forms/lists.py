"""Forms about code lists, places, boundaries and publication."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clearground.land.models import Family, HazardClass, ItemType
from clearground.places.choices import Level, Published
from clearground.places.models import Place

from ...shell.selectors import called
from .reasoned import ReasonedForm

MOST_BYTES = 200 * 1024 * 1024


def khmer() -> forms.CharField:
    """A name in Khmer letters, for those who know it."""
    return forms.CharField(
        label=_("Name in Khmer"), max_length=100, required=False, widget=forms.TextInput(attrs={"lang": "km"})
    )


def english() -> forms.CharField:
    """A name in English."""
    return forms.CharField(label=_("Name"), max_length=100)


def code(hint: Any) -> forms.CharField:
    """A code, which never changes."""
    return forms.CharField(label=_("Code"), max_length=32, help_text=hint)


class FamilyChoice(forms.ModelChoiceField):
    """A family by its name in the reader's language."""

    def label_from_instance(self, thing: Any) -> str:
        """The name."""
        return called(thing)


class ClassChoice(forms.ModelChoiceField):
    """A class by its code, family and name."""

    def label_from_instance(self, thing: Any) -> str:
        """Code and name."""
        return f"{thing.code} · {called(thing)}"


class EntryForm(ReasonedForm):
    """An entry of any list; `entry` is the one that is changed, None for a new one."""

    def __init__(self, *args: Any, entry: Any = None, **more: Any) -> None:
        self.entry = entry
        start = {name: getattr(entry, name, None) for name in self.base_fields} if entry else {}
        super().__init__(*args, initial=start, **more)
        if entry is not None:
            for name in ("code", "family_of_class"):
                self.fields.pop(name, None)
        elif "is_active" in self.fields:
            del self.fields["is_active"]

    def locked(self) -> None:
        """What figures hang on is shown and can't be changed."""
        for name in self.fields.keys() - {"name", "name_km", "is_active", "reason"}:
            self.fields[name].disabled = True


def offered() -> forms.BooleanField:
    """Whether new records may name the entry."""
    return forms.BooleanField(
        label=_("Offered for new records"), required=False,
        help_text=_("One that is not is retired: records that use it stay, and their figures too."),
    )  # fmt: skip


class FamilyForm(EntryForm):
    """A family of contamination."""

    code = code(_("Letters, digits, dots and hyphens. It never changes."))
    name = english()
    name_km = khmer()


class ClassForm(EntryForm):
    """A class of land."""

    family_of_class = FamilyChoice(Family.objects.all(), label=_("Family"), empty_label=None)
    code = code(_("Letters, digits, dots and hyphens. It never changes."))
    name = english()
    name_km = khmer()
    parent = ClassChoice(
        HazardClass.objects.filter(parent=None), label=_("Part of"), required=False, empty_label=_("none")
    )
    threat_rank = forms.IntegerField(
        label=_("Threat rank"), min_value=0, max_value=1000,
        help_text=_("Where two records say different classes, land has the one of the higher rank."),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _("Give a whole number from 0 to 1,000.")),
    )  # fmt: skip
    is_contamination = forms.BooleanField(
        label=_("Is contamination"), required=False, initial=True,
        help_text=_("One that is not is tabulated apart."),
    )  # fmt: skip
    counts_as_antipersonnel = forms.BooleanField(
        label=_("Counts as antipersonnel mine contamination"), required=False,
        help_text=_("In reports under the Mine Ban Treaty."),
    )  # fmt: skip
    is_active = offered()

    def said(self) -> dict[str, Any]:
        """A new class names its family."""
        said = super().said()
        family = said.pop("family_of_class", None)
        return {**said, "family": family} if family else said


class ItemForm(EntryForm):
    """A type of explosive item."""

    code = code(_("Small letters, digits and underlines, as antipersonnel_mine. It never changes."))
    name = english()
    name_km = khmer()
    family = FamilyChoice(Family.objects.all(), label=_("Family"), required=False, empty_label=_("none"))
    is_active = offered()


ENTRY_FORMS: dict[type, type[EntryForm]] = {Family: FamilyForm, HazardClass: ClassForm, ItemType: ItemForm}


class PlaceForm(ReasonedForm):
    """What a place is called."""

    name = forms.CharField(label=_("Name"), max_length=200)
    name_km = khmer()

    def __init__(self, *args: Any, place: Place, **more: Any) -> None:
        super().__init__(*args, initial={"name": place.name, "name_km": place.name_km}, **more)


class BoundariesForm(ReasonedForm):
    """A file of boundaries, and what is to be known about it."""

    file = forms.FileField(
        label=_("File"), help_text=_("GeoPackage, GeoJSON, KML, or a Shapefile in a ZIP. All areas of one level."),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )  # fmt: skip
    level = forms.TypedChoiceField(label=_("Level"), choices=Level.choices, coerce=lambda value: Level(int(value)))
    edition_name = forms.CharField(label=_("Name of the edition"), max_length=100, help_text=_("As “Communes 2018”."))
    source = forms.CharField(label=_("Source"), max_length=300, help_text=_("Who published it, where and when."))
    licence = forms.CharField(label=_("Licence"), max_length=100, required=False)
    valid_from = forms.DateField(
        label=_("Valid from"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Give a day as 2017-12-31.")},
    )  # fmt: skip
    column_of_codes = forms.CharField(
        label=_("Column of the codes"), required=False, help_text=_("Where it isn't found by its name."), max_length=100
    )

    def clean_file(self) -> Any:
        """Not longer than can be taken."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 200 MB. Bring it in on the command line."))
        return file


class PublicationForm(ReasonedForm):
    """What people without an account see."""

    published = forms.ChoiceField(label=_("Published"), choices=Published.choices, widget=forms.RadioSelect)
