"""Answers what each piece of ground is on a day: for the map and for exports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from clearground.kernel.land.balances import HALF_CM2_PER_M2, RELEASES
from clearground.kernel.land.events import Degree
from clearground.places.selectors import frame

from ..models import Cluster
from .loading import Ledger, ledger
from .questions import seq_known
from .whole import positions

BATCH = 5_000
Box = tuple[float, float, float, float]


def land_states(*, as_of: date, known: date | None = None, box: Box | None = None) -> Iterator[dict[str, Any]]:
    """Each face in each family that is recorded on the day, with its state, as longitude, latitude.

    `box` (west, south, east, north in degrees) leaves out clusters whose boxes don't meet it.
    """
    book_of, seq = ledger(), seq_known(known)
    posting, face = book_of.standing(seq, as_of.toordinal())
    for faces, shapes in shapes_of_faces(book_of, box):
        low, high = np.searchsorted(face, [faces[0], faces[-1] + 1])
        at = np.searchsorted(faces, face[low:high])
        here = faces[at] == face[low:high]
        yield from _described(book_of, seq, posting[low:high][here], face[low:high][here], shapes[at[here]])


def shapes_of_faces(
    book_of: Ledger, box: Box | None, *, in_grid: bool = False
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.object_]]]:
    """Faces (rising) and their shapes, of the standing clusters in the box, some clusters at a time.

    Shapes are in degrees, or in centimetres of the country's grid.
    """
    country = frame()
    rows = Cluster.objects.filter(until_seq=None).order_by("pk")
    if box is not None:
        # The box of the grid that holds the box of degrees: its edges bend, so it is densified.
        corners = country.to_grid(np.array([shapely.segmentize(shapely.box(*box), 0.1)], object))
        rows = rows.filter(box__box_overlaps=tuple(shapely.bounds(corners)[0]))
    stored = rows.values_list("pk", "shapes").iterator(BATCH)
    while batch := list(islice(stored, BATCH)):
        cluster = positions(np.array([pk for pk, _body in batch], np.int64), book_of.cluster_ids)
        known = [bytes(body) for (_pk, body), at in zip(batch, cluster.tolist(), strict=True) if at >= 0]
        if not known:
            continue
        shapes, of = shapely.get_parts(shapely.from_wkb(known), return_index=True)
        first = np.searchsorted(book_of.faces.cluster, cluster[cluster >= 0])
        yield first[of] + np.arange(len(of)) - np.searchsorted(of, of), shapes if in_grid else country.to_lonlat(shapes)


def _described(
    book_of: Ledger,
    seq: int,
    posting: NDArray[np.int64],
    face: NDArray[np.int64],
    shapes: NDArray[np.object_],
) -> Iterator[dict[str, Any]]:
    """What is to be said of each of these faces, by the posting that holds there."""
    postings, families = book_of.postings(seq), book_of.codes.families
    said = words_of_states(book_of)
    rows = zip(
        shapes,
        book_of.stacks.family[postings.cell[posting]].tolist(),
        postings.target[posting].tolist(),
        (book_of.faces.area2[face] / HALF_CM2_PER_M2).tolist(),
        book_of.entry_event[postings.entry[posting]].tolist(),
        strict=True,
    )
    for shape, family, state, area_m2, event_id in rows:
        yield {
            "geometry": shape,
            "family": families[family],
            **said[state],
            "area_m2": area_m2,
            "event_id": event_id,
        }


def words_of_states(book_of: Ledger) -> list[dict[str, Any]]:
    """What is said of land by its state alone."""
    states, classes = book_of.states, book_of.codes.classes
    columns = (states.degree(), states.release(), states.is_outside(), states.hazard_class())
    return [
        {
            "state": Degree(degree).name.lower() if degree >= 0 else RELEASES[release],
            "is_outside": outside,
            "hazard_class": classes[hazard_class].code if hazard_class >= 0 else None,
        }
        for degree, release, outside, hazard_class in zip(*(column.tolist() for column in columns), strict=True)
    ]
