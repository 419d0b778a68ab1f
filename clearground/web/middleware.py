"""What every answer carries, and whom it goes to."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers

from clearground.accounts.rights import EVERYBODY, RIGHTS, SIGNED_IN, needs_second_factor, permissions_of
from clearground.common.access import note
from clearground.places.models import Country

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


def rights_of_pages(respond: Respond) -> Respond:
    """Each page is for whom `rights.toml` says; one that stands nowhere there is for nobody.

    The request knows afterwards its `country` and what the reader `may` do.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        request.country = Country.objects.first()  # type: ignore[attr-defined]
        published = request.country.published if request.country else "nothing"  # type: ignore[attr-defined]
        request.may = permissions_of(request.user, published)  # type: ignore[attr-defined]
        response = respond(request)
        if permission_of(request) in (EVERYBODY, SIGNED_IN):  # links, secrets and codes: not kept by the browser
            add_never_cache_headers(response)
        return response

    def before_view(request: HttpRequest, *_of_view: Any) -> HttpResponse | None:
        return refusal(request)

    answer.process_view = before_view  # type: ignore[attr-defined]
    return answer


def permission_of(request: HttpRequest) -> str | None:
    """What the page on screen asks of its reader; None where no page is there, or nobody thought about it."""
    return RIGHTS.pages.get(request.resolver_match.view_name) if request.resolver_match else None


def refusal(request: HttpRequest) -> HttpResponse | None:
    """The answer to somebody who may not open the page; None for who may."""
    permission = permission_of(request)
    if permission == EVERYBODY:
        return None
    if request.country is None:  # type: ignore[attr-defined]
        return render(request, "web/no_country.html")
    if request.user.is_authenticated and lacks_code(request) and permission != SIGNED_IN:
        return redirect("mfa_activate_totp")
    if permission in request.may or (permission == SIGNED_IN and request.user.is_authenticated):  # type: ignore[attr-defined]
        return None
    return refused(request, permission)


def lacks_code(request: HttpRequest) -> bool:
    """The reader's role asks for a one-time code, and they have set none up. The demonstration asks nobody."""
    if request.country.is_invented or not needs_second_factor(request.user):  # type: ignore[attr-defined]
        return False
    return not is_mfa_enabled(request.user)


def refused(request: HttpRequest, permission: str | None) -> HttpResponse:
    """To sign in first, where that may help; else why not, and whom to ask."""
    is_page = "text/html" in request.headers.get("Accept", "*/*") or "*/*" in request.headers.get("Accept", "*/*")
    if not request.user.is_authenticated and request.method == "GET" and is_page:
        return redirect_to_login(request.get_full_path())
    note(
        "refused",
        login=getattr(request.user, "login", None),
        permission=permission,
        method=request.method,
        page=request.resolver_match.view_name if request.resolver_match else None,
    )
    told = {"what": RIGHTS.what.get(permission or "", ""), "roles": sorted(RIGHTS.may.get(permission or "", ()))}
    return render(request, "web/refused.html", told, status=403)
