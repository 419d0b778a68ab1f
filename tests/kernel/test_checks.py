"""Checks are findings: sound rows have none, each defect is found as what it is, wherever it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from time import process_time
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from clearground.exchange.rule_examples import FRAME, PLACES, example_batch, example_context
from clearground.kernel.findings import Finding, Severity
from clearground.kernel.land.checks import (
    RULES,
    Batch,
    Context,
    Trouble,
    check,
    from_rings,
    from_wkb,
    from_wkt,
    usable,
    whereabouts,
)

from .bad_shapes import CORPUS, BadShape

Row = Mapping[str, Any]
SQUARE = shapely.box(103.5, 12.5, 103.501, 12.501)


def plots(count: int, seed: int) -> list[dict[str, Any]]:
    """Sound records on plots of their own: stars of three to nine corners, with their areas, places and days."""
    chance = np.random.default_rng(seed)
    rows = []
    for k in range(count):
        corners = int(chance.integers(3, 10))
        turn = (np.arange(corners) + chance.uniform(0, 0.6, corners)) * 2 * np.pi / corners
        radius = chance.uniform(0.0004, 0.003) * chance.uniform(0.5, 1, corners)
        lon, lat = 103.05 + 0.01 * (k % 90), 12.05 + 0.01 * (k // 90)
        shape = shapely.Polygon(np.column_stack([lon + radius * np.cos(turn), lat + radius * np.sin(turn)]))
        area = round(float(FRAME.area_m2(np.array([shape]))[0]))
        day = date.fromordinal(int(chance.integers(700000, 737000))).isoformat()
        rows.append({"ref": f"R-{k}", "wkt": shape.wkt, "area": str(area), "on": day, "place": "P1"})
    return rows


def found(rows: list[dict[str, Any]]) -> list[Finding]:
    """What the checks say of the rows in the invented country of the examples."""
    return check(example_batch(rows), example_context())


def named(findings: list[Finding]) -> set[tuple[str, str]]:
    """Reference and code of each finding."""
    return {(finding.ref, finding.code) for finding in findings}


def reshaped(row: Row, change: Callable[[np.ndarray], np.ndarray]) -> dict[str, Any]:
    """The row with the coordinates of its outline changed."""
    xy = change(shapely.get_coordinates(shapely.from_wkt(row["wkt"])))
    return {**row, "wkt": "POLYGON ((" + ", ".join(f"{x!r} {y!r}" for x, y in xy.tolist()) + "))", "area": ""}


# Each takes a sound row and gives the row with one thing wrong, and the code that has to name it.
DEFECTS: dict[str, tuple[Callable[[Row], dict[str, Any]], str]] = {
    "geometry lost": (lambda row: {**row, "wkt": "", "area": ""}, "LAND-001"),
    "cut off": (lambda row: {**row, "wkt": row["wkt"][:-9], "area": ""}, "LAND-003"),
    "not a number": (
        lambda row: reshaped(row, lambda xy: np.where(np.arange(len(xy))[:, None] == 1, np.nan, xy)),
        "LAND-004",
    ),
    "a point": (lambda row: {**row, "wkt": shapely.from_wkt(row["wkt"]).centroid.wkt, "area": ""}, "LAND-006"),
    "open": (lambda row: reshaped(row, lambda xy: xy[:-1]), "LAND-008"),
    "vertex doubled": (lambda row: reshaped(row, lambda xy: np.insert(xy, 1, xy[1], axis=0)), "LAND-011"),
    "swapped": (lambda row: reshaped(row, lambda xy: xy[:, ::-1]), "LAND-020"),
    "abroad": (lambda row: reshaped(row, lambda xy: xy + np.array([10, 0])), "LAND-022"),
    "another place": (lambda row: {**row, "place": "P2"}, "LAND-024"),
    "no reference": (lambda row: {**row, "ref": ""}, "LAND-030"),
    "no day": (lambda row: {**row, "on": ""}, "LAND-034"),
    "no such day": (lambda row: {**row, "on": "2015-02-30"}, "LAND-035"),
    "to come": (lambda row: {**row, "on": "2020-02-01"}, "LAND-036"),
    "long ago": (lambda row: {**row, "on": "1899-12-30"}, "LAND-037"),
    "unknown class": (lambda row: {**row, "class": "B9"}, "LAND-040"),
    "other family's class": (lambda row: {**row, "class": "CMR"}, "LAND-041"),
    "unknown operator": (lambda row: {**row, "operator": "NOBODY"}, "LAND-042"),
    "unknown place": (lambda row: {**row, "place": "P77"}, "LAND-043"),
    "text for area": (lambda row: {**row, "area": "a lot"}, "LAND-044"),
    "negative": (lambda row: {**row, "area": "-5"}, "LAND-045"),
    "a third more": (lambda row: {**row, "area": str(float(row["area"]) * 1.33)}, "LAND-047"),
    "in hectares": (lambda row: {**row, "area": str(float(row["area"]) / 1e4)}, "LAND-048"),
    "in square kilometres": (lambda row: {**row, "area": str(float(row["area"]) / 1e6)}, "LAND-048"),
    "in thousands": (lambda row: {**row, "area": str(float(row["area"]) / 1e3)}, "LAND-048"),
    "a thousand times": (lambda row: {**row, "area": str(float(row["area"]) * 1e3)}, "LAND-048"),
    "unknown kind": (lambda row: {**row, "kind": "walk"}, "LAND-049"),
}


@settings(max_examples=30)
@given(count=st.integers(0, 25), seed=st.integers(0, 2**32))
def test_sound_rows_have_no_finding(count: int, seed: int) -> None:
    """Nobody is asked about what is in order, and all of it can be booked."""
    batch = example_batch(plots(count, seed))
    assert check(batch, example_context()) == []
    assert usable(batch, example_context()).all()


@pytest.mark.parametrize("defect", DEFECTS)
@settings(max_examples=4)
@given(seed=st.integers(0, 2**32), where=st.integers(0, 7))
def test_a_planted_defect_is_found_exactly(defect: str, seed: int, where: int) -> None:
    """One row is wrong: that row is named, by that rule, and no other row by any."""
    plant, code = DEFECTS[defect]
    rows = plots(8, seed)
    rows[where] = plant(rows[where])
    findings = found(rows)
    assert [(finding.row, finding.code) for finding in findings] == [(where + 1, code)]


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32), turn=st.integers(0, 20), back=st.booleans())
def test_one_polygon_under_two_references_is_found_wherever_its_ring_begins(seed: int, turn: int, back: bool) -> None:
    """Another first corner or another direction doesn't make another polygon."""
    rows = plots(4, seed)
    ring = shapely.get_coordinates(shapely.from_wkt(rows[1]["wkt"]))[:-1]
    ring = np.roll(ring[::-1] if back else ring, turn, axis=0)
    rows[3] = {**rows[3], "wkt": shapely.Polygon(ring).wkt, "area": rows[1]["area"]}
    (finding,) = found(rows)
    assert (finding.ref, finding.code, finding.params["other"]) == ("R-3", "LAND-060", "R-1")


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32), share=st.floats(0.02, 0.9))
def test_an_overlap_is_found_with_its_area(seed: int, share: float) -> None:
    """The finding states what an overlay of the two polygons gives."""
    rows = plots(3, seed)
    one = shapely.box(104.1, 13.1, 104.102, 13.102)
    two = shapely.box(104.1 + 0.002 * (1 - share), 13.1, 104.102 + 0.002 * (1 - share), 13.102)
    rows += [{"ref": "ONE", "wkt": one.wkt}, {"ref": "TWO", "wkt": two.wkt}]
    (finding,) = found(rows)
    assert (finding.ref, finding.code, finding.params["other"]) == ("TWO", "LAND-061", "ONE")
    expected = FRAME.area_m2(np.array([shapely.intersection(one, two)]))[0]
    assert finding.params["overlap_m2"] == pytest.approx(expected, rel=1e-3)
    assert finding.params["share"] == pytest.approx(share, abs=1e-3)


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32), order=st.permutations(range(10)))
def test_the_order_of_rows_does_not_matter(seed: int, order: list[int]) -> None:
    """Each row's own findings are the same wherever it stands in the file."""
    rows = plots(10, seed)
    for k, defect in enumerate(("swapped", "vertex doubled", "in hectares", "unknown class", "abroad")):
        rows[2 * k] = DEFECTS[defect][0](rows[2 * k])
    assert named(found(rows)) == named(found([rows[k] for k in order]))


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32))
def test_checks_change_nothing(seed: int) -> None:
    """Findings, never repairs: shapes and columns are the same afterwards, bit by bit."""
    rows = [DEFECTS["vertex doubled"][0](row) for row in plots(5, seed)]
    batch = example_batch(rows)
    before = shapely.to_wkb(batch.shapes).tolist()
    check(batch, example_context())
    usable(batch, example_context())
    assert shapely.to_wkb(batch.shapes).tolist() == before


@pytest.mark.parametrize("shape", CORPUS, ids=lambda shape: shape.name)
def test_a_bad_shape_is_named_by_its_rules_and_no_others(shape: BadShape) -> None:
    """The corpus of bad shapes, each alone."""
    findings = found([{"ref": "BAD", "wkt": shape.wkt}])
    assert {finding.code for finding in findings} == shape.codes


@pytest.mark.parametrize("shape", CORPUS, ids=lambda shape: shape.name)
def test_a_shape_is_usable_just_when_no_rule_blocks_it(shape: BadShape) -> None:
    """What can be booked and what is reported are one decision; a hazard known by a point keeps its point."""
    batch = example_batch([{"ref": "BAD", "wkt": shape.wkt}])
    blocked = any(RULES[code].severity is Severity.BLOCKS for code in shape.codes)
    is_point = shapely.get_type_id(batch.shapes[0]) in (0, 4) and not shapely.is_empty(batch.shapes[0])
    assert bool(usable(batch, example_context())[0]) is (not blocked or is_point)


def test_the_whole_corpus_at_once_gives_the_same_findings() -> None:
    """Whole columns are checked; rows don't leak into each other (identical and overlapping shapes aside)."""
    rows = [{"ref": f"BAD-{k}", "wkt": shape.wkt} for k, shape in enumerate(CORPUS)]
    pairwise = {"LAND-060", "LAND-061", "LAND-066"}
    expected = {(f"BAD-{k}", code) for k, shape in enumerate(CORPUS) for code in shape.codes}
    assert {each for each in named(found(rows)) if each[1] not in pairwise} == expected


@pytest.mark.parametrize("code", [code for code, rule in RULES.items() if rule.eases])
def test_a_stated_area_eases_a_fault_of_geometry(code: str) -> None:
    """The record is booked as stated, not placed; without an area it waits."""
    shape = next(shape for shape in CORPUS if shape.codes == {f"{code}"})
    for area, severity in (("", Severity.BLOCKS), ("12000", Severity.WARNS)):
        findings = found([{"ref": "BAD", "wkt": shape.wkt, "area": area}])
        assert [finding.severity for finding in findings if finding.code == code] == [severity]


def test_a_crossing_is_located() -> None:
    """Whoever mends it is told where."""
    (finding,) = found([{"wkt": "POLYGON ((103.5 12.5, 103.502 12.502, 103.502 12.5, 103.5 12.502, 103.5 12.5))"}])
    assert (finding.params["lon"], finding.params["lat"]) == pytest.approx((103.501, 12.501))


@settings(max_examples=15)
@given(lon=st.floats(101.2, 104.8), lat=st.floats(11.2, 13.8))
def test_the_wrong_zone_is_found_and_the_right_one_named(lon: float, lat: float) -> None:
    """Metres of zone 48 read in zone 47 land six degrees to the west."""
    right = np.array([[lon, lat], [lon + 0.001, lat], [lon + 0.001, lat + 0.001]])
    wrong = whereabouts.reread(right, "WGS 84 / UTM zone 48N", "WGS 84 / UTM zone 47N")
    assert wrong is not None
    (finding,) = found([{"wkt": shapely.Polygon(wrong).wkt, "crs": "WGS 84 / UTM zone 47N"}])
    assert (finding.code, finding.params["reading"]) == ("LAND-021", "WGS 84 / UTM zone 48N")


def test_indian_1960_lies_some_hundred_metres_off_all_over_the_country() -> None:
    """Also west of the area for which its shift was published, where PROJ by itself takes none."""
    points = np.array([[102.5, 13.5], [104.9, 11.5], [107.0, 13.5]])
    moved = whereabouts.reread(points, "WGS 84 / UTM zone 48N", "Indian 1960 / UTM zone 48N")
    assert moved is not None
    shift_m = np.hypot(*((moved - points) * [108_500, 111_195]).T)
    assert ((shift_m > 400) & (shift_m < 600)).all()


@settings(max_examples=15)
@given(dx=st.floats(0.0004, 0.0012), dy=st.floats(0.0004, 0.0012))
def test_a_record_that_fits_its_place_on_another_datum_is_told_which(dx: float, dy: float) -> None:
    """P3 is narrower than the shift between the datums."""
    west, south, _, _ = PLACES["P3"].bounds
    meant = np.array([[west + dx, south + dy], [west + dx + 0.001, south + dy], [west + dx, south + dy + 0.001]])
    read = whereabouts.reread(meant, "Indian 1960 / UTM zone 48N", "WGS 84 / UTM zone 48N")
    assert read is not None
    (finding,) = found([{"wkt": shapely.Polygon(read).wkt, "crs": "WGS 84 / UTM zone 48N", "place": "P3"}])
    assert (finding.code, finding.params["reading"]) == ("LAND-025", "Indian 1960 / UTM zone 48N")
    assert 400 < finding.params["shift_m"] < 600


def test_hazards_of_two_families_may_lie_on_the_same_ground() -> None:
    """Families are booked apart; only a family in common makes an overlap."""
    one = {"ref": "M", "wkt": SQUARE.wkt}
    assert found([one, {"ref": "C", "wkt": SQUARE.wkt, "family": "cmr", "class": "CMR"}]) == []
    assert named(found([one, {"ref": "N", "wkt": SQUARE.wkt}])) == {("N", "LAND-060")}


def test_a_release_of_a_whole_hazard_is_no_duplicate() -> None:
    """The release's polygon is the hazard's: that is what a full release looks like."""
    rows = [{"ref": "H", "wkt": SQUARE.wkt}, {"ref": "R", "kind": "clear", "hazard": "H", "wkt": SQUARE.wkt}]
    assert found(rows) == []


def test_the_later_release_is_the_one_released_twice() -> None:
    """By its day, not by its place in the file; and against what stands in the register too."""
    shape = shapely.box(103.501, 12.501, 103.503, 12.503).wkt
    early, late = {"kind": "clear", "on": "2012-01-01"}, {"kind": "clear", "on": "2014-01-01"}
    rows = [{"ref": "LATE", "wkt": shapely.box(103.5, 12.5, 103.502, 12.502).wkt, **late}]
    rows += [{"ref": "EARLY", "wkt": shape, **early}]
    assert {(f.ref, f.params["other"]) for f in found(rows)} == {("LATE", "EARLY")}
    context = replace(example_context(), standing=example_batch([rows[1]]))
    (finding,) = check(example_batch(rows[:1]), context)
    assert (finding.code, finding.params["other"], finding.params["other_row"]) == ("LAND-065", "EARLY", None)


def test_a_new_version_does_not_overlap_the_one_that_it_supersedes() -> None:
    """A correction is compared with its neighbours, not with itself."""
    context = replace(example_context(), standing=example_batch([{"ref": "H", "wkt": SQUARE.wkt}]))
    grown = shapely.box(103.5, 12.5, 103.5012, 12.501).wkt
    assert check(example_batch([{"ref": "H", "wkt": grown}]), context) == []


def test_all_rows_of_one_reference_are_named() -> None:
    """Nothing says which of them is right."""
    codes = [(f.row, f.code, f.params["other_row"]) for f in found([{"ref": "H"}, {"ref": "X"}, {"ref": "H"}])]
    assert codes == [(1, "LAND-031", 3), (3, "LAND-031", 1)]


def test_what_the_context_does_not_know_is_not_checked_against() -> None:
    """A file is checked without a country, too; nothing is found for lack of knowledge."""
    rows = [{"place": "P77", "operator": "NOBODY", "family": "mines", "class": "Z", "wkt": SQUARE.wkt}]
    assert check(example_batch(rows), Context(today=737000)) == []


def test_a_batch_may_lack_columns() -> None:
    """References and shapes are enough."""
    batch = Batch(
        rows=np.array([1, 2]),
        refs=np.array(["A", "B"], dtype=object),
        shapes=np.array([SQUARE, None], dtype=object),
    )
    assert named(check(batch, Context(today=737000, frame=FRAME))) == {("B", "LAND-001")}
    assert usable(batch).tolist() == [True, False]


def test_an_empty_batch_has_no_findings() -> None:
    """A file with a header only."""
    assert check(example_batch([]), example_context()) == []


def test_every_rule_has_a_law_and_documented_thresholds() -> None:
    """A rule is one object: code, severity, a docstring that is its law, parameters that exist."""
    limits = example_context().limits
    for code, rule in RULES.items():
        assert code == rule.code
        assert rule.law.endswith(".")
        assert all(hasattr(limits, name) for name in rule.parameters)


def test_thresholds_are_the_contexts() -> None:
    """A country's own thresholds take the place of the usual ones."""
    rows = [{"area": "13500", "wkt": SQUARE.wkt}]
    context = example_context()
    lenient = replace(context, limits=replace(context.limits, area_tolerance=0.2))
    assert [f.code for f in check(example_batch(rows), context)] == ["LAND-047"]
    assert check(example_batch(rows), lenient) == []


def test_readers_say_what_they_met() -> None:
    """WKB and WKT say the same; a list of turning points isn't expected to close."""
    wkb = from_wkb([shapely.to_wkb(SQUARE), None, b"\x01\x03", shapely.to_wkb(SQUARE)[:-3]])
    assert wkb.troubles.tolist() == [Trouble.NONE, Trouble.NONE, Trouble.UNREADABLE, Trouble.UNREADABLE]
    assert from_wkt(["POLYGON ((0 0, 1 0, 1 1))"]).troubles.tolist() == [Trouble.NOT_CLOSED]
    corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)]
    rings = [[corners], [corners[:2]], [], [[*corners, corners[0]]]]
    assert from_rings(rings).troubles.tolist() == [Trouble.NONE, Trouble.TOO_FEW_POINTS, Trouble.NONE, Trouble.NONE]
    assert from_rings([[corners]], must_close=True).troubles.tolist() == [Trouble.NOT_CLOSED]


def test_many_copies_of_one_polygon_are_each_named_once() -> None:
    """Five thousand copies are five thousand findings, not twelve million overlaps."""
    findings = found([{"ref": f"COPY-{k}", "wkt": SQUARE.wkt} for k in range(5000)])
    assert len(findings) == 4999
    assert {(finding.code, finding.params["other"]) for finding in findings} == {("LAND-060", "COPY-0")}


def test_a_ring_of_many_close_vertices_takes_no_longer_than_its_length() -> None:
    """A ring with 200,000 vertices, each too close to the next, is looked at once, not once per vertex."""
    turn = np.linspace(0, 2 * np.pi, 200_000)
    ring = shapely.Polygon(np.column_stack([103.5 + 0.005 * np.cos(turn), 12.5 + 0.005 * np.sin(turn)]))
    start = process_time()
    (finding,) = [finding for finding in found([{"wkt": ring.wkt}]) if finding.code == "LAND-011"]
    assert finding.params["count"] > 190_000
    assert process_time() - start < 10
