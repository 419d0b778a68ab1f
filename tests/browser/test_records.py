"""Journeys over records: find one, draw one by clicks, look at its effect, save it; a traverse that does not close."""

from __future__ import annotations

from urllib.parse import urlparse

import pytest

from clearground.exchange.models import Import
from clearground.land.models import LandEvent
from clearground.web.templatetags.clearground_pages import BUILD
from tests.browser.watching import Watch
from tests.web.records import demo

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def register():
    """The invented country with sixty hazards."""
    if not (BUILD / "manifest.json").is_file():
        pytest.fail("the front end is not built: make frontend")
    return demo.load()


@pytest.fixture(params=[1440, 390])
def watch(request, browser, live_server, register):
    """The data officer, on a wide and on a narrow screen with a finger."""
    context = browser.new_context(
        viewport={"width": request.param, "height": 900}, locale="en", has_touch=request.param < 800
    )
    watched = Watch(context.new_page())
    watched.page.goto(f"{live_server.url}/step-in/")
    watched.page.locator('form[action="/step-in/karsova.registrar/"] button').click()
    watched.page.wait_for_load_state()
    yield watched
    context.close()


def fits(page) -> bool:
    """Nothing runs over the screen."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_record_is_found_and_read(watch, live_server):
    """By part of its reference; its map can be moved; nothing is in anybody's way."""
    page = watch.page
    event = next(each for each in demo.standing(is_release=False) if each.shape.area)
    page.goto(f"{live_server.url}/records/")
    assert watch.barriers() == []
    assert fits(page)
    page.get_by_label("Reference").fill(event.record.ref[-8:].lower())
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=event.record.ref, exact=True).click()
    assert page.locator("h1").inner_text() == event.record.ref
    page.locator("[data-record-map]").scroll_into_view_if_needed()
    page.locator("[data-record-map][data-ready] canvas").wait_for(timeout=60_000)
    page.locator("details.points summary").click()
    page.get_by_text("Northing, m").wait_for()
    page.wait_for_timeout(300)  # the frame of a table that opens is measured after it is drawn
    assert watch.barriers() == []
    assert fits(page)
    assert set(watch.hosts) == {urlparse(live_server.url).netloc}
    assert watch.complaints == []


def fill_in(page, ref: str) -> None:
    """What a new hazard says beside its boundary."""
    page.get_by_label("Reference", exact=True).fill(ref)
    page.get_by_label("Kind").select_option("confirm")
    page.get_by_label("Counts from").fill("2025-06-01")
    page.get_by_label("Operator").select_option("LFT")
    page.get_by_label("Mines", exact=True).select_option("A1")
    page.get_by_label("Why").fill("Seen on the ground")


def preview(page) -> str:
    """The effect on the books, once it has been computed."""
    page.locator("#outlook h2").evaluate("heading => heading.setAttribute('data-before', '')")
    with page.expect_response("**/propose/preview/") as answer:
        page.get_by_role("button", name="Preview").click()
    assert answer.value.status == 200
    page.locator("#outlook h2:not([data-before])").wait_for()
    page.wait_for_timeout(300)  # frames of tables are measured after they are drawn
    return page.locator("#outlook").inner_text()


def test_a_polygon_is_drawn_looked_at_and_saved(watch, live_server):
    """By clicks on the map; a corner is moved; the effect is shown before, and nothing counts after."""
    page = watch.page
    page.goto(f"{live_server.url}/propose/")
    fill_in(page, "DRAWN-1")
    chart = page.locator("[data-draw][data-ready] canvas")
    chart.wait_for(timeout=60_000)
    event = next(each for each in demo.standing(is_release=False) if each.shape.area)
    lon, lat = event.shape.representative_point().coords[0]
    page.evaluate(
        "([lon, lat]) => document.querySelector('[data-draw]').chart.jumpTo({center: [lon, lat], zoom: 15})", [lon, lat]
    )
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    middle_x, middle_y = box["width"] / 2, box["height"] / 2
    assert "closing" not in page.locator("#outlook").inner_text().lower()
    for x, y in ((-90, -70), (90, -70), (90, 70), (-90, 70), (-90, -70)):
        chart.click(position={"x": middle_x + x, "y": middle_y + y})
        page.wait_for_timeout(350)
    drawn = page.locator("input[name=drawn]")
    page.wait_for_function("document.querySelector('input[name=drawn]').value.includes('Polygon')")
    before = drawn.input_value()
    page.mouse.move(box["x"] + middle_x + 90, box["y"] + middle_y + 70)
    page.mouse.down()
    page.mouse.move(box["x"] + middle_x + 110, box["y"] + middle_y + 90, steps=6)
    page.mouse.up()
    page.wait_for_function("old => document.querySelector('input[name=drawn]').value !== old", arg=before)
    assert watch.barriers() == []

    outlook = preview(page)
    assert "Closing after" in outlook
    assert watch.barriers() == []
    assert fits(page)
    assert Import.objects.count() == 0

    events = LandEvent.objects.count()
    page.get_by_role("button", name="Save the proposal").click()
    page.wait_for_url("**/proposals/*/")
    assert "It counts for nothing until somebody else approves it." in page.locator(".lede").inner_text()
    assert "DRAWN-1" in page.locator("h1").inner_text()
    assert LandEvent.objects.count() == events
    assert Import.objects.get().state == "pending"
    assert watch.barriers() == []
    assert fits(page)
    assert watch.complaints == []


def test_a_traverse_that_does_not_close_says_so(watch, live_server):
    """In metres and as a ratio; the compass rule closes it."""
    page = watch.page
    page.goto(f"{live_server.url}/propose/")
    fill_in(page, "WALKED-1")
    page.get_by_label("Enter bearings and distances").check()
    event = next(each for each in demo.standing(is_release=False) if each.shape.area)
    west, south = event.shape.bounds[:2]
    page.get_by_label("Start or reference point").fill(f"{south:.6f} {west:.6f}")
    page.get_by_label("Legs, one a line").fill("0 100\n90 100\n180 100\n270 99")
    assert "Closing error 1.00 m in 399.0 m walked: 1:3" in preview(page)
    assert page.locator(".closure.wide-off").is_visible()
    page.get_by_label("Distribute the closing error").check()
    assert "distributed by the compass rule" in preview(page)
    assert watch.barriers() == []
    assert fits(page)
    assert watch.complaints == []


def test_a_proposal_works_without_a_script(browser, live_server, register):
    """By coordinates and the same button."""
    context = browser.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(f"{live_server.url}/step-in/")
    page.locator('form[action="/step-in/karsova.registrar/"] button').click()
    page.goto(f"{live_server.url}/propose/")
    fill_in(page, "PLAIN-1")
    page.get_by_label("Enter coordinates").check()
    page.get_by_label("Corners, one a line").fill(demo.a_proposal()["coordinates"])
    page.get_by_role("button", name="Preview").click()
    assert "Closing after" in page.locator("#outlook").inner_text()
    assert page.locator("#outlook svg.drawing").count() == 1
    page.get_by_role("button", name="Save the proposal").click()
    assert "/proposals/" in page.url
    context.close()
    assert Import.objects.get().rows.get().ref == "PLAIN-1"


def test_the_pages_speak_khmer_without_a_barrier(watch, live_server):
    """List, record and form."""
    page = watch.page
    page.get_by_role("button", name="ខ្មែរ").click()
    page.wait_for_selector("html[lang=km]")
    ref = demo.standing(is_release=True)[0].record.ref
    for address in ("/records/", f"/records/{ref}/", "/propose/"):
        page.goto(live_server.url + address)
        assert watch.barriers() == []
        assert fits(page)
    assert watch.complaints == []
