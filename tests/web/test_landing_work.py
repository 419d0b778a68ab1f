"""The reader's work on the first page, by what they may do."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from clearground.accounts.models import Organisation, Person
from clearground.common import backups
from clearground.exchange.choices import FindingState, ImportState, SeverityChoice
from clearground.web.landing import selectors, work
from clearground.web.landing.work import next_treaty_day
from tests.web import books, landing_books
from tests.web.test_landing import keeper, signed_in, text

pytestmark = pytest.mark.django_db
__all__ = ["keeper"]


@pytest.fixture
def note() -> Any:
    """The file that remembers the last backup; gone afterwards."""
    path = Path(settings.DATA_DIR) / backups.NAME
    path.unlink(missing_ok=True)
    yield path
    path.unlink(missing_ok=True)


def work_for(person: Person, may: set[str]) -> dict[str, Any]:
    """The person's work on 1 September 2018."""
    return work.work_of(person, may, selectors.the_year(date(2018, 9, 1)))


def test_nobody_approves_their_own(keeper: Person) -> None:
    """Waiting is what others brought; one's own is apart; what is undone or approved waits for nobody."""
    officer, approver = books.somebody("data_officer"), books.somebody("approver")
    mine, theirs = landing_books.an_import(approver), landing_books.an_import(officer)
    landing_books.an_import(officer, ImportState.UNDONE)
    landing_books.an_import(officer, ImportState.APPROVED)
    staging = landing_books.an_import(approver, ImportState.STAGING)
    found = work_for(approver, {"approve", "bring_records"})
    assert found["waiting"] == {"count": 1, "first": [theirs]}
    assert {each.pk for each in found["own"]["first"]} == {mine.pk, staging.pk}
    assert found["backup"] is None


def test_serious_findings_are_counted_by_owner(keeper: Person) -> None:
    """Open ones that block, of imports that stand; operators see their own only."""
    of, undone = landing_books.an_import(keeper), landing_books.an_import(keeper, ImportState.UNDONE)
    for owner in ("OP1", "OP2", "OP2", ""):
        landing_books.a_finding(of, owner)
    landing_books.a_finding(of, "OP1", severity=SeverityChoice.WARNS)
    landing_books.a_finding(of, "OP1", state=FindingState.ACCEPTED)
    landing_books.a_finding(undone, "OP1")
    officer = books.somebody("data_officer")
    found = work_for(officer, {"bring_records", "rule_findings"})
    assert sorted(found["serious"]) == [("", 1), ("Operator one", 1), ("Operator two", 2)]
    assert found["serious_count"] == 4
    field = books.somebody("operator")
    assert work_for(field, {"bring_records"})["serious"] == [], "whose organisation is not known sees nobody's"
    field.organisation = Organisation.objects.get(code="OP2")
    assert work_for(field, {"bring_records"})["serious"] == [("Operator two", 2)]


def test_late_operators_are_named_with_their_silence(keeper: Person) -> None:
    """Who reported every month and stopped; not who was closed down."""
    for month in range(1, 7):
        report = landing_books.cleared(f"M{month}", "2018-01-01", None, 1.0, operator="OP2")
        landing_books.approve(keeper, f"2019-{month:02}-01", report)
    officer, on = books.somebody("data_officer"), selectors.the_year(date(2019, 8, 1))
    (late,) = work.late_operators(officer, {"rule_findings"}, on)
    assert (late.name, late.silent_days, late.last) == ("Operator two", 61, date(2019, 6, 1))
    assert work.late_operators(officer, {"rule_findings"}, selectors.the_year(date(2019, 7, 1))) == []
    assert work.late_operators(officer, {"bring_records"}, on) == [], "another organisation's"
    Organisation.objects.filter(code="OP2").update(is_active=False)
    assert work.late_operators(officer, {"rule_findings"}, on) == []


@pytest.mark.parametrize(
    ("today", "due"), [("2018-04-30", "2018-04-30"), ("2018-05-01", "2019-04-30"), ("2018-01-01", "2018-04-30")]
)
def test_the_treatys_day_is_the_next_30_april(today: str, due: str) -> None:
    """The day itself still counts."""
    assert next_treaty_day(date.fromisoformat(today)).isoformat() == due


def test_the_last_backup_is_remembered_and_grows_old(note: Path) -> None:
    """None, fresh, more than a week old, and a note that can't be read."""
    assert work.backup() == {"last": None, "age_days": None, "is_wanting": True}
    backups.note_backup(rows=12, is_verified=True)
    found = work.backup()
    assert (found["last"].rows, found["age_days"], found["is_wanting"]) == (12, 0, False)
    old = datetime.now(UTC) - timedelta(days=8)
    note.write_text(json.dumps({"written_at": old.isoformat(), "rows": 1, "is_verified": False}))
    assert (work.backup()["age_days"], work.backup()["is_wanting"]) == (8, True)
    for broken in ("{", "[]", '{"rows": 1}', '{"written_at": "x", "rows": 1, "is_verified": true}'):
        note.write_text(broken)
        assert backups.last_backup() is None
    assert [path.name for path in note.parent.glob(".last_backup-*")] == []


ROLES = {
    "administrator": {"backup"},
    "data_officer": {"own", "serious", "late", "backup"},
    "approver": {"waiting", "serious", "late"},
    "operator": {"own", "serious", "late"},
    "planner": {"late"},
    "quality_officer": {"serious", "late"},
    "assistance_officer": {"late"},
    "treaty_officer": {"late"},
    "viewer": set(),
}
SAYS = {
    "waiting": "Waiting for my approval",
    "own": "My imports on their way",
    "serious": "Serious findings",
    "late": "Late by operator",
    "backup": "Last good backup",
}


@pytest.mark.parametrize("role", list(ROLES))
def test_the_work_of_a_role_is_what_its_rights_open(client: Client, keeper: Person, note: Path, role: str) -> None:
    """The treaty's day is for everybody."""
    signed_in(client, role)
    page = text(client)
    assert {part for part, words in SAYS.items() if words in page} == ROLES[role]
    assert "Mine Ban Treaty report on" in page
