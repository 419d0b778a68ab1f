"""Imports are approved, returned, taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clearground.common.errors import Refused
from clearground.exchange import actions
from clearground.exchange import selectors as exchange

from .. import selectors
from ..forms import ApproveForm, ReasonForm, UndoForm

EITHER = ["GET", "HEAD", "POST"]


@require_http_methods(EITHER)
def approve(request: HttpRequest, number: int) -> HttpResponse:
    """The good rows of an import count from now on, by somebody who did not bring them in."""
    of = get_object_or_404(selectors.imports_for(request.user), pk=number)
    form = ApproveForm(request.POST or None)
    if form.is_valid():
        try:
            approval = actions.approve_import(import_id=number, by=request.user, **form.cleaned_data)
            messages.success(request, _("The import counts as approval %(seq)d.") % {"seq": approval.seq})
            return redirect("web:import", number)
        except Refused as refused:
            form.add_error(None, str(refused))
    page = {"of": of, "form": form, "is_own": request.user.pk in exchange.brought_by(of)}
    return render(request, "web/intake/approve.html", page, status=400 if form.errors else 200)


@require_http_methods(EITHER)
def send_back(request: HttpRequest, number: int) -> HttpResponse:
    """The import goes back to its sender, with what has to be mended."""
    of = get_object_or_404(selectors.imports_for(request.user), pk=number)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            actions.return_import(import_id=number, by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, _("The import was returned to its sender."))
            return redirect("web:import", number)
        except Refused as refused:
            form.add_error(None, str(refused))
    return render(request, "web/intake/return.html", {"of": of, "form": form}, status=400 if form.errors else 200)


@require_http_methods(EITHER)
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """The import counts no longer; what rests on it is shown first, and somebody says what becomes of it."""
    of = get_object_or_404(selectors.imports_for(request.user), pk=number)
    resting = exchange.dependents_of(of)
    form = UndoForm(request.POST or None, resting=resting)
    if form.is_valid():
        try:
            actions.undo_import(import_id=number, by=request.user, **form.said())
            messages.success(request, _("The import counts no longer."))
            return redirect("web:import", number)
        except Refused as refused:
            form.add_error(None, str(refused))
    page = {"of": of, "form": form, "resting": resting[:200], "count": len(resting)}
    return render(request, "web/intake/undo.html", page, status=400 if form.errors else 200)


@require_http_methods(EITHER)
def drop(request: HttpRequest, number: int) -> HttpResponse:
    """An import that nobody has approved is taken back by those who brought it in."""
    of = get_object_or_404(selectors.imports_for(request.user), pk=number)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            actions.drop_import(import_id=number, by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, _("The import was taken back."))
            return redirect("web:import", number)
        except Refused as refused:
            form.add_error(None, str(refused))
    return render(request, "web/intake/drop.html", {"of": of, "form": form}, status=400 if form.errors else 200)
