"""The laws of the ledger, as properties of the fast engine. Areas are twice an area in cm²."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from clearground.kernel.land.events import Degree, Kind

from .books import CODES, FAMILIES, FIRST_DAY, RANKS, Book, Line, events_of, seeded_book, upright_books
from .fast import FastBooks
from .oracle import (
    ORDER_OF_A_DAY,
    UNRECORDED,
    State,
    column_of,
    ground,
    has_area,
    standing,
    states_of_points,
    stocks_by_cells,
)

SEEDS = range(8)
few = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 10_000)


def moments(book: Book) -> list[tuple[int, int]]:
    """Pairs of a day and an approval: the corners of what a book can be asked."""
    ks = sorted({1, book.last_k // 2 or 1, max(book.last_k - 1, 1), book.last_k})
    return [(t, k) for t in book.days for k in ks]


def final_lines(book: Book) -> dict[str, tuple[Line, ...]]:
    """The lines of each record as they stand in the end; none where it was withdrawn."""
    return {ref: lines for approval in book.approvals for ref, lines in approval}


# --- every square metre is in exactly one account --------------------------------------------------


@few
@given(upright_books())
def test_every_square_metre_is_in_exactly_one_account(book: Book) -> None:
    """In each family all accounts, the unrecorded included, sum to the ground that was cut."""
    books = FastBooks(book.events)
    for t, k in moments(book):
        for family in book.families:
            stocks = books.stocks2(t=t, k=k, family=family)
            assert min(stocks.values(), default=0) >= 0
            assert sum(stocks.values()) == books.ground2()


@few
@given(upright_books())
def test_closing_is_what_the_cells_say(book: Book) -> None:
    """Every account, on every day, at several approvals, to the square centimetre."""
    books = FastBooks(book.events)
    for t, k in moments(book):
        for family in book.families:
            expected = stocks_by_cells(book.events, family, t=t, k=k, ranks=RANKS)
            assert _recorded(books.stocks2(t=t, k=k, family=family)) == expected


def _recorded(stocks: dict[State, int]) -> dict[State, int]:
    return {state: area for state, area in stocks.items() if state != UNRECORDED and area}


@pytest.mark.parametrize("seed", SEEDS)
def test_closing_is_what_plain_overlay_says(seed: int) -> None:
    """Free polygons: each account within 0.7 cm × the perimeter of the polygons involved."""
    book = seeded_book(seed)
    books = FastBooks(book.events)
    for t, k in [(book.days[-1], book.last_k), (book.days[len(book.days) // 2], book.last_k - 7)]:
        for family in book.families:
            expected = ground(book.events, family, t=t, k=k, ranks=RANKS).stocks_m2()
            stocks = books.stocks2(t=t, k=k, family=family)
            off = tolerance_m2(book, family, t=t, k=k)
            for state in (set(stocks) | set(expected)) - {UNRECORDED}:
                assert stocks.get(state, 0) / 2e4 == pytest.approx(expected.get(state, 0.0), abs=off), state


def tolerance_m2(book: Book, family: str, *, t: int, k: int) -> float:
    """0.7 cm × the perimeter of what stands: as far as the grid of centimetres may move an edge."""
    lands = [e.land for e in standing(book.events, t=t, k=k, family=family) if has_area(e)]
    return 0.7 * float(shapely.length(lands).sum()) / 1e4 if lands else 0.0


@pytest.mark.parametrize("seed", SEEDS)
def test_closing_is_the_share_of_random_points(seed: int) -> None:
    """Points in raw polygons, no overlay at all: each account's area within four standard errors."""
    book = seeded_book(seed)
    t, k, count = book.days[-1], book.last_k, 4_000
    rng = np.random.default_rng(seed)
    for family in book.families:
        lands = shapely.union_all([shapely.box(*e.land.bounds) for e in book.events if has_area(e)])
        x, y, box_m2 = _points_in(lands, rng, count)
        found = Counter(states_of_points(book.events, x, y, family, t=t, k=k, ranks=RANKS))
        stocks = FastBooks(book.events).stocks2(t=t, k=k, family=family)
        for state in (set(stocks) | set(found)) - {UNRECORDED}:
            share = stocks.get(state, 0) / 2e4 / box_m2
            sigma = np.sqrt(max(share * (1 - share), 1 / count) / count)
            assert found[state] / count == pytest.approx(share, abs=4 * sigma), state


def _points_in(land: shapely.Geometry, rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Points at random in the boxes of the sites, and the area of those in m²."""
    boxes = np.array([p.bounds for p in shapely.get_parts(land)])
    boxes = np.array([p.bounds for p in shapely.get_parts(shapely.union_all(shapely.box(*boxes.T)))])
    merged = shapely.get_parts(shapely.union_all(shapely.box(*boxes.T)))
    area = shapely.area(merged)
    which = rng.choice(len(merged), count * 4, p=area / area.sum())
    low, high = shapely.bounds(merged)[which, :2], shapely.bounds(merged)[which, 2:]
    points = low + rng.random((len(which), 2)) * (high - low)
    inside = np.flatnonzero(shapely.contains_xy(merged[which], points[:, 0], points[:, 1]))[:count]
    assert len(inside) == count
    return points[inside, 0], points[inside, 1], float(area.sum()) / 1e4


@few
@given(upright_books())
def test_the_footprint_is_a_union(book: Book) -> None:
    """The ground that was cut is the union of the polygons of all families, counted once."""
    lands = [e.land for e in book.events if has_area(e)]
    union2 = round(2 * shapely.union_all(lands).area) if lands else 0
    assert FastBooks(book.events).ground2() == union2


# --- the books balance -----------------------------------------------------------------------------


@few
@given(upright_books(), st.data())
def test_opening_and_flows_make_the_closing(book: Book, data: st.DataObject) -> None:
    """Between any two days, for every account: closing = opening + in − out, with ==."""
    books, k = FastBooks(book.events), data.draw(st.integers(1, book.last_k))
    since, until = sorted(data.draw(st.lists(st.sampled_from(book.days), min_size=2, max_size=2)))
    for family in book.families:
        expected = Counter(books.stocks2(t=since, k=k, family=family))
        for move, area2 in books.moves2(since=since, until=until, k=k).items():
            if move.family == family:
                expected[move.before] -= area2
                expected[move.after] += area2
        closing = books.stocks2(t=until, k=k, family=family)
        assert {s: a for s, a in expected.items() if a} == {s: a for s, a in closing.items() if a}


@few
@given(upright_books())
def test_each_move_is_the_one_that_overlay_finds(book: Book) -> None:
    """Event by event: which land it moved, from where, to where, and how much."""
    t, k = book.days[-1], book.last_k
    moves = FastBooks(book.events).moves2(since=book.days[0], until=t, k=k)
    for family in book.families:
        expected: Counter[tuple] = Counter()
        for move, area in ground(book.events, family, t=t, k=k, ranks=RANKS).moves.items():
            if move.before != move.after:
                expected[move.ref, move.line, move.before, move.after] += round(area * 2e4)
        found = {(m.ref, m.line, m.before, m.after): a for m, a in moves.items() if m.family == family and a}
        assert found == {m: a for m, a in expected.items() if a}


@few
@given(upright_books())
def test_land_released_twice_is_noted_and_not_credited(book: Book) -> None:
    """The area of a release over released land is told, with the release that came first."""
    t, k = book.days[-1], book.last_k
    found = FastBooks(book.events).released_twice2(since=book.days[0], until=t, k=k)
    expected: Counter[tuple[str, int, str, str]] = Counter()
    for family in book.families:
        for move, area in ground(book.events, family, t=t, k=k, ranks=RANKS).moves.items():
            if move.note == "released_twice" and round(area * 2e4):
                expected[move.ref, move.line, family, move.earlier_ref] += round(area * 2e4)
    assert found == dict(expected)


# --- two clocks ------------------------------------------------------------------------------------


@few
@given(upright_books())
def test_what_was_known_stays_what_was_known(book: Book) -> None:
    """The books at an approval are the same whatever was approved later."""
    books = FastBooks(book.events)
    for k in range(1, book.last_k + 1):
        then = book.until(k)
        known = FastBooks(then.events)
        for t in (book.days[2 % len(book.days)], book.days[-1]):
            for family in then.families:
                assert _same(books, known, t=t, k=k, family=family)


def _same(a: FastBooks, b: FastBooks, *, t: int, k: int, family: str) -> bool:
    return _recorded(a.stocks2(t=t, k=k, family=family)) == _recorded(b.stocks2(t=t, k=k, family=family))


@few
@given(upright_books())
def test_what_happens_later_changes_no_earlier_day(book: Book) -> None:
    """Books as of a day need no event after it."""
    books, k = FastBooks(book.events), book.last_k
    for t in book.days:
        until_then = FastBooks([e for e in book.events if e.on <= t])
        for family in book.families:
            assert _same(books, until_then, t=t, k=k, family=family)


@few
@given(upright_books(), st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_matter(book: Book, rng: random.Random) -> None:
    """Independent records give the same books in whatever order they were approved.

    Left out are reclassifications and reopenings: of two on one day, the first approved decides.
    """
    kinds = {Kind.RECLASSIFY, Kind.REOPEN}
    records = [(ref, lines) for ref, lines in final_lines(book).items() if not kinds & {i.kind for i in lines}]
    shuffled = rng.sample(records, len(records))
    one, other = (FastBooks(events_of([[version] for version in versions])) for versions in (records, shuffled))
    for t in book.days:
        for family in FAMILIES:
            assert _same(one, other, t=t, k=len(records), family=family)


@few
@given(upright_books())
def test_the_same_again_changes_nothing(book: Book) -> None:
    """A version that says what the standing one says moves no square centimetre."""
    again = tuple((ref, lines) for ref, lines in final_lines(book).items() if lines)
    twice = Book((*book.approvals, again))
    one, two = FastBooks(book.events), FastBooks(twice.events)
    for t in book.days:
        for family in book.families:
            assert one.stocks2(t=t, k=book.last_k, family=family) == two.stocks2(t=t, k=twice.last_k, family=family)


@few
@given(upright_books())
def test_a_correction_is_as_having_been_right_at_first(book: Book) -> None:
    """At the last approval, corrected books are those of records that were right from the beginning."""
    final, seen = final_lines(book), set()
    approvals = []
    for approval in book.approvals:
        refs = [ref for ref, _ in approval if ref not in seen]
        seen |= set(refs)
        approvals.append(tuple((ref, final[ref]) for ref in refs))
    corrected, right = FastBooks(book.events), FastBooks(events_of(approvals))
    for t in book.days:
        for family in book.families:
            assert _same(corrected, right, t=t, k=book.last_k, family=family)


@few
@given(upright_books(), st.data())
def test_a_withdrawn_record_was_never_there(book: Book, data: st.DataObject) -> None:
    """Withdrawing a record gives the books without it."""
    gone = data.draw(st.sampled_from(sorted(final_lines(book))))
    withdrawn = Book((*book.approvals, ((gone, ()),)))
    never = [[version for version in approval if version[0] != gone] for approval in book.approvals]
    a, b = FastBooks(withdrawn.events), FastBooks(events_of(never))
    for t in book.days:
        for family in book.families:
            assert _same(a, b, t=t, k=withdrawn.last_k, family=family)


@few
@given(upright_books(), upright_books(max_steps=2))
def test_a_late_report_lands_where_it_belongs(book: Book, late: Book) -> None:
    """Reported last or reported first, except for ties within one day, the books are the same."""
    shifted = [
        tuple((f"L{ref}", tuple(replace(line, on=line.on * 2 - FIRST_DAY + 1) for line in lines)) for ref, lines in a)
        for a in late.approvals
    ]
    doubled = [
        tuple((ref, tuple(replace(line, on=line.on * 2 - FIRST_DAY) for line in lines)) for ref, lines in a)
        for a in book.approvals
    ]
    last, first = FastBooks(events_of([*doubled, *shifted])), FastBooks(events_of([*shifted, *doubled]))
    k = len(doubled) + len(shifted)
    for t in range(FIRST_DAY, FIRST_DAY + 13):
        for family in FAMILIES:
            assert _same(last, first, t=t, k=k, family=family)


@few
@given(upright_books())
def test_families_do_not_meet(book: Book) -> None:
    """The books of one family are the same with or without the others."""
    together, k = FastBooks(book.events), book.last_k
    for family in book.families:
        alone = FastBooks([e for e in book.events if e.family == family])
        for t in book.days:
            assert _same(together, alone, t=t, k=k, family=family)


# --- rules of the books, on one square ---------------------------------------------------------------

SQUARE = shapely.box(0, 0, 10_000, 10_000)
SQUARE2 = 200_000_000


def one_square(*deeds: tuple[Kind, str | None, int]) -> FastBooks:
    """Books of one square: each deed is a kind, a class and a day, approved in this order."""
    lines = [Line(kind, FIRST_DAY + day, (("mines", code),), SQUARE) for kind, code, day in deeds]
    return FastBooks(events_of([[(f"R{i}", (line,))] for i, line in enumerate(lines)]))


@pytest.mark.parametrize("arrival", [1, -1])
def test_on_one_day_the_hazard_comes_before_its_release(arrival: int) -> None:
    """Whatever was approved first."""
    books = one_square(*[(Kind.CLEAR, None, 0), (Kind.CONFIRM, "A1", 0)][::arrival])
    assert _recorded(books.stocks2(t=FIRST_DAY, k=2, family="mines")) == {State("cleared"): SQUARE2}


@pytest.mark.parametrize("rank", range(7))
def test_the_ranks_of_one_day_are_in_the_order_of_the_design(rank: int) -> None:
    """Two deeds of one day give the moves of two days in the order of their ranks."""
    kinds = [Kind[name] for name in ORDER_OF_A_DAY]
    code = {kind: None if kind.is_release else CODES["mines"][i % 4] for i, kind in enumerate(kinds)}
    for before in ([(Kind.RECORD, "A2", -2)], [(Kind.RECORD, "A2", -3), (Kind.CANCEL, None, -2)], []):
        for high in kinds[rank + 1 :]:
            low = kinds[rank]
            same_day = one_square(*before, (high, code[high], 0), (low, code[low], 0))
            two_days = one_square(*before, (low, code[low], -1), (high, code[high], 0))
            assert path(same_day) == path(two_days), (low, high)


def path(books: FastBooks) -> list[tuple[State, State]]:
    """The states that the square went through."""
    return [(m.before, m.after) for m in books.moves2(since=FIRST_DAY - 9, until=FIRST_DAY, k=9)]


def test_of_two_on_one_day_the_first_approved_decides() -> None:
    """Both reclassify on one day: applied in the order of approval, so the last approved stands."""
    books = one_square((Kind.RECORD, "A1", 0), (Kind.RECLASSIFY, "A2", 1), (Kind.RECLASSIFY, "A4", 1))
    stocks = _recorded(books.stocks2(t=FIRST_DAY + 1, k=3, family="mines"))
    assert stocks == {State("open", "A4", Degree.NOT_STATED): SQUARE2}


def test_a_correction_keeps_its_place_in_the_queue() -> None:
    """The earliest release keeps its credit when a typo in it is corrected after another came."""
    kinds = ((Kind.RECORD, "A1"), (Kind.CLEAR, None), (Kind.CLEAR, None))
    hazard, first, second = (Line(kind, FIRST_DAY, (("mines", code),), SQUARE) for kind, code in kinds)
    books = FastBooks(events_of([[("H", (hazard,))], [("Z", (first,))], [("B", (second,))], [("Z", (first,))]]))
    moves = books.moves2(since=FIRST_DAY - 1, until=FIRST_DAY, k=4)
    assert {m.ref for m in moves if column_of(m.after) == "released"} == {"Z"}


@given(st.sampled_from(CODES["mines"]), st.sampled_from(CODES["mines"]))
@few
def test_released_land_is_credited_under_the_class_that_it_left(stood: str, stated: str) -> None:
    """The class that the release states, if any, moves nothing."""
    books = one_square((Kind.RECORD, stood, 0), (Kind.CLEAR, stated, 1))
    moves = books.moves2(since=FIRST_DAY, until=FIRST_DAY + 1, k=2)
    assert [(m.before.hazard_class, m.after.status, a) for m, a in moves.items()] == [(stood, "cleared", SQUARE2)]


def test_touching_is_not_overlapping() -> None:
    """A release that shares an edge with a hazard releases none of it."""
    west = Line(Kind.RECORD, FIRST_DAY, (("mines", "A1"),), SQUARE)
    east = Line(Kind.CLEAR, FIRST_DAY, (("mines", None),), shapely.box(10_000, 0, 20_000, 10_000))
    books = FastBooks(events_of([[("H", (west,))], [("R", (east,))]]))
    expected = {State("open", "A1", Degree.NOT_STATED): SQUARE2, State("cleared", is_outside=True): SQUARE2}
    assert _recorded(books.stocks2(t=FIRST_DAY, k=2, family="mines")) == expected


def test_land_counts_from_its_day_and_not_before() -> None:
    """On the day itself it counts; on the day before it does not."""
    books = one_square((Kind.RECORD, "A1", 1))
    assert _recorded(books.stocks2(t=FIRST_DAY, k=1, family="mines")) == {}
    assert sum(_recorded(books.stocks2(t=FIRST_DAY + 1, k=1, family="mines")).values()) == SQUARE2
