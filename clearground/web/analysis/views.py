"""Questions of one's own and kept reports."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clearground.common.errors import Refused
from clearground.publications import actions
from clearground.publications.selectors import reports as kept
from clearground.publications.selectors.pivots import pivot as answer_of

from ..shell.addresses import query
from . import files, pages
from .forms import KeepForm, SharingForm, pivot_form
from .keeping import kept_words, listed, on_page, question_in


@require_safe
def pivot(request: HttpRequest) -> HttpResponse:
    """The answer to a question of one's own."""
    form = pivot_form(request)
    page: dict[str, Any] = {"form": form, "report": on_page(request)}
    try:
        if form.is_valid():
            page |= {"question": form.question(), "examples": pages.examples(form.question())}
            page |= pages.answer(answer_of(form.question()))
            page["keep"] = KeepForm(initial={"asked": page["address"], "shared_with": "nobody"})
    except Refused as refusal:
        page["refusal"] = refusal
    return render(request, "web/analysis/pivot.html", page, status=200 if "blocks" in page else 400)


@require_safe
def download(request: HttpRequest, kind: str) -> HttpResponse:
    """The answer to the same question as a file."""
    form, country = pivot_form(request), request.country
    try:
        question = form.question() if form.is_valid() else None
        if question is None:
            return JsonResponse({"refused": form.errors}, status=400)
        body = files.file_of(kind, country, answer_of(question))
    except Refused as refusal:
        return JsonResponse({"refused": refusal.what, "remedy": refusal.remedy}, status=400)
    name = f'attachment; filename="{files.file_name(country, question, kind)}"'
    return HttpResponse(body, content_type=files.CONTENT_TYPES[kind], headers={"Content-Disposition": name})


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """The reports that the reader may open."""
    return render(request, "web/analysis/reports.html", {"reports": listed(request.user)})


@require_safe
def report(request: HttpRequest, number: int) -> HttpResponse:
    """A kept report opens as the question that it asks today."""
    found = get_object_or_404(kept.reports_for(request.user), pk=number)
    try:
        asked = kept.question_of(found, kept.latest_days()).parameters()
    except Refused as refusal:
        return render(request, "web/analysis/report.html", {"report": found, "refusal": refusal}, status=400)
    return redirect(f"{reverse('web:pivot')}?{query({**asked, 'report': number})}")


@require_POST
def keep_report(request: HttpRequest) -> HttpResponse:
    """The question is kept."""
    form = KeepForm(request.POST)
    try:
        found = actions.save_report(**question_in(form), by=request.user)
    except Refused as refusal:
        messages.error(request, f"{refusal.what} {refusal.remedy}")
        asked = parse_qs(request.POST.get("asked", ""))
        return redirect(f"{reverse('web:pivot')}?{query(asked)}")
    messages.success(request, kept_words(found))
    return redirect("web:reports")


@require_POST
def change_report(request: HttpRequest, number: int) -> HttpResponse:
    """One's own report has another name, or is shared otherwise."""
    form = SharingForm(request.POST)
    said = form.cleaned_data if form.is_valid() else {"name": "", "shared_with": ""}
    return answered(request, actions.change_report, number=number, **said)


@require_POST
def delete_report(request: HttpRequest, number: int) -> HttpResponse:
    """One's own report is gone."""
    return answered(request, actions.delete_report, number=number)


def answered(request: HttpRequest, action: Any, **said: Any) -> HttpResponse:
    """What came of an action, said above the list of reports."""
    try:
        action(**said, by=request.user)
        messages.success(request, _("Done."))
    except Refused as refusal:
        messages.error(request, f"{refusal.what} {refusal.remedy}")
    return redirect("web:reports")
