"""Which columns of a sheet a turn of land from one state to another counts in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .states import UNRECORDED, States

if TYPE_CHECKING:
    from numpy.typing import NDArray

RELEASES = ("cancelled", "reduced", "cleared")


class Columned(NamedTuple):
    """By turn, the state in whose row it counts in a column, and with which sign; 0 where it doesn't count."""

    state: NDArray[np.int64]
    sign: NDArray[np.int64]


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


def columns_by_turn(states: States, turns: NDArray[np.int64]) -> Mapping[str, list[Columned]]:
    """The same for all turns at once: by measure, once for each row that one turn counts in."""
    found: dict[str, list[Columned]] = {}
    for turn, (source, target) in enumerate(turns.tolist()):
        counted: dict[str, int] = {}
        for measure, state, sign in columns_of_turn(states, source, target):
            rows, at = found.setdefault(measure, []), counted.get(measure, 0)
            if at == len(rows):
                rows.append(Columned(np.zeros(len(turns), np.int64), np.zeros(len(turns), np.int64)))
            rows[at].state[turn], rows[at].sign[turn] = state, sign
            counted[measure] = at + 1
    return found


def changes_by_turn(states: States, turns: NDArray[np.int64]) -> list[Columned]:
    """What each turn did to open land: it left the row of its source, and came into that of its target."""
    is_open = states.is_open()
    return [Columned(turns[:, side], np.where(is_open[turns[:, side]], sign, 0)) for side, sign in ((0, -1), (1, 1))]
