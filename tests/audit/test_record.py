"""Writing events: chained, complete, in the transaction of their write, whoever else writes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction

from clearground.accounts.models import Person
from clearground.audit.actions import Kind, record
from clearground.audit.chain import GENESIS
from clearground.audit.models import AuditEvent
from clearground.audit.selectors import verify_chain
from tests.accounts.factories import a_person

from .factories import a_chain


@pytest.mark.django_db
def test_events_are_numbered_and_linked() -> None:
    """Each event carries the seal of the one before it; the first one that of nothing."""
    a_chain(4)
    events = list(AuditEvent.objects.order_by("number"))
    assert [event.number for event in events] == [1, 2, 3, 4]
    assert [event.previous_hash for event in events] == [GENESIS, *(event.hash for event in events[:-1])]


@pytest.mark.django_db
def test_an_event_says_all_that_it_was_told() -> None:
    """Nothing of the call is lost."""
    person = a_person("sokha")
    event = record(
        Kind.PLACES_IMPORTED, subject="places:x", by=person, reason="Why", detail={"n": 1}, rows_digest="ab" * 32
    )
    event.refresh_from_db()
    assert (event.kind, event.subject, event.by, event.reason) == ("places.imported", "places:x", person, "Why")
    assert (event.detail, event.rows_digest) == ({"n": 1}, "ab" * 32)


@pytest.mark.django_db
@pytest.mark.parametrize("subject", ["", "x" * 201])
def test_a_subject_that_one_database_would_cut_is_refused_on_both(subject: str) -> None:
    """SQLite has no lengths; the seal must fit on PostgreSQL too."""
    person = a_person()
    with pytest.raises(ValidationError):
        record(Kind.DOCUMENT_ADDED, subject=subject, by=person)
    assert AuditEvent.objects.count() == 1


@pytest.mark.django_db
def test_a_kind_that_nobody_defined_is_refused() -> None:
    """The log can be searched by kind."""
    with pytest.raises(ValueError, match="is not a valid Kind"):
        record("sabotage", subject="x", by=a_person())  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_rolled_back_event_leaves_no_gap() -> None:
    """Numbers rise by one over what was committed."""
    person = a_chain(2)
    with transaction.atomic():
        record(Kind.DOCUMENT_ADDED, subject="x", by=person)
        transaction.set_rollback(True)
    assert record(Kind.DOCUMENT_ADDED, subject="y", by=person).number == 3
    assert verify_chain().is_whole


@pytest.mark.django_db
@pytest.mark.parametrize("sql", ["UPDATE audit_auditevent SET reason = 'x'", "DELETE FROM audit_auditevent"])
def test_the_database_itself_refuses_changes(sql: str) -> None:
    """Append-only is no convention, after all migrations."""
    a_chain(2)
    with pytest.raises(Error, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_make_one_chain() -> None:
    """Eight writers, some of whom give up, leave numbers without gap or fork."""
    person_id, threads, each = a_person("writer").pk, 8, 6
    start = threading.Barrier(threads)

    def write(writer: int) -> int:
        start.wait()
        done = sum(write_one(writer, number) for number in range(each))
        connection.close()
        return done

    def write_one(writer: int, number: int) -> bool:
        try:
            with transaction.atomic():
                record(Kind.DOCUMENT_ADDED, subject=f"{writer}:{number}", by=Person(pk=person_id))
                if (writer + number) % 3 == 0:
                    raise RuntimeError
        except RuntimeError:
            return False
        return True

    with ThreadPoolExecutor(threads) as pool:
        written = sum(pool.map(write, range(threads)))
    check = verify_chain()
    assert check.findings == []
    assert check.events == written + 1
    assert 0 < written < threads * each
