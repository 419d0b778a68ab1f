"""From bytes or text to shapes, with what was wrong on the way: a reader never repairs in silence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.errors import ShapelyError

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST_POINTS = 3
UNREADABLE = (ShapelyError, NotImplementedError, ValueError, TypeError)


class Trouble(StrEnum):
    """What a reader met in one geometry."""

    NONE = ""
    UNREADABLE = "unreadable"  # not a geometry at all, or half of one
    NOT_CLOSED = "not_closed"  # a ring whose last point isn't its first; read as if it were closed
    TOO_FEW_POINTS = "too_few_points"  # a ring of fewer than three distinct points; not read


@dataclass(frozen=True, slots=True)
class Reading:
    """Shapes (None where nothing could be read) and the trouble with each, for `Batch`."""

    shapes: NDArray[np.object_]
    troubles: NDArray[np.object_]


def from_wkb(values: Sequence[bytes | None]) -> Reading:
    """Shapes of WKB values, None and b"" being no geometry."""
    return _read(values, shapely.from_wkb)


def from_wkt(values: Sequence[str | None]) -> Reading:
    """Shapes of WKT texts, None and "" being no geometry."""
    return _read(values, shapely.from_wkt)


def from_rings(groups: Sequence[Sequence[Sequence[tuple[float, float]]]], *, must_close: bool = False) -> Reading:
    """Polygons of rings of points, the first ring of each being its outline; no rings is no geometry.

    With `must_close` the format repeats the first point at the end, so that an open ring is
    trouble; lists of turning points never do.
    """
    pairs = [_polygon(rings, must_close) for rings in groups]
    shapes = np.full(len(pairs), None, dtype=object)
    shapes[:] = [shape for shape, _ in pairs]
    return Reading(shapes, np.array([trouble for _, trouble in pairs] + [None], dtype=object)[:-1])


def _read(values: Sequence[Any], parse: Callable[..., Any]) -> Reading:
    shapes, troubles = np.full(len(values), None, dtype=object), np.full(len(values), Trouble.NONE, dtype=object)
    given = np.full(len(values), None, dtype=object)
    given[:] = [value or None for value in values]
    shapes[:] = _parsed(given, parse)
    for at in np.flatnonzero(shapely.is_missing(shapes) & (given != None)):  # noqa: E711  (elementwise)
        shapes[at], troubles[at] = _second_try(given[at], parse)
    return Reading(shapes, troubles)


def _parsed(given: NDArray[np.object_], parse: Callable[..., Any]) -> Any:
    """What could be read at once, or one by one where a single value (a curve, say) stops the whole array."""
    with np.errstate(invalid="ignore"):  # NaN coordinates are read, and found by a rule
        try:
            return parse(given, on_invalid="ignore")
        except UNREADABLE:
            return [_one(value, parse, "ignore") for value in given]


def _one(value: Any, parse: Callable[..., Any], on_invalid: str) -> Any:
    """The shape of one value; None where it can't be read."""
    try:
        with np.errstate(invalid="ignore"):
            return parse(value, on_invalid=on_invalid)
    except UNREADABLE:
        return None


def _second_try(value: Any, parse: Callable[..., Any]) -> tuple[shapely.Geometry | None, Trouble]:
    """The shape with its rings closed, when that is what was wrong."""
    closed = _one(value, parse, "fix")
    if closed is None:
        return None, Trouble.UNREADABLE
    rings = shapely.get_rings(shapely.get_parts(closed))
    if any(_distinct(shapely.get_coordinates(ring)) < FEWEST_POINTS for ring in rings):
        return None, Trouble.TOO_FEW_POINTS
    return closed, Trouble.NOT_CLOSED


def _polygon(
    rings: Sequence[Sequence[tuple[float, float]]], must_close: bool
) -> tuple[shapely.Geometry | None, Trouble]:
    if not rings:
        return None, Trouble.NONE
    if any(_distinct(np.array(ring, dtype=float).reshape(-1, 2)) < FEWEST_POINTS for ring in rings):
        return None, Trouble.TOO_FEW_POINTS
    is_open = must_close and any(tuple(ring[0]) != tuple(ring[-1]) for ring in rings)
    return shapely.polygons(rings[0], list(rings[1:]) or None), Trouble.NOT_CLOSED if is_open else Trouble.NONE


def _distinct(xy: NDArray[np.float64]) -> int:
    return len(np.unique(xy, axis=0)) if len(xy) else 0
