"""A newcomer finds one class in one commune at the end of a year, in a named edition, and takes it home."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from urllib.parse import urlparse

import pytest
from python_calamine import CalamineWorkbook

from clearground.kernel.land.events import Kind
from clearground.land.actions import approve_lines
from clearground.land.actions.editions import sign_edition
from clearground.land.selectors import sheet
from clearground.places.models import Country, Place
from clearground.web.templatetags.clearground_pages import BUILD
from tests.browser.watching import Watch
from tests.land.factories import document, line, register, square

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = [1440, 390]


@pytest.fixture
def published():
    """A register of two communes that publishes figures: one edition, and what was reported after it."""
    if not (BUILD / "manifest.json").is_file():
        pytest.fail("the front end is not built: make frontend")
    person = register()
    Country.objects.update(published="figures")
    Place.objects.filter(code="010102").update(name="Vardin", name_km="វ៉ាឌីន")
    known = [
        line("H-1", Kind.SUSPECT, "2010-01-01", square(1, 1, 3), hazard_class="A1"),
        line("H-2", Kind.CONFIRM, "2011-05-01", square(8, 1, 2), hazard_class="A4"),
        line("H-3", Kind.CONFIRM, "2012-01-01", square(-9, 1, 2), hazard_class="A1"),
        line("R-1", Kind.CLEAR, "2016-03-01", square(1, 1, 1), items={"antipersonnel_mine": 4}),
    ]
    late = [
        line("R-2", Kind.CANCEL, "2017-06-01", square(2, 2, 1)),
        line("R-3", Kind.REDUCE, "2018-02-01", square(8, 1, 1)),
    ]
    by = {"by": person, "reason": "test"}
    approve_lines(lines=known, document=document(person), on=date(2018, 5, 1), **by)
    sign_edition(name="Official 2017", as_of=date(2017, 12, 31), known=date(2018, 5, 2), **by)
    approve_lines(lines=late, document=document(person), on=date(2018, 9, 1), **by)
    return sheet(as_of=date(2017, 12, 31), known=date(2018, 5, 2), by=("family", "class", "commune")).rows


@pytest.fixture(params=SIZES)
def watch(request, browser, live_server, published):
    """A page, watched, on a wide and on a narrow screen."""
    context = browser.new_context(viewport={"width": request.param, "height": 900}, locale="en", accept_downloads=True)
    yield Watch(context.new_page())
    context.close()


def taken(page, link) -> tuple[Path, str]:
    """The file that a link saves, and the name that it would have."""
    with page.expect_download() as saved:
        link.click()
    return saved.value.path(), saved.value.suggested_filename


def test_a_newcomer_finds_one_class_in_one_commune_and_takes_it_home(watch, live_server, published):
    """From the sheet, by choosing places, to the figure; the file says the edition and adds up."""
    page = watch.page
    page.goto(f"{live_server.url}/sheet/")
    for level, name in (("Province", "Province"), ("District", "District"), ("Commune", "Vardin")):
        with page.expect_navigation():
            page.get_by_label(level, exact=True).select_option(label=name)
    assert page.get_by_role("heading", level=1).inner_text() == "Balance of land: Vardin"
    row = page.get_by_role("row", name="A1")
    row.first.locator("td.closing a").click()
    (cell,) = (each for each in published if (each["class"], each["commune"]) == ("A1", "010102"))
    assert page.locator(".figure-value .value").inner_text().split()[0] == f"{cell['closing_m2']:,.0f}"
    facts = page.locator(".figure-days").inner_text()
    for words in ("31 December 2017", "Official 2017", "Vardin", "A1"):
        assert words in facts
    assert "The records add up to this figure." in page.locator(".law").inner_text()
    assert watch.barriers() == []
    years = page.get_by_role("region").or_(page.locator("section")).filter(has_text="year by year").first
    path, name = taken(page, years.get_by_role("link", name="CSV", exact=True))
    assert "2017-12-31-known-2018-05-02" in name
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    (last,) = (each for each in rows if each["year"] == "2017")
    assert float(last["closing_m2"]) == cell["closing_m2"]
    assert {each["edition"] for each in rows} == {"Official 2017"}
    assert {each["synthetic"] for each in rows} == {"true"}
    path, _name = taken(page, years.get_by_role("link", name="XLSX"))
    assert CalamineWorkbook.from_path(str(path)).sheet_names[1] == "About"
    assert set(watch.hosts) == {urlparse(live_server.url).netloc}
    assert watch.complaints == []


def see_all(page) -> None:
    """Every chart has come near and is drawn."""
    for chart in page.locator("[data-chart]").all():
        chart.scroll_into_view_if_needed()
        page.locator(f"[data-chart={chart.get_attribute('data-chart')}][data-ready]").wait_for()


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_picture_is_drawn_without_eval_and_has_no_barrier(watch, live_server, language):
    """Charts in the reader's language, with words of their own for each mark; nothing runs over the screen."""
    page = watch.page
    page.goto(f"{live_server.url}/picture/")
    if language == "km":
        page.get_by_role("button", name="ខ្មែរ").click()
        page.wait_for_selector("html[lang=km]")
    see_all(page)
    assert page.locator("[data-chart] svg").count() == 5
    marks = page.locator("#panel-waterfall svg [aria-label]").evaluate_all("all => all.map(e => e.ariaLabel)")
    assert any("km²" in words or "គម²" in words for words in marks)
    fonts = page.locator("#panel-waterfall svg text").evaluate_all(
        "all => all.map(e => getComputedStyle(e).fontFamily)"
    )
    assert all(("Khmer" in font) == (language == "km") for font in fonts)
    assert not page.locator("#panel-waterfall details").evaluate("each => each.open")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert watch.barriers() == []
    assert set(watch.hosts) == {urlparse(live_server.url).netloc}
    assert watch.complaints == []


def test_the_picture_leads_down_to_a_commune_and_to_its_records(watch, live_server):
    """Names lead down, numbers open, crumbs lead back up; one of two late records tells of the edition's year."""
    page = watch.page
    page.goto(f"{live_server.url}/picture/?as-of=2018-12-31&known=2018-12-31")
    assert "1 record restated it" in page.locator("#panel-restated").inner_text()
    for name in ("Province", "District", "Vardin"):
        page.locator("#panel-places").get_by_role("link", name=name, exact=True).click()
        page.wait_for_selector(f"h1:text-is('{name}')")
    assert page.locator("#panel-places").count() == 0
    page.locator(".crumbs").get_by_role("link", name="Karsova").click()
    page.locator("#panel-places tbody tr").first.locator("td a").last.click()
    page.wait_for_selector(".figure-value")
    assert "Land that lay open" in page.locator(".lede").inner_text()
    assert watch.complaints == []


def test_without_a_script_the_tables_stand(browser, live_server, published):
    """Each chart is its table."""
    context = browser.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(f"{live_server.url}/picture/")
    assert page.locator("#panel-waterfall table").is_visible()
    assert "Opening" in page.locator("#panel-waterfall table").inner_text()
    context.close()
