"""Three totals of one year, and the lines that make their gaps: cause by cause, and against the story's own engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from clearground.accounts.actions import add_organisation
from clearground.accounts.models import Person
from clearground.demonstration.actions import load_demonstration
from clearground.demonstration.story import SIGNED_KNOWN, SILENT, STORY_YEAR, TREATY_KNOWN, story_of
from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.kernel.land.events import Kind
from clearground.land.actions import approve_lines, withdraw_records
from clearground.land.models import LandEvent
from clearground.land.selectors import ReleaseQuestion, ThreeTotals, ledger, seq_known, sheet, three_totals
from clearground.land.selectors.three_totals import BRIDGES

from .factories import document, line, register, square

pytestmark = pytest.mark.django_db
SIGNED, DUE = date(2018, 5, 22), date(2018, 4, 30)


def asked(*left_out: str, kind: Kind = Kind.CLEAR) -> ReleaseQuestion:
    """Mined land released in 2017, signed for in May 2018, treaty report in April."""
    days = (date(2017, 1, 1), date(2017, 12, 31))
    return ReleaseQuestion("mines", kind, *days, seq_known(SIGNED), seq_known(DUE), frozenset(left_out))


@pytest.fixture
def person() -> Person:
    """A register with one large hazard and a second operator."""
    by = register()
    add_organisation(code="OP2", name="Operator two", kind="operator", by=by)
    hazard = line("H1", Kind.SUSPECT, "2010-01-01", square(-10, 0, 10), hazard_class="A1")
    approve(by, "2010-02-01", hazard)
    return by


def approve(by: Person, on: str, *lines: Any) -> None:
    """The lines count from that day on."""
    approve_lines(lines=lines, document=document(by), on=date.fromisoformat(on), by=by, reason="board")


def cleared(ref: str, on: str, shape: Any = None, stated_m2: float | None = 10_000.0, **values: Any) -> Any:
    """A clearance by the first operator."""
    return line(ref, Kind.CLEAR, on, shape, stated_m2=stated_m2, **{"operator": "OP1", **values})


def steps(start: str, end: str, *left_out: str) -> dict[str, float]:
    """The steps of one bridge; each bridge ends where it says, with nothing left over."""
    told = three_totals(asked(*left_out))
    for way in BRIDGES:
        assert told.bridge(*way).unexplained_m2 == 0
    return {step.code: step.delta_m2 for step in told.bridge(start, end).steps}


def refs(told: ThreeTotals, way: tuple[str, str], code: str) -> list[str]:
    """The records of one step."""
    (step,) = [step for step in told.bridge(*way).steps if step.code == code]
    events = LandEvent.objects.in_bulk(ledger().entry_event[step.entry].tolist())
    return [event.record.ref for event in events.values()]


def test_nothing_is_counted_where_nothing_was_released(person: Person) -> None:
    """Zeros, and no steps."""
    told = three_totals(asked())
    assert told.total2 == {"authority": 0, "operators": 0, "treaty": 0}
    assert [bridge.steps for bridge in told.bridges] == [(), (), ()]


def test_without_any_record_the_totals_are_zero() -> None:
    """An empty register is no error."""
    register()
    assert set(three_totals(asked()).total2.values()) == {0}


def test_a_report_that_all_three_count_differs_by_its_polygon_only(person: Person) -> None:
    """Stated 10,000 m², placed less: the only step."""
    approve(person, "2017-11-20", cleared("R1", "2017-05-01", square(-9, 1, 1)))
    told = three_totals(asked())
    assert told.total_m2("operators") == told.total_m2("treaty") == 10_000
    placed = sheet(as_of=date(2017, 12, 31), since=date(2017, 1, 1), known=SIGNED, by=("family",)).rows[0]["cleared_m2"]
    assert told.total_m2("authority") == placed
    assert steps("operators", "authority") == {"stated": pytest.approx(placed - 10_000)}
    assert steps("operators", "treaty") == {}


def test_a_late_report_is_the_operators_only(person: Person) -> None:
    """Completed in the year, approved after the signature, and after the treaty report."""
    approve(person, "2018-07-10", cleared("R1", "2017-11-01", square(-9, 1, 1)))
    assert steps("operators", "authority") == {"late": -10_000}
    assert steps("operators", "treaty") == {"next_year": -10_000}
    assert steps("treaty", "authority") == {}
    assert refs(three_totals(asked()), ("operators", "authority"), "late") == ["R1"]


def test_completion_and_approval_in_different_years(person: Person) -> None:
    """Approved in 2017, completed in 2016: the treaty report's only. Completed 2017, approved 2018: not in it."""
    approve(person, "2017-05-20", cleared("R1", "2016-12-01", square(-9, 1, 1)))
    approve(person, "2018-05-20", cleared("R2", "2017-12-01", None, 500.0))
    assert steps("operators", "treaty") == {"next_year": -500, "last_year": 10_000}
    assert steps("treaty", "authority") == {"next_year": 500, "last_year": -10_000, "unplaced": -500}


def test_a_report_approved_before_the_year_of_its_day_is_told_apart(person: Person) -> None:
    """Planned work that was approved ahead of its day."""
    approve(person, "2016-12-20", cleared("R1", "2017-01-02", None, 500.0))
    assert steps("operators", "treaty") == {"approved_before": -500}
    assert steps("treaty", "authority") == {"approved_before": 500, "unplaced": -500}


def test_withdrawn_moved_and_corrected(person: Person) -> None:
    """Sent twice and withdrawn; corrected to another year; corrected in its area: three causes."""
    approve(
        person,
        "2017-11-20",
        cleared("R1", "2017-05-01", None, 100.0),
        cleared("R2", "2017-05-01", None, 20.0),
        cleared("R3", "2017-05-01", None, 3.0),
        cleared("R4", "2016-05-01", None, 0.5),
    )
    withdraw_records(refs=["R1"], on=date(2018, 1, 10), by=person, reason="twice")
    approve(person, "2018-01-20", cleared("R2", "2016-05-01", None, 20.0), cleared("R3", "2017-05-01", None, 7.0))
    approve(person, "2018-01-20", cleared("R4", "2017-05-01", None, 0.5))
    found = steps("operators", "authority")
    assert found == {"withdrawn": -100, "moved": -19.5, "corrected": 4, "unplaced": -7.5}
    assert steps("operators", "treaty") == {"withdrawn": -100, "last_year": 0.5, "corrected": 4}
    assert three_totals(asked()).total_m2("treaty") == 27.5


def test_what_changed_between_the_treatys_day_and_the_signature(person: Person) -> None:
    """A correction in May, after the treaty report and before the signature."""
    approve(person, "2017-11-20", cleared("R1", "2017-05-01", None, 100.0), cleared("R2", "2017-05-01", None, 8.0))
    approve(person, "2018-05-10", cleared("R1", "2017-05-01", None, 60.0))
    withdraw_records(refs=["R2"], on=date(2018, 5, 11), by=person, reason="forged")
    assert steps("treaty", "authority") == {"between": -48, "unplaced": -60}


def test_land_released_twice_and_outside(person: Person) -> None:
    """One polygon half outside recorded hazards; another one over land that was released already."""
    approve(person, "2017-05-20", cleared("R1", "2017-02-01", square(-12, 1, 4, 1), 5.0))
    approve(person, "2017-11-20", cleared("R2", "2017-06-01", square(-10, 1, 2, 1), None))
    (step,) = [s for s in three_totals(asked()).bridge("operators", "authority").steps if s.code == "twice"]
    found = steps("operators", "authority")
    assert found["twice"] == step.delta_m2 < 0
    assert found["outside"] < 0
    # The polygon without a stated area lies on released land only, but for slivers along edges of other lengths.
    assert found["unstated"] == pytest.approx(-found["twice"], rel=1e-3)
    assert three_totals(asked()).total_m2("operators") == 5


def test_an_organisation_that_the_treaty_report_leaves_out_is_said_by_the_question(person: Person) -> None:
    """The register can't know it: by default everybody counts."""
    approve(person, "2017-11-20", cleared("R1", "2017-05-01", None, 100.0))
    approve(person, "2017-11-20", cleared("R2", "2017-05-01", None, 8.0, operator="OP2"))
    assert three_totals(asked()).total_m2("treaty") == 108
    assert three_totals(asked("OP2")).total_m2("treaty") == 100
    assert steps("operators", "treaty", "OP2") == {"silent": -8}
    assert steps("treaty", "authority", "OP2") == {"silent": 8, "unplaced": -108}
    assert three_totals(asked("nobody")).total_m2("treaty") == 108


def test_other_kinds_and_families_are_apart(person: Person) -> None:
    """Cancelled land is in no total of clearance, and land of another family in none of mines."""
    other = cleared("R3", "2017-05-01", None, 8.0, families=(("cmr", None),))
    approve(person, "2017-11-20", replace(cleared("R1", "2017-05-01", None, 100.0), kind=Kind.CANCEL), other)
    assert three_totals(asked()).total_m2("operators") == 0
    assert three_totals(asked(kind=Kind.CANCEL)).total_m2("operators") == 100


@pytest.fixture(scope="module")
def small_country(django_db_setup: Any, django_db_blocker: Any) -> Any:
    """The story of a small demonstration, and what the database says of the same question."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        made = load_demonstration(size=600, seed=17).demonstration
        question = ReleaseQuestion(
            "mines",
            Kind.CLEAR,
            date(STORY_YEAR, 1, 1),
            date(STORY_YEAR, 12, 31),
            seq_known(SIGNED_KNOWN),
            seq_known(TREATY_KNOWN),
            frozenset({SILENT}),
        )
        told, everybody = three_totals(question), three_totals(replace(question, left_out=frozenset()))
        rows = sheet(as_of=question.until, since=question.since, known=SIGNED_KNOWN, by=("family",)).rows
        transaction.set_rollback(True)
    return story_of(made), told, everybody, rows


def test_the_totals_are_those_of_the_story(small_country: Any) -> None:
    """Two engines that share no code: stated areas agree to the last digit, overlays to some square metres."""
    story, told, everybody, rows = small_country
    assert told.total_m2("operators") == story.totals_m2["operators"]
    assert told.total_m2("treaty") == story.totals_m2["treaty"]
    assert told.total_m2("authority") == pytest.approx(story.totals_m2["authority"], rel=2e-5)
    assert everybody.total_m2("treaty") > told.total_m2("treaty"), "one organisation is missing from the report"
    assert everybody.total2["operators"] == told.total2["operators"]
    (mines,) = [row for row in rows if row["family"] == "mines"]
    assert told.total2["authority"] == round(mines["cleared_m2"] * HALF_CM2_PER_M2), "the figure of the sheet"


def test_the_steps_are_those_of_the_story(small_country: Any) -> None:
    """Each cause with the same area; where the story draws two together, their sum."""
    story, told, _everybody, _rows = small_country
    for theirs in story.bridges:
        ours = told.bridge(theirs.start, theirs.end)
        assert ours.unexplained_m2 == 0
        mine = {step.code: step.delta_m2 for step in ours.steps}
        wanted = {step.code: step.delta_m2 for step in theirs.steps}
        apart = {"late", "silent", "next_year", "unplaced", "stated", "twice", "outside"}
        for code in apart & wanted.keys():
            assert mine.pop(code, 0) == pytest.approx(wanted.pop(code), abs=50), (theirs.start, theirs.end, code)
        assert sum(mine.values()) == pytest.approx(sum(wanted.values()), abs=50)


def test_every_line_is_in_a_step_once(small_country: Any) -> None:
    """So that no area is told twice."""
    _story, told, _everybody, _rows = small_country
    for bridge in told.bridges:
        for step in bridge.steps:
            assert len(set(step.entry.tolist())) == len(step.entry) > 0
            assert (step.area2 != 0).all()
