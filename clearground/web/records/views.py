"""The list of records, one record, and a record that somebody proposes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearground.common.errors import Refused
from clearground.exchange.actions import propose as propose_record

from . import listing, pages, proposing
from .filters import RecordsForm
from .forms import ProposalForm


@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """The records that answer, a page at a time."""
    form = RecordsForm(request.GET)
    page = {"form": form, **pages.list_page(form, request.GET)}
    return render(request, "web/records/records.html", page, status=400 if form.errors else 200)


@require_safe
def records_csv(request: HttpRequest) -> StreamingHttpResponse:
    """All records that answer, as a file."""
    found = listing.found_records(RecordsForm(request.GET).asked(), today=timezone.localdate())
    parts = listing.csv_parts(found, synthetic=request.country.is_invented)
    name = f"clearground-{request.country.code}-records-{timezone.localdate()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(parts, content_type="text/csv; charset=utf-8", headers=headers)


@require_safe
def record(request: HttpRequest, ref: str) -> HttpResponse:
    """Everything known of one record."""
    try:
        page = pages.record_page(ref, today=timezone.localdate())
    except Refused as refusal:
        return render(request, "web/refusal.html", {"refusal": refusal}, status=404)
    return render(request, "web/records/record.html", page)


@require_safe
def land_near(request: HttpRequest) -> JsonResponse:
    """Standing records in a box of the map, for whoever draws beside them."""
    box = pages.box_of(request.GET.get("box", ""))
    if box is None:
        return JsonResponse({"refused": _("Give the box as west,south,east,north.")}, status=400)
    return JsonResponse(pages.land_in(box))


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """A new record or a correction: filled in, looked at, saved as a pending import."""
    try:
        form = proposing.form_of(request)
        if request.method == "POST" and request.POST.get("act") == "save" and form.is_valid():
            return saved(request, form)
        page = proposing.form_page(form)
    except Refused as refusal:
        return render(request, "web/refusal.html", {"refusal": refusal}, status=400)
    return render(request, "web/records/propose.html", page, status=400 if form.errors else 200)


def saved(request: HttpRequest, form: ProposalForm) -> HttpResponse:
    """The proposal waits for somebody's approval."""
    pending = propose_record(proposal=form.proposal(), by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("The proposal waits for approval. Nothing counts until somebody else approves it."))
    return redirect("web:proposal", number=pending.pk)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What the checks find in the proposal, and what it would do to the books: a part of the page."""
    try:
        page = proposing.outlook_page(proposing.form_of(request))
    except Refused as refusal:
        page = {"refusal": refusal}
    return render(request, "web/records/part/outlook.html", page)


@require_safe
def proposal(request: HttpRequest, number: int) -> HttpResponse:
    """A proposal that waits, or what became of it."""
    try:
        page = proposing.proposal_page(number, request.may)
    except Refused as refusal:
        return render(request, "web/refusal.html", {"refusal": refusal}, status=404)
    return render(request, "web/records/proposal.html", page)
