"""Vector tiles of land by state, encoded on request from the books."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from clearground.land import selectors as land
from clearground.land.models import Cluster

from .mvt import EXTENT, encode_layer
from .pieces import pieces

# Land is read from the books one block at a time, and kept: all of it where the country has few clusters
# (their shapes then take some hundred megabytes at most), else a tile of one of these zooms.
FEW_CLUSTERS = 60_000
BLOCK_ZOOMS = (10, 7)
TILES_KEPT = 512
BLOCKS_KEPT = 24
BUFFER = 64
# A screen shows a tile on 512 pixels: eight units each. Smaller land than this is drawn as one square a cell.
SMALLEST = 12
THINNING = 2.0
PLAIN_FROM_ZOOM = 14
MAX_ZOOM = 16
MAX_LATITUDE = 85.051129
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Block:
    """The land of one part of the country: shapes in the unit square of web Mercator, with attributes."""

    shapes: NDArray[np.object_]
    attributes: list[dict[str, Any]]
    tree: shapely.STRtree


def box_of_tile(z: int, x: int, y: int) -> Box:
    """West, south, east, north of a tile, in degrees."""
    side = 2**z

    def latitude(row: int) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / side))))

    return x / side * 360 - 180, latitude(y + 1), (x + 1) / side * 360 - 180, latitude(y)


def to_mercator(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Shapes in degrees, placed in the unit square of web Mercator (y down)."""

    def project(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        latitude = np.radians(np.clip(lonlat[:, 1], -MAX_LATITUDE, MAX_LATITUDE))
        return np.column_stack([lonlat[:, 0] / 360 + 0.5, 0.5 - np.log(np.tan(np.pi / 4 + latitude / 2)) / (2 * np.pi)])

    return shapely.transform(shapes, project)


def attributes_of(state: Mapping[str, Any], *, synthetic: bool) -> dict[str, Any]:
    """What a feature says of itself."""
    return {
        "state": state["state"],
        "family": state["family"],
        "class": state["hazard_class"],
        "outside": bool(state["is_outside"]),
        "area_m2": round(float(state["area_m2"]), 1),
        "synthetic": synthetic,
    }


@lru_cache(maxsize=BLOCKS_KEPT)
def block(seq: int, as_of: date, known: date, synthetic: bool, at: tuple[int, int, int] | None) -> Block:
    """The land of one block (None: of all the country). `seq` is what makes it right to keep."""
    box = None if at is None else with_margin(box_of_tile(*at))
    rows = pieces(land.land_states(as_of=as_of, known=known, box=box))
    shapes = np.empty(len(rows), dtype=object)
    shapes[:] = [row["geometry"] for row in rows]
    shapes = to_mercator(shapes)
    return Block(shapes, [attributes_of(row, synthetic=synthetic) for row in rows], shapely.STRtree(shapes))


def with_margin(box: Box) -> Box:
    """The box and what its outermost tiles show of their neighbours."""
    west, south, east, north = box
    margin = (east - west) * BUFFER / EXTENT
    return west - margin, south - margin, east + margin, north + margin


@lru_cache(maxsize=4)
def has_few_clusters(seq: int) -> bool:
    """The whole country fits in memory at once, as it was at approval `seq`."""
    return Cluster.objects.filter(since_seq__lte=seq).count() <= FEW_CLUSTERS


def block_of(z: int, x: int, y: int) -> tuple[int, int, int] | None:
    """The block that holds a tile; None, all the country, for the smallest zooms."""
    for zoom in BLOCK_ZOOMS:
        if z >= zoom:
            return zoom, x >> (z - zoom), y >> (z - zoom)
    return None


@lru_cache(maxsize=TILES_KEPT)
def tile(z: int, x: int, y: int, *, seq: int, as_of: date, known: date, synthetic: bool) -> bytes:
    """The encoded tile: land as of a day, as known at approval `seq`; empty where there is none."""
    held = block(seq, as_of, known, synthetic, None if has_few_clusters(seq) else block_of(z, x, y))
    margin = BUFFER / EXTENT
    window = shapely.box(*(np.array([x - margin, y - margin, x + 1 + margin, y + 1 + margin]) / 2**z))
    chosen = np.sort(held.tree.query(window))
    if not len(chosen):
        return b""
    shapes = shapely.transform(held.shapes[chosen], lambda unit: (unit * 2**z - [x, y]) * EXTENT)
    attributes = [held.attributes[at] for at in chosen]
    shapes, attributes = drawable(shapes, attributes, plain=z >= PLAIN_FROM_ZOOM)
    return encode_layer("land", shapes, attributes)


def drawable(
    shapes: NDArray[np.object_], attributes: list[dict[str, Any]], *, plain: bool
) -> tuple[NDArray[np.object_], list[dict[str, Any]]]:
    """Shapes cut to the tile and thinned to what a screen can show; land too small to see in squares."""
    bounds = shapely.bounds(shapes)
    size = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
    small = (size < SMALLEST) & (not plain)
    large = cut_to_tile(shapes[~small], bounds[~small])
    if not plain:
        large = thinned(large)
    kept = [attributes[at] for at in np.flatnonzero(~small)]
    squares, summed = coalesced(bounds[small], [attributes[at] for at in np.flatnonzero(small)])
    return np.concatenate([large, squares]), kept + summed


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
    bounds: NDArray[np.float64], attributes: list[dict[str, Any]]
) -> tuple[NDArray[np.object_], list[dict[str, Any]]]:
    """One square for all small land of one state and family in one cell, so that none vanishes at low zoom."""
    cells = np.floor((bounds[:, :2] + bounds[:, 2:]) / 2 / SMALLEST).astype(int)
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for (column, row), given in zip(cells.tolist(), attributes, strict=True):
        key = (column, row, given["state"], given["family"], given["outside"])
        if key in found:
            found[key]["area_m2"] = round(found[key]["area_m2"] + given["area_m2"], 1)
            found[key]["parts"] += 1
        else:
            found[key] = {**given, "class": None, "parts": 1}
    corners = np.array([key[:2] for key in found], dtype=float).reshape(-1, 2) * SMALLEST
    west, north = corners[:, 0], corners[:, 1]
    return shapely.box(west, north, west + SMALLEST, north + SMALLEST), list(found.values())
