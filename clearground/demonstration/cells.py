"""The ground plan: cells of a honeycomb with jittered corners and crooked edges that neighbours share exactly.

A commune is one cell. All coordinates are whole centimetres of the country's own projection, x east, y north.
A corner and an edge depend on the seed and their own numbers only, so both neighbours compute the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from .chance import Bools, Floats, Ints, Objects, hashed, uniform

EDGE_CM = 500_000.0  # a commune of 65 km²
CELL_KM2 = 1.5 * 3**0.5 * (EDGE_CM / 100_000) ** 2
HAZARDS_PER_KM2 = 0.5
CORNER_JITTER = 0.18
CROOKEDNESS = 0.10
HALVINGS = 3  # an edge becomes eight pieces of some 600 m
FEWEST_CELLS = 7
VILLAGES_PER_CELL = 8
# Corners of a cell, anticlockwise from the north-east: cell offset (q, r) and whether it is that cell's south corner.
CORNERS = np.array([(0, 1, 1), (0, 0, 0), (-1, 1, 1), (0, -1, 0), (0, 0, 1), (1, -1, 0)])
NEIGHBOURS = np.array([(1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1)])


@dataclass(frozen=True)
class Cells:
    """The communes' ground: axial numbers `q`, `r`, centres in centimetres, and whether they lie at the border."""

    seed: int
    q: Ints
    r: Ints
    x: Floats
    y: Floats
    is_rim: Bools

    def __len__(self) -> int:
        return len(self.q)

    def shapes(self) -> Objects:
        """The polygons of the cells: no gap, no overlap, shared vertices identical."""
        return shapely.polygons(np.rint(_outlines(self.seed, self.q, self.r)))

    def villages(self) -> Floats:
        """Points (cell, village, xy): nearer to the centre where the cell lies at the border."""
        number = np.arange(VILLAGES_PER_CELL)[None, :]
        key = (self.q[:, None], self.r[:, None], number)
        reach = np.where(self.is_rim, 0.26, 0.52)[:, None] * EDGE_CM
        radius = reach * np.sqrt(uniform(self.seed, 31, *key))
        angle = 2 * np.pi * (number + uniform(self.seed, 32, *key)) / VILLAGES_PER_CELL
        points = np.stack([self.x[:, None] + radius * np.cos(angle), self.y[:, None] + radius * np.sin(angle)], axis=-1)
        return np.rint(points)


def cells_for(hazards: int, seed: int) -> Cells:
    """A country large enough for `hazards` at the one density; a larger country contains the smaller one."""
    count = max(FEWEST_CELLS, round(hazards / (HAZARDS_PER_KM2 * CELL_KM2)))
    reach = int(np.sqrt(count) * 1.3) + 4
    q, r = (axis.ravel() for axis in np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1)))
    x, y = centres(q, r)
    order = np.lexsort((r, q, np.hypot(x, y) / _outline_factor(seed, np.arctan2(y, x))))[:count]
    q, r, x, y = q[order], r[order], x[order], y[order]
    inside = set(zip(q.tolist(), r.tolist(), strict=True))
    rim = [any((a + i, b + j) not in inside for i, j in NEIGHBOURS.tolist()) for a, b in zip(q, r, strict=True)]
    return Cells(seed, q, r, x, y, np.array(rim))


def centres(q: Ints, r: Ints, edge_cm: float = EDGE_CM) -> tuple[Floats, Floats]:
    """Centres of cells of a honeycomb that stands on its points."""
    return np.asarray(edge_cm * 3**0.5 * (q + r / 2)), np.asarray(edge_cm * 1.5 * r, dtype=np.float64)


def hazards_per_cell(cells: Cells, hazards: int) -> Ints:
    """How many hazards each cell has: uneven, fewer at the border, `hazards` in all."""
    key = (cells.q, cells.r)
    normal = sum(uniform(cells.seed, 40 + i, *key) for i in range(4)) - 2.0
    weight = np.exp(0.6 * normal) * np.where(cells.is_rim, 0.75, 1.0)
    reached = np.floor(np.cumsum(weight) / weight.sum() * hazards + 1e-9).astype(np.int64)
    reached[-1] = hazards
    return np.diff(reached, prepend=0)


def _outline_factor(seed: int, angle: Floats) -> Floats:
    """How far the country reaches in each direction, around 1."""
    waves = [0.13 * np.cos(k * angle + 2 * np.pi * uniform(seed, 50, k)[0]) / (k - 1) for k in (2, 3, 5)]
    return 1.0 + np.sum(waves, axis=0)


def _outlines(seed: int, q: Ints, r: Ints) -> Floats:
    """Rings (cell, point, xy) of the cells, closed by shapely."""
    cq, cr = q[:, None] + CORNERS[None, :, 0], r[:, None] + CORNERS[None, :, 1]
    south = np.broadcast_to(CORNERS[None, :, 2], cq.shape)
    corner = _corners(seed, cq, cr, south)
    key = hashed(seed, 60, cq, cr, south)
    following, next_key = np.roll(corner, -1, axis=1), np.roll(key, -1, axis=1)
    turned = key > next_key
    start = np.where(turned[..., None], following, corner)
    end = np.where(turned[..., None], corner, following)
    edge = hashed(seed, (np.minimum(key, next_key) ^ (np.maximum(key, next_key) << np.uint64(1))).view(np.int64))
    line = _crooked(start, end, edge.view(np.int64))
    line = np.where(turned[..., None, None], line[:, :, ::-1], line)
    return line[:, :, :-1].reshape(len(q), -1, 2)


def _corners(seed: int, q: Ints, r: Ints, south: Ints) -> Floats:
    """Where corners lie, each moved from its place in the honeycomb."""
    x, y = centres(q, r)
    y = y + np.where(south == 1, -EDGE_CM, EDGE_CM)
    angle = 2 * np.pi * uniform(seed, 61, q, r, south)
    radius = CORNER_JITTER * EDGE_CM * np.sqrt(uniform(seed, 62, q, r, south))
    return np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], axis=-1)


def _crooked(start: Floats, end: Floats, edge: Ints) -> Floats:
    """Lines (…, point, xy) from start to end, their middles pushed aside `HALVINGS` times."""
    line = np.stack([start, end], axis=-2)
    push = CROOKEDNESS
    for level in range(HALVINGS):
        a, b = line[..., :-1, :], line[..., 1:, :]
        number = np.arange(a.shape[-2])
        side = push * (2 * uniform(level, edge[..., None], number) - 1)
        step = b - a
        normal = np.stack([-step[..., 1], step[..., 0]], axis=-1)
        middle = (a + b) / 2 + normal * side[..., None]
        finer = np.empty((*line.shape[:-2], line.shape[-2] * 2 - 1, 2))
        finer[..., ::2, :], finer[..., 1::2, :] = line, middle
        line = finer
    return line
