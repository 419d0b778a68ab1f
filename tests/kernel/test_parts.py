"""Part of the books, asked for before anything is summed, is the same part of the whole sheet."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clearground.kernel.land.balances import Question, Wanted, balance, balance_approved

from .books import Book, upright_books
from .fast import FastBooks, Row, rows_of
from .test_sheets import ALL, COMMUNES, FLOWS

few = settings(max_examples=40, deadline=None)
STOCKS = ("opening", "closing", "closing_confirmed", "outside_closing", "unplaced_closing")


def kept(rows: list[Row]) -> Counter[tuple]:
    """Every amount that is not zero, by period, key and column."""
    found: Counter[tuple] = Counter()
    for row in rows:
        found.update({(row.period, *row.key.values(), name): value for name, value in row.sums.items() if value})
    return found


@few
@given(upright_books(unplaced=4), st.data())
def test_a_family_and_a_place_are_the_same_rows_of_the_whole(book: Book, data: st.DataObject) -> None:
    """Stocks and flows, on land and on paper."""
    books, k = FastBooks(book.events, COMMUNES), data.draw(st.integers(1, book.last_k))
    edges = sorted(data.draw(st.lists(st.sampled_from(book.days), min_size=2, max_size=4, unique=True)))
    families = len(books.codes.families)
    family, place = data.draw(st.integers(0, families - 1)), data.draw(st.integers(0, len(COMMUNES) - 1))
    whole = balance(books.book(k), Question(edges, ALL, groups=len(COMMUNES)))
    places = np.append(np.arange(len(COMMUNES)) == place, False)
    wanted = Wanted(families=np.arange(families) == family, places=places)
    part = balance(books.book(k), Question(edges, ALL, groups=len(COMMUNES), wanted=wanted))
    name = books.codes.families[family]
    mine = [r for r in rows_of(whole, books.codes.families) if (r.key["family"], r.key["place"]) == (name, place)]
    assert kept(rows_of(part, books.codes.families)) == kept(mine)


@few
@given(upright_books(unplaced=4), st.data())
def test_flows_of_some_work_and_of_the_rest_are_all_flows(book: Book, data: st.DataObject) -> None:
    """On both bases; and what lies open has no answer for some work alone."""
    books, k = FastBooks(book.events), data.draw(st.integers(1, book.last_k))
    chosen = np.array(data.draw(st.lists(st.booleans(), min_size=len(book.events), max_size=len(book.events))))
    edges, by = (book.days[0], book.days[-1]), ("family", "class")
    known = (data.draw(st.integers(0, k)), k)

    def flows(wanted: Wanted | None) -> Counter[tuple]:
        question = Question(edges, by, wanted=wanted)
        happened = balance(books.book(k), question)
        approved = balance_approved([books.book(at) for at in known], question)
        assert ("closing" in happened.sums) == (wanted is None)
        found: Counter[tuple] = Counter()
        for basis, sheet in (("happened", happened), ("approved", approved)):
            for row in rows_of(sheet, books.codes.families):
                found.update({(basis, *row.key.values(), name): row.sums[name] for name in FLOWS})
        return found

    summed = flows(Wanted(entries=chosen))
    summed.update(flows(Wanted(entries=~chosen)))
    assert {k: v for k, v in summed.items() if v} == {k: v for k, v in flows(None).items() if v}
