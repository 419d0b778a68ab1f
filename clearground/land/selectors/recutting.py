"""Cuts again the clusters that new land overlaps: what an approval stores, and what a proposal would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from clearground.kernel.land.cutting import Faces, cluster_pieces, cut_pieces
from clearground.kernel.land.frame import POLYGONAL, Frame
from clearground.kernel.land.pieces import Pieces, split_by_tile
from clearground.places.selectors import frame

from ..models import Cluster, LandEvent

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class CutAgain:
    """The faces of a cut whose lands are `event_ids` (rising), and the standing clusters that they replace."""

    faces: Faces
    event_ids: NDArray[np.int64]
    replaced: list[int]


NOTHING = CutAgain(cut_pieces(split_by_tile(np.zeros(0, object))), np.zeros(0, np.int64), [])


def cut_again(event_ids: Sequence[int], shapes: NDArray[np.object_]) -> CutAgain:
    """The clusters as they are with these new events; nothing is stored.

    `shapes` are longitude, latitude, as stored. Clusters that the new land overlaps are cut whole,
    from the polygons of their events. Ids of new events are higher than all that are stored.
    """
    polygonal = np.isin(shapely.get_type_id(shapes), POLYGONAL)
    ids = np.asarray(event_ids, np.int64)[polygonal]
    if not len(ids):
        return NOTHING
    country = frame()
    new = split_by_tile(country.to_grid(shapes[polygonal]))
    near = _standing_clusters_near(new)
    member_ids = {i for members in near.values() for i in np.frombuffer(members, "<i8").tolist()}
    all_ids = np.array(sorted({*ids.tolist(), *member_ids}), np.int64)
    known = {int(i): s for i, s in zip(ids, shapes[polygonal], strict=True)}
    pieces = _pieces_of(all_ids, known, new, country)
    part = _with_new_land(pieces, np.isin(all_ids[pieces.land], ids)) if near else pieces
    return CutAgain(cut_pieces(part, workers=2), all_ids, _replaced(near, all_ids, part))


def _with_new_land(pieces: Pieces, is_new: NDArray[np.bool_]) -> Pieces:
    """The pieces of the clusters that hold new land: the others stay as they are stored."""
    number = cluster_pieces(pieces)
    return pieces.where(np.isin(number, number[is_new]))


def _standing_clusters_near(new: Pieces) -> dict[tuple[int, int, int], bytes]:
    """Members of the standing clusters whose boxes meet the new pieces of their tile, by (id, tile)."""
    found: dict[tuple[int, int, int], bytes] = {}
    tiles, of = np.unique(new.tile, axis=0, return_inverse=True)
    bounds = shapely.bounds(new.shape)
    for at, (column, row) in enumerate(tiles.tolist()):
        own = bounds[of.ravel() == at]
        box = (*own[:, :2].min(axis=0), *own[:, 2:].max(axis=0))
        near = Cluster.objects.filter(until_seq=None, tile_x=column, tile_y=row, box__box_overlaps=box)
        for pk, members in near.values_list("pk", "members"):
            found[pk, column, row] = bytes(members)
    return found


def _pieces_of(all_ids: NDArray[np.int64], known: dict[int, shapely.Geometry], new: Pieces, country: Frame) -> Pieces:
    """The pieces of all these events in the tiles that the new ones touch; `land` indexes `all_ids`."""
    missing = [i for i in all_ids.tolist() if i not in known]
    for start in range(0, len(missing), BATCH):
        rows = LandEvent.objects.filter(pk__in=missing[start : start + BATCH])
        known |= dict(rows.values_list("pk", "shape"))
    shapes = np.empty(len(all_ids), object)
    shapes[:] = [known[i] for i in all_ids.tolist()]
    pieces = split_by_tile(country.to_grid(shapes))
    touched = {(int(x), int(y)) for x, y in new.tile}
    keep = np.array([(int(x), int(y)) in touched for x, y in pieces.tile], bool)
    return Pieces(pieces.shape[keep], pieces.land[keep], pieces.tile[keep])


def _replaced(near: dict[tuple[int, int, int], bytes], all_ids: NDArray[np.int64], part: Pieces) -> list[int]:
    """The standing clusters whose events are in a cluster that was cut again."""
    cut_again = {
        (int(event), int(x), int(y)) for event, (x, y) in zip(all_ids[part.land].tolist(), part.tile, strict=True)
    }
    return [pk for (pk, x, y), members in near.items() if (int(np.frombuffer(members, "<i8", 1)[0]), x, y) in cut_again]
