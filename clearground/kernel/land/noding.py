"""The general noder: polygons of a cluster noded on the grid, polygonized, and grouped into faces.

It takes whatever touches: shared edges, vertices on edges, slivers. It also gives faces their
shapes. Where boundaries only cross, `arcs` gives the same areas many times faster.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from .arcs import Sets, names
from .pieces import GRID_CM

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Noded:
    """Faces with their shapes: `sets`, the cluster of each, its `label` (see `arcs.names`)."""

    sets: Sets
    cluster: NDArray[np.int64]
    label: NDArray[np.uint64]
    shape: NDArray[np.object_]


def node(shape: NDArray[np.object_], cluster: NDArray[np.int64], chosen: NDArray[np.bool_]) -> Noded:
    """The faces of the chosen pieces, whole clusters of them; `cluster` is by piece."""
    piece = np.flatnonzero(chosen)
    piece = piece[np.argsort(cluster[piece], kind="stable")]
    number, owner = np.unique(cluster[piece], return_inverse=True)
    part, part_cluster = _arranged(shape[piece], owner)
    row, member = _covering(shape, piece, owner, part, part_cluster)
    return _grouped(part, number[part_cluster], row, member, len(shape))


def _arranged(shape: NDArray[np.object_], owner: NDArray[np.int64]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """The connected faces of the noded boundaries of each cluster, and the cluster of each."""
    if not len(shape):
        return np.zeros(0, object), np.zeros(0, np.int64)
    lines = shapely.geometrycollections(shapely.boundary(shape), indices=owner)
    noded = shapely.union_all(lines[:, None], grid_size=GRID_CM, axis=1)
    part, of = shapely.get_parts(shapely.polygonize(noded[:, None]), return_index=True)
    return part, of


def _covering(
    shape: NDArray[np.object_],
    piece: NDArray[np.int64],
    owner: NDArray[np.int64],
    part: NDArray[np.object_],
    part_cluster: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs (part, piece of its cluster) where the piece covers the part's inner point."""
    first = np.searchsorted(owner, part_cluster)
    count = np.searchsorted(owner, part_cluster, side="right") - first
    row = np.repeat(np.arange(len(part)), count)
    member = piece[np.arange(len(row)) + np.repeat(first - np.cumsum(count) + count, count)]
    point = shapely.point_on_surface(part)
    shapely.prepare(shape[piece])
    inside = shapely.contains_xy(shape[member], shapely.get_x(point)[row], shapely.get_y(point)[row])
    shapely.destroy_prepared(shape[piece])
    return row[inside], member[inside]


def _grouped(
    part: NDArray[np.object_],
    cluster: NDArray[np.int64],
    row: NDArray[np.int64],
    member: NDArray[np.int64],
    pieces: int,
) -> Noded:
    """Parts that the same pieces cover, as one face; parts that nothing covers are holes and go."""
    label = np.zeros(len(part), np.uint64)
    np.add.at(label, row, names(pieces)[member])
    order = np.lexsort((label, cluster))
    order = order[label[order] != 0]
    start = np.flatnonzero(
        np.r_[True, (label[order][1:] != label[order][:-1]) | (cluster[order][1:] != cluster[order][:-1])][: len(order)]
    )
    face = np.repeat(np.arange(len(start)), np.diff(np.r_[start, len(order)]))
    area2 = np.zeros(len(start), np.int64)
    np.add.at(area2, face, np.rint(shapely.area(part[order]) * 2).astype(np.int64))
    shape = shapely.multipolygons(part[order], indices=face) if len(order) else np.zeros(0, object)
    split = np.flatnonzero(~shapely.is_valid(shape))  # parts of one face that share an edge
    shape[split] = shapely.union_all(shape[split][:, None], axis=1)
    sample = order[start]
    by_row = np.lexsort((member, row))
    row, member = row[by_row], member[by_row]
    first = np.searchsorted(row, sample)
    count = np.searchsorted(row, sample, side="right") - first
    at = np.arange(count.sum()) + np.repeat(first - np.cumsum(count) + count, count)
    sets = Sets(area2, np.r_[0, np.cumsum(count)], member[at])
    return Noded(sets, cluster[sample], label[sample], shape)
