"""Every address, tried with every role: the matrix of `rights.toml` is what the pages do."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from clearground.accounts.choices import Role
from clearground.accounts.rights import EVERYBODY, RIGHTS, SIGNED_IN
from clearground.audit.models import AuditEvent
from tests.web import books

# What stands in an address for each kind of part; nothing of that name is there, which is after the door.
PARTS = {"int": 1, "str": "nothing", "slug": "closing_m2", "path": "NO-1", "uuid": "0" * 32}
BY_NAME = {
    "kind": "csv",
    "level": "province",
    "number": 1,
    "format": "csv",
    "start": "operators",
    "end": "authority",
    "step": "late",
}


def patterns(urls: list[URLPattern | URLResolver], space: str = "") -> dict[str, URLPattern]:
    """All addresses by the name of their view."""
    found: dict[str, URLPattern] = {}
    for each in urls:
        if isinstance(each, URLResolver):
            inner = f"{each.namespace}:" if each.namespace else space
            found |= patterns(each.url_patterns, inner)
        else:
            found[f"{space}{each.name}"] = each
    return found


PAGES = patterns(get_resolver().url_patterns)
# Open pages that send whoever has nothing to do there to the login or out of it.
SENDS_AWAY = {"account_logout", "mfa_authenticate"}


def address_of(name: str) -> str:
    """An address of the page, with something in each of its parts."""
    pattern = PAGES[name].pattern
    kinds: dict[str, Any] = {part: type(kind).__name__ for part, kind in pattern.converters.items()}
    names = kinds or dict.fromkeys(getattr(getattr(pattern, "regex", None), "groupindex", {}), "")
    given = {
        part: BY_NAME.get(part, PARTS.get(kind.removesuffix("Converter").replace("String", "str").lower(), 1))
        for part, kind in names.items()
    }
    return reverse(name, kwargs=given)


def test_every_page_stands_in_the_matrix_and_every_entry_is_a_page():
    """A page that nobody thought about is for nobody."""
    assert set(PAGES) == set(RIGHTS.pages)


@pytest.fixture
def closed(db, monkeypatch):
    """A country that publishes nothing, with books."""
    books.a_register(published="nothing", is_invented=True)
    books.an_approval()
    books.keep_books(monkeypatch)


def is_let_in(client: Client, name: str) -> bool:
    """The door is open: whatever the page then says, it isn't “not for your role” or “sign in first”."""
    client.raise_request_exception = False
    answer = client.get(address_of(name))
    asks_to_sign_in = answer.status_code == 302 and answer["Location"].startswith(reverse("account_login"))
    return not asks_to_sign_in and answer.status_code != 403


@pytest.mark.parametrize("role", Role.values)
def test_a_role_opens_what_the_matrix_says_and_nothing_else(role: str, closed, client):
    """Every address."""
    client.force_login(books.somebody(role))
    opened = {name for name in PAGES.keys() - SENDS_AWAY if is_let_in(client, name)}
    may = {name for name, roles in RIGHTS.may.items() if role in roles} | {EVERYBODY, SIGNED_IN}
    assert opened == {name for name in PAGES if RIGHTS.pages[name] in may} - SENDS_AWAY


def is_taken(client: Client, name: str) -> bool:
    """A form sent to the page is looked at, whatever becomes of it."""
    client.raise_request_exception = False
    answer = client.post(address_of(name))
    asks_to_sign_in = answer.status_code == 302 and answer["Location"].startswith(reverse("account_login"))
    return not asks_to_sign_in and answer.status_code != 403


@pytest.mark.parametrize("role", [*Role.values, None])
def test_what_a_role_may_not_open_takes_nothing_from_it(role: str | None, closed, client):
    """A form sent without the page, at every address: refused, and nothing is written."""
    if role:
        client.force_login(books.somebody(role))
    may = {name for name, roles in RIGHTS.may.items() if role in roles} | {EVERYBODY} | ({SIGNED_IN} if role else set())
    shut = {name for name in PAGES if RIGHTS.pages[name] not in may}
    assert {name for name in shut if is_taken(client, name)} == set()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("role", Role.values)
def test_an_empty_form_breaks_no_page(role: str, closed, client):
    """Of those that the role may open: it is answered, and changes nothing in the register."""
    client.force_login(books.somebody(role))
    client.raise_request_exception = False
    mine = [name for name in PAGES if name.startswith("web:") and role in RIGHTS.may.get(RIGHTS.pages[name], ())]
    broken = {name: status for name in mine if (status := client.post(address_of(name)).status_code) >= 500}
    assert broken == {}


@pytest.mark.parametrize("published", list(RIGHTS.published))
def test_without_an_account_one_sees_what_the_country_publishes(published: str, closed, client):
    """Nothing, figures, or land as well; tiles and downloads included."""
    books.Country.objects.update(published=published)
    opened = {name for name in PAGES.keys() - SENDS_AWAY if is_let_in(client, name)}
    may = RIGHTS.published[published] | {EVERYBODY}
    assert opened == {name for name in PAGES if RIGHTS.pages[name] in may} - SENDS_AWAY


def test_who_was_deactivated_is_out_at_once(closed, client):
    """A session that is open ends with the account."""
    person = books.somebody("data_officer")
    client.force_login(person)
    assert is_let_in(client, "web:sheet")
    person.is_active = False
    person.save()
    assert not is_let_in(client, "web:sheet")


def test_a_role_too_strong_for_a_password_asks_for_a_code(closed, client):
    """In a real country; the demonstration asks nobody."""
    client.force_login(books.somebody("approver"))
    assert client.get("/sheet/").status_code == 200
    books.Country.objects.update(is_invented=False)
    assert client.get("/sheet/")["Location"] == reverse("mfa_activate_totp")
    assert client.get("/account/code/").status_code == 200


def test_a_refusal_says_who_may(closed, client):
    """And whom to ask."""
    client.force_login(books.somebody("viewer"))
    answer = client.get("/map/1/at", headers={"accept": "text/html"})
    assert answer.status_code == 403
    assert "where hazards lie" in answer.content.decode()
    assert "data officer" in answer.content.decode()
