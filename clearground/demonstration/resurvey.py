"""Later knowledge about the same land: confirmed in part, reclassified, reopened, split, merged, surveyed again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from clearground.kernel.land.events import Kind

from . import programme
from .chance import Bools, Ints, Objects
from .contamination import Hazards
from .history import ALL_DONE_BY, delays, sessions_for, stated
from .oddities import Numbers
from .rows import HAZARD, ODDITY, Rows
from .shapes import bands

CONFIRMED, RECLASSIFIED, REOPENED, SPLIT, MERGED, AGAIN = 0.10, 0.05, 0.012, 0.04, 0.25, 0.008
SPLIT_KIND, MERGE_KIND, RESURVEY_KIND = "split", "merge", "resurvey"


@dataclass(frozen=True)
class Links:
    """Lineage of hazard records, by number; `on` and `session` as of the child's first approval."""

    parent: Ints
    child: Ints
    kind: str
    on: Ints
    session: Ints


@dataclass(frozen=True)
class Ground:
    """What re-survey looks at: hazards, their first records, and their releases (delivered ones, first versions)."""

    hazards: Hazards
    surveyed: Rows
    released: Rows
    numbers: Numbers
    rng: np.random.Generator

    def chosen(self, often: float, among: Bools) -> Ints:
        """A share of the hazards that qualify."""
        return np.flatnonzero(among & (self.rng.random(len(among)) < often))

    def untouched(self) -> Bools:
        """Hazards on which no release was ever delivered."""
        return np.bincount(self.released["hazard"].clip(0), minlength=len(self.hazards))[: len(self.hazards)] == 0

    def record(self, of: Ints, kind: int | Ints, on: Ints, shape: Objects, oddity: str, **columns: Any) -> Rows:
        """Fresh records of the campaign that looks at old ones again; only those that are known in time."""
        operator = self.surveyed["operator"][of]
        area_m2 = np.where(shapely.is_missing(shape), 1.0, shapely.area(shape) / 1e4)
        values = {"stated_class": self.surveyed["stated_class"][of], "campaign": 3, "evidence": 0} | columns
        return Rows(
            len(of),
            letter=HAZARD,
            ref=self.numbers.take(len(of)),
            kind=kind,
            on=on,
            session=np.maximum(sessions_for(on + delays(operator, on, self.rng)), self.surveyed["session"][of] + 1),
            operator=operator,
            family=self.surveyed["family"][of],
            shape=shape,
            stated_m2=stated(area_m2, self.rng),
            cell=self.surveyed["cell"][of],
            method=programme.METHOD_TS,
            oddity=ODDITY[oddity],
            **values,
        )


def known(rows: Rows) -> Rows:
    """The rows that happened and reached the board in time, and have land."""
    late = (rows["session"] >= len(programme.SESSIONS)) | (rows["on"] > ALL_DONE_BY)
    return rows.take(np.flatnonzero(~late & ~shapely.is_missing(rows["shape"])))


def confirmed_in_part(ground: Ground) -> tuple[Rows, Links]:
    """Technical survey confirms the middle of some areas soon after they were recorded."""
    of = ground.chosen(CONFIRMED, ground.surveyed["kind"] != Kind.CONFIRM)
    on = ground.surveyed["on"][of] + ground.rng.integers(40, 95, len(of))
    start = ground.rng.uniform(0, 0.5, len(of))
    shape = bands(ground.hazards.shape[of], ground.hazards.angle[of], start, start + 0.4)
    rows = known(ground.record(of, int(Kind.CONFIRM), on, shape, "confirmed in part", hazard=of))
    return rows, _links(rows, RESURVEY_KIND)


def reclassified(ground: Ground) -> Rows:
    """Re-survey puts some land into another class, mostly a lesser one; once in a while after it was released."""
    mines = (ground.surveyed["family"] == 0) & (ground.surveyed["stated_class"] < 7)
    of = ground.chosen(RECLASSIFIED, mines)
    wait = np.where(
        ground.untouched()[of], ground.rng.integers(200, 2500, len(of)), ground.rng.integers(40, 95, len(of))
    )
    wait = np.where(ground.rng.random(len(of)) < 0.08, 2600, wait)
    fresh = np.where(ground.rng.random(len(of)) < 0.7, 5, ground.rng.integers(0, 7, len(of)))
    end = np.where(ground.rng.random(len(of)) < 0.5, 1.0, 0.6)
    shape = bands(ground.hazards.shape[of], ground.hazards.angle[of], np.zeros(len(of)), end)
    on = ground.surveyed["on"][of] + wait
    return known(ground.record(of, int(Kind.RECLASSIFY), on, shape, "reclassified", hazard=of, stated_class=fresh))


def reopened(ground: Ground) -> Rows:
    """Some released land turns out to be dangerous after all."""
    released = ground.released
    land = ~shapely.is_missing(released["shape"]) & (released["hazard"] >= 0)
    of = ground.chosen(REOPENED, land)
    on = released["on"][of] + ground.rng.integers(200, 1800, len(of))
    hazard = released["hazard"][of]
    count = len(of)
    shape = bands(released["shape"][of], ground.hazards.angle[hazard], np.full(count, 0.3), np.full(count, 0.7))
    rows = ground.record(hazard, int(Kind.REOPEN), on, shape, "reopened", hazard=hazard)
    rows["session"] = np.maximum(rows["session"], released["session"][of] + 1)
    return known(rows)


def surveyed_again(ground: Ground) -> Rows:
    """A later survey records land as suspected that had been released: reopened, with a finding."""
    land = ~shapely.is_missing(ground.released["shape"]) & (ground.released["hazard"] >= 0)
    of = ground.chosen(AGAIN, land)
    on = ground.released["on"][of] + ground.rng.integers(300, 2500, len(of))
    shape = ground.released["shape"][of]
    rows = ground.record(ground.released["hazard"][of], int(Kind.SUSPECT), on, shape, "re-surveyed", evidence=1)
    rows["session"] = np.maximum(rows["session"], ground.released["session"][of] + 1)
    return known(rows)


def split(ground: Ground) -> tuple[Rows, Links]:
    """Re-survey makes two records of one; the old one stays as history."""
    of = np.repeat(ground.chosen(SPLIT, ground.untouched()), 2)
    half = np.arange(len(of)) % 2
    on = np.repeat(ground.surveyed["on"][of[::2]] + ground.rng.integers(300, 2500, len(of) // 2), 2)
    cut = np.where(half == 0, 0.0, 0.5), np.where(half == 0, 0.5, 1.0)
    shape = bands(ground.hazards.shape[of], ground.hazards.angle[of], *cut)
    kind = np.where(half == 0, Kind.CONFIRM, Kind.RECORD)
    rows = known(ground.record(of, kind, on, shape, "split", hazard=of))
    return rows, _links(rows, SPLIT_KIND)


def merged(ground: Ground) -> tuple[Rows, Links]:
    """Two links of a strip become one record."""
    strip = ground.hazards.strip
    follows = np.append((strip[1:] == strip[:-1]) & (strip[1:] >= 0), False)
    first = ground.chosen(MERGED, follows & ground.untouched())
    on = np.maximum(ground.surveyed["on"][first], ground.surveyed["on"][first + 1]) + ground.rng.integers(
        200, 2000, len(first)
    )
    shape = shapely.union(ground.hazards.shape[first], ground.hazards.shape[first + 1])
    later = np.maximum(ground.surveyed["session"][first], ground.surveyed["session"][first + 1]) + 1
    rows = ground.record(first, int(Kind.CONFIRM), on, shape, "merged", hazard=first)
    rows["session"] = np.maximum(rows["session"], later)
    rows = known(rows)
    left, right = _links(rows, MERGE_KIND), _links(rows, MERGE_KIND, further=1)
    parent, child = np.append(left.parent, right.parent), np.append(left.child, right.child)
    return rows, Links(parent, child, MERGE_KIND, np.tile(left.on, 2), np.tile(left.session, 2))


def _links(rows: Rows, kind: str, further: int = 0) -> Links:
    """Each row descends from the hazard that it names (or the one `further` on)."""
    return Links(rows["hazard"] + further, rows["ref"], kind, rows["on"], rows["session"])
