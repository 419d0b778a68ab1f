"""The rule about map sheets: pieces that a sheet's edge has cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from clearground.kernel.findings import Severity

from .look import Look
from .rings import CM_PER_M, mean_width_m
from .rule import NONE, Hits, rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

LIMITS = ("sheet_piece_width_m", "sheet_piece_slenderness", "sheet_edge_deg", "sheet_edge_tilt_deg")


@rule("LAND-066", Severity.WARNS, *LIMITS)
def sheet_edge_pieces(look: Look) -> Hits:
    """A polygon isn't a long thin piece along a meridian or parallel that bounds other polygons too."""
    if not look.has_grid:
        return NONE
    width, thin = mean_width_m(look), np.flatnonzero(_is_thin(look))
    found = {}
    for axis, name in ((0, "meridian"), (1, "parallel")):
        for i, line in _along_common_line(look, axis, thin).items():
            found[i] = (name, round(line, 6), round(float(width[i]), 2))
    names, lines, widths = zip(*found.values(), strict=True) if found else ((), (), ())
    return Hits(list(found), {"along": names, "line_deg": lines, "width_m": widths})


def _is_thin(look: Look) -> NDArray[np.bool_]:
    """Narrow, and many times as long as wide."""
    limits, width = look.context.limits, mean_width_m(look)
    with np.errstate(invalid="ignore"):
        slenderness = shapely.length(look.grid) / CM_PER_M / 2 / width
        thin: NDArray[np.bool_] = width < limits.sheet_piece_width_m
        thin &= slenderness > limits.sheet_piece_slenderness
    return thin


def _along_common_line(look: Look, axis: int, thin: NDArray[np.int64]) -> dict[int, float]:
    """Thin rows that stretch along a meridian (axis 0) or parallel (axis 1) with another row's edge, and that line."""
    limits = look.context.limits
    row, line = _edges(look, axis)
    order = np.argsort(line)
    line, row = line[order], row[order]
    box = shapely.bounds(look.batch.shapes[thin]).reshape(-1, 4)
    extent = (box[:, 2:] - box[:, :2]) * np.column_stack([np.cos(np.radians(box[:, 1])), np.ones(len(box))])
    stretched = extent[:, 1 - axis] > limits.sheet_piece_slenderness / 2 * extent[:, axis]
    found = {}
    for i, low, high in zip(thin[stretched], box[stretched, axis], box[stretched, 2 + axis], strict=True):
        span = slice(*np.searchsorted(line, [low - limits.sheet_edge_deg, high + limits.sheet_edge_deg]))
        others = line[span][row[span] != i]
        if len(others):
            found[int(i)] = float(others[0])
    return found


def _edges(look: Look, axis: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Row and line of edges of constant longitude (axis 0) or latitude (axis 1), within the tilt maps are off by."""
    vertices = look.vertices
    step = np.abs(np.diff(vertices.xy, axis=0))
    step[:, 0] *= np.cos(np.radians(vertices.xy[:-1, 1]))
    across, along = step[:, axis], step[:, 1 - axis]
    tilt = np.tan(np.radians(look.context.limits.sheet_edge_tilt_deg))
    at = np.flatnonzero(vertices.joined & (along > 0) & (across <= tilt * along))
    return vertices.row[at], (vertices.xy[at, axis] + vertices.xy[at + 1, axis]) / 2
