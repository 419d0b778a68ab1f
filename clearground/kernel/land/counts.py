"""Counts that stand beside the balance: hazard records, the yield of clearance, the accuracy of survey.

Areas are twice square centimetres, as integers; shares of them are for whoever prints. Nothing here
is a sum of the balance sheet: the laws that tie the two together are tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .columns import Entries
from .events import HAZARD_KINDS, Degree
from .folding import Postings, Stacks
from .placing import Shares
from .states import States
from .tabulating import exact_bincount, ground_of
from .unplaced import NEW, RELEASED, Unplaced, unplaced

if TYPE_CHECKING:
    from numpy.typing import NDArray

DIMENSIONS = ("family", "class", "place")
NO_CLASS = -2
CANCELLED, CLEARED = 0, 2
NOT_REPORTED = -1
FEW_ITEMS = 3  # "one to three items" is a band of its own in the reports that donors read
# By kind of hazard event, what it says: in the order of `Kind`, so that it is looked up by it.
DEGREES = np.array([Degree.SUSPECTED, Degree.NOT_STATED, Degree.CONFIRMED])
MEASURES = (
    *("hazards", "hazards_suspected", "hazards_confirmed", "hazards_not_stated"),
    *("hazards_open", "hazards_partly_released", "hazards_fully_released", "hazards_without_area"),
    "confirmed_areas",
    *("recorded", "later_cancelled"),
    *("cleared", "cleared_no_item", "cleared_few_items", "cleared_more_items", "cleared_items_not_reported"),
    *("items", "items_outside", "items_unlocated"),
)


@dataclass(frozen=True)
class Known:
    """What is known at approval `seq`. `event` numbers the line that each entry is a family of.

    What it says of stated areas is made when it is first asked for, and kept.
    """

    seq: int
    entries: Entries
    event: NDArray[np.int64]
    states: States
    stacks: Stacks
    postings: Postings
    shares: Shares

    @cached_property
    def unplaced(self) -> Unplaced:
        """Moves of stated area by records without a polygon."""
        return unplaced(self.entries, self.seq)

    def stands(self, until: int) -> NDArray[np.bool_]:
        """By entry: its version stands, and it counts by the day."""
        return np.asarray(self.entries.stand_at(self.seq) & (self.entries.on <= until))


@dataclass(frozen=True, slots=True)
class Asked:
    """Stocks at the end of day `until`, flows after day `since`; `place_group` maps a place to its group."""

    since: int
    until: int
    by: Sequence[str] = ("family", "class")
    place_group: NDArray[np.int32] | None = None

    def group(self, place: NDArray[Any]) -> NDArray[np.int64]:
        """The group of each place; -1 for none."""
        if self.place_group is None or not len(self.place_group):
            return np.asarray(place, np.int64)
        return np.where(place < 0, -1, self.place_group[place]).astype(np.int64)

    def holds(self, day: NDArray[np.int32]) -> NDArray[np.bool_]:
        """The day is in the period."""
        return np.asarray((self.since < day) & (day <= self.until))

    def key(self, family: NDArray[Any], hazard_class: NDArray[Any], place: NDArray[Any]) -> NDArray[np.int64]:
        """A row of codes for each row, in the order of `by`."""
        codes = {"family": family, "class": hazard_class, "place": place}
        return np.column_stack([np.zeros(len(family), np.int64), *(codes[name] for name in self.by)]).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Found:
    """Items: `count` by the work of `entry`; and for each point of an event with items the face it lies on, or -1."""

    entry: NDArray[np.int64]
    count: NDArray[np.int64]
    point_event: NDArray[np.int64]
    point_face: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of counts: `codes[d][i]` is the code of row i in dimension d, `sums[m][i]` its sum."""

    codes: Mapping[str, NDArray[np.int64]]
    sums: Mapping[str, NDArray[np.int64]]

    def __len__(self) -> int:
        return len(self.sums[MEASURES[0]])


class Part(NamedTuple):
    """Amounts of one measure, each with its row of codes."""

    measure: str
    key: NDArray[np.int64]
    amount: NDArray[Any]


def count(known: Known, asked: Asked, found: Found) -> Counts:
    """Every measure, by the dimensions asked for; rows in the order of their codes."""
    parts = [*_hazards(known, asked), *_accuracy(known, asked), *_yield(known, asked, found)]
    parts += _items(known, asked, found)
    ground, places = ground_of(("", *asked.by), [part.key for part in parts])
    sums = {name: np.zeros(ground.size, np.int64) for name in MEASURES}
    for part, place in zip(parts, places, strict=True):
        sums[part.measure] += exact_bincount(place, part.amount, ground.size)
    used = np.flatnonzero(np.any(np.array(list(sums.values())) != 0, axis=0))
    codes = ground.codes(used)
    return Counts({name: codes[name] for name in asked.by}, {name: total[used] for name, total in sums.items()})


@dataclass(frozen=True, slots=True)
class Hazards:
    """Hazard records that stand on a day: once for each family where families are told apart, else once.

    `area2` is what the record itself covers, or states where it has no polygon; `released2` the part
    of it that is released on the day. Class and place are those of most of its land.
    """

    record: NDArray[np.int64]
    family: NDArray[np.int64]
    degree: NDArray[np.int64]
    hazard_class: NDArray[np.int64]
    place: NDArray[np.int64]
    area2: NDArray[np.int64]
    released2: NDArray[np.int64]


def hazards(known: Known, asked: Asked) -> Hazards:
    """The hazard records that stand at the end of the day asked for."""
    entries, name = known.entries, _names(known, asked)
    chosen = np.flatnonzero(known.stands(asked.until) & np.isin(entries.kind, sorted(HAZARD_KINDS)))
    names, first, of = np.unique(name[chosen], return_index=True, return_inverse=True)
    first = chosen[first]
    unit = np.full(len(entries), -1, np.int64)
    unit[chosen] = of
    degree = np.zeros(len(names), np.int64)
    np.maximum.at(degree, of, DEGREES[entries.kind[chosen]])
    land = _land_of(known, asked, unit)
    area2, released2 = _stated_of(known, asked, unit, names)
    np.add.at(area2, land.unit, land.area2)
    np.add.at(released2, land.unit, np.where(land.is_released, land.area2, 0))
    return Hazards(
        entries.record[first].astype(np.int64),
        entries.family[first].astype(np.int64),
        degree,
        _most(land, land.hazard_class, entries.hazard_class[first]),
        _most(land, land.place, asked.group(entries.place[first])),
        area2,
        released2,
    )


def _names(known: Known, asked: Asked) -> NDArray[np.int64]:
    """By entry, what is counted as one: its record, or its record in its family."""
    family = known.entries.family if "family" in asked.by else 0
    return known.entries.record.astype(np.int64) * _FAMILIES + family


_FAMILIES = 1 << 16


class _Land(NamedTuple):
    """What lies under hazard records, by place: whose, of which class, where, how much, and whether it is released."""

    unit: NDArray[np.int64]
    hazard_class: NDArray[np.int64]
    place: NDArray[np.int64]
    area2: NDArray[np.int64]
    is_released: NDArray[np.bool_]


def _land_of(known: Known, asked: Asked, unit: NDArray[np.int64]) -> _Land:
    """The land of each unit of entries (-1 for none); what two lines of one record cover is taken once."""
    stacks = known.stacks
    cell = np.repeat(np.arange(len(stacks.face)), np.diff(stacks.indptr))
    mine = unit[stacks.entry] >= 0
    cell, entry = cell[mine], stacks.entry[mine]
    _, once = np.unique(unit[entry] * len(stacks.face) + cell, return_index=True)
    cell, entry = cell[once], entry[once]
    row, place, area2 = _spread(known.shares, stacks.face[cell])
    is_released = known.states.release()[_state_on(known, asked.until)[cell]] >= 0
    hazard_class = known.entries.hazard_class[entry].astype(np.int64)
    return _Land(unit[entry][row], hazard_class[row], asked.group(place), area2, is_released[row])


def _spread(shares: Shares, face: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """For each face its shares: the row it came from, the place, the area."""
    first = np.searchsorted(shares.face, np.arange(int(face.max(initial=-1)) + 2))
    low, held = first[face], first[face + 1] - first[face]
    row = np.repeat(np.arange(len(face)), held)
    at = np.arange(len(row)) + np.repeat(low - np.cumsum(held) + held, held)
    return row, shares.place[at].astype(np.int64), shares.area2[at]


def _state_on(known: Known, day: int) -> NDArray[np.int64]:
    """The state of each cell at the end of a day."""
    p = known.postings
    holds = (p.day <= day) & (day < p.until)
    state = np.zeros(len(known.stacks.face), np.int64)
    state[p.cell[holds]] = p.target[holds]
    return state


def _stated_of(
    known: Known, asked: Asked, unit: NDArray[np.int64], names: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """By unit, what its lines without a polygon state, and what releases without a polygon drew on it."""
    stated, drawn = np.zeros(len(names), np.int64), np.zeros(len(names), np.int64)
    rest = known.unplaced
    new = (rest.column == NEW) & (rest.day <= asked.until)
    np.add.at(stated, unit[rest.entry[new]], rest.amount[new])
    released = (rest.column == RELEASED) & (rest.day <= asked.until)
    entry, family = rest.entry[released], known.entries.family[rest.entry[released]]
    name = known.entries.hazard[entry].astype(np.int64) * _FAMILIES + (family if "family" in asked.by else 0)
    np.add.at(drawn, np.searchsorted(names, name), rest.amount[released])
    return stated, drawn


def _most(land: _Land, code: NDArray[np.int64], otherwise: NDArray[Any]) -> NDArray[np.int64]:
    """By unit, the code of most of its land (the lowest of several); `otherwise` where it has no land."""
    result = np.array(otherwise, np.int64)
    if not len(code):
        return result
    low, size = int(code.min()), int(np.ptp(code)) + 1
    pair = land.unit * size + (code - low)
    order = np.argsort(pair, kind="stable")
    first = np.flatnonzero(np.r_[True, np.diff(pair[order]) != 0])
    unit, of = np.divmod(pair[order][first], size)
    total = np.add.reduceat(land.area2[order], first)
    best = np.lexsort((of, -total, unit))
    units, at = np.unique(unit[best], return_index=True)
    result[units] = of[best][at] + low
    return result


def kinds_of(h: Hazards) -> dict[str, NDArray[np.bool_]]:
    """By measure of hazard records, which of them it counts."""
    has_area = h.area2 > 0
    fully = has_area & (h.released2 == h.area2)
    return {
        "hazards": np.ones(len(h.record), bool),
        "hazards_suspected": h.degree == Degree.SUSPECTED,
        "hazards_confirmed": h.degree == Degree.CONFIRMED,
        "hazards_not_stated": h.degree == Degree.NOT_STATED,
        "hazards_open": has_area & (h.released2 == 0),
        "hazards_partly_released": has_area & (h.released2 > 0) & ~fully,
        "hazards_fully_released": fully,
        "hazards_without_area": ~has_area,
        "confirmed_areas": (h.degree == Degree.CONFIRMED) & ~fully,
    }


def _hazards(known: Known, asked: Asked) -> Iterator[Part]:
    h = hazards(known, asked)
    key = asked.key(h.family, h.hazard_class, h.place)
    for measure, is_one in kinds_of(h).items():
        yield Part(measure, key[is_one], np.ones(int(is_one.sum())))


def _moved(known: Known, asked: Asked, posting: NDArray[np.int64], state: NDArray[np.int16]) -> tuple[Any, Any, Any]:
    """Postings spread over places: the row of each, its key for land in `state`, its area."""
    cell = known.postings.cell[posting]
    row, place, area2 = _spread(known.shares, known.stacks.face[cell])
    hazard_class = known.states.hazard_class()[state[posting]]
    return row, asked.key(known.stacks.family[cell][row], hazard_class[row], asked.group(place)), area2


def _accuracy(known: Known, asked: Asked) -> Iterator[Part]:
    """Land that was recorded in the period, and the part that was cancelled when it was next released."""
    p, is_open = known.postings, known.states.is_open()
    turns = np.flatnonzero(is_open[p.source] != is_open[p.target])
    opens = is_open[p.target[turns]] & asked.holds(p.day[turns])
    # In a cell the turns alternate and the first one opens, so the next turn either releases what was opened,
    # or opens the next cell.
    following = np.append(turns[1:], -1)[: len(turns)]
    ends = (p.day[following] <= asked.until) & (known.states.release()[p.target[following]] == CANCELLED)
    row, key, area2 = _moved(known, asked, turns[opens], p.target)
    yield Part("recorded", key, area2)
    cancelled = ((following >= 0) & ends)[opens][row]
    yield Part("later_cancelled", key[cancelled], area2[cancelled])


def _yield(known: Known, asked: Asked, found: Found) -> Iterator[Part]:
    """Land that was cleared in the period, by how many items the same line of a report found, if it says."""
    p, states = known.postings, known.states
    cleared = states.is_open()[p.source] & (states.release()[p.target] == CLEARED) & asked.holds(p.day)
    at = np.flatnonzero(cleared)
    row, key, area2 = _moved(known, asked, at, p.source)
    items = _items_by_event(known, found)[known.event[p.entry[at]]][row]
    few = (items > 0) & (items <= FEW_ITEMS)
    bands = {"cleared_no_item": items == 0, "cleared_few_items": few, "cleared_more_items": items > FEW_ITEMS}
    bands |= {"cleared": items >= NOT_REPORTED, "cleared_items_not_reported": items == NOT_REPORTED}
    for measure, band in bands.items():
        yield Part(measure, key[band], area2[band])


def _items_by_event(known: Known, found: Found) -> NDArray[np.int64]:
    """How many items, of all types, each event found; `NOT_REPORTED` where it doesn't say, which is not zero."""
    size = int(known.event.max(initial=-1)) + 1
    total, reports = np.zeros(size, np.int64), np.zeros(size, bool)
    np.add.at(total, known.event[found.entry], found.count)
    reports[known.event[found.entry]] = True
    return np.where(reports, total, NOT_REPORTED)


def _items(known: Known, asked: Asked, found: Found) -> Iterator[Part]:
    """Items found in the period; those whose land or point was not open just before; those of unknown place."""
    entries = known.entries
    counts = known.stands(asked.until)[found.entry] & asked.holds(entries.on[found.entry])
    entry, amount = found.entry[counts], found.count[counts]
    is_located, was_open = _grounds(known, found)
    event = known.event[entry]
    outside, unlocated = is_located[event] & ~was_open[event], ~is_located[event]
    key = asked.key(entries.family[entry], np.full(len(entry), NO_CLASS), asked.group(entries.place[entry]))
    kinds = {"items": np.ones(len(entry), bool), "items_outside": outside, "items_unlocated": unlocated}
    for measure, chosen in kinds.items():
        yield Part(measure, key[chosen], amount[chosen])


def _grounds(known: Known, found: Found) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """By event with items: it has land or a point; some of that was open hazard land just before, in its families."""
    size, stacks = int(known.event.max(initial=-1)) + 1, known.stacks
    has_items, is_located, was_open = (np.zeros(size, bool) for _ in range(3))
    has_items[known.event[found.entry]] = True
    is_located[found.point_event] = True
    cell = np.repeat(np.arange(len(stacks.face)), np.diff(stacks.indptr))
    mine = has_items[known.event[stacks.entry]] & known.entries.stand_at(known.seq)[stacks.entry]
    is_located[known.event[stacks.entry[mine]]] = True
    point_cell, point_entry = _cells_of_points(known, found)
    cell, entry = np.append(cell[mine], point_cell), np.append(stacks.entry[mine], point_entry)
    opened = known.states.is_open()[_state_before(known, cell, entry)]
    was_open[known.event[entry[opened]]] = True
    return is_located, was_open


def _cells_of_points(known: Known, found: Found) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The cells that points lie in, one for each family of their event, with the entry of that family."""
    order = np.argsort(known.event, kind="stable")
    sorted_event = known.event[order]
    low = np.searchsorted(sorted_event, found.point_event)
    held = np.searchsorted(sorted_event, found.point_event, side="right") - low
    entry = order[np.arange(int(held.sum())) + np.repeat(low - np.cumsum(held) + held, held)]
    face = np.repeat(found.point_face, held)
    name = known.stacks.face * _FAMILIES + known.stacks.family
    by_name = np.argsort(name)
    wanted = face * _FAMILIES + known.entries.family[entry]
    at = np.minimum(np.searchsorted(name[by_name], wanted), max(len(name) - 1, 0))
    there = (face >= 0) & (name[by_name][at] == wanted) if len(name) else np.zeros(len(face), bool)
    return by_name[at[there]] if len(name) else at[there], entry[there]


def _state_before(known: Known, cell: NDArray[np.int64], entry: NDArray[Any]) -> NDArray[np.int64]:
    """The state of each cell just before the entry's place in book order."""
    p, rank = known.postings, known.entries.book_rank
    size = len(rank) + 1
    at = np.searchsorted(p.cell * size + rank[p.entry], cell * size + rank[entry]) - 1
    if not len(p.cell):
        return np.zeros(len(cell), np.int64)
    return np.where((at >= 0) & (p.cell[at] == cell), p.target[at], 0).astype(np.int64)
