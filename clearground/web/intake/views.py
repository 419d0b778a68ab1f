"""Files on their way in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clearground.exchange import selectors


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """The latest imports, with where each stands."""
    return render(request, "web/intake/imports.html", {"imports": selectors.imports()[:50]})
