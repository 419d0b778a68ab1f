"""Where tiles lie: web Mercator as a unit square, y down."""

from __future__ import annotations

import math

import numpy as np
import shapely
from numpy.typing import NDArray

MAX_LATITUDE = 85.051129
Box = tuple[float, float, float, float]


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


def margin_around(box: Box, share: float) -> Box:
    """The box and a share of its width around it, in degrees."""
    west, south, east, north = box
    margin = (east - west) * share
    return west - margin, south - margin, east + margin, north + margin
