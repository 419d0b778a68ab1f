"""What single events add to one figure: the parts that a cell of a sheet is the sum of.

Areas are twice square centimetres, as integers, so that parts add up to their figure with `==`. A
flow is made of what each posting moved in the period; a stock of what lies where a posting holds on
the day. Released-twice land, stated areas and items are made of their own rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .balances import DEGREES, NO_CLASS, UNPLACED
from .books import Book, Items
from .states import Note
from .turning import columns_of_turn
from .unplaced import NEW, RELEASED, Unplaced

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNPLACED_COLUMNS = {name: column for column, name in enumerate(UNPLACED)}


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows of the books a figure counts: of one family, in some places, by some work; None and {}: all.

    `places` says by place whether it is inside; its last value is for *no place*. `work` maps a
    column of the entries (operator, method, campaign, task) to a code.
    """

    family: int | None = None
    places: NDArray[np.bool_] | None = None
    work: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parts:
    """Amounts with the entry that each is due to; the class is -2, and the degree -1, where the land has none."""

    entry: NDArray[Any]
    family: NDArray[Any]
    hazard_class: NDArray[Any]
    degree: NDArray[Any]
    place: NDArray[Any]
    day: NDArray[Any]
    amount: NDArray[np.int64]

    def where(self, keep: NDArray[np.bool_]) -> Parts:
        """The parts to keep."""
        return Parts(*(getattr(self, each.name)[keep] for each in fields(self)))

    def times(self, sign: int) -> Parts:
        """The same parts, of the amounts times `sign`."""
        return replace(self, amount=sign * self.amount)


def together(parts: list[Parts]) -> Parts:
    """All parts in one table."""
    empty = np.zeros(0, np.int64)
    columns = ([getattr(part, each.name) for part in parts] for each in fields(Parts))
    return Parts(*(np.concatenate([empty, *column]).astype(np.int64) for column in columns))


def narrowed(book: Book, scope: Scope) -> Book:
    """The book with the rows in scope alone: any sheet of it is the scope's part of the sheet of all."""
    entries = book.entries

    def keep(entry: NDArray[Any], family: NDArray[Any], place: NDArray[Any]) -> NDArray[np.bool_]:
        inside = np.ones(len(entry), bool) if scope.family is None else family == scope.family
        for name, code in scope.work.items():
            inside &= getattr(entries, name)[entry] == code
        return inside if scope.places is None else inside & scope.places[place]

    moves, notes, u, items = book.moves, book.notes, book.unplaced, book.items
    moved, noted = keep(moves.entry, moves.family, moves.place), keep(notes.entry, notes.family, notes.place)
    stated = keep(u.entry, entries.family[u.entry], entries.place[u.entry])
    found = keep(items.entry, entries.family[items.entry], entries.place[items.entry])
    return replace(
        book,
        moves=moves.where(moved),
        notes=notes.where(noted),
        note=book.note[noted],
        unplaced=Unplaced(*(getattr(u, each.name)[stated] for each in fields(u))),
        items=Items(items.entry[found], items.item[found], items.count[found]),
    )


def parts_of(book: Book, measure: str, first: int, last: int) -> Parts:
    """What a figure of the sheet of the days after `first` up to `last` is made of, as known at the book's k."""
    if measure.endswith("opening"):
        return stock_parts(book, measure, first)
    if "closing" in measure:
        return stock_parts(book, measure, last)
    rows = (book.moves.day, book.notes.day, book.unplaced.day, book.entries.on[book.items.entry])
    moves, notes, stated, items = ((first < day) & (day <= last) for day in rows)
    return flow_parts(book, measure, moves=moves, notes=notes, stated=stated, items=items)


def parts_approved(before: Book, after: Book, measure: str, start: int, end: int) -> Parts:
    """The same for what was approved in the period: `before` is what was known at its `start`, `after` at its `end`."""
    if measure.endswith("opening"):
        return stock_parts(before, measure, start)
    if "closing" in measure:
        return stock_parts(after, measure, end)
    entries, k = after.entries, before.seq

    def fresh(entry: NDArray[Any], day: NDArray[Any]) -> NDArray[np.bool_]:
        return np.asarray((entries.first_seq[entry] > k) | (day > start))

    if measure == "corrected":
        m = after.moves
        changed = ~fresh(m.entry, m.day) & (m.day <= end)
        was = before.moves.day <= start
        return together([change_parts(after, changed), change_parts(before, was).times(-1)])
    if measure == "unplaced_corrected":
        u = after.unplaced
        kept = ~fresh(u.entry, u.day) & (u.day <= end)
        return together([_stated_open(after, kept), _stated_open(before, before.unplaced.day <= start).times(-1)])
    m, n, u, i = after.moves, after.notes, after.unplaced, after.items
    dated = ((m.entry, m.day), (n.entry, n.day), (u.entry, u.day), (i.entry, entries.on[i.entry]))
    moves, notes, stated, items = (fresh(entry, day) & (day <= end) for entry, day in dated)
    return flow_parts(after, measure, moves=moves, notes=notes, stated=stated, items=items)


def stock_parts(book: Book, measure: str, day: int) -> Parts:
    """What holds at the end of a day: open land, land released outside, stated area without a polygon."""
    if measure.startswith("unplaced"):
        return _stated_open(book, book.unplaced.day <= day)
    states, moves = book.states, book.moves
    wanted = states.is_outside() if measure == "outside_closing" else states.is_open()
    if (degree := measure.removeprefix("closing_")) in DEGREES:
        wanted = wanted & (states.degree() == DEGREES.index(degree))
    holds = np.flatnonzero((moves.day <= day) & (day < moves.until) & wanted[moves.target])
    return _of_moves(book, holds, moves.target[holds], 1)


def flow_parts(
    book: Book,
    measure: str,
    *,
    moves: NDArray[np.bool_],
    notes: NDArray[np.bool_],
    stated: NDArray[np.bool_],
    items: NDArray[np.bool_],
) -> Parts:
    """What the chosen moves, notes, stated areas and items add to a flow."""
    if measure == "released_twice":
        return _of_notes(book, notes & (book.note == Note.RELEASED_TWICE))
    if measure in UNPLACED_COLUMNS:
        return _of_stated(book, stated & (book.unplaced.column == UNPLACED_COLUMNS[measure]), book.unplaced.amount)
    if measure.startswith("items_"):
        return _of_items(book, items & (book.items.item == int(measure.removeprefix("items_"))))
    return together(list(_turned(book, measure, moves)))


def change_parts(book: Book, chosen: NDArray[np.bool_]) -> Parts:
    """What the chosen moves did to open land: what they opened, less what they took from where it was open."""
    is_open, moves = book.states.is_open(), book.moves
    opened = np.flatnonzero(chosen & is_open[moves.target])
    closed = np.flatnonzero(chosen & is_open[moves.source])
    return together(
        [_of_moves(book, opened, moves.target[opened], 1), _of_moves(book, closed, moves.source[closed], -1)]
    )


def _turned(book: Book, measure: str, chosen: NDArray[np.bool_]) -> Iterator[Parts]:
    """The chosen moves of every turn that counts in the column, in the row of the state that it concerns."""
    for turn, (source, target) in enumerate(book.turns.tolist()):
        for column, state, sign in columns_of_turn(book.states, source, target):
            if column == measure:
                at = np.flatnonzero(chosen & (book.moves.turn == turn))
                yield _of_moves(book, at, np.full(len(at), state), sign)


def _of_moves(book: Book, at: NDArray[np.int64], state: NDArray[Any], sign: int) -> Parts:
    m, states = book.moves, book.states
    hazard_class, degree = states.hazard_class()[state], states.degree()[state]
    return Parts(
        m.entry[at], m.family[at], hazard_class, degree, m.place[at], m.day[at], sign * m.area2[at].astype(np.int64)
    )


def _of_notes(book: Book, chosen: NDArray[np.bool_]) -> Parts:
    n = book.notes.where(chosen)
    return _without_state(n.entry, n.family, np.full(len(n.entry), NO_CLASS), n.place, n.day, n.area2)


def _stated_open(book: Book, chosen: NDArray[np.bool_]) -> Parts:
    """What the chosen moves of stated area did to what lay open."""
    u = book.unplaced
    sign = np.where(u.column == NEW, 1, np.where(u.column == RELEASED, -1, 0))
    return _of_stated(book, chosen & (sign != 0), sign * u.amount)


def _of_stated(book: Book, chosen: NDArray[np.bool_], amount: NDArray[np.int64]) -> Parts:
    u, entries = book.unplaced, book.entries
    entry = u.entry[chosen]
    family, place = entries.family[entry], entries.place[entry]
    return _without_state(entry, family, u.hazard_class[chosen], place, u.day[chosen], amount[chosen])


def _of_items(book: Book, chosen: NDArray[np.bool_]) -> Parts:
    entry, entries = book.items.entry[chosen], book.entries
    no_class, family, place = np.full(len(entry), NO_CLASS), entries.family[entry], entries.place[entry]
    return _without_state(entry, family, no_class, place, entries.on[entry], book.items.count[chosen])


def _without_state(
    entry: NDArray[Any],
    family: NDArray[Any],
    hazard_class: NDArray[Any],
    place: NDArray[Any],
    day: NDArray[Any],
    amount: NDArray[Any],
) -> Parts:
    return Parts(entry, family, hazard_class, np.full(len(entry), -1), place, day, amount)
