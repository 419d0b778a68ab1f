"""The first page, and what stands behind its gaps and its restatements."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from clearground.land import selectors as land
from clearground.land.models import Edition

from . import downloads, gaps, pages, restatements
from .forms import GapForm


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """What stands, and what waits for the reader."""
    if not land.seq_known(None):
        return render(request, "web/landing/empty.html")
    return render(request, "web/landing/today.html", pages.first_page(request))


@require_safe
def gap(request: HttpRequest, start: str, end: str) -> HttpResponse:
    """Why one total of the year differs from another."""
    page = gaps.gap_page(request, gaps.way_of(start, end))
    return render(request, "web/landing/gap.html", page, status=400 if page["form"].errors else 200)


@require_safe
def restated(request: HttpRequest, number: int) -> HttpResponse:
    """What is known otherwise since an edition was signed, and by which records."""
    page = restatements.restated_page(request, signed_edition(number))
    return render(request, "web/landing/restated.html", page)


@require_safe
def gap_file(request: HttpRequest, start: str, end: str, kind: str) -> HttpResponse:
    """The same bridge as a file."""
    form, way = GapForm(request.GET), gaps.way_of(start, end)
    if not form.is_valid():
        return JsonResponse({"refused": form.errors}, status=400)
    return downloads.gap_file(request.country, gaps.gap_of(form, way), kind, hxl=is_tagged(request))


@require_safe
def gap_lines(request: HttpRequest, start: str, end: str, step: str, kind: str) -> HttpResponse:
    """The lines of a step, or of a total, as a file that adds up to it."""
    form, way = GapForm(request.GET), gaps.way_of(start, end)
    if not form.is_valid():
        return JsonResponse({"refused": form.errors}, status=400)
    return downloads.lines_file(request.country, gaps.gap_of(form, way), step, kind, hxl=is_tagged(request))


@require_safe
def restated_file(request: HttpRequest, number: int, kind: str) -> HttpResponse:
    """The same restatement by class as a file."""
    restated = restatements.restated_of(request, signed_edition(number))
    return downloads.restated_file(request.country, restated, kind, hxl=is_tagged(request))


@require_safe
def restated_records(request: HttpRequest, number: int, kind: str) -> HttpResponse:
    """The records that restated an edition, of all classes or of one, as a file that adds up to it."""
    restated = restatements.restated_of(request, signed_edition(number))
    row, tagged = restatements.asked_row(request, restated), is_tagged(request)
    return downloads.restated_records_file(request.country, restated, row, kind, hxl=tagged)


def signed_edition(number: int) -> Edition:
    """The edition of that number; not found where there is none."""
    return get_object_or_404(Edition.objects.defer("statement"), pk=number)


def is_tagged(request: HttpRequest) -> bool:
    """Analysts ask for a row of HXL tags."""
    return request.GET.get("hxl") == "1"
