"""What several rules need of a batch, computed once and only when a rule asks."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import shapely

from clearground.kernel.land.events import HAZARD_KINDS, RELEASE_KINDS

from .batch import Batch, Context
from .reading import Trouble
from .whereabouts import LON_LAT, near

if TYPE_CHECKING:
    from numpy.typing import NDArray

Answer = TypeVar("Answer")
POINTS, POLYGONS = (0, 4), (3, 6)
CM2_PER_M2 = 1e4


class Vertices:
    """All coordinates of some shapes: `xy`, the row each belongs to, and the ring within all rings."""

    def __init__(self, shapes: NDArray[np.object_]) -> None:
        parts, part_row = shapely.get_parts(shapes, return_index=True)
        rings, ring_part = shapely.get_rings(parts, return_index=True)
        self.xy, self.ring = shapely.get_coordinates(rings, return_index=True)
        self.ring_row = part_row[ring_part] if len(ring_part) else ring_part
        self.row = self.ring_row[self.ring] if len(self.ring) else self.ring
        # True where vertex i and vertex i + 1 are consecutive on one ring.
        self.joined = self.ring[1:] == self.ring[:-1]


@dataclass(frozen=True)
class Look:
    """A batch in its context, with derived columns."""

    batch: Batch
    context: Context

    def __len__(self) -> int:
        """How many rows."""
        return len(self.batch)

    @cached_property
    def _remembered(self) -> dict[str, Any]:
        return {}

    def remember(self, name: str, compute: Callable[[], Answer]) -> Answer:
        """What `compute` says, asked once per look; for what the rules of one module share."""
        if name not in self._remembered:
            self._remembered[name] = compute()
        answer: Answer = self._remembered[name]
        return answer

    @cached_property
    def type_ids(self) -> NDArray[np.int64]:
        """Shapely's type of each shape; -1 where there is none."""
        ids: NDArray[np.int64] = shapely.get_type_id(self.batch.shapes).astype(np.int64)
        return ids

    @cached_property
    def is_empty(self) -> NDArray[np.bool_]:
        """There is a geometry, and it or one of its parts or rings has not a single point.

        An empty part among others crashes GEOS when the shape is densified: it must not get there.
        """
        empty: NDArray[np.bool_] = shapely.is_empty(self.batch.shapes) & (self.type_ids >= 0)
        parts, part_row = shapely.get_parts(self.batch.shapes, return_index=True)
        rings, ring_part = shapely.get_rings(parts, return_index=True)
        empty[part_row[shapely.is_empty(parts)]] = True
        empty[part_row[ring_part[shapely.is_empty(rings)]]] = True
        return empty

    @cached_property
    def is_polygonal(self) -> NDArray[np.bool_]:
        """The shape is a polygon or several, with points."""
        return np.isin(self.type_ids, POLYGONS) & ~self.is_empty

    @cached_property
    def is_point(self) -> NDArray[np.bool_]:
        """The shape is a point or several."""
        return np.isin(self.type_ids, POINTS) & ~self.is_empty

    @cached_property
    def is_finite(self) -> NDArray[np.bool_]:
        """All coordinates are numbers; True where there are none."""
        xy, row = shapely.get_coordinates(self.batch.shapes, return_index=True)
        finite = np.ones(len(self), dtype=bool)
        finite[row[~np.isfinite(xy).all(axis=1)]] = False
        return finite

    @cached_property
    def is_in_degrees(self) -> NDArray[np.bool_]:
        """All coordinates are finite and within the globe's degrees; True where there are none."""
        xy, row = shapely.get_coordinates(self.batch.shapes, return_index=True)
        with np.errstate(invalid="ignore"):
            beyond = ~((np.abs(xy[:, 0]) <= 180) & (np.abs(xy[:, 1]) <= 90))
        inside = np.ones(len(self), dtype=bool)
        inside[row[beyond]] = False
        return inside

    @cached_property
    def is_valid(self) -> NDArray[np.bool_]:
        """The rings neither cross nor nest wrongly; True where there is no polygon."""
        valid = np.ones(len(self), dtype=bool)
        valid[self.is_polygonal] = shapely.is_valid(self.batch.shapes[self.is_polygonal])
        return valid

    @cached_property
    def reasons(self) -> NDArray[np.object_]:
        """Why a polygon of finite coordinates is invalid, in GEOS' words; "" where it is not."""
        reasons = np.full(len(self), "", dtype=object)
        broken = self.is_polygonal & self.is_finite & ~self.is_valid
        reasons[broken] = shapely.is_valid_reason(self.batch.shapes[broken])
        return reasons

    @cached_property
    def troubles(self) -> NDArray[np.object_]:
        """What the reader met; "" where nothing."""
        given = self.batch.troubles
        return np.full(len(self), Trouble.NONE, dtype=object) if given is None else given

    @cached_property
    def is_sound(self) -> NDArray[np.bool_]:
        """A valid polygon of finite degrees, read without trouble: what can be computed with.

        A ring that the reader closed is sound: it is reported, not refused.
        """
        readable = np.isin(self.troubles, [Trouble.NONE, Trouble.NOT_CLOSED])
        sound: NDArray[np.bool_] = self.is_polygonal & self.is_in_degrees & self.is_valid & readable
        return sound

    @cached_property
    def is_away(self) -> NDArray[np.bool_]:
        """The shape's box doesn't meet the country, margin included; False where no country is known."""
        country = self.context.country
        away = np.zeros(len(self), dtype=bool)
        located = (self.is_polygonal | self.is_point) & self.is_finite
        if country is not None and located.any():
            boxes = shapely.box(*shapely.bounds(self.batch.shapes[located]).T)
            away[located] = ~shapely.intersects(near(country, self.context.limits.border_slack_m), boxes)
        return away

    @cached_property
    def is_measured(self) -> NDArray[np.bool_]:
        """The shape is sound and lies where the country's projection is good."""
        return self.is_sound & ~self.is_away

    @cached_property
    def vertices(self) -> Vertices:
        """The vertices of the polygons of finite coordinates, in degrees."""
        shapes = self.batch.shapes.copy()
        shapes[~(self.is_polygonal & self.is_in_degrees)] = None
        return Vertices(shapes)

    @cached_property
    def grid(self) -> NDArray[np.object_]:
        """Measured polygons in integer centimetres; None elsewhere, or without a frame."""
        grid, measured = np.full(len(self), None, dtype=object), self.is_measured
        if self.batch.grid_shapes is not None:
            grid[measured] = self.batch.grid_shapes[measured]
        elif self.context.frame is not None and measured.any():
            grid[measured] = self.context.frame.to_grid(self.batch.shapes[measured])
        return grid

    @cached_property
    def has_grid(self) -> bool:
        """Areas can be computed."""
        return self.batch.grid_shapes is not None or self.context.frame is not None

    @cached_property
    def area_m2(self) -> NDArray[np.float64]:
        """Area on the grid; 0 where nothing remains on it, nan where the polygon isn't measured."""
        area = np.nan_to_num(shapely.area(self.grid)) / CM2_PER_M2
        return np.where(self.is_measured, area, np.nan)

    @cached_property
    def stated_m2(self) -> NDArray[np.float64]:
        """Area as stated; nan where the file states none."""
        stated = self.batch.stated_m2
        return np.full(len(self), np.nan) if stated is None else stated

    @cached_property
    def has_stated_area(self) -> NDArray[np.bool_]:
        """A positive area is stated, so that the record can be booked without its shape."""
        with np.errstate(invalid="ignore"):
            return np.isfinite(self.stated_m2) & (self.stated_m2 > 0)

    @cached_property
    def family_bits(self) -> NDArray[np.int64]:
        """Each row's families as bits; one bit for all where the families aren't known."""
        return family_bits(self.batch, self.family_names)

    @cached_property
    def family_names(self) -> list[str]:
        """The families that the batch and its neighbours name."""
        batches = [batch for batch in (self.batch, self.context.standing) if batch is not None]
        columns = [batch.families for batch in batches if batch.families is not None]
        return sorted({family for column in columns for pairs in column for family, _ in pairs or ()})

    @cached_property
    def stated_crs(self) -> NDArray[np.object_]:
        """The reference system that each row states; degrees on WGS 84 where it states none."""
        crs = self.batch.crs
        blank = np.full(len(self), LON_LAT, dtype=object)
        return blank if crs is None else np.where(crs == "", blank, crs)

    @cached_property
    def places(self) -> NDArray[np.object_]:
        """The place code that each row states; "" where none."""
        given = self.batch.places
        return np.full(len(self), "", dtype=object) if given is None else given

    @cached_property
    def is_hazard(self) -> NDArray[np.bool_]:
        """The row says that land is hazardous; True for all where the kind isn't known."""
        kinds = self.batch.kinds
        return np.ones(len(self), dtype=bool) if kinds is None else np.isin(kinds, sorted(HAZARD_KINDS))

    @cached_property
    def is_release(self) -> NDArray[np.bool_]:
        """The row releases land."""
        kinds = self.batch.kinds
        return np.zeros(len(self), dtype=bool) if kinds is None else np.isin(kinds, sorted(RELEASE_KINDS))


def is_among(values: NDArray[np.object_], known: Container[str]) -> NDArray[np.bool_]:
    """Which values are known."""
    return np.fromiter((value in known for value in values), dtype=bool, count=len(values))


def family_bits(batch: Batch, names: list[str]) -> NDArray[np.int64]:
    """Families as bits in the order of `names`; all bits where a batch doesn't know its families."""
    if batch.families is None:
        return np.full(len(batch), -1, dtype=np.int64)
    bit = {name: 1 << k for k, name in enumerate(names)}
    values = (sum({bit[family] for family, _ in pairs or ()}) for pairs in batch.families)
    return np.fromiter(values, dtype=np.int64, count=len(batch))
