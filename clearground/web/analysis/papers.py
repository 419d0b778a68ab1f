"""Bulletins and dossiers: choose one, look at it, print it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.views.decorators.http import require_safe

from clearground.audit.selectors import head
from clearground.common.errors import Refused
from clearground.publications import bulletins as said
from clearground.publications.bulletins import print_bulletin
from clearground.publications.dossiers import PAPERS, print_dossier
from clearground.publications.selectors.bulletins import RELEASED, months

from ..shell.addresses import dossier_address, query
from .forms import BulletinForm, DossierForm


@require_safe
def bulletins(request: HttpRequest) -> HttpResponse:
    """The month's bulletin as a page, and where its print is."""
    form = BulletinForm(request.GET.dict(), months=months(), language=spoken(request))
    page: dict[str, Any] = {"form": form}
    try:
        if form.is_valid():
            page |= preview(form.first, form.cleaned_data["language"])
    except Refused as refusal:
        page["refusal"] = refusal
    return render(request, "web/analysis/bulletins.html", page, status=200 if "said" in page or not months() else 400)


def preview(first: date, language: str) -> dict[str, Any]:
    """What the bulletin says, in its own language."""
    told = told_at(head(), first, language)
    address = reverse("web:bulletin", args=[first.year, first.month])
    kinds = [name.removesuffix("_m2") for name in RELEASED]
    legend = [(kind, words) for kind, (_colour, words) in zip(kinds, told["legend"], strict=True)]
    return {"said": told, "first": first, "legend": legend, "print": f"{address}?{query({'language': language})}"}


@lru_cache(maxsize=64)
def told_at(_head: str, first: date, language: str) -> dict[str, Any]:
    """What the bulletin says while the audit's last event is `_head`: until somebody writes, it says the same."""
    with override(language):
        return said.previewed(first)


def spoken(request: HttpRequest) -> str:
    """The language that is asked for, else the reader's own."""
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else (get_language() or "en").split("-")[0]


@require_safe
def bulletin(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """The print of a month's bulletin."""
    if (first := month_of(year, month)) not in months():
        return unknown_month()
    language = spoken(request)
    return printed(f"bulletin-{first:%Y-%m}-{language}", print_bulletin, first, language=language)


@require_safe
def chart(request: HttpRequest, year: int, month: int, family: str) -> HttpResponse:
    """One chart of the preview."""
    if (first := month_of(year, month)) not in months():
        return unknown_month()
    try:
        return HttpResponse(said.picture(first, family), content_type="image/svg+xml")
    except Refused as refusal:
        return JsonResponse({"refused": refusal.what}, status=404)


def month_of(year: int, month: int) -> date | None:
    """The first day of the month; None where there is no such month."""
    return date(year, month, 1) if 1 <= month <= 12 and 1 <= year <= 9999 else None


def unknown_month() -> HttpResponse:
    """There is nothing to print of that month."""
    return JsonResponse({"refused": "No bulletin can be printed of this month."}, status=404)


@require_safe
def dossiers(request: HttpRequest) -> HttpResponse:
    """Which task or record, on which paper."""
    usual = {"paper": "a4", "language": spoken(request)}
    form = DossierForm(usual | request.GET.dict() if request.GET else None, initial=usual)
    if form.is_bound and form.is_valid():
        asked = form.cleaned_data
        page = {"address": dossier_address(asked["name"], paper=asked["paper"], language=asked["language"])}
        return render(request, "web/analysis/dossiers.html", {"form": form, **page, **form.told()})
    return render(request, "web/analysis/dossiers.html", {"form": form}, status=400 if form.is_bound else 200)


@require_safe
def dossier(request: HttpRequest, name: str) -> HttpResponse:
    """The print of a dossier."""
    paper, language = request.GET.get("paper", "a4"), spoken(request)
    file = f"dossier-{''.join(c if c.isalnum() else '-' for c in name)[:60]}-{language}"
    return printed(file, print_dossier, name, language=language, paper=paper if paper in PAPERS else "a4")


def printed(name: str, make: Any, *args: Any, **asked: Any) -> HttpResponse:
    """A PDF, or why there is none."""
    try:
        body = make(*args, **asked)
    except Refused as refusal:
        return JsonResponse({"refused": refusal.what, "remedy": refusal.remedy}, status=404)
    shown = f'inline; filename="clearground-{name}.pdf"'
    return HttpResponse(body, content_type="application/pdf", headers={"Content-Disposition": shown})
