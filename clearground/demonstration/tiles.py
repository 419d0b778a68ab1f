"""One tile of the country: some of its communes with all that ever happened there, made apart from all others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from . import history, oddities, resurvey
from .cells import Cells, cells_for, hazards_per_cell
from .chance import Ints
from .contamination import hazards_of
from .programme import LAST_DAY, OPERATORS, SESSIONS
from .resurvey import Ground, Links
from .rows import Rows, joined

CELLS_PER_TILE = 64  # some two thousand hazards


@dataclass(frozen=True)
class ActiveTask:
    """Work that had begun and was not complete on the last day: nothing of it counts as released yet."""

    task: int
    hazard: int
    operator: str
    started: date


@dataclass(frozen=True)
class Tile:
    """All rows of some communes. References are numbers that count within the tile."""

    number: int
    rows: Rows
    links: tuple[Links, ...]
    active_tasks: tuple[ActiveTask, ...]
    hazards: int


def tiles_for(hazards: int, seed: int) -> Iterator[Tile]:
    """The country's tiles one by one, so that a million hazards never need to be in memory at once."""
    cells = cells_for(hazards, seed)
    counts = hazards_per_cell(cells, hazards)
    for number, first in enumerate(range(0, len(cells), CELLS_PER_TILE)):
        chosen = np.arange(first, min(first + CELLS_PER_TILE, len(cells)))
        yield tile_of(number, cells, chosen, counts[chosen])


def tile_of(number: int, cells: Cells, chosen: Ints, counts: Ints) -> Tile:
    """One tile, from the seed and its number alone."""
    rng = np.random.default_rng([cells.seed, 17, number])
    hazards = hazards_of(cells, chosen, counts, rng)
    surveyed = history.survey(cells, hazards, rng)
    work = history.plan(surveyed, rng)
    released, kept = history.releases(cells, hazards, surveyed, work, rng)
    active = tuple(_active(work, kept, surveyed))
    oddities.misplace_some_work(hazards, released, work.start[kept], work.end[kept], rng)
    oddities.delay_some_hazards(surveyed, rng)
    ground = Ground(hazards, surveyed, released, oddities.Numbers(len(hazards)), rng)
    confirmed, split, merged = resurvey.confirmed_in_part(ground), resurvey.split(ground), resurvey.merged(ground)
    later = [confirmed[0], split[0], merged[0], resurvey.reclassified(ground)]
    later += [resurvey.reopened(ground), resurvey.surveyed_again(ground)]
    oddities.forget_some_polygons(surveyed, released, rng)
    oddities.mark_withheld(released)
    spots = history.spot_tasks(cells, hazards, 0, rng)
    rows = _versions(surveyed, released, later, spots, ground.numbers, rng)
    links = tuple(_of_known(link[1], rows) for link in (confirmed, split, merged))
    return Tile(number, rows, links, active, len(hazards))


def _versions(
    surveyed: Rows, released: Rows, later: list[Rows], spots: Rows, numbers: oddities.Numbers, rng: np.random.Generator
) -> Rows:
    """First versions, corrections, duplicates and withdrawals of all records that the board ever saw."""
    seen = surveyed.take(np.flatnonzero(surveyed["session"] < len(SESSIONS)))
    hazard_copies = oddities.duplicates(seen, oddities.DUPLICATE_HAZARDS, numbers, rng)
    release_numbers = oddities.Numbers(int(released["ref"].max(initial=-1)) + 1)
    release_copies = oddities.duplicates(released, oddities.DUPLICATE_RELEASES, release_numbers, rng)
    first = joined([seen, *later, released, spots])
    history.blurred(first, rng)
    rows = joined([first, oddities.corrections(first, rng), hazard_copies, release_copies])
    _forget_unknown_hazards(rows, len(surveyed), surveyed["session"])
    return rows.take(np.lexsort((rows["line"], rows["ref"], rows["letter"], rows["step"], rows["session"])))


def _forget_unknown_hazards(rows: Rows, count: int, known_from: Ints) -> None:
    """A report can name only a hazard that the board knew before."""
    named = np.flatnonzero(rows["hazard"] >= 0)
    unknown = known_from[rows["hazard"][named].clip(0, count - 1)] >= rows["session"][named]
    rows.put(named[unknown], hazard=-1)


def _of_known(links: Links, rows: Rows) -> Links:
    """Links whose parent the board knew before the child."""
    hazard_rows = np.flatnonzero((rows["letter"] == 0) & (rows["step"] == 0))
    first = dict(zip(rows["ref"][hazard_rows].tolist(), rows["session"][hazard_rows].tolist(), strict=True))
    pairs = zip(links.parent.tolist(), links.session.tolist(), strict=True)
    kept = np.array([first.get(parent, len(SESSIONS)) < session for parent, session in pairs], dtype=bool)
    return Links(links.parent[kept], links.child[kept], links.kind, links.on[kept], links.session[kept])


def _active(work: history.Plan, kept: Ints, surveyed: Rows) -> Iterator[ActiveTask]:
    """Tasks that began before the last day and whose last report is still to come."""
    missing = np.ones(len(work.hazard), dtype=bool)
    missing[kept] = False
    ahead = np.unique(work.hazard[missing & (work.on > history.ALL_DONE_BY)])
    for hazard in ahead.tolist():
        started = int(work.on[np.searchsorted(work.hazard, hazard)]) - 60
        if started <= LAST_DAY.toordinal():
            operator = OPERATORS[int(surveyed["operator"][hazard])].code
            yield ActiveTask(hazard, hazard, operator, date.fromordinal(started))
