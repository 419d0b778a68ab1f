"""Joining by invitation, and stepping into the demonstration as somebody."""

from __future__ import annotations

from allauth.account.views import password_change
from django.contrib.auth import login as sign_in
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from clearground.accounts.actions import accept_invitation
from clearground.accounts.models import Person
from clearground.accounts.selectors import invitation_of
from clearground.common.errors import Refused

from . import selectors
from .forms import PasswordForm

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
@sensitive_post_parameters("password", "again")
def join(request: HttpRequest, token: str) -> HttpResponse:
    """An invited person sets a password, and may then sign in with it."""
    try:
        person = invitation_of(token).person
    except Refused as refused:
        return render(request, "web/refusal.html", {"refusal": refused}, status=404)
    form = PasswordForm(request.POST or None, person=person)
    if form.is_valid():
        try:
            accept_invitation(token=token, password=form.cleaned_data["password"])
            return redirect("account_login")
        except Refused as refused:
            form.add_error("password", refused.what)
    return render(request, "web/account/join.html", {"form": form, "person": person})


@never_cache
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password for oneself; who steps into the demonstration has none."""
    if request.user.is_authenticated and not request.user.has_usable_password():
        refused = Refused(_("You have no password yet."), _("An administrator gives you a link to set one."))
        return render(request, "web/refusal.html", {"refusal": refused}, status=404)
    return password_change(request)


@require_safe
def step_in(request: HttpRequest) -> HttpResponse:
    """The people of the demonstration, to be tried on."""
    if not selectors.may_step_in(request):
        raise Http404
    return render(request, "web/account/step_in.html", {"people": selectors.people_with_roles()})


@require_POST
def step_in_as(request: HttpRequest, login: str) -> HttpResponse:
    """The reader acts as one of the invented people."""
    if not selectors.may_step_in(request):
        raise Http404
    sign_in(request, get_object_or_404(Person, login=login, is_active=True), backend=BACKEND)
    return redirect("web:landing")
