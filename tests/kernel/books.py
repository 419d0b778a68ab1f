"""Books of land to try the ledger on: drawn by Hypothesis, or made from a seed number.

`upright_books` draws few records of upright rectangles over a few shared lines, so that overlap,
shared edges, slivers of 1 cm and borders of tiles are the rule, failures shrink well, and exact
books can be kept by hand. `seeded_book` makes scenes of free polygons, each of which forces one
thing that goes wrong in real books. `tests.kernel.occurrence` counts how often each occurred.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import shapely
from hypothesis import strategies as st

from clearground.kernel.land.events import HAZARD_KINDS, RELEASE_KINDS, Event, HazardClass, Kind

from .oracle import Ranks

FIRST_DAY = 735_000
TILE_CM = 500_000
CLASSES = (
    HazardClass("A1", "mines", 90),
    HazardClass("A2.1", "mines", 85, parent="A2"),
    HazardClass("A2", "mines", 80),
    HazardClass("A4", "mines", 60),
    HazardClass("B2", "mines", 10, is_contamination=False),
    HazardClass("CMR", "cmr", 50),
    HazardClass("CMR-weak", "cmr", 40),
    HazardClass("ERW", "erw", 50),
)
FAMILIES = ("mines", "cmr", "erw")
RANKS: Ranks = {c.code: c.threat_rank for c in CLASSES}
CODES = {family: tuple(c.code for c in CLASSES if c.family == family) for family in FAMILIES}


@dataclass(frozen=True)
class Line:
    """A line of a report: what it says of which land, in which families."""

    kind: Kind
    on: int
    families: tuple[tuple[str, str | None], ...]
    land: shapely.Geometry | None
    number: int = 1
    stated_m2: float | None = None
    hazard: str | None = None


Version = tuple[str, tuple[Line, ...]]  # a record and its lines; a withdrawal has none


@dataclass(frozen=True)
class Book:
    """Approvals in the order in which they came; each brings versions of records."""

    approvals: tuple[tuple[Version, ...], ...]

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """All versions of all records, one event per line and family."""
        return tuple(events_of(self.approvals))

    @property
    def last_k(self) -> int:
        """The last approval."""
        return len(self.approvals)

    @property
    def days(self) -> list[int]:
        """Each day on which something happened, the day before the first, and the day after the last."""
        happened = {e.on for e in self.events}
        return sorted(happened | {min(happened, default=FIRST_DAY) - 1, max(happened, default=FIRST_DAY) + 1})

    @property
    def families(self) -> list[str]:
        """The families that the book speaks of."""
        return [f for f in FAMILIES if any(e.family == f for e in self.events)]

    def until(self, k: int) -> Book:
        """The book as it was after approval `k`, with nothing known of what came later."""
        return Book(self.approvals[:k])


def events_of(approvals: Sequence[Sequence[Version]]) -> list[Event]:
    """The events of a list of approvals, with the approvals at which each version stood."""
    first: dict[str, int] = {}
    standing: dict[str, list[int]] = {}
    events: list[Event] = []
    for seq, versions in enumerate(approvals, start=1):
        for ref, lines in versions:
            for index in standing.pop(ref, []):
                events[index] = replace(events[index], until_seq=seq)
            first.setdefault(ref, seq)
            standing[ref] = list(range(len(events), len(events) + sum(len(line.families) for line in lines)))
            events += [_event(ref, seq, first[ref], line, f, c) for line in lines for f, c in line.families]
    return events


def _event(ref: str, seq: int, first_seq: int, line: Line, family: str, code: str | None) -> Event:
    return Event(
        ref=ref, line=line.number, seq=seq, first_seq=first_seq, kind=line.kind, family=family, on=line.on,
        hazard_class=code, land=line.land, stated_m2=line.stated_m2, hazard=line.hazard,
    )  # fmt: skip


# --- drawn by Hypothesis -------------------------------------------------------------------------

LINES_CM = (-TILE_CM, -1, 0, 1, 4_000, 7_001, 9_000, TILE_CM - 3_000, TILE_CM, TILE_CM + 1, TILE_CM + 5_000)


@st.composite
def upright_lands(draw: st.DrawFn) -> shapely.Geometry:
    """A rectangle, or one less another (holes), or one more another (parts), on few shared lines."""
    shape = draw(st.sampled_from(("one", "one", "one", "less", "more", "hole")))
    if shape == "hole":
        return _with_hole(
            *(draw(st.lists(st.sampled_from(LINES_CM), min_size=4, max_size=4, unique=True)) for _ in "xy")
        )
    land = draw(_rectangles())
    if shape == "one":
        return land
    other = draw(_rectangles())
    both = land.difference(other) if shape == "less" else land.union(other)
    return both if both.area > 0 else land


def _with_hole(xs: list[int], ys: list[int]) -> shapely.Geometry:
    (x0, x1, x2, x3), (y0, y1, y2, y3) = sorted(xs), sorted(ys)
    return shapely.box(x0, y0, x3, y3).difference(shapely.box(x1, y1, x2, y2))


def _rectangles() -> st.SearchStrategy[shapely.Polygon]:
    side = st.lists(st.sampled_from(LINES_CM), min_size=2, max_size=2, unique=True).map(sorted)
    return st.tuples(side, side).map(lambda s: shapely.box(s[0][0], s[1][0], s[0][1], s[1][1]))


@st.composite
def stated_families(draw: st.DrawFn, *, with_class: bool) -> tuple[tuple[str, str | None], ...]:
    """One family, seldom several, with a class (or, seldom, none) where the kind of event states one."""
    count = draw(st.sampled_from((1, 1, 1, 2)))
    chosen = draw(st.lists(st.sampled_from(FAMILIES[:2]), min_size=count, max_size=count, unique=True))
    if not with_class:
        return tuple((family, None) for family in sorted(chosen))
    return tuple((family, draw(st.sampled_from((*CODES[family], None)))) for family in sorted(chosen))


GROUPS = {"hazard": HAZARD_KINDS, "release": RELEASE_KINDS, "class": (Kind.RECLASSIFY,), "reopen": (Kind.REOPEN,)}


@st.composite
def reports(draw: st.DrawFn, group: str, hazards: Sequence[str] = (), *, unplaced: int = 1) -> tuple[Line, ...]:
    """The lines of one report: disjoint, of one day; `unplaced` of ten without a polygon."""
    on = FIRST_DAY + draw(st.integers(0, 5))
    hazard = draw(st.sampled_from((None, *hazards))) if group == "release" else None
    lines, taken = [], shapely.Polygon()
    for number in range(1, draw(st.sampled_from((1, 1, 1, 2))) + 1):
        kind = draw(st.sampled_from(sorted(GROUPS[group])))
        families = draw(stated_families(with_class=not kind.is_release))
        land = None if draw(st.integers(0, 9)) >= 10 - unplaced else draw(upright_lands()).difference(taken)
        if land is None or land.area > 0:
            stated = draw(st.sampled_from((None, 100.0, 5_000.5)))
            lines.append(Line(kind, on, families, land, number, stated, hazard))
            taken = taken if land is None else taken.union(land)
    return tuple(lines)


@st.composite
def upright_books(draw: st.DrawFn, *, max_steps: int = 9, unplaced: int = 1) -> Book:
    """A book of new records, corrections, withdrawals and returns of withdrawn records."""
    approvals: list[tuple[Version, ...]] = []
    groups: dict[str, str] = {}
    names = st.sampled_from(("hazard", "hazard", "hazard", "release", "release", "class", "reopen"))
    for step in range(draw(st.integers(1, max_steps))):
        deed = draw(st.sampled_from(("new", "new", "new", "correct", "withdraw"))) if groups else "new"
        # References in another order than approvals, or a wrong tie would go unseen.
        ref = f"{draw(st.sampled_from('ZMA'))}{step}" if deed == "new" else draw(st.sampled_from(sorted(groups)))
        if deed == "new":
            groups[ref] = draw(names)
        hazards = sorted(r for r, group in groups.items() if group == "hazard" and r != ref)
        version = (ref, () if deed == "withdraw" else draw(reports(groups[ref], hazards, unplaced=unplaced)))
        joins = deed == "new" and approvals and draw(st.integers(0, 3)) == 0
        approvals[-1:] = [(*approvals[-1], version)] if joins else [*approvals[-1:], (version,)]
    return Book(tuple(approvals))


# --- made from a seed number ---------------------------------------------------------------------

SITES = ((0.0, 0.0), (TILE_CM, 1_300.0), (-TILE_CM + 900.0, TILE_CM), (230_000.0, 120_000.0), (90_000.0, -260_000.0))


def blob(rng: random.Random, x: float, y: float, radius: float) -> shapely.Polygon:
    """A star-shaped polygon of 6 to 30 vertices in whole centimetres."""
    while True:
        count = rng.randint(6, 30)
        angles = np.sort([rng.uniform(0, 2 * np.pi) for _ in range(count)])
        reach = radius * np.array([rng.uniform(0.6, 1.3) for _ in range(count)])
        ring = np.column_stack((x + reach * np.cos(angles), y + reach * np.sin(angles)))
        polygon = shapely.Polygon(np.round(ring))
        if polygon.is_valid and polygon.area > radius:
            return polygon


def on_grid(geometry: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a geometry in whole centimetres."""
    rounded = shapely.set_precision(geometry, 1.0)
    return shapely.union_all([p for p in shapely.get_parts(rounded) if p.geom_type == "Polygon"], grid_size=1.0)


@dataclass
class Writer:
    """Writes a book scene by scene; `site` is where the scene happens."""

    rng: random.Random
    approvals: list[list[Version]] = field(default_factory=list)
    day: int = FIRST_DAY + 400
    count: int = 0
    site: tuple[float, float] = (0.0, 0.0)
    lines: dict[str, tuple[Line, ...]] = field(default_factory=dict)

    def blob(self, radius: float = 8_000, off: float = 3_000) -> shapely.Polygon:
        """A polygon near the site."""
        x, y = self.site
        return blob(self.rng, x + self.rng.gauss(0, off), y + self.rng.gauss(0, off), radius)

    def post(self, *lines: Line, ref: str = "") -> str:
        """The lines are approved, as a new record or as the next version of `ref`.

        A scene may cut a polygon until nothing is left: a line about no land says nothing, and a
        report of such lines alone is not sent.
        """
        said = [line for line in lines if line.land is None or not line.land.is_empty]
        if lines and not said:
            return ref
        lines = tuple(said)
        self.count += not ref
        ref = ref or f"{self.rng.choice('ZMA')}{self.count:04d}"
        lines = tuple(replace(line, number=i) for i, line in enumerate(lines, start=1))
        self.approvals.append([(ref, lines)])
        self.lines[ref] = lines or self.lines.get(ref, ())
        return ref

    def hazard(
        self, land: shapely.Geometry | None = None, *, days_ago: int = 0, family: str = "", code: str = ""
    ) -> str:
        """A hazard record of today, or of an earlier day."""
        return self.post(self.line(HAZARD_KINDS, land, days_ago=days_ago, family=family, code=code))

    def release(self, land: shapely.Geometry | None = None, *, days_ago: int = 0, family: str = "mines") -> str:
        """A release report of today, or of an earlier day."""
        return self.post(self.line(RELEASE_KINDS, land, days_ago=days_ago, family=family))

    def line(
        self, kinds: Iterable[Kind], land: shapely.Geometry | None = None, *, days_ago: int = 0,
        family: str = "", code: str = "",
    ) -> Line:  # fmt: skip
        """A line of one of the kinds."""
        kind = self.rng.choice(sorted(kinds))
        family = family or self.rng.choice(("mines", "mines", "cmr"))
        stated = None if kind.is_release else code or self.rng.choice(CODES[family])
        on = self.day - days_ago
        return Line(kind, on, ((family, stated),), self.blob() if land is None else land, stated_m2=1_000.0)

    def book(self) -> Book:
        """What has been written."""
        return Book(tuple(tuple(versions) for versions in self.approvals))


def _overlapping_classes(w: Writer) -> None:
    land = w.blob()
    for code in ("A4", "A1", "A2.1"):
        w.hazard(on_grid(shapely.affinity.translate(land, w.rng.uniform(-5e3, 5e3), 900)), family="mines", code=code)


def _shared_edges(w: Writer) -> None:
    land = w.blob(12_000)
    x, y = w.site
    west = on_grid(land.intersection(shapely.box(x - 1e6, y - 1e6, x, y + 1e6)))
    w.hazard(west, family="mines", code="A1")
    w.hazard(on_grid(land.difference(west)), family="mines", code="A4")


def _same_day_pair(w: Writer) -> None:
    land = w.blob()
    w.release(land)
    w.hazard(on_grid(land.buffer(900)), family="mines")
    w.release(on_grid(shapely.affinity.translate(land, 2_000, 0)))


def _late_report(w: Writer) -> None:
    land = w.blob()
    w.hazard(land, family="mines", code="A2")
    w.release(land)
    w.release(on_grid(land.buffer(-1_000)), days_ago=200)
    w.hazard(w.blob(), days_ago=300, family="mines")


def _corrections(w: Writer) -> None:
    first = w.hazard(family="mines", code="A1")
    cleared = w.release()
    for ref in (first, first, cleared):
        w.post(replace(w.lines[ref][0], land=w.blob()), ref=ref)
    w.post(replace(w.lines[cleared][0], on=w.day - 30), ref=cleared)


def _withdrawals(w: Writer) -> None:
    first, second = w.hazard(family="mines"), w.release()
    w.post(ref=first)
    w.post(ref=second)
    w.post(*w.lines[first], ref=first)


def _release_before_its_hazard(w: Writer) -> None:
    land = w.blob()
    w.release(land)
    w.hazard(on_grid(land.buffer(500)), days_ago=100, family="mines", code="A1")
    w.hazard(w.blob(), family="mines")


def _families_on_one_ground(w: Writer) -> None:
    land = w.blob()
    for family in FAMILIES:
        w.hazard(on_grid(shapely.affinity.translate(land, 0, w.rng.uniform(-3e3, 3e3))), family=family)
    w.post(replace(w.line([Kind.CLEAR], land), families=(("cmr", None), ("mines", None))))


def _several_lines(w: Writer) -> None:
    land, x = w.blob(12_000), w.site[0]
    west = on_grid(land.intersection(shapely.box(x - 1e6, -1e7, x, 1e7)))
    east = land.difference(west).difference(west.buffer(2))
    w.hazard(on_grid(land.buffer(-700)), family="mines", code="A1")
    kinds = ([Kind.CLEAR], [Kind.CANCEL])
    w.post(*(w.line(k, on_grid(part), family="mines") for k, part in zip(kinds, (west, east), strict=True)))


def _reopened(w: Writer) -> None:
    land = w.blob()
    w.hazard(land, days_ago=20, family="mines", code="A2")
    w.release(land, days_ago=10)
    w.post(w.line([Kind.REOPEN], on_grid(land.buffer(-2_000)), family="mines"))


def _reclassified(w: Writer) -> None:
    land = w.blob()
    w.hazard(land, days_ago=20, family="mines", code="A1")
    w.post(w.line([Kind.RECLASSIFY], w.blob(), family="mines", code="A4"))
    w.post(w.line([Kind.CONFIRM], w.blob(4_000), family="mines"))


def _sliver_hole_parts(w: Writer) -> None:
    land = on_grid(w.blob(12_000).difference(w.blob(3_000, 500)))
    w.hazard(land, family="mines", code="A2")
    w.hazard(on_grid(shapely.affinity.translate(land, 1, 1)), family="mines", code="A1")
    w.release(on_grid(shapely.union_all([w.blob(2_500), shapely.affinity.translate(w.blob(2_500), 15_000, 0)])))


def _no_polygon(w: Writer) -> None:
    w.post(replace(w.line(HAZARD_KINDS, family="mines"), land=None))
    w.post(replace(w.line(RELEASE_KINDS, family="mines"), land=None))
    w.post(replace(w.line([Kind.CLEAR], family="mines"), land=shapely.Point(w.site)))


SCENES: tuple[Callable[[Writer], None], ...] = (
    _overlapping_classes, _shared_edges, _same_day_pair, _late_report, _corrections, _withdrawals,
    _release_before_its_hazard, _families_on_one_ground, _several_lines, _reopened, _reclassified,
    _sliver_hole_parts, _no_polygon,
)  # fmt: skip


def seeded_book(seed: int, *, scenes: int = len(SCENES), sites: Sequence[tuple[float, float]] = SITES) -> Book:
    """A book of free polygons in which each kind of trouble occurs, near few sites so that they meet."""
    writer = Writer(random.Random(seed))
    order = [SCENES[i % len(SCENES)] for i in range(scenes)]
    writer.rng.shuffle(order)
    for scene in order:
        writer.site = writer.rng.choice(sites)
        writer.day += writer.rng.randint(0, 90)
        scene(writer)
    return writer.book()


def scattered_sites(seed: int, count: int) -> list[tuple[float, float]]:
    """Sites over some tiles, every third on a border of two."""
    rng = random.Random(seed)
    spread = 2 * TILE_CM
    sites = [(rng.uniform(-spread, spread), rng.uniform(-spread, spread)) for _ in range(count)]
    return [(TILE_CM * rng.randint(-2, 2) + rng.uniform(-5e3, 5e3), y) if i % 3 == 0 else (x, y)
            for i, (x, y) in enumerate(sites)]  # fmt: skip
