"""The balance sheet, the national picture, one figure, their downloads, and the editions."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from clearground.common.errors import Refused
from clearground.land.models import Edition

from ..shell import selectors
from ..shell.forms import question_form
from . import downloads, figures, gallery, overview, pages
from .definitions import definition_of
from .forms import figure_form


def refusals_as_json(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A file that is refused answers with what is wrong and what to do."""

    @wraps(view)
    def answer(*of_view: Any, **named: Any) -> HttpResponse:
        try:
            return view(*of_view, **named)
        except Refused as refusal:
            return JsonResponse({"refused": refusal.what, "remedy": refusal.remedy}, status=400)

    return answer


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
@refusals_as_json
def download(request: HttpRequest, kind: str) -> HttpResponse:
    """The sheet of the same question as a file."""
    return downloads.sheet_file(request.country, question_form(request).question(), kind, request.GET)


@require_safe
def picture(request: HttpRequest) -> HttpResponse:
    """The national picture, or that of one place."""
    form = question_form(request)
    page: dict[str, Any] = {"form": form}
    try:
        page |= gallery.picture_page(form, request.GET, may=request.may)
    except Refused as refusal:
        page["refusal"] = refusal
    status = 400 if form.errors or "refusal" in page else 200
    return render(request, "web/picture/picture.html", page, status=status)


@require_safe
@refusals_as_json
def picture_data(request: HttpRequest, table: str, kind: str) -> HttpResponse:
    """What one chart or table of the picture is drawn from, as a file."""
    if table not in overview.TABLES or (table in overview.NAMES_RECORDS and "see_land" not in request.may):
        raise Http404
    return downloads.picture_file(request.country, question_form(request).question(), table, kind, request.GET)


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
    page: dict[str, Any] = {"measure": measure, "definition": definition_of(measure)}
    if page["definition"] is None:
        raise Http404
    try:
        page |= figures.figure_page(request, figure_form(request).asked(measure), page["definition"])
    except Refused as refusal:
        page["refusal"] = refusal
    return render(request, "web/picture/figure.html", page, status=400 if "refusal" in page else 200)


@require_safe
@refusals_as_json
def figure_data(request: HttpRequest, measure: str, dimension: str, kind: str) -> HttpResponse:
    """A figure split by one dimension, as a file."""
    if definition_of(measure) is None or dimension not in figures.DIMENSION_NAMES:
        raise Http404
    return downloads.figure_file(request.country, figure_form(request).asked(measure), dimension, kind, request.GET)


@require_safe
@refusals_as_json
def figure_records(request: HttpRequest, measure: str, kind: str) -> HttpResponse:
    """The records that a figure is made of, as a file that adds up to it."""
    if definition_of(measure) is None:
        raise Http404
    return downloads.records_file(request.country, figure_form(request).asked(measure), kind, request.GET)
