"""A file arrives: sent, its columns confirmed, staged in the background."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clearground.common.errors import Refused
from clearground.exchange import actions
from clearground.exchange.choices import UploadState
from clearground.exchange.selectors import is_demonstration

from .. import sample, selectors, stages
from ..columns import ColumnsForm
from ..forms import UploadForm, too_large
from ..receiving import TOO_LARGE


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Somebody sends a file; one that can't be read is refused at once."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.META.get(TOO_LARGE):
        form.add_error("file", too_large())
    elif form.is_valid():
        try:
            return redirect("web:upload-columns", stages.receive(form, request.user).pk)
        except Refused as refused:
            form.add_error("file", str(refused))
    page = {"form": form, "is_demonstration": is_demonstration(), "only": stages.fixed_operator(request.user)}
    return render(request, "web/intake/upload.html", page, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, number: int) -> HttpResponse:
    """What each column holds, as proposed, until somebody confirms it."""
    sent = get_object_or_404(selectors.uploads_for(request.user), pk=number)
    if sent.state != UploadState.SENT:
        return redirect("web:upload-progress", number)
    saved = stages.saved_choices(sent, request)
    form = ColumnsForm(request.POST or None, upload=sent, saved=saved, only=stages.fixed_operator(request.user))
    if form.is_valid():
        try:
            stages.begin(form, request.user)
            return redirect("web:upload-progress", number)
        except Refused as refused:
            form.add_error(None, str(refused))
    page = {"form": form, "upload": sent, "saved": saved, "mappings": selectors.mappings_for(sent.subject)}
    return render(request, "web/intake/columns.html", page, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """How far the staging is; asked by the page every second until it has ended. POST chooses a layer."""
    sent = get_object_or_404(selectors.uploads_for(request.user), pk=number)
    if request.method == "POST":
        try:
            actions.choose_layer(upload=sent, layer=request.POST.get("layer", ""))
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("web:upload-columns", number)
    if sent.state == UploadState.SENT:
        return redirect("web:upload-columns", number)
    template = "part" if request.headers.get("HX-Request") else "page"
    return render(request, f"web/intake/progress_{template}.html", stages.progress_for(sent, request.user))


@require_safe
def sample_file(request: HttpRequest) -> HttpResponse:
    """In the demonstration, a file to try an import with."""
    if not is_demonstration():
        raise Http404(_("Only the demonstration has a file to try."))
    answer = HttpResponse(sample.sample_file(), content_type="application/geo+json")
    answer["Content-Disposition"] = f'attachment; filename="{sample.NAME}"'
    return answer
