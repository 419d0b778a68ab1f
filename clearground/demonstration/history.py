"""Years of survey and release: what happens to each hazard, and when the board of the programme learns of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely

from clearground.kernel.land.events import Kind

from . import programme
from .cells import Cells
from .chance import Bools, Floats, Ints, chosen, uniform
from .contamination import CLASSES, Hazards
from .rows import HAZARD, MONTH, RELEASE, SPOT, YEAR, Rows
from .shapes import bands

CANCEL, REDUCE, CLEAR = int(Kind.CANCEL), int(Kind.REDUCE), int(Kind.CLEAR)
# What becomes of a hazard: weight, then lines (number of report, kind, from, to) along its length.
FATES: tuple[tuple[float, tuple[tuple[int, int, float, float], ...]], ...] = (
    (0.13, ()),
    (0.05, ((0, CANCEL, 0.0, 1.0),)),
    (0.15, ((0, CANCEL, 0.0, 0.45), (1, CLEAR, 0.45, 0.6), (2, CLEAR, 0.6, 0.75))),
    (0.22, ((0, CANCEL, 0.0, 0.3), (1, REDUCE, 0.3, 0.6), (1, CLEAR, 0.6, 1.0))),
    (0.11, ((0, CLEAR, 0.0, 1.0),)),
    (0.14, ((0, CLEAR, 0.0, 0.2), (1, CLEAR, 0.2, 0.4), (2, CLEAR, 0.4, 0.6), (3, REDUCE, 0.6, 1.0))),
    (0.12, ((0, REDUCE, 0.0, 0.4), (0, CLEAR, 0.4, 0.55), (0, REDUCE, 0.55, 1.0))),
    (0.08, ((0, CLEAR, 0.0, 0.35), (1, CLEAR, 0.35, 0.7))),
)
ALL_DONE_BY = date(2025, 11, 1).toordinal()
BLS_SPANS = ((2009, 2012), (2013, 2016), (2008, 2024))
BLS_WEIGHTS = (0.5, 0.28, 0.22)
DEPTHS_CM = (13, 20, 20, 30, 50)


@dataclass(frozen=True)
class Plan:
    """Work planned on hazards: one row per line of a report that is due `on`, whether or not it is ever delivered."""

    hazard: Ints
    report: Ints
    kind: Ints
    start: Floats
    end: Floats
    on: Ints


def survey(cells: Cells, hazards: Hazards, rng: np.random.Generator) -> Rows:
    """The first record of each hazard; its reference is the hazard's own number."""
    count = len(hazards)
    campaign = chosen(rng, BLS_WEIGHTS, count)
    spans = np.array([[date(a, 1, 5).toordinal(), date(b, 11, 30).toordinal()] for a, b in BLS_SPANS])[campaign]
    on = _working_day(rng.integers(spans[:, 0], spans[:, 1]))
    degree = chosen(rng, (0.62, 0.20, 0.18), count)
    kind = np.array([Kind.RECORD, Kind.SUSPECT, Kind.CONFIRM])[degree]
    evidence = np.where(degree == 2, 0, np.where(degree == 1, 1, chosen(rng, (0.1, 0.3, 0.05, 0.55), count)))
    operator = operators_of(cells, hazards.cell, on, 0, rng)
    return Rows(
        count,
        letter=HAZARD,
        ref=np.arange(count),
        kind=kind,
        on=on,
        session=sessions_for(on + delays(operator, on, rng)),
        operator=operator,
        family=hazards.family,
        stated_class=hazards.hazard_class,
        shape=hazards.shape,
        stated_m2=stated(hazards.area_m2, rng),
        cell=hazards.cell,
        campaign=campaign,
        method=np.where(kind == Kind.CONFIRM, programme.METHOD_TS, programme.METHOD_NTS),
        evidence=evidence,
    )


def plan(surveyed: Rows, rng: np.random.Generator) -> Plan:
    """The work on each hazard, in the order of hazards, reports and lines; some of it lies after the last day."""
    count = len(surveyed)
    fate = chosen(rng, [weight for weight, _ in FATES], count)
    warp = rng.uniform(0.75, 1.35, count)
    begin = surveyed["on"] + 100 + rng.exponential(650, count).astype(np.int64)
    pace = rng.integers(70, 420, count)
    columns: list[tuple[Any, ...]] = []
    for number, (_, lines) in enumerate(FATES):
        of_fate = np.flatnonzero(fate == number)
        for step, what, low, high in lines:
            same = np.ones(len(of_fate), dtype=np.int64)
            due = begin[of_fate] + step * pace[of_fate]
            cut = (low ** warp[of_fate], high ** warp[of_fate])
            columns.append((of_fate, same * step, same * what, *cut, due))
    hazard, report, kind, start, end, on = (np.concatenate(column) for column in zip(*columns, strict=True))
    order = np.lexsort((start, report, hazard))
    return Plan(hazard[order], report[order], kind[order], start[order], end[order], _working_day(on[order]))


def releases(cells: Cells, hazards: Hazards, surveyed: Rows, work: Plan, rng: np.random.Generator) -> tuple[Rows, Ints]:
    """The release reports that were delivered, and which rows of the plan they are.

    References count from 0, lines from 1 in each.
    """
    report = _report_numbers(work)
    one = np.unique(report, return_index=True)[1]
    operator = operators_of(cells, hazards.cell[work.hazard[one]], work.on[one], 1, rng)[report]
    session = sessions_for(work.on + delays(operator[one], work.on[one], rng)[report])
    rows = _reported(hazards, surveyed, work, rng)
    rows.put(slice(None), ref=report, operator=operator, session=session)
    late = (work.on > ALL_DONE_BY) | (session >= len(programme.SESSIONS))
    kept = np.flatnonzero(~late & ~shapely.is_missing(rows["shape"]))
    rows = rows.take(kept)
    rows["line"] = line_numbers(rows["ref"])
    return rows, kept


def _reported(hazards: Hazards, surveyed: Rows, work: Plan, rng: np.random.Generator) -> Rows:
    """What each line of the plan reports, whoever sends it and whenever it arrives."""
    of = work.hazard
    family = _released_families(hazards.family[of], rng)
    shape = bands(hazards.shape[of], hazards.angle[of], work.start, work.end)
    area_m2 = np.where(shapely.is_missing(shape), np.nan, shapely.area(shape) / 1e4)
    names_class = (rng.random(len(of)) < 0.55) & (family < 3)
    return Rows(
        len(of),
        letter=RELEASE,
        kind=work.kind,
        on=work.on,
        family=family,
        stated_class=np.where(names_class, surveyed["stated_class"][of], -1),
        shape=shape,
        stated_m2=stated(area_m2, rng),
        cell=hazards.cell[of],
        hazard=of,
        task=of,
        method=_methods(work.kind, hazards.family[of], rng),
        depth_cm=np.where(work.kind == CLEAR, np.array(DEPTHS_CM)[rng.integers(0, 5, len(of))], -1),
        items=items_found(rng, work.kind == CLEAR, family, surveyed["stated_class"][of]),
    )


def spot_tasks(cells: Cells, hazards: Hazards, first_ref: int, rng: np.random.Generator) -> Rows:
    """Points where single items were found and destroyed: no area; some lie far from any recorded hazard."""
    near = np.flatnonzero(rng.random(len(hazards)) < 0.16)
    xy = shapely.get_coordinates(shapely.centroid(hazards.shape[near]))
    xy = np.rint(xy + rng.normal(0, 40_000, xy.shape) * (rng.random(len(near)) < 0.5)[:, None])
    on = _working_day(rng.integers(date(2008, 2, 1).toordinal(), ALL_DONE_BY, len(near)))
    operator = operators_of(cells, hazards.cell[near], on, 1, rng)
    session = sessions_for(on + delays(operator, on, rng))
    items = np.zeros((len(near), len(programme.ITEM_TYPES)), dtype=np.int64)
    kind = chosen(rng, (0.30, 0.04, 0.16, 0.47, 0.03), len(near))
    items[np.arange(len(near)), kind] = 1 + rng.geometric(0.45, len(near)) // 2
    rows = Rows(
        len(near),
        letter=SPOT,
        ref=first_ref + np.arange(len(near)),
        kind=CLEAR,
        on=on,
        session=session,
        operator=operator,
        family=np.where(kind == 2, 1, np.where(kind == 3, 2, 0)),
        shape=shapely.points(xy),
        cell=hazards.cell[near],
        method=programme.METHOD_SPOT,
        items=items,
    )
    return rows.take(np.flatnonzero(session < len(programme.SESSIONS)))


def operators_of(cells: Cells, cell: Ints, on: Ints, salt: int, rng: np.random.Generator) -> Ints:
    """Who works there: mostly the organisation whose commune it is, if it was in the country by then."""
    share = np.cumsum(programme.OPERATOR_WEIGHTS)
    home = np.searchsorted(share, uniform(cells.seed, 95, salt, cells.q[cell], cells.r[cell]), side="right")
    other = chosen(rng, programme.OPERATOR_WEIGHTS, len(cell))
    operator = np.minimum(np.where(rng.random(len(cell)) < 0.75, home, other), len(share) - 1)
    since = np.array([date(o.since, 1, 1).toordinal() for o in programme.OPERATORS])
    return np.where(on >= since[operator], operator, 0)


def delays(operator: Ints, on: Ints, rng: np.random.Generator) -> Ints:
    """Days until a report reaches the board; one organisation withheld the end of the story's year."""
    median = np.array([o.delay_days for o in programme.OPERATORS])[operator]
    days = np.rint(median * np.exp(rng.normal(0, 0.7, len(operator)))).astype(np.int64).clip(1, 900)
    return np.where(is_withheld(operator, on), programme.LATE_ARRIVAL.toordinal() - on, days)


def is_withheld(operator: Ints, on: Ints) -> Bools:
    """The report is one that came after the books of the story's year were signed."""
    from_day, until = programme.LATE_FROM.toordinal(), programme.LATE_UNTIL.toordinal()
    return (operator == programme.LATE_OPERATOR) & (on >= from_day) & (on <= until)


def sessions_for(arrived: Ints) -> Ints:
    """The first session of the board on or after the day; the number of sessions where there is none."""
    return np.searchsorted(programme.SESSION_DAYS, arrived, side="left").astype(np.int64)


def stated(area_m2: Floats, rng: np.random.Generator) -> Floats:
    """The area that a report states: whole square metres, mostly close to the polygon's, sometimes not."""
    off = np.where(
        rng.random(len(area_m2)) < 0.08, rng.normal(0, 0.12, len(area_m2)), rng.normal(0, 0.003, len(area_m2))
    )
    return np.maximum(np.rint(area_m2 * (1 + off.clip(-0.5, 0.5))), 1.0)


def items_found(rng: np.random.Generator, is_clearance: Bools, family: Ints, hazard_class: Ints) -> Ints:
    """Items by type: none on a quarter of the cleared land, one to three on another, many on little of it."""
    count = len(family)
    share = rng.random(count)
    many = np.rint(3 + np.exp(rng.normal(1.9, 1.0, count))).astype(np.int64).clip(4, 900)
    total = np.where(share < 0.27, 0, np.where(share < 0.5, 1 + rng.integers(0, 3, count), many))
    total = np.where(is_clearance, total, 0)
    main = np.where(np.isin(family, (1, 4)), 2, np.where(family == 2, 3, 0))
    main = np.where((main == 0) & (hazard_class == CLASSES.index("A3")), 1, main)
    other = np.where(rng.random(count) < 0.15, 4, np.where(rng.random(count) < 0.35, 1, 3))
    by_type = np.zeros((count, len(programme.ITEM_TYPES)), dtype=np.int64)
    aside = np.where(rng.random(count) < 0.3, total // 5, 0)
    by_type[np.arange(count), main] += total - aside
    by_type[np.arange(count), other] += aside
    return by_type


def line_numbers(ref: Ints) -> Ints:
    """1, 2 … inside each run of equal references."""
    starts = np.flatnonzero(np.diff(ref, prepend=-1))
    run = np.searchsorted(starts, np.arange(len(ref)), side="right") - 1
    return np.arange(len(ref)) - starts[run] + 1 if len(ref) else ref


def blurred(rows: Rows, rng: np.random.Generator) -> None:
    """Some days are known to the month or the year only: the earliest day for hazards, the latest for releases."""
    share = rng.random(len(rows))[np.unique(rows["ref"], return_inverse=True)[1].ravel()]
    month = (share < 0.03) & (rows["letter"] != SPOT)
    year = (share < 0.008) & (rows["letter"] != SPOT) & (rows["kind"] <= Kind.CONFIRM)
    for row in np.flatnonzero(month | year):
        day = date.fromordinal(int(rows["on"][row]))
        edge = _edge_of(day, bool(year[row]), rows["kind"][row] <= Kind.CONFIRM).toordinal()
        if edge <= programme.SESSION_DAYS[rows["session"][row]]:
            rows.put(row, on=edge, precision=YEAR if year[row] else MONTH)


def _edge_of(day: date, whole_year: bool, earliest: bool) -> date:
    if earliest:
        return date(day.year, 1 if whole_year else day.month, 1)
    after = date(day.year + 1, 1, 1) if whole_year or day.month == 12 else date(day.year, day.month + 1, 1)
    return date.fromordinal(after.toordinal() - 1)


def _working_day(on: Ints) -> Ints:
    """Sundays become Mondays: nobody works then."""
    return np.where(on % 7 == 0, on + 1, on)


def _report_numbers(work: Plan) -> Ints:
    fresh = (np.diff(work.hazard, prepend=-1) != 0) | (np.diff(work.report, prepend=-1) != 0)
    return np.cumsum(fresh) - 1


def _released_families(family: Ints, rng: np.random.Generator) -> Ints:
    """Some clearance is for two families at once."""
    both = rng.random(len(family)) < 0.06
    return np.where(both & (family == 0), 3, np.where(both & (family == 1), 4, family))


def _methods(kind: Ints, family: Ints, rng: np.random.Generator) -> Ints:
    clearance = np.where(family == 0, chosen(rng, (0.6, 0.25, 0.15), len(kind)), programme.METHOD_BAC)
    return np.where(kind == CANCEL, programme.METHOD_NTS, np.where(kind == REDUCE, programme.METHOD_TS, clearance))
