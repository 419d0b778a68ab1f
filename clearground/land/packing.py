"""Packs the faces of one cluster into blobs, and many blobs back into arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from clearground.kernel.land.cutting import Faces
from clearground.kernel.land.placing import Shares


@dataclass(frozen=True, slots=True)
class PackedCluster:
    """One cluster, ready to be stored: `members` are ids of events, rising."""

    tile: tuple[int, int]
    members: bytes
    faces: bytes
    shapes: bytes
    box: shapely.Geometry
    first_face: int
    face_count: int


def pack_clusters(faces: Faces, event_ids: NDArray[np.int64]) -> list[PackedCluster]:
    """The clusters of a cut whose lands are the events `event_ids` (rising)."""
    first = np.searchsorted(faces.cluster, np.arange(len(faces.tile) + 1))
    return [_packed(faces, event_ids, at, int(first[at]), int(first[at + 1])) for at in range(len(faces.tile))]


def _packed(faces: Faces, event_ids: NDArray[np.int64], at: int, low: int, high: int) -> PackedCluster:
    span = slice(faces.indptr[low], faces.indptr[high])
    members, local = np.unique(faces.members[span], return_inverse=True)
    depth = np.diff(faces.indptr[low : high + 1])
    body = b"".join(
        [
            np.array([high - low], "<u4").tobytes(),
            faces.area2[low:high].astype("<i8").tobytes(),
            depth.astype("<u4").tobytes(),
            local.astype("<u4").tobytes(),
        ]
    )
    together = shapely.GeometryCollection(list(faces.shapes()[low:high]))
    return PackedCluster(
        (int(faces.tile[at, 0]), int(faces.tile[at, 1])),
        event_ids[members].astype("<i8").tobytes(),
        body,
        shapely.to_wkb(together),
        shapely.box(*together.bounds),
        low,
        high - low,
    )


def unpack_clusters(blobs: Sequence[tuple[bytes, bytes]]) -> Faces:
    """The faces of many clusters (pairs of members and faces); `members` are ids of events."""
    area2, depth, members, cluster = [], [], [], []
    for number, (ids, body) in enumerate(blobs):
        count = int.from_bytes(body[:4], "little")
        own = np.frombuffer(ids, "<i8")
        cells = np.frombuffer(body, "<u4", offset=4 + 8 * count)
        area2.append(np.frombuffer(body, "<i8", count, 4))
        depth.append(cells[:count])
        members.append(own[cells[count:]])
        cluster.append(np.full(count, number))
    none = np.zeros(0, np.int64)
    depths = np.concatenate([none, *depth]).astype(np.int64)
    return Faces(
        np.concatenate([none, *area2]),
        np.concatenate([[0], np.cumsum(depths)]).astype(np.int64),
        np.concatenate([none, *members]),
        np.concatenate([none, *cluster]),
        np.zeros((len(blobs), 2), np.int64),
    )


def pack_shares(shares: Shares, place_ids: NDArray[np.int64], first_face: int) -> bytes:
    """Rows of (face within the cluster, id of the place or -1, area2)."""
    place = np.where(shares.place < 0, -1, place_ids[shares.place] if len(place_ids) else -1)
    return np.column_stack([shares.face - first_face, place, shares.area2]).astype("<i8").tobytes()


def unpack_shares(blobs: Sequence[bytes], first_face: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows of (face of the whole, id of the place or -1, area2), sorted by face."""
    parts = [np.frombuffer(blob, "<i8").reshape(-1, 3) for blob in blobs]
    rows = np.concatenate([np.zeros((0, 3), np.int64), *parts])
    rows[:, 0] += np.repeat(first_face, [len(part) for part in parts])
    return rows
