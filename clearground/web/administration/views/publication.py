"""What people without an account see: a decision of the country."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clearground.places.actions import decide_publication

from .. import selectors
from ..forms.lists import PublicationForm
from ..forms.reasoned import carried_out


@require_http_methods(["GET", "HEAD", "POST"])
def publication(request: HttpRequest) -> HttpResponse:
    """What is published, what each choice would show, and who decided so far."""
    country = request.country  # type: ignore[attr-defined]
    form = PublicationForm(request.POST or None, initial={"published": country.published})
    if carried_out(request, form, decide_publication):
        messages.success(request, _("Decided. It counts from now on."))
        return redirect("web:publication")
    page = {"form": form, "decisions": selectors.decisions(country)}
    return render(request, "web/administration/publication.html", page)
