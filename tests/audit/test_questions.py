"""What an auditor asks of the chain: answered exactly, page by page, and from the index."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from clearground.audit.actions import Kind, note_verification, record
from clearground.audit.models import AuditEvent
from clearground.audit.selectors import Asked, answer, last_verification, subjects_like, verify_chain
from tests.accounts.factories import a_person
from tests.audit.factories import a_chain, lift_guards, tamper

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def told():
    """Two people, three subjects, a hundred days; two events of one instant."""
    writer = a_chain(1)
    other = a_person("other", by=writer)
    for at in range(3, 41):
        subject = ("record:KV-1", "record:KV-12", "import:7")[at % 3]
        kind = (Kind.RECORD_CORRECTED, Kind.FINDING_RULED)[at % 2]
        record(kind, subject=subject, by=(writer, other)[at % 4 == 0], reason=f"r{at}")
    lift_guards()
    start = timezone.now() - 100 * DAY
    for number in range(1, 41):
        tamper(number, at=start + (number - number % 2) * DAY)
    return start


def numbers(**asked: object) -> list[int]:
    """The numbers of the events that fit."""
    return [event.number for event in answer(Asked(**asked))]  # type: ignore[arg-type]


def test_newest_first_and_each_part_of_a_question_narrows(told):
    """Held against plain Python over all events."""
    everything = sorted(AuditEvent.objects.select_related("by"), key=lambda e: (e.at, e.number), reverse=True)
    assert numbers() == [event.number for event in everything]
    since, until = told + 9 * DAY, told + 20 * DAY
    expected = [
        e.number
        for e in everything
        if e.subject == "record:KV-1"
        and e.kind == Kind.FINDING_RULED
        and e.by.login == "writer"
        and since <= e.at <= until
    ]
    asked = {"subjects": ("record:KV-1",), "kind": "finding.ruled", "login": "writer", "since": since, "until": until}
    assert numbers(**asked) == expected != []
    assert numbers(login="nobody") == []


def test_pages_follow_one_another_without_gap_or_double(told):
    """Also where two events are of one instant."""
    pages, before = [], 0
    while page := [event.number for event in answer(Asked(before=before))[:7]]:
        pages += page
        before = page[-1]
    assert pages == numbers()
    assert numbers(before=99_999) == []


def test_a_few_letters_find_subjects_of_every_kind(told):
    """In order, each once, however many events each has."""
    assert subjects_like("KV") == ["record:KV-1", "record:KV-12"]
    assert subjects_like("record:KV-12") == ["record:KV-12"]
    assert subjects_like("7") == ["import:7"]
    assert subjects_like("o") == ["person:other"]
    assert subjects_like(" ") == []
    assert subjects_like("KV", most=1) == ["record:KV-1"]
    assert subjects_like("%") == []


QUESTIONS = {
    "audit_of_subject": {"subjects": ("record:KV-1",)},
    "audit_of_kind": {"kind": "finding.ruled"},
    "audit_of_person": {"login": "writer"},
    "audit_of_person_and_kind": {"login": "writer", "kind": "finding.ruled"},
    "audit_of_days": {},
}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads so small a table whole")
@pytest.mark.parametrize("index", list(QUESTIONS))
def test_each_question_is_answered_from_its_index(index, told):
    """In order of the index: nothing is sorted, and no more is read than is shown."""
    for more in ({}, {"since": told, "until": told + 90 * DAY}, {"before": 20}):
        plan = answer(Asked(**QUESTIONS[index], **more)).explain()  # type: ignore[arg-type]
        assert index in plan, (more, plan)
        assert "TEMP B-TREE" not in plan, (more, plan)


def test_a_reading_of_the_chain_stands_in_the_chain():
    """With what it found and the head that it read."""
    writer = a_chain(5)
    assert last_verification() is None
    check = verify_chain()
    note_verification(check=check, by=writer)
    noted = last_verification()
    assert noted.detail == {"events": 5, "head": check.head, "rows_checked": 0, "findings": 0}
    assert verify_chain().is_whole
