"""Editions are frozen; what comes later is restated, with the records that did it."""

from __future__ import annotations

import sys
from datetime import date

import pytest
from django.db import DatabaseError, transaction

from clearground.accounts.models import Person
from clearground.audit.models import AuditEvent
from clearground.audit.selectors import head, verify_chain
from clearground.common.errors import Refused
from clearground.kernel.land.events import Kind
from clearground.land.actions import approve_lines, sign_edition, withdraw_records
from clearground.land.models import Edition
from clearground.land.selectors import Restatement, restatement, sheet

from .factories import document, line, register, square

pytestmark = pytest.mark.django_db
AS_OF = date(2017, 12, 31)


@pytest.fixture
def person() -> Person:
    """A register with one hazard, half of it cleared in 2017."""
    by = register()
    lines = [
        line("H1", Kind.SUSPECT, "2010-01-01", square(-1, 0, 2), hazard_class="A1"),
        line("R1", Kind.CLEAR, "2017-05-01", square(-1, 0, 1, 2)),
    ]
    approve_lines(lines=lines, document=document(by), on=date(2018, 1, 10), by=by, reason="first")
    return by


def sign(person: Person, name: str = "Official 2017") -> Edition:
    """The edition of 2017, as known in February 2018."""
    return sign_edition(name=name, as_of=AS_OF, known=date(2018, 2, 1), by=person, reason="annual report")


def test_a_late_report_restates_and_the_edition_stays(person: Person) -> None:
    """Closing of the edition + restated = opening now; the record that came late is named."""
    edition = sign(person)
    printed = edition.statement
    late = line("R2", Kind.CANCEL, "2017-08-01", square(0, 0, 1, 1))
    approve_lines(lines=[late], document=document(person), on=date(2018, 5, 1), by=person, reason="late")
    found = restatement(edition)
    (row,) = found.rows
    assert row["restated_m2"] < 0
    assert row["closing_m2"] + row["restated_m2"] == pytest.approx(row["opening_m2"], abs=1e-6)
    assert row["closing_m2"] == printed["rows"][0]["closing_m2"]
    assert [(cause["ref"], cause["is_late"]) for cause in found.causes] == [("R2", True)]
    assert found.causes[0]["open_land_change_m2"] == pytest.approx(row["restated_m2"], abs=1e-4)
    edition.refresh_from_db()
    assert edition.statement == printed


def test_a_withdrawal_restates(person: Person) -> None:
    """What a withdrawn release had taken away is open again, and the release is named."""
    edition = sign(person)
    withdraw_records(refs=["R1"], on=date(2018, 6, 1), by=person, reason="forged")
    found = restatement(edition)
    assert found.rows[0]["restated_m2"] > 0
    assert [(cause["ref"], cause["is_late"]) for cause in found.causes] == [("R1", False)]


def test_the_sheet_as_known_then_is_still_printed(person: Person) -> None:
    """A day of knowledge gives the figure of that day, whatever came since."""
    before = sheet(as_of=AS_OF, known=date(2018, 2, 1)).rows
    withdraw_records(refs=["R1"], on=date(2018, 6, 1), by=person, reason="forged")
    assert sheet(as_of=AS_OF, known=date(2018, 2, 1)).rows == before
    assert sheet(as_of=AS_OF).rows != before


def test_an_edition_keeps_the_seal_of_the_audit(person: Person) -> None:
    """Printed with it, the seal tells later whether the chain that the edition stood on was sealed anew."""
    before = head()
    edition = sign(person)
    edition.refresh_from_db()
    assert edition.statement["audit_head"] == before
    assert verify_chain(expected_head=before).findings == []
    changed = f"{before.split(':')[0]}:{'0' * 64}"
    assert [finding.code for finding in verify_chain(expected_head=changed).findings] == ["AUDIT-005"]


def test_a_name_is_taken_once(person: Person) -> None:
    """Signing again under the same name is refused and leaves no audit event."""
    sign(person)
    events = AuditEvent.objects.count()
    with pytest.raises(Refused, match="never change"):
        sign(person)
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize(("known", "words"), [(date(2017, 1, 1), "Nothing was approved"), (date(2999, 1, 1), "Nobody")])
def test_a_day_on_which_nothing_was_or_will_be_known(person: Person, known: date, words: str) -> None:
    """There is nothing to sign before the first approval, nor for a day to come."""
    with pytest.raises(Refused, match=words):
        sign_edition(name="X", as_of=AS_OF, known=known, by=person, reason="r")


def test_the_database_refuses_to_change_an_edition(person: Person) -> None:
    """Not by convention: the table has a trigger."""
    edition = sign(person)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(name="Unofficial")


def test_what_an_edition_printed_is_compared_once(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its statement is long, and how far today's computation lies from it depends on no day of knowledge."""
    edition = sign(person)
    assert restatement(edition).drift_m2 == 0
    monkeypatch.setattr(sys.modules[Restatement.__module__], "_drifted", None)
    assert restatement(edition, known=edition.known).drift_m2 == 0
