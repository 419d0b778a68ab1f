"""Everybody who has an account, and those who are added."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from clearground.accounts.actions import welcome_person

from .. import selectors
from ..forms.people import WelcomeForm
from ..forms.reasoned import carried_out


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Who may act, with their roles; those who left, on request."""
    page = selectors.people(sought=request.GET.get("q", ""), with_left=bool(request.GET.get("left")))
    return render(request, "web/administration/people.html", page)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Somebody new, with roles and a link to join, which is shown once."""
    form = WelcomeForm(request.POST or None)
    if welcomed := carried_out(request, form, welcome_person):
        newcomer, token = welcomed
        return render(request, "web/administration/link.html", selectors.link(request, newcomer, token))
    return render(request, "web/administration/person_add.html", {"form": form})
