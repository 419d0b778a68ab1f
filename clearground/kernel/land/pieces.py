"""Splits land among the tiles of the country's grid, which are cut apart from each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from .frame import only_polygons

if TYPE_CHECKING:
    from numpy.typing import NDArray

TILE_CM = 1_000_000
GRID_CM = 1.0


@dataclass(frozen=True, slots=True)
class Pieces:
    """The parts of each land that lie in one tile. `land` indexes the input of the cut."""

    shape: NDArray[np.object_]
    land: NDArray[np.int64]
    tile: NDArray[np.int64]  # (n, 2): column, row

    def where(self, keep: NDArray[np.bool_] | NDArray[np.int64]) -> Pieces:
        """The pieces to keep, in that order."""
        return Pieces(self.shape[keep], self.land[keep], self.tile[keep])


def split_by_tile(lands: NDArray[np.object_], tile_cm: int = TILE_CM) -> Pieces:
    """Each land, once for each tile that it has area in; None is skipped."""
    index = np.flatnonzero(~shapely.is_missing(lands))
    shapes = lands[index]
    bounds = shapely.bounds(shapes)
    low = np.floor(bounds[:, :2] / tile_cm).astype(np.int64)
    # A polygon that ends on a tile's border has no area beyond it.
    high = np.maximum(low, np.ceil(bounds[:, 2:] / tile_cm).astype(np.int64) - 1)
    within = (low == high).all(axis=1)
    parts, of, where = _clip(shapes[~within], low[~within], high[~within], tile_cm)
    return Pieces(
        np.concatenate([shapes[within], parts]),
        np.concatenate([index[within], index[~within][of]]),
        np.concatenate([low[within], where]),
    )


def _on_grid(parts: NDArray[np.object_]) -> NDArray[np.object_]:
    """Clipped parts with their new vertices rounded; noded on the grid where rounding breaks a ring."""
    rounded = only_polygons(shapely.transform(parts, np.rint))
    broken = ~shapely.is_valid(rounded) & ~shapely.is_missing(rounded)
    rounded[broken] = only_polygons(shapely.set_precision(parts[broken], GRID_CM))
    rounded[shapely.area(rounded) == 0] = None
    return rounded


def _clip(
    shapes: NDArray[np.object_], low: NDArray[np.int64], high: NDArray[np.int64], tile_cm: int
) -> tuple[NDArray[np.object_], NDArray[np.int64], NDArray[np.int64]]:
    """The parts of each shape in each tile of its range, whose shape each is, and its tile."""
    columns, rows = (high - low + 1).T
    of = np.repeat(np.arange(len(shapes)), columns * rows)
    step = np.arange(len(of)) - np.repeat(np.cumsum(columns * rows) - columns * rows, columns * rows)
    where = low[of] + np.column_stack([step // rows[of], step % rows[of]])
    left, bottom = (where * tile_cm).T
    boxes = shapely.box(left, bottom, left + tile_cm, bottom + tile_cm)
    parts = _on_grid(shapely.intersection(shapes[of], boxes))
    there = ~shapely.is_missing(parts)
    return parts[there], of[there], where[there]
