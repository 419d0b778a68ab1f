"""The first page after signing in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from clearground.land import selectors as land


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """What stands, and what waits for the reader."""
    if not land.seq_known(None):
        return render(request, "web/landing/empty.html")
    return redirect("web:sheet")
