"""What waits is looked at: rows, findings grouped, their map, what approval would change; in few queries."""

from __future__ import annotations

import pytest
import shapely
from django.urls import reverse

from clearground.exchange.models import FindingRecord, ImportRow
from clearground.web.intake import pictures
from clearground.web.intake.pictures import Thing, picture
from tests.exchange.making import BOWTIE, Feature, square

from .people import brought

pytestmark = pytest.mark.django_db
MOST_QUERIES = 40


def many(n: int) -> list[Feature]:
    """Hazards of which every second states ten times its area, and every fourth overlaps its neighbour."""
    told = ({"area_m2": 99_000 if at % 2 else 9_900, "operator": "OP1"} for at in range(n))
    return [Feature(f"H{at}", square(at - (0.8 if at % 4 == 3 else 0)), cells) for at, cells in enumerate(told)]


def page_of(browser, of, query=""):
    """The page of an import."""
    return browser.get(reverse("web:import", args=[of.pk]) + query)


def test_the_page_says_what_approval_would_change(officer):
    """Counts of records, and the land of each class, stated and of the polygons."""
    features = [Feature("H0", square(0), {"area_m2": 9_900}), Feature("H1", square(1)), Feature("BOW", BOWTIE)]
    page = page_of(officer, brought(officer, features))
    assert page.context["records"] == {"new": 2, "changed": 0, "unchanged": 0}
    (row,) = page.context["effect"]
    assert (row["class"], row["lines"], row["stated"], row["without_stated"]) == ("A4", 2, "9,900", 1)
    assert row["placed"].startswith("19,")
    assert "1 state none" in page.content.decode()


def test_findings_are_counted_by_rule_owner_province_and_severity(officer, world):
    """Each group leads to its rows."""
    of = brought(officer, many(8))
    rules = {group["key"]: group["n"] for group in page_of(officer, of).context["groups"]}
    assert rules["LAND-047"] == 4
    owners = page_of(officer, of, "?group=operator").context["groups"]
    assert [(group["key"], group["name"]) for group in owners] == [("OP1", "First operator")]
    assert page_of(officer, of, "?group=severity").context["groups"][0]["key"] == "warns"
    assert page_of(officer, of, "?group=province").context["groups"][0]["name"] == "No province"
    shown = page_of(officer, of, "?rule=LAND-047").context["rows"]
    assert [each["row"].ref for each in shown] == ["H1", "H3", "H5", "H7"]
    assert page_of(officer, of, "?rule=nonsense&group=x&page=99&rows=%27").status_code == 200


def test_rows_are_filtered_by_state(officer):
    """The blocked ones alone."""
    of = brought(officer)
    assert [each["row"].ref for each in page_of(officer, of, "?rows=blocked").context["rows"]] == ["BOW"]
    assert [each["row"].ref for each in page_of(officer, of, "?severity=blocks").context["rows"]] == ["BOW"]


def test_a_row_shows_cells_problem_remedy_and_place(officer):
    """As given; the wrong cell is marked."""
    of = brought(officer)
    row = of.rows.get(ref="BOW")
    page = officer.get(reverse("web:import-row", args=[of.pk, row.number]))
    told = page.content.decode()
    assert "What to do:" in told
    assert "geometry" in page.context["wrong"]
    assert page.context["picture"].spots
    assert 'fill-rule="evenodd" d="M' in told


def test_both_records_of_a_pair_are_drawn(officer, approver):
    """From the same file, or from the register."""
    of = brought(officer, [Feature("H0", square(0)), Feature("H1", square(0.2))])
    found = FindingRecord.objects.filter(code="LAND-061").first()
    assert found is not None
    row = of.rows.get(number=found.row)
    page = officer.get(reverse("web:import-row", args=[of.pk, row.number]))
    assert sorted(mark.thing.label for mark in page.context["picture"].marks) == ["H0", "H1"]
    told = {"on": "2024-01-01", "reason": "checked"}
    approver.post(reverse("web:approve-import", args=[of.pk]), told)
    later = brought(officer, [Feature("H2", square(0.4))], name="later.geojson")
    page = officer.get(reverse("web:import-row", args=[later.pk, 1]))
    assert {"H1", "H2"} <= {mark.thing.label for mark in page.context["picture"].marks}


def test_queries_do_not_grow_with_rows_and_findings(officer, django_assert_max_num_queries):
    """The list, an import and the findings: as many for a page of fifty as for three."""
    of = brought(officer, many(60))
    assert of.findings.count() > 30
    addresses = [reverse("web:imports"), reverse("web:import", args=[of.pk]), reverse("web:findings")]
    for address in addresses:
        officer.get(address)
        with django_assert_max_num_queries(MOST_QUERIES):
            assert officer.get(address).status_code == 200


def test_the_list_counts_each_kind_by_itself(officer):
    """Rows and findings don't multiply each other."""
    of = brought(officer, many(8))
    (listed,) = officer.get(reverse("web:imports")).context["page"].object_list
    assert (listed.ready_rows, listed.open_findings) == (8, of.findings.filter(state="open").count())


def test_a_cell_put_right_is_judged_again(officer):
    """The finding is fixed, the row is ready, the history says from what to what and why."""
    of = brought(officer, [Feature("H0", square(0), {"survey_date": "2020-02-31"})], on="")
    row = of.rows.get()
    assert row.state == "blocked"
    address = reverse("web:change-row", args=[of.pk, row.number])
    form = officer.get(reverse("web:import-row", args=[of.pk, row.number])).context["form"]
    key = next(key for key, name in form.names.items() if name == "survey_date")
    assert officer.post(address, {key: "2020-02-28"}).status_code == 400
    assert officer.post(address, {key: "2020-02-31", "reason": "x"}).status_code == 400
    assert officer.post(address, {key: "2020-02-28", "reason": "The form says 28"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.given["survey_date"], row.read["on"]) == ("ready", "2020-02-28", "2020-02-28")
    assert set(of.findings.filter(severity="blocks").values_list("state", flat=True)) == {"fixed"}
    told = page_of(officer, of).content.decode()
    assert "2020-02-31</del>" in told
    assert "The form says 28" in told


def test_a_geometry_put_right_and_one_that_cannot_be_read(officer):
    """As text, longitude first."""
    of = brought(officer)
    row = of.rows.get(ref="BOW")
    form = officer.get(reverse("web:import-row", args=[of.pk, row.number])).context["form"]
    key = next(key for key, name in form.names.items() if name == "geometry")
    address = reverse("web:change-row", args=[of.pk, row.number])
    assert "can&#x27;t be read" in officer.post(address, {key: "POLYGON((", "reason": "x"}).content.decode()
    assert officer.post(address, {key: square(9).wkt, "reason": "walked again"}).status_code == 302
    assert ImportRow.objects.get(pk=row.pk).state == "ready"


def test_what_waits_no_more_is_not_changed(officer, approver):
    """An approved row is corrected in the register."""
    of = brought(officer, [Feature("H0", square(0), {"note": "a"})])
    approver.post(reverse("web:approve-import", args=[of.pk]), {"on": "2024-01-01", "reason": "checked"})
    answer = officer.post(reverse("web:change-row", args=[of.pk, 1]), {"cell0": "other", "reason": "x"})
    assert answer.status_code == 400
    assert "not waiting for approval" in answer.content.decode()


def test_texts_of_a_file_are_text_on_the_page(officer):
    """No cell becomes a part of the page."""
    evil = "<script>alert(1)</script>"
    of = brought(officer, [Feature(evil, square(0), {"remarks": evil})], name="a<b>.geojson")
    for address in (
        reverse("web:import", args=[of.pk]),
        reverse("web:import-row", args=[of.pk, 1]),
        reverse("web:imports"),
    ):
        assert evil not in officer.get(address).content.decode()


@pytest.mark.parametrize("length_m", [7, 40, 120, 999, 25_000])
def test_the_scale_is_a_round_length_that_fits(length_m):
    """1, 2 or 5 times a power of ten."""
    length = pictures.nice(length_m)
    assert length <= length_m < length * 2.6
    assert str(length).rstrip("0") in {"1", "2", "5"}


def test_every_kind_of_shape_is_drawn_inside_the_frame(world):
    """Points as dots, crossed outlines whole, small areas as dots; nothing that isn't a number."""
    shapes = [
        shapely.Point(20, 10),
        BOWTIE,
        shapely.LineString([(20, 10), (20.01, 10.01)]),
        shapely.MultiPolygon([square(0), square(3)]),
        shapely.GeometryCollection([square(5), shapely.Point(20.005, 10)]),
        shapely.Point(float("nan"), 1),
        shapely.Polygon(),
        None,
    ]
    drawn = picture([Thing(shape, "ready", str(at)) for at, shape in enumerate(shapes)])
    assert len(drawn.marks) == 5
    assert drawn.marks[0].is_small
    assert drawn.marks[1].path.count("L") == 3
    assert all(0 <= mark.x <= pictures.WIDTH and 0 <= mark.y <= pictures.HEIGHT for mark in drawn.marks)
    assert picture([Thing(None, "ready", "x")]) is None


def test_a_misread_row_does_not_shrink_the_picture_of_all_others(world):
    """A shape with swapped coordinates lies two thousand kilometres away; the frame is of those that lie together."""
    together = [square(column) for column in range(12)]
    swapped = shapely.transform(square(3), lambda xy: xy[:, ::-1])
    drawn = picture([Thing(shape, "ready", str(at)) for at, shape in enumerate([*together, swapped])])
    alone = picture([Thing(shape, "ready", str(at)) for at, shape in enumerate(together)])
    assert drawn.scale_m == alone.scale_m
