"""The list of records: every condition, every order, every page, and the file."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest
from django.utils import timezone

from clearground.exchange.models import FindingRecord, Import
from clearground.land.models import LandEvent, Record
from clearground.land.selectors.record_index import STATES, record_index
from clearground.land.selectors.record_land import land_of_record
from clearground.sources.actions import add_document
from clearground.web.records import listing

from . import demo

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(client):
    """The demonstration, read by its data officer."""
    found = demo.load()
    client.force_login(found["registrar"])
    return found


def refs(client, **asked) -> list[str]:
    """The references of one page of the list."""
    answer = client.get("/records/", asked)
    assert answer.status_code == 200
    return re.findall(r'<th scope="row"><a class="ref" href="/records/[^"]+/">([^<]+)</a>', answer.content.decode())


def all_refs(client, **asked) -> list[str]:
    """The references of all pages, by the links between them."""
    found, page = [], client.get("/records/", asked)
    for _page in range(100):
        text = page.content.decode()
        found += re.findall(r'<th scope="row"><a class="ref" href="/records/[^"]+/">([^<]+)</a>', text)
        later = re.search(r'rel="next" href="\?([^"]+)"', text)
        if later is None:
            return found
        page = client.get("/records/?" + later[1].replace("&amp;", "&"))
    raise AssertionError("the list does not end")


@pytest.mark.parametrize("direction", ["", "down"])
@pytest.mark.parametrize("sort", list(listing.SORTS))
def test_pages_hold_every_record_once_in_every_order(sort, direction, people, client):
    """Ties included: many records have the same day, or no land."""
    found = all_refs(client, sort=sort, direction=direction)
    assert sorted(found) == sorted(Record.objects.values_list("ref", flat=True))
    assert len(found) > 3 * listing.PAGE


def test_a_page_leads_back_to_the_one_before(people, client):
    """The same records again."""
    first = client.get("/records/", {"sort": "on"}).content.decode()
    second = client.get("/records/?" + re.search(r'rel="next" href="\?([^"]+)"', first)[1].replace("&amp;", "&"))
    back = re.search(r'rel="prev" href="\?([^"]+)"', second.content.decode())[1].replace("&amp;", "&")
    assert refs(client, sort="on") == refs(client, **dict(pair.split("=") for pair in back.split("&")))


def test_parts_of_a_reference_are_enough(people, client):
    """In any case and order."""
    wanted = Record.objects.filter(is_release=False).order_by("ref").first().ref
    tail = wanted.split("-")[-1]
    assert wanted in refs(client, q=f"{tail} xkv")
    assert wanted in refs(client, q=wanted.lower())
    assert refs(client, q="no such record") == []


def test_the_state_of_a_record_is_that_of_its_land(people, client):
    """Held against the faces of each record, one by one."""
    index = record_index(as_of=timezone.localdate())
    for ref, state, release in zip(index.refs, index.state.tolist(), index.is_release.tolist(), strict=True):
        land = land_of_record(demo.record_of(ref), as_of=timezone.localdate())
        is_open = {move.now.is_open for move in land.moves}
        expected = {frozenset([True]): "open", frozenset([False]): "released"}.get(
            frozenset(is_open), "partly_released"
        )
        if not land.moves:
            stands = LandEvent.objects.filter(record__ref=ref, until_seq=None, kind__isnull=False).exists()
            expected = "no_polygon" if stands else "withdrawn"
        assert STATES[state] == ("release" if release and expected != "withdrawn" else expected), ref


@pytest.mark.parametrize("state", STATES)
def test_each_state_can_be_asked_for(state, people, client):
    """And only that is shown."""
    found = client.get("/records/", {"state": state}).content.decode()
    shown = set(re.findall(r'class="tag state-(\w+)"', found))
    assert shown <= {state}


def test_conditions_hold_for_one_line_together(people, client):
    """Kind, family, class, operator, place, task and days, held against the rows."""
    event = next(each for each in demo.standing(is_release=False) if each.operator and each.place)
    pair = event.in_families.select_related("family", "hazard_class").first()
    asked = {
        "kind": event.kind, "family": pair.family.code, "operator": event.operator.code,
        "since": event.on.isoformat(), "until": event.on.isoformat(), "place": event.place.code,
    }  # fmt: skip
    if pair.hazard_class:
        asked["class"] = f"{pair.family.code}:{pair.hazard_class.code}"
    rows = LandEvent.objects.filter(
        until_seq=None, kind=event.kind, in_families=pair.pk, operator=event.operator, on=event.on, place=event.place
    )
    assert set(rows.values_list("record__ref", flat=True)) <= set(refs(client, **asked))
    assert event.record.ref in refs(client, **asked)
    assert event.record.ref not in refs(client, **{**asked, "since": "2030-01-01", "until": ""})


def test_places_hold_what_lies_in_their_parts(people, client):
    """A commune answers with the records of its villages, a province with those of all its communes."""
    event = next(each for each in demo.standing(is_release=False) if each.place and each.place.level >= 3)
    place = commune(event.place)
    assert event.record.ref in all_refs(client, place=place.parent.parent.code)
    found = all_refs(client, place=place.code)
    assert event.record.ref in found
    others = [
        each.record.ref for each in demo.standing(is_release=False) if each.place and commune(each.place) != place
    ]
    assert others
    assert not set(others) & set(found)


def commune(place):
    """The commune of a village, or itself."""
    return place.parent if place.level > 3 else place


def test_open_findings_can_be_asked_for(people, client):
    """Those that somebody ruled on are none."""
    document = add_document(ref="f", title="f", by=people["registrar"])
    of = Import.objects.create(subject="hazards", document=document, started_at=timezone.now(), by=people["registrar"])
    one, other = Record.objects.order_by("ref")[:2]
    for record, state in ((one, "open"), (other, "accepted")):
        FindingRecord.objects.create(of=of, ref=record.ref, code="LAND-047", severity="warns", state=state)
    assert refs(client, findings="1") == [one.ref]
    assert '<span class="tag warn">1</span>' in client.get("/records/", {"findings": "1"}).content.decode()


def test_a_contract_and_a_task_answer_by_their_parts(people, client):
    """Whatever the case."""
    event = LandEvent.objects.filter(until_seq=None).exclude(contract="").select_related("record").first()
    assert event.record.ref in all_refs(client, contract=event.contract.lower())
    tasked = LandEvent.objects.filter(until_seq=None).exclude(task="").select_related("record").first()
    if tasked:
        assert tasked.record.ref in all_refs(client, task=tasked.task[:4].lower())
    assert all_refs(client, contract="no such contract") == []


def test_the_file_holds_all_that_answer(people, client):
    """With tags of HXL, the mark of invented records, and no formula."""
    answer = client.get("/records.csv", {"state": "open"})
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    tags, *rows = list(csv.DictReader(io.StringIO(body)))
    assert tags["ref"] == "#item+code+ref"
    assert [row["ref"] for row in rows] == all_refs(client, state="open")
    assert {row["synthetic"] for row in rows} == {"true"}
    assert all(float(row["open_m2"]) == float(row["placed_m2"]) > 0 for row in rows)


@pytest.mark.parametrize("bad", [{"kind": "99"}, {"since": "yesterday"}, {"state": "nowhere"}, {"operator": "?"}])
def test_what_can_not_be_asked_is_marked(bad, people, client):
    """At the field, with the list of the rest below."""
    answer = client.get("/records/", bad)
    assert answer.status_code == 400
    assert b"data-invalid" in answer.content
    assert b'class="ref"' in answer.content


def test_an_empty_register_has_an_empty_list(client, db):
    """And says so."""
    from tests.web import books

    books.a_register()
    client.force_login(books.somebody("data_officer"))
    assert "No record answers" in client.get("/records/").content.decode()


def test_more_records_need_no_more_queries(people, client, django_assert_max_num_queries):
    """Five rows or fifty."""
    client.get("/records/")
    with django_assert_max_num_queries(40) as few:
        client.get("/records/", {"q": "00001"})
    with django_assert_max_num_queries(len(few.captured_queries) + 2):
        client.get("/records/")


def test_the_index_is_that_of_the_day(people):
    """Before the first record nothing is open."""
    early = record_index(as_of=date(1990, 1, 1))
    assert early.open2.sum() == 0
    assert record_index(as_of=timezone.localdate()).open2.sum() > 0
