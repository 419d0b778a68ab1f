"""Code lists: families, classes of land, types of item."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clearground.land import actions
from clearground.land.actions.entries import subject_of
from clearground.land.models import Family, HazardClass, ItemType
from clearground.land.selectors.code_lists import is_used

from .. import selectors
from ..forms.lists import ENTRY_FORMS
from ..forms.reasoned import carried_out

LISTS: dict[str, tuple[type[models.Model], Any]] = {
    "families": (Family, actions.add_family),
    "classes": (HazardClass, actions.add_hazard_class),
    "items": (ItemType, actions.add_item_type),
}


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """All code lists, with what of them records use."""
    return render(request, "web/administration/lists.html", selectors.code_lists())


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """A new entry of one list."""
    if kind not in LISTS:
        raise Http404
    model, act = LISTS[kind]
    form = ENTRY_FORMS[model](request.POST or None)
    if made := carried_out(request, form, act):
        messages.success(request, _("%(code)s can be used from now on.") % {"code": made.code})
        return redirect("web:lists")
    page = {"form": form, "title": model._meta.verbose_name, "back": "web:lists", "is_new": True}
    return render(request, "web/administration/change.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """An entry, to be renamed, retired or, where nothing uses it, changed."""
    row: Any = get_object_or_404(LISTS[kind][0], pk=number) if kind in LISTS else selectors.nothing_here()
    form, in_use = ENTRY_FORMS[type(row)](request.POST or None, entry=row), is_used(row)
    if in_use:
        form.locked()
    if carried_out(request, form, actions.change_entry, entry=row):
        messages.success(request, _("Changed."))
        return redirect("web:lists")
    page = {"form": form, "title": row.code, "back": "web:lists", "subject": subject_of(row), "in_use": in_use}
    return render(request, "web/administration/change.html", page)
