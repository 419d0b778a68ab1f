"""What became of the land of one record, face by face: what it moved, from what, and what it is now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.kernel.land.states import RELEASED, UNRECORDED, Note, States

from ..models import LandEvent, Record
from .loading import Ledger, ledger
from .questions import seq_known

OPEN = ("not_stated", "suspected", "confirmed")


@dataclass(frozen=True, slots=True)
class StateOfLand:
    """A state in words: `name` is a degree of open land, a kind of release or *unrecorded*; its class if it has one."""

    name: str
    hazard_class: str | None = None
    is_outside: bool = False

    @property
    def is_open(self) -> bool:
        """The land is open."""
        return self.name in OPEN


@dataclass(frozen=True, slots=True)
class Move:
    """What one record did to one face in one family.

    `before` is the state that it met, by the record `before_ref`; `after` what it made of it; `now`
    the state on the day that was asked for, by `now_ref`. `area2` is twice square centimetres.
    """

    family: str
    area2: int
    before: StateOfLand
    before_ref: str
    after: StateOfLand
    now: StateOfLand
    now_ref: str
    is_released_twice: bool

    @property
    def area_m2(self) -> float:
        """Its area in square metres."""
        return self.area2 / HALF_CM2_PER_M2


@dataclass(frozen=True, slots=True)
class RecordLand:
    """All moves of a record's standing version by a day, and twice its area on the faces, family by family."""

    moves: tuple[Move, ...]
    total2: dict[str, int]

    def adds_up(self) -> bool:
        """In each family the faces of the moves are the whole land of the record, with ==."""
        found = dict.fromkeys(self.total2, 0)
        for move in self.moves:
            found[move.family] += move.area2
        return found == self.total2


def land_of_record(record: Record, *, as_of: date) -> RecordLand:
    """What the standing version of the record did to its land, and what that land is at the end of the day."""
    book_of, seq = ledger(), seq_known(None)
    rows, entries = book_of.rows, book_of.entries
    stands = (rows.record == record.pk) & entries.stand_at(seq) & (entries.land >= 0)
    own = np.flatnonzero(stands & (entries.on <= as_of.toordinal()))
    at = np.flatnonzero(np.isin(book_of.stacks.entry, own))
    cells = np.unique(np.searchsorted(book_of.stacks.indptr, at, side="right") - 1)
    found = [step for cell in cells.tolist() for step in _steps(book_of, cell, own, seq, as_of.toordinal())]
    refs = _refs(book_of, {entry for step in found for entry in (step.before_by, step.now_by)})
    moves = tuple(_move(book_of, step, refs) for step in found)
    return RecordLand(moves, _total2(book_of, own))


@dataclass(frozen=True, slots=True)
class _Step:
    """A move by numbers: states and entries of the ledger, -1 for no entry."""

    cell: int
    before: int
    before_by: int
    after: int
    now: int
    now_by: int
    note: int


def _steps(book_of: Ledger, cell: int, own: NDArray[np.int64], seq: int, day: int) -> Iterator[_Step]:
    """The last step that the record's own entries make on a cell, in book order up to the day."""
    stacks, entries, states = book_of.stacks, book_of.entries, book_of.states
    stack = stacks.entry[stacks.indptr[cell] : stacks.indptr[cell + 1]].astype(np.int64)
    stack = stack[(entries.seq[stack] <= seq) & (seq < entries.until_seq[stack]) & (entries.on[stack] <= day)]
    action = states.action(entries.kind[stack], entries.hazard_class[stack])
    state, by, mine = UNRECORDED, -1, None
    for entry, row in zip(stack.tolist(), action.tolist(), strict=True):
        after = int(states.after[row, state])
        if entry in own:
            mine = (state, by, after, int(states.note[row, state]))
        if after != state:
            state, by = after, entry
    if mine is not None:
        before, before_by, after, note = mine
        yield _Step(cell, before, before_by, after, state, by, note)


def _move(book_of: Ledger, step: _Step, refs: dict[int, str]) -> Move:
    stacks, states = book_of.stacks, book_of.states
    return Move(
        family=book_of.codes.families[int(stacks.family[step.cell])],
        area2=int(book_of.faces.area2[stacks.face[step.cell]]),
        before=state_of(states, step.before),
        before_ref=refs.get(step.before_by, ""),
        after=state_of(states, step.after),
        now=state_of(states, step.now),
        now_ref=refs.get(step.now_by, ""),
        is_released_twice=step.note == Note.RELEASED_TWICE,
    )


def state_of(states: States, number: int) -> StateOfLand:
    """A state of the books in words."""
    if number == UNRECORDED:
        return StateOfLand("unrecorded")
    if (degree := int(states.degree()[number])) >= 0:
        code = int(states.hazard_class()[number])
        return StateOfLand(OPEN[degree], states.classes[code].code if code >= 0 else None)
    return StateOfLand(RELEASED[int(states.release()[number])], None, bool(states.is_outside()[number]))


def _refs(book_of: Ledger, entries: set[int]) -> dict[int, str]:
    """The reference of the record of each entry."""
    record_of = {entry: int(book_of.rows.record[entry]) for entry in entries if entry >= 0}
    named = dict(Record.objects.filter(pk__in=set(record_of.values())).values_list("pk", "ref"))
    return {entry: named[pk] for entry, pk in record_of.items()}


def _total2(book_of: Ledger, own: NDArray[np.int64]) -> dict[str, int]:
    """Twice the area that the record's lines cover, by family: ground under two of its lines counts once."""
    faces = book_of.faces
    face = np.repeat(np.arange(len(faces)), np.diff(faces.indptr))
    total: dict[str, int] = {}
    for number in np.unique(book_of.entries.family[own]).tolist():
        lands = book_of.entries.land[own[book_of.entries.family[own] == number]]
        under = np.unique(face[np.isin(faces.members, lands)])
        total[book_of.codes.families[number]] = int(faces.area2[under].sum())
    return total


def booked_m2(lines: Sequence[LandEvent]) -> dict[int, float | None]:
    """The area of each line's land as the books have it, by event, in m²; None where no polygon is booked."""
    book_of = ledger()
    lands, faces = book_of.entries.land, book_of.faces
    at = np.flatnonzero(np.isin(book_of.rows.event, [line.pk for line in lines]) & (lands >= 0))
    own, place = np.unique(lands[at], return_inverse=True)
    member = np.flatnonzero(np.isin(faces.members, own))
    area2 = np.zeros(len(own), np.int64)
    face = np.searchsorted(faces.indptr, member, side="right") - 1
    np.add.at(area2, np.searchsorted(own, faces.members[member]), faces.area2[face])
    found = dict(zip(book_of.rows.event[at].tolist(), (area2[place] / HALF_CM2_PER_M2).tolist(), strict=True))
    return {line.pk: found.get(line.pk) for line in lines}
