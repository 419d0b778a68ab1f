"""The laws of counts: the same by hand, cell by cell; tied to the balance; the same by any dimension."""

from __future__ import annotations

from collections import Counter

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from clearground.kernel.land.counts import MEASURES, NO_CLASS, Asked, Counts, Found, Known, count
from clearground.kernel.land.events import Kind

from .books import CLASSES, FIRST_DAY, Book, Line, upright_books
from .fast import FastBooks, numbering
from .slow_counts import LineKey, Slow, line_of
from .test_sheets import COMMUNES

few = settings(max_examples=40, deadline=None)
Items = dict[LineKey, int]
Points = dict[LineKey, tuple[float, float]]


@st.composite
def finds(draw: st.DrawFn, book: Book) -> tuple[Items, Points]:
    """What some lines say of items (zero is a statement), and a point of some of those that have no polygon."""
    items, points = {}, {}
    place = st.integers(-30, 30).map(lambda at: at * 500 + 0.5)  # never on an edge
    for line, event in {line_of(e): e for e in book.events}.items():
        said = draw(st.sampled_from((None, 0, 0, 1, 3, 4, 9)))
        if said is not None:
            items[line] = said
        if event.land is None and said and draw(st.booleans()):
            points[line] = (draw(place), draw(place))
    return items, points


def counted(books: FastBooks, items: Items, points: Points, *, since: int, until: int, k: int, by: tuple) -> Counts:
    """The counts of the fast engine."""
    lines = sorted({line_of(e) for e in books.events})
    event = np.array([lines.index(line_of(e)) for e in books.events], np.int64)
    first = {line: next(i for i, e in enumerate(books.events) if line_of(e) == line) for line in lines}
    told = [line for line in lines if line in items]
    entries = [first[line] for line in told]
    rows = [(lines.index(line), face) for line, at in points.items() for face in faces_at(books, at)]
    under = np.array(rows, np.int64).reshape(-1, 2)
    found = Found(np.array(entries, np.int64), np.array([items[line] for line in told], np.int64),
                  under[:, 0], under[:, 1])  # fmt: skip
    known = Known(k, books.entries, event, numbering(), books.stacks, books.postings(k), books.shares)
    return count(known, Asked(since, until, by), found)


def faces_at(books: FastBooks, at: tuple[float, float]) -> list[int]:
    """The face that a point lies on, or -1."""
    return np.flatnonzero(shapely.contains_xy(books.faces.shape, *at)).tolist() or [-1]


def rows_of(found: Counts, books: FastBooks) -> dict[tuple, dict[str, int]]:
    """The rows by codes, without what is zero."""

    def named(name: str, at: int) -> object:
        if name == "family":
            return books.codes.families[at]
        if name == "class":
            return {-1: None, NO_CLASS: "no class"}.get(at) if at < 0 else CLASSES[at].code
        return at

    return {
        tuple(named(name, int(codes[i])) for name, codes in found.codes.items()):
        {name: int(total[i]) for name, total in found.sums.items() if total[i]}
        for i in range(len(found))
    }  # fmt: skip


@few
@given(upright_books(), st.data())
def test_counts_are_what_a_walk_over_the_cells_gives(book: Book, data: st.DataObject) -> None:
    """Every measure, by family and class, for any period and any state of knowledge."""
    items, points = data.draw(finds(book))
    k, since = data.draw(st.integers(1, book.last_k)), data.draw(st.sampled_from(book.days[:-1]))
    until = data.draw(st.sampled_from([day for day in book.days if day > since]))
    books = FastBooks(book.events)
    found = counted(books, items, points, since=since, until=until, k=k, by=("family", "class"))
    assert rows_of(found, books) == Slow(book.events, items, points, since, until, k).counted()


@few
@given(upright_books(), st.data())
def test_counts_are_tied_to_the_balance(book: Book, data: st.DataObject) -> None:
    """Recorded is new and reopened; cleared, and all that was ever cancelled, are the sheet's."""
    items, points = data.draw(finds(book))
    k, edges = data.draw(st.integers(1, book.last_k)), (book.days[0], book.days[-1])
    books = FastBooks(book.events, COMMUNES)
    sums = totals(counted(books, items, points, since=edges[0], until=edges[1], k=k, by=("place",)))
    sheet: Counter[str] = Counter()
    for row in books.sheet(edges=edges, k=k, by=(), places=len(COMMUNES)):
        sheet.update(row.sums)
    assert sums["recorded"] == sheet["new"] + sheet["reopened"]
    assert (sums["cleared"], sums["later_cancelled"]) == (sheet["cleared"], sheet["cancelled"])
    assert sums["cleared"] == sum(sums[f"cleared_{band}"] for band in BANDS)


def totals(found: Counts) -> dict[str, int]:
    """The measures, summed over all rows."""
    return {name: int(found.sums[name].sum()) for name in MEASURES}


@few
@given(upright_books(), st.data())
def test_class_and_place_only_split_what_there_is(book: Book, data: st.DataObject) -> None:
    """A hazard record is counted once, in one class and one place, whatever is asked for."""
    items, points = data.draw(finds(book))
    k, edges = book.last_k, (book.days[0], data.draw(st.sampled_from(book.days[1:])))
    books = FastBooks(book.events, COMMUNES)
    for family in ((), ("family",)):
        by = [(), ("class",), ("place",), ("class", "place")]
        all_totals = [totals(counted(books, items, points, since=edges[0], until=edges[1], k=k, by=family + names))
                      for names in by]  # fmt: skip
        assert all_totals[1:] == all_totals[:-1]
        degrees = ("hazards_suspected", "hazards_confirmed", "hazards_not_stated")
        fates = ("hazards_open", "hazards_partly_released", "hazards_fully_released", "hazards_without_area")
        for parts in (degrees, fates):
            assert all_totals[0]["hazards"] == sum(all_totals[0][name] for name in parts)


def hand_book(*lines: tuple[str, Line]) -> Book:
    """A book of records of one line each, approved one by one."""
    return Book(tuple(((ref, (line,)),) for ref, line in lines))


def hand_counted(book: Book, items: dict[str, int], *, until: int, by: tuple = ()) -> dict[tuple, dict[str, int]]:
    """What is counted from the beginning up to a day, with the items of some records."""
    books, found = FastBooks(book.events), {line_of(e): items.get(e.ref, 0) for e in book.events}
    rows = counted(books, found, {}, since=FIRST_DAY - 1, until=until, k=book.last_k, by=by)
    return rows_of(rows, books)


BANDS = ("no_item", "few_items", "more_items", "items_not_reported")
WEST, EAST = shapely.box(0, 0, 1_000, 1_000), shapely.box(1_000, 0, 2_000, 1_000)
BOTH, HALF = shapely.box(0, 0, 2_000, 1_000), 2_000_000
MINES = (("mines", None),)


def test_yield_by_hand() -> None:
    """Three items are few, four are more; an item of work that credited nothing is in no band."""
    hazard = Line(Kind.SUSPECT, FIRST_DAY, (("mines", "A1"),), BOTH)
    cleared = [Line(Kind.CLEAR, FIRST_DAY + 1, MINES, land) for land in (WEST, EAST, WEST)]
    book = hand_book(("H", hazard), *zip("ABC", cleared, strict=True))
    (row,) = hand_counted(book, {"A": 3, "B": 4, "C": 5}, until=FIRST_DAY + 1).values()
    assert (row["cleared_few_items"], row["cleared_more_items"], row["cleared"]) == (HALF, HALF, 2 * HALF)
    assert not {"cleared_no_item", "cleared_items_not_reported"} & set(row)
    assert (row["items"], row["items_outside"]) == (12, 5)
    assert row["hazards_fully_released"] == 1


def test_accuracy_by_hand() -> None:
    """Cancelled counts, cleared does not, nor what was cancelled after the day, nor another cell's cancellation."""
    land = [shapely.affinity.translate(WEST, 1_000 * at, 0) for at in range(4)]
    hazards = [Line(Kind.SUSPECT, FIRST_DAY, (("mines", "A1"),), each) for each in land]
    work = [(Kind.CANCEL, 1, 1), (Kind.CLEAR, 2, 1), (Kind.CANCEL, 3, 9)]
    released = [Line(kind, FIRST_DAY + day, MINES, land[at]) for kind, at, day in work]
    book = hand_book(*zip("HIJK", hazards, strict=True), *zip("ABC", released, strict=True))
    (row,) = hand_counted(book, {"B": 0}, until=FIRST_DAY + 2).values()
    assert (row["recorded"], row["later_cancelled"], row["cleared_no_item"]) == (4 * HALF, HALF, HALF)
    assert (row["hazards_open"], row["hazards_fully_released"]) == (2, 2)


def test_stated_area_by_hand() -> None:
    """A record without a polygon is partly, then fully released by what names it; one without any area is neither."""
    hazard = Line(Kind.CONFIRM, FIRST_DAY, (("mines", "A1"),), None, stated_m2=100.0)
    bare = Line(Kind.RECORD, FIRST_DAY, (("mines", "A4"),), None)
    drawn = [Line(Kind.CLEAR, FIRST_DAY + day, MINES, None, stated_m2=60.0, hazard="H") for day in (1, 2)]
    book = hand_book(("H", hazard), ("I", bare), ("A", drawn[0]), ("B", drawn[1]))
    fates = [
        {code: sorted(row) for (code,), row in hand_counted(book, {}, until=FIRST_DAY + day, by=("class",)).items()}
        for day in range(3)
    ]
    a1 = ["confirmed_areas", "hazards", "hazards_confirmed"]
    assert [fate["A1"] for fate in fates] == [
        [*a1, "hazards_open"], [*a1, "hazards_partly_released"], [*a1[1:], "hazards_fully_released"]
    ]  # fmt: skip
    assert {tuple(fate["A4"]) for fate in fates} == {("hazards", "hazards_not_stated", "hazards_without_area")}


def test_a_record_in_two_families_is_one_record() -> None:
    """Counted in each family where families are told apart, once where they are not."""
    hazard = Line(Kind.CONFIRM, FIRST_DAY, (("mines", "A1"), ("cmr", "CMR")), WEST)
    book = hand_book(("H", hazard), ("R", Line(Kind.CLEAR, FIRST_DAY + 1, MINES, WEST)))
    (once,) = hand_counted(book, {}, until=FIRST_DAY + 1).values()
    apart = hand_counted(book, {}, until=FIRST_DAY + 1, by=("family",))
    assert (once["hazards"], once["hazards_partly_released"], once["confirmed_areas"]) == (1, 1, 1)
    assert apart["mines",]["hazards_fully_released"] == apart["cmr",]["hazards_open"] == 1
    assert "confirmed_areas" not in apart["mines",]
