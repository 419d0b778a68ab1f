"""What shapes of a file say: usable or not, overlapping, split, gone, renumbered, misplaced."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from clearground.kernel.findings import Finding
from clearground.kernel.land.frame import Frame
from clearground.places import ground
from clearground.places.choices import Level
from clearground.places.ground import Areas
from clearground.places.rows import PlaceRow

from .factories import LAT, LON, known, point, province, rectangle, row, side_by_side, village

FRAME = Frame(LON, LAT)
BOWTIE = shapely.Polygon([(LON, LAT), (LON + 0.1, LAT + 0.1), (LON + 0.1, LAT), (LON, LAT + 0.1)])


def areas(*rows: PlaceRow) -> Areas:
    """The rows on the grid."""
    return Areas.of(rows, FRAME)


def refs(findings: list[Finding]) -> list[tuple[str, str]]:
    """Codes of rules, and what they are about."""
    return [(finding.code, finding.ref) for finding in findings]


@pytest.mark.parametrize(
    ("level", "shape"),
    [
        (Level.COMMUNE, rectangle(0, 0, 1, 1)),
        (Level.COMMUNE, shapely.MultiPolygon([rectangle(0, 0, 1, 1), rectangle(5, 0, 1, 1)])),
        (Level.VILLAGE, point(0, 0)),
        (Level.VILLAGE, rectangle(0, 0, 1, 1)),
    ],
)
def test_a_good_shape_is_kept_as_it_is(level: Level, shape: shapely.Geometry) -> None:
    """No finding, no change."""
    rows, findings = ground.usable_shapes([row("01", level=level, shape=shape)])
    assert rows[0].shape is shape
    assert findings == []


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        (None, "none given"),
        (shapely.Polygon(), "none given"),
        (shapely.LineString([(LON, LAT), (LON + 1, LAT)]), "LineString"),
        (point(0, 0), "point"),
        (shapely.Point(float("nan"), 1), "not a number"),
        (shapely.Polygon([(0, 0), (1, float("inf")), (1, 1)]), "not a number"),
    ],
)
def test_what_is_no_area_is_not_kept_and_the_place_is(shape: shapely.Geometry | None, why: str) -> None:
    """The finding says why."""
    rows, findings = ground.usable_shapes([row("01", shape=shape)])
    assert (rows[0].code, rows[0].shape) == ("01", None)
    assert refs(findings) == [("PLACE-011", "01")]
    assert why in str(findings[0].params["why"])


def test_a_ring_that_crosses_itself_is_mended_and_said_so() -> None:
    """Never silently."""
    rows, findings = ground.usable_shapes([row("01", shape=BOWTIE)])
    assert rows[0].shape.is_valid
    assert rows[0].shape.area == pytest.approx(0.005)
    assert refs(findings) == [("PLACE-015", "01")]
    assert "Self-intersection" in findings[0].params["why"]


def test_areas_come_in_order_of_code_whatever_the_order_of_rows() -> None:
    """The lower code has the land where two overlap."""
    assert areas(*reversed(side_by_side("a", "b", "c"))).codes.tolist() == ["a", "b", "c"]
    assert areas(village("v", shape=point(0, 0)), row("x")).codes.tolist() == []


def test_shares_add_up_to_the_whole() -> None:
    """A place cut in two lies in its two parts."""
    whole = areas(row("w", shape=rectangle(0, 0, 20, 10)))
    shares = whole.shares_in(areas(*side_by_side("a", "b")))["w"]
    assert set(shares) == {"a", "b"}
    assert sum(shares.values()) == pytest.approx(1, abs=1e-6)


def test_a_touching_neighbour_has_no_share() -> None:
    """A shared border is no shared ground."""
    a, b = side_by_side("a", "b")
    assert areas(a).shares_in(areas(b)) == {"a": {}}


def test_a_split_names_the_place_that_it_came_from() -> None:
    """The old code goes on with the rest of its ground."""
    old = areas(row("03", "Kampong Cham", shape=rectangle(0, 0, 20, 10)))
    new = areas(*side_by_side("03", "25"))
    (finding,) = ground.succession(old, new)
    assert (finding.code, finding.ref) == ("PLACE-005", "25")
    assert (finding.params["from_code"], finding.params["share_pct"]) == ("03", 100)


def test_a_place_that_is_gone_names_its_successors_largest_first() -> None:
    """And the successors name it."""
    old = areas(row("old", shape=rectangle(0, 0, 20, 10)))
    new = areas(row("n1", shape=rectangle(0, 0, 5, 10)), row("n2", shape=rectangle(5, 0, 15, 10)))
    findings = {finding.ref: finding for finding in ground.succession(old, new)}
    assert findings["old"].code == "PLACE-006"
    assert findings["old"].params["into"] == "n2, n1"
    assert {findings["n1"].code, findings["n2"].code} == {"PLACE-005"}


def test_a_renumbered_place_is_no_split() -> None:
    """Same name, same ground, other code, and the old code is gone."""
    old = areas(row("0304", "Memot", shape=rectangle(0, 0, 10, 10)))
    new = areas(row("2503", "MEMOT", shape=rectangle(0, 0, 10, 10)))
    assert ("PLACE-007", "2503") in refs(ground.succession(old, new))
    assert "PLACE-005" not in dict(refs(ground.succession(old, new)))


def test_new_ground_comes_from_nowhere() -> None:
    """A place where there was none, or mostly none, is new and no split."""
    old = areas(*side_by_side("a"))
    new = areas(*side_by_side("a", "b"), row("c", shape=rectangle(8, 20, 10, 10)))
    assert ground.succession(old, new) == []


def test_equal_editions_have_no_succession() -> None:
    """Nothing changed, nothing found."""
    same = side_by_side("a", "b", "c")
    assert ground.succession(areas(*same), areas(*same)) == []


def test_overlaps_are_named_with_their_area() -> None:
    """Each pair once, the lower code first."""
    pair = [row("b", shape=rectangle(5, 0, 10, 10)), row("a", shape=rectangle(0, 0, 10, 10))]
    (finding,) = ground.overlaps(areas(*pair))
    expected_m2 = FRAME.area_m2(np.array([rectangle(5, 0, 5, 10)], dtype=object))[0]
    assert (finding.params["code"], finding.params["other_code"]) == ("a", "b")
    assert finding.params["overlap_m2"] == pytest.approx(expected_m2, rel=1e-6)


def test_the_roughness_of_two_drawings_is_no_overlap() -> None:
    """Less than 0.9 % of the smaller place."""
    assert (
        ground.overlaps(areas(row("a", shape=rectangle(0, 0, 10, 10)), row("b", shape=rectangle(9.95, 0, 10, 10))))
        == []
    )
    assert ground.overlaps(areas(*side_by_side("a", "b"))) == []


def test_a_point_lies_in_the_area_that_holds_it_the_lower_code_on_a_border() -> None:
    """Outside all areas it lies in none."""
    places = side_by_side("b", "a")
    points = [village("v1", shape=point(5, 5)), village("v2", shape=point(10, 5)), village("v3", shape=point(50, 50))]
    assert ground.holding(points, places) == {"v1": "b", "v2": "a"}
    assert ground.holding([village("v")], places) == ground.holding(points, []) == {}


def test_an_area_lies_where_a_point_of_it_does() -> None:
    """A commune is in the province that holds it."""
    provinces = [province("1", shape=rectangle(0, 0, 50, 50))]
    assert ground.holding(side_by_side("a"), provinces) == {"a": "1"}


def test_a_village_in_another_commune_than_it_says_is_named() -> None:
    """Also one that lies nowhere; not one without a point."""
    rows = [
        village("01020301", parent_code="010203", shape=point(5, 5)),
        village("01020302", parent_code="010203", shape=point(15, 5)),
        village("01020303", parent_code="010203", shape=point(99, 99)),
        village("01020304", parent_code="010203"),
    ]
    lies_in = ground.holding(rows, side_by_side("010203", "010204"))
    findings = ground.misplaced(rows, lies_in, known())
    assert [(f.ref, f.params["lies_in"]) for f in findings] == [("01020302", "010204"), ("01020303", "—")]


def test_a_village_whose_name_is_known_where_it_lies_was_renumbered() -> None:
    """In either script; a known code is not new, and a name elsewhere is another village."""
    register = known(
        village("25010101", "Thmei", name_km="ថ្មី", parent_code="250101"),
        village("25010102", "Chas", parent_code="250101"),
    )
    rows = [
        village("03040101", "thmei"),
        village("03040102", "?", name_km="ថ្មី"),
        village("03040103", "Leu"),
        village("25010102", "Chas"),
    ]
    here = dict.fromkeys(["03040101", "03040102", "03040103", "25010102"], "250101")
    assert [(f.ref, f.params["other_code"]) for f in ground.renumbered(rows, here, register)] == [
        ("03040101", "25010101"),
        ("03040102", "25010101"),
    ]
    assert ground.renumbered(rows, dict.fromkeys(here, "990101"), register) == []
