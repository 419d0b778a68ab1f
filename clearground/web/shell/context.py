"""What every template knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from .menu import menu, tabs


def of_page(request: HttpRequest) -> dict[str, Any]:
    """The country, what the reader may do, and the pages that are open to them."""
    may = getattr(request, "may", frozenset())
    return {
        "country": getattr(request, "country", None),
        "may": may,
        "menu": menu(request, may),
        "tabs": tabs(request, may),
    }
