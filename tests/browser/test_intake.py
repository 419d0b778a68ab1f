"""Journeys of a file: sent, confirmed, staged, mended, approved by somebody else, undone; on a real, dirty file too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from clearground.accounts.actions import add_person, grant_role
from clearground.audit.selectors import verify_chain
from clearground.exchange.models import FindingRecord, Import, Upload
from clearground.land.actions.code_lists import seed_code_lists
from clearground.land.models import LandEvent
from clearground.places.actions import add_country
from clearground.web.templatetags.clearground_pages import BUILD
from tests.exchange.making import Feature, square
from tests.web.intake.people import a_world, file_of, three, work

from .watching import Watch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _built(settings, tmp_path, monkeypatch):
    if not (BUILD / "manifest.json").is_file():
        pytest.fail("the front end is not built: make frontend")
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path / "register")


@pytest.fixture(params=[1440, 390])
def width(request):
    """A desk and a telephone."""
    return request.param


@pytest.fixture
def signed_in(browser, live_server, client, width):
    """Opens a watched window in which a person has signed in; all close at the end."""
    contexts = []

    def open_for(person) -> Watch:
        client.force_login(person)
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="en")
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        client.cookies.clear()
        contexts.append(context)
        return Watch(context.new_page())

    yield open_for
    for context in contexts:
        context.close()


def send(page, base: str, path: Path, *, subject: str = "Hazards") -> None:
    """The file is sent, and the page of its columns is open."""
    page.goto(f"{base}/imports/")
    page.get_by_role("link", name="Bring in a file").click()
    page.get_by_label(subject).check()
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_role("button", name="Send the file").click()
    page.wait_for_url("**/columns/")


def wait_until_staged(page) -> None:
    """The progress page has moved by itself, without a reload, from waiting to ready."""
    page.locator("[data-phase=waiting]").wait_for()
    work()
    page.locator("[data-phase=ready]").wait_for(timeout=15_000)
    page.get_by_role("link", name="Look at the rows").click()
    page.wait_for_url("**/imports/*/")


def written(tmp_path: Path, features) -> Path:
    """The features as a file on the disk of whoever sends it."""
    path = tmp_path / "survey.geojson"
    path.write_bytes(file_of(features).read())
    return path


def is_within(page) -> bool:
    """Nothing runs over the side of the screen."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_no_barrier_on_any_page_of_an_import(signed_in, live_server, tmp_path):
    """From the empty list to an import taken back, in both languages; table and map point at each other."""
    world = a_world()
    watch = signed_in(world.officer)
    page = watch.page
    features = [*three(), Feature("NEAR", square(0.3)), Feature("OFF", square(4), {"area_m2": 99_000})]
    page.goto(f"{live_server.url}/imports/upload/")
    assert watch.barriers() == []
    page.get_by_role("button", name="Send the file").click()
    page.get_by_text("Choose a file.").first.wait_for()
    assert watch.barriers() == []
    watch.complaints.clear()  # the browser notes the 400 itself
    send(page, live_server.url, written(tmp_path, features))
    assert watch.barriers() == []
    page.get_by_label("Family of contamination").select_option("mines")
    page.get_by_label("Class of land").select_option("A4")
    page.get_by_label("Day it counts from").fill("2020-01-01")
    page.get_by_role("button", name="Read the rows").click()
    page.locator("[data-phase=waiting]").wait_for()
    assert watch.barriers() == []
    wait_until_staged(page)
    of, base = Import.objects.get(), live_server.url
    found = FindingRecord.objects.filter(code="LAND-061").first()
    addresses = [
        f"/imports/{of.pk}/", f"/imports/{of.pk}/rows/3/", f"/imports/{of.pk}/drop/", "/imports/", "/findings/",
        f"/findings/{found.pk}/", "/findings/answers/",
    ]  # fmt: skip
    for language in ("en", "km"):
        page.goto(f"{base}/imports/")
        page.locator(f"button[name=language][value={language}]").click()
        page.wait_for_selector(f"html[lang={language}]")
        for address in addresses:
            page.goto(base + address)
            assert (address, watch.barriers()) == (address, [])
            assert (address, is_within(page)) == (address, True)
    assert watch.complaints == []
    assert {host.split(":")[0] for host in watch.hosts} == {"localhost"}


def test_table_and_map_point_at_each_other(signed_in, live_server, tmp_path):
    """A row under the pointer lights its shape."""
    world = a_world()
    watch = signed_in(world.officer)
    page = watch.page
    send(page, live_server.url, written(tmp_path, three()))
    page.get_by_label("Family of contamination").select_option("mines")
    page.get_by_label("Day it counts from").fill("2020-01-01")
    page.get_by_role("button", name="Read the rows").click()
    wait_until_staged(page)
    page.locator("#row-2").hover()
    assert page.locator(".plot-mark.lit").get_attribute("data-row") == "2"
    page.locator("#row-1").hover()
    assert page.locator(".plot-mark.lit").get_attribute("data-row") == "1"


def test_the_journey_without_a_script(browser, live_server, client, tmp_path):
    """Sent, confirmed, seen through by loading the page again."""
    client.force_login(a_world().officer)
    context = browser.new_context(java_script_enabled=False, locale="en")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    send(page, live_server.url, written(tmp_path, three()))
    page.get_by_label("Family of contamination").select_option("mines")
    page.get_by_label("Day it counts from").fill("2020-01-01")
    page.get_by_role("button", name="Read the rows").click()
    page.locator("[data-phase=waiting]").wait_for()
    work()
    page.reload()
    page.get_by_role("link", name="Look at the rows").click()
    assert "1" in page.locator(".tallies .bad strong").first.inner_text()
    context.close()


@pytest.fixture
def sheets(shared_data: Path) -> Path:
    """The folder of the sheets of western Bosnia."""
    folder = shared_data / "bosnia-sample"
    if not folder.is_dir():
        pytest.skip("no bosnia-sample in the folder of real input")
    return folder


@pytest.fixture
def people():
    """A country of the officer's own making; an officer and an approver."""
    officer = add_person(login="ana", name="Ana")
    approver = add_person(login="ivo", name="Ivo", by=officer)
    seed_code_lists(by=officer)
    extent = shapely.box(15.5, 42.4, 19.7, 45.4)
    add_country(code="BIH", name="Bosnia and Herzegovina", centre=(17.8, 44.2), extent=extent, by=officer)
    grant_role(person=officer, role="data_officer", by=approver, reason="test")
    grant_role(person=approver, role="approver", by=officer, reason="test")
    return officer, approver


def mended(path: Path, number: int) -> str:
    """A sound outline for a feature of the file: what is valid of it, else a small area beside it."""
    geometry = json.loads(path.read_text("utf-8"))["features"][number - 1]["geometry"]
    given = shapely.from_geojson(json.dumps(geometry), on_invalid="ignore") if geometry else None
    sound = shapely.make_valid(given) if given is not None else None
    parts = [part for part in shapely.get_parts(sound) if part.geom_type == "Polygon"] if sound is not None else []
    spot = shapely.Point(16.2, 44.6).buffer(0.0005, quad_segs=2)
    return max(parts, key=lambda part: part.area).wkt if parts else spot.wkt


@pytest.mark.slow
def test_an_officer_imports_a_real_file_mends_three_findings_another_approves_and_it_is_undone(
    signed_in, live_server, sheets, people, width, monkeypatch
):
    """The whole way on 1,089 real polygons without ids or dates, in the browser."""
    if width == 390:
        pytest.skip("once is enough for a file of this size")
    monkeypatch.setattr("clearground.web.middleware.lacks_code", lambda request: False)  # codes have their own tests
    officer, approver = people
    path = sheets / "suspected_areas.geojson"
    watch = signed_in(officer)
    page = watch.page
    send(page, live_server.url, path)
    page.get_by_label("Family of contamination").select_option("mines")
    page.get_by_label("Kind of event").select_option("suspect")
    page.get_by_label("Day it counts from").fill("2000-01-01")
    page.get_by_role("button", name="Read the rows").click()
    wait_until_staged(page)
    of = Import.objects.get()
    assert (Upload.objects.get().state, of.rows.count()) == ("ready", 1_089)
    blocked = of.rows.filter(state="blocked").count()
    assert blocked > 3
    for _each in range(3):
        page.goto(f"{live_server.url}/imports/{of.pk}/?severity=blocks#rows")
        page.locator("table.rows tbody th a").first.click()
        page.wait_for_url("**/rows/*/")
        number = int(page.url.rstrip("/").split("/")[-1])
        page.get_by_label("geometry").fill(mended(path, number))
        page.get_by_label("Reason").fill("Drawn again from the sheet")
        page.get_by_role("button", name="Change the row").click()
        page.get_by_text("The row was changed").wait_for(timeout=60_000)
    assert of.rows.filter(state="blocked").count() == blocked - 3
    assert of.findings.filter(state="fixed").count() >= 3
    assert page.locator("a", has_text="Approve").count() == 0
    decider = signed_in(approver)
    decide(decider.page, f"{live_server.url}/imports/{of.pk}/")
    of.refresh_from_db()
    assert (of.state, LandEvent.objects.filter(until_seq=None, kind__isnull=False).count()) == ("undone", 0)
    assert of.approval.by == approver
    assert verify_chain().is_whole
    assert watch.complaints + decider.complaints == []


def decide(page, address: str) -> None:
    """Approved with a reason, then undone with another."""
    page.goto(address)
    page.get_by_role("link", name="Approve", exact=True).click()
    page.get_by_label("Reason").fill("Held against the sheets")
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("The import counts as approval").wait_for(timeout=120_000)
    page.get_by_role("link", name="Undo", exact=True).click()
    page.get_by_label("Reason").fill("The sheets were of last year")
    page.get_by_role("button", name="Undo the import").click()
    page.get_by_text("The import counts no longer").wait_for(timeout=60_000)
    assert "Held against the sheets" in page.locator(".timeline").inner_text()
