"""Counts from approvals to the table: records and points where they lie, shares at the end, what is refused."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from clearground.accounts.models import Person
from clearground.cli import counts as commands
from clearground.cli.ledger import ledger as ledger_command
from clearground.common.errors import Refused
from clearground.kernel.land.events import Kind
from clearground.land.actions import approve_lines, withdraw_records
from clearground.land.counted import COUNT_COLUMNS, SHARE_COLUMNS
from clearground.land.lines import Line
from clearground.land.selectors import counts, sheet
from clearground.places.models import Boundary, BoundaryEdition, Place

from .factories import document, line, register, square

pytestmark = pytest.mark.django_db
AS_OF = date(2017, 12, 31)


@pytest.fixture
def person() -> Person:
    """A register with two hazards, east and west, and what was found on, beside and off their land."""
    by = register()
    spots = {
        "S1": (square(5, 5, 1).centroid, {"antipersonnel_mine": 2}),  # open land
        "S2": (square(45, 5, 1).centroid, {"submunition": 3}),  # nothing was ever recorded there
        "S3": (square(0, 0, 1).centroid, {"other_erw": 4}),  # cleared before
        "S4": (None, {"other_erw": 5}),  # nobody says where
    }
    approve(
        by,
        line("H1", Kind.CONFIRM, "2010-01-01", square(0, 0, 10), hazard_class="A1"),
        line("H2", Kind.SUSPECT, "2010-01-01", square(-20, 0, 10), hazard_class="A4"),
        line("R1", Kind.CLEAR, "2015-01-01", square(0, 0, 5, 10), items={"antipersonnel_mine": 1, "other_erw": 2}),
        line("R2", Kind.CANCEL, "2016-01-01", square(-20, 0, 10)),
        *(line(ref, Kind.CLEAR, "2017-01-01", shape, items=items) for ref, (shape, items) in spots.items()),
    )
    return by


def approve(person: Person, *lines: Line, on: str = "2018-01-01") -> None:
    """The lines are approved."""
    day = date.fromisoformat(on)
    approve_lines(lines=lines, document=document(person), on=day, by=person, reason="test")


def row_of(**question: Any) -> dict[str, Any]:
    """The one row of an answer."""
    (row,) = counts(**({"as_of": AS_OF, "by": ()} | question)).rows
    return row


def test_hazards_and_what_became_of_them(person: Person) -> None:
    """The confirmed one is half cleared and still an area; the suspected one was cancelled whole."""
    row = row_of()
    assert [row[name] for name in list(COUNT_COLUMNS)[:9]] == [2, 1, 1, 0, 0, 1, 1, 0, 1]
    earlier = row_of(as_of=date(2014, 12, 31))
    assert (earlier["hazards_open"], earlier["confirmed_areas"], earlier["cleared_m2"]) == (2, 1, 0)
    assert earlier["no_item_share"] is None


def test_what_was_withdrawn_is_no_hazard(person: Person) -> None:
    """Gone from what is known today, not from what was known before."""
    withdraw_records(refs=["H2"], on=date(2018, 3, 1), by=person, reason="twice")
    assert (row_of()["hazards"], row_of(known=date(2018, 2, 1))["hazards"]) == (1, 2)


def test_items_are_outside_where_nothing_was_open(person: Person) -> None:
    """Off any record, or on land that was released before; work without a place is told apart."""
    row = row_of()
    assert (row["items"], row["items_outside"], row["items_unlocated"]) == (17, 7, 5)
    assert row["items_outside_share"] == 7 / 17
    assert (row_of(since=date(2016, 1, 1))["items"], row_of(as_of=date(2016, 1, 1))["items_outside"]) == (14, 0)


def test_shares_are_quotients_of_the_areas_printed(person: Person) -> None:
    """And the areas are those of the balance sheet."""
    row, (whole,) = row_of(), sheet(as_of=AS_OF, by=()).rows
    assert (row["recorded_m2"], row["later_cancelled_m2"]) == (whole["new_m2"], whole["cancelled_m2"])
    assert row["later_cancelled_share"] == pytest.approx(0.5, abs=1e-3)
    assert (row["few_items_share"], row["no_item_share"], row["more_items_share"]) == (1, 0, 0)
    assert row["cleared_few_items_m2"] == whole["cleared_m2"] > 0
    for name, (part, of, _says) in SHARE_COLUMNS.items():
        measures = {measure: column for column, (measure, _meaning) in COUNT_COLUMNS.items()}
        assert row[name] == pytest.approx(row[measures[part]] / row[measures[of]])


def test_each_record_is_counted_in_one_class_and_one_place(person: Person) -> None:
    """A record across a border is where most of its land lies; its area is shared out."""
    approve(person, line("H3", Kind.RECORD, "2010-01-01", square(-1, 40, 4), hazard_class="A2"), on="2018-02-01")
    rows = counts(as_of=AS_OF, by=("class", "commune")).rows
    assert {(row["class"], row["commune"]): row["hazards"] for row in rows if row["hazards"]} == {
        ("A1", "010102"): 1,
        ("A2", "010102"): 1,
        ("A4", "010101"): 1,
    }
    recorded = {row["commune"] for row in rows if row["class"] == "A2" and row["recorded_m2"]}
    assert recorded == {"010101", "010102"}


@pytest.mark.parametrize("question", [{"by": ("operator",)}, {"by": ("year",)}, {"since": date(2030, 1, 1)}])
def test_a_question_that_counts_do_not_answer_is_refused(person: Person, question: dict[str, Any]) -> None:
    """Each with the words that would have worked."""
    with pytest.raises(Refused) as refused:
        counts(as_of=AS_OF, **question)
    assert refused.value.remedy


def test_counts_on_an_edition_of_points_are_refused(person: Person) -> None:
    """Every row would lie nowhere."""
    village = Place.objects.create(level=4, code="01010101", name="v", parent=Place.objects.get(code="010101"))
    points = BoundaryEdition.objects.create(name="points", source="test")
    Boundary.objects.create(edition=points, place=village, shape=square(0, 0, 1).centroid)
    with pytest.raises(Refused, match="points only"):
        counts(as_of=AS_OF, boundaries=points)


def test_an_empty_register_counts_nothing() -> None:
    """No row, and no error."""
    register()
    assert counts(as_of=AS_OF, by=("family", "province")).rows == []


def test_the_command_prints_what_the_selector_says(person: Person) -> None:
    """As JSON with what it rests on, as CSV, and as a table for people."""
    app = typer.Typer()
    commands.register(app)
    app.add_typer(ledger_command, name="ledger")

    def run(*words: str) -> str:
        result = CliRunner().invoke(app, ["ledger", "counts", "--as-of", "2017-12-31", *words], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    told = json.loads(run("--by", "family,province", "--format", "json"))
    assert (told["synthetic"], told["boundaries"], told["seq"]) == (True, "2008", 1)
    said = counts(as_of=AS_OF, by=("family", "province")).rows
    assert told["rows"] == [row | {"synthetic": True} for row in said]
    head = run("--by", "", "--format", "csv").splitlines()[0]
    assert head == ",".join(["family", *COUNT_COLUMNS, *SHARE_COLUMNS, "synthetic", "note"])
    assert "few_items_share" in run()
    assert "100.0%" in run()
