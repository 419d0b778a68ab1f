"""Areas of all faces of a cluster from its boundaries alone: no face is ever built.

A *face* is the land that exactly the same pieces cover. Crossings split every ring into arcs, and
along an arc the set of other pieces that cover it does not change. By Green's theorem the area of a
face is the sum over the arcs that bound it, so each arc of piece A, covered by the set I, adds its
area to the face I + {A} on its one side and takes it from the face I on the other. Whatever is
rounded, the faces over a piece sum to the piece, to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .crossings import Crossings, Segments

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Partners:
    """For each piece the other pieces that it overlaps: `piece[of[p]:of[p + 1]]`, rising."""

    of: NDArray[np.int64]
    piece: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sets:
    """The faces that arcs bound: `area2`, and the pieces over face f, `piece[of[f]:of[f + 1]]`."""

    area2: NDArray[np.int64]
    of: NDArray[np.int64]
    piece: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Nodes:
    """Where rings are split: sorted along each ring. `partner` is the piece whose ring crosses there."""

    edge: NDArray[np.int64]
    x: NDArray[np.int64]
    y: NDArray[np.int64]
    partner: NDArray[np.int64]
    enters: NDArray[np.bool_]
    ring: NDArray[np.int64]


def partners_of(count: int, left: NDArray[np.int64], right: NDArray[np.int64]) -> Partners:
    """The partners of each piece, from pairs that overlap."""
    one, other = np.concatenate([left, right]), np.concatenate([right, left])
    order = np.lexsort((other, one))
    return Partners(np.searchsorted(one[order], np.arange(count + 1)), other[order])


def nodes_of(edges: Segments, found: Crossings, left: NDArray[np.int64], right: NDArray[np.int64]) -> Nodes:
    """Both sides of every crossing, in order along the rings."""
    edge = np.concatenate([found.left_edge, found.right_edge])
    along = np.concatenate([found.left_at, found.right_at])
    partner = np.concatenate([right[found.pair], left[found.pair]])
    order = np.lexsort((partner, along, edge))
    enters = np.concatenate([found.left_enters, found.right_enters])[order]
    x, y = np.tile(found.x, 2)[order], np.tile(found.y, 2)[order]
    return Nodes(edge[order], x, y, partner[order], enters, edges.ring[edge[order]])


def arcs_area2(edges: Segments, nodes: Nodes) -> NDArray[np.int64]:
    """The cross sum of the arc that begins at each node, up to the next node of its ring."""
    count = len(nodes.edge)
    if not count:
        return np.zeros(0, np.int64)
    first = np.flatnonzero(np.r_[True, nodes.ring[1:] != nodes.ring[:-1]])
    following = np.arange(1, count + 1)
    following[np.r_[first[1:] - 1, count - 1]] = first
    i, j = nodes.edge, nodes.edge[following]
    px, py, qx, qy = nodes.x, nodes.y, nodes.x[following], nodes.y[following]
    wraps = following <= np.arange(count)
    direct = (i == j) & ~wraps
    around = px * edges.y1[i] - edges.x1[i] * py + edges.x0[j] * qy - qx * edges.y0[j]
    between = edges.run[j] - edges.run[i + 1]
    whole = edges.run[edges.of_ring[nodes.ring + 1]] - edges.run[edges.of_ring[nodes.ring]]
    return np.where(direct, px * qy - qx * py, around + between + np.where(wraps, whole, 0))


def inside_at_start(
    edges: Segments, nodes: Nodes, partners: Partners, inner: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """For each (ring, partner of its piece): the ring's first vertex lies inside the partner.

    Where they cross, the first crossing tells. Where they don't, the ring is inside if its key is in
    `inner` (sorted). Returns rings, partners, the answer, and whether the crossings contradict it.
    """
    ring, partner = ring_partners(edges, partners)
    key, crossing_key = ring_key(edges, ring, partner), ring_key(edges, nodes.ring, nodes.partner)
    order = np.argsort(crossing_key, kind="stable")
    sorted_key = crossing_key[order]
    at = np.searchsorted(sorted_key, key)
    count = np.searchsorted(sorted_key, key, side="right") - at
    inside = np.isin(key, inner)
    met = count > 0
    inside[met] = ~nodes.enters[order[at[met]]]
    return ring, partner, inside, count % 2 == 1


def ring_partners(edges: Segments, partners: Partners) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each ring with each partner of its piece."""
    piece = edges.ring_piece
    count = partners.of[piece + 1] - partners.of[piece]
    ring = np.repeat(np.arange(len(piece)), count)
    at = np.arange(len(ring)) + np.repeat(partners.of[piece] - np.cumsum(count) + count, count)
    return ring, partners.piece[at]


def ring_key(edges: Segments, ring: NDArray[np.int64], partner: NDArray[np.int64]) -> NDArray[np.int64]:
    """One number for a ring and another piece."""
    return ring * (len(edges.of_piece) + 1) + partner


def face_sets(
    edges: Segments,
    nodes: Nodes,
    ring: NDArray[np.int64],
    partner: NDArray[np.int64],
    inside: NDArray[np.bool_],
    cluster: NDArray[np.int64],
) -> tuple[Sets, NDArray[np.int64]]:
    """The faces that the rings bound, and the cluster of each.

    `ring`, `partner` and `inside` are the rows of `inside_at_start`; `cluster` is by piece.
    """
    arc_ring, area2 = _all_arcs(edges, nodes)
    row_arc, row_partner, covered = _cover(edges, nodes, arc_ring, ring, partner, inside)
    owner = edges.ring_piece[arc_ring]
    name = names(len(edges.of_piece) - 1)
    outer = np.zeros(len(arc_ring), np.uint64)
    np.add.at(outer, row_arc[covered], name[row_partner[covered]])
    signed = area2 * edges.sign[arc_ring]
    arc = np.concatenate([np.arange(len(arc_ring))] * 2)
    is_own_side = np.arange(len(arc)) < len(arc_ring)
    label = np.concatenate([outer + name[owner], outer])
    amount = np.concatenate([signed, -signed])
    order = np.lexsort((arc, label, cluster[owner[arc]]))
    label, where, amount = label[order], cluster[owner[arc]][order], amount[order]
    start = np.flatnonzero(np.r_[True, (label[1:] != label[:-1]) | (where[1:] != where[:-1])][: len(label)])
    total = np.add.reduceat(amount, start) if len(start) else np.zeros(0, np.int64)
    chosen = order[start]
    real = (total != 0) & (label[start] != 0)
    sets = _members(arc[chosen][real], is_own_side[chosen][real], owner, row_arc, row_partner, covered, total[real])
    return sets, where[start][real]


def _all_arcs(edges: Segments, nodes: Nodes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ring and cross sum of every arc: those between nodes first, then the rings without any."""
    rings = len(edges.ring_piece)
    whole = np.setdiff1d(np.arange(rings), nodes.ring)
    closed = edges.run[edges.of_ring[whole + 1]] - edges.run[edges.of_ring[whole]]
    return np.concatenate([nodes.ring, whole]), np.concatenate([arcs_area2(edges, nodes), closed])


def _cover(
    edges: Segments,
    nodes: Nodes,
    arc_ring: NDArray[np.int64],
    ring: NDArray[np.int64],
    partner: NDArray[np.int64],
    inside: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Rows (arc, partner of its piece, whether the partner covers the arc).

    Along a ring the answer turns at each node of that partner, beginning from the first vertex.
    """
    first = np.searchsorted(ring, arc_ring)
    count = np.searchsorted(ring, arc_ring, side="right") - first
    arc = np.repeat(np.arange(len(arc_ring)), count)
    at = np.arange(len(arc)) + np.repeat(first - np.cumsum(count) + count, count)
    turned = np.zeros(len(arc), np.int64)
    between = arc < len(nodes.ring)
    turned[between] = nodes.partner[arc[between]] == partner[at[between]]
    # Turns so far: a running count for each (ring, partner), the nodes in order along the ring.
    order = np.lexsort((arc, at))
    sums = np.cumsum(turned[order])
    begin = np.flatnonzero(np.r_[True, at[order][1:] != at[order][:-1]][: len(order)])
    base = np.repeat(sums[begin] - turned[order][begin], np.diff(np.r_[begin, len(order)]))
    turns = np.empty(len(arc), np.int64)
    turns[order] = sums - base
    return arc, partner[at], inside[at] ^ (turns % 2 == 1)


def names(count: int) -> NDArray[np.uint64]:
    """A number for each piece such that no two sets of pieces are likely to have one sum (splitmix64)."""
    with np.errstate(over="ignore"):
        z = (np.arange(1, count + 1, dtype=np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def _members(
    arc: NDArray[np.int64],
    own_side: NDArray[np.bool_],
    owner: NDArray[np.int64],
    row_arc: NDArray[np.int64],
    row_partner: NDArray[np.int64],
    covered: NDArray[np.bool_],
    total: NDArray[np.int64],
) -> Sets:
    """The pieces over each face, read off one of the arcs that bound it."""
    rows_arc, rows_partner = row_arc[covered], row_partner[covered]
    first = np.searchsorted(rows_arc, arc)
    count = np.searchsorted(rows_arc, arc, side="right") - first
    face = np.repeat(np.arange(len(arc)), count)
    at = np.arange(len(face)) + np.repeat(first - np.cumsum(count) + count, count)
    own = np.flatnonzero(own_side)
    faces = np.concatenate([face, own])
    pieces = np.concatenate([rows_partner[at], owner[arc[own]]])
    order = np.lexsort((pieces, faces))
    return Sets(total, np.searchsorted(faces[order], np.arange(len(arc) + 1)), pieces[order])
