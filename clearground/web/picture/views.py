"""The balance sheet, its downloads, and the editions."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from clearground.common.errors import Refused
from clearground.land.models import Edition
from clearground.land.sheets import AREA_COLUMNS

from ..shell import files, selectors
from ..shell.forms import question_form
from . import pages


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """The balance sheet of one question."""
    form = question_form(request)
    page: dict[str, Any] = {"form": form, "language": get_language()}
    try:
        page |= pages.sheet_page(form)
    except Refused as refusal:
        page["refusal"] = refusal
    status = 400 if form.errors or "refusal" in page else 200
    return render(request, "web/picture/sheet.html", page, status=status)


@require_safe
def download(request: HttpRequest, kind: str) -> HttpResponse:
    """The sheet of the same question as a file."""
    country, question = request.country, question_form(request).question()
    try:
        header = files.about(country, question, selectors.edition_of(question))
        body, content_type = files.file_of(kind, header, pages.rows_of(question))
    except Refused as refusal:
        return JsonResponse({"refused": refusal.what, "remedy": refusal.remedy}, status=400)
    name = f"clearground-{country.code}-{question.as_of}-known-{question.known}.{kind}"
    return HttpResponse(
        body, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """All signed editions, the latest first."""
    page = {"editions": selectors.signed_editions().select_related("signed_by")}
    return render(request, "web/picture/editions.html", page)


@require_safe
def edition(request: HttpRequest, number: int) -> HttpResponse:
    """One edition as it was signed."""
    signed = get_object_or_404(Edition.objects.select_related("signed_by", "boundaries"), pk=number)
    page = {"edition": signed, **pages.statement_page(signed)}
    return render(request, "web/picture/edition.html", page)


@require_safe
def figure(request: HttpRequest, measure: str) -> HttpResponse:
    """One number: what it means, what it is made of, which records stand behind it."""
    if measure not in AREA_COLUMNS:
        raise Http404
    page = {"measure": measure, "says": AREA_COLUMNS[measure][1], "form": question_form(request)}
    return render(request, "web/picture/figure.html", page)
