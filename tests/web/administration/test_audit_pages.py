"""The audit on screen: who changed this, why, in words; and whether the chain holds."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clearground.audit.actions import Kind, record
from clearground.audit.models import AuditEvent
from clearground.land.models import Edition
from clearground.web.administration import events, tasks
from tests.audit.factories import lift_guards, tamper
from tests.web import books

pytestmark = pytest.mark.django_db


@pytest.fixture
def dara(client):
    """Somebody who may read the audit and keep lists, signed in."""
    books.a_register()
    books.an_approval()
    person = books.somebody("data_officer", login="dara")
    client.force_login(person)
    return person


def text(client, address: str = "/audit/", **asked: str) -> str:
    """The page, which was answered."""
    answer = client.get(address, asked)
    assert answer.status_code == 200, answer.content.decode()[-2000:]
    return answer.content.decode()


def test_an_event_is_told_in_words(client, dara):
    """What, about what, by whom, why, and what exactly: as a table, not as JSON."""
    detail = {"before": {"name": "A"}, "after": {"name": "B"}, "codes": ["1", "2"], "is_active": False, "rows": 12000}
    record(Kind.ORGANISATION_CHANGED, subject="organisation:CMAC", by=dara, reason="Renamed by decree", detail=detail)
    page = text(client)
    for words in (
        "organisation changed", "X</span>", "<q>Renamed by decree</q>", '<a href="/organisation/CMAC/">CMAC</a>',
        "before › name", "<td>12,000</td>", "<td>1, 2</td>", "<td>no</td>",
    ):  # fmt: skip
        assert words in page, words
    assert "{" not in page.partition('class="events"')[2].partition("</ol>")[0]


def test_a_subject_opens_only_where_the_reader_may(client, dara):
    """People belong to administrators, an edition is found by its name."""
    books.an_edition("Official 2017")
    for subject in ("person:dara", "edition:Official 2017", "record:H/1", "country:XKV", "edition:Gone"):
        record(Kind.DOCUMENT_ADDED, subject=subject, by=dara)
    page = text(client)
    assert "/person/dara/" not in page
    assert f'href="{reverse("web:record", args=["H/1"])}"' in page
    assert "/publication/" not in page
    assert f'href="{reverse("web:edition", args=[Edition.objects.get().pk])}"' in page
    assert page.count("Official 2017</a>") == 1
    assert "<b>Gone</b>" in page


def test_a_question_is_narrowed_by_each_field(client, dara):
    """Subject, kind, person, days."""
    other = books.somebody("approver", login="vanna")
    record(Kind.DOCUMENT_ADDED, subject="document:D1", by=dara, reason="first reason")
    record(Kind.RECORD_CORRECTED, subject="record:KV-1", by=other, reason="second reason")
    for asked, is_first in (
        ({"about": "D1"}, True), ({"about": "record:KV-1"}, False), ({"kind": "document.added"}, True),
        ({"by": "vanna"}, False),
    ):  # fmt: skip
        page = text(client, **asked)
        assert ("first reason" in page, "second reason" in page) == (is_first, not is_first), asked
    today, tomorrow = timezone.localdate(), timezone.localdate() + timedelta(days=1)
    assert "first reason" in text(client, since=str(today), until=str(today))
    assert "Nothing of that was ever done." in text(client, since=str(tomorrow))
    assert "Nothing of that was ever done." in text(client, about="nobody:at all")


@pytest.mark.parametrize(
    "asked", [{"since": "x"}, {"kind": "nonsense"}, {"by": "nobody"}, {"until": "9999-12-31"}, {"since": "0001-01-01"}]
)
def test_nonsense_is_answered_with_what_is_wrong(asked, client, dara):
    """Not with an error of the server, nor with everything as a file."""
    answer = client.get("/audit/", asked)
    assert answer.status_code == 400
    assert 'class="error"' in answer.content.decode()
    assert client.get("/audit/events.csv", asked).status_code == 302
    assert client.get("/audit/", {"before": "-1"}).status_code == 400


def test_older_pages_go_on_where_the_page_ends(client, dara):
    """And keep the question."""
    for at in range(60):
        record(Kind.DOCUMENT_ADDED, subject=f"document:D{at}", by=dara, reason=f"reason {at} end")
    page = text(client, kind="document.added")
    assert "reason 59 end" in page
    assert "reason 9 end" not in page
    link = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    older = text(client, f"/audit/{link}")
    assert "reason 9 end" in older
    assert "reason 10 end" not in older
    assert 'rel="next"' not in older


def test_what_begins_as_one_types_is_offered(client, dara):
    """Each subject once, as a link to its history."""
    for _ in range(3):
        record(Kind.RECORD_CORRECTED, subject="record:KV-<1>", by=dara)
    page = text(client, "/audit/subjects/", about="KV")
    assert page.count("<li>") == 1
    assert "KV-&lt;1&gt;" in page
    assert text(client, "/audit/subjects/", about="").strip() == ""


def test_the_file_holds_what_was_asked_and_no_formula(client, dara):
    """With tags for analysts, and whether the country is invented."""
    record(Kind.DOCUMENT_ADDED, subject="document:D1", by=dara, reason="=cmd|' /C calc'!A0", detail={"rows": 3})
    record(Kind.RECORD_CORRECTED, subject="record:R", by=dara)
    answer = client.get("/audit/events.csv", {"kind": "document.added"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert rows[0] == list(events.COLUMNS)
    assert rows[1] == list(events.HXL)
    assert len(rows) == 3
    said = dict(zip(rows[0], rows[2], strict=True))
    assert said["reason"].startswith("'=cmd")
    assert (said["synthetic"], said["detail"], said["by"]) == ("true", "rows: 3", "dara")


def test_no_query_grows_with_events(client, dara, django_assert_max_num_queries):
    """Fifty of them, of every kind of subject."""
    for at in range(60):
        record(
            Kind.DOCUMENT_ADDED,
            subject=f"{list(events.SUBJECTS)[at % 19]}:{at}",
            by=books.somebody("viewer", login=f"p{at}"),
        )
    with django_assert_max_num_queries(12):
        text(client)


def test_the_chain_is_verified_in_the_background_and_says_so(client, dara):
    """Asked for once; read; told. A chain that was tampered with is told too."""
    record(Kind.DOCUMENT_ADDED, subject="document:D1", by=dara, reason="true")
    assert "has not been verified" in text(client)
    for _ in range(2):
        assert client.post("/audit/verify/").status_code == 302
    from django_tasks_db.models import DBTaskResult

    assert DBTaskResult.objects.count() == 1
    assert "It is being read now." in text(client)
    DBTaskResult.objects.all().delete()
    assert tasks.verify.call("dara") == 0
    assert "The chain is whole." in text(client)
    lift_guards()
    tamper(1, reason="false")
    assert tasks.verify.call("dara") == 1
    assert "The chain does not hold." in text(client)


def test_one_event_shows_its_seal_and_its_neighbours(client, dara):
    """And links to the history of its subject; a number that there is not is not found."""
    for at in range(3):
        record(Kind.DOCUMENT_ADDED, subject=f"document:D{at}", by=dara)
    event = AuditEvent.objects.get(number=2)
    page = text(client, "/audit/2/")
    for words in (event.hash, event.previous_hash, "document:D0", "document:D2", "?about=document%3AD1"):
        assert words in page, words
    assert client.get("/audit/999/").status_code == 404


def test_a_kind_of_a_later_version_is_shown_as_it_stands(dara):
    """An event that this version doesn't know is no fault."""
    assert events.kind_words("future.kind") == "future.kind"
    assert events.named("thing:X").what == "thing"
