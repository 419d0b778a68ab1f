"""Lists, places, boundaries and publication, kept from their pages."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from clearground.audit.models import AuditEvent
from clearground.land.actions import change_entry
from clearground.land.models import Family, HazardClass, ItemType
from clearground.places.choices import Level
from clearground.places.models import Boundary, BoundaryEdition, Country, Place
from tests.exchange import making
from tests.web import books

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client):
    """Somebody who keeps lists."""
    books.a_register()
    client.force_login(books.somebody("data_officer", login="dara"))
    return client


def text(answer) -> str:
    """The page."""
    return answer.content.decode()


def test_entries_of_each_list_are_added_and_changed(client):
    """With a reason, from the page."""
    mines = Family.objects.get(code="mines")
    said = {
        "code": "A1.1",
        "name": "Very dense",
        "threat_rank": "95",
        "family_of_class": mines.pk,
        "is_contamination": "on",
    }
    assert "This is needed." in text(client.post("/lists/classes/add/", said))
    parent = HazardClass.objects.get(code="A1")
    assert client.post("/lists/classes/add/", {**said, "parent": parent.pk, "reason": "New"}).status_code == 302
    made = HazardClass.objects.get(code="A1.1")
    assert (made.parent, made.family, made.threat_rank) == (parent, mines, 95)
    client.post("/lists/families/add/", {"code": "ied", "name": "Improvised", "reason": "New"})
    client.post("/lists/items/add/", {"code": "rocket", "name": "Rocket", "reason": "New"})
    assert Family.objects.filter(code="ied").exists()
    item = ItemType.objects.get(code="rocket")
    client.post(f"/lists/items/{item.pk}/", {"name": "Rockets", "name_km": "រ៉ុក្កែត", "reason": "Plural"})
    item.refresh_from_db()
    assert (item.name, item.is_active) == ("Rockets", False)
    page = text(client.get("/lists/"))
    assert "A1.1" in page
    assert "retired" in page


def test_what_is_used_shows_its_rank_and_keeps_it(client, monkeypatch):
    """A forged form changes the name and nothing else."""
    from clearground.web.administration.views import lists

    monkeypatch.setattr(lists, "is_used", lambda _row: True)
    row = HazardClass.objects.get(code="A4")
    assert "signed figures hang on" in text(client.get(f"/lists/classes/{row.pk}/"))
    client.post(f"/lists/classes/{row.pk}/", {"name": "New name", "threat_rank": "1", "is_active": "on", "reason": "x"})
    row.refresh_from_db()
    assert (row.name, row.threat_rank, row.is_contamination) == ("New name", 60, True)


def test_there_is_no_other_list(client):
    """And no entry that is not there."""
    for address in ("/lists/nonsense/add/", "/lists/nonsense/1/", "/lists/classes/999/"):
        assert client.get(address).status_code == 404, address


def test_no_query_grows_with_the_lists(client, django_assert_max_num_queries):
    """Fifty classes more."""
    mines = Family.objects.get(code="mines")
    for at in range(50):
        HazardClass.objects.create(family=mines, code=f"Z{at}", name="z", threat_rank=at)
        ItemType.objects.create(code=f"z{at}", name="z", family=mines)
    with django_assert_max_num_queries(12):
        client.get("/lists/")


@pytest.mark.parametrize("sought", ["01", "ostr", "Ostrel", "khaet ostrel", "អូស្ត្រែល"])
def test_a_place_is_found_by_code_and_in_either_script(sought, client):
    """However it is spelt."""
    Place.objects.filter(code="01").update(name_km="អូស្ត្រែល")
    assert "/place/01/" in text(client.get("/places/", {"q": sought}))
    assert "/place/02/" not in text(client.get("/places/", {"q": sought}))


def test_one_goes_down_from_the_province(client):
    """Its parts, and the way back up."""
    assert "/place/01/" in text(client.get("/places/"))
    assert "/place/0101/" in text(client.get("/place/01/"))
    page = text(client.get("/place/0101/"))
    assert '<a href="/place/01/">Ostrel</a>' in page
    assert client.get("/place/999/").status_code == 404
    assert "No place is called so" in text(client.get("/places/", {"q": "zzzzzz"}))


def test_a_place_is_renamed_with_a_reason(client):
    """In both scripts; the same again is refused."""
    said = {"name": "Ostrel North", "name_km": "អូស្ត្រែលជើង", "reason": "Decree 12"}
    assert client.post("/place/01/", said).status_code == 302
    place = Place.objects.get(code="01")
    assert (place.name, place.name_km) == ("Ostrel North", "អូស្ត្រែលជើង")
    event = AuditEvent.objects.latest("number")
    assert (event.kind, event.reason, event.detail["before"]["name"]) == ("place.renamed", "Decree 12", "Ostrel")
    assert "stands already" in text(client.post("/place/01/", said))


def test_no_query_grows_with_parts(client, django_assert_max_num_queries):
    """A province of eighty communes, and a search that finds them all."""
    province = Place.objects.get(code="01")
    for at in range(80):
        Place.objects.create(level=Level.COMMUNE, code=f"019{at:02d}", name=f"Commune {at}", parent=province)
    for address in ("/place/01/", "/places/?q=commune"):
        with django_assert_max_num_queries(12):
            assert "Commune 79" in text(client.get(address))


def test_another_edition_is_made_current(client):
    """With a reason; points can't be."""
    areas = BoundaryEdition.objects.create(name="2020", source="test")
    points = BoundaryEdition.objects.create(name="Villages", source="test")
    Boundary.objects.create(
        edition=areas, place=Place.objects.get(code="0101"), shape=books.shapely.box(20, 40, 21, 41)
    )
    assert client.post(f"/boundaries/{areas.pk}/use/", {"reason": ""}).status_code == 400
    answer = client.post(f"/boundaries/{points.pk}/use/", {"reason": "x"})
    assert "has no areas" in text(answer)
    assert client.post(f"/boundaries/{areas.pk}/use/", {"reason": "Decision 5"}).status_code == 302
    assert BoundaryEdition.objects.get(is_current=True) == areas
    assert "2020" in text(client.get("/boundaries/"))


def geojson(code: str = "0101") -> SimpleUploadedFile:
    """A file of one commune."""
    ring = [[20, 40], [21, 40], [21, 41], [20, 41], [20, 40]]
    feature = {
        "type": "Feature",
        "properties": {"code": code, "name": "New Town"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    body = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    return SimpleUploadedFile("../../etc/communes.geojson", body)


def test_boundaries_are_brought_from_a_file(client, monkeypatch):
    """A new edition, with its findings; the same name for other shapes is refused."""
    monkeypatch.setattr("clearground.exchange.place_files.read_file", making.read_here)
    said = {
        "level": "3",
        "edition_name": "2026",
        "source": "Ministry",
        "reason": "Decree 9",
        "valid_from": "2026-01-01",
    }
    assert "Choose a file." in text(client.post("/boundaries/upload/", said))
    page = text(client.post("/boundaries/upload/", {**said, "file": geojson()}))
    assert "New boundaries" in page
    edition = BoundaryEdition.objects.get(name="2026")
    assert (edition.boundaries.count(), edition.is_current, str(edition.valid_from)) == (1, False, "2026-01-01")
    broken = SimpleUploadedFile("communes.geojson", b"{not json")
    before = BoundaryEdition.objects.count()
    answer = client.post("/boundaries/upload/", {**said, "edition_name": "2027", "file": broken})
    assert 'role="alert"' in text(answer)
    assert BoundaryEdition.objects.count() == before


def test_publication_is_decided_by_an_approver_with_a_reason(client):
    """The page says in plain words what becomes visible; keepers of lists don't decide it."""
    Country.objects.update(published="nothing")
    assert client.get("/publication/").status_code == 403
    client.force_login(books.somebody("approver", login="vanna"))
    page = text(client.get("/publication/"))
    for words in (
        "Anybody on the internet sees",
        "never shifted or blurred",
        "Never published",
        "Nothing was ever decided",
    ):
        assert words in page, words
    assert "This is needed." in text(client.post("/publication/", {"published": "land"}))
    assert Country.objects.get().published == "nothing"
    client.post("/publication/", {"published": "figures", "reason": "Decision 7"})
    assert Country.objects.get().published == "figures"
    assert "Decision 7" in text(client.get("/publication/"))
    assert "Choose one of the list." in text(client.post("/publication/", {"published": "people", "reason": "x"}))


def test_names_are_shown_in_the_reader_s_language(client):
    """A family renamed in Khmer."""
    family = Family.objects.get(code="mines")
    change_entry(entry=family, name_km="គ្រាប់មីន", by=books.somebody("data_officer", login="dara"), reason="x")
    client.cookies["django_language"] = "km"
    with translation.override("km"):
        assert "<h3>គ្រាប់មីន" in text(client.get("/lists/"))
