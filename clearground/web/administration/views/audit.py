"""Who changed what, and why."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clearground.audit.models import AuditEvent
from clearground.audit.selectors import answer, subjects_like

from .. import events, selectors, tasks
from ..forms.audit import AuditForm


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """What was done, newest first, as asked."""
    form = AuditForm(request.GET)
    page = {"form": form, **events.page_of(form.asked(), request.may), **selectors.chain_state()}  # type: ignore[attr-defined]
    page["address"] = selectors.same_question(request.GET)
    return render(request, "web/administration/audit.html", page, status=200 if form.is_valid() else 400)


@require_safe
def subjects(request: HttpRequest) -> HttpResponse:
    """What begins as somebody types: a list to choose from."""
    found = subjects_like(request.GET.get("about", "")[:200])[:12]
    page = {"subjects": [events.named(subject) for subject in found]}
    return render(request, "web/administration/subjects.html", page)


@require_safe
def event(request: HttpRequest, number: int) -> HttpResponse:
    """One event, with its seal."""
    row = get_object_or_404(AuditEvent.objects.select_related("by"), number=number)
    return render(request, "web/administration/event.html", events.one(row, request.may))  # type: ignore[attr-defined]


@require_safe
def download(request: HttpRequest) -> StreamingHttpResponse | HttpResponse:
    """What was asked, whole, as CSV."""
    form = AuditForm(request.GET)
    if not form.is_valid():
        return redirect("web:audit")
    lines = events.as_csv(answer(form.asked()))
    answered = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answered["Content-Disposition"] = 'attachment; filename="clearground-audit.csv"'
    return answered


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """The whole chain is read in the background; what it found comes to the audit itself."""
    if not selectors.is_being_verified():
        tasks.verify.enqueue(request.user.login)
    messages.success(request, _("The chain is being read. What is found will stand here."))
    return redirect("web:audit")
