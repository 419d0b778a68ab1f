"""The page of the map: for those who may see land and for those who may see figures; search; figures by commune."""

from __future__ import annotations

import json
import re

import pytest

from clearground.web.atlas import spots
from tests.web import books

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _register(monkeypatch):
    books.a_register(published="nothing")
    books.an_approval()
    books.keep_books(monkeypatch)


def config_of(answer) -> dict:
    """What the page tells its script."""
    return json.loads(re.search(r'id="map-config" type="application/json">(.*?)</script>', answer.content.decode())[1])


def test_a_reader_of_figures_gets_figures_and_no_land(client):
    """No address of tiles or histories, no filter by operator; the warning all the same."""
    client.force_login(books.somebody("viewer"))
    page = client.get("/map/")
    config = config_of(page)
    assert (config["land"], config["tiles"], config["at"]) == (False, "", "")
    assert "Operator" not in page.content.decode()
    assert "not thereby safe" in page.content.decode()
    assert client.get("/tiles/1/8/142/96.mvt").status_code == 403


def test_figures_by_commune_come_as_printed_and_open_where_they_are_explained(client, monkeypatch):
    """By family: they lie on the same ground and are never added."""
    rows = [books.row("mines", "A1", commune="0101"), books.row("cmr", "CMR", commune=None)]
    monkeypatch.setattr("clearground.land.selectors.sheet", lambda **_asked: books.SimpleNamespace(rows=rows))
    client.force_login(books.somebody("viewer"))
    said = client.get("/map/figures.json", {"as-of": "2017-12-31"}).json()
    m2, text, opens = said["families"]["mines"]["0101"]
    assert (m2, text) == (4_750_000.25, "4.750 km²")
    assert "commune=0101" in opens
    assert "as-of=2017-12-31" in opens
    assert list(said["families"]) == ["mines"]


def test_what_was_asked_stands_in_the_page(client):
    """A link shows the same map again: its filters are chosen, its days are told."""
    client.force_login(books.somebody("planner"))
    page = client.get("/map/", {"as-of": "2016-06-30", "beside": "2012-01-31", "family": "cmr", "operator": "OP2"})
    config = config_of(page)
    assert (config["asOf"], config["beside"]) == ("2016-06-30", "2012-01-31")
    assert '<option value="cmr" selected>' in page.content.decode()
    assert '<option value="OP2" selected>' in page.content.decode()
    assert client.get("/map/", {"as-of": "nonsense", "beside": "2012-99-31"}).status_code == 200


@pytest.mark.parametrize(
    ("words", "lat", "lon"),
    [
        ("13.5, 103.25", 13.5, 103.25),
        ("13°30'00\"N 103°15'00\"E", 13.5, 103.25),
        ("48P 310588 1493105", 13.5, 103.25),
        ("48P UV 10588 93105", 13.5, 103.25),
        ("48PUV1058893105", 13.5, 103.25),
        ("31U DQ 48251 11932", 48.8582, 2.2945),
        ("56H LH 34900 52288", -33.8568, 151.2153),
        ("១៣.៥, ១០៣.២៥", 13.5, 103.25),
    ],
)
def test_coordinates_are_read_in_every_usual_notation(words, lat, lon):
    """Degrees, degrees-minutes-seconds, UTM, MGRS, Khmer digits."""
    (found, *_rest) = spots.found(words, may_see_land=False)
    assert (found["lat"], found["lon"]) == (pytest.approx(lat, abs=1e-4), pytest.approx(lon, abs=1e-4))


@pytest.mark.parametrize("words", ["61P 100000 100000", "48I UA 1 1", "48P UA 123", "somewhere", "91, 200", "  "])
def test_what_is_no_coordinate_is_none(words):
    """Zones, bands and digits that do not exist."""
    assert [found for found in spots.found(words, may_see_land=True) if "lat" in found] == []


def test_places_are_found_by_name_and_begin_of_name(client):
    """With their box, province after commune."""
    client.force_login(books.somebody("viewer"))
    found = client.get("/map/search", {"q": "Vard"}).json()["found"]
    assert {each["name"] for each in found} == {"Vardin", "Vardin Town, Vardin"}
    assert found[0]["bounds"] == [21.0, 40.0, 22.0, 41.0]


def test_records_are_found_by_those_who_may_see_land_only():
    """A reference leads to the box of the record as it stands."""
    document = books.Document.objects.create(ref="D1", title="Report")
    record = books.Record.objects.create(ref="KV-77", is_release=False, first_seq=1)
    books.LandEvent.objects.create(
        record=record, approval=books.Approval.objects.get(), kind=0, on="2012-01-01", document=document, digest="x",
        shape=next(books.pieces(1))["geometry"],
    )  # fmt: skip
    (found,) = spots.found("kv-7", may_see_land=True)
    assert found["name"] == "KV-77"
    assert found["bounds"] == pytest.approx(next(books.pieces(1))["geometry"].bounds, abs=1e-5)
    assert spots.found("kv-7", may_see_land=False) == []
