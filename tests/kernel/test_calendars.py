"""Sums of slices of a calendar are the sums of single moves; a sheet of some columns is part of the whole."""

from __future__ import annotations

from collections import Counter
from unittest.mock import patch

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clearground.kernel.land import tabulating
from clearground.kernel.land.balances import Book as Books
from clearground.kernel.land.balances import Question, Wanted, balance, balance_approved
from clearground.kernel.land.calendars import Keyed
from clearground.kernel.land.tabulating import Dimension, Ground

from .books import Book, upright_books
from .fast import FastBooks, rows_of
from .test_parts import kept
from .test_sheets import ALL, COMMUNES

few = settings(max_examples=40, deadline=None)


def summed(books: Books, found: Keyed) -> Counter[tuple[int, ...]]:
    """Sums by family, place, code and column, zeros left out."""
    calendar, sums = books.calendar, Counter()
    for ground, code, column, amount in zip(*(part.tolist() for part in found), strict=True):
        sums[int(calendar.family[ground]), int(calendar.place[ground]), code, column] += amount
    return Counter({key: amount for key, amount in sums.items() if amount})


@few
@given(upright_books(unplaced=0), st.data())
def test_a_calendar_tells_what_single_moves_tell(book: Book, data: st.DataObject) -> None:
    """What lies in a state is counted by the days between which moves hold; what turned, by their days."""
    fast, k = FastBooks(book.events, COMMUNES), data.draw(st.integers(1, book.last_k))
    books = fast.book(k)
    days = sorted(data.draw(st.lists(st.sampled_from(book.days), min_size=2, max_size=9, unique=True)))
    shown = books.states.is_open() | books.states.is_outside()
    lies, turned = Counter(), Counter()
    for row in range(len(books.moves.day)):
        family, place, area2, day, until, target, turn = (
            int(getattr(books.moves, name)[row])
            for name in ("family", "place", "area2", "day", "until", "target", "turn")
        )
        for column, at in enumerate(days):
            if day <= at < until and shown[target]:
                lies[family, place, target, column] += area2
            if column and days[column - 1] < day <= at:
                turned[family, place, turn, column - 1] += area2
    every = np.ones(len(books.calendar.family), bool)
    assert summed(books, books.calendar.stays.up_to(days, every)) == lies
    assert summed(books, books.calendar.turns.between(days, every)) == turned
    assert not len(books.calendar.stays.up_to(days, ~every).amount)


@few
@given(upright_books(unplaced=4), st.data())
def test_columns_asked_for_are_those_of_the_whole_sheet(book: Book, data: st.DataObject) -> None:
    """On both bases; rows that have nothing in them are left out, and nothing else is computed."""
    books, k = FastBooks(book.events, COMMUNES), data.draw(st.integers(2, max(book.last_k, 2)))
    edges = sorted(data.draw(st.lists(st.sampled_from(book.days), min_size=2, max_size=4, unique=True)))
    known = [books.book(max(k - len(edges) + at + 1, 1)) for at in range(len(edges))]
    question = Question(edges, ALL, groups=len(COMMUNES))
    wholes = balance(known[-1], question), balance_approved(known, question)
    names = data.draw(st.sets(st.sampled_from(sorted(wholes[0].sums)), min_size=1, max_size=3))
    few_columns = Question(edges, ALL, groups=len(COMMUNES), measures=frozenset(names))
    for whole, part in zip(
        wholes, (balance(known[-1], few_columns), balance_approved(known, few_columns)), strict=True
    ):
        mine = Counter(
            {key: value for key, value in kept(rows_of(whole, books.codes.families)).items() if key[-1] in names}
        )
        assert kept(rows_of(part, books.codes.families)) == mine
        assert set(part.sums) == names


@few
@given(upright_books(unplaced=4), st.data())
def test_a_family_and_a_place_by_approval_are_the_same_rows_of_the_whole(book: Book, data: st.DataObject) -> None:
    """What was corrected among them, which is told by all that was known before."""
    books, k = FastBooks(book.events, COMMUNES), data.draw(st.integers(2, max(book.last_k, 2)))
    edges = sorted(data.draw(st.lists(st.sampled_from(book.days), min_size=2, max_size=3, unique=True)))
    known = [books.book(max(k - len(edges) + at + 1, 1)) for at in range(len(edges))]
    families = len(books.codes.families)
    family, place = data.draw(st.integers(0, families - 1)), data.draw(st.integers(0, len(COMMUNES) - 1))
    places = np.append(np.arange(len(COMMUNES)) == place, False)
    wanted = Wanted(families=np.arange(families) == family, places=places)
    whole = rows_of(balance_approved(known, Question(edges, ALL, groups=len(COMMUNES))), books.codes.families)
    part = balance_approved(known, Question(edges, ALL, groups=len(COMMUNES), wanted=wanted))
    name = books.codes.families[family]
    mine = [row for row in whole if (row.key["family"], row.key["place"]) == (name, place)]
    assert kept(rows_of(part, books.codes.families)) == kept(mine)


@given(st.lists(st.integers(0, 199), min_size=1), st.booleans())
def test_a_ground_has_a_place_for_what_occurs(combinations: list[int], is_marked: bool) -> None:
    """Rising with the combinations, and the same whether all of them are listed or searched among."""
    dimensions = (Dimension("family", 0, 20), Dimension("place", -1, 10))
    limits = {"DENSE_KEYS": 100, "MARKED_KEYS": 1_000 if is_marked else 150}
    with patch.multiple(tabulating, **limits):
        found = np.array(combinations)
        ground = Ground(dimensions).narrowed([found[:3], found])
        assert (ground.number is not None) == is_marked
        assert ground.known is not None
        assert ground.known.tolist() == sorted(set(combinations))
        assert ground.known[ground.place(found)].tolist() == combinations
        codes = ground.codes(ground.place(found))
        assert (codes["family"] * 10 + codes["place"] + 1).tolist() == combinations
