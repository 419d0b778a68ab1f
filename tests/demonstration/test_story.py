"""Three totals of one year differ, and every square metre of the difference has the names of its records."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import shapely

from clearground.demonstration.generate import Demonstration, generate
from clearground.demonstration.geography import FRAME
from clearground.demonstration.known import History
from clearground.demonstration.programme import LATE_OPERATOR, OPERATORS, STORY_YEAR
from clearground.demonstration.story import FAMILY, SIGNED_KNOWN, SILENT, Bridge, Figures, Story, story_of
from clearground.kernel.land.events import Kind
from clearground.land.lines import Line

POINTS = 40_000


@cache
def the_demonstration() -> Demonstration:
    """The demonstration, made once."""
    return generate(5_000, 2017)


@cache
def the_story() -> Story:
    """Its story."""
    return story_of(the_demonstration())


def bridge(start: str, end: str) -> Bridge:
    """The bridge between two of the totals."""
    return next(b for b in the_story().bridges if (b.start, b.end) == (start, end))


def test_the_three_totals_differ() -> None:
    """By far more than rounding."""
    operators, authority, treaty = (the_story().totals_m2[name] for name in ("operators", "authority", "treaty"))
    assert operators > treaty > authority
    assert operators > 1.05 * treaty
    assert treaty > 1.05 * authority


@pytest.mark.parametrize(
    ("start", "end"), [("operators", "authority"), ("operators", "treaty"), ("treaty", "authority")]
)
def test_named_records_explain_each_gap_exactly(start: str, end: str) -> None:
    """Nothing is left over but the last digits of floating point."""
    told = bridge(start, end)
    assert told.unexplained_m2 == pytest.approx(0, abs=1e-3)
    for step in told.steps:
        assert step.delta_m2 == pytest.approx(sum(step.records.values()))
        print(f"{start} → {end}: {step.code:10} {step.delta_m2:+14,.0f} m² by {len(step.records)} records")


def test_every_cause_that_was_promised_has_records() -> None:
    """Late delivery, completion against approval, outside, an organisation missing, stated or placed, twice."""
    causes = {step.code: len(step.records) for told in the_story().bridges for step in told.steps if step.records}
    wanted = {"late", "corrected", "withdrawn", "unplaced", "stated", "twice", "outside"}
    assert wanted | {"silent", "next_year", "last_year"} <= set(causes)


def test_each_step_names_the_records_that_it_says() -> None:
    """The silent organisation's step holds its records only; the late one's are of the operator that withheld them."""
    history = History.of(the_demonstration().approvals)
    first = {(line.ref, line.line): line for line in history.first_versions()}
    steps = {step.code: step for step in bridge("operators", "treaty").steps}
    assert {first[key].operator for key in steps["silent"].records} == {SILENT}
    assert {history.first_known(ref).year > STORY_YEAR for ref, _ in steps["next_year"].records} == {True}
    assert {first[key].on.year < STORY_YEAR for key in steps["last_year"].records} == {True}
    late = [first[key].operator for key in bridge("operators", "authority").steps[0].records]
    assert late.count(OPERATORS[LATE_OPERATOR].code) > len(late) / 4


def test_the_authority_total_is_the_share_of_points_that_the_raw_polygons_credit() -> None:
    """Random points, folded one by one from the raw records: no overlay, no shared code."""
    lines = [x for x in History.of(the_demonstration().approvals).standing(SIGNED_KNOWN) if names_family(x)]
    lines = [line for line in lines if line.shape is not None and line.shape.area > 0]
    ground = FRAME.to_grid(np.array([line.shape for line in lines], dtype=object))
    wanted = np.array([line.kind is Kind.CLEAR and line.on.year == STORY_YEAR for line in lines])
    union = shapely.union_all(ground[wanted])
    points = points_in(union, np.random.default_rng(5))
    hits: list[list[int]] = [[] for _ in points]
    at, of = shapely.STRtree(ground).query(points, predicate="intersects")
    for point, line in zip(at.tolist(), of.tolist(), strict=True):
        hits[point].append(line)
    share = np.mean([is_credited(lines, sorted(stack)) for stack in hits])
    spread = np.sqrt(share * (1 - share) / len(points))
    assert the_story().totals_m2["authority"] / (union.area / 1e4) == pytest.approx(share, abs=4 * spread)


def names_family(line: Line) -> bool:
    """The line is about the family of the story."""
    return FAMILY in {family for family, _class in line.families}


def is_credited(lines: list[Line], stack: list[int]) -> bool:
    """At this point, a clearance of the year released land that lay open; at most one per state it left."""
    is_open = False
    for index in stack:
        line = lines[index]
        if line.on.year > STORY_YEAR:
            break
        if line.kind.is_release:
            if is_open and line.kind is Kind.CLEAR and line.on.year == STORY_YEAR:
                return True
            is_open = False
        elif line.kind is not Kind.RECLASSIFY:
            is_open = True
    return False


def points_in(land: shapely.Geometry, rng: np.random.Generator) -> np.ndarray:
    """Points spread evenly over the land."""
    parts = shapely.get_parts(land)
    chosen = rng.choice(len(parts), POINTS, p=shapely.area(parts) / land.area)
    found: list[np.ndarray] = []
    while len(chosen):
        low, high = np.split(shapely.bounds(parts[chosen]), 2, axis=1)
        xy = low + (high - low) * rng.random((len(chosen), 2))
        inside = shapely.contains_xy(parts[chosen], xy[:, 0], xy[:, 1])
        found.append(shapely.points(xy[inside]))
        chosen = chosen[~inside]
    return np.concatenate(found)


def test_credit_adds_up_to_the_polygon() -> None:
    """Credited, twice and outside are the whole of each cleared polygon, and none is negative."""
    figures = Figures(History.of(the_demonstration().approvals))
    for credit in figures.credited.values():
        assert min(credit.credited_m2, credit.twice_m2) >= 0
        assert credit.outside_m2 > -1e-3
