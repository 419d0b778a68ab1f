"""What happens to land, as the books see it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import shapely


class Kind(IntEnum):
    """Kinds of event; the value is the rank in book order among events of one day."""

    SUSPECT = 0
    RECORD = 1
    CONFIRM = 2
    RECLASSIFY = 3
    CANCEL = 4
    REDUCE = 5
    CLEAR = 6
    REOPEN = 7

    @property
    def is_hazard(self) -> bool:
        """The event says that land is hazardous."""
        return self in HAZARD_KINDS

    @property
    def is_release(self) -> bool:
        """The event releases land."""
        return self in RELEASE_KINDS


HAZARD_KINDS = frozenset({Kind.SUSPECT, Kind.RECORD, Kind.CONFIRM})
RELEASE_KINDS = frozenset({Kind.CANCEL, Kind.REDUCE, Kind.CLEAR})


class Degree(IntEnum):
    """How sure the authority is that open land is contaminated."""

    NOT_STATED = 0
    SUSPECTED = 1
    CONFIRMED = 2


@dataclass(frozen=True, slots=True)
class HazardClass:
    """A class of one family's list; a higher `threat_rank` is the greater threat."""

    code: str
    family: str
    threat_rank: int
    parent: str | None = None
    is_contamination: bool = True


@dataclass(frozen=True, slots=True)
class Event:
    """One line of one version of a record, in one family: immutable.

    `on` is a proleptic day number (date.toordinal). `land` is in integer centimetres of the
    country's equal-area projection, or None where no usable polygon is known; `stated_m2` is as
    the source stated it. The version stands from `seq` until a later version of the same `ref`
    is approved at `until_seq` (None while it stands). `first_seq` is the approval at which `ref`
    was first known.
    """

    ref: str
    line: int
    seq: int
    first_seq: int
    kind: Kind
    family: str
    on: int
    hazard_class: str | None = None
    until_seq: int | None = None
    land: shapely.Geometry | None = None
    stated_m2: float | None = None
    place: str | None = None
    hazard: str | None = None
    operator: str | None = None
    method: str | None = None
    task: str | None = None
    campaign: str | None = None
    contract: str | None = None

    @property
    def book_order(self) -> tuple[int, int, int, str, int]:
        """Day, rank, first approval, then `ref` and `line` where one approval brought several."""
        return (self.on, int(self.kind), self.first_seq, self.ref, self.line)
