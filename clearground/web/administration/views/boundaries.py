"""Boundary editions: which there are, which one figures are tabulated on, and new ones from a file."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearground.places.actions import make_boundaries_current
from clearground.places.models import BoundaryEdition

from .. import selectors
from ..actions import take_boundaries
from ..forms.lists import BoundariesForm
from ..forms.reasoned import ReasonedForm, carried_out


@require_safe
def boundaries(request: HttpRequest) -> HttpResponse:
    """All editions."""
    page = {"editions": selectors.boundary_editions(), "form": ReasonedForm()}
    return render(request, "web/administration/boundaries.html", page)


@require_POST
def use(request: HttpRequest, number: int) -> HttpResponse:
    """Figures are tabulated on this edition from now on."""
    edition, form = get_object_or_404(BoundaryEdition, pk=number), ReasonedForm(request.POST)
    if carried_out(request, form, make_boundaries_current, edition=edition):
        told = _("“%(name)s” is current. Now run: clearground ledger rebuild") % {"name": edition.name}
        messages.success(request, told)
        return redirect("web:boundaries")
    page = {"editions": selectors.boundary_editions(), "form": form, "declined": edition}
    return render(request, "web/administration/boundaries.html", page, status=400)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Boundaries of one level, from a file."""
    form = BoundariesForm(request.POST or None, request.FILES or None)
    if done := carried_out(request, form, take_boundaries):
        return render(request, "web/administration/boundaries_taken.html", selectors.taken(done))
    return render(request, "web/administration/boundaries_upload.html", {"form": form})
