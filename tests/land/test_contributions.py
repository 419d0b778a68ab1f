"""A figure is what its records add up to: with ==, for every column, dimension, day, knowledge and basis."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from clearground.common.errors import Refused
from clearground.demonstration.actions import load_demonstration
from clearground.kernel.land import counts as kernel
from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.land import selectors as land
from clearground.land.figured import NO_CODE, Asked
from clearground.land.selectors import contributions as selectors
from clearground.land.selectors.contributions import contributions, drill, restated_by, totals, value_of, yearly
from clearground.land.sheets import AREA_COLUMNS, STOCK_COLUMNS

pytestmark = pytest.mark.django_db(databases="__all__")
AS_OF = date(2017, 12, 31)
STOCK_SPLITS = ("class", "degree", "province", "district", "commune")
FLOW_SPLITS = (*STOCK_SPLITS, "operator", "method", "campaign", "task")
WRITTEN = {"transferred_in_m2", "transferred_out_m2"}  # of other boundaries: no record moves this land


@pytest.fixture(scope="module")
def country(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration, made once for this module and thrown away with it."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        load_demonstration(size=300, seed=25)
        yield
        transaction.set_rollback(True)


def exact(row: dict[str, Any], column: str) -> int:
    """A printed cell as the books keep it."""
    value = row[column]
    return value if column.startswith("items_") else round(value * HALF_CM2_PER_M2)


def asked_of(row: dict[str, Any], by: tuple[str, ...], column: str, **of: Any) -> Asked:
    """The question that opens a cell of a sheet."""
    return Asked(column, within={name: row[name] or NO_CODE for name in by}, **of)


def columns(row: dict[str, Any]) -> list[str]:
    """The columns of a row that records make."""
    return [name for name in row if (name in AREA_COLUMNS and name not in WRITTEN) or name.startswith("items_")]


def of_contamination(rows: list[dict[str, Any]], by: tuple[str, ...]) -> list[dict[str, Any]]:
    """Rows of a sheet by class, added up over the classes that are contamination."""
    found: dict[Any, dict[str, Any]] = {}
    for row in rows:
        if row["class"] == "B2":
            continue
        total = found.setdefault(tuple(row[name] for name in by), {name: row[name] for name in by})
        for column in columns(row):
            total[column] = None if row[column] is None else total.get(column, 0) + row[column]
    return list(found.values())


@pytest.mark.parametrize("seed", range(10))
def test_every_cell_of_a_random_sheet_is_the_sum_of_its_records(country: None, seed: int) -> None:
    """Random dimensions, day, period, knowledge and basis; the sheet is the one that is printed."""
    dice = random.Random(seed)
    as_of = date(dice.randint(2012, 2018), dice.choice((3, 6, 12)), 30)
    since = dice.choice((None, date(as_of.year, 1, 1), date(as_of.year - 2, 5, 17)))
    known = dice.choice((max(as_of, date(2017, 5, 22)), date(2018, 12, 22), None))
    splits = dice.choice((STOCK_SPLITS, FLOW_SPLITS))
    by = ("family", *dice.sample(splits, dice.randint(0, 3)))
    basis = dice.choice(("happened", "approved"))
    printed = land.sheet(as_of=as_of, since=since, known=known, by=tuple(dict.fromkeys((*by, "class"))), basis=basis)
    asked = {"as_of": as_of, "since": since, "known": known, "seq": printed.seq, "basis": basis}
    tried = 0
    rows = printed.rows if "class" in by else of_contamination(printed.rows, by)
    for row in dice.sample(rows, min(len(rows), 6)):
        for column in columns(row):
            figure = asked_of(row, by, column, **asked)
            if row[column] is None:
                assert value_of(figure) is None, figure
                continue
            tried += 1
            assert value_of(figure) == exact(row, column), figure
            assert contributions(figure).total == exact(row, column), figure
    assert tried >= 20, (as_of, since, known, by, basis, len(printed.rows))


def test_the_books_of_the_test_hold_every_kind_of_figure(country: None) -> None:
    """Or the test above would prove less than it says."""
    rows = land.sheet(as_of=date(2018, 12, 31), by=("family",), known=date(2018, 5, 22)).rows
    rows += land.sheet(as_of=AS_OF, since=date(2017, 1, 1), by=("family",), basis="approved").rows
    never = {column for column in columns(rows[0]) if not any(row[column] for row in rows)}
    assert never <= {"reopened_m2", "degree_changed_m2", "unplaced_corrected_m2", "reclassified_m2"}, never


@pytest.mark.parametrize("dimension", FLOW_SPLITS)
def test_a_drill_adds_up_to_its_figure(country: None, dimension: str) -> None:
    """And each of its lines is the figure that its own address opens."""
    seq = land.seq_known(None)
    for column in ("closing_m2", "cleared_m2", "cancelled_m2", "released_twice_m2"):
        if column in STOCK_COLUMNS and dimension not in STOCK_SPLITS:
            continue
        figure = Asked(column, AS_OF, date(2010, 1, 1), None, seq, within={"family": "mines"})
        lines = drill(figure, dimension)
        assert sum(total for _code, total in lines) == value_of(figure)
        for code, total in lines[:6]:
            assert value_of(figure.of(**{dimension: code or NO_CODE})) == total


def test_a_stock_belongs_to_no_operator(country: None) -> None:
    """Operators work on land; they don't hold it."""
    assert value_of(Asked("closing_m2", AS_OF, None, None, 5, within={"operator": "LFT"})) is None


def test_a_code_that_is_not_in_the_books_is_refused(country: None) -> None:
    """Not answered with zero."""
    for name in ("family", "class", "province", "operator"):
        with pytest.raises(Refused):
            value_of(Asked("cleared_m2", AS_OF, None, None, 5, within={name: "nowhere"}))
    with pytest.raises(Refused):
        value_of(Asked("steel_m2", AS_OF, None, None, 5))


def test_what_restated_a_closing_is_named_by_its_records(country: None) -> None:
    """closing(k0) + the records' changes = closing(k1)."""
    before, now = land.seq_known(date(2017, 5, 22)), land.seq_known(None)
    day = date(2016, 12, 31)
    at = [value_of(Asked("closing_m2", day, None, None, seq, within={"family": "mines"})) for seq in (before, now)]
    changed = restated_by(Asked("closing_m2", day, None, None, now, within={"family": "mines"}), before)
    assert at[0] + changed.total == at[1]
    assert len(changed) > 1
    assert changed.total != 0


@pytest.mark.parametrize("by", [("degree",), ("class",), ()])
def test_years_are_the_years_of_the_sheet(country: None, by: tuple[str, ...]) -> None:
    """Of contamination, by degree or class."""
    asked = Asked("closing_m2", AS_OF, None, None, land.seq_known(None), within={"family": "mines"})
    mine = {key: row["closing"] for key, row in yearly(asked, by).items() if row["closing"]}
    theirs: dict[Any, int] = {}
    for row in land.sheet(as_of=AS_OF, by=("family", "class", "degree", "year")).rows:
        if row["family"] == "mines" and row["class"] != "B2" and row["closing_m2"]:
            key = (*(row[name] for name in by), row["year"])
            theirs[key] = theirs.get(key, 0) + exact(row, "closing_m2")
    assert mine == theirs
    assert len(theirs) > 3


def test_land_that_is_no_contamination_is_in_no_figure_but_its_own(country: None) -> None:
    """B2 is open land that nobody verified a threat on: the sheet tabulates it apart."""
    asked = Asked("closing_m2", AS_OF, None, None, land.seq_known(None), within={"family": "mines"})
    rows = [row for row in land.sheet(as_of=AS_OF).rows if row["family"] == "mines"]
    apart = sum(exact(row, "closing_m2") for row in rows if row["class"] == "B2")
    assert apart > 0
    assert value_of(asked) == sum(exact(row, "closing_m2") for row in rows) - apart
    assert value_of(asked.of(**{"class": "B2"})) == apart


def test_one_page_tabulates_one_place_once(country: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its families, classes, degrees and items are rows of the same sheet, and so are those of its years."""
    asked, balance = [], selectors.balance

    def counted(book: Any, question: Any) -> Any:
        asked.append(question)
        return balance(book, question)

    monkeypatch.setattr(selectors, "balance", counted)
    of = Asked("closing_m2", date(2014, 3, 3), date(2011, 2, 2), None, land.seq_known(None))
    for family in ("mines", "cmr", "erw"):
        for by in ((), ("class",), ("degree",)):
            totals(of.of(family=family), by)
            yearly(of.of(family=family), by)
    assert value_of(of.of(family="mines"))
    assert len(asked) == 2


def test_counts_of_another_day_fold_nothing_again(country: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known of stated areas depends on no day."""
    folded, unplaced = [], kernel.unplaced
    monkeypatch.setattr(kernel, "unplaced", lambda entries, seq: folded.append(seq) or unplaced(entries, seq))
    seq = land.seq_known(None) - 1
    days = [date(2013, 1, 1), date(2014, 1, 1), date(2015, 1, 1)]
    told = [sum(row["hazards"] for row in land.counts(as_of=day, seq=seq).rows) for day in days]
    assert told == sorted(told)
    assert folded == [seq]
