"""The books as known at one approval: every move of land, shared out among places, ready to be summed.

All areas here are twice square centimetres, as integers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from .calendars import Calendar, calendar_of
from .columns import Entries
from .folding import Postings, Stacks
from .placing import Shares
from .states import States
from .turning import Columned, columns_by_turn
from .unplaced import Unplaced, unplaced

if TYPE_CHECKING:
    from numpy.typing import NDArray

HALF_CM2_PER_M2 = 20_000


@dataclass(frozen=True, slots=True)
class Lines:
    """Postings (or notes) of one k, split by place: the rows that every sheet is summed from.

    `turn` numbers the pairs (source, target) that occur; see `Book.turns`.
    """

    entry: NDArray[np.int32]
    family: NDArray[np.int16]
    day: NDArray[np.int32]
    until: NDArray[np.int32]
    source: NDArray[np.int16]
    target: NDArray[np.int16]
    turn: NDArray[np.int16]
    place: NDArray[np.int32]
    area2: NDArray[np.int64]

    def where(self, keep: NDArray[Any]) -> Lines:
        """The rows to keep: by row, whether; or their numbers."""
        return Lines(
            self.entry[keep],
            self.family[keep],
            self.day[keep],
            self.until[keep],
            self.source[keep],
            self.target[keep],
            self.turn[keep],
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


@dataclass(frozen=True)
class Book:
    """The books as known at approval `seq`. Row i of `turns` is the (source, target) of turn i.

    Its calendar and the columns of its turns are made when they are first asked for, and kept.
    """

    seq: int
    states: States
    entries: Entries
    families: int
    moves: Lines
    turns: NDArray[np.int64]
    notes: Lines
    note: NDArray[np.int8]
    unplaced: Unplaced
    items: Items

    @cached_property
    def calendar(self) -> Calendar:
        """Its moves by day."""
        return calendar_of(self.moves, self.states, len(self.turns))

    @cached_property
    def columns(self) -> Mapping[str, list[Columned]]:
        """The columns of a sheet that its turns count in."""
        return columns_by_turn(self.states, self.turns)

    def index(self) -> tuple[Calendar, Mapping[str, list[Columned]]]:
        """Its calendar and columns, made now."""
        return self.calendar, self.columns


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
    turns, turn = _turns(moves, states)
    day, none = entries.on[p.note_entry], np.zeros(len(p.note), np.int16)
    notes, row = _by_place(stacks, shares, p.note_cell, p.note_entry, day, day, none, none)
    families = int(entries.family.max()) + 1 if len(entries) else 1
    found = items or Items.none()
    stands = entries.stand_at(seq)[found.entry]
    return Book(
        seq,
        states,
        entries,
        families,
        _with_turn(moves, turn),
        turns,
        notes,
        p.note[row],
        unplaced(entries, seq),
        Items(found.entry[stands], found.item[stands], found.count[stands]),
    )


def _by_place(
    stacks: Stacks, shares: Shares, cell: NDArray[np.int64], *columns: NDArray[Any]
) -> tuple[Lines, NDArray[np.int64]]:
    """The rows, once for each place that has a share of their face; and which row each came from."""
    face = stacks.face[cell]
    first = np.searchsorted(shares.face, np.arange(int(shares.face[-1]) + 2 if len(shares.face) else 1))
    low = first[face]
    count = first[face + 1] - low
    if (count == 1).all():
        row, at = np.arange(len(cell)), low
    else:
        row = np.repeat(np.arange(len(cell)), count)
        at = np.arange(len(row)) + np.repeat(low - np.cumsum(count) + count, count)
    entry, day, until, source, target = (column[row] for column in columns)
    no_turn = np.zeros(len(row), np.int16)
    family = stacks.family[cell][row]
    lines = Lines(entry, family, day, until, source, target, no_turn, shares.place[at], shares.area2[at])
    return lines, row


def _turns(moves: Lines, states: States) -> tuple[NDArray[np.int64], NDArray[np.int16]]:
    """The pairs of states that occur, and the number of each move's pair."""
    pair = moves.source.astype(np.int32) * states.count + moves.target
    present = np.flatnonzero(np.bincount(pair, minlength=states.count**2))
    number = np.zeros(states.count**2, np.int16)
    number[present] = np.arange(len(present))
    return np.column_stack(np.divmod(present, states.count)), number[pair]


def _with_turn(lines: Lines, turn: NDArray[np.int16]) -> Lines:
    return Lines(
        lines.entry,
        lines.family,
        lines.day,
        lines.until,
        lines.source,
        lines.target,
        turn,
        lines.place,
        lines.area2,
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the books is asked for: by entry, by family, by place (the last is *no place*); None is all."""

    entries: NDArray[np.bool_] | None = None
    families: NDArray[np.bool_] | None = None
    places: NDArray[np.bool_] | None = None

    def holds(self, entry: NDArray[Any], family: NDArray[Any], place: NDArray[Any]) -> NDArray[np.bool_]:
        """The row's work, family and place are all asked for."""
        keep = np.ones(len(entry), bool)
        for chosen, codes in ((self.entries, entry), (self.families, family), (self.places, place)):
            if chosen is not None:
                keep &= chosen[codes]
        return keep

    def grounds(self, calendar: Calendar) -> NDArray[np.bool_]:
        """The grounds of a calendar that are asked for; it knows of nobody's work."""
        keep = np.ones(len(calendar.family), bool)
        for chosen, codes in ((self.families, calendar.family), (self.places, calendar.place)):
            if chosen is not None:
                keep &= chosen[codes]
        return keep


def beside_land(whole: Book, wanted: Wanted | None) -> Book:
    """The book with the notes, stated areas and items that are wanted; its moves are all of them, as before."""
    if wanted is None:
        return whole
    notes, entries, u, items = whole.notes, whole.entries, whole.unplaced, whole.items
    noted = wanted.holds(notes.entry, notes.family, notes.place)
    stated = wanted.holds(u.entry, entries.family[u.entry], entries.place[u.entry])
    found = wanted.holds(items.entry, entries.family[items.entry], entries.place[items.entry])
    return replace(
        whole,
        notes=notes.where(noted),
        note=whole.note[noted],
        unplaced=Unplaced(u.entry[stated], u.day[stated], u.column[stated], u.hazard_class[stated], u.amount[stated]),
        items=Items(items.entry[found], items.item[found], items.count[found]),
    )
