"""A journey over the sheet: another day, Khmer; no other host, no barrier, no broken rule."""

from __future__ import annotations

from urllib.parse import urlparse

import pytest

from clearground.web.templatetags.clearground_pages import BUILD
from tests.web import books

from .watching import Watch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def register(monkeypatch):
    """Books with an edition; the questions that they are asked."""
    if not (BUILD / "manifest.json").is_file():
        pytest.fail("the front end is not built: make frontend")
    books.a_register()
    books.an_approval()
    books.an_edition()
    return books.keep_books(monkeypatch, land=200)


@pytest.fixture(params=[1440, 390])
def watch(request, browser, live_server, register):
    """The sheet, watched, on a wide and on a narrow screen."""
    context = browser.new_context(viewport={"width": request.param, "height": 900}, locale="en")
    watched = Watch(context.new_page())
    watched.page.goto(f"{live_server.url}/sheet/")
    yield watched
    context.close()


def test_the_journey(watch, live_server, register):
    """Read the sheet, ask for another day, switch to Khmer."""
    page = watch.page
    assert "Official 2017" in page.locator(".lede").inner_text()
    assert page.locator(".law").inner_text().startswith("The books balance.")

    page.get_by_label("As of").fill("2016-12-31")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**as-of=2016-12-31**")
    assert str(register[-1]["as_of"]) == "2016-12-31"
    assert "31 December 2016" in page.locator(".lede").inner_text()

    page.get_by_role("button", name="ខ្មែរ").click()
    page.wait_for_selector("html[lang=km]")
    assert "31 ធ្នូ 2016" in page.locator(".lede").inner_text()

    assert set(watch.hosts) == {urlparse(live_server.url).netloc}
    assert watch.complaints == []


@pytest.mark.parametrize("language", ["en", "km"])
def test_no_barrier_for_readers(watch, live_server, language):
    """Axe finds nothing."""
    if language == "km":
        watch.page.get_by_role("button", name="ខ្មែរ").click()
        watch.page.wait_for_selector("html[lang=km]")
    assert watch.barriers() == []


def test_the_page_never_runs_over_the_screen(watch):
    """A wide table scrolls in its own frame; the first column stays in sight."""
    page = watch.page
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".scroller").first.evaluate("frame => frame.scrollTo(300, 0)")
    box = page.locator(".scroller tbody tr.subtotal th").first.bounding_box()
    assert box["x"] >= 0


def test_the_page_works_without_a_script(browser, live_server, register):
    """The form and the sheet are plain HTML."""
    context = browser.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(f"{live_server.url}/sheet/")
    page.get_by_label("As of").fill("2015-12-31")
    page.get_by_role("button", name="Show").click()
    assert "as-of=2015-12-31" in page.url
    assert "The books balance." in page.locator(".law").inner_text()
    page.goto(f"{live_server.url}/map/")
    assert "does not" not in page.locator("[data-map-status]").inner_text()
    context.close()


def test_other_pages_have_no_barrier(watch, live_server):
    """The list of editions and an edition, too."""
    watch.page.goto(f"{live_server.url}/editions/")
    assert watch.barriers() == []
    watch.page.get_by_role("link", name="Official 2017").click()
    assert "15,000,000" in watch.page.locator("table").inner_text()
    assert watch.barriers() == []
    assert watch.complaints == []
