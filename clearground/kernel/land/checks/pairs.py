"""Rules about two shapes: the same twice, one over another, one outside another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from clearground.kernel.findings import Severity
from clearground.kernel.land.events import HAZARD_KINDS, RELEASE_KINDS

from .batch import Batch
from .look import CM2_PER_M2, Look, family_bits, is_among
from .rule import NONE, Hits, Params, rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

WARNS, INFORMS = Severity.WARNS, Severity.INFORMS
SAME_SHAPE_DEG = 1e-6


@dataclass(frozen=True)
class Field:
    """Rows of the batch, then the standing records around it that the batch doesn't supersede."""

    own: int  # rows of the batch come first
    refs: NDArray[np.object_]
    rows: NDArray[np.int64]  # 0 for standing records
    kinds: NDArray[np.int64]
    bits: NDArray[np.int64]
    on: NDArray[np.float64]
    grid: NDArray[np.object_]

    @property
    def is_hazard(self) -> NDArray[np.bool_]:
        """Rows that say that land is hazardous."""
        return np.isin(self.kinds, sorted(HAZARD_KINDS))

    @property
    def is_release(self) -> NDArray[np.bool_]:
        """Rows that release land."""
        return np.isin(self.kinds, sorted(RELEASE_KINDS))


@dataclass(frozen=True)
class Overlaps:
    """Pairs of the field whose areas meet: `later` is of the batch, `earlier` what it lies over."""

    later: NDArray[np.int64]
    earlier: NDArray[np.int64]
    area_m2: NDArray[np.float64]
    share: NDArray[np.float64]  # of the smaller

    def where(self, mask: NDArray[np.bool_]) -> Overlaps:
        """Those pairs only."""
        return Overlaps(self.later[mask], self.earlier[mask], self.area_m2[mask], self.share[mask])


@rule("LAND-060", WARNS)
def same_polygon(look: Look) -> Hits:
    """Two records don't have one and the same polygon, wherever its ring begins."""
    twins = look.remember("twins", lambda: _twins(look))
    at = np.array(sorted(twins), dtype=np.int64)
    first = [twins[i] for i in at]
    return Hits(at, {"other": look.batch.refs[first], "other_row": look.batch.rows[first]})


@rule("LAND-061", WARNS, "overlap_share", "overlap_floor_m2")
def hazards_overlap(look: Look) -> Hits:
    """Hazards of one family and one degree don't lie over each other."""
    return _told(look, lambda field, a, b: field.is_hazard[a] & field.is_hazard[b] & (field.kinds[a] == field.kinds[b]))


@rule("LAND-062", INFORMS, "overlap_share", "overlap_floor_m2")
def degrees_overlap(look: Look) -> Hits:
    """Where hazards of different degree lie over each other, the books take the higher degree."""
    return _told(look, lambda field, a, b: field.is_hazard[a] & field.is_hazard[b] & (field.kinds[a] != field.kinds[b]))


@rule("LAND-063", WARNS, "overlap_share", "overlap_floor_m2")
def outside_its_hazard(look: Look) -> Hits:
    """A release lies within the hazard that it names."""
    return _outside(look, look.batch.hazards, _hazard_shapes(look), "hazard")


@rule("LAND-064", WARNS, "overlap_share", "overlap_floor_m2")
def outside_its_task(look: Look) -> Hits:
    """A release lies within the area of the task that it names."""
    frame, areas = look.context.frame, look.context.task_shapes
    if frame is None or not areas:
        return NONE
    grid = frame.to_grid(np.array([*areas.values(), None], dtype=object)[:-1])
    return _outside(look, look.batch.tasks, dict(zip(areas, grid, strict=True)), "task")


@rule("LAND-065", WARNS, "overlap_share", "overlap_floor_m2")
def released_twice(look: Look) -> Hits:
    """Land isn't released again in the same family."""
    return _told(look, lambda field, a, b: field.is_release[a] & field.is_release[b])


@rule("LAND-067", WARNS, "overlap_share", "overlap_floor_m2")
def lines_overlap(look: Look) -> Hits:
    """The lines of one record lie apart."""
    return _told(look, lambda field, a, b: field.refs[a] == field.refs[b], one_record=True)


def _told(
    look: Look,
    wanted: Callable[[Field, NDArray[np.int64], NDArray[np.int64]], NDArray[np.bool_]],
    one_record: bool = False,
) -> Hits:
    """The wanted overlaps above the thresholds, one hit per pair."""
    field, pairs = _field(look), look.remember("overlaps", lambda: _overlaps(look))
    same_record = field.refs[pairs.later] == field.refs[pairs.earlier]
    mask = wanted(field, pairs.later, pairs.earlier) & (same_record == one_record)
    pairs = pairs.where(mask.astype(bool))
    params: Params = {
        "other": field.refs[pairs.earlier],
        "other_row": [int(row) or None for row in field.rows[pairs.earlier]],
        "overlap_m2": pairs.area_m2.round(2),
        "share": pairs.share.round(4),
    }
    return Hits(pairs.later, params)


def _field(look: Look) -> Field:
    return look.remember("field", lambda: _make_field(look))


def _make_field(look: Look) -> Field:
    batch = look.batch
    parts = [(batch, look.grid, look.family_bits)]
    if (standing := look.context.standing) is not None:
        kept = ~is_among(standing.refs, set(batch.refs) - {""})
        around = Look(standing, look.context)
        parts.append((_taken(standing, kept), around.grid[kept], family_bits(standing, look.family_names)[kept]))
    return Field(
        own=len(batch),
        refs=np.concatenate([part.refs for part, _, _ in parts]),
        rows=np.concatenate([batch.rows, np.zeros(sum(len(part) for part, _, _ in parts[1:]), dtype=np.int64)]),
        kinds=np.concatenate([_kinds(part) for part, _, _ in parts]),
        bits=np.concatenate([bits for _, _, bits in parts]),
        on=np.concatenate([np.full(len(part), np.nan) if part.on is None else part.on for part, _, _ in parts]),
        grid=np.concatenate([grid for _, grid, _ in parts]),
    )


def _taken(batch: Batch, kept: NDArray[np.bool_]) -> Batch:
    """The columns of a batch that a field needs, for some of its rows."""
    return Batch(
        rows=batch.rows[kept],
        refs=batch.refs[kept],
        shapes=batch.shapes[kept],
        kinds=None if batch.kinds is None else batch.kinds[kept],
        on=None if batch.on is None else batch.on[kept],
    )


def _kinds(batch: Batch) -> NDArray[np.int64]:
    """Kinds of rows; rows of a file that doesn't say are hazards, as a first file is."""
    return np.zeros(len(batch), dtype=np.int64) if batch.kinds is None else batch.kinds


def _overlaps(look: Look) -> Overlaps:
    """Overlaps of one family above the thresholds, without the pairs that are one polygon twice."""
    field, limits = _field(look), look.context.limits
    # A polygon that is another one's double overlaps all that the other overlaps: said once.
    single = field.grid.copy()
    single[list(look.remember("twins", lambda: _twins(look)))] = None
    a, b = _meeting(field, single)
    area = shapely.area(shapely.intersection(field.grid[a], field.grid[b])) / CM2_PER_M2
    smaller = np.minimum(shapely.area(field.grid[a]), shapely.area(field.grid[b])) / CM2_PER_M2
    big = area > np.maximum(limits.overlap_floor_m2, limits.overlap_share * smaller)
    return Overlaps(a[big], b[big], area[big], area[big] / smaller[big])


def _meeting(field: Field, grid: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs (later, earlier) whose shapes in `grid` touch, in a family in common, at least one of the batch."""
    tree = shapely.STRtree(grid)
    a, b = tree.query(grid[: field.own], predicate="intersects")
    own_pair = b < field.own
    kept = ((a > b) | ~own_pair) & ((field.bits[a] & field.bits[b]) != 0)
    a, b = a[kept].astype(np.int64), b[kept].astype(np.int64)
    # Of two rows of the batch the one that counts from a later day is named, else the lower in the file.
    day = np.nan_to_num(field.on, nan=np.inf)
    turned = (b < field.own) & (day[b] > day[a])
    return np.where(turned, b, a), np.where(turned, a, b)


def _twins(look: Look) -> dict[int, int]:
    """Rows whose polygon an earlier row of the same side and family has: row to earlier row."""
    shapes = np.flatnonzero(look.is_polygonal & look.is_finite)
    rounded = shapely.transform(look.batch.shapes[shapes], lambda xy: np.rint(xy / SAME_SHAPE_DEG) + 0.0)
    keys = shapely.to_wkb(shapely.normalize(rounded))
    seen: dict[tuple[bytes, bool], list[int]] = {}
    twins: dict[int, int] = {}
    for i, key in zip(shapes.tolist(), keys, strict=True):
        same = seen.setdefault((key, bool(look.is_release[i])), [])
        first = next((j for j in same if look.family_bits[i] & look.family_bits[j]), None)
        if first is None:
            same.append(i)
        else:
            twins[i] = first
    return twins


def _hazard_shapes(look: Look) -> dict[str, shapely.Geometry]:
    """The land of the hazards that releases of the batch name, by reference."""
    named = set() if look.batch.hazards is None else set(look.batch.hazards) - {""}
    field = _field(look)
    wanted = is_among(field.refs, named) & field.is_hazard & ~shapely.is_missing(field.grid)
    lines: dict[str, list[shapely.Geometry]] = {}
    for i in np.flatnonzero(wanted):
        lines.setdefault(str(field.refs[i]), []).append(field.grid[i])
    return {ref: many[0] if len(many) == 1 else shapely.union_all(many, grid_size=1) for ref, many in lines.items()}


def _outside(look: Look, named: NDArray[np.object_] | None, areas: dict[str, shapely.Geometry], column: str) -> Hits:
    """Releases that reach out of the area that they name, above the thresholds."""
    if named is None or not areas:
        return NONE
    limits = look.context.limits
    at = np.flatnonzero(look.is_release & is_among(named, areas) & (look.area_m2 > 0))
    within = np.array([*(areas[ref] for ref in named[at]), None], dtype=object)[:-1]
    beyond = shapely.area(shapely.difference(look.grid[at], within)) / CM2_PER_M2
    far = beyond > np.maximum(limits.overlap_floor_m2, limits.overlap_share * look.area_m2[at])
    params = {
        column: named[at][far],
        "outside_m2": beyond[far].round(2),
        "share": (beyond[far] / look.area_m2[at][far]).round(4),
    }
    return Hits(at[far], params)
