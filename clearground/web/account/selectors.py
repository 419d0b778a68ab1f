"""Who may step into the demonstration, and as whom."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from clearground.accounts.choices import Role
from clearground.accounts.models import Person
from clearground.accounts.selectors import active_people
from clearground.exchange.selectors import is_demonstration

from ..middleware import is_from_this_machine


def may_step_in(request: HttpRequest) -> bool:
    """The register is the demonstration of an invented country, and the reader sits at its own machine."""
    country = request.country  # type: ignore[attr-defined]
    return bool(country and country.is_invented and is_demonstration() and is_from_this_machine(request))


def people_with_roles() -> list[tuple[Person, list[Any]]]:
    """Active people with the names of their roles."""
    people = active_people().prefetch_related("grants").select_related("organisation")
    return [(person, [Role(grant.role).label for grant in person.grants.all()]) for person in people]
