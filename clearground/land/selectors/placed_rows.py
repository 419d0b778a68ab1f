"""Reads where entries and faces lie in one edition of boundaries: all of it, or what changed since."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import shapely
from django.db.models import Max
from numpy.typing import NDArray

from clearground.places.models import BoundaryEdition
from clearground.places.selectors import commune_shapes

from ..models import ClusterPlaces
from ..packing import unpack_shares
from .rows import BATCH, Rows


@dataclass(frozen=True, slots=True)
class PlacedRows:
    """Rows of one edition: the place of each entry by its point, and the shares of faces.

    Places are ids, -1 for none. Entries that state a place, or have no point, have none here.
    `shares` are rows of (face, place, area2), sorted by face; `last` is the latest sharing's id.
    """

    point_place: NDArray[np.int64]
    shares: NDArray[np.int64]
    last: NDArray[np.int64]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def placed_rows(rows: Rows, edition: BoundaryEdition | None) -> PlacedRows:
    """Where the rows lie in the edition, as stored now."""
    return PlacedRows(_places_of_points(rows, 0, edition), _shares(rows, 0, edition), _last())


def changed_placed_rows(
    base: Rows, placed: PlacedRows, rows: Rows, edition: BoundaryEdition | None
) -> PlacedRows | None:
    """Where the rows lie, from where the base's lay and what came since; None after land was shared out anew."""
    latest = int(base.cluster_id.max(initial=0))
    if ClusterPlaces.objects.filter(boundaries=edition, pk__gt=int(placed.last[0]), cluster_id__lte=latest).exists():
        return None
    points = np.concatenate([placed.point_place, _places_of_points(rows, len(base.event), edition)])
    stays = np.isin(base.cluster_id, rows.cluster_id)[base.face_cluster]
    number = np.cumsum(stays) - 1
    kept = placed.shares[stays[placed.shares[:, 0]]] if len(placed.shares) else placed.shares
    kept = np.column_stack([number[kept[:, 0]], kept[:, 1:]])
    return PlacedRows(points, np.concatenate([kept, _shares(rows, latest, edition)]), _last())


def _last() -> NDArray[np.int64]:
    return np.array([ClusterPlaces.objects.aggregate(Max("pk"))["pk__max"] or 0], np.int64)


def _places_of_points(rows: Rows, start: int, edition: BoundaryEdition | None) -> NDArray[np.int64]:
    """The place that each entry's point lies in, from entry `start`, where it states none."""
    x, y, found = rows.x[start:], rows.y[start:], np.full(len(rows.event) - start, -1, np.int64)
    unknown = np.flatnonzero((rows.place[start:] < 0) & np.isfinite(x))
    if not len(unknown):
        return found
    ids, shapes = commune_shapes(edition)
    if len(ids):
        point, at = shapely.STRtree(shapes).query(shapely.points(x[unknown], y[unknown]), predicate="intersects")
        # Where areas overlap the lower code, which comes first in them, has the land.
        lowest = np.full(len(unknown), len(ids), np.int64)
        np.minimum.at(lowest, point, at)
        inside = lowest < len(ids)
        found[unknown[inside]] = ids[lowest[inside]]
    return found


def _shares(rows: Rows, after: int, edition: BoundaryEdition | None) -> NDArray[np.int64]:
    """The stored shares of the faces of the standing clusters with a higher id."""
    stored = ClusterPlaces.objects.filter(boundaries=edition, cluster__until_seq=None, cluster_id__gt=after)
    pairs = list(stored.order_by("cluster_id").values_list("cluster_id", "shares").iterator(BATCH)) if edition else []
    at = np.searchsorted(rows.cluster_id, np.array([pk for pk, _blob in pairs], np.int64))
    return unpack_shares([bytes(blob) for _pk, blob in pairs], np.searchsorted(rows.face_cluster, at))
