"""Rules about one geometry by itself: can it be read, and is it a polygon."""

from __future__ import annotations

import re

import numpy as np
import shapely

from clearground.kernel.findings import Severity
from clearground.kernel.land.events import Kind

from .look import Look
from .reading import Trouble
from .rule import NONE, Hits, rule

BLOCKS, WARNS, INFORMS = Severity.BLOCKS, Severity.WARNS, Severity.INFORMS
NO_AREA = "LAND-013"
PLACE_OF_FAULT = re.compile(r"\[(\S+) (\S+?)(?: \S+)?\]")
CROSSING = ("Self-intersection", "Ring Self-intersection", "Duplicate Rings")
HOLES = ("Hole lies outside shell", "Holes are nested", "Nested holes", "Nested shells", "Interior is disconnected")


@rule("LAND-001", BLOCKS, eases=True)
def no_geometry(look: Look) -> Hits:
    """A record says where it lies."""
    missing = (look.type_ids < 0) & (look.troubles == Trouble.NONE)
    return Hits(np.flatnonzero(missing))


@rule("LAND-002", BLOCKS, eases=True)
def empty_geometry(look: Look) -> Hits:
    """A geometry has points, and so has each of its parts and rings."""
    return Hits(np.flatnonzero(look.is_empty))


@rule("LAND-003", BLOCKS, eases=True)
def unreadable(look: Look) -> Hits:
    """A geometry can be read to its end."""
    return Hits(np.flatnonzero(look.troubles == Trouble.UNREADABLE))


@rule("LAND-004", BLOCKS, eases=True)
def not_a_number(look: Look) -> Hits:
    """Every coordinate is a number: neither missing nor infinite."""
    at = np.flatnonzero(~look.is_finite)
    xy, row = shapely.get_coordinates(look.batch.shapes, return_index=True)
    bad = ~np.isfinite(xy).all(axis=1)
    first = np.r_[0, np.cumsum(np.bincount(row, minlength=len(look)))]
    rows, where = np.unique(row[bad], return_index=True)
    return Hits(at, {"vertex": np.flatnonzero(bad)[where] - first[rows] + 1})


@rule("LAND-006", BLOCKS, eases=True)
def not_a_polygon(look: Look) -> Hits:
    """A record of land is a polygon; a point serves for a spot task only, which clears no area."""
    kinds = look.batch.kinds
    spot = look.is_point & ~look.has_stated_area
    spot &= np.zeros(len(look), dtype=bool) if kinds is None else kinds == int(Kind.CLEAR)
    wrong = (look.type_ids >= 0) & ~look.is_empty & ~look.is_polygonal & ~spot
    at = np.flatnonzero(wrong)
    return Hits(at, {"type": [shape.geom_type for shape in look.batch.shapes[at]]})


@rule("LAND-007", BLOCKS, eases=True)
def too_few_points(look: Look) -> Hits:
    """A ring has at least three distinct points."""
    few = look.troubles == Trouble.TOO_FEW_POINTS
    few |= np.array([reason.startswith("Too few points") for reason in look.reasons], dtype=bool)
    return Hits(np.flatnonzero(few))


@rule("LAND-008", WARNS)
def not_closed(look: Look) -> Hits:
    """A ring ends where it begins."""
    return Hits(np.flatnonzero(look.troubles == Trouble.NOT_CLOSED))


@rule("LAND-009", BLOCKS, eases=True)
def crosses_itself(look: Look) -> Hits:
    """An outline neither crosses nor touches itself."""
    return _invalid(look, CROSSING)


@rule("LAND-010", BLOCKS, eases=True)
def holes_and_parts(look: Look) -> Hits:
    """Holes lie inside their outline, apart from each other, and parts don't lie inside parts."""
    return _invalid(look, HOLES)


@rule(NO_AREA, BLOCKS, eases=True)
def no_area(look: Look) -> Hits:
    """A polygon still has an area when its corners are rounded to the centimetre."""
    if not look.has_grid:
        return NONE
    return Hits(np.flatnonzero(look.is_sound & (look.area_m2 == 0)))


def _invalid(look: Look, kinds: tuple[str, ...]) -> Hits:
    """Polygons that are invalid in one of these ways, with the place of the first fault."""
    at = np.flatnonzero([str(reason).split("[")[0] in kinds for reason in look.reasons])
    places = np.array([_place(str(look.reasons[i])) for i in at], dtype=float).reshape(-1, 2)
    return Hits(at, {"lon": places[:, 0].round(7), "lat": places[:, 1].round(7)})


def _place(reason: str) -> tuple[float, float]:
    found = PLACE_OF_FAULT.search(reason)
    return (float(found[1]), float(found[2])) if found else (float("nan"), float("nan"))
