"""Which commune belongs to which district and province, with their invented codes, before and after the split.

In 2015 the largest province gave its eastern districts to a new province, and one commune was cut in two: places get
new codes, as they do in real countries, and old codes vanish.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .cells import EDGE_CM, Cells, centres
from .chance import Bools, Floats, Ints, uniform

DISTRICT_EDGE = 3.0 * EDGE_CM  # some nine communes
PROVINCE_EDGE = 7.4 * EDGE_CM  # some six districts
FEWEST_COMMUNES, FEWEST_DISTRICTS = 3, 2


@dataclass(frozen=True)
class Structure:
    """Numbers of district and province per cell, dense from 0, in both editions; `moved` cells changed province."""

    district: Ints
    province: Ints
    province_after: Ints
    moved: Bools
    cut_cell: int
    codes: tuple[str, ...]
    codes_after: tuple[str, ...]

    @property
    def code_of_cut(self) -> str:
        """The code of the new commune that was cut out of `cut_cell`."""
        return self.codes_after[self.cut_cell][:-2] + "51"


def structure_of(cells: Cells) -> Structure:
    """The administrative structure of the country's cells."""
    district = _grouped(cells.seed, 1, cells.x, cells.y, DISTRICT_EDGE, FEWEST_COMMUNES)
    district_x, district_y = _means(district, cells.x), _means(district, cells.y)
    upper = _grouped(cells.seed, 2, district_x, district_y, PROVINCE_EDGE, FEWEST_DISTRICTS)
    province = upper[district]
    largest = np.flatnonzero(upper == np.bincount(upper).argmax())
    east = np.isin(district, largest[district_x[largest] > np.median(district_x[largest])])
    after = np.where(east, upper.max() + 1, province)
    codes = _codes(province, district)
    interior = np.flatnonzero(~east & ~cells.is_rim)
    cut = int(interior[0]) if len(interior) else int(np.flatnonzero(~east)[0])
    return Structure(district, province, after, east, cut, codes, _renamed(codes, after, district, east))


def _grouped(seed: int, salt: int, x: Floats, y: Floats, edge_cm: float, fewest: int) -> Ints:
    """For each point the number of its nearest jittered centre; groups that would be too small join their neighbour."""
    around = [(i, j) for i in (-2, -1, 0, 1, 2) for j in (-2, -1, 0, 1, 2)]
    r = np.rint(y / (1.5 * edge_cm)).astype(np.int64)
    q = np.rint(x / (edge_cm * 3**0.5) - r / 2).astype(np.int64)
    near_q, near_r = (np.array([axis + step[k] for step in around]).T for k, axis in enumerate((q, r)))
    cx, cy = centres(near_q, near_r, edge_cm)
    cx = cx + edge_cm * 0.9 * (uniform(seed, salt, 81, near_q, near_r) - 0.5)
    cy = cy + edge_cm * 0.9 * (uniform(seed, salt, 82, near_q, near_r) - 0.5)
    nearest = np.hypot(cx - x[:, None], cy - y[:, None]).argmin(axis=1)
    rows = np.arange(len(x))
    key = np.column_stack([near_q[rows, nearest], near_r[rows, nearest]])
    groups, group, counts = np.unique(key, axis=0, return_inverse=True, return_counts=True)
    centre = np.zeros((len(groups), 2))
    centre[group.ravel()] = np.column_stack([cx[rows, nearest], cy[rows, nearest]])
    return _joined(group.ravel(), counts, centre, np.column_stack([x, y]), fewest)


def _joined(group: Ints, counts: Ints, centre: Floats, points: Floats, fewest: int) -> Ints:
    """Groups numbered from the north, those with fewer than `fewest` members joined to the nearest that has enough."""
    enough = np.flatnonzero(counts >= fewest)
    if not len(enough):
        return np.zeros(len(group), dtype=np.int64)
    lost = ~np.isin(group, enough)
    away = points[lost][:, None, :] - centre[enough][None, :, :]
    group = group.copy()
    group[lost] = enough[np.hypot(away[..., 0], away[..., 1]).argmin(axis=1)]
    order = enough[np.lexsort((centre[enough, 0], -np.round(centre[enough, 1] / EDGE_CM)))]
    number = np.full(len(counts), -1, dtype=np.int64)
    number[order] = np.arange(len(order))
    return number[group]


def _means(group: Ints, values: Floats) -> Floats:
    return np.bincount(group, weights=values) / np.bincount(group)


def _codes(province: Ints, district: Ints) -> tuple[str, ...]:
    """A commune code for each cell: X, province (3 digits), district (2), commune (2), counted inside each."""
    numbers = _counted(province, district)
    order = np.lexsort((np.arange(len(district)), district))
    commune = np.empty(len(district), dtype=np.int64)
    sizes = np.bincount(district)
    commune[order] = np.concatenate([np.arange(size) for size in sizes])
    rows = zip(province, numbers, commune, strict=True)
    return tuple(f"X{p + 1:03d}{d + 1:02d}{c + 1:02d}" for p, d, c in rows)


def _counted(province: Ints, district: Ints) -> Ints:
    """The number of each cell's district inside its province."""
    pairs = np.unique(np.column_stack([province, district]), axis=0)
    first = {int(p): i for i, p in reversed(list(enumerate(pairs[:, 0])))}
    inside = {int(d): i - first[int(p)] for i, (p, d) in enumerate(pairs)}
    return np.array([inside[int(d)] for d in district])


def _renamed(codes: tuple[str, ...], province: Ints, district: Ints, moved: Bools) -> tuple[str, ...]:
    """The codes after the split: those of the new province are new, all others stay."""
    fresh = _codes(province, district)
    return tuple(new if is_moved else old for old, new, is_moved in zip(codes, fresh, moved, strict=True))
