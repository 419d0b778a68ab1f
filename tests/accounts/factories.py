"""Makes people and organisations for tests."""

from __future__ import annotations

from itertools import count

from clearground.accounts.actions import add_organisation, add_person
from clearground.accounts.models import Organisation, Person

_NUMBERS = count(1)


def a_person(login: str = "", *, by: Person | None = None, **values: object) -> Person:
    """Somebody who may act; the first of a test needs nobody to add them."""
    login = login or f"person{next(_NUMBERS)}"
    adder = by or Person.objects.filter(is_active=True).first()
    return add_person(login=login, name=login.title(), by=adder, **values)  # type: ignore[arg-type]


def an_organisation(code: str = "", *, by: Person | None = None, kind: str = "operator") -> Organisation:
    """An organisation that records can name."""
    code = code or f"ORG{next(_NUMBERS)}"
    return add_organisation(code=code, name=f"Organisation {code}", kind=kind, by=by or a_person())
