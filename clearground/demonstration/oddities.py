"""What makes the books hard: late and wrong reports, corrections of them, work where nobody recorded a hazard.

Each function changes the rows in place or returns further rows; every changed row says why (`oddity`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from clearground.kernel.land.events import Kind

from .chance import Bools, Ints, Objects
from .contamination import Hazards
from .history import is_withheld
from .programme import SESSION_DAYS
from .rows import CORRECTION, ODDITY, WITHDRAWAL, Rows, joined
from .shapes import bands, moved, polygonal

LAST = len(SESSION_DAYS)
LATE_HAZARDS, UNPLACED_HAZARDS, UNPLACED_RELEASES = 0.012, 0.04, 0.02
BEYOND, OUTSIDE, TWICE, REDRAWN = 0.05, 0.02, 0.05, 0.15
TYPO_AREA, TYPO_CLASS, TYPO_PLACE, AGAIN = 0.02, 0.015, 0.006, 0.15
DUPLICATE_HAZARDS, DUPLICATE_RELEASES, WITHDRAWN = 0.008, 0.03, 0.85


@dataclass
class Numbers:
    """The next free number in a series of references."""

    following: int

    def take(self, count: int) -> Ints:
        """`count` fresh numbers."""
        fresh = np.arange(self.following, self.following + count)
        self.following += count
        return fresh


def delay_some_hazards(surveyed: Rows, rng: np.random.Generator) -> None:
    """Some hazard records reach the board years late, when part of their land is already released."""
    late = np.flatnonzero(rng.random(len(surveyed)) < LATE_HAZARDS)
    session = surveyed["session"][late] + rng.integers(4, 11, len(late))
    kept = session < LAST
    surveyed.put(late[kept], session=session[kept], oddity=ODDITY["hazard reported late"])


def forget_some_polygons(surveyed: Rows, released: Rows, rng: np.random.Generator) -> None:
    """Some records state an area and have no polygon; most releases on them have none either."""
    unplaced = rng.random(len(surveyed)) < UNPLACED_HAZARDS
    follows = unplaced[released["hazard"]] & (rng.random(len(released)) < 0.7)
    share = rng.random(int(released["ref"].max(initial=0)) + 1)[released["ref"]]
    for rows, which in ((surveyed, unplaced), (released, follows | (share < UNPLACED_RELEASES))):
        rows.put(np.flatnonzero(which), shape=None, oddity=ODDITY["stated, not placed"])


def misplace_some_work(
    hazards: Hazards, released: Rows, start: np.ndarray, end: np.ndarray, rng: np.random.Generator
) -> None:
    """Work that goes beyond its hazard, lies outside any, or covers released land; outlines drawn anew by hand."""
    share = rng.random(len(released))
    free = ~shapely.is_missing(released["shape"]) & _is_alone(released) & (released["kind"] == Kind.CLEAR)
    beyond = np.flatnonzero(free & (share < BEYOND))
    _redraw(released, beyond, "work beyond the polygon", _widened(released["shape"][beyond], rng))
    outside = np.flatnonzero(free & (share >= BEYOND) & (share < BEYOND + OUTSIDE))
    angle = rng.uniform(0, 2 * np.pi, len(outside))
    reach = rng.uniform(40_000, 90_000, len(outside))
    elsewhere = moved(released["shape"][outside], reach * np.cos(angle), reach * np.sin(angle))
    _redraw(released, outside, "work outside recorded hazards", elsewhere)
    released.put(outside, hazard=-1, stated_class=-1)
    again = np.flatnonzero(free & (share >= BEYOND + OUTSIDE) & (share < BEYOND + OUTSIDE + TWICE) & (start > 0))
    of = released["hazard"][again]
    longer = bands(hazards.shape[of], hazards.angle[of], (start[again] - 0.1).clip(0), end[again])
    _redraw(released, again, "over land already released", longer)
    _draw_anew(released, rng)


def _redraw(rows: Rows, which: Ints, oddity: str, shapes: Objects) -> None:
    usable = ~shapely.is_missing(shapes)
    which, shapes = which[usable], shapes[usable]
    grown = shapely.area(shapes) / np.maximum(shapely.area(rows["shape"][which]), 1.0)
    rows.put(which, shape=shapes, oddity=ODDITY[oddity], stated_m2=np.rint(rows["stated_m2"][which] * grown))


def _widened(shapes: Objects, rng: np.random.Generator) -> Objects:
    wider = shapely.buffer(shapes, rng.uniform(500, 4_000, len(shapes)), quad_segs=1, join_style="mitre", mitre_limit=2)
    return polygonal(shapely.transform(wider, np.rint))


def _draw_anew(rows: Rows, rng: np.random.Generator) -> None:
    """A third of the reports were measured again: their outlines are off by up to two metres, hence slivers."""
    refs = int(rows["ref"].max(initial=0)) + 1
    step = rng.normal(0, 80, (refs, 2)) * (rng.random(refs) < REDRAWN)[:, None]
    which = np.flatnonzero(~shapely.is_missing(rows["shape"]) & (step[rows["ref"]] != 0).any(axis=1))
    off = step[rows["ref"][which]]
    rows.put(which, shape=moved(rows["shape"][which], off[:, 0], off[:, 1]))


def mark_withheld(released: Rows) -> None:
    """The reports that one organisation delivered only after the cut-off say so."""
    withheld = is_withheld(released["operator"], released["on"]) & (released["oddity"] == 0)
    released.put(np.flatnonzero(withheld), oddity=ODDITY["delivered after the cut-off"])


def corrections(rows: Rows, rng: np.random.Generator) -> Rows:
    """Later versions of records whose first version was wrong; the first versions in `rows` become wrong.

    What `rows` says is the truth and moves to the last version, approved some sessions later.
    """
    refs, of = np.unique(np.column_stack([rows["letter"], rows["ref"]]), axis=0, return_inverse=True)
    of, share = of.ravel(), rng.random(len(refs))
    wait = rng.integers(1, 4, (2, len(refs)))
    in_time = (np.maximum.reduceat(rows["session"][np.argsort(of, kind="stable")], _starts(of)) + wait.sum(0)) < LAST
    chosen_refs = (share < TYPO_AREA + TYPO_CLASS + TYPO_PLACE) & in_time
    again = chosen_refs & (rng.random(len(refs)) < AGAIN)
    last = rows.take(np.flatnonzero(chosen_refs[of]))
    owner = of[chosen_refs[of]]
    last["session"] = last["session"] + wait[0][owner] + np.where(again[owner], wait[1][owner], 0)
    last.put(
        slice(None), step=CORRECTION, oddity=np.where(again[owner], ODDITY["corrected again"], ODDITY["corrected"])
    )
    middle = rows.take(np.flatnonzero(again[of]))
    middle["session"] = middle["session"] + wait[0][of[again[of]]]
    middle.put(slice(None), step=CORRECTION, oddity=ODDITY["corrected"])
    middle["stated_m2"] = np.rint(middle["stated_m2"] * rng.uniform(0.7, 0.95, len(middle)))
    _mistype(rows, chosen_refs[of], share[of], rng)
    return joined([middle, last])


def _starts(of: Ints) -> Ints:
    return np.flatnonzero(np.diff(np.sort(of), prepend=-1))


def _mistype(rows: Rows, wrong: Bools, share: np.ndarray, rng: np.random.Generator) -> None:
    """A digit too many or too few, a class of the same list, a polygon a hundred metres off."""
    has_class = (rows["stated_class"] >= 0) & (rows["stated_class"] < 7) & (rows["kind"] <= Kind.CONFIRM)
    placed = ~shapely.is_missing(rows["shape"])
    in_class = wrong & (share >= TYPO_AREA) & (share < TYPO_AREA + TYPO_CLASS) & has_class
    in_place = wrong & (share >= TYPO_AREA + TYPO_CLASS) & placed
    in_area = np.flatnonzero(wrong & ~in_class & ~in_place)
    factor = np.array([10.0, 0.1, 1.9])[rng.integers(0, 3, len(in_area))]
    typed = np.maximum(np.rint(rows["stated_m2"][in_area] * factor), 1.0)
    rows.put(in_area, stated_m2=typed, oddity=ODDITY["area typed wrongly"])
    other = (rows["stated_class"][in_class] + 1 + rng.integers(0, 5, int(in_class.sum()))) % 7
    rows.put(np.flatnonzero(in_class), stated_class=other, oddity=ODDITY["class typed wrongly"])
    which = np.flatnonzero(in_place)
    off = np.full(len(which), 11_100.0)
    rows.put(which, shape=moved(rows["shape"][which], off, -off), oddity=ODDITY["location typed wrongly"])


def duplicates(rows: Rows, often: float, fresh: Numbers, rng: np.random.Generator) -> Rows:
    """Records sent twice under two references; most of the second ones are withdrawn later."""
    sent = np.flatnonzero((rng.random(len(rows)) < often) & ~shapely.is_missing(rows["shape"]) & _is_alone(rows))
    copy = rows.take(sent)
    copy["ref"] = fresh.take(len(copy))
    off = rng.normal(0, 60, (2, len(copy)))
    copy["shape"] = moved(copy["shape"], off[0], off[1])
    copy["session"] = copy["session"] + rng.integers(0, 2, len(copy))
    gone = copy.take(np.arange(len(copy)))
    gone["session"] = copy["session"] + rng.integers(1, 4, len(copy))
    gone.put(slice(None), step=WITHDRAWAL, shape=None)
    withdrawn = (rng.random(len(copy)) < WITHDRAWN) & (gone["session"] < LAST)
    copy["oddity"] = np.where(withdrawn, ODDITY["duplicate, withdrawn"], ODDITY["duplicate"])
    gone["oddity"] = ODDITY["duplicate, withdrawn"]
    known = copy["session"] < LAST
    return joined([copy.take(np.flatnonzero(known)), gone.take(np.flatnonzero(known & withdrawn))])


def _is_alone(rows: Rows) -> Bools:
    """The row is the only line of its report."""
    return np.bincount(rows["ref"], minlength=1)[rows["ref"]] == 1 if len(rows) else np.zeros(0, dtype=bool)
