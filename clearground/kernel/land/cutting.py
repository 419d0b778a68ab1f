"""Cuts polygons that overlap into faces, once; every later question is arithmetic on them.

A face is the land that exactly the same polygons cover. Land is cut by tile (a fixed square of the
country's grid) and, within a tile, by cluster: pieces whose interiors overlap, directly or through
others. A cluster is always cut whole, from its source polygons in canonical order, so that an
incremental cut equals a rebuild. All coordinates are whole centimetres, so that twice an area is an
exact integer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from .arcs import Sets, face_sets, inside_at_start, names, nodes_of, partners_of, ring_key
from .crossings import Crossings, Segments, area2_of_pieces, crossings, segments
from .noding import Noded, node
from .pieces import TILE_CM, Pieces, split_by_tile
from .threads import on_threads

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_SHAPE = shapely.Polygon()
# Pieces per job: whole tiles, enough of them to keep numpy busy, few enough to bound memory.
JOB_PIECES = 20_000
FEWEST_PIECES = 1_000


@dataclass(frozen=True, slots=True)
class Faces:
    """Disjoint faces, and for each the lands that cover it.

    `area2` is twice the area in square centimetres. The lands over face `f` are
    `members[indptr[f]:indptr[f + 1]]`, ascending. `cluster` numbers the clusters of the cut from 0,
    `tile` gives the tile of each cluster. `shape` is None where geometry was not kept; a face of a
    few square centimetres may have an empty shape.
    """

    area2: NDArray[np.int64]
    indptr: NDArray[np.int64]
    members: NDArray[np.int64]
    cluster: NDArray[np.int64]
    tile: NDArray[np.int64]
    shape: NDArray[np.object_] | None = None

    def __len__(self) -> int:
        return len(self.area2)

    def shapes(self) -> NDArray[np.object_]:
        """The shapes of a cut that kept them."""
        if self.shape is None:
            raise ValueError("the cut did not keep its shapes: cut with keep_shapes=True")
        return self.shape


def cut(lands: NDArray[np.object_], *, tile_cm: int = TILE_CM, keep_shapes: bool = False, workers: int = 2) -> Faces:
    """The faces of `lands` (grid polygons in canonical order; None is skipped), tile by tile."""
    pieces = split_by_tile(lands, tile_cm)
    return cut_pieces(pieces, tile_cm=tile_cm, keep_shapes=keep_shapes, workers=workers)


def cut_pieces(pieces: Pieces, *, tile_cm: int = TILE_CM, keep_shapes: bool = True, workers: int = 1) -> Faces:
    """The faces of pieces, cluster by cluster; clusters in the order of tiles and of their first land."""
    order = np.lexsort((pieces.land, pieces.tile[:, 1], pieces.tile[:, 0]))
    pieces = pieces.where(order)

    def job(span: slice) -> Faces:
        part = Pieces(pieces.shape[span], pieces.land[span], pieces.tile[span])
        return _cut_job(part, tile_cm, keep_shapes)

    return _joined(on_threads(job, _jobs(pieces.tile, workers), workers), keep_shapes)


def cluster_pieces(pieces: Pieces, *, tile_cm: int = TILE_CM) -> NDArray[np.int64]:
    """For each piece the number of its cluster, without cutting it."""
    order = np.lexsort((pieces.land, pieces.tile[:, 1], pieces.tile[:, 0]))
    number = np.empty(len(order), np.int64)
    number[order] = _survey(pieces.where(order), tile_cm).cluster
    return number


def _jobs(tile: NDArray[np.int64], workers: int) -> list[slice]:
    """Runs of whole tiles with about `JOB_PIECES` pieces each, or fewer where some worker would have none."""
    target = min(JOB_PIECES, max(len(tile) // (2 * workers), FEWEST_PIECES))
    if not len(tile):
        return []
    first = np.flatnonzero(np.r_[True, (tile[1:] != tile[:-1]).any(axis=1)])
    group = first // target
    start = first[np.r_[True, group[1:] != group[:-1]]]
    return [slice(int(a), int(b)) for a, b in zip(start, np.r_[start[1:], len(tile)], strict=True)]


@dataclass(frozen=True, slots=True)
class _Ground:
    """What one job knows of its pieces before it cuts."""

    pieces: Pieces
    edges: Segments
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    found: Crossings
    inner: NDArray[np.int64]
    cluster: NDArray[np.int64]
    touched: NDArray[np.int64]


def _cut_job(pieces: Pieces, tile_cm: int, keep_shapes: bool) -> Faces:
    ground = _survey(pieces, tile_cm)
    sets, cluster, doubtful = _by_arcs(ground)
    size = np.bincount(ground.cluster)
    general = np.zeros(len(size), bool)
    general[np.concatenate([doubtful, ground.touched])] = True
    noded = node(pieces.shape, ground.cluster, (general | (keep_shapes & (size > 1)))[ground.cluster])
    fast = ~general[cluster]
    chosen = _taken(sets, cluster, fast)
    if not general.any() and not keep_shapes:
        return _faces(pieces, ground.cluster, *chosen, None)
    slow = general[noded.cluster]
    both = _appended(chosen, _taken(noded.sets, noded.cluster, slow))
    shape = _shapes(pieces, chosen, noded, slow) if keep_shapes else None
    return _faces(pieces, ground.cluster, *both, shape)


def _survey(pieces: Pieces, tile_cm: int) -> _Ground:
    """Which pieces overlap, where they cross, and which clusters need the general noder."""
    edges = segments(pieces, tile_cm)
    left, right = shapely.STRtree(pieces.shape).query(pieces.shape)
    near = (left < right) & (pieces.tile[left] == pieces.tile[right]).all(axis=1)
    order = np.lexsort((right[near], left[near]))
    left, right = left[near][order], right[near][order]
    found = crossings(edges, left, right)
    crossed = np.bincount(found.pair, minlength=len(left)) > 0
    inner = _inner_rings(pieces, edges, found, left, right, tile_cm)
    overlap = crossed.copy()
    overlap[found.touches & ~crossed] = _interiors_meet(pieces, left, right, found.touches & ~crossed)
    apart = ~crossed & ~found.touches
    overlap[apart] = _one_holds_other(edges, inner, left[apart], right[apart])
    label = connected(len(pieces.shape), left[overlap], right[overlap])
    _, cluster = np.unique(label, return_inverse=True)
    kept = found.between(overlap)
    touched = np.unique(cluster[left[overlap & found.touches]])
    return _Ground(pieces, edges, left[overlap], right[overlap], kept, inner, np.asarray(cluster), touched)


def _interiors_meet(
    pieces: Pieces, left: NDArray[np.int64], right: NDArray[np.int64], chosen: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """By chosen pair: more than boundaries meet (a shared edge or corner is no overlap)."""
    a, b = pieces.shape[left[chosen]], pieces.shape[right[chosen]]
    return np.asarray(shapely.relate_pattern(a, b, "T********"), bool)


def _inner_rings(
    pieces: Pieces,
    edges: Segments,
    found: Crossings,
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    tile_cm: int,
) -> NDArray[np.int64]:
    """The keys (ring, other piece) of rings that lie inside a piece whose boundary they don't cross, sorted."""
    ring, other = _rings_and_others(edges, left, right)
    key = ring_key(edges, ring, other)
    crossing = [
        ring_key(edges, edges.ring[found.left_edge], right[found.pair]),
        ring_key(edges, edges.ring[found.right_edge], left[found.pair]),
    ]
    free = ~np.isin(key, np.concatenate(crossing))
    ring, other, key = ring[free], other[free], key[free]
    vertex = edges.of_ring[ring]
    corner = (pieces.tile * tile_cm)[edges.ring_piece[ring]]
    x, y = edges.x0[vertex] + corner[:, 0], edges.y0[vertex] + corner[:, 1]
    bounds = shapely.bounds(pieces.shape[other]).reshape(-1, 4)
    near = (x >= bounds[:, 0]) & (x <= bounds[:, 2]) & (y >= bounds[:, 1]) & (y <= bounds[:, 3])
    shapes = pieces.shape[other[near]]
    shapely.prepare(shapes)
    inside = shapely.contains_xy(shapes, x[near], y[near])
    shapely.destroy_prepared(shapes)
    return np.sort(key[near][inside])


def _rings_and_others(
    edges: Segments, left: NDArray[np.int64], right: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each ring of either piece of a pair, with the other piece."""
    piece, other = np.concatenate([left, right]), np.concatenate([right, left])
    first = np.searchsorted(edges.ring_piece, piece)
    count = np.searchsorted(edges.ring_piece, piece, side="right") - first
    row = np.repeat(np.arange(len(piece)), count)
    return np.arange(len(row)) + np.repeat(first - np.cumsum(count) + count, count), other[row]


def _one_holds_other(
    edges: Segments, inner: NDArray[np.int64], left: NDArray[np.int64], right: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """By pair that neither crosses nor touches: some ring of one lies inside the other."""
    ring, other = _rings_and_others(edges, left, right)
    pair = np.full(len(left), False)
    held = np.isin(ring_key(edges, ring, other), inner)
    known = {(int(a), int(b)) for a, b in zip(edges.ring_piece[ring[held]], other[held], strict=True)}
    for at, (a, b) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        pair[at] = (a, b) in known or (b, a) in known
    return pair


def connected(count: int, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each of `count` nodes the smallest node that it is connected with."""
    label = np.arange(count)
    while True:
        smallest = label.copy()
        np.minimum.at(smallest, left, label[right])
        np.minimum.at(smallest, right, label[left])
        smallest = smallest[smallest]
        if np.array_equal(smallest, label):
            return label
        label = smallest


def _by_arcs(ground: _Ground) -> tuple[Sets, NDArray[np.int64], NDArray[np.int64]]:
    """Faces by arcs, the cluster of each, and the clusters in which rounding left something impossible."""
    edges, count = ground.edges, len(ground.pieces.shape)
    partners = partners_of(count, ground.left, ground.right)
    nodes = nodes_of(edges, ground.found, ground.left, ground.right)
    ring, partner, inside, odd = inside_at_start(edges, nodes, partners, ground.inner)
    sets, cluster = face_sets(edges, nodes, ring, partner, inside, ground.cluster)
    flat = ground.cluster[np.flatnonzero(area2_of_pieces(edges, count) <= 0)]
    doubtful = [ground.cluster[edges.ring_piece[ring[odd]]], cluster[sets.area2 < 0], flat]
    return sets, cluster, np.unique(np.concatenate(doubtful))


# The rows of a selection of faces: area2, how many pieces cover each, those pieces, cluster of each.
Selection = tuple["NDArray[np.int64]", "NDArray[np.int64]", "NDArray[np.int64]", "NDArray[np.int64]"]


def _taken(sets: Sets, cluster: NDArray[np.int64], keep: NDArray[np.bool_]) -> Selection:
    depth = np.diff(sets.of)
    return sets.area2[keep], depth[keep], sets.piece[np.repeat(keep, depth)], cluster[keep]


def _appended(one: Selection, other: Selection) -> Selection:
    a, b, c, d = (np.concatenate(pair) for pair in zip(one, other, strict=True))
    return a, b, c, d


def _shapes(pieces: Pieces, fast: Selection, noded: Noded, slow: NDArray[np.bool_]) -> NDArray[np.object_]:
    """The shape of each face, fast ones first: a lone piece is its own, the others come from the noder."""
    _area2, depth, piece, cluster = fast
    first = np.cumsum(depth) - depth
    shape = pieces.shape[piece[first]] if len(first) else np.zeros(0, object)
    label = np.zeros(len(depth), np.uint64)
    np.add.at(label, np.repeat(np.arange(len(depth)), depth), names(len(pieces.shape))[piece])
    at = {key: row for row, key in enumerate(zip(noded.cluster.tolist(), noded.label.tolist(), strict=True))}
    shared = np.isin(cluster, noded.cluster)
    for row in np.flatnonzero(shared).tolist():
        found = at.get((int(cluster[row]), int(label[row])))
        shape[row] = NO_SHAPE if found is None else noded.shape[found]
    return np.concatenate([shape, noded.shape[slow]])


def _faces(
    pieces: Pieces,
    cluster_of_piece: NDArray[np.int64],
    area2: NDArray[np.int64],
    depth: NDArray[np.int64],
    piece: NDArray[np.int64],
    cluster: NDArray[np.int64],
    shape: NDArray[np.object_] | None,
) -> Faces:
    """Faces in the order of their clusters and, within one, of their lowest land, depth, area and lands."""
    first = np.cumsum(depth) - depth
    order = _in_order(pieces.land[piece], first, depth, area2, cluster)
    indptr = np.r_[0, np.cumsum(depth[order])]
    at = np.arange(int(depth.sum())) + np.repeat(first[order] - indptr[:-1], depth[order])
    _, one_piece = np.unique(cluster_of_piece, return_index=True)
    kept = None if shape is None else shape[order]
    return Faces(area2[order], indptr, pieces.land[piece[at]], cluster[order], pieces.tile[one_piece], kept)


def _in_order(
    lands: NDArray[np.int64],
    first: NDArray[np.int64],
    depth: NDArray[np.int64],
    area2: NDArray[np.int64],
    cluster: NDArray[np.int64],
) -> NDArray[np.int64]:
    """The order of faces that does not depend on how they were found: equals differ in their lands at last."""
    keys = (area2, depth, lands[first], cluster)
    order = np.lexsort(keys)
    same = np.all([key[order][1:] == key[order][:-1] for key in keys], axis=0)
    start = np.flatnonzero(same & ~np.r_[False, same[:-1]]) if len(same) else same
    for low in start.tolist():
        high = low + 1 + int(np.argmin(np.r_[same[low:], False]))
        run = order[low:high].tolist()
        order[low:high] = sorted(run, key=lambda face: lands[first[face] : first[face] + depth[face]].tolist())
    return order


def _joined(parts: Sequence[Faces], keep_shapes: bool) -> Faces:
    """The faces of consecutive jobs as one cut."""
    members = np.cumsum([0, *(len(p.members) for p in parts)])
    clusters = np.cumsum([0, *(len(p.tile) for p in parts)])
    none = np.zeros(0, np.int64)
    return Faces(
        np.concatenate([none, *(p.area2 for p in parts)]),
        np.concatenate([[0], *(p.indptr[1:] + at for p, at in zip(parts, members, strict=False))]).astype(np.int64),
        np.concatenate([none, *(p.members for p in parts)]),
        np.concatenate([none, *(p.cluster + at for p, at in zip(parts, clusters, strict=False))]),
        np.concatenate([np.zeros((0, 2), np.int64), *(p.tile for p in parts)]),
        np.concatenate([np.zeros(0, object), *(p.shape for p in parts)]) if keep_shapes else None,
    )
