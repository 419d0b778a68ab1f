"""Rules about the vertices of a ring: doubled, spiked, too far apart, thin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from clearground.kernel.findings import Severity

from .look import Look, Vertices
from .rule import NONE, Hits, rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

M_PER_DEG = 111_195.0
CM_PER_M = 100.0


@rule("LAND-011", Severity.WARNS, "same_vertex_deg")
def duplicate_vertices(look: Look) -> Hits:
    """Consecutive vertices are different points."""
    vertices = look.vertices
    repeated = np.flatnonzero(_repeats(vertices, look.context.limits.same_vertex_deg)) + 1
    return _at_vertices(vertices, _with_area(look, repeated))


@rule("LAND-012", Severity.WARNS, "same_vertex_deg")
def spikes(look: Look) -> Hits:
    """An outline doesn't run out to a point and back along itself."""
    vertices, tolerance = look.vertices, look.context.limits.same_vertex_deg
    keep = np.ones(len(vertices.xy), dtype=bool)
    keep[1:] = ~_repeats(vertices, tolerance)
    kept = np.flatnonzero(keep)
    tips = kept[_tips(vertices.xy[kept], vertices.ring[kept], tolerance)]
    return _at_vertices(vertices, _with_area(look, tips))


@rule("LAND-014", Severity.WARNS, "longest_edge_m")
def long_edges(look: Look) -> Hits:
    """Consecutive vertices lie near each other."""
    vertices = look.vertices
    step = np.diff(vertices.xy, axis=0)
    step[:, 0] *= np.cos(np.radians(vertices.xy[:-1, 1]))
    length = np.hypot(step[:, 0], step[:, 1]) * M_PER_DEG
    long = np.flatnonzero(vertices.joined & (length > look.context.limits.longest_edge_m))
    hits = _at_vertices(vertices, long)
    longest = np.zeros(len(look))
    np.maximum.at(longest, vertices.row[long], length[long])
    return Hits(hits.at, {**hits.params, "length_m": longest[np.asarray(hits.at, dtype=np.int64)].round()})


@rule("LAND-015", Severity.INFORMS, "sliver_width_m")
def slivers(look: Look) -> Hits:
    """A polygon is wider, on average, than a strip that nobody could mark on the ground."""
    if not look.has_grid:
        return NONE
    width = mean_width_m(look)
    at = np.flatnonzero(width < look.context.limits.sliver_width_m)
    return Hits(at, {"width_m": width[at].round(2), "area_m2": look.area_m2[at].round(1)})


def mean_width_m(look: Look) -> NDArray[np.float64]:
    """Twice the area over the perimeter; nan where there is no area."""
    around = shapely.length(look.grid) / CM_PER_M
    with np.errstate(invalid="ignore", divide="ignore"):
        width: NDArray[np.float64] = np.where(look.area_m2 > 0, 2 * look.area_m2 / around, np.nan)
    return width


def _with_area(look: Look, at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Vertices of polygons that have an area: one without is reported as such, and is all spike."""
    some = shapely.area(look.batch.shapes) > 0
    if look.has_grid:
        some &= look.area_m2 != 0
    kept: NDArray[np.int64] = at[some[look.vertices.row[at]]]
    return kept


def _repeats(vertices: Vertices, tolerance: float) -> NDArray[np.bool_]:
    """True at i where vertex i + 1 repeats vertex i of the same ring."""
    near: NDArray[np.bool_] = np.abs(np.diff(vertices.xy, axis=0)).max(axis=1, initial=0.0) < tolerance
    near &= vertices.joined
    return near


def _tips(xy: NDArray[np.float64], ring: NDArray[np.int64], tolerance: float) -> NDArray[np.int64]:
    """Positions of vertices whose two arms run back along each other within `tolerance`."""
    if len(xy) < 3:
        return np.zeros(0, dtype=np.int64)
    first = np.r_[True, ring[1:] != ring[:-1]]
    last = np.r_[first[1:], True]
    start = np.maximum.accumulate(np.where(first, np.arange(len(xy)), 0))
    end = np.flatnonzero(last)[np.cumsum(first) - 1]
    # The last vertex of a ring repeats the first, so the first one's predecessor is the last but one.
    before = np.where(first, np.maximum(end - 1, start), np.arange(len(xy)) - 1)
    after = np.minimum(np.arange(len(xy)) + 1, end)
    back, forth = xy[before] - xy, xy[after] - xy
    dot = (back * forth).sum(axis=1)
    cross = np.abs(back[:, 0] * forth[:, 1] - back[:, 1] * forth[:, 0])
    longer = np.maximum(np.hypot(*back.T), np.hypot(*forth.T))
    return np.flatnonzero(~last & (dot > 0) & (cross < tolerance * longer))


def _at_vertices(vertices: Vertices, at: NDArray[np.int64]) -> Hits:
    """One hit per row, at its first vertex of `at`, with the number of vertices hit."""
    rows, first, count = np.unique(vertices.row[at], return_index=True, return_counts=True)
    vertex = at[first]
    params = {
        "vertex": vertex - np.searchsorted(vertices.row, rows) + 1,
        "lon": vertices.xy[vertex, 0].round(7),
        "lat": vertices.xy[vertex, 1].round(7),
        "count": count,
    }
    return Hits(rows, params)
