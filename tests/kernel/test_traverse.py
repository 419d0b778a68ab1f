"""A boundary walked by bearing and distance: what closes, what does not, and by how much."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearground.kernel.land.traverse import Leg, adjusted, distance_m, legs_between, step, walk

STARTS = st.tuples(st.floats(-170, 170), st.floats(-60, 60))


@st.composite
def walks(draw):
    """A start and the corners of a polygon some tens to hundreds of metres wide around it."""
    lon, lat = draw(STARTS)
    count = draw(st.integers(3, 12))
    turns = [2 * math.pi * (at + draw(st.floats(0.05, 0.95))) / count for at in range(count)]
    arms = [draw(st.floats(20, 800)) for _ in range(count)]
    return [step((lon, lat), Leg(math.degrees(turn), arm)) for turn, arm in zip(turns, arms, strict=True)]


@given(corners=walks())
def test_a_walk_round_a_known_polygon_returns_it(corners):
    """Corner by corner, to a tenth of a millimetre, and it closes."""
    found = walk(corners[0], legs_between(corners))
    assert len(found.corners) == len(corners)
    assert max(distance_m(a, b) for a, b in zip(found.corners, corners, strict=True)) < 1e-4
    assert found.miss_m < 1e-4
    assert found.closes_within(1e6)


@given(corners=walks(), declination=st.floats(-20, 20))
def test_magnetic_bearings_with_their_declination_are_true_ones(corners, declination):
    """What the needle reads is less than the true bearing where the declination is east."""
    magnetic = [Leg(leg.bearing_deg - declination, leg.distance_m) for leg in legs_between(corners)]
    found = walk(corners[0], magnetic, declination_deg=declination)
    assert max(distance_m(a, b) for a, b in zip(found.corners, corners, strict=True)) < 1e-4


@given(corners=walks(), off_m=st.floats(0.5, 5), which=st.integers(0, 11))
def test_one_distance_that_is_off_is_the_closing_error(corners, off_m, which):
    """To the millimetre: every later stop is shifted by as much."""
    legs = legs_between(corners)
    at = which % len(legs)
    legs[at] = Leg(legs[at].bearing_deg, legs[at].distance_m + off_m)
    found = walk(corners[0], legs)
    assert found.miss_m == pytest.approx(off_m, abs=0.01)
    assert found.ratio == pytest.approx(found.length_m / found.miss_m)


@given(corners=walks(), off_m=st.floats(0.5, 5))
def test_the_compass_rule_closes_and_moves_no_corner_by_more_than_the_error(corners, off_m):
    """The start stays; each later corner moves by its share of the way walked, in the direction of the error."""
    legs = legs_between(corners)
    legs[0] = Leg(legs[0].bearing_deg, legs[0].distance_m + off_m)
    found = walk(corners[0], legs)
    closed = adjusted(found)
    moves = [distance_m(a, b) for a, b in zip(found.stops, closed.stops, strict=True)]
    assert closed.stops[-1] == closed.stops[0] == corners[0]
    assert moves[0] == 0
    assert moves[:-1] == sorted(moves[:-1])
    walked = 0.0
    for leg, move in zip(legs, moves[1:], strict=True):
        walked += leg.distance_m
        assert move == pytest.approx(found.miss_m * walked / found.length_m, abs=0.002)


def test_a_known_example():
    """A field 100 by 50 m near the equator, whose last distance was read 0.5 m short: 1:599."""
    legs = [Leg(0, 100), Leg(90, 50), Leg(180, 100), Leg(270, 49.5)]
    found = walk((104.9, 0.0), legs)
    assert found.miss_m == pytest.approx(0.5, abs=0.001)
    assert found.ratio == pytest.approx(599, abs=2)
    assert not found.closes_within(1000)
    assert found.closes_within(500)
    east_m = distance_m((104.9, 0.0), (found.corners[2][0], 0.0))
    assert east_m == pytest.approx(50, abs=0.001)


def test_a_walk_that_closes_has_no_ratio():
    """Nothing is divided by nothing."""
    found = adjusted(walk((20.0, 40.0), [Leg(0, 10), Leg(120, 10), Leg(240, 10)]))
    assert found.ratio is None
    assert found.closes_within(1e9)
