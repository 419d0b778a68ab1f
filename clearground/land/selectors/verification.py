"""Answers whether the stored ledger can be trusted: books that add up, a cut that the events give."""

from __future__ import annotations

from datetime import date

import numpy as np
from django.utils.translation import gettext as _

from clearground.kernel.land.cutting import Faces, cut
from clearground.places.selectors import frame

from ..models import Cluster, LandEvent
from ..packing import unpack_clusters
from .loading import ledger
from .sheets import sheet

BATCH = 10_000


def verify_ledger() -> list[str]:
    """What is wrong with the books, in sentences; empty where they balance and the cut is true."""
    return [*unbalanced_years(), *damaged_cut()]


def unbalanced_years() -> list[str]:
    """Both bases, every year end, by class and finest place."""
    last = int(ledger().entries.on.max(initial=0))
    if not last:
        return []
    as_of = date(date.fromordinal(last).year, 12, 31)
    by = ("family", "class", "degree", "commune", "year")
    return [
        _("Basis %(basis)s: some row does not add up.") % {"basis": basis}
        for basis in ("happened", "approved")
        if not sheet(as_of=as_of, by=by, basis=basis).adds_up
    ]


def damaged_cut() -> list[str]:
    """The stored faces against a cut made now, from the events, row for row."""
    rows = LandEvent.objects.exclude(shape_minx=None).order_by("pk").values_list("pk", "shape")
    pairs = [(pk, shape) for pk, shape in rows.iterator(BATCH) if shape.geom_type in {"Polygon", "MultiPolygon"}]
    shapes = np.empty(len(pairs), object)
    shapes[:] = [shape for _pk, shape in pairs]
    fresh = cut(frame().to_grid(shapes)) if pairs else None
    ids = np.array([pk for pk, _shape in pairs], np.int64)
    stored = unpack_clusters(
        [
            (bytes(m), bytes(f))
            for m, f in Cluster.objects.filter(until_seq=None).values_list("members", "faces").iterator(BATCH)
        ]
    )
    expected = [] if fresh is None else face_rows(fresh, ids)
    if face_rows(stored, None) == expected:
        return []
    return [_("The stored faces are not what the events give.")]


def face_rows(faces: Faces, ids: np.ndarray | None) -> list[tuple[int, ...]]:
    """Each face as (area2, ids of its events…), sorted: two cuts are the same where these are."""
    members = faces.members if ids is None else ids[faces.members]
    bounds = faces.indptr
    return sorted(
        (int(area2), *members[low:high].tolist())
        for area2, low, high in zip(faces.area2.tolist(), bounds[:-1], bounds[1:], strict=True)
    )
