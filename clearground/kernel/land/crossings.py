"""Finds where the boundaries of polygons cross, exactly, all pairs at once.

Coordinates are whole centimetres counted from the corner of the piece's tile, so that every
orientation is an exact integer. A crossing is *proper* where both edges pass through each other;
anything else that meets (a vertex on an edge, edges that run along each other) is a *touch*, which
is left to the general noder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .pieces import Pieces

# Pairs of pieces per step: keeps the temporary arrays inside the processor's cache.
PAIRS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Segments:
    """The edges of all rings, ring after ring, piece after piece, without those of no length.

    `of_ring[r]:of_ring[r + 1]` are the edges of ring r, `of_piece` those of a piece. `sign` is +1
    where land lies to the left of the ring's direction, else -1. `run[s]` is the sum of the cross
    products of all edges before s.
    """

    x0: NDArray[np.int64]
    y0: NDArray[np.int64]
    x1: NDArray[np.int64]
    y1: NDArray[np.int64]
    ring: NDArray[np.int64]
    of_ring: NDArray[np.int64]
    of_piece: NDArray[np.int64]
    ring_piece: NDArray[np.int64]
    sign: NDArray[np.int64]
    run: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Crossings:
    """Proper crossings: of which pair, on which edges and how far along, where (rounded), which way.

    `left_enters`: the left piece's ring goes into the right piece there; the right piece's ring
    then leaves the left one or not, by `right_enters`. `touches` tells, pair by pair, whether
    something other than a proper crossing was met.
    """

    pair: NDArray[np.int64]
    left_edge: NDArray[np.int64]
    right_edge: NDArray[np.int64]
    left_at: NDArray[np.float64]
    right_at: NDArray[np.float64]
    x: NDArray[np.int64]
    y: NDArray[np.int64]
    left_enters: NDArray[np.bool_]
    right_enters: NDArray[np.bool_]
    touches: NDArray[np.bool_]

    def between(self, keep: NDArray[np.bool_]) -> Crossings:
        """The crossings of the pairs to keep, which are numbered anew."""
        of = keep[self.pair]
        number = np.cumsum(keep) - 1
        return Crossings(
            number[self.pair[of]],
            self.left_edge[of],
            self.right_edge[of],
            self.left_at[of],
            self.right_at[of],
            self.x[of],
            self.y[of],
            self.left_enters[of],
            self.right_enters[of],
            self.touches[keep],
        )


def segments(pieces: Pieces, tile_cm: int) -> Segments:
    """The edges of the pieces, in coordinates of their tile."""
    part, part_piece = shapely.get_parts(pieces.shape, return_index=True)
    ring, ring_part = shapely.get_rings(part, return_index=True)
    ring_piece = part_piece[ring_part]
    is_hole = np.r_[False, ring_part[1:] == ring_part[:-1]][: len(ring)]
    xy, of = shapely.get_coordinates(ring, return_index=True)
    local = np.rint(xy).astype(np.int64) - (pieces.tile * tile_cm)[ring_piece[of]]
    keep = (of[1:] == of[:-1]) & (local[1:] != local[:-1]).any(axis=1)
    (x0, y0), (x1, y1) = local[:-1][keep].T, local[1:][keep].T
    edge_ring = of[1:][keep]
    run = np.r_[0, np.cumsum(x0 * y1 - x1 * y0)]
    of_ring = np.searchsorted(edge_ring, np.arange(len(ring) + 1))
    area2 = run[of_ring[1:]] - run[of_ring[:-1]]
    of_piece = of_ring[np.searchsorted(ring_piece, np.arange(len(pieces.shape) + 1))]
    sign = np.sign(area2) * np.where(is_hole, -1, 1)
    return Segments(x0, y0, x1, y1, edge_ring, of_ring, of_piece, ring_piece, sign, run)


def area2_of_pieces(edges: Segments, count: int) -> NDArray[np.int64]:
    """Twice the area of each piece, in square centimetres."""
    rings = edges.sign * (edges.run[edges.of_ring[1:]] - edges.run[edges.of_ring[:-1]])
    total = np.zeros(count, np.int64)
    np.add.at(total, edges.ring_piece, rings)
    return total


def crossings(edges: Segments, left: NDArray[np.int64], right: NDArray[np.int64]) -> Crossings:
    """All crossings of the pairs of pieces (left[i], right[i])."""
    low_x, high_x = np.minimum(edges.x0, edges.x1), np.maximum(edges.x0, edges.x1)
    low_y, high_y = np.minimum(edges.y0, edges.y1), np.maximum(edges.y0, edges.y1)
    boxes = np.stack([low_x, low_y, high_x, high_y]).astype(np.int32)
    of_pieces = _piece_boxes(edges, boxes)
    steps = range(0, len(left), PAIRS_AT_ONCE)
    parts = [_step(edges, boxes, of_pieces, left, right, at) for at in steps]
    touches = np.zeros(len(left), bool)
    for _found, touched in parts:
        touches[touched] = True
    found = [np.concatenate(c) for c in zip(*(f for f, _ in parts), strict=True)] if parts else [np.zeros(0)] * 9
    pair, left_edge, right_edge, left_at, right_at, x, y, left_enters, right_enters = found
    pair, left_edge, right_edge = (column.astype(np.int64) for column in (pair, left_edge, right_edge))
    ways = left_enters.astype(bool), right_enters.astype(bool)
    return Crossings(
        pair, left_edge, right_edge, left_at, right_at, x.astype(np.int64), y.astype(np.int64), *ways, touches
    )


def _piece_boxes(edges: Segments, boxes: NDArray[np.int32]) -> NDArray[np.int32]:
    starts = edges.of_piece[:-1]
    if not len(starts):
        return np.zeros((4, 0), np.int32)
    return np.stack(
        [
            np.minimum.reduceat(boxes[0], starts),
            np.minimum.reduceat(boxes[1], starts),
            np.maximum.reduceat(boxes[2], starts),
            np.maximum.reduceat(boxes[3], starts),
        ]
    )


def _step(
    edges: Segments,
    boxes: NDArray[np.int32],
    of_pieces: NDArray[np.int32],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    at: int,
) -> tuple[tuple[NDArray[np.generic], ...], NDArray[np.int64]]:
    """The crossings of one run of pairs, and the pairs of it that touch."""
    a, b = left[at : at + PAIRS_AT_ONCE], right[at : at + PAIRS_AT_ONCE]
    common = np.concatenate(
        [np.maximum(of_pieces[:2, a], of_pieces[:2, b]), np.minimum(of_pieces[2:, a], of_pieces[2:, b])]
    )
    pair_a, edge_a = _edges_in_box(edges, boxes, a, common)
    pair_b, edge_b = _edges_in_box(edges, boxes, b, common)
    first_b = np.searchsorted(pair_b, np.arange(len(b) + 1))
    count = np.diff(first_b)[pair_a]
    row_a = np.repeat(np.arange(len(pair_a)), count)
    row_b = np.arange(len(row_a)) - np.repeat(np.cumsum(count) - count - first_b[pair_a], count)
    i, j = edge_a[row_a], edge_b[row_b]
    meet = np.flatnonzero((boxes[0, i] <= boxes[2, j]) & (boxes[0, j] <= boxes[2, i]))
    i, j, row_a = i[meet], j[meet], row_a[meet]
    meet = np.flatnonzero((boxes[1, i] <= boxes[3, j]) & (boxes[1, j] <= boxes[3, i]))
    return _sorted_out(edges, i[meet], j[meet], pair_a[row_a[meet]] + at)


def _edges_in_box(
    edges: Segments, boxes: NDArray[np.int32], piece: NDArray[np.int64], common: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs (row of `piece`, edge of that piece) where the edge meets the row's box."""
    start, count = edges.of_piece[piece], edges.of_piece[piece + 1] - edges.of_piece[piece]
    row = np.repeat(np.arange(len(piece)), count)
    edge = np.arange(len(row)) + np.repeat(start - np.cumsum(count) + count, count)
    inside = (
        (boxes[0, edge] <= common[2, row])
        & (boxes[2, edge] >= common[0, row])
        & (boxes[1, edge] <= common[3, row])
        & (boxes[3, edge] >= common[1, row])
    )
    return row[inside], edge[inside]


def _sorted_out(
    edges: Segments, i: NDArray[np.int64], j: NDArray[np.int64], pair: NDArray[np.int64]
) -> tuple[tuple[NDArray[np.generic], ...], NDArray[np.int64]]:
    """Which of the edge pairs (i, j) cross properly, and where; the pairs of pieces that touch."""
    ax, ay, dx, dy = edges.x0[i], edges.y0[i], edges.x1[i] - edges.x0[i], edges.y1[i] - edges.y0[i]
    bx, by, ex, ey = edges.x0[j], edges.y0[j], edges.x1[j] - edges.x0[j], edges.y1[j] - edges.y0[j]
    b0 = dx * (by - ay) - dy * (bx - ax)  # the start of the right edge, as seen along the left one
    b1 = b0 + dx * ey - dy * ex
    a0 = ex * (ay - by) - ey * (ax - bx)
    a1 = a0 + ex * dy - ey * dx
    reach_b, reach_a = np.sign(b0) * np.sign(b1), np.sign(a0) * np.sign(a1)
    proper = (reach_a < 0) & (reach_b < 0)
    touching = (reach_a <= 0) & (reach_b <= 0) & ~proper
    at = np.flatnonzero(proper)
    along_a, along_b = a0[at] / (a0[at] - a1[at]), b0[at] / (b0[at] - b1[at])
    x = np.rint(ax[at] + along_a * dx[at]).astype(np.int64)
    y = np.rint(ay[at] + along_a * dy[at]).astype(np.int64)
    left_enters = (a1[at] > 0) == (edges.sign[edges.ring[j[at]]] > 0)
    right_enters = (b1[at] > 0) == (edges.sign[edges.ring[i[at]]] > 0)
    found = (pair[at], i[at], j[at], along_a, along_b, x, y, left_enters, right_enters)
    return found, np.unique(pair[touching])
