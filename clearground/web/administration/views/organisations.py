"""Organisations that records name."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clearground.accounts.actions import add_organisation, change_organisation
from clearground.accounts.models import Organisation

from ..forms.people import ChangedOrganisationForm, NewOrganisationForm
from ..forms.reasoned import carried_out


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """All of them."""
    return render(request, "web/administration/organisations.html", {"organisations": Organisation.objects.all()})


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """One more."""
    form = NewOrganisationForm(request.POST or None)
    if made := carried_out(request, form, add_organisation):
        messages.success(request, _("%(code)s can be named in records from now on.") % {"code": made.code})
        return redirect("web:organisations")
    title = _("Add an organisation")
    return render(
        request, "web/administration/change.html", {"form": form, "title": title, "back": "web:organisations"}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest, code: str) -> HttpResponse:
    """One of them, to be renamed or put out of use."""
    row = get_object_or_404(Organisation, code=code)
    form = ChangedOrganisationForm(request.POST or None, organisation=row)
    if carried_out(request, form, change_organisation, organisation=row):
        messages.success(request, _("Changed."))
        return redirect("web:organisations")
    page = {"form": form, "title": row.code, "back": "web:organisations", "subject": f"organisation:{row.code}"}
    return render(request, "web/administration/change.html", page)
