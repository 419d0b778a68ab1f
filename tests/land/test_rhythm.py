"""Who has fallen silent, against its own habit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from clearground.accounts.actions import add_organisation
from clearground.accounts.models import Person
from clearground.kernel.land.events import Kind
from clearground.land.actions import approve_lines
from clearground.land.selectors import Rhythm, reporting_rhythms

from .factories import document, line, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    """A register with two operators."""
    by = register()
    add_organisation(code="OP2", name="Operator two", kind="operator", by=by)
    return by


def report(by: Person, ref: str, on: str, operator: str = "OP1", kind: Kind = Kind.CLEAR) -> None:
    """One report is approved on that day."""
    lines = [line(ref, kind, "2010-01-01", None, stated_m2=1.0, operator=operator)]
    approve_lines(lines=lines, document=document(by), on=date.fromisoformat(on), by=by, reason="board")


def test_the_usual_interval_is_the_median(person: Person) -> None:
    """One long pause does not make a habit; two reports of one day are one day."""
    for at, on in enumerate(("2017-01-01", "2017-01-01", "2017-01-31", "2017-03-02", "2017-12-27", "2018-01-26")):
        report(person, f"R{at}", on)
    (found,) = reporting_rhythms()
    assert found == Rhythm("OP1", date(2018, 1, 26), 30.0)


def test_late_begins_after_half_as_long_again(person: Person) -> None:
    """45 days of silence are usual enough for who reports every 30; 46 are not."""
    found = Rhythm("OP1", date(2018, 1, 1), 30.0)
    assert not found.is_late(date(2018, 1, 1) + timedelta(days=45))
    assert found.is_late(date(2018, 1, 1) + timedelta(days=46))


def test_a_few_reports_are_no_habit(person: Person) -> None:
    """Three days say nothing; who never reported is not in the list."""
    for at, on in enumerate(("2017-01-01", "2017-02-01", "2017-03-01")):
        report(person, f"R{at}", on, "OP2")
    (found,) = reporting_rhythms()
    assert (found.operator, found.usual_days) == ("OP2", None)
    assert not found.is_late(date(2030, 1, 1))


def test_hazards_and_corrections_are_no_reports_of_release(person: Person) -> None:
    """Only the first version of a release counts."""
    report(person, "R1", "2017-01-01")
    report(person, "H1", "2017-05-01", kind=Kind.SUSPECT)
    lines = [line("R1", Kind.CLEAR, "2010-01-01", None, stated_m2=2.0, operator="OP1")]
    approve_lines(lines=lines, document=document(person), on=date(2017, 6, 1), by=person, reason="typing error")
    (found,) = reporting_rhythms()
    assert found.last == date(2017, 1, 1)


def test_a_habit_of_long_ago_does_not_count(person: Person) -> None:
    """Yearly at first, then every ten days: the last intervals speak."""
    days = [date(2001 + at, 1, 1) for at in range(14)] + [date(2017, 1, 1) + timedelta(days=10 * at) for at in range(9)]
    for at, on in enumerate(days):
        report(person, f"R{at}", on.isoformat())
    (found,) = reporting_rhythms()
    assert found.usual_days == 10
