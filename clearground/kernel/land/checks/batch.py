"""What the checks look at: rows of a file as columns, and what the register knows around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_KIND = -1


class Grid(Protocol):
    """The country's frame, as the checks need it (`kernel.land.frame.Frame` is one)."""

    def to_grid(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Lon/lat shapes in whole centimetres of an equal-area projection."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The thresholds of the rules. A country may set its own; each rule's page names those it uses."""

    same_vertex_deg: float = 1e-6  # closer vertices are one; a spike's arms lie closer than this
    longest_edge_m: float = 5_000.0  # consecutive vertices farther apart are suspicious
    overlap_share: float = 0.009  # of the smaller polygon; less is a matter of drawing
    overlap_floor_m2: float = 1.0  # an overlap below this is never reported
    border_slack_m: float = 5_000.0  # farther outside the country than this can't be a rough border
    place_share_inside: float = 0.5  # less of the polygon than this inside the stated place is reported
    datum_share_inside: float = 0.95  # another datum explains a misfit when this much then lies inside
    area_tolerance: float = 0.05  # stated against computed area, relative
    area_floor_m2: float = 100.0  # ... and absolute
    largest_area_m2: float = 500e6  # no single record is larger
    sliver_width_m: float = 2.5  # a polygon thinner than this on average is a sliver
    sheet_piece_width_m: float = 10.0  # a piece cut off by a sheet's edge is thinner than this on average ...
    sheet_piece_slenderness: float = 8.0  # ... and this many times as long as wide
    sheet_edge_deg: float = 2e-5  # edges within this of one meridian or parallel lie on one line
    sheet_edge_tilt_deg: float = 1.5  # an edge this far off north-south or east-west still follows it
    earliest_year: int = 1900


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows of one file, column by column; every array has one entry per row.

    Only `rows`, `refs` and `shapes` are needed: a column that is None isn't checked, so that
    `clearground check FILE` works on a file without a mapping.
    """

    rows: NDArray[np.int64]  # as the file's reader counts them, from 1
    refs: NDArray[np.object_]  # str; "" where the file gives none
    shapes: NDArray[np.object_]  # longitude, latitude on WGS 84; None where there is none
    lines: NDArray[np.int64] | None = None  # line within the record; 1 where the column is None
    troubles: NDArray[np.object_] | None = None  # what the reader met in the geometry: `reading.Trouble`, "" for none
    crs: NDArray[np.object_] | None = None  # reference system that the source states, such as "EPSG:32648"; "" unknown
    grid_shapes: NDArray[np.object_] | None = None  # computed from `Context.frame` when None
    kinds: NDArray[np.int64] | None = None  # `events.Kind`, NO_KIND where unreadable
    families: NDArray[np.object_] | None = None  # tuples of (family, class or None), as in `land.lines.Line`
    on: NDArray[np.float64] | None = None  # date.toordinal(); nan where missing or unreadable
    stated_m2: NDArray[np.float64] | None = None  # nan where missing or unreadable
    places: NDArray[np.object_] | None = None  # stated place codes; "" where none
    hazards: NDArray[np.object_] | None = None  # ref of the hazard that a release names; "" where none
    tasks: NDArray[np.object_] | None = None  # task codes; "" where none
    operators: NDArray[np.object_] | None = None  # organisation codes; "" where none
    given: Mapping[str, NDArray[np.object_]] = field(default_factory=dict)  # by column above: the cell's text as given
    cells: Mapping[str, str] = field(default_factory=dict)  # by column above: what the file calls it

    def __len__(self) -> int:
        """How many rows."""
        return len(self.refs)

    def cell(self, column: str) -> str:
        """What the file calls a column."""
        return self.cells.get(column, "geometry" if column == "shapes" else column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the register knows. A part that is None (or empty) isn't checked against."""

    today: int  # date.toordinal()
    frame: Grid | None = None
    country: shapely.Geometry | None = None  # the extent, longitude, latitude
    boundaries: Mapping[str, Any] = field(default_factory=dict)  # shape (lon/lat) by place code, any level
    places: frozenset[str] | None = None  # codes of all places
    operators: frozenset[str] | None = None  # codes of all organisations
    classes: Mapping[str, frozenset[str]] = field(default_factory=dict)  # class codes by family
    known_refs: frozenset[str] = frozenset()  # of records that stand in the register
    standing: Batch | None = None  # standing records near the batch: refs, kinds, families, shapes, on
    task_shapes: Mapping[str, Any] = field(default_factory=dict)  # task area (lon/lat) by task code
    readings: tuple[str, ...] | None = None  # reference systems to try; None: `position.usual_readings`
    limits: Limits = field(default_factory=Limits)
