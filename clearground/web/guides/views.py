"""Guides, to be read where the work is done."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from . import selectors

KEEP_AN_HOUR = "private, max-age=3600"


@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    """Which guides there are, and for whom."""
    return render(request, "web/guides/guides.html", {"guides": list(selectors.guides())})


@require_safe
def guide(request: HttpRequest, name: str) -> HttpResponse:
    """One guide, in the reader's language."""
    if (found := selectors.guide(name)) is None:
        raise Http404
    return render(request, "web/guides/guide.html", {"guide": found, "guides": list(selectors.guides())})


@require_safe
def guide_picture(request: HttpRequest, name: str) -> FileResponse:
    """A picture that a guide shows."""
    if (path := selectors.picture(name)) is None:
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/png", headers={"Cache-Control": KEEP_AN_HOUR})
