"""The address of one figure, read: days, basis, approval, and whatever the figure is of."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from clearground.common.errors import Refused
from clearground.land.figured import SCOPE_DIMENSIONS, Asked
from clearground.land.selectors.questions import BASES, approval_known

from ..shell import selectors


class FigureForm(forms.Form):
    """What an address says of a figure; what it leaves out comes from the default question."""

    as_of = forms.DateField(required=False)
    since = forms.DateField(required=False)
    known = forms.DateField(required=False)
    basis = forms.ChoiceField(required=False, choices=[(basis, basis) for basis in BASES])
    seq = forms.IntegerField(required=False, min_value=1)

    def __init__(self, data: Any, *, today: date) -> None:
        self.default = selectors.default_question(today)
        super().__init__(data)
        for name in SCOPE_DIMENSIONS:
            self.fields[name] = forms.CharField(required=False, max_length=100)

    def add_prefix(self, field_name: str) -> str:
        """Addresses spell words with hyphens."""
        return field_name.replace("_", "-")

    def asked(self, measure: str) -> Asked:
        """The figure that is asked for; refused where the address can't be read, or nothing was known."""
        if not self.is_valid():
            said = "; ".join(f"{name}: {', '.join(errors)}" for name, errors in self.errors.items())
            raise Refused(_("This address can't be read: %(said)s") % {"said": said}, _("Follow a link of a sheet."))
        said = self.cleaned_data
        as_of, known = said["as_of"] or self.default.as_of, said["known"] or self.default.known
        since = said["since"] or date(as_of.year, 1, 1)
        since = since if since <= as_of else date(as_of.year, 1, 1)
        within = {name: said[name] for name in SCOPE_DIMENSIONS if said[name]}
        seq = approval_of(known, said["seq"])
        return Asked(measure, as_of, since, known, seq, said["basis"] or "happened", within)


def approval_of(known: date, seq: int | None) -> int:
    """The approval that a question stands at: the one it names, else the last of its day of knowledge."""
    last = approval_known(known)
    if seq is None:
        return last
    if not 0 < seq <= last:
        raise Refused(
            _("Approval %(seq)s was not known on %(known)s.") % {"seq": seq, "known": known},
            _("Leave the number out, or ask for a later day."),
        )
    return seq


def figure_form(request: HttpRequest) -> FigureForm:
    """The figure that the address asks for."""
    return FigureForm(request.GET, today=timezone.localdate())
