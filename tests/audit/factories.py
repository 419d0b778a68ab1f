"""Makes chains of events, and breaks them past the triggers, for tests."""

from __future__ import annotations

from django.db import connection

from clearground.accounts.models import Person
from clearground.audit.actions import Kind, record
from clearground.audit.chain import SEALED, seal
from clearground.audit.models import AuditEvent
from tests.accounts.factories import a_person


def a_chain(length: int = 8) -> Person:
    """So many events, the first of which adds the person who wrote them."""
    person = a_person("writer")
    for number in range(2, length + 1):
        detail = {"n": number, "share": number / 7, "name": "ភ្នំ", "parts": [1.0, None, True]}
        record(Kind.DOCUMENT_ADDED, subject=f"document:{number}", by=person, reason="Test", detail=detail)
    return person


def lift_guards() -> None:
    """The table takes updates and deletions until the test's transaction ends."""
    connection.check_constraints()
    table = AuditEvent._meta.db_table
    on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for what in ("update", "delete"):
            cursor.execute(f'DROP TRIGGER "{table}_no_{what}"{on}')


def tamper(number: int, /, **values: object) -> None:
    """One event has other values, as if by raw SQL."""
    assert AuditEvent.objects.filter(number=number).update(**values) == 1


def reseal(number: int) -> None:
    """One event fits its own seal again, as a careful forger would see to."""
    values = AuditEvent.objects.filter(number=number).values_list(*SEALED).get()
    tamper(number, hash=seal(values))


def remove(number: int) -> None:
    """One event is gone."""
    assert AuditEvent.objects.filter(number=number).delete()[0] == 1
