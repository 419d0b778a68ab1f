"""A journey with a question of one's own: ask, refine in place, download, keep, open again; bulletin, dossier."""

from __future__ import annotations

from urllib.parse import urlparse

import pytest
from django.test import Client

from clearground.accounts.models import RoleGrant
from clearground.web.templatetags.clearground_pages import BUILD
from tests.publications.books import a_country, an_edition

from .watching import Watch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def register():
    """Books of two years with an edition; the demonstration lets one step in as anybody."""
    if not (BUILD / "manifest.json").is_file():
        pytest.fail("the front end is not built: make frontend")
    person = a_country()
    an_edition(person)
    RoleGrant.objects.create(person=person, role="data_officer")
    return person


def signed_in(context, live_server, person) -> None:
    """The browser has the session of somebody who signed in."""
    client = Client()
    client.force_login(person)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])


@pytest.fixture(params=[1440, 390])
def watch(request, browser, live_server, register):
    """Signed in, on a wide and on a narrow screen."""
    context = browser.new_context(viewport={"width": request.param, "height": 900}, locale="en", accept_downloads=True)
    signed_in(context, live_server, register)
    watched = Watch(context.new_page())
    watched.page.goto(live_server.url)
    yield watched
    context.close()


def test_ask_refine_download_keep(watch, live_server) -> None:
    """The answer changes in place, the address follows, nothing is asked of another host."""
    page = watch.page
    page.goto(f"{live_server.url}/ask/")
    assert "Province" in page.locator("table.pivot thead").inner_text()
    page.get_by_label("Rows").select_option("contract")
    page.wait_for_url("**rows=contract**")
    assert "C/1" in page.locator("table.pivot").inner_text()
    page.get_by_label("Province").select_option("01")
    page.get_by_label("District").wait_for()
    assert "province=01" in page.url
    assert watch.barriers() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    with page.expect_download() as file:
        page.get_by_role("link", name="CSV").click()
    assert file.value.suggested_filename.startswith("clearground-XKV-cancelled_m2")

    page.get_by_text("Keep this question").click()
    page.get_by_label("Name").fill("By contract")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_role("link", name="By contract").click()
    assert page.locator("h1").inner_text() == "By contract"
    assert set(watch.hosts) == {urlparse(live_server.url).netloc}
    assert watch.complaints == []


def test_a_refusal_comes_in_place(watch, live_server) -> None:
    """With what to do about it."""
    page = watch.page
    page.goto(f"{live_server.url}/ask/?rows=operator&measure=closing_m2")
    assert "belongs to land" in page.locator(".alert").inner_text()
    assert watch.barriers() == []


@pytest.mark.parametrize(
    "address", ["/reports/", "/bulletins/?month=2017-03&language=en", "/dossiers/?name=T-1&paper=a4&language=en"]
)
@pytest.mark.parametrize("language", ["en", "km"])
def test_no_barrier_for_readers(watch, live_server, address, language) -> None:
    """Axe finds nothing, in either language; nothing runs over the screen."""
    page = watch.page
    if language == "km":
        page.get_by_role("button", name="ខ្មែរ").click()
        page.wait_for_selector("html[lang=km]")
    page.goto(live_server.url + address)
    assert watch.barriers() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert watch.complaints == []


def test_the_question_works_without_a_script(browser, live_server, register) -> None:
    """A plain form with a button."""
    context = browser.new_context(java_script_enabled=False, locale="en")
    signed_in(context, live_server, register)
    page = context.new_page()
    page.goto(f"{live_server.url}/ask/")
    page.get_by_label("Rows").select_option("operator")
    page.get_by_role("button", name="Show").click()
    assert "rows=operator" in page.url
    assert "Operator two" in page.locator("table.pivot").inner_text()
    context.close()
