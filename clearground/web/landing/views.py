"""The first page, and what stands behind its gaps and its restatements."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from clearground.land import selectors as land
from clearground.land.models import Edition

from . import gaps, pages, restatements


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
    edition = get_object_or_404(Edition.objects.defer("statement"), pk=number)
    return render(request, "web/landing/restated.html", restatements.restated_page(request, edition))
