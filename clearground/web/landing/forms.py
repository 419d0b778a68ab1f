"""What a reader asks of a gap: which release, which edition, and whom the treaty report left out."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clearground.accounts.models import Organisation
from clearground.land.models import Edition
from clearground.land.selectors import ledger_version

from ..shell.selectors import called, families
from .bridges import KIND_NAMES
from .selectors import rhythms


class GapForm(forms.Form):
    """The question of a gap. Every organisation counts in the treaty report unless the reader leaves it out."""

    family = forms.ChoiceField(label=_("Family of contamination"), required=False)
    kind = forms.ChoiceField(label=_("Kind of release"), choices=list(KIND_NAMES.items()), required=False)
    without = forms.MultipleChoiceField(
        label=_("Not counted in the treaty report"),
        help_text=_("The register can't know whom the report left out. Say so here; without a word all are counted."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    edition = forms.ModelChoiceField(
        queryset=Edition.objects.defer("statement"), widget=forms.HiddenInput, required=False
    )
    step = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    page = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    as_of = forms.DateField(required=False, widget=forms.HiddenInput)
    known = forms.DateField(required=False, widget=forms.HiddenInput)
    seq = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)

    use_required_attribute = False

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["family"].choices = list(families().items())
        codes = [each.operator for each in rhythms(ledger_version())]
        names = {each.code: called(each) for each in Organisation.objects.filter(code__in=codes)}
        self.fields["without"].choices = [(code, names.get(code, code)) for code in codes]

    def add_prefix(self, field_name: str) -> str:
        """Addresses spell words with hyphens."""
        return field_name.replace("_", "-")

    def days(self) -> tuple[date, date] | None:
        """The day that the address names, and that of its knowledge: of an edition where it names none."""
        as_of, known = self.cleaned_data["as_of"], self.cleaned_data["known"]
        return (as_of, known or as_of) if as_of else None

    def clean(self) -> dict[str, Any]:
        """An address names an edition by its own days."""
        said: dict[str, Any] = super().clean()
        edition, as_of, known = said.get("edition"), said.get("as_of"), said.get("known")
        if edition and ((as_of or edition.as_of), (known or edition.known)) != (edition.as_of, edition.known):
            raise forms.ValidationError(_("The edition is of other days than the address says."))
        return said

    def clean_family(self) -> str:
        """The first family where none is asked for."""
        return str(self.cleaned_data["family"] or next(iter(families()), ""))

    def clean_kind(self) -> str:
        """Clearance where none is asked for."""
        return str(self.cleaned_data["kind"] or "cleared")
