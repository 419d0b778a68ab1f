"""Places, from the provinces down to the villages."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clearground.places.actions import rename_place
from clearground.places.models import Place

from .. import selectors
from ..forms.lists import PlaceForm
from ..forms.reasoned import carried_out


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """The provinces; or what a search finds."""
    page = selectors.places_found(request.GET.get("q", ""))
    return render(request, "web/administration/places.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, code: str) -> HttpResponse:
    """A place: where it lies, its parts, its names."""
    row = get_object_or_404(Place.objects.select_related("parent__parent__parent"), code=code)
    form = PlaceForm(request.POST or None, place=row)
    if carried_out(request, form, rename_place, place=row):
        messages.success(request, _("Changed."))
        return redirect("web:place", row.code)
    return render(request, "web/administration/place.html", {"form": form, **selectors.place(row)})
