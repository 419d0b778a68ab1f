"""One equal-area frame per country, on a grid of whole centimetres.

Lambert azimuthal equal area on WGS 84, centred on the country (Snyder 1987, section 24), so that
an area is an area wherever it lies; in UTM it would be wrong by up to a tenth of a per cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import Transformer

if TYPE_CHECKING:
    from numpy.typing import NDArray

Geometries = "NDArray[np.object_]"

# An edge of one kilometre bends by less than a centimetre between lon/lat and the projection.
LONGEST_EDGE_DEG = 0.009
CM_PER_M = 100.0
POLYGONAL = (3, 6)


@dataclass(frozen=True, slots=True)
class Frame:
    """The projection of one country, by its centre in degrees."""

    centre_lon: float
    centre_lat: float

    @property
    def proj4(self) -> str:
        """The projection as PROJ writes it, in metres."""
        return f"+proj=laea +lat_0={self.centre_lat!r} +lon_0={self.centre_lon!r} +datum=WGS84 +units=m +no_defs"

    def to_grid(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """The shapes in whole centimetres, valid; None where nothing with an area or a place remains.

        `shapes` are longitude, latitude in degrees. Edges over about one kilometre are densified
        first. A polygon that is invalid after rounding is rebuilt on the grid.
        """
        shapes = _without_empty_parts(np.array(shapes, dtype=object, ndmin=1))
        dense = np.where(_has_long_edge(shapes), shapely.segmentize(shapes, LONGEST_EDGE_DEG), shapes)
        forward = _transformer(self.proj4)
        placed = shapely.transform(dense, lambda xy: _rounded(forward.transform(xy[:, 0], xy[:, 1])))
        return on_grid(placed)

    def to_lonlat(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Grid shapes as longitude, latitude in degrees."""
        back = _transformer(self.proj4)

        def unproject(xy: NDArray[np.float64]) -> NDArray[np.float64]:
            lon, lat = back.transform(xy[:, 0] / CM_PER_M, xy[:, 1] / CM_PER_M, direction="INVERSE")
            return np.column_stack([lon, lat])

        result: NDArray[np.object_] = shapely.transform(shapes, unproject)
        return result

    def area_m2(self, shapes: NDArray[np.object_]) -> NDArray[np.float64]:
        """The areas of lon/lat shapes on the grid, in square metres; nan where there is no shape."""
        grid = self.to_grid(shapes)
        return np.where(shapely.is_missing(grid), np.nan, shapely.area(grid) / CM_PER_M**2)


def _without_empty_parts(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """The shapes without parts that hold no point (GEOS crashes when it densifies those)."""
    part, of = shapely.get_parts(shapes, return_index=True)
    for at in np.unique(of[shapely.is_empty(part)]).tolist():
        kept = part[(of == at) & ~shapely.is_empty(part)]
        shapes[at] = shapely.multipolygons(kept) if len(kept) and (shapely.get_type_id(kept) == 3).all() else None
    return shapes


@lru_cache(maxsize=8)
def _transformer(proj4: str) -> Transformer:
    return Transformer.from_crs("EPSG:4326", proj4, always_xy=True)


def _rounded(metres: tuple[Any, Any]) -> NDArray[np.float64]:
    return np.rint(np.column_stack(metres) * CM_PER_M) + 0.0


def _has_long_edge(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Some edge of the shape is longer than `LONGEST_EDGE_DEG` in a coordinate."""
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    long = np.zeros(len(shapes), dtype=bool)
    if len(coordinates) > 1:
        step = np.abs(np.diff(coordinates, axis=0)).max(axis=1) > LONGEST_EDGE_DEG
        long[owner[1:][step & (owner[1:] == owner[:-1])]] = True
    return long


def on_grid(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Rounded shapes made valid on the centimetre grid; None where nothing remains."""
    result = np.array(shapes, dtype=object)
    polygonal = np.isin(shapely.get_type_id(result), POLYGONAL)
    broken = polygonal & ~shapely.is_valid(result)
    if broken.any():
        rebuilt = shapely.set_precision(shapely.make_valid(result[broken]), 1.0)
        result[broken] = only_polygons(rebuilt)
    gone = shapely.is_missing(result) | shapely.is_empty(result) | (polygonal & (shapely.area(result) == 0))
    result[gone] = None
    return result


def only_polygons(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """The polygonal part of each shape, None where there is none."""
    result = np.array(shapes, dtype=object)
    for at in np.flatnonzero(shapely.get_type_id(result) == 7):
        parts = shapely.get_parts(shapely.get_parts(result[at]))
        parts = parts[shapely.get_type_id(parts) == 3]
        result[at] = shapely.union_all(parts, grid_size=1.0) if len(parts) else None
    result[~np.isin(shapely.get_type_id(result), POLYGONAL)] = None
    result[shapely.is_empty(result)] = None
    return result
