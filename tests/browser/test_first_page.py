"""A journey over the sheet and the map: another day, Khmer; no other host, no barrier, no broken rule."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import urlparse

import pytest

from clearground.web.templatetags.clearground_pages import BUILD
from tests.web import books

pytestmark = pytest.mark.django_db(transaction=True)
AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Watch:
    """What a page asked for and what it complained about."""

    def __init__(self, page) -> None:
        self.hosts: Counter[str] = Counter()
        self.complaints: list[str] = []
        self.page = page
        page.on("request", lambda request: self.hosts.update([urlparse(request.url).netloc or request.url[:40]]))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda problem: self.complaints.append(str(problem)))

    def barriers(self) -> list[str]:
        """What axe finds, as rule and place."""
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        return [f"{each['id']}: {node['target']}" for each in found["violations"] for node in each["nodes"]]


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


def drawn_map(page):
    """The map, once all that is on screen has been drawn."""
    page.locator("[data-map]").scroll_into_view_if_needed()
    page.locator("[data-map][data-ready]").wait_for(timeout=60_000)
    return page.locator("[data-map] canvas")


def colours(page) -> int:
    """How many colours the map's canvas shows."""
    from io import BytesIO

    png = page.locator("[data-map] canvas").screenshot()
    assert BytesIO(png).read(8) == b"\x89PNG\r\n\x1a\n"
    return page.evaluate(
        """async (bytes) => {
            const sheet = await createImageBitmap(new Blob([new Uint8Array(bytes)], {type: "image/png"}));
            const pen = new OffscreenCanvas(sheet.width, sheet.height).getContext("2d");
            pen.drawImage(sheet, 0, 0);
            const dots = new Uint32Array(pen.getImageData(0, 0, sheet.width, sheet.height).data.buffer);
            return new Set(dots).size;
        }""",
        list(png),
    )


def test_the_journey(watch, live_server, register):
    """Read the sheet, ask for another day, switch to Khmer, look at the map."""
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

    page.goto(f"{live_server.url}/map/")
    drawn_map(page)
    assert colours(page) > 20
    page.locator("[data-map] canvas").click(position={"x": 150, "y": 150})
    page.locator("[data-picked] h3").first.wait_for()

    assert set(watch.hosts) == {urlparse(live_server.url).netloc}
    assert watch.complaints == []


def test_a_link_of_a_correction_list_opens_the_map_at_its_spot(watch, live_server):
    """The address ends with zoom, latitude and longitude; a mark stands in the middle, and the records are told."""
    page, at = watch.page, next(books.pieces(1))["geometry"].representative_point()
    page.goto(f"{live_server.url}/?known={books.KNOWN}#16/{at.y:.6f}/{at.x:.6f}")
    page.locator("[data-picked] h3").first.wait_for(timeout=60_000)
    assert page.locator("[data-picked] h3").first.inner_text() == "Land at this point"
    mark, chart = page.locator(".maplibregl-marker").bounding_box(), page.locator("[data-map] canvas").bounding_box()
    assert abs(mark["x"] + mark["width"] / 2 - chart["x"] - chart["width"] / 2) < 20
    assert page.locator("[data-map]").evaluate("frame => frame.getBoundingClientRect().top < innerHeight")
    assert watch.barriers() == []
    page.evaluate("location.hash = '#16/40.9/20.1'")
    page.get_by_text("No recorded land at this point").wait_for()
    assert watch.complaints == []


@pytest.mark.parametrize("language", ["en", "km"])
def test_no_barrier_for_readers(watch, live_server, language):
    """Axe finds nothing, with the map drawn."""
    if language == "km":
        watch.page.get_by_role("button", name="ខ្មែរ").click()
        watch.page.wait_for_selector("html[lang=km]")
    assert watch.barriers() == []
    watch.page.goto(f"{live_server.url}/map/")
    drawn_map(watch.page)
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
