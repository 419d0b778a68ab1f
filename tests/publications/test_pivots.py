"""Tables of one's own: they say what the sheet says, and add up only what may be added up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from clearground.common.errors import Refused
from clearground.kernel.land.events import Kind
from clearground.land.selectors import sheet
from clearground.places.models import Place
from clearground.publications.pivoting import exact_sum, flat_rows
from clearground.publications.questions import check, from_json
from clearground.publications.selectors.names import names_of
from clearground.publications.selectors.pivots import pivot
from tests.land.factories import line, square
from tests.land.test_ledger import approve

from .books import AS_OF, KNOWN, a_country, asked

pytestmark = pytest.mark.django_db
DAYS = {"as_of": AS_OF, "known": KNOWN, "since": date(2017, 1, 1)}
RELEASED = ("cancelled_m2", "reduced_m2", "cleared_m2")


@pytest.fixture
def person():
    """Books of two years."""
    return a_country()


def totals(answer: Any) -> dict[str, list[Any]]:
    """By family, the total of each measure down the first column."""
    return {group.family: group.total[0] for group in answer.groups}


@pytest.mark.parametrize(
    "rows", [("class",), ("commune",), ("operator",), ("contract",), ("month",), ("method", "task")]
)
def test_totals_are_those_of_the_sheet(person, rows) -> None:
    """Whatever the rows, with ==, and without land that is no contamination."""
    found = totals(pivot(asked(rows=rows, measures=RELEASED)))
    printed = [row for row in sheet(**DAYS).rows if row["class"] != "B2"]
    for family in ("mines", "cmr"):
        expected = [exact_sum([r[name] for r in printed if r["family"] == family], name) for name in RELEASED]
        assert found[family] == expected


def test_stocks_are_those_of_the_sheet(person) -> None:
    """By class and by place; no class that is not contamination is in a total."""
    by_class = pivot(asked(rows=("class",), measures=("opening_m2", "closing_m2")))
    by_place = pivot(asked(rows=("commune",), measures=("opening_m2", "closing_m2")))
    assert totals(by_class) == totals(by_place)
    (mines,) = [group for group in by_class.groups if group.family == "mines"]
    assert {line.codes[0]: line.is_apart for line in mines.lines} == {"A1": False, "A4": False, "B2": True}
    alone = pivot(asked(rows=("class",), measures=("closing_m2",), where=(("class", "B2"),)))
    assert alone.groups[0].total[0][0] > 0, "whoever asks for it alone gets it"


def test_mines_and_land_of_one_province_under_one_contract_by_month(person) -> None:
    """The question that this is for."""
    where = (("province", "01"), ("contract", "C/1"), ("family", "mines"))
    measures = ("cleared_m2", "items_antipersonnel_mine")
    answer = pivot(asked(rows=("month",), measures=measures, where=where))
    (group,) = answer.groups
    assert [line.codes[0] for line in group.lines] == [f"2017-{month:02}" for month in range(1, 13)]
    cleared = {line.codes[0]: line.cells[0] for line in group.lines if any(line.cells[0])}
    assert list(cleared) == ["2017-03"]
    assert cleared["2017-03"][1] == 3
    assert cleared["2017-03"][0] == sum(row["cleared_m2"] for row in sheet(**DAYS).rows)
    assert group.total == [cleared["2017-03"]]


def test_stocks_are_never_added_up_over_periods(person) -> None:
    """Neither down nor across; flows are, both ways, to the same sum."""
    down = pivot(asked(rows=("month",), measures=("closing_m2", "cleared_m2")))
    assert all(group.total[0][0] is None for group in down.groups)
    assert all(group.total[0][1] is not None for group in down.groups)
    across = pivot(asked(rows=("commune",), column="month", measures=("closing_m2", "cleared_m2")))
    for group in across.groups:
        assert all(line.sums[0] is None for line in group.lines)
        assert group.sums[1] == sum(line.sums[1] for line in group.lines)
        assert [cells[0] for cells in group.total if cells[0]]
    mines = {group.family: group for group in down.groups}["mines"]
    assert mines.total[0][1] == {group.family: group for group in across.groups}["mines"].sums[1]


def test_families_are_never_added_up(person) -> None:
    """Not as rows, not as columns; as columns, each has its own total."""
    as_rows = pivot(asked(rows=("family",), measures=("cancelled_m2",)))
    assert not as_rows.groups[0].has_total
    as_columns = pivot(asked(rows=("province",), column="family", measures=("cancelled_m2", "reduced_m2")))
    (group,) = as_columns.groups
    assert not as_columns.has_sums
    assert dict(zip(as_columns.columns, group.total, strict=True))["cmr"][0] == 0
    both = pivot(asked(rows=("family", "class"), measures=("closing_m2",)))
    assert both.row_dimensions == ("class",)


def test_counts_stand_beside_areas(person) -> None:
    """Hazard records by class, on the closing day, each once in its row."""
    answer = pivot(asked(rows=("class",), measures=("hazards", "hazards_confirmed", "closing_m2")))
    mines = {group.family: group for group in answer.groups}["mines"]
    assert {line.codes[0]: line.cells[0][:2] for line in mines.lines} == {"A1": [1, 1], "A4": [1, 0], "B2": [1, 0]}
    assert mines.total[0][:2] == [2, 1]


def test_what_was_approved_is_another_basis(person) -> None:
    """Cleared in 2017, approved in 2018."""
    late = asked(rows=("year",), basis="approved", as_of=date(2018, 12, 31), known=date(2018, 12, 31))
    mines = {group.family: group for group in pivot(late).groups}["mines"]
    assert [bool(line.cells[0][0]) for line in mines.lines] == [False, True]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"rows": ("operator",), "measures": ("closing_m2",)}, "belongs to land"),
        ({"where": (("contract", "C/1"),), "measures": ("opening_m2",)}, "contract"),
        ({"rows": ("year",), "column": "month"}, "two lengths"),
        ({"rows": ("month",), "measures": ("hazards",)}, "counted on one day"),
        ({"rows": ("class", "class")}, "twice"),
        ({"rows": ()}, "one or two"),
        ({"rows": ("province",), "measures": ()}, "something to measure"),
        ({"rows": ("colour",)}, "colour"),
        ({"measures": ("joy",)}, "joy"),
        ({"since": date(2019, 1, 1)}, "begins after"),
        ({"rows": ("month",), "basis": "approved", "since": date(2010, 1, 1)}, "24 periods"),
        ({"where": (("operator", "NOBODY"),)}, "NOBODY"),
    ],
)
def test_a_refusal_says_what_to_do(person, said, words) -> None:
    """Not only that something is wrong."""
    with pytest.raises(Refused, match=words) as refused:
        pivot(asked(**said))
    assert refused.value.remedy


def test_too_long_an_answer_is_refused_before_it_is_made(person, monkeypatch) -> None:
    """With what would make it shorter; one contract of it is answered."""
    monkeypatch.setattr("clearground.publications.selectors.pivots.MOST_CELLS", 300)
    long = asked(rows=("operator", "class"), column="month", measures=("cleared_m2",), since=date(2010, 1, 1))
    with pytest.raises(Refused, match="nobody reads"):
        pivot(long)
    assert pivot(replace(long, rows=("operator",), since=date(2017, 1, 1), where=(("contract", "C/1"),))).groups


def test_a_question_survives_being_kept() -> None:
    """As JSON and back; one of an older register is refused with an explanation."""
    question = asked(rows=("month",), column="family", where=(("contract", "C/1"),), basis="approved", unit="ha")
    assert from_json(question.as_json()) == question
    check(question)
    for broken in ({**question.as_json(), "rows": ["moon"]}, {**question.as_json(), "as_of": "then"}, {"rows": []}):
        with pytest.raises(Refused) as refused:
            from_json(broken)
        assert refused.value.remedy


def test_a_span_moves_with_its_last_day() -> None:
    """Five years stay five years, and a leap day becomes the 28th."""
    moved = asked(since=date(2012, 2, 29)).up_to(date(2018, 12, 31), date(2019, 5, 1))
    assert (moved.since, moved.as_of, moved.known) == (date(2013, 2, 28), date(2018, 12, 31), date(2019, 5, 1))


def test_flat_rows_have_every_cell(person) -> None:
    """One row for each row and column, named by their dimensions."""
    answer = pivot(asked(rows=("commune",), column="year", measures=("cleared_m2", "items")))
    rows = flat_rows(answer)
    assert len(rows) == answer.size[0]
    assert set(rows[0]) == {"family", "commune", "year", "cleared_m2", "items"}
    assert sum(row["items"] for row in rows) == 3


def test_what_is_not_stated_has_a_row_of_its_own(person) -> None:
    """A release without a contract is not dropped."""
    approve(person, line("R9", Kind.CLEAR, "2017-06-01", square(-7, 0, 1, 8)), on="2018-02-01")
    answer = pivot(asked(rows=("contract",), measures=("cleared_m2",)))
    mines = {group.family: group for group in answer.groups}["mines"]
    assert mines.lines[-1].codes == (None,)
    assert mines.lines[-1].cells[0][0] > 0


@pytest.mark.parametrize("basis", ["happened", "approved"])
def test_a_table_asks_the_ledger_for_its_own_columns_alone(person, monkeypatch, basis) -> None:
    """A table of one measure is made of rows that have it; they say what the whole sheet says."""
    told = []

    def listening(**question: Any) -> Any:
        answer = sheet(**question)
        told.append((question["columns"], answer.rows))
        return answer

    monkeypatch.setattr("clearground.land.selectors.sheet", listening)
    pivot(asked(rows=("commune",), column="month", measures=("cleared_m2", "items"), basis=basis))
    ((columns, rows),) = told
    assert columns == ["cleared_m2", "items"]
    days = {"as_of": asked(rows=("class",)).as_of, "since": DAYS["since"], "known": DAYS["known"]}
    whole = sheet(**days, by=("family", "commune", "month", "class"), basis=basis).rows
    names = ["family", "commune", "month", "class", "cleared_m2", *(n for n in whole[0] if n.startswith("items_"))]
    some = [{name: row[name] for name in names} for row in whole]
    assert [{name: row[name] for name in names} for row in rows] == [row for row in some if any(list(row.values())[4:])]
    assert rows
    assert not any("closing_m2" in row for row in rows)


def test_whether_there_are_sums_does_not_depend_on_the_number_of_rows(person) -> None:
    """It is a question about the measures: printing every row asks it."""
    answer = pivot(asked(rows=("commune",), column="month", measures=("cleared_m2",)))
    many = replace(answer, groups=[replace(group, lines=Unread()) for group in answer.groups])
    assert answer.has_sums
    assert many.has_sums


class Unread(list[Any]):
    """Rows that nobody may look through."""

    def __iter__(self) -> Any:
        """Nobody looks."""
        raise AssertionError("looked through all rows")


def test_a_table_is_made_of_one_reading_of_the_ledger(person, monkeypatch) -> None:
    """Also within a page that reads it already: nobody asks again whether anything is new."""
    from clearground.land.selectors import loading, one_reading

    loading.ledger()
    asked_for, version = [], loading.ledger_version
    monkeypatch.setattr(loading, "ledger_version", lambda: asked_for.append(1) or version())
    pivot(asked(rows=("commune",), measures=("closing_m2", "hazards")))
    with one_reading():
        pivot(asked(rows=("commune",), measures=("closing_m2",)))
        pivot(asked(rows=("class",), measures=("cleared_m2",)))
    assert len(asked_for) == 2


def test_places_are_named_in_the_language_of_the_reader(person) -> None:
    """Where they have a name there."""
    Place.objects.filter(code="01").update(name_km="ខេត្ត")
    places = {row.code: row for row in Place.objects.filter(level=1)}
    assert names_of("province") == {code: row.name for code, row in places.items()}
    with override("km"):
        assert names_of("province") == {code: row.name_km or row.name for code, row in places.items()}
        assert names_of("province")["01"] == "ខេត្ត"
