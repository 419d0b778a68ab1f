"""The page of one record: everything that is known of it, and areas that add up."""

from __future__ import annotations

import csv
import io
from datetime import date

import numpy as np
import pytest
import shapely
from django.utils import timezone

from clearground.exchange.actions import correct_record, withdraw
from clearground.exchange.models import FindingRecord, Import
from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.land.models import LandEvent, Record
from clearground.land.selectors import sheet
from clearground.land.selectors.record_land import booked_m2, land_of_record
from clearground.places.selectors import frame
from clearground.publications.selectors.dossiers import dossier
from clearground.sources.actions import add_document
from clearground.web.records import drawings, pages, points, selectors, versions

from . import demo

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(client):
    """The demonstration, read by its data officer."""
    found = demo.load()
    client.force_login(found["registrar"])
    return found


def text(client, ref: str) -> str:
    """The page of a record."""
    answer = client.get(f"/records/{ref}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_record_opens_and_its_land_adds_up(people, client):
    """Hazards, releases, spot tasks, withdrawn ones, with and without polygon: with ==."""
    seen = 0
    for record in Record.objects.all():
        land = land_of_record(record, as_of=timezone.localdate())
        assert land.adds_up(), record
        seen += bool(land.moves)
        page = text(client, record.ref)
        assert record.ref in page
        assert "The rows do not sum" not in page
    assert seen > 50


def test_the_rows_of_a_table_are_the_whole_of_the_land(people):
    """As printed, and as the geometry has it, within what rounding to the grid can move."""
    for event in demo.standing(is_release=False)[:40]:
        land = land_of_record(event.record, as_of=timezone.localdate())
        for table in pages.land_tables(land, is_release=False):
            in_half_cm2 = [round(row["area_m2"] * HALF_CM2_PER_M2) for row in table["rows"]]
            assert sum(in_half_cm2) == round(table["total_m2"] * HALF_CM2_PER_M2)
        if LandEvent.objects.filter(record=event.record, until_seq=None).count() == 1 and event.shape.area:
            area_m2 = float(frame().area_m2(np.array([event.shape], object))[0])
            rim_m = shapely.length(frame().to_grid(np.array([event.shape], object))[0]) / 100
            assert abs(area_m2 - next(iter(land.total2.values())) / HALF_CM2_PER_M2) <= 0.02 * rim_m + 1


def test_what_releases_did_is_what_the_sheet_says(people):
    """Inside by all releases = cancelled, reduced and cleared of the sheet; outside and twice likewise."""
    today = timezone.localdate()
    inside = outside = twice = 0
    for record in Record.objects.filter(is_release=True):
        for move in land_of_record(record, as_of=today).moves:
            if move.is_released_twice:
                twice += move.area2
            elif move.before.name == "unrecorded":
                outside += move.area2
            else:
                inside += move.area2
    rows = sheet(as_of=today, by=("family",)).rows
    said = {name: sum(round(row[name] * HALF_CM2_PER_M2) for row in rows) for name in rows[0] if name.endswith("_m2")}
    assert inside == said["cancelled_m2"] + said["reduced_m2"] + said["cleared_m2"]
    assert (outside, twice) == (said["outside_m2"], said["released_twice_m2"])
    assert min(inside, outside) > 0


def test_released_land_names_the_release(people, client):
    """And the release names the hazard."""
    today = timezone.localdate()
    for event in demo.standing(is_release=False):
        by = {move.now_ref for move in land_of_record(event.record, as_of=today).moves if not move.now.is_open}
        if by:
            ref = sorted(by)[0]
            assert f'href="/records/{ref}/"' in text(client, event.record.ref)
            return
    raise AssertionError("no land is released")


def test_versions_say_what_they_changed(people, client):
    """Field by field, with who approved it and why; the older one stays readable."""
    event = next(each for each in demo.standing(is_release=False) if each.shape.area)
    moved = shapely.affinity.translate(event.shape, 0.0001, 0)
    correct_record(
        ref=event.record.ref, line=event.line, changes={"task": "T-NEW", "shape": moved},
        on=timezone.localdate(), by=people["secretary"], reason="The report was misread",
    )  # fmt: skip
    page = text(client, event.record.ref)
    assert "<ins>T-NEW</ins>" in page
    assert "m² gained" in page
    assert "The report was misread" in page
    assert people["secretary"].name in page
    assert ">superseded<" in page
    assert "record corrected" in page


def test_a_shape_that_stays_is_no_change(people):
    """Nor is what two versions say alike."""
    event = next(each for each in demo.standing(is_release=False) if each.shape.area)
    correct_record(
        ref=event.record.ref, line=event.line, changes={"contract": "C-9"}, on=timezone.localdate(),
        by=people["secretary"], reason="x",
    )  # fmt: skip
    lines = LandEvent.objects.filter(record=event.record).order_by("approval__seq", "line").select_related("approval")
    (latest, *_earlier) = versions.versions(lines, booked_m2(lines))
    assert [(str(change["field"]), change["now"]) for change in latest.changes] == [("Contract", "C-9")]


def test_a_withdrawn_record_stays_readable(people, client):
    """It counts no longer, and says so."""
    event = demo.standing(is_release=True)[0]
    withdraw(refs=[event.record.ref], on=timezone.localdate(), by=people["secretary"], reason="never happened")
    page = text(client, event.record.ref)
    assert "This record was withdrawn" in page
    assert "never happened" in page
    assert "Propose a correction" not in page


def test_a_reference_that_nobody_knows_leads_to_similar_ones(people, client):
    """With 404."""
    answer = client.get("/records/XKV-H-nowhere/")
    assert answer.status_code == 404
    assert "Similar: XKV-H" in answer.content.decode()


def test_neighbours_overlap_by_what_the_shapes_share(people):
    """Held against the intersection in the country's projection."""
    found = 0
    for event in demo.standing(is_release=False)[:20]:
        for each in selectors.neighbours_of([event.shape], event.record_id):
            one, other = frame().to_grid(np.array([event.shape, each["event"].shape], object))
            assert each["overlap_m2"] == pytest.approx(one.intersection(other).area / 10_000)
            assert each["event"].record_id != event.record_id
            found += each["overlap_m2"] > 0
    assert found > 5


def test_findings_show_with_owner_and_ruling(people, client):
    """Open ones and accepted ones."""
    ref = demo.standing(is_release=False)[0].record.ref
    document = add_document(ref="f", title="f", by=people["registrar"])
    of = Import.objects.create(subject="hazards", document=document, started_at=timezone.now(), by=people["registrar"])
    owner = people["operator"].organisation
    FindingRecord.objects.create(of=of, ref=ref, code="LAND-047", severity="warns", owner=owner)
    FindingRecord.objects.create(of=of, ref=ref, code="LAND-012", severity="informs", state="accepted", reason="Seen")
    page = text(client, ref)
    assert "LAND-047" in page
    assert owner.name in page
    assert "Accepted because:" in page


def test_turning_points_lead_back_to_the_shape():
    """In degrees, in UTM, and by bearing and distance."""
    from clearground.kernel.land.traverse import Leg, distance_m, walk

    shape = shapely.Polygon([(20.1, 40.2), (20.102, 40.2001), (20.1015, 40.2013)])
    found = points.turning_points(shape)
    assert (found[0]["lat"], found[0]["lon"]) == ("40.200000", "20.100000")
    assert {point["zone"] for point in found} == {"34N"}
    assert found[0]["easting"] == pytest.approx(423_403, abs=200)
    back = walk((20.1, 40.2), [Leg(point["bearing_deg"], point["distance_m"]) for point in found])
    assert back.miss_m < 1e-3
    assert distance_m(back.stops[1], (20.102, 40.2001)) < 1e-3
    assert points.utm_of(20.1, -5.0)[0] == "34S"
    assert points.turning_points(shapely.Point(20, 40))[0]["distance_m"] is None


def test_the_drawing_shows_own_land_whole(people):
    """All of it within the box, north up, with a bar that is as long as it says."""
    event = next(each for each in demo.standing(is_release=False) if each.shape.area)
    drawn = drawings.drawing_of([event], [])
    assert drawn is not None
    numbers = [
        float(n)
        for path in drawn.paths
        for n in path["d"].replace("M", " ").replace("L", " ").replace("Z", " ").split()
    ]
    assert all(0 <= x <= drawings.WIDTH for x in numbers[::2])
    assert all(0 <= y <= drawings.HEIGHT for y in numbers[1::2])
    west, _south, east, _north = frame().to_grid(np.array([event.shape], object))[0].bounds
    wide = max(numbers[::2]) - min(numbers[::2])
    assert drawn.bar_width / drawn.bar_m == pytest.approx(wide / ((east - west) / 100), rel=0.01)


def test_more_neighbours_and_versions_need_no_more_queries(people, client, django_assert_max_num_queries):
    """A lone record and a crowded one."""
    text(client, demo.standing(is_release=True)[0].record.ref)
    counts = []
    for event in demo.standing(is_release=False)[:12]:
        with django_assert_max_num_queries(60) as asked:
            text(client, event.record.ref)
        counts.append(len(asked.captured_queries))
    assert max(counts) - min(counts) <= 8


@pytest.mark.parametrize("box", ["", "1,2,3", "a,b,c,d", "0,0,80,80", "3,3,2,2", "nan,0,1,1"])
def test_a_box_that_is_none_is_told(box, people, client):
    """With 400, and nothing looked up."""
    assert client.get("/records-near.json", {"box": box}).status_code == 400


def test_land_near_carries_what_every_export_does(people, client):
    """The mark of invented land, and the warning."""
    event = demo.standing(is_release=False)[0]
    west, south, east, north = event.shape.bounds
    said = client.get("/records-near.json", {"box": f"{west},{south},{east},{north}"}).json()
    assert event.record.ref in {feature["properties"]["ref"] for feature in said["features"]}
    assert said["synthetic"] is True
    assert "Land without a polygon" in said["warning"]


def test_who_may_not_audit_sees_no_trail(people, client):
    """The trail names people."""
    ref = demo.standing(is_release=False)[0].record.ref
    assert "Audit trail" in text(client, ref)
    client.force_login(people["planner"])
    assert "Audit trail" not in text(client, ref)


def test_khmer_pages_keep_their_figures(people, client):
    """Words change, digits stay."""
    event = next(each for each in demo.standing(is_release=False) if each.stated_m2)
    client.post("/language/", {"language": "km", "next": "/"})
    assert f"{event.stated_m2:,.0f}" in text(client, event.record.ref)
    assert '<html lang="km">' in text(client, event.record.ref)


def test_land_of_a_later_day_is_not_yet_released(people):
    """The same record before its release."""
    event = next(
        each for each in demo.standing(is_release=False)
        if any(not move.now.is_open for move in land_of_record(each.record, as_of=timezone.localdate()).moves)
    )  # fmt: skip
    now = land_of_record(event.record, as_of=timezone.localdate())
    then = land_of_record(event.record, as_of=event.on)
    assert sum(m.area2 for m in then.moves if m.now.is_open) >= sum(m.area2 for m in now.moves if m.now.is_open)
    assert land_of_record(event.record, as_of=date(1990, 1, 1)).moves == ()


def test_a_record_has_one_area_wherever_it_is_read(people, client):
    """The list, the record and its dossier print what the books hold, not three measurements of one polygon."""
    seen = 0
    for event in demo.standing(is_release=False)[:40]:
        (booked,) = booked_m2([event]).values()
        if booked is None or LandEvent.objects.filter(record=event.record, until_seq=None).count() > 1:
            continue
        listed = client.get("/records.csv", {"q": event.record.ref}).getvalue().decode("utf-8-sig")
        row = next(row for row in csv.DictReader(io.StringIO(listed)) if event.record.ref in row.values())
        page = client.get(f"/records/{event.record.ref}/")
        assert page.context["glance"]["placed_m2"] == dossier(event.record.ref).booked_m2[event.pk] == booked
        assert float(row["placed_m2"]) == pytest.approx(booked, abs=0.005)
        seen += 1
    assert seen > 10
