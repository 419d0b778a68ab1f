"""One person: what they are called, what they may do, how they sign in, whether they have left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clearground.accounts import actions
from clearground.accounts.models import Person

from .. import selectors
from ..forms.people import PersonForm, RolesForm
from ..forms.reasoned import ReasonedForm, carried_out


@require_safe
def person(request: HttpRequest, login: str) -> HttpResponse:
    """All about somebody."""
    return page_of(request, get_object_or_404(Person, login=login))


def page_of(request: HttpRequest, somebody: Person, **forms: ReasonedForm) -> HttpResponse:
    """The page of a person; a form that was declined says why, in its place."""
    fresh = {
        "change": PersonForm(person=somebody, prefix="change"),
        "roles": RolesForm(initial={"roles": selectors.roles_of(somebody)}, prefix="roles"),
        **{name: ReasonedForm(prefix=name) for name in ("link", "codes", "leave")},
    }
    page = {"somebody": somebody, "forms": {**fresh, **forms}, **selectors.about(somebody)}
    return render(request, "web/administration/person.html", page, status=400 if forms else 200)


def changed(request: HttpRequest, form: ReasonedForm, act: Callable[..., Any], somebody: Person, said: str) -> Any:
    """Back to the person, with what was done said; or the page with what was declined."""
    if carried_out(request, form, act, person=somebody):
        messages.success(request, said)
        return redirect("web:person", somebody.login)
    return page_of(request, somebody, **{form.prefix or "": form})


@require_POST
def change(request: HttpRequest, login: str) -> HttpResponse:
    """Name, address, employer."""
    somebody = get_object_or_404(Person, login=login)
    form = PersonForm(request.POST, person=somebody, prefix="change")
    return changed(request, form, actions.change_person, somebody, _("Changed."))


@require_POST
def roles(request: HttpRequest, login: str) -> HttpResponse:
    """Exactly the roles that are ticked."""
    form = RolesForm(request.POST, prefix="roles")
    said = _("The roles count from now on, also where the person is signed in.")
    return changed(request, form, actions.set_roles, get_object_or_404(Person, login=login), said)


@never_cache
@require_POST
def link(request: HttpRequest, login: str) -> HttpResponse:
    """A new link to set a password; earlier ones are void."""
    somebody, form = get_object_or_404(Person, login=login), ReasonedForm(request.POST, prefix="link")
    if token := carried_out(request, form, actions.invite, person=somebody):
        return render(request, "web/administration/link.html", selectors.link(request, somebody, token))
    return page_of(request, somebody, link=form)


@require_POST
def codes(request: HttpRequest, login: str) -> HttpResponse:
    """One-time codes off, for somebody whose phone is lost."""
    form = ReasonedForm(request.POST, prefix="codes")
    said = _("One-time codes are off. The person sets them up anew when they next sign in.")
    return changed(request, form, actions.turn_codes_off, get_object_or_404(Person, login=login), said)


@require_POST
def leave(request: HttpRequest, login: str) -> HttpResponse:
    """Somebody can't act any more, at once."""
    form = ReasonedForm(request.POST, prefix="leave")
    said = _("The person can't act any more. Sessions and links have ended.")
    return changed(request, form, actions.deactivate_person, get_object_or_404(Person, login=login), said)
