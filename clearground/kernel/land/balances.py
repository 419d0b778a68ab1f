"""Sums the books into balance sheets: opening, flows, closing, for any grouping and dates.

Stocks are read from what each piece of ground *is* on a day (the interval in which a posting
holds); flows from what each posting *moves*. Neither is derived from the other, so `stocks_add_up`
is a check. All areas here are twice square centimetres, as integers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .books import HALF_CM2_PER_M2, Book, Items, Wanted, beside_land, book
from .calendars import Calendar, Keyed
from .states import Note, States
from .tabulating import Dimension, Ground, Table, inner_place, period_of
from .turning import RELEASES, Columned, changes_by_turn
from .unplaced import NEW, RELEASED

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_CLASS = -2  # land of no recorded hazard
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
    to its group (its province, say); `groups` counts them. `wanted` leaves out the rest of the books,
    `measures` the rest of the columns; None is all.
    """

    edges: Sequence[int]
    by: Sequence[str] = ("family", "class")
    place_group: NDArray[np.int32] | None = None
    groups: int = 0
    wanted: Wanted | None = None
    measures: frozenset[str] | None = None

    @property
    def has_stocks(self) -> bool:
        """What is asked for splits land, not only the work on it."""
        return set(self.by) <= STOCK_DIMENSIONS and (self.wanted is None or self.wanted.entries is None)

    def asks(self, measure: str) -> bool:
        """The column is asked for."""
        return self.measures is None or measure in self.measures

    def grounds(self, calendar: Calendar) -> NDArray[np.bool_]:
        """The grounds of a calendar that are asked for."""
        return (self.wanted or Wanted()).grounds(calendar)


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
    edges, sums = question.edges, _Sums(question, book)
    part = beside_land(book, question.wanted)
    if question.has_stocks:
        sums.add_stocks(book, edges, {"opening": 0, "closing": -1})
        sums.add_unplaced_stock(part, "unplaced_opening", edges[:-1], 0)
        sums.add_unplaced_stock(part, "unplaced_closing", edges[1:], 0)
    sums.add_turned(book.columns, _turned_between(book, question))
    sums.add_others(part, *(period_of(edges, day) for day in _days(part)))
    return sums.sheet()


def balance_approved(books: Sequence[Book], question: Question) -> Sheet:
    """Flows that were approved in each period; `books[i]` is what was known at `edges[i]`.

    A record first approved in the period flows under its own kind, whenever it happened; what
    changed about older records is *corrected*.
    """
    sums = _Sums(question, books[-1])
    parts = [beside_land(book, question.wanted) for book in books]
    for period in range(len(books) - 1):
        sums.add_approved(books[period], books[period + 1], period)
        sums.add_approved_beside(parts[period], parts[period + 1], period)
    return sums.sheet()


def stocks_add_up(sheet: Sheet) -> NDArray[np.bool_]:
    """By row: opening plus what rose minus what was released equals closing, placed and stated, to the last digit.

    Where not all of these columns are asked for, there is nothing to check.
    """
    if not {*STOCKS, *UNPLACED_STOCKS, *FLOWS} <= {*sheet.sums}:
        return np.ones(len(sheet), bool)
    rise = sum((sheet.sums[name] for name in RISES), np.zeros(len(sheet), np.int64))
    fall = sum((sheet.sums[name] for name in RELEASES), np.zeros(len(sheet), np.int64))
    placed = sheet.sums["opening"] + rise - fall == sheet.sums["closing"]
    stated_rise = sheet.sums["unplaced_new"] + sheet.sums["unplaced_corrected"] - sheet.sums["unplaced_released"]
    stated = sheet.sums["unplaced_opening"] + stated_rise == sheet.sums["unplaced_closing"]
    return np.asarray(placed & stated)


class _Turned(NamedTuple):
    """Land that turned: its combination of codes, the turn, the period, the area."""

    ground: NDArray[np.int64]
    turn: NDArray[np.int64]
    period: NDArray[np.int64]
    area2: NDArray[np.int64]

    def times(self, sign: int) -> _Turned:
        """The same, of the areas times `sign`."""
        return self._replace(area2=sign * self.area2)


@dataclass(slots=True)
class _Sums:
    """A table being filled from the rows of one or several books; `book` is the last of them."""

    question: Question
    book: Book
    added: list[tuple[str, NDArray[np.int64], Any, NDArray[Any], NDArray[Any]]] = field(default_factory=list)

    def add(self, measure: str, ground: NDArray[np.int64], inner: Any, period: NDArray[Any], amount: Any) -> None:
        """Amounts by combination, place among classes and degrees, and period, where the measure is asked for."""
        if self.question.asks(measure):
            self.added.append((measure, ground, inner, period, amount))

    def add_stocks(self, book: Book, days: Sequence[int], period_of_first: Mapping[str, int]) -> None:
        """Add what is open at the end of the days, one day a period; by degree and outside too at the closing.

        `period_of_first` says, of opening and closing, in which period the first day is; what is of no period is not.
        """
        names = [name for name in period_of_first if any(self.question.asks(m) for m in STOCKS if name in m)]
        if not names:
            return
        calendar = book.calendar
        held = calendar.stays.up_to(days, self.question.grounds(calendar))
        held = held._replace(ground=_of_calendar(self.question, book)[held.ground])
        for name in names:
            self._add_held(book.states, name, held._replace(column=held.column + period_of_first[name]))

    def _add_held(self, states: States, name: str, held: Keyed) -> None:
        is_open, degree = states.is_open()[held.code], states.degree()[held.code]
        inner = np.broadcast_to(self._inner_of(held.code), held.code.shape)
        wanted = {name: is_open}
        if name == "closing":
            wanted |= {f"closing_{word}": is_open & (degree == number) for number, word in enumerate(DEGREES)}
        for measure, keep in wanted.items():
            self.add(measure, held.ground[keep], inner[keep], held.column[keep], held.amount[keep])
        if name == "closing":
            keep = states.is_outside()[held.code]
            nowhere = self._inner(NO_CLASS, -1)
            self.add("outside_closing", held.ground[keep], nowhere, held.column[keep], held.amount[keep])

    def add_turned(self, columns: Mapping[str, Sequence[Columned]], turned: _Turned) -> None:
        """Each turn under the columns that its two states say, in the row of the class that it concerns."""
        for measure, rows in columns.items():
            for column in rows if self.question.asks(measure) else ():
                sign = column.sign[turned.turn]
                keep = np.flatnonzero(sign)
                state = column.state[turned.turn[keep]]
                area2 = sign[keep] * turned.area2[keep]
                self.add(measure, turned.ground[keep], self._inner_of(state), turned.period[keep], area2)

    def add_approved(self, before: Book, after: Book, period: int) -> None:
        """The land of one period by approval: stocks, what was approved in it, and what it corrected."""
        start, end = self.question.edges[period : period + 2]
        if self.question.has_stocks:
            self.add_stocks(before, [start], {"opening": period})
            self.add_stocks(after, [end], {"closing": period})
        fresh, since = _turned_freshly(after, self.question, before.seq, start, end, period)
        self.add_turned(after.columns, fresh)
        # What is known of older records is all up to the start, less what of it is known since then only.
        now, then = (_turned_up_to(book, self.question, start, period) for book in (after, before))
        for of, turned in ((after, now), (after, since.times(-1)), (before, then.times(-1))):
            self.add_turned({"corrected": changes_by_turn(of.states, of.turns)}, turned)

    def add_approved_beside(self, before: Book, after: Book, period: int) -> None:
        """What beside land was approved in one period, and what it corrected of stated areas."""
        start, end = self.question.edges[period : period + 2]
        if self.question.has_stocks:
            self.add_unplaced_stock(before, "unplaced_opening", [start], period)
            self.add_unplaced_stock(after, "unplaced_closing", [end], period)
        dated = zip(_entries(after), _days(after), strict=True)
        kept = (_is_fresh(after, entry, day, before.seq, start) & (day <= end) for entry, day in dated)
        self.add_others(after, *(np.where(keep, period, -1) for keep in kept))
        u = after.unplaced
        kept_stated = ~_is_fresh(after, u.entry, u.day, before.seq, start) & (u.day <= end)
        self.add_unplaced(after, "unplaced_corrected", np.where(kept_stated, period, -1), 1)
        was_stated = before.unplaced.day <= start
        self.add_unplaced(before, "unplaced_corrected", np.where(was_stated, period, -1), -1)

    def add_others(self, book: Book, notes: NDArray[Any], stated: NDArray[Any], items: NDArray[Any]) -> None:
        """Land released twice, stated areas without a polygon, items: in the periods given for each."""
        nowhere, entries = self._inner(NO_CLASS, -1), book.entries
        twice = np.flatnonzero((book.note == Note.RELEASED_TWICE) & (notes >= 0))
        lines = book.notes.where(twice)
        ground = _combined(self.question, book, lines.entry, lines.family, lines.place)
        self.add("released_twice", ground, nowhere, notes[twice], lines.area2)
        u = book.unplaced
        ground = _combined(self.question, book, u.entry, entries.family[u.entry], entries.place[u.entry])
        inner = self._inner(u.hazard_class.astype(np.int64), -1)
        for column, name in enumerate(UNPLACED):
            self.add(name, ground, inner, np.where(u.column == column, stated, -1), u.amount)
        inside = np.flatnonzero(items >= 0)
        entry, item, count = (of[inside] for of in (book.items.entry, book.items.item, book.items.count))
        ground = _combined(self.question, book, entry, entries.family[entry], entries.place[entry])
        for number in np.unique(book.items.item).tolist():
            self.add(f"items_{number}", ground, nowhere, np.where(item == number, items[inside], -1), count)

    def add_unplaced_stock(self, book: Book, measure: str, days: Sequence[int], period: int) -> None:
        """Stated area that lay open on each of the days, one day a period."""
        for step, day in enumerate(days):
            self.add_unplaced(book, measure, np.where(book.unplaced.day <= day, period + step, -1), 1)

    def add_unplaced(self, book: Book, measure: str, period: NDArray[Any], sign: int) -> None:
        """What moves of stated area did to what lay open, in the periods given for each."""
        u, entries = book.unplaced, book.entries
        ground = _combined(self.question, book, u.entry, entries.family[u.entry], entries.place[u.entry])
        signed = np.where(u.column == NEW, u.amount, np.where(u.column == RELEASED, -u.amount, 0))
        self.add(measure, ground, self._inner(u.hazard_class.astype(np.int64), -1), period, sign * signed)

    def _inner_of(self, state: NDArray[np.int64]) -> Any:
        states = self.book.states
        return self._inner(states.hazard_class().astype(np.int64)[state], states.degree().astype(np.int64)[state])

    def _inner(self, hazard_class: Any, degree: Any) -> Any:
        """Where a class and a degree stand among the combinations that are asked for."""
        return inner_place(_inner_dimensions(self.book, self.question), hazard_class, degree)

    def sheet(self) -> Sheet:
        """The rows in which anything is not zero."""
        ground = _ground(self.book, self.question).narrowed([added[1] for added in self.added])
        table = Table(ground, _inner_dimensions(self.book, self.question), len(self.question.edges) - 1)
        for measure, combination, inner, period, amount in self.added:
            table.add_rows(measure, ground.place(combination), inner, period, amount)
        rows = table.rows()
        sums = {name: array.ravel()[rows] for name, array in table.sums.items()}
        for name in MEASURES if self.question.has_stocks else FLOWS:
            if self.question.asks(name):
                sums.setdefault(name, np.zeros(len(rows), np.int64))
        return Sheet(tuple(self.question.by), rows % table.periods, table.codes(rows), sums)


def _entries(book: Book) -> tuple[NDArray[Any], ...]:
    """The entries of notes, stated areas and items."""
    return book.notes.entry, book.unplaced.entry, book.items.entry


def _days(book: Book) -> tuple[NDArray[Any], ...]:
    """The days of notes, stated areas and items."""
    return book.notes.day, book.unplaced.day, book.entries.on[book.items.entry]


def _is_fresh(book: Book, entry: NDArray[Any], day: NDArray[Any], seq: int, start: int) -> NDArray[np.bool_]:
    """The record was first approved after `seq`, or counts only from after `start`."""
    return np.asarray((book.entries.first_seq[entry] > seq) | (day > start))


def _turned_between(book: Book, question: Question) -> _Turned:
    """The land that turned in each period: by the calendar, or move by move where work is asked about."""
    edges = question.edges
    if question.has_stocks:
        return _by_calendar(question, book, book.calendar.turns.between(edges, question.grounds(book.calendar)))
    at = np.flatnonzero((edges[0] < book.moves.day) & (book.moves.day <= edges[-1]))
    return _turned(book, question, at, period_of(edges, book.moves.day[at]))


def _turned_up_to(book: Book, question: Question, day: int, period: int) -> _Turned:
    """All land that turned up to the end of a day, as of one period."""
    if question.has_stocks:
        found = book.calendar.turns.up_to([day], question.grounds(book.calendar))
        return _by_calendar(question, book, found._replace(column=found.column + period))
    at = np.flatnonzero(book.moves.day <= day)
    return _turned(book, question, at, np.full(len(at), period))


def _turned_freshly(
    after: Book, question: Question, seq: int, start: int, end: int, period: int
) -> tuple[_Turned, _Turned]:
    """What turned up to the end by records that are new since approval `seq` or the start; those up to the start."""
    moves = after.moves
    fresh = np.flatnonzero(_is_fresh(after, moves.entry, moves.day, seq, start) & (moves.day <= end))
    late = fresh[moves.day[fresh] <= start]
    found, since = (_turned(after, question, at, np.full(len(at), period)) for at in (fresh, late))
    return found, since


def _turned(book: Book, question: Question, at: NDArray[np.int64], period: NDArray[Any]) -> _Turned:
    """Single moves, as far as they are asked for."""
    moves = book.moves
    if question.wanted is not None:
        keep = question.wanted.holds(moves.entry[at], moves.family[at], moves.place[at])
        at, period = at[keep], period[keep]
    ground = _combined(question, book, moves.entry[at], moves.family[at], moves.place[at])
    return _Turned(ground, moves.turn[at].astype(np.int64), period.astype(np.int64), moves.area2[at])


def _by_calendar(question: Question, book: Book, found: Keyed) -> _Turned:
    return _Turned(_of_calendar(question, book)[found.ground], found.code, found.column, found.amount)


def _of_calendar(question: Question, book: Book) -> NDArray[np.int64]:
    """The combination of each ground of the calendar."""
    calendar = book.calendar
    return _combined(question, book, np.zeros(0, np.int64), calendar.family, calendar.place)


def _ground(book: Book, question: Question) -> Ground:
    return Ground(tuple(_ground_dimensions(book, question)))


def _inner_dimensions(book: Book, question: Question) -> tuple[Dimension, ...]:
    """Class and degree, as far as they are asked for."""
    known = {"class": Dimension("class", NO_CLASS, len(book.states.classes) + 2), "degree": Dimension("degree", -1, 4)}
    return tuple(known[name] for name in question.by if name in known)


def _ground_dimensions(book: Book, question: Question) -> Iterator[Dimension]:
    for name in question.by:
        if name == "family":
            yield Dimension(name, 0, book.families)
        elif name == "place":
            yield Dimension(name, -1, question.groups + 1)
        elif name in ENTRY_DIMENSIONS:
            yield Dimension(name, -1, int(getattr(book.entries, name).max(initial=-1)) + 2)


def _combined(
    question: Question, book: Book, entry: NDArray[Any], family: NDArray[Any], place: NDArray[Any]
) -> NDArray[np.int64]:
    """The combination of codes of rows of this work, in this family and place."""
    codes: dict[str, Any] = {n: getattr(book.entries, n)[entry] for n in question.by if n in ENTRY_DIMENSIONS}
    if "place" in question.by:
        codes["place"] = _group(question, place)
    return _ground(book, question).combination(codes | {"family": family}, len(family)).astype(np.int64)


def _group(question: Question, place: NDArray[np.int32]) -> NDArray[np.int32]:
    if question.place_group is None:
        return place
    # The last row of the table is *nowhere*, which -1 indexes.
    return np.append(question.place_group, np.int32(-1))[place]
