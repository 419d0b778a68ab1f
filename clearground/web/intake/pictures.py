"""Small maps drawn on the server: shapes of rows in one frame, with a scale, for pages that work without a script."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from . import selectors

WIDTH, HEIGHT, EDGE = 600.0, 420.0, 24.0
M_PER_DEGREE = 111_320.0
FEWEST_M, SMALLEST_PX, FINEST_PX = 60.0, 7.0, 0.4
# Beyond this many times the way that nine in ten lie from their middle, and beyond a degree, a shape is astray.
FAR_TIMES, FAR_DEG = 5.0, 1.0
Place = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Thing:
    """A shape to be drawn: what state it shows, what it is called, where a click on it leads."""

    shape: Any
    state: str
    label: str
    address: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A thing as it is drawn: a path, and a dot where the path would be too small to see."""

    thing: Thing
    path: str
    x: float
    y: float
    is_small: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything in a frame of `WIDTH` × `HEIGHT`: marks, outlines beneath them, a scale."""

    marks: list[Mark]
    beneath: list[str]
    scale_m: int
    scale_px: float
    spots: list[tuple[float, float]]

    @property
    def scale_km(self) -> float:
        """The length of the scale in kilometres."""
        return self.scale_m / 1000


def picture(things: Sequence[Thing], *, spots: Sequence[tuple[float, float]] = ()) -> Picture | None:
    """The things that have a shape, drawn to fill the frame; None where none has. `spots` are (lon, lat)."""
    drawn = [thing for thing in things if is_drawable(thing.shape)]
    if not drawn:
        return None
    shapes = np.array([thing.shape for thing in drawn], dtype=object)
    west, south, east, north = shapely.total_bounds(shapes[~astray(shapes)])
    per_m, place, box = framed(west, south, east, north)
    length_m = nice(0.28 * WIDTH / per_m)
    return Picture(
        marks=[mark(thing, place) for thing in drawn],
        beneath=[path_of(shapely.clip_by_rect(line.boundary, *box), place) for line in selectors.province_lines(box)],
        scale_m=length_m,
        scale_px=round(length_m * per_m, 1),
        spots=[tuple(place(np.array([spot]))[0].round(1).tolist()) for spot in spots],
    )


def astray(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Shapes far from where nearly all lie, as a misread one is: they have no say in what the frame shows."""
    centres = shapely.get_coordinates(shapely.centroid(shapes))
    away = np.abs(centres - np.median(centres, axis=0)).max(axis=1)
    return away > max(FAR_TIMES * np.quantile(away, 0.9), FAR_DEG)


def is_drawable(shape: Any) -> bool:
    """There is a shape, with coordinates that are numbers."""
    return shape is not None and not shape.is_empty and bool(np.isfinite(shapely.get_coordinates(shape)).all())


def framed(west: float, south: float, east: float, north: float) -> tuple[float, Place, tuple[float, ...]]:
    """Pixels per metre, how degrees become pixels, and the box of degrees that the frame shows."""
    lon, lat = (west + east) / 2, (south + north) / 2
    x_m = M_PER_DEGREE * max(math.cos(math.radians(lat)), 0.05)
    wide, high = max((east - west) * x_m, FEWEST_M), max((north - south) * M_PER_DEGREE, FEWEST_M)
    per_m = min((WIDTH - 2 * EDGE) / wide, (HEIGHT - 2 * EDGE) / high)

    def place(xy: Any) -> Any:
        x = WIDTH / 2 + (xy[:, 0] - lon) * x_m * per_m
        y = HEIGHT / 2 - (xy[:, 1] - lat) * M_PER_DEGREE * per_m
        return np.column_stack([x, y])

    half_x, half_y = WIDTH / 2 / per_m / x_m, HEIGHT / 2 / per_m / M_PER_DEGREE
    return per_m, place, (lon - half_x, lat - half_y, lon + half_x, lat + half_y)


def mark(thing: Thing, place: Place) -> Mark:
    """One thing as it is drawn."""
    low_x, low_y, high_x, high_y = shapely.bounds(shapely.transform(thing.shape, place))
    x, y = round((low_x + high_x) / 2, 1), round((low_y + high_y) / 2, 1)
    is_small = max(high_x - low_x, high_y - low_y) < SMALLEST_PX
    return Mark(thing, "" if is_small else path_of(thing.shape, place), x, y, is_small)


def path_of(shape: Any, place: Place) -> str:
    """The shape as SVG draws it, to a tenth of a pixel."""
    lines = (shapely.LineString(ring) for ring in rings(shapely.transform(shape, place)))
    return "".join(ring_path(shapely.simplify(line, FINEST_PX, preserve_topology=False)) for line in lines)


def rings(shape: Any) -> Iterator[Any]:
    """The lines that bound the shape, and lines themselves."""
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            yield from (part.exterior, *part.interiors)
        elif part.geom_type in {"LineString", "LinearRing"}:
            yield part
        elif part.geom_type != "Point":
            yield from rings(part)


def ring_path(ring: Any) -> str:
    """One line; closed where it ends where it began."""
    points = [f"{x:.1f} {y:.1f}" for x, y in shapely.get_coordinates(ring)]
    if len(points) < 2:
        return ""
    end = "Z" if points[0] == points[-1] else ""
    return "M" + "L".join(points[:-1] if end else points) + end


def nice(length_m: float) -> int:
    """The largest of 1, 2, 5 times a power of ten that isn't longer."""
    power = 10 ** math.floor(math.log10(max(length_m, 1)))
    return int(max(step * power for step in (1, 2, 5) if step * power <= max(length_m, 1)))
