"""A journey over the map: replay, filter, two days side by side, a spot's history, search, a link that restores it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import expect

from clearground.web.templatetags.clearground_pages import BUILD
from tests.browser.watching import Watch
from tests.web import books

pytestmark = pytest.mark.django_db(transaction=True)
# Land that lasts from June 2008 on: the first piece.
FIRST = next(books.pieces(1))["geometry"].representative_point()


@pytest.fixture
def register(monkeypatch):
    """Books with an edition."""
    if not (BUILD / "manifest.json").is_file():
        pytest.fail("the front end is not built: make frontend")
    books.a_register()
    books.an_approval()
    books.an_edition()
    books.keep_books(monkeypatch, land=200)
    monkeypatch.setattr("clearground.web.atlas.selectors.first_day", lambda: books.date(2008, 6, 1))


@pytest.fixture(params=[1440, 390])
def watch(request, browser, live_server, register):
    """The map, watched, on a wide and on a narrow screen."""
    context = browser.new_context(viewport={"width": request.param, "height": 900}, locale="en")
    watched = Watch(context.new_page())
    watched.page.set_default_timeout(20_000)
    watched.base = live_server.url
    opened(watched, "/map/")
    yield watched
    context.close()


def opened(watch: Watch, address: str) -> None:
    """The map of an address, drawn."""
    watch.page.goto("about:blank")
    watch.page.goto(f"{watch.base}{address}")
    watch.page.locator("[data-map][data-ready]").wait_for(timeout=60_000)


def panel(watch: Watch) -> None:
    """The panel with search, filters and signs is open; on a narrow screen it is a sheet at the bottom."""
    watch.page.locator("[data-panel]").evaluate("sheet => { sheet.open = true; }")
    watch.page.wait_for_timeout(500)  # the map takes its new size


def picture(watch: Watch, side: int = 0) -> int:
    """How many dots of the overview are drawn on."""
    return (
        watch.page.locator("canvas.overview")
        .nth(side)
        .evaluate(
            "sheet => sheet.getContext('2d').getImageData(0, 0, sheet.width, sheet.height).data.filter(Boolean).length"
        )
    )


def asked(watch: Watch) -> dict[str, str]:
    """What stands in the address."""
    return {name: values[0] for name, values in parse_qs(urlparse(watch.page.url).query).items()}


def test_the_slider_replays_the_ledger(watch):
    """By keyboard, by hand and by itself; the day is told, and stands in the address."""
    page, slider = watch.page, watch.page.get_by_label("Day shown on the map")
    assert page.locator("[data-day-shown]").inner_text() == "31 December 2017"
    full = picture(watch)
    assert full > 0
    slider.focus()
    page.keyboard.press("PageDown")
    assert page.locator("[data-day-shown]").inner_text() == "31 December 2016"
    assert slider.get_attribute("aria-valuetext") == "31 December 2016"
    assert asked(watch)["as-of"] == "2016-12-31"
    slider.fill(slider.get_attribute("min"))
    page.locator("[data-map][data-shown='2008-01-01']").wait_for()
    assert picture(watch) == 0
    page.get_by_role("button", name="Play").click()
    page.locator("[data-day-shown]", has_text="2009").wait_for()
    page.get_by_role("button", name="Pause").click()
    assert 0 < picture(watch) < full
    assert watch.complaints == []


def test_filters_narrow_the_picture_and_stand_in_the_address(watch):
    """One family is less than all; a link shows the same again."""
    full = picture(watch)
    panel(watch)
    watch.page.get_by_label("Contamination").select_option("cmr")
    one = picture(watch)
    assert 0 < one < full
    watch.page.get_by_label("Operator").select_option("OP1")
    assert picture(watch) <= one
    found = asked(watch)
    assert (found["family"], found["operator"]) == ("cmr", "OP1")
    few = picture(watch)
    opened(watch, watch.page.url.removeprefix(watch.base))
    panel(watch)
    assert picture(watch) == pytest.approx(few, rel=0.05)
    assert watch.page.get_by_label("Contamination").input_value() == "cmr"


def test_two_days_stand_side_by_side(watch):
    """Two maps that move as one, each named by its day."""
    opened(watch, "/map/?as-of=2017-12-31&beside=2010-12-31")
    watch.page.locator("[data-beside-ready]").wait_for()
    days = watch.page.locator("[data-side-day]").all_inner_texts()
    assert days == ["31 December 2017", "31 December 2010"]
    drawn = [picture(watch, side) for side in (0, 1)]
    assert 0 < drawn[1] < drawn[0]
    assert watch.barriers() == []
    panel(watch)
    watch.page.get_by_label("Beside it, another day").fill("")
    expect(watch.page.locator("canvas.overview")).to_have_count(1)
    assert "beside" not in asked(watch)
    assert watch.complaints == []


def test_a_spot_tells_its_history(watch):
    """A link to a spot opens it with a mark, and what happened there with its record and approval."""
    opened(watch, f"/map/?known={books.KNOWN}&as-of={books.AS_OF}#16/{FIRST.y:.6f}/{FIRST.x:.6f}")
    picked = watch.page.locator("[data-picked]")
    picked.get_by_role("heading", name="What happened here").wait_for()
    assert "Suspected hazardous, A1" in picked.inner_text()
    assert "approval 1, 22 May 2018" in picked.inner_text()
    assert picked.get_by_role("link", name="NO-0").get_attribute("href").endswith("NO-0/")
    mark, chart = (
        watch.page.locator(each).bounding_box()
        for each in (".maplibregl-marker", "[data-map] canvas.maplibregl-canvas")
    )
    assert abs(mark["x"] + mark["width"] / 2 - chart["x"] - chart["width"] / 2) < 20
    assert watch.barriers() == []
    assert watch.complaints == []


def test_links_of_older_correction_lists_still_lead_to_their_spot(watch):
    """They name the first page."""
    watch.page.goto("about:blank")
    watch.page.goto(f"{watch.base}/#16/{FIRST.y:.6f}/{FIRST.x:.6f}")
    watch.page.wait_for_url("**/map/**")
    watch.page.get_by_role("heading", name="What happened here").wait_for(timeout=60_000)


def test_a_search_leads_there(watch):
    """To a place, which masks what lies outside it; to coordinates, with their history."""
    panel(watch)
    watch.page.get_by_label("Find a place, a record or coordinates").fill("Vardin Town")
    watch.page.get_by_role("button", name="Find").click()
    watch.page.wait_for_url("**place=0201**")
    zoom, _lat, lon = map(float, asked(watch)["at"].split("/"))
    assert lon == pytest.approx(21.5, abs=0.2)
    panel(watch)
    watch.page.get_by_label("Find a place, a record or coordinates").fill(f"{FIRST.y:.5f}, {FIRST.x:.5f}")
    watch.page.get_by_role("button", name="Find").click()
    watch.page.get_by_role("heading", name="What happened here").wait_for()
    assert float(asked(watch)["at"].split("/")[0]) == 15 > zoom
    assert watch.complaints == []


def test_nothing_stands_in_the_way(watch):
    """No barrier, no other host, nothing over the edge; the warning and the banner are always in view."""
    panel(watch)
    assert watch.barriers() == []
    assert {urlparse(watch.base).netloc} == set(watch.hosts) - {"about:blank", ""}
    page = watch.page
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for words in ("Land without a polygon is not thereby safe", "Invented country."):
        box = page.get_by_text(words).first.bounding_box()
        assert 0 <= box["y"] < 900
    stage = page.locator("[data-side=left]").bounding_box()
    assert stage["height"] > 150
    page.get_by_role("button", name="ខ្មែរ").click()
    page.wait_for_selector("html[lang=km]")
    page.locator("[data-map][data-ready]").wait_for(timeout=60_000)
    assert watch.barriers() == []
    assert "31 ធ្នូ 2017" in page.locator("[data-day-shown]").inner_text()


def test_who_may_see_figures_sees_them_by_commune(browser, live_server, register):
    """No tile is asked for; a commune tells its figure."""
    books.Country.objects.update(published="figures")
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en")
    watched = Watch(context.new_page())
    watched.base, paths = live_server.url, []
    watched.page.on("request", lambda request: paths.append(urlparse(request.url).path))
    opened(watched, "/map/")
    watched.page.locator("[data-map][data-figures]").wait_for()
    watched.page.locator("canvas.maplibregl-canvas").click(position={"x": 350, "y": 300})
    watched.page.locator("[data-picked] h2").wait_for()
    assert "Town" in watched.page.locator("[data-picked] h2").inner_text()
    assert not [path for path in paths if path.startswith("/tiles/")]
    assert watched.barriers() == []
    assert watched.complaints == []
    context.close()
