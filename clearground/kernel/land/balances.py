"""Sums postings into balance sheets: opening, flows, closing, for any grouping and dates.

Stocks are read from what each cell *is* on a day (the interval in which a posting holds); flows
from what each posting *moves*. Neither is derived from the other, so `stocks_add_up` is a check.
All areas here are twice square centimetres, as integers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from .columns import Entries
from .folding import Postings, Stacks
from .placing import Shares
from .states import UNRECORDED, Note, States
from .tabulating import Dimension, Table, period_of
from .unplaced import NEW, RELEASED, Unplaced, unplaced

if TYPE_CHECKING:
    from numpy.typing import NDArray

HALF_CM2_PER_M2 = 20_000
NO_CLASS = -2  # land of no recorded hazard
RELEASES = ("cancelled", "reduced", "cleared")
RISES = ("new", "reopened", "reclassified", "degree_changed", "corrected")
DEGREES = ("not_stated", "suspected", "confirmed")
STOCKS = ("opening", "closing", *(f"closing_{degree}" for degree in DEGREES), "outside_closing")
UNPLACED = ("unplaced_new", "unplaced_released", "unplaced_outside")
FLOWS = (*RISES, *RELEASES, "confirmed", "outside", "released_twice", *UNPLACED)
MEASURES = (*STOCKS, "unplaced_opening", "unplaced_closing", *FLOWS)
STOCK_DIMENSIONS = frozenset({"family", "class", "degree", "place"})
ENTRY_CODES = frozenset({"family", "operator", "method", "campaign", "task"})
FLOW_DIMENSIONS = ("operator", "method", "campaign", "task")


@dataclass(frozen=True, slots=True)
class Lines:
    """Postings (or notes) of one k, split by place: the rows that every sheet is summed from."""

    cell: NDArray[np.int64]
    entry: NDArray[np.int32]
    day: NDArray[np.int32]
    until: NDArray[np.int32]
    source: NDArray[np.int16]
    target: NDArray[np.int16]
    place: NDArray[np.int32]
    area2: NDArray[np.int64]

    def where(self, keep: NDArray[np.bool_]) -> Lines:
        """The rows to keep."""
        return Lines(
            self.cell[keep],
            self.entry[keep],
            self.day[keep],
            self.until[keep],
            self.source[keep],
            self.target[keep],
            self.place[keep],
            self.area2[keep],
        )


@dataclass(frozen=True, slots=True)
class Items:
    """Items found: `count` items of type `item` by the work of `entry`."""

    entry: NDArray[np.int64]
    item: NDArray[np.int64]
    count: NDArray[np.int64]

    @classmethod
    def none(cls) -> Items:
        """No items."""
        return cls(*(np.zeros(0, np.int64) for _ in range(3)))


@dataclass(frozen=True, slots=True)
class Book:
    """The books as known at approval `seq`."""

    seq: int
    states: States
    entries: Entries
    families: int
    family_of_cell: NDArray[np.int16]
    moves: Lines
    notes: Lines
    note: NDArray[np.int8]
    unplaced: Unplaced
    items: Items


@dataclass(frozen=True, slots=True)
class Question:
    """What a sheet is asked for.

    `edges` are the days on which periods end: period i runs from the day after `edges[i]` to
    `edges[i + 1]`, so n edges make n - 1 periods. `by` names dimensions. `place_group` maps a place
    to its group (its province, say); `groups` counts them.
    """

    edges: Sequence[int]
    by: Sequence[str] = ("family", "class")
    place_group: NDArray[np.int32] | None = None
    groups: int = 0


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


def book(
    stacks: Stacks,
    postings: Postings,
    entries: Entries,
    states: States,
    shares: Shares,
    seq: int,
    items: Items | None = None,
) -> Book:
    """The postings and notes at `seq`, shared out among places; the records without a polygon beside them."""
    p = postings
    moves, _ = _by_place(stacks, shares, p.cell, p.entry, p.day, p.until, p.source, p.target)
    day, none = entries.on[p.note_entry], np.zeros(len(p.note), np.int16)
    notes, row = _by_place(stacks, shares, p.note_cell, p.note_entry, day, day, none, none)
    families = int(entries.family.max()) + 1 if len(entries) else 1
    found = items or Items.none()
    stands = entries.stand_at(seq)[found.entry]
    found = Items(found.entry[stands], found.item[stands], found.count[stands])
    rest = unplaced(entries, seq)
    return Book(seq, states, entries, families, stacks.family, moves, notes, p.note[row], rest, found)


def _by_place(
    stacks: Stacks, shares: Shares, cell: NDArray[np.int64], *columns: NDArray[Any]
) -> tuple[Lines, NDArray[np.int64]]:
    face = stacks.face[cell]
    low, high = np.searchsorted(shares.face, face), np.searchsorted(shares.face, face, side="right")
    count = high - low
    row = np.repeat(np.arange(len(cell)), count)
    at = np.arange(len(row)) + np.repeat(low - np.cumsum(count) + count, count)
    entry, day, until, source, target = (column[row] for column in columns)
    return Lines(cell[row], entry, day, until, source, target, shares.place[at], shares.area2[at]), row


def balance(book: Book, question: Question) -> Sheet:
    """Flows that happened in each period and the stocks around them, as known at the book's k."""
    table = _table(book, question)
    if _has_stocks(question):
        _add_stocks(table, book, question, book, question.edges[:-1], question.edges[1:])
    _add_flows(table, book, question, book.moves, period_of(question.edges, book.moves.day))
    _add_notes(table, book, question, period_of(question.edges, book.notes.day))
    u, found = book.unplaced, book.items
    _add_unplaced(table, book, question, period_of(question.edges, u.day))
    if _has_stocks(question):
        _add_unplaced_stock(table, book, question, "unplaced_opening", question.edges[:-1])
        _add_unplaced_stock(table, book, question, "unplaced_closing", question.edges[1:])
    _add_items(table, book, question, period_of(question.edges, book.entries.on[found.entry]))
    return _sheet(table, question)


def balance_approved(books: Sequence[Book], question: Question) -> Sheet:
    """Flows that were approved in each period; `books[i]` is what was known at `edges[i]`.

    A record first approved in the period flows under its own kind, whenever it happened; what
    changed about older records is *corrected*.
    """
    table = _table(books[-1], question)
    for period, (before, after) in enumerate(pairwise(books)):
        start, end = question.edges[period], question.edges[period + 1]
        if _has_stocks(question):
            _add_stocks(table, before, question, after, [start], [end], period)
        fresh = after.moves.where(_is_fresh(after.moves, after, before.seq, start) & (after.moves.day <= end))
        _add_flows(table, after, question, fresh, np.full(len(fresh.day), period))
        old = ~_is_fresh(after.moves, after, before.seq, start) & (after.moves.day <= end)
        _add_corrected(table, after, question, after.moves.where(old), period, 1)
        _add_corrected(table, before, question, before.moves.where(before.moves.day <= start), period, -1)
        noted = _is_fresh(after.notes, after, before.seq, start) & (after.notes.day <= end)
        _add_notes(table, after, question, np.where(noted, period, -1))
        _add_approved_records(table, before, after, question, period)
    return _sheet(table, question)


def _add_approved_records(table: Table, before: Book, after: Book, question: Question, period: int) -> None:
    """The records without a polygon, and the items, that were approved in one period."""
    start, end = question.edges[period], question.edges[period + 1]
    first, u, found = after.entries.first_seq, after.unplaced, after.items
    for_rest = ((first[u.entry] > before.seq) | (u.day > start)) & (u.day <= end)
    _add_unplaced(table, after, question, np.where(for_rest, period, -1))
    if _has_stocks(question):
        _add_unplaced_stock(table, before, question, "unplaced_opening", [start], period)
        _add_unplaced_stock(table, after, question, "unplaced_closing", [end], period)
    day = after.entries.on[found.entry]
    for_items = ((first[found.entry] > before.seq) | (day > start)) & (day <= end)
    _add_items(table, after, question, np.where(for_items, period, -1))


def _is_fresh(lines: Lines, book: Book, seq: int, day: int) -> NDArray[np.bool_]:
    """The record was first approved after `seq`, or counts only from after `day`."""
    return np.asarray((book.entries.first_seq[lines.entry] > seq) | (lines.day > day))


def _has_stocks(question: Question) -> bool:
    return set(question.by) <= STOCK_DIMENSIONS


def _table(book: Book, question: Question) -> Table:
    classes = len(book.states.classes)
    entries = book.entries
    sizes = {"family": (0, book.families), "class": (NO_CLASS, classes + 2), "degree": (-1, 4)}
    sizes["place"] = (-1, question.groups + 1)
    for name in FLOW_DIMENSIONS:
        sizes[name] = (-1, int(getattr(entries, name).max(initial=-1)) + 2)
    return Table(len(question.edges) - 1, tuple(Dimension(name, *sizes[name]) for name in question.by))


def _codes(book: Book, question: Question, lines: Lines, state: NDArray[np.int16]) -> NDArray[np.int64]:
    """The key of each line, for land in `state`."""
    codes: dict[str, Any] = {}
    for name in question.by:
        if name == "family":
            codes[name] = book.family_of_cell[lines.cell]
        elif name == "class":
            codes[name] = book.states.hazard_class()[state]
        elif name == "degree":
            codes[name] = book.states.degree()[state]
        elif name == "place":
            codes[name] = _group(question, lines.place)
        else:
            codes[name] = getattr(book.entries, name)[lines.entry]
    return _table(book, question).key(codes, len(lines.cell))


def _group(question: Question, place: NDArray[np.int32]) -> NDArray[np.int32]:
    if question.place_group is None:
        return place
    return np.where(place < 0, -1, question.place_group[place])


def _add_stocks(
    table: Table,
    before: Book,
    question: Question,
    after: Book,
    openings: Sequence[int],
    closings: Sequence[int],
    period: int = 0,
) -> None:
    """Land open on the opening days in `before` and on the closing days in `after`, from `period` on."""
    is_open, degree = after.states.is_open(), after.states.degree()
    for degree_code, name in enumerate(DEGREES):
        mask = is_open & (degree == degree_code)
        _add_stock(table, before, question, mask, openings, ("opening",), period)
        _add_stock(table, after, question, mask, closings, ("closing", f"closing_{name}"), period)
    _add_stock(table, after, question, after.states.is_outside(), closings, ("outside_closing",), period)


def _add_stock(
    table: Table,
    book: Book,
    question: Question,
    wanted: NDArray[np.bool_],
    days: Sequence[int],
    measures: Sequence[str],
    period: int,
) -> None:
    """Add the land that is in a wanted state on each of the days (rising), one day a period."""
    lines = book.moves.where(wanted[book.moves.target])
    edges = np.asarray(days)
    start, end = np.searchsorted(edges, lines.day), np.searchsorted(edges, lines.until)
    meets = start < end
    lines, start, end = lines.where(meets), start[meets], end[meets]
    key = _codes(book, question, lines, lines.target)
    steps = Table(len(days) + 1, table.dimensions)
    steps.add("stock", start, key, lines.area2)
    steps.add("stock", end, key, -lines.area2)
    held = np.cumsum(steps.sums["stock"].reshape(-1, len(days) + 1), axis=1)[:, :-1]
    total = np.zeros((table.keys, table.periods), np.int64)
    total[:, period : period + len(days)] = held
    for measure in measures:
        table.add_dense(measure, total.ravel())


def _add_flows(table: Table, book: Book, question: Question, lines: Lines, period: NDArray[np.int64]) -> None:
    """Each move under the column that its two states say, in the row of the class that it concerns."""
    states = book.states
    was, now = states.is_open()[lines.source], states.is_open()[lines.target]
    release, outside = states.release()[lines.target], states.is_outside()[lines.target]
    source_class, target_class = states.hazard_class()[lines.source], states.hazard_class()[lines.target]

    def add(measure: str, mask: NDArray[np.bool_], side: str, sign: int = 1) -> None:
        chosen = lines.where(mask)
        key = _codes(book, question, chosen, getattr(chosen, side))
        table.add(measure, period[mask], key, sign * chosen.area2)

    for code, name in enumerate(RELEASES):
        add(name, was & (release == code), "source")
    add("new", now & (lines.source == UNRECORDED), "target")
    add("reopened", now & ~was & (lines.source != UNRECORDED), "target")
    other_class = was & now & (source_class != target_class)
    other_degree = was & now & ~other_class
    for name, mask in (("reclassified", other_class), ("degree_changed", other_degree)):
        add(name, mask, "source", -1)
        add(name, mask, "target")
    degree = states.degree()
    add("confirmed", was & (degree[lines.source] < 2) & (degree[lines.target] == 2), "target")
    add("outside", outside & (lines.source == UNRECORDED), "target")


def _add_corrected(table: Table, book: Book, question: Question, lines: Lines, period: int, sign: int) -> None:
    """The change of open land by moves of records that were known before, as one column."""
    is_open = book.states.is_open()
    for state, direction in ((lines.target, sign), (lines.source, -sign)):
        mask = is_open[state]
        chosen = lines.where(mask)
        key = _codes(book, question, chosen, state[mask])
        table.add("corrected", np.full(len(chosen.day), period), key, direction * chosen.area2)


def _add_notes(table: Table, book: Book, question: Question, period: NDArray[np.int64]) -> None:
    mask = book.note == Note.RELEASED_TWICE
    chosen = book.notes.where(mask)
    table.add("released_twice", period[mask], _codes(book, question, chosen, chosen.target), chosen.area2)


def _entry_key(
    table: Table, book: Book, question: Question, entry: NDArray[np.int64], hazard_class: NDArray[Any]
) -> NDArray[np.int64]:
    """The key of rows that have no face: what their record states."""
    codes: dict[str, Any] = {name: getattr(book.entries, name)[entry] for name in question.by if name in ENTRY_CODES}
    codes |= {"class": hazard_class, "degree": np.full(len(entry), -1)}
    if "place" in question.by:
        codes["place"] = _group(question, book.entries.place[entry])
    return table.key(codes, len(entry))


def _add_unplaced(table: Table, book: Book, question: Question, period: NDArray[np.int64]) -> None:
    key = _entry_key(table, book, question, book.unplaced.entry, book.unplaced.hazard_class)
    for column, name in enumerate(UNPLACED):
        mask = book.unplaced.column == column
        table.add(name, period[mask], key[mask], book.unplaced.amount[mask])


def _add_unplaced_stock(
    table: Table, book: Book, question: Question, measure: str, days: Sequence[int], period: int = 0
) -> None:
    """Stated area that lay open on each of the days, one day a period."""
    u = book.unplaced
    key = _entry_key(table, book, question, u.entry, u.hazard_class)
    signed = np.where(u.column == NEW, u.amount, np.where(u.column == RELEASED, -u.amount, 0))
    for step, day in enumerate(days):
        held = u.day <= day
        table.add(measure, np.full(held.sum(), period + step), key[held], signed[held])


def _add_items(table: Table, book: Book, question: Question, period: NDArray[np.int64]) -> None:
    found = book.items
    key = _entry_key(table, book, question, found.entry, np.full(len(found.entry), NO_CLASS))
    for item in np.unique(found.item).tolist():
        mask = found.item == item
        table.add(f"items_{item}", period[mask], key[mask], found.count[mask])


def _sheet(table: Table, question: Question) -> Sheet:
    rows = table.rows()
    sums = {name: total[rows] for name, total in table.sums.items()}
    for name in MEASURES if _has_stocks(question) else FLOWS:
        sums.setdefault(name, np.zeros(len(rows), np.int64))
    return Sheet(tuple(question.by), rows % table.periods, table.codes(rows), sums)


def stocks_add_up(sheet: Sheet) -> NDArray[np.bool_]:
    """By row: opening plus what rose minus what was released equals closing, to the last digit."""
    if "closing" not in sheet.sums:
        return np.ones(len(sheet), bool)
    rise = sum((sheet.sums[name] for name in RISES), np.zeros(len(sheet), np.int64))
    fall = sum((sheet.sums[name] for name in RELEASES), np.zeros(len(sheet), np.int64))
    return np.asarray(sheet.sums["opening"] + rise - fall == sheet.sums["closing"])
