"""What a reader asks of a gap: which release, which edition, and whom the treaty report left out."""

from __future__ import annotations

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

    use_required_attribute = False

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["family"].choices = list(families().items())
        codes = [each.operator for each in rhythms(ledger_version())]
        names = {each.code: called(each) for each in Organisation.objects.filter(code__in=codes)}
        self.fields["without"].choices = [(code, names.get(code, code)) for code in codes]

    def clean_family(self) -> str:
        """The first family where none is asked for."""
        return str(self.cleaned_data["family"] or next(iter(families()), ""))

    def clean_kind(self) -> str:
        """Clearance where none is asked for."""
        return str(self.cleaned_data["kind"] or "cleared")
