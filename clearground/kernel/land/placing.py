"""Shares each face out among places, to the square centimetre, for one edition of boundaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from .cutting import Faces, cut_pieces
from .frame import only_polygons
from .pieces import GRID_CM, TILE_CM, Pieces, split_by_tile
from .threads import on_threads

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


def share_faces(
    faces: Faces,
    places: NDArray[np.object_],
    lands: NDArray[np.object_] | None = None,
    *,
    tile_cm: int = TILE_CM,
    workers: int = 2,
) -> Shares:
    """The shares of a whole cut in the places (grid polygons, in the order of their codes).

    A cluster whose box lies in one place is settled without looking at its faces. The faces of the
    others need shapes: those that the cut kept, else cut anew from `lands`, the input of the cut.
    """
    home = _homes(_boxes(faces, tile_cm, lands), places)
    if lands is not None:
        _settle_by_lands(home, faces, lands, places)
    crossed = home[faces.cluster] == UNSETTLED
    settled, open_faces = np.flatnonzero(~crossed), np.flatnonzero(crossed)
    shapes = _shapes_of(faces, lands, open_faces, tile_cm, workers)
    split = share(shapes, faces.area2[open_faces], places, workers=workers)
    place = _adopted(split, shapes, faces.cluster[open_faces])
    face = np.concatenate([settled, open_faces[split.face]])
    place = np.concatenate([home[faces.cluster[settled]], place]).astype(np.int32)
    area2 = np.concatenate([faces.area2[settled], split.area2])
    order = np.lexsort((place, face))
    return Shares(face[order], place[order], area2[order])


def _settle_by_lands(
    home: NDArray[np.int64], faces: Faces, lands: NDArray[np.object_], places: NDArray[np.object_]
) -> None:
    """Clusters whose box is crossed by a boundary, and whose lands all lie in one place, are settled there."""
    crossed = home == UNSETTLED
    cluster = np.repeat(faces.cluster, np.diff(faces.indptr))
    of_crossed = np.flatnonzero(crossed[cluster])
    needed, row = np.unique(faces.members[of_crossed], return_inverse=True)
    of_land = _homes(lands[needed], places)[row]
    low, high = np.full(len(home), len(places)), np.full(len(home), UNSETTLED)
    np.minimum.at(low, cluster[of_crossed], of_land)
    np.maximum.at(high, cluster[of_crossed], of_land)
    one = crossed & (low == high)
    home[one] = low[one]


def _adopted(split: Shares, shapes: NDArray[np.object_], cluster: NDArray[np.int64]) -> NDArray[np.int32]:
    """The places of shares; a face too small to have a shape goes where most of its cluster lies."""
    lost = shapely.is_empty(shapes)[split.face]
    order = np.lexsort((split.area2, cluster[split.face]))
    order = order[~lost[order]]
    known, last = np.unique(cluster[split.face[order]][::-1], return_index=True)
    largest = split.place[order[::-1][last]]
    place = split.place.copy()
    at = np.searchsorted(known, cluster[split.face[lost]])
    found = at < len(known)
    place[np.flatnonzero(lost)[found]] = largest[at[found]]
    return place


UNSETTLED = -2
NO_SHAPE = shapely.Polygon()
SPAN = 4_000  # shapes for one thread at a time


def share(
    faces: NDArray[np.object_], area2: NDArray[np.int64], places: NDArray[np.object_], *, workers: int = 1
) -> Shares:
    """The shares of the faces in the places (grid polygons, in the order of their codes).

    Where places overlap, the lower code has the land. Where the cut along a boundary rounds, the
    largest share of the face takes the difference, so that shares always sum to the face.
    """
    home = _homes(faces, places)
    settled, crossed = np.flatnonzero(home != UNSETTLED), np.flatnonzero(home == UNSETTLED)
    whole = np.column_stack([settled, home[settled], area2[settled]]).astype(np.int64)
    rows = np.concatenate([whole, _split(crossed, faces, area2, places, workers)])
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    return Shares(rows[:, 0], rows[:, 1].astype(np.int32), rows[:, 2])


def _homes(shapes: NDArray[np.object_], places: NDArray[np.object_]) -> NDArray[np.int64]:
    """The place that holds the whole shape; -1 where none meets it, `UNSETTLED` where a boundary crosses it.

    A shape wholly inside one place is still contested where a lower one overlaps it.
    """
    home = np.full(len(shapes), NOWHERE, np.int64)
    if not len(places) or not len(shapes):
        return home
    shape, place = shapely.STRtree(places).query(shapes)
    order = np.lexsort((shape, place))
    shape, place = shape[order], place[order]
    shapely.prepare(places)
    whole = shapely.contains(places[place], shapes[shape])
    inside, first = np.unique(shape[whole], return_index=True)
    home[inside] = place[whole][first]
    rest = np.flatnonzero(~whole & ((home[shape] == NOWHERE) | (place < home[shape])))
    meets = shapely.intersects(places[place[rest]], shapes[shape[rest]])
    home[shape[rest[meets]]] = UNSETTLED
    return home


def _split(
    crossed: NDArray[np.int64],
    faces: NDArray[np.object_],
    area2: NDArray[np.int64],
    places: NDArray[np.object_],
    workers: int,
) -> NDArray[np.int64]:
    """The rows (face, place, area2) of faces that boundaries cross.

    Where the parts in all places sum to the face, the places tile it and that is the answer. Where
    they don't, places overlap or leave a gap, and the face is cut place by place in their order.
    """
    shape = faces[crossed]
    at, place = shapely.STRtree(places).query(shape, predicate="intersects") if len(shape) else (crossed, crossed)
    order = np.lexsort((place, at))
    at, place = at[order], place[order]
    part = _parts_area2(shape[at], places[place], workers)
    total = np.zeros(len(shape), np.int64)
    np.add.at(total, at, part)
    tiled = np.abs(total - area2[crossed]) <= ROUNDING_CM2_PER_CM * shapely.length(shape)
    plain = np.column_stack([at, place, part])[tiled[at]]
    hard = np.flatnonzero(~tiled)
    number = np.cumsum(~tiled) - 1
    others = ~tiled[at]
    cut_rows = _cut_in_order(shape[hard], number[at[others]], place[others], places)
    cut_rows[:, 0] = hard[cut_rows[:, 0]]
    table = _whole(np.concatenate([plain, cut_rows]), area2[crossed])
    table[:, 0] = crossed[table[:, 0]]
    return table


# Twice 0.7 cm, the most by which rounding to the grid moves a boundary.
ROUNDING_CM2_PER_CM = 1.4


def _parts_area2(shape: NDArray[np.object_], place: NDArray[np.object_], workers: int) -> NDArray[np.int64]:
    """Twice the area that each shape has in its place."""

    def part(span: slice) -> NDArray[np.float64]:
        area: NDArray[np.float64] = shapely.area(shapely.intersection(shape[span], place[span]))
        return area

    spans = [slice(at, at + SPAN) for at in range(0, len(shape), SPAN)]
    areas = np.concatenate([np.zeros(0), *on_threads(part, spans, workers)])
    whole: NDArray[np.int64] = np.rint(areas * 2).astype(np.int64)
    return whole


def _cut_in_order(
    rest: NDArray[np.object_], at: NDArray[np.int64], place: NDArray[np.int64], places: NDArray[np.object_]
) -> NDArray[np.int64]:
    """The rows of faces cut place by place, the lower code first, and what no place has."""
    turn = np.arange(len(at)) - np.searchsorted(at, at)
    rows = [np.zeros((0, 3), np.int64)]
    for step in range(int(turn.max(initial=-1)) + 1):
        now = turn == step
        one, other = rest[at[now]], places[place[now]]
        parts = shapely.area(shapely.intersection(one, other, grid_size=GRID_CM))
        rows.append(np.column_stack([at[now], place[now], np.rint(parts * 2).astype(np.int64)]))
        rest[at[now]] = only_polygons(shapely.difference(one, other, grid_size=GRID_CM))
    left = np.rint(np.nan_to_num(shapely.area(rest)) * 2).astype(np.int64)
    rows.append(np.column_stack([np.arange(len(rest)), np.full(len(rest), NOWHERE), left]))
    return np.concatenate(rows)


def _whole(rows: NDArray[np.int64], area2: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rows of each face with its largest share first; that one takes what rounding left over."""
    rows = rows[np.lexsort((rows[:, 1], -rows[:, 2], rows[:, 0]))]
    first = np.searchsorted(rows[:, 0], np.arange(len(area2)))
    total = np.add.reduceat(rows[:, 2], first) if len(rows) else np.zeros(0, np.int64)
    rows[first, 2] += area2 - total
    keep = rows[:, 2] != 0
    keep[first] = True
    kept: NDArray[np.int64] = rows[keep]
    return kept


def _boxes(faces: Faces, tile_cm: int, lands: NDArray[np.object_] | None) -> NDArray[np.object_]:
    """A box round each cluster: that of its faces, or that of its lands within its tile."""
    if not len(faces):
        return np.zeros(0, object)
    start = np.flatnonzero(np.r_[True, faces.cluster[1:] != faces.cluster[:-1]])
    if lands is None:
        bounds = shapely.bounds(faces.shapes()).reshape(-1, 4)
    else:
        bounds, start = shapely.bounds(lands).reshape(-1, 4)[faces.members], faces.indptr[start]
    low, high = np.fmin.reduceat(bounds[:, :2], start), np.fmax.reduceat(bounds[:, 2:], start)
    if lands is not None:
        corner = faces.tile * tile_cm
        low, high = np.maximum(low, corner), np.minimum(high, corner + tile_cm)
    return np.asarray(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]), object)


def _shapes_of(
    faces: Faces, lands: NDArray[np.object_] | None, chosen: NDArray[np.int64], tile_cm: int, workers: int
) -> NDArray[np.object_]:
    """The shapes of the chosen faces, cut anew from their lands where the cut did not keep them."""
    if faces.shape is not None or lands is None:
        kept: NDArray[np.object_] = faces.shapes()[chosen]
        return kept
    clusters = np.unique(faces.cluster[chosen])
    tiles = {tuple(tile) for tile in faces.tile[clusters].tolist()}
    needed = np.unique(faces.members[np.isin(np.repeat(faces.cluster, np.diff(faces.indptr)), clusters)])
    pieces = split_by_tile(lands[needed], tile_cm)
    there = np.array([tuple(tile) in tiles for tile in pieces.tile.tolist()], bool)
    part = Pieces(pieces.shape[there], needed[pieces.land[there]], pieces.tile[there])
    again = cut_pieces(part, tile_cm=tile_cm, workers=workers)
    known = dict(zip(_keys(again, np.arange(len(again))), again.shapes(), strict=True))
    shapes = np.empty(len(chosen), object)
    shapes[:] = [known.get(key, NO_SHAPE) for key in _keys(faces, chosen)]
    return shapes


def _keys(faces: Faces, chosen: NDArray[np.int64]) -> list[tuple[int, int, bytes]]:
    """A face by its tile and the lands that cover it."""
    low, high = faces.indptr[chosen].tolist(), faces.indptr[chosen + 1].tolist()
    tile = faces.tile[faces.cluster[chosen]].tolist()
    return [(*t, faces.members[a:b].tobytes()) for t, a, b in zip(tile, low, high, strict=True)]
