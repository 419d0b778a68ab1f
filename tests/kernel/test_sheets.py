"""The laws of the balance sheet: identity, partitions, periods, places, both bases. Areas are in half cm²."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from clearground.kernel.land.events import Degree
from clearground.kernel.land.tabulating import edges_before, exact_bincount

from .books import RANKS, TILE_CM, Book, seeded_book, upright_books
from .fast import FastBooks, Row, cut, lands_of
from .oracle import State, areal, has_area, stocks_by_cells, unplaced_m2

few = settings(max_examples=40, deadline=None)
RISES = ("new", "reopened", "reclassified", "degree_changed", "corrected")
RELEASES = ("cancelled", "reduced", "cleared")
FLOWS = (*RISES, *RELEASES, "outside", "released_twice")
ALL = ("family", "class", "degree", "place")

# Four communes and a strip that no boundary covers; the second edition splits one and overlaps two.
COMMUNES = (
    shapely.box(-TILE_CM, -TILE_CM, 0, 0),
    shapely.box(0, -TILE_CM, TILE_CM + 5_000, 0),
    shapely.box(-TILE_CM, 0, 0, TILE_CM + 5_000),
    shapely.box(0, 3_000, TILE_CM + 1, TILE_CM + 5_000),
)
SPLIT = (
    *COMMUNES[:3],
    shapely.box(0, 3_000, 8_000, TILE_CM + 5_000),
    shapely.box(7_000, 3_000, TILE_CM + 1, TILE_CM + 5_000),
)


def adds_up(row: Row) -> bool:
    """The identity of the design, with ==."""
    rise, fall = sum(row.sums[name] for name in RISES), sum(row.sums[name] for name in RELEASES)
    return row.sums["opening"] + rise - fall == row.sums["closing"]


Totals = dict[tuple, dict[str, int]]


def total(rows: Iterable[Row], names: Iterable[str], *, by: Iterable[str] = ()) -> Totals:
    """The columns summed over everything but the dimensions `by`."""
    sums: dict[tuple, Counter[str]] = {}
    for row in rows:
        sums.setdefault(tuple(row.key[name] for name in by), Counter()).update({n: row.sums[n] for n in names})
    return nonzero(sums)


def nonzero(sums: dict[tuple, Counter[str]]) -> Totals:
    """The sums without what is zero; what is negative stays."""
    rows = {key: {name: area for name, area in columns.items() if area} for key, columns in sums.items()}
    return {key: columns for key, columns in rows.items() if columns}


@few
@given(upright_books(), st.data())
def test_every_row_adds_up(book: Book, data: st.DataObject) -> None:
    """Opening and flows make the closing in every row, for any grouping and any periods."""
    by = data.draw(st.lists(st.sampled_from(ALL), unique=True))
    k = data.draw(st.integers(1, book.last_k))
    edges = sorted(data.draw(st.lists(st.sampled_from(book.days), min_size=2, unique=True)))
    rows = FastBooks(book.events, COMMUNES).sheet(edges=edges, k=k, by=by, places=len(COMMUNES))
    assert [row for row in rows if not adds_up(row)] == []


@few
@given(upright_books())
def test_stocks_are_what_lies_on_the_ground(book: Book) -> None:
    """Opening, closing and the closing by degree are sums of the accounts that the cells show."""
    books, days = FastBooks(book.events), book.days
    rows = books.sheet(edges=days, k=book.last_k, by=("family", "class"))
    shown = {(r.period, *r.key.values()): r.sums for r in rows}
    for period, (opening, closing) in enumerate(pairwise(days)):
        for family in book.families:
            was, now = (
                stocks_by_cells(book.events, family, t=t, k=book.last_k, ranks=RANKS) for t in (opening, closing)
            )
            for code in {s.hazard_class for s in (*was, *now) if s.status == "open"}:
                row = shown[period, family, code]
                assert row["opening"] == _open(was, code)
                assert row["closing"] == _open(now, code)
                for degree in Degree:
                    assert row[f"closing_{degree.name.lower()}"] == now.get(State("open", code, degree), 0)


def _open(stocks: dict[State, int], code: str | None) -> int:
    return sum(area for state, area in stocks.items() if state.status == "open" and state.hazard_class == code)


@few
@given(upright_books())
def test_flows_are_what_was_moved(book: Book) -> None:
    """Each column of the sheet is the sum of the moves that the design puts there."""
    books, since, until = FastBooks(book.events), book.days[0], book.days[-1]
    rows = books.sheet(edges=(since, until), k=book.last_k, by=("family", "class"))
    expected: dict[tuple, Counter[str]] = {}
    for move, area2 in books.moves2(since=since, until=until, k=book.last_k).items():
        for code, column, sign in _columns(move.before, move.after):
            expected.setdefault((move.family, code), Counter())[column] += sign * area2
    names = (*RISES, *RELEASES, "outside")
    found = total(rows, names, by=("family", "class"))
    assert found == nonzero(expected)


def _columns(before: State, after: State) -> Iterable[tuple[str | None, str, int]]:
    if before.status != "open" and after.status == "open":
        yield after.hazard_class, "new" if before.status == "unrecorded" else "reopened", 1
    elif before.status == "open" and after.status != "open":
        yield before.hazard_class, after.status, 1
    elif before.status == "open" and before.hazard_class != after.hazard_class:
        yield from ((before.hazard_class, "reclassified", -1), (after.hazard_class, "reclassified", 1))
    elif after.is_outside:
        yield "no class", "outside", 1


@few
@given(upright_books())
def test_periods_concatenate(book: Book) -> None:
    """The flows of a long period are the sums of the short ones; each opening is the closing before."""
    books, days, by = FastBooks(book.events), book.days, ("family", "class", "degree")
    short = books.sheet(edges=days, k=book.last_k, by=by)
    long = books.sheet(edges=(days[0], days[-1]), k=book.last_k, by=by)
    assert total(short, FLOWS, by=by) == total(long, FLOWS, by=by)
    stocks = {(r.period, *r.key.values()): r.sums for r in short}
    for (period, *key), row in stocks.items():
        if row["closing"] and period + 2 < len(days):
            assert stocks[(period + 1, *key)]["opening"] == row["closing"]


@few
@given(upright_books(), st.sampled_from(ALL))
def test_a_grouping_partitions_the_total(book: Book, dimension: str) -> None:
    """Summed over any dimension, the sheet is the sheet without it."""
    books, edges = FastBooks(book.events, SPLIT), (book.days[0], book.days[-1])
    coarse = [name for name in ALL if name != dimension]
    names = ("closing", "opening", "outside_closing", *FLOWS)
    fine, plain = (books.sheet(edges=edges, k=book.last_k, by=by, places=len(SPLIT)) for by in (ALL, coarse))
    assert total(fine, names, by=coarse) == total(plain, names, by=coarse)


@few
@given(upright_books(), st.sampled_from((COMMUNES, SPLIT)))
def test_land_is_tabulated_where_it_lies(book: Book, communes: tuple[shapely.Polygon, ...]) -> None:
    """In each commune of each edition: what the cells say of the land clipped to it; the lower code wins overlap.

    Within 0.7 cm × perimeter: a gap between communes may be thinner than the rounding of a boundary.
    """
    slack = 1.4 * float(shapely.length([e.land for e in book.events if has_area(e)]).sum())
    t, k, taken = book.days[-1], book.last_k, shapely.Polygon()
    rows = FastBooks(book.events, communes).sheet(
        edges=(book.days[0], t), k=k, by=("family", "place"), places=len(communes)
    )
    found = {tuple(row.key.values()): row.sums["closing"] for row in rows}
    everywhere = shapely.box(-1e7, -1e7, 1e7, 1e7)
    for place, commune in [*enumerate(communes), (-1, everywhere)]:
        clip, taken = commune.difference(taken), taken.union(commune)
        inside = [replace(e, land=areal(e.land.intersection(clip))) for e in book.events if has_area(e)]
        for family in book.families:
            stocks = stocks_by_cells([e for e in inside if has_area(e)], family, t=t, k=k, ranks=RANKS)
            here = sum(a for s, a in stocks.items() if s.status == "open")
            assert abs(found.get((family, place), 0) - here) <= slack


def test_free_polygons_in_slanted_communes_lose_nothing() -> None:
    """Communes and no commune sum to the ground, face by face, with ==."""
    slanted = [shapely.Polygon([(-9e5, -9e5), (9e5, -9e5), (9e5, 7e5), (-9e5, -7e5)])]
    slanted.append(shapely.Polygon([(-9e5, -7e5), (1e5, 778), (1e5, 9e5), (-9e5, 9e5)]))
    for seed in range(4):
        books = FastBooks(seeded_book(seed).events, slanted)
        per_face = np.zeros(len(books.faces), np.int64)
        np.add.at(per_face, books.shares.face, books.shares.area2)
        assert (per_face == books.faces.area2).all()
        assert (books.shares.area2 > 0).all()


@few
@given(upright_books(unplaced=8), st.data())
def test_stated_area_without_a_polygon_is_kept_apart(book: Book, data: st.DataObject) -> None:
    """Never dropped: what came, what was released of it, and what is left, in columns of its own."""
    k, days = data.draw(st.integers(1, book.last_k)), (book.days[0], data.draw(st.sampled_from(book.days[1:])))
    rows = FastBooks(book.events).sheet(edges=days, k=k, by=("family", "class"))
    names = [f"unplaced_{name}" for name in ("opening", "new", "released", "outside", "closing")]
    found = total(rows, names, by=("family",))
    for family in book.families:
        expected = unplaced_m2(book.events, family, t=days[1], k=k)
        columns = {f"unplaced_{name}": round(area * 20_000) for name, area in expected.items() if area}
        assert found.get((family,), {}) == columns


@few
@given(upright_books(), st.data())
def test_the_approved_basis_balances(book: Book, data: st.DataObject) -> None:
    """Opening as known then, what was approved since, and what was corrected make the closing as known now.

    Of one day, known twice, that is the restatement.
    """
    books = FastBooks(book.events)
    edges = sorted(data.draw(st.lists(st.sampled_from(book.days), min_size=2, max_size=4)))
    ks = sorted(data.draw(st.integers(0, book.last_k)) for _ in edges)
    rows = books.sheet_approved(edges=edges, ks=ks, by=("family", "class", "degree"))
    assert [row for row in rows if not adds_up(row)] == []
    for period, (t, k) in enumerate(zip(edges[1:], ks[1:], strict=True)):
        for family in book.families:
            stocks = stocks_by_cells(book.events, family, t=t, k=k, ranks=RANKS)
            closing = sum(r.sums["closing"] for r in rows if r.period == period and r.key["family"] == family)
            assert closing == sum(a for s, a in stocks.items() if s.status == "open")


@few
@given(upright_books())
def test_a_correction_is_no_flow_on_the_approved_basis(book: Book) -> None:
    """What only changes records that were known before is *corrected*, whatever kind of event it corrects."""
    firsts, final = {}, {}
    for ref, lines in (version for approval in book.approvals for version in approval):
        firsts.setdefault(ref, lines)
        final[ref] = lines
    corrected = Book((*(((version,)) for version in firsts.items()), tuple(final.items())))
    t, k = corrected.days[-1], corrected.last_k
    rows = FastBooks(corrected.events).sheet_approved(edges=(t, t), ks=(k - 1, k), by=("family", "class", "degree"))
    assert [row for row in rows if not adds_up(row)] == []
    assert total(rows, [name for name in FLOWS if name != "corrected"]) == {}


@few
@given(upright_books(), st.data())
def test_without_corrections_nothing_is_corrected_on_the_approved_basis(book: Book, data: st.DataObject) -> None:
    """Where each approval only brings records of later days, both bases give the same flows."""
    firsts = {}
    for approval in book.approvals:
        for ref, lines in approval:
            if lines:
                firsts.setdefault(ref, lines)
    ordered = sorted(firsts.items(), key=lambda version: version[1][0].on)
    plain = Book(tuple((version,) for version in ordered))
    books, split = FastBooks(plain.events), data.draw(st.integers(0, plain.last_k))
    days = [ordered[split - 1][1][0].on if split else plain.days[0], plain.days[-1]]
    # Records of the day on which the period opens are known by then, or the bases would differ.
    known = sum(lines[0].on <= days[0] for _, lines in ordered)
    approved = books.sheet_approved(edges=days, ks=(known, plain.last_k), by=("family", "class"))
    happened = books.sheet(edges=days, k=plain.last_k, by=("family", "class"))
    assert total(approved, FLOWS, by=("family", "class")) == total(happened, FLOWS, by=("family", "class"))


@few
@given(upright_books())
def test_threads_and_tiles_change_no_row(book: Book) -> None:
    """One worker or two; and other tiles give the same area to the same events."""
    lands = lands_of(book.events)
    one, two, large = cut(lands, workers=1), cut(lands, workers=2), cut(lands, tile_cm=7 * TILE_CM)
    for name in ("area2", "indptr", "members", "cluster", "tile"):
        assert (getattr(one, name) == getattr(two, name)).all(), name
    assert _by_members(one) == _by_members(large)


def test_what_only_touches_is_cut_apart() -> None:
    """A shared edge or corner joins no clusters, so a change on one side leaves the other's faces alone."""
    corners = ((0, 0), (1_000, 0), (1_000, 1_000), (500, 500))
    squares = [shapely.box(x, y, x + 1_000, y + 1_000) for x, y in corners]
    faces = cut(np.array([*squares[:3], None], dtype=object))
    assert len(faces.tile) == 3
    assert len(cut(np.array(squares, dtype=object)).tile) == 1


@few
@given(upright_books())
def test_a_cluster_is_cut_the_same_alone(book: Book) -> None:
    """Row for row: what an incremental cut does, a cluster at a time, is what the whole cut did."""
    lands = lands_of(book.events)
    faces = cut(lands)
    for number in range(len(faces.tile)):
        rows = np.flatnonzero(faces.cluster == number)
        members = [tuple(faces.members[faces.indptr[f] : faces.indptr[f + 1]].tolist()) for f in rows]
        whole = [(int(faces.area2[f]), lands_over) for f, lands_over in zip(rows, members, strict=True)]
        only = np.full(len(lands), None, dtype=object)
        mine = sorted(set().union(*members))
        only[mine] = lands[mine]
        alone = cut(only)
        here = np.flatnonzero((alone.tile[alone.cluster] == faces.tile[number]).all(axis=1))
        again = [tuple(alone.members[alone.indptr[f] : alone.indptr[f + 1]].tolist()) for f in here]
        kept = [(int(alone.area2[f]), over) for f, over in zip(here, again, strict=True) if set(over) <= set(mine)]
        assert [row for row in kept if row in whole] == whole


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-(2**60), 2**60)), max_size=8))
def test_sums_are_exact_however_large(rows: list[tuple[int, int]]) -> None:
    """Sums beyond the whole numbers of a float lose no digit (a sum itself fits in 63 bits)."""
    expected = [sum(amount for at, amount in rows if at == i) for i in range(4)]
    if max(map(abs, expected)) < 2**62:
        at, amount = (np.array([row[i] for row in rows], np.int64) for i in (0, 1))
        assert exact_bincount(at, amount, 4).tolist() == expected


def _by_members(faces) -> Counter[tuple[int, ...]]:
    areas: Counter[tuple[int, ...]] = Counter()
    for face, area2 in enumerate(faces.area2.tolist()):
        areas[tuple(faces.members[faces.indptr[face] : faces.indptr[face + 1]].tolist())] += area2
    return areas


@given(
    edges=st.lists(st.integers(0, 800), min_size=1, max_size=30, unique=True).map(sorted),
    days=st.lists(st.integers(0, 900) | st.just(2**31 - 1), max_size=20),
)
def test_a_day_falls_between_its_edges(edges: list[int], days: list[int]) -> None:
    """However many edges there are, and however far away the days: counted as one would by hand."""
    found = edges_before(edges, np.array(days, np.int32))
    assert found.tolist() == [sum(edge < day for edge in edges) for day in days]
