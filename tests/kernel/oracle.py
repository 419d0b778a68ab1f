"""The slow obvious engines: what the ledger must say, worked out without any code of the ledger.

Three of them, from the same table of transitions, none of which cuts faces or reads a posting:

- `Ground`: one event after another on a map of state to region, with plain overlay;
- `state_of_points`: which raw polygons contain a point, and nothing else;
- `stocks_by_cells`: for books of upright rectangles, exact in whole square centimetres.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import shapely

from clearground.kernel.land.events import Degree, Event, Kind

Ranks = Mapping[str, int]


class State(NamedTuple):
    """The account that a point of land is in, in one family."""

    status: str = "unrecorded"
    hazard_class: str | None = None
    degree: Degree | None = None
    is_outside: bool = False


UNRECORDED = State()
# Written out by name, so that the numbers of the kinds in the kernel are held against it too.
ORDER_OF_A_DAY = ("SUSPECT", "RECORD", "CONFIRM", "RECLASSIFY", "CANCEL", "REDUCE", "CLEAR", "REOPEN")


class Step(NamedTuple):
    """Where one event takes land, under which column of the sheet, and what is noted."""

    state: State
    flow: str = ""
    note: str = ""


def column_of(state: State) -> str:
    """The column of the table of transitions that a state stands in."""
    if state.status == "open":
        return "confirmed" if state.degree == Degree.CONFIRMED else "open"
    return "released" if state.status in {"cancelled", "reduced", "cleared"} else "unrecorded"


def higher(c: str | None, d: str | None, ranks: Ranks) -> str | None:
    """The class of the greater threat; the one that stands where neither is greater."""
    return d if ranks.get(d or "", -1) > ranks.get(c or "", -1) else c


def _opened(kind: Kind, d: str | None) -> State:
    degree = {Kind.RECORD: Degree.NOT_STATED, Kind.CONFIRM: Degree.CONFIRMED}.get(kind, Degree.SUSPECTED)
    return State("open", d, degree)


def _hazard(kind: Kind, state: State, d: str | None, ranks: Ranks) -> Step:
    column, opened = column_of(state), _opened(kind, d)
    if column == "unrecorded":
        return Step(opened, "new")
    if column == "released":
        return Step(opened, "reopened", "hazard_on_released_land")
    assert state.degree is not None
    assert opened.degree is not None
    result = State("open", higher(state.hazard_class, d, ranks), max(state.degree, opened.degree))
    note = "degree_stays" if column == "confirmed" and kind != Kind.CONFIRM else ""
    return Step(result, "" if result == state else "changed", note)


def _reclassify(state: State, d: str | None) -> Step:
    if state.status != "open":
        return Step(state, "", f"reclassified_{column_of(state)}")
    result = state._replace(hazard_class=d)
    return Step(result, "" if result == state else "changed")


def _release(kind: Kind, state: State) -> Step:
    released = {Kind.CANCEL: "cancelled", Kind.REDUCE: "reduced", Kind.CLEAR: "cleared"}[kind]
    column = column_of(state)
    if column == "released":
        return Step(state, "", "released_twice")
    if column == "unrecorded":
        return Step(State(released, is_outside=True), "outside")
    note = "confirmed_cancelled" if (kind, column) == (Kind.CANCEL, "confirmed") else ""
    return Step(State(released), released, note)


def _reopen(state: State, d: str | None) -> Step:
    opened = State("open", d, Degree.SUSPECTED)
    column = column_of(state)
    if column == "unrecorded":
        return Step(opened, "new", "reopened_unrecorded")
    return Step(opened, "reopened") if column == "released" else Step(state)


def after(state: State, kind: Kind, d: str | None, ranks: Ranks) -> Step:
    """The table of transitions of the design, row by row."""
    if kind.is_hazard:
        return _hazard(kind, state, d, ranks)
    if kind.is_release:
        return _release(kind, state)
    return _reclassify(state, d) if kind == Kind.RECLASSIFY else _reopen(state, d)


def standing(events: Iterable[Event], *, k: int, t: int, family: str | None = None) -> list[Event]:
    """The versions known at `k` that count by day `t`, in book order."""
    known = [
        e
        for e in events
        if e.seq <= k and (e.until_seq is None or k < e.until_seq) and e.on <= t and family in (None, e.family)
    ]
    return sorted(known, key=lambda e: (e.on, ORDER_OF_A_DAY.index(e.kind.name), e.first_seq, e.ref, e.line))


def has_area(event: Event) -> bool:
    """The event covers ground."""
    return event.land is not None and event.land.area > 0


class Move(NamedTuple):
    """Area that one event took from one state to another (equal where it only left a note)."""

    ref: str
    line: int
    family: str
    before: State
    after: State
    flow: str
    note: str
    earlier_ref: str


@dataclass
class Ground:
    """One family's land, state by state, after some of its events. Areas are in m²."""

    family: str
    ranks: Ranks
    regions: dict[tuple[State, str], shapely.Geometry] = field(default_factory=dict)
    moves: Counter[Move] = field(default_factory=Counter)

    def apply(self, event: Event) -> None:
        """The land under the event has gone where the table sends it."""
        land = event.land
        assert land is not None
        recorded = shapely.union_all(list(self.regions.values())) if self.regions else shapely.Polygon()
        pieces = [((UNRECORDED, ""), areal(land.difference(recorded)))]
        for key, region in list(self.regions.items()):
            pieces.append((key, areal(region.intersection(land))))
            self.regions[key] = areal(region.difference(land))
        for key, piece in pieces:
            self._move(event, key, piece)

    def _move(self, event: Event, key: tuple[State, str], piece: shapely.Geometry) -> None:
        if piece.is_empty:
            return
        state, by = key
        step = after(state, event.kind, event.hazard_class, self.ranks)
        if step.flow or step.note:
            move = Move(event.ref, event.line, self.family, state, step.state, step.flow, step.note, by)
            self.moves[move] += piece.area / 1e4
        if step.state == UNRECORDED:
            return
        changed = (step.state, event.ref if step.flow and column_of(step.state) == "released" else by)
        if column_of(step.state) != "released":
            changed = (step.state, "")
        self.regions[changed] = areal(self.regions.get(changed, shapely.Polygon()).union(piece))

    def stocks_m2(self) -> dict[State, float]:
        """The area of each account."""
        stocks: defaultdict[State, float] = defaultdict(float)
        for (state, _by), region in self.regions.items():
            stocks[state] += region.area / 1e4
        return {state: area for state, area in stocks.items() if area > 0}


def areal(geometry: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a geometry, without the lines and points that overlay leaves where things touch."""
    parts = [p for p in shapely.get_parts(geometry) if p.area > 0]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def ground(events: Sequence[Event], family: str, *, t: int, k: int, ranks: Ranks) -> Ground:
    """The family's land on day `t` as known at `k`, one event after another."""
    result = Ground(family, ranks)
    for event in standing(events, k=k, t=t, family=family):
        if has_area(event):
            result.apply(event)
    return result


def _fold(events: Iterable[Event], ranks: Ranks) -> State:
    state = UNRECORDED
    for event in events:
        state = after(state, event.kind, event.hazard_class, ranks).state
    return state


def state_of_point(events: Sequence[Event], x: float, y: float, family: str, *, t: int, k: int, ranks: Ranks) -> State:
    """The account of one point: the raw polygons that contain it, in book order."""
    return states_of_points(events, np.array([x]), np.array([y]), family, t=t, k=k, ranks=ranks)[0]


def states_of_points(
    events: Sequence[Event], x: np.ndarray, y: np.ndarray, family: str, *, t: int, k: int, ranks: Ranks
) -> list[State]:
    """The account of each point, from containment in raw polygons alone."""
    stack = [e for e in standing(events, k=k, t=t, family=family) if has_area(e)]
    if not stack:
        return [UNRECORDED] * len(x)
    covers = np.array([shapely.contains_xy(e.land, x, y) for e in stack])
    patterns, which = np.unique(covers, axis=1, return_inverse=True)
    states = [_fold((e for e, on in zip(stack, column, strict=True) if on), ranks) for column in patterns.T]
    return [states[i] for i in np.ravel(which)]


def stocks_by_cells(events: Sequence[Event], family: str, *, t: int, k: int, ranks: Ranks) -> dict[State, int]:
    """Twice the area in cm² of each account, exact for books of upright rectangles.

    The lines through all corners make cells that no polygon divides; a cell's centre speaks for it.
    """
    corners = shapely.get_coordinates([e.land for e in events if has_area(e)]).astype(np.int64)
    if not len(corners):
        return {}
    xs, ys = np.unique(corners[:, 0]), np.unique(corners[:, 1])
    x, y = np.meshgrid((xs[1:] + xs[:-1]) / 2, (ys[1:] + ys[:-1]) / 2)
    area2 = 2 * np.outer(np.diff(ys), np.diff(xs)).ravel()
    states = states_of_points(events, x.ravel(), y.ravel(), family, t=t, k=k, ranks=ranks)
    stocks: defaultdict[State, int] = defaultdict(int)
    for state, area in zip(states, area2.tolist(), strict=True):
        if state != UNRECORDED:
            stocks[state] += area
    return dict(stocks)


def unplaced_m2(events: Sequence[Event], family: str, *, t: int, k: int) -> dict[str, float]:
    """Stated area of records without a polygon: new, released, outside, and what is left.

    A release draws on the account of the hazard record that it names, as far as that goes.
    """
    left: defaultdict[str | None, float] = defaultdict(float)
    sums = {"new": 0.0, "released": 0.0, "outside": 0.0}
    for event in standing(events, k=k, t=t, family=family):
        if event.land is not None or event.stated_m2 is None:
            continue
        if event.kind.is_hazard:
            left[event.ref] += event.stated_m2
            sums["new"] += event.stated_m2
        elif event.kind.is_release:
            drawn = min(event.stated_m2, left[event.hazard]) if event.hazard else 0.0
            left[event.hazard] -= drawn
            sums["released"] += drawn
            sums["outside"] += event.stated_m2 - drawn
    return sums | {"closing": sum(left.values())}
