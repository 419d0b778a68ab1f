"""The index that tiles are cut from: all land of one approval number over all time, in web Mercator.

It is kept beside the arrays of the ledger and mapped by every process. Where none is kept yet, the
land of one block is read from the books.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.land import selectors as land
from clearground.land.models import Approval, Cluster, LandEvent
from clearground.land.selectors.kept_arrays import forget_arrays, keep_arrays, kept_arrays, kept_names

from .mercator import Box, to_mercator

PREFIX = "map-"
INDEXES_KEPT = 3
# A country of so few clusters is read whole in a second or two: nothing need be prepared for it.
FEW_CLUSTERS = 8_000
BLOCKS_KEPT = 24
SPECK_DEG = 1e-7
LASTING = 3_652_059  # 31 December 9999: the state lasts
# Released land first, open land on top of it, the surest last.
DRAWN = ("cancelled", "reduced", "cleared", "not_stated", "suspected", "confirmed")
WORDS = ("state", "family", "class", "outside", "method", "operator", "campaign")
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LandIndex:
    """Pieces of land in drawing order: bytes of shapes in the unit square, boxes, and what is said of each.

    `boxes` has a row for each side (west, north, east, south), `codes` for each of `WORDS`,
    whose values `values` lists. Areas are half square centimetres.
    """

    bytes: NDArray[np.uint8]
    ends: Numbers
    boxes: NDArray[np.float64]
    since: Numbers
    until: Numbers
    area2: Numbers
    codes: NDArray[np.int16]
    values: dict[str, list[Any]]

    def __len__(self) -> int:
        return len(self.since)

    def meeting(self, window: Box) -> Numbers:
        """The pieces whose boxes meet a window of the unit square, in drawing order."""
        west, north, east, south = window
        low_x, low_y, high_x, high_y = self.boxes
        near = np.flatnonzero((low_x <= east) & (high_x >= west))
        return near[(low_y[near] <= south) & (high_y[near] >= north)]

    def boxes_of(self, at: Numbers) -> NDArray[np.float64]:
        """The boxes of these pieces, a row each."""
        return self.boxes[:, at].T

    def shapes(self, at: Numbers) -> NDArray[np.object_]:
        """The shapes of these pieces."""
        starts, ends = np.r_[0, self.ends][at].tolist(), self.ends[at].tolist()
        return shapely.from_wkb([self.bytes[low:high].tobytes() for low, high in zip(starts, ends, strict=True)])

    def area_m2(self, at: Numbers) -> NDArray[np.float64]:
        """The areas of these pieces."""
        return self.area2[at] / HALF_CM2_PER_M2


def index_of(found: land.Intervals, said: land.IntervalCodes) -> LandIndex:
    """The index of intervals of land."""
    values, codes = _coded(found, said)
    drawn = np.argsort(codes[WORDS.index("state")], kind="stable")
    shapes = to_mercator(located(found)[drawn])
    bodies = shapely.to_wkb(shapes, include_srid=False)
    joined = np.frombuffer(b"".join(bodies), np.uint8)
    return LandIndex(
        bytes=joined,
        ends=np.cumsum([len(body) for body in bodies], dtype=np.int64),
        boxes=np.ascontiguousarray(shapely.bounds(shapes).reshape(-1, 4).T),
        since=found.since[drawn],
        until=np.minimum(found.until[drawn], LASTING),
        area2=found.area2[drawn],
        codes=codes[:, drawn],
        values=values,
    )


def located(found: land.Intervals) -> NDArray[np.object_]:
    """The shapes; slivers whose corners fell together on the grid are a centimetre somewhere in their event."""
    shapes = found.shape.copy()
    lost = np.flatnonzero(shapely.is_empty(shapes) | shapely.is_missing(shapes))
    of = LandEvent.objects.in_bulk(set(found.event_id[lost].tolist())) if len(lost) else {}
    for at in lost.tolist():
        whole = of[int(found.event_id[at])].shape
        shapes[at] = whole.representative_point().buffer(SPECK_DEG, quad_segs=1)
    return shapes


def _coded(found: land.Intervals, said: land.IntervalCodes) -> tuple[dict[str, list[Any]], NDArray[np.int16]]:
    """The words of tiles as lists, and for each piece which of them it has; "" is *none stated*."""
    state = [DRAWN.index(each["state"]) for each in said.states]
    own = [_at(said.classes, each["hazard_class"]) for each in said.states]
    outside = [int(each["is_outside"]) for each in said.states]
    of_class = np.array(own or [0])[found.state] if len(found) else found.state
    lists = {"method": said.methods, "operator": said.operators, "campaign": said.campaigns}
    values: dict[str, list[Any]] = {
        **{"state": list(DRAWN), "family": list(said.families), "class": ["", *said.classes]},
        **{"outside": [False, True]},
        **{name: ["", *words] for name, words in lists.items()},
    }
    columns = [
        np.array(state)[found.state],
        found.family,
        np.where(found.left >= 0, found.left + 1, of_class),
        np.array(outside)[found.state],
        *(getattr(found, name) + 1 for name in lists),
    ]
    return values, np.array(columns, np.int16)


def _at(classes: tuple[str, ...], code: str | None) -> int:
    """The position of a class in the list of a tile, where 0 is *none stated*."""
    return classes.index(code) + 1 if code in classes else 0


def kept_name(seq: int) -> str:
    """The folder of the index of an approval; a register that was made anew has others."""
    at = Approval.objects.filter(seq=seq).values_list("recorded_at", flat=True).first()
    return f"{PREFIX}{seq}-{int(at.timestamp()) if at else 0}"


def keep_index(seq: int) -> LandIndex:
    """The index of an approval is made and kept; of the older ones only the last few are left."""
    made, name = index_of(land.land_intervals(seq=seq), land.interval_codes()), kept_name(seq)
    arrays = {each: getattr(made, each) for each in ("bytes", "ends", "boxes", "since", "until", "area2", "codes")}
    keep_arrays(name, name, arrays, {"values": made.values})
    forget_arrays(set(kept_names(PREFIX)[INDEXES_KEPT:]))
    kept_index.cache_clear()
    return made


@lru_cache(maxsize=INDEXES_KEPT)
def kept_index(name: str) -> LandIndex | None:
    """The index as kept, mapped; None where there is none."""
    found = kept_arrays(name)
    return LandIndex(**found[0], values=found[1]["values"]) if found else None


@lru_cache(maxsize=4)
def has_few_clusters(_seq: int) -> bool:
    """The land of the whole country is read in a moment. `seq` is what makes it right to keep."""
    return Cluster.objects.filter(until_seq=None).count() <= FEW_CLUSTERS


@lru_cache(maxsize=BLOCKS_KEPT)
def block(seq: int, box: Box | None) -> LandIndex:
    """The land of one box (None: of all the country), read from the books. `seq` is what makes it right to keep."""
    return index_of(land.land_intervals(seq=seq, box=box), land.interval_codes())
