"""The states of a point in one family, and what each kind of event does to each of them.

A state is a small number: 0 is *unrecorded*; then every (degree, class) of open land; then the
released states. The tables are built once for a list of classes, so that folding is a look-up.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from .events import Degree, HazardClass, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

UNRECORDED = 0
RELEASED = ("cancelled", "reduced", "cleared")


class Note(IntEnum):
    """What is worth saying about one event on one face; 0 is nothing."""

    NONE = 0
    DEGREE_STAYS = 1  # a record or suspicion on confirmed land
    REOPENED_BY_RECORD = 2  # a hazard recorded on released land
    NOTHING_TO_RECLASSIFY = 3  # on unrecorded land
    RECLASSIFIED_RELEASED = 4  # on released land
    CANCELLED_CONFIRMED = 5  # survey cancelled what was confirmed
    RELEASED_TWICE = 6  # land that was released already
    NOTHING_TO_REOPEN = 7  # reopened where nothing was recorded


@dataclass(frozen=True, slots=True)
class States:
    """The numbering of states for one list of classes (all families), with its tables.

    `after[action, state]` is the next state and `note[action, state]` the `Note`, where an action
    is a kind with the class that the event states (see `action`).
    """

    classes: tuple[HazardClass, ...]
    after: NDArray[np.int16]
    note: NDArray[np.int8]

    @property
    def slots(self) -> int:
        """Classes, and one more for *no class stated*."""
        return len(self.classes) + 1

    @property
    def count(self) -> int:
        """How many states there are."""
        return 1 + 3 * self.slots + 6

    def open(self, degree: Degree, hazard_class: int) -> int:
        """Open land; class -1 is *not stated*."""
        return 1 + int(degree) * self.slots + hazard_class % self.slots

    def released(self, kind: Kind, *, outside: bool) -> int:
        """Released land, inside or outside recorded hazards."""
        return 1 + 3 * self.slots + (kind - Kind.CANCEL) + 3 * outside

    def action(self, kind: NDArray[np.int8], hazard_class: NDArray[np.int16]) -> NDArray[np.int64]:
        """The row of the tables for events of a kind that state a class (-1 for none)."""
        return np.asarray(kind, np.int64) * self.slots + hazard_class % self.slots

    def is_open(self) -> NDArray[np.bool_]:
        """By state: land is open."""
        return _is_open(self.slots)

    def degree(self) -> NDArray[np.int8]:
        """By state: the degree of open land, -1 elsewhere."""
        return _degree(self.slots)

    def hazard_class(self) -> NDArray[np.int16]:
        """By state: the class of open land (-1 not stated), -2 elsewhere."""
        return _hazard_class(self.slots)

    def release(self) -> NDArray[np.int8]:
        """By state: 0 cancelled, 1 reduced, 2 cleared, inside or outside; -1 elsewhere."""
        return _release(self.slots)

    def is_outside(self) -> NDArray[np.bool_]:
        """By state: land was released where no hazard was recorded."""
        return np.arange(self.count) >= 1 + 3 * self.slots + 3


# Sheets ask these for every turn of land: they are worked out once for each number of classes.
@lru_cache(maxsize=8)
def _is_open(slots: int) -> NDArray[np.bool_]:
    return _fixed(_degree(slots) >= 0)


@lru_cache(maxsize=8)
def _degree(slots: int) -> NDArray[np.int8]:
    result = np.full(1 + 3 * slots + 6, -1, dtype=np.int8)
    result[1 : 1 + 3 * slots] = np.repeat(np.arange(3), slots)
    return _fixed(result)


@lru_cache(maxsize=8)
def _hazard_class(slots: int) -> NDArray[np.int16]:
    result = np.full(1 + 3 * slots + 6, -2, dtype=np.int16)
    result[1 : 1 + 3 * slots] = np.tile(np.r_[np.arange(slots - 1), -1], 3)
    return _fixed(result)


@lru_cache(maxsize=8)
def _release(slots: int) -> NDArray[np.int8]:
    result = np.full(1 + 3 * slots + 6, -1, dtype=np.int8)
    result[1 + 3 * slots :] = np.tile(np.arange(3), 2)
    return _fixed(result)


def _fixed(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array


def states_of(classes: Sequence[HazardClass]) -> States:
    """The numbering and the tables for these classes."""
    slots = len(classes) + 1
    count = 1 + 3 * slots + 6
    states = States(tuple(classes), np.zeros((8 * slots, count), np.int16), np.zeros((8 * slots, count), np.int8))
    for kind in Kind:
        for stated in range(-1, len(classes)):
            row = int(kind) * slots + stated % slots
            for state in range(count):
                states.after[row, state], states.note[row, state] = _step(states, kind, stated, state)
    return states


def _step(states: States, kind: Kind, stated: int, state: int) -> tuple[int, Note]:
    """One cell of the table of transitions in the design of the ledger."""
    if state == UNRECORDED:
        return _on_unrecorded(states, kind, stated)
    degree, current = int(states.degree()[state]), int(states.hazard_class()[state])
    if degree < 0:
        return _on_released(states, kind, stated, state)
    return _on_open(states, kind, stated, Degree(degree), current)


HAZARD_DEGREE = {
    Kind.SUSPECT: Degree.SUSPECTED,
    Kind.RECORD: Degree.NOT_STATED,
    Kind.CONFIRM: Degree.CONFIRMED,
    Kind.REOPEN: Degree.SUSPECTED,
}


def _on_unrecorded(states: States, kind: Kind, stated: int) -> tuple[int, Note]:
    if kind.is_release:
        return states.released(kind, outside=True), Note.NONE
    if kind is Kind.RECLASSIFY:
        return UNRECORDED, Note.NOTHING_TO_RECLASSIFY
    note = Note.NOTHING_TO_REOPEN if kind is Kind.REOPEN else Note.NONE
    return states.open(HAZARD_DEGREE[kind], stated), note


def _on_released(states: States, kind: Kind, stated: int, state: int) -> tuple[int, Note]:
    if kind.is_release:
        return state, Note.RELEASED_TWICE
    if kind is Kind.RECLASSIFY:
        return state, Note.RECLASSIFIED_RELEASED
    note = Note.NONE if kind is Kind.REOPEN else Note.REOPENED_BY_RECORD
    return states.open(HAZARD_DEGREE[kind], stated), note


def _on_open(states: States, kind: Kind, stated: int, degree: Degree, current: int) -> tuple[int, Note]:
    if kind.is_release:
        cancelled = kind is Kind.CANCEL and degree is Degree.CONFIRMED
        return states.released(kind, outside=False), Note.CANCELLED_CONFIRMED if cancelled else Note.NONE
    if kind is Kind.REOPEN:
        return states.open(degree, current), Note.NONE
    if kind is Kind.RECLASSIFY:
        return states.open(degree, stated), Note.NONE
    higher = stated if _threat(states, stated) > _threat(states, current) else current
    stays = degree is Degree.CONFIRMED and kind is not Kind.CONFIRM
    return states.open(max(degree, HAZARD_DEGREE[kind]), higher), Note.DEGREE_STAYS if stays else Note.NONE


def _threat(states: States, hazard_class: int) -> int:
    return -1 if hazard_class < 0 else states.classes[hazard_class].threat_rank
