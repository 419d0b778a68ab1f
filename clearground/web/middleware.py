"""What every answer carries, and whom it goes to."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils.translation import gettext as _

Respond = Callable[[HttpRequest], HttpResponse]

# Nothing inline, nothing evaluated, nothing from another host: also what a tile or a font is.
CONTENT_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
}
FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP")


def strict_headers(respond: Respond) -> Respond:
    """Every answer forbids what our pages don't need."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        return response

    return answer


def is_from_this_machine(request: HttpRequest) -> bool:
    """The reader sits at this machine, with no proxy between; in doubt, not."""
    if any(name in request.META for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def this_machine_only(respond: Respond) -> Respond:
    """Readers elsewhere are refused until somebody has decided to publish (setting `public`).

    The books name hazard polygons, and there is no login yet.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if settings.PUBLIC or is_from_this_machine(request):
            return respond(request)
        refusal = _(
            "This register answers readers on its own machine only. Its keeper can open it: CLEARGROUND_PUBLIC."
        )
        return HttpResponseForbidden(refusal, content_type="text/plain; charset=utf-8")

    return answer
