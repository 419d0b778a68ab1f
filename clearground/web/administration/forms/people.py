"""Forms about people and organisations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from clearground.accounts.choices import OrganisationKind, Role
from clearground.accounts.models import Organisation, Person

from ...shell.selectors import called
from .reasoned import ReasonedForm


class Employer(forms.ModelChoiceField):
    """An organisation, by its name in the reader's language."""

    def label_from_instance(self, thing: Any) -> str:
        """Code and name."""
        return f"{thing.code} · {called(thing)}" if called(thing) != thing.code else thing.code


def employer() -> Employer:
    """For whom somebody works; only what is active is offered."""
    rows: QuerySet[Organisation] = Organisation.objects.filter(is_active=True)
    return Employer(
        rows, label=_("Organisation"), required=False, empty_label=_("none"),
        help_text=_("Operators bring records of their own organisation only."),
    )  # fmt: skip


class RolesForm(ReasonedForm):
    """The roles of somebody: all of them, each time."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class PersonForm(ReasonedForm):
    """Somebody's name, address and employer."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(
        label=_("Email"), required=False, error_messages={"invalid": _("This is no email address.")},
        help_text=_("Only administrators see it. The register sends no mail."),
    )  # fmt: skip
    organisation = employer()

    def __init__(self, *args: Any, person: Person | None = None, **more: Any) -> None:
        start = {name: getattr(person, name) for name in ("name", "email", "organisation")} if person else {}
        super().__init__(*args, initial=start, **more)
        theirs = person.organisation_id if person else None
        rows = self.fields["organisation"].queryset
        self.fields["organisation"].queryset = rows | Organisation.objects.filter(pk=theirs)


class WelcomeForm(PersonForm):
    """Somebody new, with roles."""

    login = forms.CharField(
        label=_("Login"), max_length=64, help_text=_("What they type to sign in. It never changes."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )  # fmt: skip
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order = ["login", "name", "email", "organisation", "roles"]


class OrganisationForm(ReasonedForm):
    """What an organisation is called and does."""

    name = forms.CharField(label=_("Name"), max_length=200)
    name_km = forms.CharField(
        label=_("Name in Khmer"), max_length=200, required=False, widget=forms.TextInput(attrs={"lang": "km"})
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=OrganisationKind.choices)


class NewOrganisationForm(OrganisationForm):
    """An organisation with the code that records call it by."""

    code = forms.CharField(label=_("Code"), max_length=32, help_text=_("What records call it. It never changes."))
    field_order = ["code", "name", "name_km", "kind"]


class ChangedOrganisationForm(OrganisationForm):
    """One that may also be put out of use."""

    is_active = forms.BooleanField(
        label=_("In use"), required=False,
        help_text=_("One that is not is offered no longer; records that name it stay as they are."),
    )  # fmt: skip

    def __init__(self, *args: Any, organisation: Organisation, **more: Any) -> None:
        names = ("name", "name_km", "kind", "is_active")
        super().__init__(*args, initial={name: getattr(organisation, name) for name in names}, **more)
