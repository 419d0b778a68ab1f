"""The fast engine, asked as the laws ask: the only file of the laws that knows its interface."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
import shapely

from clearground.kernel.land.balances import NO_CLASS, Book, Question, Sheet, balance, balance_approved, book
from clearground.kernel.land.columns import columns_of
from clearground.kernel.land.cutting import Faces
from clearground.kernel.land.cutting import cut as cut_lands
from clearground.kernel.land.events import Degree, Event
from clearground.kernel.land.folding import Postings, fold, stack
from clearground.kernel.land.placing import share
from clearground.kernel.land.states import RELEASED, Note, States, states_of

from .books import CLASSES, TILE_CM
from .oracle import UNRECORDED, State, has_area


class Move(NamedTuple):
    """Land that one line moved from one account to another."""

    ref: str
    line: int
    family: str
    before: State
    after: State


class Row(NamedTuple):
    """One row of a sheet: a period, a code in each dimension, and the columns."""

    period: int
    key: dict[str, object]
    sums: dict[str, int]


def lands_of(events: Sequence[Event]) -> np.ndarray:
    """What there is to cut: one polygon per event, None where it covers no ground."""
    return np.array([*(e.land if has_area(e) else None for e in events), None], dtype=object)[:-1]


def cut(lands: np.ndarray, *, tile_cm: int = TILE_CM, keep_shapes: bool = False, workers: int = 1) -> Faces:
    """The cut of the kernel, in the tiles whose borders the tests' books cross."""
    return cut_lands(lands, tile_cm=tile_cm, keep_shapes=keep_shapes, workers=workers)


def rows_of(sheet: Sheet, families: Sequence[str]) -> list[Row]:
    """The rows of a sheet with codes instead of numbers."""
    names = {
        "family": lambda i: families[i],
        "class": lambda i: {-1: None, NO_CLASS: "no class"}.get(i) if i < 0 else CLASSES[i].code,
        "degree": lambda i: Degree(i) if i >= 0 else None,
    }
    return [
        Row(
            int(sheet.period[i]),
            {name: names.get(name, int)(int(sheet.codes[name][i])) for name in sheet.by},
            {name: int(column[i]) for name, column in sheet.sums.items()},
        )
        for i in range(len(sheet))
    ]


@cache
def numbering() -> States:
    """The states of the classes of the tests' books."""
    return states_of(CLASSES)


@cache
def named_states() -> list[State]:
    """For each number of a state, the state as the oracle names it."""
    states, named = numbering(), []
    columns = zip(states.degree(), states.hazard_class(), states.release(), states.is_outside(), strict=True)
    for degree, code, release, outside in columns:
        if release >= 0:
            named.append(State(RELEASED[release], is_outside=bool(outside)))
        elif degree >= 0:
            named.append(State("open", None if code < 0 else CLASSES[code].code, Degree(degree)))
        else:
            named.append(UNRECORDED)
    return named


class FastBooks:
    """Books kept by the fast engine. Areas are twice an area in cm²."""

    def __init__(self, events: Sequence[Event], places: Sequence[shapely.Geometry] = ()) -> None:
        self.events = list(events)
        entries, self.codes = columns_of(self.events, CLASSES)
        # As in a database, the families of a line share one polygon.
        _, first, line = np.unique(
            [f"{e.seq} {e.ref} {e.line}" for e in self.events] or np.zeros(0, str),
            return_index=True,
            return_inverse=True,
        )
        lands = lands_of([self.events[i] for i in first])
        self.entries = replace(entries, land=np.where(entries.land < 0, -1, line))
        self.faces = cut(lands, keep_shapes=True)
        self.stacks = stack(self.faces, self.entries)
        self.shares = share(self.faces.shape, self.faces.area2, np.array([*places, None], dtype=object)[:-1])
        self.postings = cache(self._postings)
        self.book = cache(self._book)

    def _postings(self, k: int) -> Postings:
        return fold(self.stacks, self.entries, numbering(), k)

    def _book(self, k: int) -> Book:
        return book(self.stacks, self.postings(k), self.entries, numbering(), self.shares, k)

    def sheet(self, *, edges: Sequence[int], k: int, by: Sequence[str], places: int = 0) -> list[Row]:
        """Rows of what happened: between each two days, for each key of the dimensions."""
        return rows_of(balance(self.book(k), Question(edges, by, groups=places)), self.codes.families)

    def sheet_approved(self, *, edges: Sequence[int], ks: Sequence[int], by: Sequence[str]) -> list[Row]:
        """Rows of what was approved: `ks[i]` is the last approval known on day `edges[i]`."""
        sheet = balance_approved([self.book(k) for k in ks], Question(edges, by))
        return rows_of(sheet, self.codes.families)

    def ground2(self) -> int:
        """All ground that any polygon covers, in any family."""
        return int(self.faces.area2.sum())

    def stocks2(self, *, t: int, k: int, family: str) -> dict[State, int]:
        """What lies in each account of the family on day `t`; the unrecorded is the rest of the ground."""
        postings = self.postings(k)
        now = (postings.day <= t) & (t < postings.until)
        cell, target = postings.cell[now], postings.target[now]
        stocks: defaultdict[State, int] = defaultdict(int)
        for face, of, state in zip(self.stacks.face[cell], self.stacks.family[cell], target, strict=True):
            if self.codes.families[of] == family:
                stocks[named_states()[state]] += int(self.faces.area2[face])
        stocks[UNRECORDED] += self.ground2() - sum(stocks.values())
        return dict(stocks)

    def moves2(self, *, since: int, until: int, k: int) -> Counter[Move]:
        """What each line moved after day `since`, up to and including `until`."""
        postings, moves = self.postings(k), Counter[Move]()
        for at in np.flatnonzero((postings.day > since) & (postings.day <= until)):
            event, cell = self.events[postings.entry[at]], postings.cell[at]
            before, after = (named_states()[s] for s in (postings.source[at], postings.target[at]))
            area2 = int(self.faces.area2[self.stacks.face[cell]])
            moves[Move(event.ref, event.line, event.family, before, after)] += area2
        return moves

    def released_twice2(self, *, since: int, until: int, k: int) -> dict[tuple[str, int, str, str], int]:
        """Area released when it was released already, by line, family and reference of the first release."""
        postings, twice = self.postings(k), Counter[tuple[str, int, str, str]]()
        for at in np.flatnonzero(postings.note == Note.RELEASED_TWICE):
            cell, event = postings.note_cell[at], self.events[postings.note_entry[at]]
            if since < event.on <= until:
                rank = self.entries.book_rank[postings.note_entry[at]]
                earlier = (postings.cell == cell) & (self.entries.book_rank[postings.entry] < rank)
                first = self.events[postings.entry[np.flatnonzero(earlier)[-1]]].ref
                twice[event.ref, event.line, event.family, first] += int(self.faces.area2[self.stacks.face[cell]])
        return dict(twice)
