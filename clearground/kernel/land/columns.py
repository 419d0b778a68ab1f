"""Events as columns, in the form that folding scans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .events import Event, HazardClass

if TYPE_CHECKING:
    from numpy.typing import NDArray

STANDS = np.iinfo(np.int32).max
NO_CODE = -1


@dataclass(frozen=True, slots=True)
class Entries:
    """One row for each (line, family): what `Event` says, as numbers.

    `land` is the row of the line's polygon in the cut (-1 where it has none). `until_seq` is
    `STANDS` for a version that stands. `book_rank` is the position in book order over all entries,
    so that a stack is sorted by it whatever is known. The other columns are indexes into the lists
    of `codes`, -1 where nothing is stated.
    """

    land: NDArray[np.int64]
    seq: NDArray[np.int32]
    until_seq: NDArray[np.int32]
    kind: NDArray[np.int8]
    family: NDArray[np.int16]
    hazard_class: NDArray[np.int16]
    on: NDArray[np.int32]
    book_rank: NDArray[np.int64]
    stated_m2: NDArray[np.float64]
    record: NDArray[np.int32]
    first_seq: NDArray[np.int32]
    place: NDArray[np.int32]
    hazard: NDArray[np.int32]
    operator: NDArray[np.int32]
    method: NDArray[np.int32]
    task: NDArray[np.int32]
    campaign: NDArray[np.int32]
    contract: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.seq)

    def stand_at(self, seq: int) -> NDArray[np.bool_]:
        """The versions known at approval `seq`."""
        return (self.seq <= seq) & (seq < self.until_seq)


@dataclass(frozen=True, slots=True)
class Codes:
    """What the indexes of `Entries` mean. `records` are references; classes carry their family."""

    families: tuple[str, ...]
    classes: tuple[HazardClass, ...]
    records: Sequence[str] = ()
    places: Sequence[str] = ()
    operators: Sequence[str] = ()
    methods: Sequence[str] = ()
    tasks: Sequence[str] = ()
    campaigns: Sequence[str] = ()
    contracts: Sequence[str] = ()


def book_rank(
    on: NDArray[Any], kind: NDArray[Any], first_seq: NDArray[Any], record_order: NDArray[Any], line: NDArray[Any]
) -> NDArray[np.int64]:
    """The position of each entry in book order: day, rank of kind, first approval, reference, line."""
    rank = np.empty(len(on), dtype=np.int64)
    rank[np.lexsort([line, record_order, first_seq, kind, on])] = np.arange(len(on))
    return rank


STATED_CODES = ("place", "operator", "method", "task", "campaign", "contract")


def columns_of(events: Sequence[Event], classes: Iterable[HazardClass]) -> tuple[Entries, Codes]:
    """The entries of plain events; entry i is event i and land i is its polygon."""
    codes = _codes(events, tuple(classes))
    record_at = {ref: i for i, ref in enumerate(codes.records)}

    def column(values: Iterable[Any], dtype: Any = np.int32) -> NDArray[Any]:
        return np.fromiter(values, dtype=dtype, count=len(events))

    on, kind = column(e.on for e in events), column((e.kind for e in events), np.int8)
    first, record = column(e.first_seq for e in events), column(record_at[e.ref] for e in events)
    entries = Entries(
        land=column((NO_CODE if e.land is None else i for i, e in enumerate(events)), np.int64),
        seq=column(e.seq for e in events),
        until_seq=column(STANDS if e.until_seq is None else e.until_seq for e in events),
        kind=kind,
        family=column((codes.families.index(e.family) for e in events), np.int16),
        hazard_class=_classes_of(events, codes.classes),
        on=on,
        book_rank=book_rank(on, kind, first, record, column(e.line for e in events)),
        stated_m2=column((np.nan if e.stated_m2 is None else e.stated_m2 for e in events), np.float64),
        record=record,
        first_seq=first,
        hazard=column(record_at.get(e.hazard or "", NO_CODE) for e in events),
        **{name: _positions(events, name, getattr(codes, f"{name}s")) for name in STATED_CODES},
    )
    return entries, codes


def _codes(events: Sequence[Event], classes: tuple[HazardClass, ...]) -> Codes:
    """The lists that these events' codes are positions in, each in the order of its codes."""
    families = tuple(dict.fromkeys(c.family for c in classes))
    records = tuple(sorted({e.ref for e in events} | {e.hazard for e in events if e.hazard}))
    lists = {f"{name}s": tuple(sorted({getattr(e, name) for e in events} - {None})) for name in STATED_CODES}
    return Codes(families, classes, records, **lists)


def _classes_of(events: Sequence[Event], classes: tuple[HazardClass, ...]) -> NDArray[np.int16]:
    at = {(c.family, c.code): i for i, c in enumerate(classes)}
    return np.array([at.get((e.family, e.hazard_class or ""), NO_CODE) for e in events], np.int16)


def _positions(events: Sequence[Event], name: str, codes: Sequence[str]) -> NDArray[np.int32]:
    """By event, the position in `codes` of what it states; -1 where it states none."""
    at = {code: i for i, code in enumerate(codes)}
    return np.array([at.get(getattr(e, name), NO_CODE) for e in events], np.int32)
