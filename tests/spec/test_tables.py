"""The tables of docs/spec are what the ledger does: each row is run, against the fast engine and the oracle."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import shapely

from clearground.kernel.land.events import Degree, Kind
from clearground.kernel.land.states import Note
from tests.kernel.books import FIRST_DAY, RANKS, Book, Line, Version
from tests.kernel.fast import FastBooks
from tests.kernel.oracle import UNRECORDED, State, after, column_of, state_of_point

SPEC = Path(__file__).resolve().parents[2] / "docs" / "spec"
SQUARE = shapely.box(0, 0, 10_000, 10_000)
SQUARE2 = 200_000_000
DEGREES = {"recorded": Degree.NOT_STATED, "suspected": Degree.SUSPECTED, "confirmed": Degree.CONFIRMED}
NOTHING = "–"


def rows_of(name: str) -> list[list[str]]:
    """The cells of each row of each table of a page, without the heads."""
    lines = [line for line in (SPEC / name).read_text("utf-8").splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    heads = {i for i, row in enumerate(cells[1:]) if set("".join(row)) <= set("-: ")}
    return [row for i, row in enumerate(cells) if i not in heads and i - 1 not in heads]


def state_of(words: str) -> State:
    """The state that a cell of a table names."""
    first, _, rest = words.partition(" ")
    if first in DEGREES:
        return State("open", rest, DEGREES[first])
    return UNRECORDED if first == "unrecorded" else State(first, is_outside=rest == "outside")


def line_of(words: str) -> Line:
    """The line that words such as "record A1 on 3" name; day 0 where none is named."""
    match = re.fullmatch(r"(\w+)(?: (A\d))?(?: on (\d+))?", words.strip())
    assert match, words
    kind, code, day = match.groups()
    return Line(Kind[kind.upper()], FIRST_DAY + int(day or 0), (("mines", code),), SQUARE)


def reach(state: State) -> list[str]:
    """Events that bring unrecorded land into a state."""
    opened = {degree: f"{verb} {state.hazard_class}" for verb, degree in _verbs()}
    if state.status == "open":
        return [opened[state.degree]]
    verbs = {"cancelled": "cancel", "reduced": "reduce", "cleared": "clear"}
    if state == UNRECORDED:
        return []
    return [verbs[state.status]] if state.is_outside else ["record A2", verbs[state.status]]


def _verbs() -> list[tuple[str, Degree]]:
    return [("record", Degree.NOT_STATED), ("suspect", Degree.SUSPECTED), ("confirm", Degree.CONFIRMED)]


@pytest.mark.parametrize("row", rows_of("transitions.md"), ids=" | ".join)
def test_the_event_does_what_the_table_says(row: list[str]) -> None:
    """From the state that the row names, by one event a day."""
    event, land_is, becomes, counted_as, note = row
    deeds = [line_of(f"{words} on {day}") for day, words in enumerate([*reach(state_of(land_is)), event], start=1)]
    book = Book(tuple(((f"R{i}", (line,)),) for i, line in enumerate(deeds)))
    books, t, k = FastBooks(book.events), FIRST_DAY + len(deeds), len(deeds)
    assert land(books, t=t - 1, k=k) == state_of(land_is)
    assert land(books, t=t, k=k) == state_of(becomes)
    assert column_moved(books, t=t, k=k) == counted_as
    assert notes(books, t=t, k=k) == ([] if note == NOTHING else [note])


@pytest.mark.parametrize("row", rows_of("transitions.md"), ids=" | ".join)
def test_the_oracle_has_the_same_table(row: list[str]) -> None:
    """Or the laws would hold the ledger against something else than what is documented."""
    line = line_of(row[0])
    step = after(state_of(row[1]), line.kind, line.families[0][1], RANKS)
    assert step.state == state_of(row[2])
    assert bool(step.note) == (row[4] != NOTHING)


def test_each_kind_meets_each_column() -> None:
    """No cell of the design's table is without a row."""
    met = {(row[0].split()[0], column_of(state_of(row[1]))) for row in rows_of("transitions.md")}
    columns = ("unrecorded", "open", "confirmed", "released")
    assert met == {(kind.name.lower(), column) for kind in Kind for column in columns}


@pytest.mark.parametrize("row", rows_of("book-order.md"), ids=" | ".join)
def test_events_count_in_the_order_of_the_table(row: list[str]) -> None:
    """State and credit, on the day and at the approval that the row names."""
    story, day, known_at, land_is, credited_to, _why = row
    book, t, k = book_of(story), FIRST_DAY + int(day), int(known_at)
    books = FastBooks(book.events)
    assert land(books, t=t, k=k) == state_of(land_is)
    assert state_of_point(book.events, 5_000.5, 5_000.5, "mines", t=t, k=k, ranks=RANKS) == state_of(land_is)
    moves = [m for m in books.moves2(since=FIRST_DAY - 1, until=t, k=k) if m.after == state_of(land_is)]
    credited = moves[-1].ref.removeprefix("R") if column_of(state_of(land_is)) == "released" else NOTHING
    assert credited == credited_to


def book_of(story: str) -> Book:
    """The approvals that a row tells."""
    approvals: list[tuple[Version, ...]] = []
    reports = 0
    for words in story.split(";"):
        if match := re.fullmatch(r"\s*(correct|withdraw) (\d+)(?:: (.*))?", words):
            approvals.append(((f"R{match[2]}", (line_of(match[3]),) if match[3] else ()),))
            continue
        together = words.split("+")
        approvals.append(tuple((f"R{reports + i}", (line_of(w),)) for i, w in enumerate(together, start=1)))
        reports += len(together)
    return Book(tuple(approvals))


def land(books: FastBooks, *, t: int, k: int) -> State:
    """The state of the square."""
    (state,) = [s for s, area2 in books.stocks2(t=t, k=k, family="mines").items() if area2]
    return state


def column_moved(books: FastBooks, *, t: int, k: int) -> str:
    """The column of the sheet under which the last day's event stands."""
    rows = books.sheet(edges=(t - 1, t), k=k, by=("family", "class", "degree"))
    columns = ("new", "reopened", "reclassified", "degree_changed", "cancelled", "reduced", "cleared", "outside")
    moved = {name for row in rows for name in columns if row.sums[name]}
    assert all(abs(row.sums[name]) == SQUARE2 for row in rows for name in moved if row.sums[name])
    return moved.pop().replace("_", " ") if moved else NOTHING


def notes(books: FastBooks, *, t: int, k: int) -> list[str]:
    """What is noted about the last day's event."""
    postings = books.postings(k)
    on = books.entries.on[postings.note_entry]
    return [names()[note] for note in postings.note[np.flatnonzero(on == t)].tolist()]


@cache
def names() -> dict[int, str]:
    """The notes in the words of the table."""
    return {int(note): note.name.lower().replace("_", " ") for note in Note}
