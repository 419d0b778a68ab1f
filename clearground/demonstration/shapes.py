"""Polygons by the thousand: patches, strips cut into links, bands across a polygon. All in whole centimetres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from .chance import Floats, Ints, Objects, within

BAND_REACH_CM = 2_000_000.0
POLYGONAL = (3, 6)


def patches(rng: np.random.Generator, area_m2: Floats, vertices: Ints, elongation: Floats, angle: Floats) -> Objects:
    """Polygons around the origin with the given areas and numbers of vertices, stretched along `angle`.

    Directions are spread with little enough jitter that a ring never crosses itself.
    """
    owner = np.repeat(np.arange(len(vertices)), vertices)
    step = within(vertices) + rng.uniform(-0.2, 0.2, len(owner))
    turn = 2 * np.pi * (step / vertices[owner]) + np.repeat(rng.random(len(vertices)) * 6.28, vertices)
    radius = np.exp(rng.normal(0, 0.28, len(owner)))
    stretch = np.sqrt(elongation)[owner]
    x, y = radius * np.cos(turn) * stretch, radius * np.sin(turn) / stretch
    scale = np.sqrt(area_m2 * 1e4 / _ring_area(x, y, vertices))[owner]
    cos, sin = np.cos(angle)[owner] * scale, np.sin(angle)[owner] * scale
    xy = np.rint(np.column_stack([x * cos - y * sin, x * sin + y * cos]))
    return sound(shapely.polygons(shapely.linearrings(xy, indices=owner)))


def _ring_area(x: Floats, y: Floats, vertices: Ints) -> Floats:
    starts = np.cumsum(vertices) - vertices
    following = np.arange(len(x)) + 1
    following[starts + vertices - 1] = starts
    return np.abs(np.add.reduceat(x * y[following] - x[following] * y, starts)) / 2


def moved(shapes: Objects, dx: Floats, dy: Floats) -> Objects:
    """The shapes, each moved by its own step (rounded to whole centimetres)."""
    counts = shapely.get_num_coordinates(shapes)
    step = np.repeat(np.rint(np.column_stack([dx, dy])), counts, axis=0)
    return shapely.set_coordinates(shapes.copy(), shapely.get_coordinates(shapes) + step)


def sound(shapes: Objects) -> Objects:
    """The shapes with each self-crossing polygon replaced by its hull."""
    broken = ~shapely.is_valid(shapes)
    if broken.any():
        shapes = shapes.copy()
        shapes[broken] = shapely.convex_hull(shapes[broken])
    return shapes


@dataclass(frozen=True)
class Strips:
    """Chains of links: link i has `pieces[i]` pieces of `piece_cm[i]` and belongs to `strip[i]` (ascending)."""

    strip: Ints
    pieces: Ints
    piece_cm: Floats
    width_cm: Floats

    def polygons(self, rng: np.random.Generator, heading: Floats, anchor: Floats) -> Objects:
        """One polygon per link; links of a strip share their ends exactly. The middle of a strip lies on `anchor`."""
        per_strip = np.bincount(self.strip, weights=self.pieces, minlength=len(heading)).astype(np.int64)
        stations = per_strip + 1
        left, right = self._sides(rng, stations, heading, anchor)
        first = np.cumsum(self.pieces) - self.pieces + self.strip
        ring_size = 2 * (self.pieces + 1)
        owner, number = np.repeat(np.arange(len(self.pieces)), ring_size), within(ring_size)
        length = (self.pieces + 1)[owner]
        is_left = number < length
        station = first[owner] + np.where(is_left, number, 2 * length - 1 - number)
        xy = np.where(is_left[:, None], left[station], right[station])
        return sound(shapely.polygons(shapely.linearrings(xy, indices=owner)))

    def _sides(
        self, rng: np.random.Generator, stations: Ints, heading: Floats, anchor: Floats
    ) -> tuple[Floats, Floats]:
        """Left and right points of every station of every strip, strip after strip."""
        starts = np.cumsum(stations) - stations
        owner = np.repeat(np.arange(len(stations)), stations)
        begins = np.zeros(len(owner), dtype=bool)
        begins[starts] = True
        step = np.zeros(len(owner))
        step[~begins] = np.repeat(self.piece_cm, self.pieces)
        bend = np.where(begins, 0.0, np.clip(rng.normal(0, 0.10, len(owner)), -0.25, 0.25))
        way = np.cumsum(bend)
        way = way - way[starts][owner] + heading[owner]
        path = np.cumsum(np.column_stack([np.cos(way), np.sin(way)]) * step[:, None], axis=0)
        middle = starts + stations // 2
        path = path - path[middle][owner] + anchor[owner]
        normal = np.column_stack([-np.sin(way), np.cos(way)]) * (self.width_cm[owner] / 2)[:, None]
        uneven = np.exp(rng.normal(0, 0.18, (2, len(owner))))
        return np.rint(path + normal * uneven[0][:, None]), np.rint(path - normal * uneven[1][:, None])


def bands(shapes: Objects, angle: Floats, start: Floats, end: Floats) -> Objects:
    """The part of each polygon between two fractions of its extent along `angle`; the whole where they are 0 and 1.

    Bands that share a fraction share the cut. None where nothing with an area remains.
    """
    result = np.array(shapes, dtype=object)
    part = np.flatnonzero((start > 0) | (end < 1))
    if not len(part):
        return result
    low, high = extent_along(shapes[part], angle[part])
    along = np.column_stack([np.cos(angle[part]), np.sin(angle[part])])
    across = np.column_stack([-along[:, 1], along[:, 0]]) * BAND_REACH_CM
    from_cm = np.where(start[part] <= 0, low - 100, low + (high - low) * start[part])
    to_cm = np.where(end[part] >= 1, high + 100, low + (high - low) * end[part])
    offset = shapely.get_coordinates(shapely.centroid(shapes[part]))
    offset = offset - along * np.sum(offset * along, axis=1)[:, None]
    a, b = along * from_cm[:, None] + offset, along * to_cm[:, None] + offset
    corners = np.stack([a - across, b - across, b + across, a + across], axis=1)
    result[part] = polygonal(shapely.intersection(shapes[part], shapely.polygons(corners)))
    return result


def extent_along(shapes: Objects, angle: Floats) -> tuple[Floats, Floats]:
    """Least and greatest coordinate of each shape along its direction."""
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    along = xy[:, 0] * np.cos(angle)[owner] + xy[:, 1] * np.sin(angle)[owner]
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    return np.minimum.reduceat(along, starts), np.maximum.reduceat(along, starts)


def polygonal(shapes: Objects) -> Objects:
    """The shapes that have an area, rounded to centimetres; None instead of the others."""
    result = np.array(shapes, dtype=object)
    mixed = shapely.get_type_id(result) == 7
    if mixed.any():
        result[mixed] = shapely.buffer(result[mixed], 0)
    usable = np.isin(shapely.get_type_id(result), POLYGONAL) & (shapely.area(result) > 0)
    result[~usable] = None
    return result
