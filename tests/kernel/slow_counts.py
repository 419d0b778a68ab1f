"""Counts by hand: cell by cell of an upright book, one event after another, with none of the fast code."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import shapely

from clearground.kernel.land.events import Event, Kind

from .books import CLASSES, RANKS
from .oracle import UNRECORDED, State, after, has_area, standing

LineKey = tuple[int, str, int]  # approval, reference, line
DEGREE_WORDS = {Kind.RECORD: "not_stated", Kind.SUSPECT: "suspected", Kind.CONFIRM: "confirmed"}
ORDER = ("not_stated", "suspected", "confirmed")
ALL_CODES = (None, *(c.code for c in CLASSES))


def line_of(event: Event) -> LineKey:
    """The line that an event is one family of."""
    return (event.seq, event.ref, event.line)


@dataclass
class Slow:
    """What the events of a book count up to, for days after `since` up to `until`, as known at `k`."""

    events: Sequence[Event]
    items: Mapping[LineKey, int]
    points: Mapping[LineKey, tuple[float, float]]
    since: int
    until: int
    k: int
    sums: Counter[tuple[str, str, str | None]] = field(default_factory=Counter)
    own: dict[tuple[str, str], Counter[tuple[str | None, bool]]] = field(default_factory=dict)
    inside: set[LineKey] = field(default_factory=set)

    def counted(self) -> dict[tuple[str, str | None], dict[str, int]]:
        """Every measure that is not zero, by family and class."""
        for family in {e.family for e in self.events}:
            for area2, stack in self._cells(family):
                self._walk(family, area2, stack)
        self._count_hazards()
        self._count_items()
        rows: defaultdict[tuple[str, str | None], dict[str, int]] = defaultdict(dict)
        for (measure, family, code), amount in self.sums.items():
            if amount:
                rows[family, code][measure] = amount
        return dict(rows)

    def _cells(self, family: str) -> Iterator[tuple[int, list[Event]]]:
        """Twice the area of each cell that no polygon divides, with what covers it, in book order."""
        known = [e for e in standing(self.events, k=self.k, t=self.until, family=family) if has_area(e)]
        if not known:
            return
        corners = shapely.get_coordinates([e.land for e in known]).astype(int)
        xs, ys = np.unique(corners[:, 0]).tolist(), np.unique(corners[:, 1]).tolist()
        for x0, x1 in pairwise(xs):
            for y0, y1 in pairwise(ys):
                centre = shapely.Point((x0 + x1) / 2, (y0 + y1) / 2)
                if stack := [e for e in known if e.land.contains(centre)]:
                    yield 2 * (x1 - x0) * (y1 - y0), stack

    def _walk(self, family: str, area2: int, stack: Sequence[Event]) -> None:
        state, opened, is_counted = UNRECORDED, None, False
        for event in stack:
            step = after(state, event.kind, event.hazard_class, RANKS).state
            if state.status == "open":
                self.inside.add(line_of(event))
            if state.status != "open" and step.status == "open":
                opened, is_counted = step.hazard_class, event.on > self.since
                self.sums["recorded", family, opened] += area2 * is_counted
            if state.status == "open" and step.status == "cancelled":
                self.sums["later_cancelled", family, opened] += area2 * is_counted
            if state.status == "open" and step.status == "cleared" and event.on > self.since:
                self._cleared(family, state, area2, self.items.get(line_of(event)))
            state = step
        for ref in {e.ref for e in stack if e.kind.is_hazard}:
            code = next(e.hazard_class for e in stack if e.ref == ref and e.kind.is_hazard)
            self.own.setdefault((ref, family), Counter())[code, state.status != "open"] += area2

    def _cleared(self, family: str, state: State, area2: int, items: int | None) -> None:
        if items is None:
            band = "items_not_reported"
        else:
            band = "no_item" if items == 0 else "few_items" if items < 4 else "more_items"
        self.sums["cleared", family, state.hazard_class] += area2
        self.sums[f"cleared_{band}", family, state.hazard_class] += area2

    def _count_hazards(self) -> None:
        stands = [e for e in standing(self.events, k=self.k, t=self.until) if e.kind.is_hazard]
        for ref, family in {(e.ref, e.family) for e in stands}:
            mine = [e for e in stands if (e.ref, e.family) == (ref, family)]
            land = self.own.get((ref, family), Counter())
            stated, drawn = self._stated(ref, family)
            whole = sum(land.values()) + stated
            released = sum(area for (_code, gone), area in land.items() if gone) + drawn
            code = self._class_of(land, mine)
            degree = max((DEGREE_WORDS[e.kind] for e in mine), key=ORDER.index)
            fate = "open" if not released else "fully_released" if released == whole else "partly_released"
            names = ["hazards", f"hazards_{degree}", f"hazards_{fate}" if whole else "hazards_without_area"]
            if degree == "confirmed" and (not whole or fate != "fully_released"):
                names.append("confirmed_areas")
            for name in names:
                self.sums[name, family, code] += 1

    def _class_of(self, land: Counter[tuple[str | None, bool]], mine: Sequence[Event]) -> str | None:
        """The class of most of the land; the earlier in the list of several; the first line's without land."""
        total: Counter[str | None] = Counter()
        for (code, _gone), area in land.items():
            total[code] += area
        if total:
            return min(total, key=lambda code: (-total[code], ALL_CODES.index(code)))
        return min(mine, key=lambda e: e.line).hazard_class

    def _stated(self, ref: str, family: str) -> tuple[int, int]:
        """What the record states without a polygon, and what was released of that, in half square centimetres."""
        stated = drawn = 0
        for event in standing(self.events, k=self.k, t=self.until, family=family):
            amount = 0 if event.land is not None or event.stated_m2 is None else round(event.stated_m2 * 20_000)
            if event.ref == ref and event.kind.is_hazard:
                stated += amount
            elif event.hazard == ref and event.kind.is_release:
                drawn += min(amount, stated - drawn)
        return stated, drawn

    def _count_items(self) -> None:
        seen = set()
        for event in self.events:
            line = line_of(event)
            stands = event in standing([event], k=self.k, t=self.until) and event.on > self.since
            if line in seen or not stands or not self.items.get(line):
                continue
            seen.add(line)  # the items of a line stand at its first family
            self.sums["items", event.family, "no class"] += self.items[line]
            if event.land is None and line not in self.points:
                self.sums["items_unlocated", event.family, "no class"] += self.items[line]
            elif not self._was_open(line):
                self.sums["items_outside", event.family, "no class"] += self.items[line]

    def _was_open(self, line: LineKey) -> bool:
        if line not in self.points:
            return line in self.inside
        return any(self._is_open_under(e, shapely.Point(self.points[line])) for e in self.events if line_of(e) == line)

    def _is_open_under(self, event: Event, point: shapely.Point) -> bool:
        state = UNRECORDED
        for other in standing(self.events, k=self.k, t=self.until, family=event.family):
            if other is event:
                return state.status == "open"
            if has_area(other) and other.land.contains(point):
                state = after(state, other.kind, other.hazard_class, RANKS).state
        return False
