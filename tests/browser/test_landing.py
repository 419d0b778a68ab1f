"""A stranger's first minute and an officer's morning, on a wide and a narrow screen, in both languages."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlparse

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from clearground.accounts.models import Person
from clearground.land.models import Edition
from clearground.web.templatetags.clearground_pages import BUILD
from tests.web import books, landing_books

from .watching import Watch

pytestmark = pytest.mark.django_db(transaction=True)
MOST_BYTES = 300_000
PRINTED = """() => [...document.querySelectorAll("table.year tbody tr:not(.family)")].map((row) =>
    [...row.querySelectorAll("td.num")].map((cell) => Number(cell.innerText.replace(/,/g, "").replace("−", "-")))
)"""


@pytest.fixture
def keeper() -> Person:
    """A real small register."""
    if not (BUILD / "manifest.json").is_file():
        pytest.fail("the front end is not built: make frontend")
    return landing_books.a_register()


@pytest.fixture(params=[1440, 390])
def watch(request: Any, browser: Any, live_server: Any, keeper: Person) -> Any:
    """The first page, watched."""
    context = browser.new_context(viewport={"width": request.param, "height": 900}, locale="en")
    watched = Watch(context.new_page())
    watched.page.goto(live_server.url)
    yield watched
    context.close()


def sign_in(watch: Any, server: Any, person: Person) -> None:
    """The browser has a session of this person."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": server.url}
    watch.page.context.add_cookies([cookie])
    watch.page.goto(server.url)


def fits(page: Any) -> bool:
    """Nothing runs over the side of the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_strangers_first_minute(watch: Any, live_server: Any) -> None:
    """What lies open, who signed for it, that it balances, and why three totals differ, down to the reports."""
    page = watch.page
    assert page.locator("h1").inner_text().startswith("Contaminated land in")
    assert "Official 2017" in page.locator(".edition-seal").inner_text()
    assert page.locator(".law").inner_text().startswith("The books balance.")
    assert page.locator("[data-map]").count() == 0, "no map first"
    page.get_by_role("link", name="From the operators to the authority").first.click()
    page.wait_for_url("**/gap/operators/authority/**")
    assert fits(page)
    page.get_by_role("link", name="Approved after the edition was signed").click()
    page.wait_for_url("**step=late**")
    assert page.get_by_role("link", name="R3").is_visible()
    page.go_back()
    page.get_by_role("link", name="From the operators to the treaty report").click()
    page.get_by_label("Operator two").check()
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**without=OP2**")
    assert page.get_by_label("Operator two").is_checked()
    assert set(watch.hosts) == {urlparse(live_server.url).netloc}
    assert watch.complaints == []


def test_the_visible_law_adds_up(watch: Any) -> None:
    """As printed: opening, restated, new and other, less what was released, is the closing, to the square metre."""
    rows = watch.page.evaluate(PRINTED)
    assert len(rows) == 6
    for opening, restated, new, other, cancelled, reduced, cleared, closing in rows:
        assert abs(opening + restated + new + other - cancelled - reduced - cleared - closing) <= 4, "rounded terms"
    assert any(row[1] for row in rows)


@pytest.mark.parametrize("language", ["en", "km"])
def test_no_barrier_for_readers(watch: Any, live_server: Any, keeper: Person, language: str) -> None:
    """Axe finds nothing on any of the pages, for a stranger and for somebody with work."""
    edition = Edition.objects.order_by("as_of").first()
    if language == "km":
        watch.page.get_by_role("button", name="ខ្មែរ").click()
        watch.page.wait_for_selector("html[lang=km]")
    addresses = ("/", "/gap/operators/authority/?step=late", "/gap/operators/treaty/", f"/restated/{edition.pk}/")
    for address in addresses:
        watch.page.goto(live_server.url + address)
        assert watch.barriers() == [], address
        assert fits(watch.page), address
    person = books.somebody("data_officer", "approver", "administrator")
    of = landing_books.an_import(keeper)
    for owner in ("OP1", "OP2", ""):
        landing_books.a_finding(of, owner)
    sign_in(watch, live_server, person)
    watch.page.locator(".side details").first.evaluate("part => part.open = true")
    assert watch.barriers() == []
    assert fits(watch.page)
    assert watch.complaints == []


def test_an_officers_morning(watch: Any, live_server: Any, keeper: Person) -> None:
    """What waits for me is on the first screen, and what I brought myself is not for me to approve."""
    person = books.somebody("approver")
    landing_books.an_import(keeper)
    landing_books.an_import(person)
    sign_in(watch, live_server, person)
    side = watch.page.locator(".side")
    assert "My work today" in side.inner_text()
    assert "1 import" in side.inner_text()
    assert "Tester" in side.inner_text()
    if watch.page.viewport_size["width"] > 1000:
        assert side.bounding_box()["y"] < 300


def test_the_page_weighs_little(browser: Any, live_server: Any, keeper: Person) -> None:
    """All that a first visit transfers, fonts included, in both languages; compressed where the server does."""
    for language in ("en", "km"):
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale=language)
        page, sizes = context.new_page(), {}
        page.on("requestfinished", lambda each, sizes=sizes: sizes.update({each.url: each.sizes()["responseBodySize"]}))
        page.goto(live_server.url, wait_until="networkidle")
        total = sum(sizes.values())
        print(language, total, {urlparse(url).path: size for url, size in sizes.items()})
        assert len(sizes) >= 4
        assert total <= MOST_BYTES, sizes
        assert not any("map" in urlparse(url).path for url in sizes)
        context.close()


def test_a_link_of_a_correction_list_goes_on_to_the_map(watch: Any, live_server: Any) -> None:
    """The address ends with zoom, latitude and longitude."""
    watch.page.goto("about:blank")
    watch.page.goto(f"{live_server.url}/#16/-45.0/-20.0")
    watch.page.wait_for_url(re.compile(r"/map/.*-45\.0+[/%2F]+-20\.0"))


def test_the_page_works_without_a_script(browser: Any, live_server: Any, keeper: Person) -> None:
    """The sheet, the gaps and their lines are plain HTML."""
    context = browser.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(live_server.url)
    page.get_by_role("link", name="From the operators to the authority").first.click()
    page.get_by_role("link", name="Approved after the edition was signed").click()
    assert "R3" in page.locator("table.lines").inner_text()
    context.close()
