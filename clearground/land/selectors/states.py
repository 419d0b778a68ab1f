"""Answers what each piece of ground is on a day: for the map and for exports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from clearground.kernel.land.balances import HALF_CM2_PER_M2, RELEASES
from clearground.kernel.land.events import Degree
from clearground.kernel.land.folding import Postings
from clearground.places.selectors import frame

from ..models import Cluster
from .loading import Ledger, ledger
from .questions import seq_known

BATCH = 2_000


def land_states(
    *, as_of: date, known: date | None = None, box: tuple[float, float, float, float] | None = None
) -> Iterator[dict[str, Any]]:
    """Each face in each family that is recorded on the day, with its state, as longitude, latitude.

    `box` (west, south, east, north in degrees) leaves out clusters whose boxes don't meet it.
    """
    book_of = ledger()
    postings = book_of.postings(seq_known(known))
    day = as_of.toordinal()
    holds = np.flatnonzero((postings.day <= day) & (day < postings.until))
    face = book_of.stacks.face[postings.cell[holds]]
    order = np.argsort(face, kind="stable")
    holds, face = holds[order], face[order]
    for first_face, shapes in _shapes(book_of, box):
        low, high = np.searchsorted(face, [first_face, first_face + len(shapes)])
        for at in range(low, high):
            yield _described(book_of, postings, int(holds[at]), shapes[face[at] - first_face], int(face[at]))


def _shapes(
    book_of: Ledger, box: tuple[float, float, float, float] | None
) -> Iterator[tuple[int, NDArray[np.object_]]]:
    """The first face and the lon/lat shapes of the faces of each standing cluster in the box."""
    country = frame()
    rows = Cluster.objects.filter(until_seq=None).order_by("pk")
    if box is not None:
        # The box of the grid that holds the box of degrees: its edges bend, so it is densified.
        corners = country.to_grid(np.array([shapely.segmentize(shapely.box(*box), 0.1)], object))
        rows = rows.filter(box__box_overlaps=tuple(shapely.bounds(corners)[0]))
    for pk, body in rows.values_list("pk", "shapes").iterator(BATCH):
        cluster = np.searchsorted(book_of.cluster_ids, pk)
        shapes = shapely.get_parts(shapely.from_wkb(bytes(body)))
        yield int(np.searchsorted(book_of.faces.cluster, cluster)), country.to_lonlat(shapes)


def _described(book_of: Ledger, postings: Postings, at: int, shape: Any, face: int) -> dict[str, Any]:
    states, target = book_of.states, int(postings.target[at])
    degree, release = int(states.degree()[target]), int(states.release()[target])
    hazard_class = int(states.hazard_class()[target])
    return {
        "geometry": shape,
        "family": book_of.codes.families[int(book_of.stacks.family[postings.cell[at]])],
        "state": Degree(degree).name.lower() if degree >= 0 else RELEASES[release],
        "is_outside": bool(states.is_outside()[target]),
        "hazard_class": book_of.codes.classes[hazard_class].code if hazard_class >= 0 else None,
        "area_m2": float(book_of.faces.area2[face]) / HALF_CM2_PER_M2,
        "event_id": int(book_of.entry_event[postings.entry[at]]),
    }
