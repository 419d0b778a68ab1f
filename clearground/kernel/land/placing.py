"""Shares each face out among places, to the square centimetre, for one edition of boundaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from .frame import only_polygons
from .pieces import GRID_CM

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Shares:
    """How much of each face lies in each place. Rows are sorted by face; areas sum to the face's.

    `place` indexes the places given, in the order of their codes; -1 is *no place of this edition*.
    """

    face: NDArray[np.int64]
    place: NDArray[np.int32]
    area2: NDArray[np.int64]


def share(faces: NDArray[np.object_], area2: NDArray[np.int64], places: NDArray[np.object_]) -> Shares:
    """The shares of the faces in the places (grid polygons, in the order of their codes).

    Where places overlap, the lower code has the land. Where the cut along a boundary rounds, the
    largest share of the face takes the difference, so that shares always sum to the face.
    """
    face, place = shapely.STRtree(places).query(faces) if len(places) else (np.zeros(0, np.int64),) * 2
    order = np.lexsort([face, place])
    face, place = face[order], place[order]
    shapely.prepare(places)
    whole = shapely.contains(places[place], faces[face])
    inside, first = np.unique(face[whole], return_index=True)
    home = np.full(len(faces), NOWHERE, np.int32)
    home[inside] = place[whole][first]
    # A face wholly inside one place is still contested where another, lower place overlaps it.
    meets = ~whole
    meets[meets] = shapely.intersects(places[place[meets]], faces[face[meets]])
    contested = meets & ((home[face] == NOWHERE) | (place < home[face]))
    split = np.unique(face[contested])
    settled = np.setdiff1d(np.arange(len(faces)), split, assume_unique=True)
    parts = [_split(f, faces[f], area2[f], place[(meets | whole) & (face == f)], places) for f in split]
    rows = np.concatenate([np.column_stack([settled, home[settled], area2[settled]]).astype(np.int64), *parts])
    rows = rows[np.lexsort([rows[:, 1], rows[:, 0]])]
    return Shares(rows[:, 0], rows[:, 1].astype(np.int32), rows[:, 2])


def _split(
    face: int, shape: Any, area2: int, candidates: NDArray[np.int64], places: NDArray[np.object_]
) -> NDArray[np.int64]:
    """The rows (face, place, area2) of one face that a boundary crosses."""
    rest, rows = shape, []
    for place in np.sort(candidates):
        part = shapely.intersection(rest, places[place], grid_size=GRID_CM)
        rows.append((face, int(place), _area2(part)))
        rest = only_polygons(np.array([shapely.difference(rest, places[place], grid_size=GRID_CM)], object))[0]
        if rest is None:
            break
    rows.append((face, NOWHERE, 0 if rest is None else _area2(rest)))
    shares = np.array([row for row in rows if row[2] > 0] or [(face, NOWHERE, 0)], dtype=np.int64)
    shares[np.argmax(shares[:, 2]), 2] += area2 - shares[:, 2].sum()
    return shares


def _area2(shape: Any) -> int:
    return round(2 * float(shapely.area(shape)))
