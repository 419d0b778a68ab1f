"""Digests taken again from rows: equal after approvals, other after any change behind the register's back."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from clearground.audit.models import AuditEvent
from clearground.audit.selectors import verify_chain
from clearground.exchange.digests import RECOMPUTE
from clearground.kernel.land.events import Kind
from clearground.land.actions import approve_lines, sign_edition, withdraw_records
from clearground.land.models import Edition, EventFamily, ItemsFound, LandEvent
from tests.land.factories import document, line, register, square

pytestmark = pytest.mark.django_db
DAY = date(2018, 5, 22)


def some_records() -> None:
    """Two hazards and a release, approved; one corrected, one withdrawn."""
    person = register()
    cited = document(person)
    lines = [
        line("H1", Kind.CONFIRM, "2017-01-01", square(0, 0, 2), hazard_class="A4", stated_m2=1234.5, place="010102"),
        line("H2", Kind.SUSPECT, "2017-01-01", stated_m2=0.1, note="ព្រៃ"),
        line(
            "R1",
            Kind.CLEAR,
            "2017-06-01",
            square(0, 0, 1),
            items={"antipersonnel_mine": 3},
            hazard="H1",
            operator="OP1",
        ),
    ]
    approve_lines(lines=lines, document=cited, on=DAY, by=person, reason="Approved")
    again = [line("H1", Kind.CONFIRM, "2017-01-01", square(0, 0, 3), families=(("mines", "A1"), ("erw", None)))]
    approve_lines(lines=again, document=cited, on=DAY, by=person, reason="Corrected")
    withdraw_records(refs=["H2"], on=DAY, by=person, reason="Sent twice")
    sign_edition(name="Official 2017", as_of=date(2017, 12, 31), known=DAY, by=person, reason="Signed")


def broken() -> list[str]:
    """Subjects of the events whose rows are not what was sealed."""
    check = verify_chain(recompute=RECOMPUTE)
    assert {finding.code for finding in check.findings} <= {"AUDIT-004"}
    return [str(finding.params["subject"]) for finding in check.findings]


def lift_guards(table: str) -> None:
    """The table takes updates until the test's transaction ends."""
    connection.check_constraints()
    on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for what in ("update", "delete"):
            cursor.execute(f'DROP TRIGGER IF EXISTS "{table}_no_{what}"{on}')


def test_untouched_rows_are_what_was_sealed() -> None:
    """Approval, correction and edition; a withdrawal wrote no rows to digest."""
    some_records()
    assert broken() == []
    assert verify_chain(recompute=RECOMPUTE).rows_checked == 3


@pytest.mark.parametrize(
    "change", [{"stated_m2": 1234.6}, {"on": DAY}, {"kind": 0}, {"note": "x"}, {"shape": square(0, 0, 5)}, {"line": 2}]
)
def test_a_column_of_an_event_changed_behind_the_register_is_found(change: dict[str, object]) -> None:
    """The approval that brought it is named."""
    some_records()
    lift_guards(LandEvent._meta.db_table)
    LandEvent.objects.filter(record__ref="H1", approval__seq=1).update(**change)
    assert broken() == ["approval:1"]


def test_items_and_classes_changed_behind_the_register_are_found() -> None:
    """They are rows of their own, and part of what was approved."""
    some_records()
    for model in (ItemsFound, EventFamily):
        lift_guards(model._meta.db_table)
    ItemsFound.objects.update(count=4)
    assert broken() == ["approval:1"]
    EventFamily.objects.filter(event__approval__seq=2).update(hazard_class=None)
    assert broken() == ["approval:1", "approval:2"]


def test_an_edition_changed_behind_the_register_is_found() -> None:
    """Or one that is gone."""
    some_records()
    lift_guards(Edition._meta.db_table)
    Edition.objects.update(policies={"release_day": "handover"})
    assert broken() == ["edition:Official 2017"]
    Edition.objects.update(name="Official 2018")
    assert broken() == ["edition:Official 2017"]


def test_an_event_without_lines_is_passed_over() -> None:
    """It says that it can't be told, not that it is wrong."""
    some_records()
    withdrawn = AuditEvent.objects.get(kind="record.withdrawn")
    assert RECOMPUTE["import.approved"](withdrawn) is None
