"""Findings across imports: seen, ruled on, assigned, answered."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearground.common.errors import Refused
from clearground.exchange import actions

from .. import pages, selectors, stages
from ..forms import AnswersForm, AssignForm


@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """The findings of all imports, by owner, province, rule and state."""
    return render(request, "web/intake/findings.html", pages.findings_page(request))


@require_safe
def finding(request: HttpRequest, number: int) -> HttpResponse:
    """One finding: what is wrong, what to do, whose it is, what was decided."""
    found = get_object_or_404(selectors.findings_for(request.user), pk=number)
    return render(request, "web/intake/finding.html", pages.finding_page(request, found))


@require_POST
def rule(request: HttpRequest) -> HttpResponse:
    """Findings are accepted, or open again, for a reason."""
    said = {"state": request.POST.get("ruling", ""), "reason": request.POST.get("reason", "")}
    try:
        count = actions.rule_findings(found=pages.meant(request), by=request.user, **said)
        told = ngettext("%(n)d finding was ruled on.", "%(n)d findings were ruled on.", count)
        messages.success(request, told % {"n": count})
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(back(request))


@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Findings have an organisation that answers for them, and perhaps a person."""
    form = AssignForm(request.POST)
    try:
        said = form.said() if form.is_valid() else {"owner": None}
        count = actions.assign_findings(found=pages.meant(request), by=request.user, **said)
        told = ngettext("%(n)d finding was assigned.", "%(n)d findings were assigned.", count)
        messages.success(request, told % {"n": count})
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(back(request))


def back(request: HttpRequest) -> str:
    """The page of ours from which the decision was sent."""
    said = request.POST.get("next", "")
    return (
        said if url_has_allowed_host_and_scheme(said, allowed_hosts=None) and said.startswith("/") else "web:findings"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: HttpRequest) -> HttpResponse:
    """A correction list comes back; the page says what became of each answer."""
    form, told = AnswersForm(request.POST or None, request.FILES or None), None
    if form.is_valid():
        try:
            told = stages.take_answers(form, request.user)
        except Refused as refused:
            form.add_error("file", str(refused))
    status = 400 if form.errors else 200
    return render(request, "web/intake/answers.html", {"form": form, "told": told}, status=status)
