"""Journeys of those who keep people and lists: from the first link without a password to a closed account."""

from __future__ import annotations

import pytest

from clearground.accounts.actions import add_person, grant_role, invite
from clearground.accounts.models import Person
from clearground.web.templatetags.clearground_pages import BUILD
from scripts.doing import code_of
from tests.browser.watching import Watch
from tests.web import books

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "seven brown goats climb"
WIDTHS = [1440, 390]


def test_the_digits_are_those_of_the_standard():
    """RFC 6238, appendix B, the last six of eight digits."""
    assert code_of("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 1111111109) == "081804"


@pytest.fixture
def register(monkeypatch):
    """A real country with books, and one administrator who has no password yet."""
    if not (BUILD / "manifest.json").is_file():
        pytest.fail("the front end is not built: make frontend")
    books.a_register(is_invented=False, published="nothing")
    books.an_approval()
    books.keep_books(monkeypatch)
    first = add_person(login="sokha", name="Sokha", by=Person.objects.get(login="keeper"))
    for role in ("administrator", "data_officer"):
        grant_role(person=first, role=role, by=first)
    return first


@pytest.fixture(params=WIDTHS)
def watch(request, browser, live_server, register):
    """A page, watched, on a wide and on a narrow screen."""
    context = browser.new_context(viewport={"width": request.param, "height": 900}, locale="en")
    watched = Watch(context.new_page())
    yield watched
    context.close()


def no_barrier(watch: Watch) -> None:
    """Axe finds nothing, and the page does not run over the screen."""
    assert watch.barriers() == []
    assert watch.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def join(watch: Watch, address: str) -> None:
    """The link opened, and a password set: too short first."""
    page = watch.page
    page.goto(address)
    no_barrier(watch)
    page.get_by_label("New password").fill("short")
    page.get_by_label("The same password again").fill("short")
    page.get_by_role("button", name="Set the password").click()
    page.get_by_role("alert").get_by_text("Use at least 12 characters.").wait_for()
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    page.wait_for_url("**/account/login/**")


def sign_in(watch: Watch, login: str, password: str = PASSWORD) -> None:
    """Login and password entered."""
    watch.page.get_by_label("Login").fill(login)
    watch.page.get_by_label("Password").fill(password)
    watch.page.get_by_role("button", name="Sign in").click()


def set_up_codes(watch: Watch) -> str:
    """One-time codes on; the secret that a phone would keep."""
    page = watch.page
    page.wait_for_url("**/account/code/activate/**")
    no_barrier(watch)
    assert page.locator(".qr svg path").count() == 1
    secret = page.locator("code.key").inner_text()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Turn one-time codes on").click()
    page.get_by_role("alert").get_by_text("This code is not the right one").wait_for()
    page.get_by_label("Code").fill(code_of(page.locator("code.key").inner_text()))
    page.get_by_role("button", name="Turn one-time codes on").click()
    page.wait_for_url("**/account/code/recovery/**")
    assert page.locator(".codes li").count() == 10
    no_barrier(watch)
    return secret


def test_from_the_first_link_to_a_closed_account(watch, live_server, register):
    """The first administrator joins, sets codes up, invites a data officer, who works, and is put out."""
    page, base = watch.page, live_server.url
    join(watch, f"{base}/join/{invite(person=register, by=register)}/")
    no_barrier(watch)
    sign_in(watch, "sokha", "not the password")
    page.get_by_role("alert").get_by_text("Login and password don't fit together.").wait_for()
    sign_in(watch, "sokha")
    secret = set_up_codes(watch)

    page.goto(f"{base}/people/add/")
    no_barrier(watch)
    page.get_by_label("Login").fill("dara")
    page.get_by_label("Name").fill("Chan Dara")
    page.get_by_label("data officer").check()
    page.get_by_role("button", name="Add, and make a link").click()
    page.get_by_role("alert").get_by_text("Reason: This is needed.").wait_for()
    page.get_by_label("Reason").fill("Begins on Monday")
    page.get_by_role("button", name="Add, and make a link").click()
    link = page.get_by_label("Link to join").input_value()
    assert link.startswith(f"{base}/join/")
    no_barrier(watch)

    officer = Watch(watch.page.context.browser.new_context(viewport=page.viewport_size, locale="en").new_page())
    join(officer, link)
    sign_in(officer, "dara")
    officer.page.wait_for_url(f"{base}/")
    officer.page.goto(f"{base}/people/")
    officer.page.get_by_text("This page is not for your role").wait_for()

    page.goto(f"{base}/people/")
    no_barrier(watch)
    page.get_by_role("link", name="Chan Dara").click()
    no_barrier(watch)
    page.get_by_text("Leaving").click()
    close = page.locator("form[action$='/leave/']")
    close.get_by_label("Reason").fill("Left the programme")
    close.get_by_role("button", name="Close this account").click()
    page.get_by_text("Sessions and links have ended.").wait_for()
    officer.page.goto(f"{base}/sheet/")
    officer.page.wait_for_url("**/account/login/**")
    sign_in(officer, "dara")
    officer.page.get_by_role("heading", name="This account is closed").wait_for()

    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{base}/account/login/?next=/people/")
    sign_in(watch, "sokha")
    page.wait_for_url("**/account/code/authenticate/**")
    no_barrier(watch)
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{base}/people/")
    assert [said for said in watch.complaints if "403" not in said and "400" not in said] == []
    assert set(watch.hosts) == {base.removeprefix("http://")}


def test_who_changed_this_and_why_is_answered_on_one_screen(watch, live_server, register):
    """A few letters, a choice, the answer: who, when, why, and what exactly."""
    page = watch.page
    step_in(watch, live_server, "sokha")
    place = books.Place.objects.get(code="01")
    page.goto(f"{live_server.url}/place/{place.code}/")
    no_barrier(watch)
    page.get_by_label("Name", exact=True).fill("Ostrel North")
    page.get_by_label("Reason").fill("Decree 12 of 2026")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Changed.").wait_for()

    page.goto(f"{live_server.url}/audit/")
    no_barrier(watch)
    page.get_by_label("About").press_sequentially("01")
    page.locator(".suggested").get_by_role("link", name="place 01").click()
    row = page.locator(".events > li").first
    told = row.inner_text()
    for words in ("place renamed", "Sokha", "Decree 12 of 2026"):
        assert words in told, words
    row.get_by_text("What exactly").click()
    assert "Ostrel North" in row.inner_text()
    no_barrier(watch)
    row.get_by_role("link", name="Event").click()
    page.get_by_role("heading", name="Its seal").wait_for()
    no_barrier(watch)
    assert watch.complaints == []


def step_in(watch: Watch, live_server, login: str) -> None:
    """A session of somebody whose codes are set up."""
    from allauth.mfa.models import Authenticator
    from django.conf import settings
    from django.test import Client

    person = Person.objects.get(login=login)
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    person.set_password(PASSWORD)
    person.save()
    client = Client()
    client.force_login(person)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
    watch.page.context.add_cookies([{**cookie, "url": live_server.url}])


PAGES = ["people/", "people/add/", "person/sokha/", "organisations/", "organisations/add/", "lists/"]
PAGES += ["lists/classes/add/", "places/", "place/01/", "boundaries/", "boundaries/upload/", "audit/", "audit/1/"]
PAGES += ["account/code/", "account/password/", "publication/"]


def test_no_page_has_a_barrier_in_khmer(watch, live_server, register):
    """Each page of administration and of one's own account, in Khmer."""
    grant_role(person=register, role="approver", by=register)
    step_in(watch, live_server, "sokha")
    page = watch.page
    page.goto(f"{live_server.url}/people/")
    page.get_by_role("button", name="ខ្មែរ").click()
    page.wait_for_selector("html[lang=km]")
    for address in PAGES:
        page.goto(f"{live_server.url}/{address}")
        assert page.locator("h1").count() == 1, address
        assert watch.barriers() == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    assert watch.complaints == []
