"""A record proposed in the browser: read in any notation, looked at beforehand, saved as a pending import."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from django.utils import timezone

from clearground.audit.models import AuditEvent
from clearground.common.errors import Refused
from clearground.exchange.actions import approve_import
from clearground.exchange.models import FindingRecord, Import, ImportRow
from clearground.kernel.land.traverse import legs_between
from clearground.land.given import BENCHMARK, REFERENCE, points_called
from clearground.land.models import Approval, Cluster, LandEvent, Record
from clearground.places.selectors import frame
from clearground.publications.selectors.dossiers import dossier
from clearground.sources.models import Document
from clearground.web.records import boundaries

from . import demo

pytestmark = pytest.mark.django_db
CORNERS = [(20.0, 40.0), (20.002, 40.0), (20.002, 40.001), (20.0, 40.001)]


@pytest.fixture
def people(client):
    """The demonstration, in which the data officer acts."""
    found = demo.load()
    client.force_login(found["registrar"])
    return found


def counts() -> list[int]:
    """How many rows there are of all that a proposal could write."""
    models = (Import, ImportRow, FindingRecord, Document, LandEvent, Record, Approval, Cluster, AuditEvent)
    return [model.objects.count() for model in models]


def test_looking_writes_nothing_and_shows_the_effect(people, client):
    """Closing before and after, and what the checks find."""
    before = counts()
    answer = client.post("/propose/preview/", demo.a_proposal(stated_m2="5 ha"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in page
    assert "Closing after" in page
    assert "Stated area differs" in page
    assert counts() == before


def test_without_a_script_the_whole_page_answers(people, client):
    """By the same button."""
    page = client.post("/propose/", demo.a_proposal(act="preview")).content.decode()
    assert "<html" in page
    assert "Closing after" in page
    assert 'value="NEW-1"' in page


def test_saving_makes_a_pending_import_of_one_record(people, client):
    """Its document says who and when; nothing counts until somebody else approves it."""
    events = LandEvent.objects.count()
    answer = client.post("/propose/", demo.a_proposal(act="save", cites="Report 12, row 3", note="By the road"))
    pending = Import.objects.latest("pk")
    assert answer["Location"] == f"/proposals/{pending.pk}/"
    assert LandEvent.objects.count() == events
    (row,) = pending.rows.all()
    assert (pending.state, row.ref, row.state, row.given["synthetic"]) == ("pending", "NEW-1", "ready", "true")
    assert "karsova.registrar" in pending.document.filename
    assert "Report 12, row 3" in row.read["note"]
    page = client.get(answer["Location"]).content.decode()
    assert "It counts for nothing until somebody else approves it." in page
    approve_import(import_id=pending.pk, on=timezone.localdate(), by=people["secretary"], reason="seen")
    assert LandEvent.objects.get(record__ref="NEW-1").operator.code == "LFT"
    assert "Open the record" in client.get(answer["Location"]).content.decode()
    assert "NEW-1" in client.get("/records/NEW-1/").content.decode()


def test_a_proposal_that_waits_shows_on_the_record(people, client):
    """Until it is approved or undone."""
    event = next(each for each in demo.standing(is_release=False) if each.shape.area)
    ref = event.record.ref
    form = client.get("/propose/", {"ref": ref})
    assert f"Correct {ref}" in form.content.decode()
    said = demo.a_proposal(corrects=ref, ref=ref, line=event.line, kind="confirm", act="save")
    assert client.post("/propose/", said).status_code == 302
    assert "it waits for approval" in client.get(f"/records/{ref}/").content.decode()


def test_a_correction_keeps_the_other_lines(people, client):
    """A record of several lines changes in one of them."""
    several = next(
        ref for ref in Record.objects.values_list("ref", flat=True)
        if LandEvent.objects.filter(record__ref=ref, until_seq=None, kind__isnull=False).count() > 1
    )  # fmt: skip
    old = {e.line: e for e in LandEvent.objects.filter(record__ref=several, until_seq=None).select_related("operator")}
    form = client.get("/propose/", {"ref": several, "line": 2}).context["form"]
    said = sent(form, method="mended", reason="x", act="save")
    assert client.post("/propose/", said).status_code == 302
    pending = Import.objects.latest("pk")
    approve_import(import_id=pending.pk, on=timezone.localdate(), by=people["secretary"], reason="seen")
    new = {e.line: e for e in LandEvent.objects.filter(record__ref=several, until_seq=None)}
    assert new.keys() == old.keys()
    assert new[2].method == "mended"
    for line, event in old.items():
        assert new[line].shape.equals_exact(event.shape, 1e-9)
        assert (new[line].on, new[line].kind, new[line].stated_m2) == (event.on, event.kind, event.stated_m2)


def sent(form, **more) -> dict:
    """The form as a browser sends it back, with some fields changed."""
    said = {}
    for field in form:
        value = field.value()
        if value not in (None, "", False):
            said[field.html_name] = value.isoformat() if hasattr(value, "isoformat") else value
    return said | more


def test_a_form_sent_back_unchanged_changes_no_land(people, client):
    """Every kind of record: hazards of another, releases, spot tasks, those without polygon."""
    seen = 0
    for record in Record.objects.order_by("ref")[::7]:
        form = client.get("/propose/", {"ref": record.ref}).context["form"]
        if not form.corrected:
            continue
        page = client.post("/propose/preview/", sent(form, reason="x")).content.decode()
        assert "stay as it is" in page or "says exactly this already" in page, (record.ref, page)
        seen += 1
    assert seen > 20


def test_operators_propose_in_their_own_name_alone(people, client):
    """Whatever the browser sends; and they correct their own records alone."""
    client.force_login(demo.operator("LFT"))
    page = client.get("/propose/").content.decode()
    assert 'value="LFT"' in page
    select = page.split('name="operator"')[1].split("</select>")[0]
    assert 'value="TEB"' not in select
    assert client.post("/propose/", demo.a_proposal(act="save", operator="TEB")).status_code == 400
    theirs = next(e for e in demo.standing(is_release=False) if e.operator and e.operator.code != "LFT")
    said = demo.a_proposal(act="save", ref=theirs.record.ref, corrects=theirs.record.ref, operator="LFT")
    answer = client.post("/propose/", said)
    assert answer.status_code == 400
    assert "another operator" in answer.content.decode()
    assert Import.objects.count() == 0
    assert client.post("/propose/", demo.a_proposal(act="save")).status_code == 302


def test_an_operator_without_an_organisation_is_told(people, client):
    """Nothing is shown that can't be sent."""
    person = demo.operator("LFT")
    person.organisation = None
    person.save()
    client.force_login(person)
    answer = client.get("/propose/")
    assert answer.status_code == 400
    assert "names no organisation" in answer.content.decode()


def test_a_reference_that_stands_is_not_taken_over(people, client):
    """Nobody corrects a record without meaning to."""
    ref = demo.standing(is_release=False)[0].record.ref
    answer = client.post("/propose/", demo.a_proposal(act="save", ref=ref))
    assert answer.status_code == 400
    assert "stands already" in answer.content.decode()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"on": ""}, "Give the day"),
        ({"class_mines": ""}, "Say which contamination"),
        ({"reason": ""}, "Say in a few words why"),
        ({"how": "draw", "drawn": ""}, "Nothing is drawn yet"),
        ({"how": "draw", "drawn": '{"type":"Point"'}, "Nothing is drawn yet"),
        ({"coordinates": "41.0 20.0\nhere or there"}, "Line 2"),
        ({"coordinates": "41.0 20.0\n41.0 20.1"}, "at least three corners"),
        ({"coordinates": "POLYGON((a b))"}, "can&#x27;t be read|WKT|could not"),
        ({"how": "traverse", "start": "40.5 21.0", "legs": "10 50\n100 x"}, "Line 2 of the legs"),
        ({"how": "traverse", "start": "40.5 21.0", "legs": "10 50"}, "at least three legs"),
        ({"how": "traverse", "start": "", "legs": "0 10\n120 10\n240 10"}, "Line 1"),
        ({"kind": "explode"}, "Select a valid choice"),
    ],
)
def test_what_can_not_be_read_is_told_where_it_stands(said, told, people, client):
    """And nothing is stored."""
    import re

    before = counts()
    answer = client.post("/propose/", demo.a_proposal(act="save", **said))
    assert answer.status_code == 400
    assert re.search(told, answer.content.decode())
    assert counts() == before
    assert client.post("/propose/preview/", demo.a_proposal(**said)).status_code == 200


def test_a_blocked_proposal_says_what_blocks_it(people, client):
    """A boundary that crosses itself."""
    corners = demo.a_proposal()["coordinates"].splitlines()
    crossed = "\n".join([corners[0], corners[2], corners[1], corners[3]])
    page = client.post("/propose/preview/", demo.a_proposal(coordinates=crossed)).content.decode()
    assert "approved as it is" in page
    assert 'class="tag blocks"' in page
    assert "Closing after" not in page


LISTS = {
    "degrees": ("\n".join(f"{lat} {lon}" for lon, lat in CORNERS), ""),
    "longitude first": ("\n".join(f"{lon} {lat}" for lon, lat in CORNERS), ""),
    "labelled": ("\n".join(f"TP{n}: {lat}, {lon}" for n, (lon, lat) in enumerate(CORNERS, 1)), ""),
    "letters": ("\n".join(f"N{lat:.6f} E{lon:.6f}" for lon, lat in CORNERS), ""),
    "minutes": (
        "\n".join(f"{int(lat)}°{lat % 1 * 60:.5f}'N {int(lon)}°{lon % 1 * 60:.5f}'E" for lon, lat in CORNERS),
        "",
    ),
    "wkt": (shapely.Polygon(CORNERS).wkt, ""),
    "closed": ("\n".join(f"{lat} {lon}" for lon, lat in [*CORNERS, CORNERS[0]]), ""),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_corners_is_read_in_any_notation(name, db):
    """The same polygon."""
    text, crs = LISTS[name]
    order = "lon lat" if name == "longitude first" else "lat lon"
    found = boundaries.listed(text, crs, order).shape
    assert found.normalize().equals_exact(shapely.Polygon(CORNERS).normalize(), 1e-6)


def test_metres_are_read_in_their_reference_system(db):
    """With a zone in each line, or a system beside the list."""
    from clearground.web.records.points import utm_of

    spots = [utm_of(lon, lat) for lon, lat in CORNERS]
    plain = "\n".join(f"{east:.3f} {north:.3f}" for _zone, east, north in spots)
    zoned = "\n".join(f"34T {east:.2f} {north:.2f}" for _zone, east, north in spots)
    for text, crs in ((plain, "EPSG:32634"), (zoned, "")):
        found = boundaries.listed(text, crs, "lat lon").shape
        assert found.equals_exact(shapely.Polygon(CORNERS), 1e-6)
    with pytest.raises(Refused):
        boundaries.listed(plain, "", "lat lon")


def legs_text(off_m: float = 0.0) -> str:
    """The legs round the corners, the last distance off by so much."""
    legs = legs_between(CORNERS)
    lengths = [leg.distance_m for leg in legs]
    lengths[-1] += off_m
    return "\n".join(f"{leg.bearing_deg:.6f} {length:.4f}" for leg, length in zip(legs, lengths, strict=True))


def test_a_traverse_gives_the_polygon_and_its_error(db):
    """Distributed where it is asked for; the note says so."""
    exact = boundaries.walked("40.0 20.0", legs_text())
    assert exact.shape.equals_exact(shapely.Polygon(CORNERS), 1e-8)
    off = boundaries.walked("40.0 20.0", legs_text(2.0), is_distributed=True)
    assert off.traverse.miss_m == pytest.approx(2.0, abs=0.01)
    assert "closing error 2.00 m" in off.how
    assert "compass rule" in off.how
    assert "compass rule" not in exact.how
    assert not off.shape.equals_exact(exact.shape, 1e-7)


def test_the_first_leg_may_lead_from_a_reference_point(db):
    """It is no part of the boundary, nor of the error."""
    from clearground.kernel.land.traverse import Leg, step

    mark = step((20.0, 40.0), Leg(225.0, 300.0))
    legs = f"45.0 300\n{legs_text()}"
    found = boundaries.walked(f"{mark[1]:.9f} {mark[0]:.9f}", legs, leads_in=True)
    assert found.shape.equals_exact(shapely.Polygon(CORNERS), 1e-5)
    assert found.traverse.miss_m < 0.01


@pytest.mark.parametrize(
    "line", ["87.5 120.3", "87.5\t120.3", "87.5;120.3", "87.5, 120.3", "87°30' 120.3", "87,5 120,3", "៨៧.៥ ១២០.៣"]
)
def test_a_leg_is_read_in_any_usual_spelling(line):
    """Bearing, then distance."""
    (leg,) = boundaries.legs_of(line)
    assert (leg.bearing_deg, leg.distance_m) == (pytest.approx(87.5), pytest.approx(120.3))


def test_the_closing_error_is_told_against_the_tolerance(people, client):
    """Within it and beyond it."""
    event = next(each for each in demo.standing(is_release=False) if each.shape.area)
    lon, lat = event.shape.bounds[:2]
    legs = "0 100\n90 100\n180 100\n270 99"
    said = demo.a_proposal(how="traverse", start=f"{lat} {lon}", legs=legs, tolerance="1000")
    page = client.post("/propose/preview/", said).content.decode()
    assert "Closing error 1.00 m in 399.0 m walked: 1:3" in page
    assert "more than the tolerance of 1:1,000" in page
    wider = client.post("/propose/preview/", said | {"tolerance": "200", "is_distributed": "on"}).content.decode()
    assert "Within the tolerance of 1:200" in wider
    assert "distributed by the compass rule" in wider


def test_a_drawn_polygon_is_the_one_that_is_booked(people, client):
    """Every digit of it."""
    event = next(each for each in demo.standing(is_release=False) if each.shape.area)
    west, south = event.shape.bounds[:2]
    ring = [[west, south], [west + 0.0012345, south], [west + 0.0009, south + 0.000987654321], [west, south]]
    drawn = json.dumps({"type": "Polygon", "coordinates": [ring]})
    assert client.post("/propose/", demo.a_proposal(how="draw", drawn=drawn, act="save")).status_code == 302
    row = ImportRow.objects.latest("pk")
    assert shapely.get_coordinates(row.shape).tolist() == ring
    area_m2 = float(frame().area_m2(np.array([row.shape], object))[0])
    page = client.post("/propose/preview/", demo.a_proposal(how="draw", drawn=drawn)).content.decode()
    assert f"{area_m2:,.2f}" in page


def test_only_who_brings_records_may_propose(people, client):
    """A planner may not, nor look beforehand."""
    client.force_login(people["planner"])
    assert client.get("/propose/").status_code == 403
    assert client.post("/propose/preview/", demo.a_proposal()).status_code == 403
    assert (
        "Propose a correction"
        not in client.get(f"/records/{demo.standing(is_release=False)[0].record.ref}/").content.decode()
    )


def test_coordinates_stay_as_they_were_typed_and_name_their_reference_point(people, client):
    """From the form to the record and the dossier, letter for letter, and through a correction of another field."""
    corner = next(each for each in demo.standing(is_release=False) if each.shape.area).shape.bounds
    start, legs = f"{corner[1]:.7f} {corner[0]:.7f}", "45 50\n0 100\n90 100\n180 100\n270 100"
    typed = f"RP: {start}\n{legs}"
    said = demo.a_proposal(how="traverse", start=start, legs=legs, leads_in="on", tolerance="1000", act="save")
    assert approved(said, people, client).given_shape == typed
    assert "45 50\n0 100" in client.get("/records/NEW-1/").content.decode()
    form = client.get("/propose/", {"ref": "NEW-1"}).context["form"]
    mended = approved(sent(form, contract="C-9", reason="x", act="save"), people, client)
    assert (mended.contract, mended.given_shape) == ("C-9", typed)
    assert dossier("NEW-1").points_given(REFERENCE) == [f"RP: {start}"]


def approved(said, people, client) -> LandEvent:
    """The first line of the record that was proposed and approved."""
    assert client.post("/propose/", said).status_code == 302
    approve_import(
        import_id=Import.objects.latest("pk").pk, on=timezone.localdate(), by=people["secretary"], reason="seen"
    )
    return LandEvent.objects.get(record__ref="NEW-1", line=1, until_seq=None)


def test_a_benchmark_in_a_list_is_no_corner(db):
    """It is kept with the corners, as it was typed."""
    corners = [f"{lat} {lon}" for lon, lat in CORNERS]
    found = boundaries.listed("\n".join(["BM: 40.5 20.5", *corners, "Landmark (well): 40.6 20.6"]), "", "lat lon")
    assert found.shape.equals_exact(shapely.Polygon(CORNERS), 1e-9)
    assert list(points_called(BENCHMARK, found.entered)) == ["BM: 40.5 20.5"]
    assert list(points_called(REFERENCE, found.entered)) == ["Landmark (well): 40.6 20.6"]
