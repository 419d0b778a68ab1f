"""Cuts polygons that overlap into faces, once; every later question is arithmetic on them.

Land is cut by tile (a fixed square of the country's grid) and, within a tile, by cluster: pieces
whose interiors overlap, directly or through others. A cluster is always cut whole, from its source
polygons in canonical order, so that an incremental cut equals a rebuild. All coordinates are whole
centimetres, so that twice an area is an exact integer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from .frame import only_polygons

if TYPE_CHECKING:
    from numpy.typing import NDArray

TILE_CM = 500_000
GRID_CM = 1.0
# Clusters per job: small enough to balance two threads, large enough to stay inside GEOS.
JOB_PIECES = 4_000


@dataclass(frozen=True, slots=True)
class Pieces:
    """The parts of each land that lie in one tile. `land` indexes the input of the cut."""

    shape: NDArray[np.object_]
    land: NDArray[np.int64]
    tile: NDArray[np.int64]  # (n, 2): column, row


@dataclass(frozen=True, slots=True)
class Faces:
    """Disjoint faces, and for each the lands that cover it.

    `area2` is twice the area in square centimetres. The lands over face `f` are
    `members[indptr[f]:indptr[f + 1]]`, ascending. `cluster` numbers the clusters of the cut from 0,
    `tile` gives the tile of each cluster. `shape` is None where geometry was not kept.
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
    clusters = cluster_pieces(pieces, workers)
    return cut_clusters(pieces, clusters, keep_shapes=keep_shapes, workers=workers)


def split_by_tile(lands: NDArray[np.object_], tile_cm: int = TILE_CM) -> Pieces:
    """Each land, once for each tile that it has area in."""
    index = np.flatnonzero(~shapely.is_missing(lands))
    shapes = lands[index]
    bounds = shapely.bounds(shapes)
    low = np.floor(bounds[:, :2] / tile_cm).astype(np.int64)
    # A polygon that ends on a tile's border has no area beyond it.
    high = np.maximum(low, np.ceil(bounds[:, 2:] / tile_cm).astype(np.int64) - 1)
    within = (low == high).all(axis=1)
    parts, of, where = _clip(shapes[~within], low[~within], high[~within], tile_cm)
    return Pieces(
        np.concatenate([shapes[within], parts]),
        np.concatenate([index[within], index[~within][of]]),
        np.concatenate([low[within], where]),
    )


def _clip(
    shapes: NDArray[np.object_], low: NDArray[np.int64], high: NDArray[np.int64], tile_cm: int
) -> tuple[NDArray[np.object_], NDArray[np.int64], NDArray[np.int64]]:
    """The parts of each shape in each tile of its range, whose shape each is, and its tile."""
    columns, rows = (high - low + 1).T
    of = np.repeat(np.arange(len(shapes)), columns * rows)
    step = np.arange(len(of)) - np.repeat(np.cumsum(columns * rows) - columns * rows, columns * rows)
    where = low[of] + np.column_stack([step // rows[of], step % rows[of]])
    left, bottom = (where * tile_cm).T
    boxes = shapely.box(left, bottom, left + tile_cm, bottom + tile_cm)
    parts = only_polygons(shapely.intersection(shapes[of], boxes, grid_size=GRID_CM))
    there = ~shapely.is_missing(parts)
    return parts[there], of[there], where[there]


def cluster_pieces(pieces: Pieces, workers: int = 2) -> NDArray[np.int64]:
    """For each piece the number of its cluster; clusters are numbered by their first piece."""
    left, right = overlapping_pairs(pieces, workers)
    label = connected(len(pieces.shape), left, right)
    _, number = np.unique(label, return_inverse=True)
    return np.asarray(number, dtype=np.int64)


def overlapping_pairs(pieces: Pieces, workers: int = 2) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of pieces of one tile whose interiors meet (a shared edge or corner is not overlap)."""
    tree = shapely.STRtree(pieces.shape)
    left, right = tree.query(pieces.shape)
    first = (left < right) & (pieces.tile[left] == pieces.tile[right]).all(axis=1)
    left, right = left[first], right[first]

    def overlap(part: slice) -> NDArray[np.bool_]:
        a, b = pieces.shape[left[part]], pieces.shape[right[part]]
        result: NDArray[np.bool_] = shapely.relate_pattern(a, b, "T********")
        return result

    slices = [slice(at, at + 10_000) for at in range(0, len(left), 10_000)]
    keep = np.concatenate([np.zeros(0, bool), *_on_threads(overlap, slices, workers)])
    return left[keep], right[keep]


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


def cut_clusters(pieces: Pieces, cluster: NDArray[np.int64], *, keep_shapes: bool = True, workers: int = 2) -> Faces:
    """The faces of the pieces, cluster by cluster, in the order of the clusters' numbers."""
    order = np.lexsort([pieces.land, cluster])
    shape, land, cluster = pieces.shape[order], pieces.land[order], cluster[order]
    start = np.flatnonzero(np.r_[True, cluster[1:] != cluster[:-1]]) if len(cluster) else np.zeros(0, np.int64)
    bounds = np.r_[start, len(cluster)]
    jobs = _jobs(bounds)

    def job(span: tuple[int, int]) -> Faces:
        low, high = bounds[span[0]], bounds[span[1]]
        tile = pieces.tile[order[bounds[span[0] : span[1]]]]
        return _cut_job(shape[low:high], land[low:high], bounds[span[0] : span[1] + 1] - low, tile, keep_shapes)

    return _joined(_on_threads(job, jobs, workers), keep_shapes)


def _jobs(bounds: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Runs of whole clusters with about `JOB_PIECES` pieces each."""
    total = int(bounds[-1]) if len(bounds) else 0
    ends = np.unique(np.searchsorted(bounds, np.arange(0, total + JOB_PIECES, JOB_PIECES)).clip(0, len(bounds) - 1))
    return [(int(a), int(b)) for a, b in pairwise(ends)]


def _cut_job(
    shape: NDArray[np.object_],
    land: NDArray[np.int64],
    bounds: NDArray[np.int64],
    tile: NDArray[np.int64],
    keep_shapes: bool,
) -> Faces:
    """Cut a run of clusters: a lone piece is its own face; the others are noded and polygonized."""
    size = np.diff(bounds)
    alone = np.flatnonzero(size == 1)
    many = np.flatnonzero(size > 1)
    face, owner = _arrange(shape, bounds, many)
    row, piece = _covering(shape, bounds, face, owner)
    faces = np.concatenate([shape[bounds[alone]], face])
    cluster = np.concatenate([alone, owner])
    row = np.concatenate([np.arange(len(alone)), row + len(alone)])
    piece = np.concatenate([bounds[alone], piece])
    return _packed(faces, cluster, row, land[piece], tile, keep_shapes)


def _arrange(
    shape: NDArray[np.object_], bounds: NDArray[np.int64], many: NDArray[np.int64]
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """The faces of the noded boundaries of each of the clusters `many`, and the cluster of each face."""
    if not len(many):
        return np.zeros(0, object), np.zeros(0, np.int64)
    size = bounds[many + 1] - bounds[many]
    owner = np.repeat(np.arange(len(many)), size)
    piece = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size - bounds[many], size)
    lines = shapely.geometrycollections(shapely.boundary(shape[piece]), indices=owner)
    noded = shapely.union_all(lines[:, None], grid_size=GRID_CM, axis=1)
    face, at = shapely.get_parts(shapely.polygonize(noded[:, None]), return_index=True)
    return face, many[at]


def _covering(
    shape: NDArray[np.object_], bounds: NDArray[np.int64], face: NDArray[np.object_], owner: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs (face, piece of its cluster) where the piece covers the face's inner point."""
    size = bounds[owner + 1] - bounds[owner] if len(owner) else np.zeros(0, np.int64)
    row = np.repeat(np.arange(len(face)), size)
    piece = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size - bounds[owner], size)
    point = shapely.point_on_surface(face)
    shapely.prepare(shape)
    inside = shapely.contains_xy(shape[piece], shapely.get_x(point)[row], shapely.get_y(point)[row])
    shapely.destroy_prepared(shape)
    return row[inside], piece[inside]


def _packed(
    shape: NDArray[np.object_],
    cluster: NDArray[np.int64],
    row: NDArray[np.int64],
    land: NDArray[np.int64],
    tile: NDArray[np.int64],
    keep_shapes: bool,
) -> Faces:
    """Faces in the order of their clusters and, within one, of their lowest left corner; holes dropped."""
    covered = np.bincount(row, minlength=len(shape))
    area2 = np.rint(shapely.area(shape) * 2).astype(np.int64)
    bounds = shapely.bounds(shape).reshape(-1, 4)
    order = np.lexsort([area2, bounds[:, 3], bounds[:, 2], bounds[:, 1], bounds[:, 0], cluster])
    order = order[covered[order] > 0]
    position = np.full(len(shape), -1)
    position[order] = np.arange(len(order))
    new_row = position[row]
    by_face = np.lexsort([land, new_row])
    by_face = by_face[new_row[by_face] >= 0]
    indptr = np.concatenate([[0], np.cumsum(covered[order])])
    kept = shape[order] if keep_shapes else None
    return Faces(area2[order], indptr, land[by_face], cluster[order], tile, kept)


def _joined(parts: Sequence[Faces], keep_shapes: bool) -> Faces:
    """The faces of consecutive jobs as one cut."""
    members = np.cumsum([0, *(len(p.members) for p in parts)])
    clusters = np.cumsum([0, *(len(p.tile) for p in parts)])
    none = np.zeros(0, np.int64)
    return Faces(
        np.concatenate([none, *(p.area2 for p in parts)]),
        np.concatenate([[0], *(p.indptr[1:] + at for p, at in zip(parts, members, strict=False))]),
        np.concatenate([none, *(p.members for p in parts)]),
        np.concatenate([none, *(p.cluster + at for p, at in zip(parts, clusters, strict=False))]),
        np.concatenate([np.zeros((0, 2), np.int64), *(p.tile for p in parts)]),
        np.concatenate([np.zeros(0, object), *(p.shape for p in parts)]) if keep_shapes else None,
    )


def _on_threads(work: Callable[[Any], Any], jobs: Iterable[Any], workers: int) -> list[Any]:
    """The results in the order of the jobs; GEOS releases the interpreter's lock."""
    jobs = list(jobs)
    if workers <= 1 or len(jobs) <= 1:
        return [work(job) for job in jobs]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, jobs))
