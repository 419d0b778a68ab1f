"""Vector tiles of land over time, encoded from the index: one set serves every day and every filter.

Each feature is land in one state `from` a day until the day before another (`to`), both as ordinal
days. Land too small to see is drawn as one square a cell and kind; `parts` says of how many pieces.
A piece counts (`parts` 1) on the tile that holds its first corner, and as 0 on its neighbours.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from . import land_index
from .land_index import WORDS, LandIndex, Numbers
from .mercator import box_of_tile, margin_around
from .mvt import EXTENT, Column, column_of, encode_table

LAYER = "land"
TILES_KEPT = 512
LIVE_FROM_ZOOM = 10
BUFFER = 64
# A screen shows a tile on 512 pixels: eight units each. Smaller land than this is drawn as one square a cell,
# of a pixel and a half where the pages draw shapes, of three below, where they draw signs.
SMALLEST, SMALLEST_LOW, SHAPES_FROM_ZOOM = 12, 24, 11
THINNING = 2.0
PLAIN_FROM_ZOOM = 14
MIN_ZOOM, MAX_ZOOM = 4, 16


@lru_cache(maxsize=TILES_KEPT)
def live_tile(z: int, x: int, y: int, *, seq: int, name: str, synthetic: bool) -> bytes:
    """A tile from the kept index `name`, else from the books of its block."""
    held = land_index.kept_index(name)
    if held is None:
        held = land_index.block(seq, None if land_index.has_few_clusters(seq) else block_around(z, x, y))
    return encoded(held, z, x, y, synthetic=synthetic)


def block_around(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """The box whose land is read for a tile: that of the tile above it from which on tiles are live."""
    up = max(z - LIVE_FROM_ZOOM, 0)
    return margin_around(box_of_tile(z - up, x >> up, y >> up), BUFFER / EXTENT)


def encoded(held: LandIndex, z: int, x: int, y: int, *, synthetic: bool) -> bytes:
    """The tile as bytes; empty where there is no land."""
    margin, side = BUFFER / EXTENT, 2**z
    chosen = held.meeting(tuple((np.array([x - margin, y - margin, x + 1 + margin, y + 1 + margin]) / side).tolist()))
    if not len(chosen):
        return b""
    boxes = (held.boxes_of(chosen) * side - [x, y, x, y]) * EXTENT
    size = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    middle = np.floor((boxes[:, :2] + boxes[:, 2:]) / 2)
    is_here = ((middle >= 0) & (middle < EXTENT)).all(axis=1)
    cell = SMALLEST if z >= SHAPES_FROM_ZOOM else SMALLEST_LOW
    small = (size < cell) & (z < PLAIN_FROM_ZOOM)
    large = ~small
    shapes = shapely.transform(held.shapes(chosen[large]), lambda unit: (unit * side - [x, y]) * EXTENT)
    is_home = is_at_home(shapes)
    shapes = drawable(shapes, boxes[large], plain=z >= PLAIN_FROM_ZOOM)
    squares, one, area_m2, parts = coalesced(held, chosen[small & is_here], middle[small & is_here], cell)
    at = np.r_[chosen[large], one]
    order = np.argsort(held.codes[0][at], kind="stable")
    columns = said_of(held, at[order], np.r_[held.area_m2(chosen[large]), area_m2][order])
    columns["parts"] = column_of(np.r_[is_home.astype(np.int64), parts][order])
    columns["synthetic"] = Column(np.zeros(len(at), np.int64), [synthetic])
    return encode_table(LAYER, np.concatenate([shapes, squares])[order], columns)


def is_at_home(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """The first corner of each shape lies on the tile: one tile of all has it, and shows some of the shape."""
    xy, of = shapely.get_coordinates(shapes, return_index=True)
    first = np.floor(xy[np.searchsorted(of, np.arange(len(shapes)))]) if len(xy) else np.zeros((0, 2))
    return ((first >= 0) & (first < EXTENT)).all(axis=1)


def said_of(held: LandIndex, at: Numbers, area_m2: NDArray[np.float64]) -> dict[str, Column]:
    """The attributes of these pieces, column by column."""
    words = {name: Column(held.codes[row][at].astype(np.int64), held.values[name]) for row, name in enumerate(WORDS)}
    days = {"from": column_of(held.since[at]), "to": column_of(held.until[at])}
    return {**words, **days, "area_m2": column_of(area_m2.round(1))}


def drawable(shapes: NDArray[np.object_], boxes: NDArray[np.float64], *, plain: bool) -> NDArray[np.object_]:
    """Shapes cut to the tile, thinned to what a screen can show."""
    cut = cut_to_tile(shapes, boxes)
    return widened(cut if plain else thinned(cut))


def widened(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Slivers that would vanish between the units of the tile are a unit and a half wide."""
    narrow = 2 * shapely.area(shapes) < 1.5 * shapely.length(shapes)
    narrow &= shapely.area(shapes) < 1e4
    wide = shapes.copy()
    wide[narrow] = shapely.buffer(shapes[narrow], 0.75, quad_segs=1, join_style="mitre")
    return wide


def thinned(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Fewer vertices, none moved by more than a quarter of a pixel; a strip that would vanish stays as it is."""
    fewer = shapely.simplify(shapes, THINNING, preserve_topology=False)
    return np.where(shapely.is_empty(fewer), shapes, fewer)


def cut_to_tile(shapes: NDArray[np.object_], bounds: NDArray[np.float64]) -> NDArray[np.object_]:
    """The shapes inside the tile and its margin; those that lie wholly inside are not touched."""
    across = (bounds[:, :2] < -BUFFER).any(axis=1) | (bounds[:, 2:] > EXTENT + BUFFER).any(axis=1)
    cut = shapes.copy()
    cut[across] = shapely.clip_by_rect(shapes[across], -BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
    return cut


def coalesced(
    held: LandIndex, at: Numbers, middle: NDArray[np.float64], size: int
) -> tuple[NDArray[np.object_], Numbers, NDArray[np.float64], Numbers]:
    """One square for all small land of one kind and interval in one cell: shape, one of the pieces, area, parts."""
    cells = (middle // size).astype(np.int64)
    keys: list[Any] = [held.until[at], held.since[at], *held.codes[:, at], cells[:, 1], cells[:, 0]]
    order = np.lexsort(keys)
    new = np.any([key[order][1:] != key[order][:-1] for key in keys], axis=0)
    first = np.flatnonzero(np.r_[True, new][: len(order)])
    corner = cells[order[first]] * size
    squares = shapely.box(corner[:, 0], corner[:, 1], corner[:, 0] + size, corner[:, 1] + size)
    area_m2 = np.add.reduceat(held.area_m2(at[order]), first) if len(first) else np.zeros(0)
    return squares, at[order[first]], area_m2, np.diff(np.r_[first, len(order)])
