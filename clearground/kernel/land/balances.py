"""Sums the books into balance sheets: opening, flows, closing, for any grouping and dates.

Stocks are read from what each piece of ground *is* on a day (the interval in which a posting
holds); flows from what each posting *moves*. Neither is derived from the other, so `stocks_add_up`
is a check. All areas here are twice square centimetres, as integers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from .books import HALF_CM2_PER_M2, Book, Items, Lines, Wanted, book, part_of
from .states import UNRECORDED, Note, States
from .tabulating import Dimension, Ground, Table, edges_before, exact_bincount, period_of
from .unplaced import NEW, RELEASED

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_CLASS = -2  # land of no recorded hazard
RELEASES = ("cancelled", "reduced", "cleared")
RISES = ("new", "reopened", "reclassified", "degree_changed", "corrected")
DEGREES = ("not_stated", "suspected", "confirmed")
STOCKS = ("opening", "closing", *(f"closing_{degree}" for degree in DEGREES), "outside_closing")
UNPLACED = ("unplaced_new", "unplaced_released", "unplaced_outside")
UNPLACED_STOCKS = ("unplaced_opening", "unplaced_closing")
FLOWS = (*RISES, *RELEASES, "confirmed", "outside", "released_twice", *UNPLACED, "unplaced_corrected")
MEASURES = (*STOCKS, *UNPLACED_STOCKS, *FLOWS)
STOCK_DIMENSIONS = frozenset({"family", "class", "degree", "place"})
ENTRY_DIMENSIONS = ("operator", "method", "campaign", "task", "contract")
__all__ = ["HALF_CM2_PER_M2", "Book", "Items", "Question", "Sheet", "Wanted", "balance", "balance_approved", "book"]


@dataclass(frozen=True, slots=True)
class Question:
    """What a sheet is asked for.

    `edges` are the days on which periods end: period i runs from the day after `edges[i]` to
    `edges[i + 1]`, so n edges make n - 1 periods. `by` names dimensions. `place_group` maps a place
    to its group (its province, say); `groups` counts them. `wanted` leaves out the rest of the books.
    """

    edges: Sequence[int]
    by: Sequence[str] = ("family", "class")
    place_group: NDArray[np.int32] | None = None
    groups: int = 0
    wanted: Wanted | None = None

    @property
    def has_stocks(self) -> bool:
        """What is asked for splits land, not only the work on it."""
        return set(self.by) <= STOCK_DIMENSIONS and (self.wanted is None or self.wanted.entries is None)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of one sheet: `codes[d][i]` is the code of row i in dimension d, `sums[m][i]` its sum.

    `sums` has no stocks where the dimensions split flows only.
    """

    by: tuple[str, ...]
    period: NDArray[np.int64]
    codes: Mapping[str, NDArray[np.int64]]
    sums: Mapping[str, NDArray[np.int64]]

    def __len__(self) -> int:
        return len(self.period)


def balance(book: Book, question: Question) -> Sheet:
    """Flows that happened in each period and the stocks around them, as known at the book's k."""
    book = part_of(book, question.wanted)
    sums = _Sums.over([book], question)
    rows, edges = sums.rows[0], question.edges
    begun = edges_before(edges, book.moves.day)
    if question.has_stocks:
        held = sums.held(rows, begun, edges_before(edges, book.moves.until), len(edges))
        sums.add_stock(rows, "opening", held[:, :, :-1], 0)
        sums.add_stock(rows, "closing", held[:, :, 1:], 0)
        sums.add_unplaced_stock(rows, "unplaced_opening", edges[:-1], 0)
        sums.add_unplaced_stock(rows, "unplaced_closing", edges[1:], 0)
    sums.add_flows(rows, begun.astype(np.int32) - 1)
    sums.add_others(rows, *(period_of(question.edges, day) for day in rows.days()))
    return sums.sheet()


def balance_approved(books: Sequence[Book], question: Question) -> Sheet:
    """Flows that were approved in each period; `books[i]` is what was known at `edges[i]`.

    A record first approved in the period flows under its own kind, whenever it happened; what
    changed about older records is *corrected*.
    """
    sums = _Sums.over([part_of(book, question.wanted) for book in books], question)
    for period, (before, after) in enumerate(pairwise(sums.rows)):
        start, end = question.edges[period], question.edges[period + 1]
        if question.has_stocks:
            sums.add_stock(before, "opening", sums.held_on(before, start), period)
            sums.add_stock(after, "closing", sums.held_on(after, end), period)
            sums.add_unplaced_stock(before, "unplaced_opening", [start], period)
            sums.add_unplaced_stock(after, "unplaced_closing", [end], period)
        moves, k = after.book.moves, before.book.seq
        fresh = after.is_fresh(moves.entry, moves.day, k, start) & (moves.day <= end)
        old = ~after.is_fresh(moves.entry, moves.day, k, start) & (moves.day <= end)
        sums.add_flows(after, np.where(fresh, period, -1))
        sums.add_corrected(after, np.where(old, period, -1), 1)
        sums.add_corrected(before, np.where(before.book.moves.day <= start, period, -1), -1)
        dated = zip(after.entries(), after.days(), strict=True)
        kept = (after.is_fresh(entry, day, k, start) & (day <= end) for entry, day in dated)
        sums.add_others(after, *(np.where(keep, period, -1) for keep in kept))
        u = after.book.unplaced
        kept_stated = ~after.is_fresh(u.entry, u.day, k, start) & (u.day <= end)
        sums.add_unplaced(after, "unplaced_corrected", np.where(kept_stated, period, -1), 1)
        was_stated = before.book.unplaced.day <= start
        sums.add_unplaced(before, "unplaced_corrected", np.where(was_stated, period, -1), -1)
    return sums.sheet()


def stocks_add_up(sheet: Sheet) -> NDArray[np.bool_]:
    """By row: opening plus what rose minus what was released equals closing, placed and stated, to the last digit."""
    if "closing" not in sheet.sums:
        return np.ones(len(sheet), bool)
    rise = sum((sheet.sums[name] for name in RISES), np.zeros(len(sheet), np.int64))
    fall = sum((sheet.sums[name] for name in RELEASES), np.zeros(len(sheet), np.int64))
    placed = sheet.sums["opening"] + rise - fall == sheet.sums["closing"]
    stated_rise = sheet.sums["unplaced_new"] + sheet.sums["unplaced_corrected"] - sheet.sums["unplaced_released"]
    stated = sheet.sums["unplaced_opening"] + stated_rise == sheet.sums["unplaced_closing"]
    return np.asarray(placed & stated)


@dataclass(frozen=True, slots=True)
class _Rows:
    """One book, with the ground of each of its moves, notes, stated areas and items."""

    book: Book
    moves: NDArray[np.int64]
    notes: NDArray[np.int64]
    unplaced: NDArray[np.int64]
    items: NDArray[np.int64]

    def entries(self) -> tuple[NDArray[Any], ...]:
        """The entries of notes, stated areas and items."""
        return self.book.notes.entry, self.book.unplaced.entry, self.book.items.entry

    def days(self) -> tuple[NDArray[Any], ...]:
        """The days of notes, stated areas and items."""
        return self.book.notes.day, self.book.unplaced.day, self.book.entries.on[self.book.items.entry]

    def is_fresh(self, entry: NDArray[Any], day: NDArray[Any], seq: int, start: int) -> NDArray[np.bool_]:
        """The record was first approved after `seq`, or counts only from after `start`."""
        return np.asarray((self.book.entries.first_seq[entry] > seq) | (day > start))


@dataclass(slots=True)
class _Sums:
    """A table being filled from the rows of one or several books."""

    question: Question
    table: Table
    rows: list[_Rows]

    @classmethod
    def over(cls, books: Sequence[Book], question: Question) -> _Sums:
        """An empty table for the question, with the ground of every row of the books."""
        ground = Ground(tuple(_ground_dimensions(books[-1], question)))
        found = [_combinations(ground, book, question) for book in books]
        ground = ground.narrowed([c for parts in found for c in parts])
        rows = [_Rows(book, *map(ground.place, parts)) for book, parts in zip(books, found, strict=True)]
        classes = len(books[-1].states.classes)
        inner = {"class": Dimension("class", NO_CLASS, classes + 2), "degree": Dimension("degree", -1, 4)}
        asked = tuple(inner[name] for name in question.by if name in inner)
        return cls(question, Table(ground, asked, len(question.edges) - 1), rows)

    def add_stock(self, rows: _Rows, measure: str, held: NDArray[np.int64], period: int) -> None:
        """Add what is open on the days of `held`, one day a period; by degree and outside too at the closing."""
        states, span = rows.book.states, slice(period, period + held.shape[2])
        for state in np.flatnonzero(states.is_open()).tolist():
            inner = self._inner(states, state)
            self.table.array(measure)[:, inner, span] += held[:, state]
            if measure == "closing":
                name = f"closing_{DEGREES[int(states.degree()[state])]}"
                self.table.array(name)[:, inner, span] += held[:, state]
        if measure == "closing":
            inner = self.table.inner_place(NO_CLASS, -1)
            self.table.array("outside_closing")[:, inner, span] += held[:, states.is_outside()].sum(axis=1)

    def held_on(self, rows: _Rows, day: int) -> NDArray[np.int64]:
        """What is held on one day."""
        moves = rows.book.moves
        return self.held(rows, edges_before([day], moves.day), edges_before([day], moves.until), 1)

    def held(self, rows: _Rows, begun: NDArray[Any], ended: NDArray[Any], days: int) -> NDArray[np.int64]:
        """Land in each state on each of so many days: (ground, state, day); released land inside stays out.

        A move holds from the day at place `begun` up to that at `ended`, exclusive.
        """
        moves, states = rows.book.moves, rows.book.states
        meets = np.flatnonzero((begun < ended) & (states.is_open() | states.is_outside())[moves.target])
        at = (rows.moves[meets].astype(np.int64) * states.count + moves.target[meets]) * (days + 1)
        size, area2 = self.table.ground.size * states.count * (days + 1), moves.area2[meets]
        change = exact_bincount(at + begun[meets], area2, size) - exact_bincount(at + ended[meets], area2, size)
        return np.cumsum(change.reshape(self.table.ground.size, -1, days + 1), axis=2)[:, :, :-1]

    def _turned(self, rows: _Rows, period: NDArray[Any]) -> NDArray[np.int64]:
        """Land that turned from one state to another: (ground, turn, period)."""
        inside = np.flatnonzero((period >= 0) & (period < self.table.periods))
        turns, periods, moves = len(rows.book.turns), self.table.periods, rows.book.moves
        at = (rows.moves[inside].astype(np.int64) * turns + moves.turn[inside]) * periods + period[inside]
        size = self.table.ground.size * turns * periods
        return exact_bincount(at, moves.area2[inside], size).reshape(self.table.ground.size, turns, periods)

    def add_flows(self, rows: _Rows, period: NDArray[Any]) -> None:
        """Each move under the columns that its two states say, in the row of the class that it concerns."""
        turned = self._turned(rows, period)
        for turn, (source, target) in enumerate(rows.book.turns.tolist()):
            for measure, state, sign in columns_of_turn(rows.book.states, source, target):
                self.table.array(measure)[:, self._inner(rows.book.states, state)] += sign * turned[:, turn]

    def add_corrected(self, rows: _Rows, period: NDArray[Any], sign: int) -> None:
        """The change of open land by moves of records that were known before, as one column."""
        turned, states = self._turned(rows, period), rows.book.states
        corrected, is_open = self.table.array("corrected"), states.is_open()
        for turn, pair in enumerate(rows.book.turns.tolist()):
            for state, direction in zip(pair, (-sign, sign), strict=True):
                if is_open[state]:
                    corrected[:, self._inner(states, state)] += direction * turned[:, turn]

    def add_others(self, rows: _Rows, notes: NDArray[Any], stated: NDArray[Any], items: NDArray[Any]) -> None:
        """Land released twice, stated areas without a polygon, items: in the periods given for each."""
        book, nowhere = rows.book, self.table.inner_place(NO_CLASS, -1)
        twice = np.where(book.note == Note.RELEASED_TWICE, notes, -1)
        self.table.add_rows("released_twice", rows.notes, nowhere, twice, book.notes.area2)
        inner = self.table.inner_place(book.unplaced.hazard_class.astype(np.int64), -1)
        for column, name in enumerate(UNPLACED):
            chosen = np.where(book.unplaced.column == column, stated, -1)
            self.table.add_rows(name, rows.unplaced, inner, chosen, book.unplaced.amount)
        for item in np.unique(book.items.item).tolist():
            chosen = np.where(book.items.item == item, items, -1)
            self.table.add_rows(f"items_{item}", rows.items, nowhere, chosen, book.items.count)

    def add_unplaced_stock(self, rows: _Rows, measure: str, days: Sequence[int], period: int) -> None:
        """Stated area that lay open on each of the days, one day a period."""
        for step, day in enumerate(days):
            self.add_unplaced(rows, measure, np.where(rows.book.unplaced.day <= day, period + step, -1), 1)

    def add_unplaced(self, rows: _Rows, measure: str, period: NDArray[Any], sign: int) -> None:
        """What moves of stated area did to what lay open, in the periods given for each."""
        u = rows.book.unplaced
        inner = self.table.inner_place(u.hazard_class.astype(np.int64), -1)
        signed = np.where(u.column == NEW, u.amount, np.where(u.column == RELEASED, -u.amount, 0))
        self.table.add_rows(measure, rows.unplaced, inner, period, sign * signed)

    def _inner(self, states: States, state: int) -> int:
        return int(self.table.inner_place(int(states.hazard_class()[state]), int(states.degree()[state])))

    def sheet(self) -> Sheet:
        """The rows in which anything is not zero."""
        rows = self.table.rows()
        sums = {name: array.ravel()[rows] for name, array in self.table.sums.items()}
        for name in MEASURES if self.question.has_stocks else FLOWS:
            sums.setdefault(name, np.zeros(len(rows), np.int64))
        return Sheet(tuple(self.question.by), rows % self.table.periods, self.table.codes(rows), sums)


def columns_of_turn(states: States, source: int, target: int) -> Iterator[tuple[str, int, int]]:
    """The columns that a turn from one state to another counts in: (measure, state of the row, sign)."""
    was, now = bool(states.is_open()[source]), bool(states.is_open()[target])
    degree, hazard_class = states.degree(), states.hazard_class()
    if was and not now:
        yield RELEASES[int(states.release()[target])], source, 1
    elif now and not was:
        yield "new" if source == UNRECORDED else "reopened", target, 1
    elif was:
        name = "reclassified" if hazard_class[source] != hazard_class[target] else "degree_changed"
        yield name, source, -1
        yield name, target, 1
        if degree[target] == 2 and degree[source] < 2:
            yield "confirmed", target, 1
    elif source == UNRECORDED:
        yield "outside", target, 1


def _ground_dimensions(book: Book, question: Question) -> Iterator[Dimension]:
    for name in question.by:
        if name == "family":
            yield Dimension(name, 0, book.families)
        elif name == "place":
            yield Dimension(name, -1, question.groups + 1)
        elif name in ENTRY_DIMENSIONS:
            yield Dimension(name, -1, int(getattr(book.entries, name).max(initial=-1)) + 2)


def _combinations(ground: Ground, book: Book, question: Question) -> tuple[NDArray[np.int64], ...]:
    """The combination of each move, note, stated area and item."""
    entries = book.entries

    def lines(of: Lines) -> NDArray[np.int64]:
        codes: dict[str, Any] = {n: getattr(entries, n)[of.entry] for n in question.by if n in ENTRY_DIMENSIONS}
        if "place" in question.by:
            codes["place"] = _group(question, of.place)
        return ground.combination(codes | {"family": of.family}, len(of.entry))

    def stated(entry: NDArray[np.int64]) -> NDArray[np.int64]:
        codes: dict[str, Any] = {n: getattr(entries, n)[entry] for n in question.by if n in ENTRY_DIMENSIONS}
        if "place" in question.by:
            codes["place"] = _group(question, entries.place[entry])
        return ground.combination(codes | {"family": entries.family[entry]}, len(entry))

    return lines(book.moves), lines(book.notes), stated(book.unplaced.entry), stated(book.items.entry)


def _group(question: Question, place: NDArray[np.int32]) -> NDArray[np.int32]:
    if question.place_group is None:
        return place
    # The last row of the table is *nowhere*, which -1 indexes.
    return np.append(question.place_group, np.int32(-1))[place]
