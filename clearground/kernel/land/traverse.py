"""A boundary walked by bearing and distance, along the geodesic of WGS 84, and the error with which it closes.

A team stands at a start point, reads a bearing, measures a distance, walks there and does so again
until it is back. How far from the start it ends is the closing error; over the length walked it is
a ratio such as 1:2,500. The compass rule (Bowditch) shares the error out among the corners in
proportion to the distance walked up to each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from pyproj import Geod

GEOD = Geod(ellps="WGS84")
Spot = tuple[float, float]  # longitude, latitude in degrees


@dataclass(frozen=True, slots=True)
class Leg:
    """One line of sight: the bearing in degrees clockwise from north, and the distance along it."""

    bearing_deg: float
    distance_m: float


@dataclass(frozen=True, slots=True)
class Traverse:
    """Where a walk led. `stops` begins with the start and has one spot more than there were legs.

    `miss_m` is how far the last stop lies from the start, `length_m` what was walked.
    """

    stops: tuple[Spot, ...]
    miss_m: float
    length_m: float

    @property
    def ratio(self) -> float | None:
        """Metres walked for each metre of error; None where it closes to the tenth of a millimetre."""
        return self.length_m / self.miss_m if self.miss_m > 1e-4 else None

    def closes_within(self, tolerance: float) -> bool:
        """The error is at most one metre in so many metres walked."""
        return self.ratio is None or self.ratio >= tolerance

    @property
    def corners(self) -> tuple[Spot, ...]:
        """The corners of the land: the stops without the return to the start."""
        return self.stops[:-1]


def step(spot: Spot, leg: Leg, declination_deg: float = 0.0) -> Spot:
    """Where one leg ends. A declination (east positive) turns a magnetic bearing into a true one."""
    lon, lat, _back = GEOD.fwd(spot[0], spot[1], leg.bearing_deg + declination_deg, leg.distance_m)
    return float(lon), float(lat)


def walk(start: Spot, legs: Sequence[Leg], *, declination_deg: float = 0.0) -> Traverse:
    """The traverse of these legs from the start, the last of which leads back to it."""
    stops = tuple(accumulate(legs, lambda at, leg: step(at, leg, declination_deg), initial=start))
    return Traverse(stops, distance_m(stops[-1], start), sum(leg.distance_m for leg in legs))


def adjusted(traverse: Traverse) -> Traverse:
    """The traverse closed by the compass rule: each stop moves by its share of the way from the end to the start."""
    start, end = traverse.stops[0], traverse.stops[-1]
    azimuth, _back, miss_m = GEOD.inv(end[0], end[1], start[0], start[1])
    walked = accumulate((distance_m(a, b) for a, b in pairwise(traverse.stops)), initial=0.0)
    whole = traverse.length_m or 1.0
    moved = [step(stop, Leg(azimuth, miss_m * part / whole)) for stop, part in zip(traverse.stops, walked, strict=True)]
    return Traverse((start, *moved[1:-1], start), 0.0, traverse.length_m)


def legs_between(corners: Sequence[Spot]) -> list[Leg]:
    """The legs that walk round these corners and back to the first one: what `walk` undoes."""
    legs = []
    for one, other in pairwise([*corners, corners[0]]):
        azimuth, _back, metres = GEOD.inv(one[0], one[1], other[0], other[1])
        legs.append(Leg(float(azimuth) % 360, float(metres)))
    return legs


def distance_m(one: Spot, other: Spot) -> float:
    """Metres between two spots, along the geodesic."""
    return float(GEOD.inv(one[0], one[1], other[0], other[1])[2])
