"""Keeps the stored faces of the ledger true to its events: a cut for each approval, or all anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np
import shapely
from django.db import transaction
from numpy.typing import NDArray

from clearground.accounts.models import Person
from clearground.audit.actions import Kind, record
from clearground.kernel.land.cutting import Faces, cut_pieces
from clearground.kernel.land.frame import POLYGONAL, Frame
from clearground.kernel.land.pieces import Pieces, split_by_tile
from clearground.kernel.land.placing import Shares, share_faces
from clearground.places.models import BoundaryEdition
from clearground.places.selectors import commune_shapes, frame

from ..models import Approval, Cluster, ClusterPlaces, LandEvent
from ..packing import PackedCluster, pack_clusters, pack_shares, unpack_clusters
from ..selectors.recutting import cut_again

BATCH = 2_000
# Pieces that a rebuild cuts and stores at a time: whole tiles, enough to keep all threads busy.
CUT_TOGETHER = 60_000


def cut_into_ledger(*, event_ids: Sequence[int], shapes: NDArray[np.object_], seq: int) -> int:
    """The stored faces hold these new events too; the number of clusters that were cut.

    `shapes` are longitude, latitude, as stored. Clusters that the new land overlaps are cut again,
    whole, from the polygons of their events.
    """
    again = cut_again(event_ids, shapes)
    if not len(again.event_ids):
        return 0
    Cluster.objects.filter(pk__in=again.replaced).update(until_seq=seq)
    _store(again.faces, again.event_ids, seq, frame())
    return len(again.faces.tile)


def _store(faces: Faces, event_ids: NDArray[np.int64], seq: int, country: Frame) -> None:
    """Write the clusters of a cut and their shares in every boundary edition."""
    packed = pack_clusters(faces, event_ids)
    rows = Cluster.objects.bulk_create([_row(cluster, seq) for cluster in packed], batch_size=BATCH)
    for edition in BoundaryEdition.objects.all():
        _store_shares(faces, packed, rows, edition, country)


def _row(packed: PackedCluster, seq: int) -> Cluster:
    return Cluster(
        tile_x=packed.tile[0],
        tile_y=packed.tile[1],
        box=packed.box,
        since_seq=seq,
        members=packed.members,
        faces=packed.faces,
        shapes=packed.shapes,
    )


def _store_shares(
    faces: Faces,
    packed: Sequence[PackedCluster],
    rows: Sequence[Cluster],
    edition: BoundaryEdition,
    country: Frame,
) -> None:
    place_ids, shapes = _places_near(packed, edition, country)
    shares = share_faces(faces, shapes)
    first = np.searchsorted(shares.face, [cluster.first_face for cluster in packed] + [len(faces)])
    ClusterPlaces.objects.bulk_create(
        (
            ClusterPlaces(
                cluster=row,
                boundaries=edition,
                shares=pack_shares(_rows(shares, first[at], first[at + 1]), place_ids, cluster.first_face),
            )
            for at, (cluster, row) in enumerate(zip(packed, rows, strict=True))
        ),
        batch_size=BATCH,
    )


def _rows(shares: Shares, low: int, high: int) -> Shares:
    return Shares(shares.face[low:high], shares.place[low:high], shares.area2[low:high])


def _places_near(
    packed: Sequence[PackedCluster], edition: BoundaryEdition, country: Frame
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Ids and grid shapes of the edition's finest areas whose boxes meet a cluster, in order of code."""
    ids, shapes, tree = _grid_places(edition.pk, country, edition.boundaries.count())
    near = np.unique(tree.query(np.array([cluster.box for cluster in packed], object))[1])
    return ids[near], shapes[near]


@lru_cache(maxsize=8)
def _grid_places(
    edition_id: int, frame: Frame, _count: int
) -> tuple[NDArray[np.int64], NDArray[np.object_], shapely.STRtree]:
    """Ids and grid shapes of an edition's finest areas, with their index; read once for each process."""
    ids, shapes = commune_shapes(BoundaryEdition.objects.get(pk=edition_id))
    shapes = frame.to_grid(shapes) if len(shapes) else shapes
    return ids, shapes, shapely.STRtree(shapes)


@transaction.atomic
def share_out(*, edition: BoundaryEdition, by: Person, reason: str = "") -> int:
    """All standing clusters are shared out among the places of a (new) edition; how many."""
    ClusterPlaces.objects.filter(boundaries=edition).delete()
    total = 0
    for rows in _batches(Cluster.objects.filter(until_seq=None).order_by("pk").iterator(BATCH)):
        faces, packed = _unpacked_for_sharing(rows)
        _store_shares(faces, packed, rows, edition, frame())
        total += len(rows)
    record(Kind.LEDGER_REBUILT, subject=f"boundaries:{edition.name}", by=by, reason=reason, detail={"clusters": total})
    return total


def _unpacked_for_sharing(rows: Sequence[Cluster]) -> tuple[Faces, list[PackedCluster]]:
    """The stored faces of clusters, with their shapes, and where each cluster's faces begin."""
    faces = unpack_clusters([(bytes(row.members), bytes(row.faces)) for row in rows])
    shapes = np.concatenate([shapely.get_parts(shapely.from_wkb(bytes(row.shapes))) for row in rows])
    first = np.searchsorted(faces.cluster, np.arange(len(rows)))
    packed = [PackedCluster((0, 0), b"", b"", b"", row.box, int(first[at]), 0) for at, row in enumerate(rows)]
    return Faces(faces.area2, faces.indptr, faces.members, faces.cluster, faces.tile, shapes), packed


@transaction.atomic
def rebuild_ledger(*, by: Person, reason: str) -> int:
    """All faces are cut anew from the events; the number of clusters. Figures do not change."""
    ClusterPlaces.objects.all().delete()
    Cluster.objects.only("pk").delete()
    seq = Approval.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    country, count = frame(), 0
    ids, pieces = _all_pieces(country)
    for together in _whole_tiles(pieces):
        faces = cut_pieces(together, workers=2)
        _store(faces, ids, seq, country)
        count += len(faces.tile)
    record(Kind.LEDGER_REBUILT, subject="ledger", by=by, reason=reason, detail={"clusters": count, "seq": seq})
    return count


def _all_pieces(country: Frame) -> tuple[NDArray[np.int64], Pieces]:
    """The ids of all events with a polygon, rising, and the pieces of their land."""
    ids, parts, read = [np.zeros(0, np.int64)], [split_by_tile(np.zeros(0, object))], 0
    rows = LandEvent.objects.exclude(shape_minx=None).order_by("pk").values_list("pk", "shape")
    for batch in _batches(rows.iterator(BATCH)):
        shapes = np.empty(len(batch), object)
        shapes[:] = [shape for _pk, shape in batch]
        polygonal = np.isin(shapely.get_type_id(shapes), POLYGONAL)
        ids.append(np.array([pk for pk, _shape in batch], np.int64)[polygonal])
        pieces = split_by_tile(country.to_grid(shapes[polygonal])) if polygonal.any() else parts[0]
        parts.append(Pieces(pieces.shape, pieces.land + read, pieces.tile))
        read += len(ids[-1])
    shape, land = np.concatenate([p.shape for p in parts]), np.concatenate([p.land for p in parts])
    return np.concatenate(ids), Pieces(shape, land, np.concatenate([p.tile for p in parts]))


def _whole_tiles(pieces: Pieces) -> Iterator[Pieces]:
    """The pieces, tile by tile, some `CUT_TOGETHER` at a time."""
    order = np.lexsort((pieces.land, pieces.tile[:, 1], pieces.tile[:, 0]))
    tile = pieces.tile[order]
    first = np.flatnonzero(np.r_[True, (tile[1:] != tile[:-1]).any(axis=1)][: len(tile)])
    group = first // CUT_TOGETHER
    start = first[np.r_[True, group[1:] != group[:-1]][: len(first)]]
    for low, high in zip(start, np.r_[start[1:], len(tile)], strict=True) if len(start) else ():
        yield pieces.where(order[low:high])


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(rows)
    while batch := list(islice(rest, BATCH)):
        yield batch
