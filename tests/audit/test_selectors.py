"""What verification finds, and what it can't."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from clearground.audit.actions import Kind, record
from clearground.audit.chain import GENESIS, SEALED, seal
from clearground.audit.findings import MESSAGES, sentence
from clearground.audit.models import AuditEvent
from clearground.audit.selectors import MOST_FINDINGS, ChainCheck, events, head, verify_chain
from clearground.common.errors import Refused
from tests.accounts.factories import a_person

from .factories import a_chain, lift_guards, remove, reseal, tamper

pytestmark = pytest.mark.django_db


def found(**options: object) -> list[tuple[str, str]]:
    """Codes and numbers of what verification finds."""
    return [(finding.code, finding.ref) for finding in verify_chain(**options).findings]  # type: ignore[arg-type]


def test_an_untouched_chain_is_whole() -> None:
    """Read back from the database, every event fits its seal."""
    a_chain(8)
    check = verify_chain()
    assert check.is_whole
    assert (check.events, check.head_number, check.head) == (8, 8, head())


def test_an_empty_chain_is_whole() -> None:
    """There is nothing to break."""
    assert verify_chain().is_whole
    assert head() == f"0:{GENESIS}"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", datetime(2001, 1, 1, tzinfo=UTC)),
        ("kind", "person.added"),
        ("subject", "document:other"),
        ("reason", "Another reason"),
        ("detail", {"n": 5}),
        ("rows_digest", "0" * 64),
        ("by", None),
    ],
)
def test_an_edit_of_any_column_is_found_where_it_is(column: str, value: object) -> None:
    """One column of one event, and no other event is blamed."""
    a_chain(8)
    value = a_person("other") if column == "by" else value
    lift_guards()
    tamper(5, **{column: value})
    assert found() == [("AUDIT-003", "5")]


def test_an_edit_that_is_sealed_again_breaks_the_link_after_it() -> None:
    """The next event still carries the seal of what was there."""
    a_chain(8)
    lift_guards()
    tamper(5, reason="Another reason")
    reseal(5)
    assert found() == [("AUDIT-002", "6")]


def test_a_changed_seal_is_found() -> None:
    """The event no longer fits it, nor does the next link."""
    a_chain(8)
    lift_guards()
    tamper(5, hash="f" * 64)
    assert found() == [("AUDIT-003", "5"), ("AUDIT-002", "6")]


@pytest.mark.parametrize("number", [1, 4, 7])
def test_a_deletion_is_found(number: int) -> None:
    """The number after the gap is named."""
    a_chain(8)
    lift_guards()
    remove(number)
    assert found() == [("AUDIT-001", str(number + 1))]


def test_a_deletion_that_is_renumbered_is_found() -> None:
    """Closing the gap means changing sealed numbers."""
    a_chain(8)
    lift_guards()
    remove(4)
    for number in range(5, 9):
        tamper(number, number=number - 1)
    assert {code for code, _number in found()} == {"AUDIT-002", "AUDIT-003"}


def test_two_swapped_events_are_found() -> None:
    """Each stands under the other's number."""
    a_chain(8)
    lift_guards()
    for old, new in ((4, 100), (5, 4), (100, 5)):
        tamper(old, number=new)
    assert {("AUDIT-003", "4"), ("AUDIT-003", "5")} <= set(found())


def test_an_insertion_in_the_middle_is_found() -> None:
    """A well-sealed event between two others makes the later one's link wrong."""
    person = a_chain(8)
    lift_guards()
    for number in range(8, 4, -1):
        tamper(number, number=number + 1)
    before = AuditEvent.objects.get(number=4).hash
    values = (5, datetime.now(UTC), "document.added", "document:forged", person.pk, "", {}, "", before)
    AuditEvent.objects.create(**dict(zip(SEALED, values, strict=True)), hash=seal(values))
    assert ("AUDIT-002", "6") in found()
    assert ("AUDIT-003", "6") in found()


def test_a_tail_that_was_cut_off_is_seen_only_with_a_seal_kept_elsewhere() -> None:
    """From inside, a shorter chain is a whole chain: that is why heads are kept in backups and editions."""
    a_chain(8)
    kept = head()
    lift_guards()
    remove(8)
    remove(7)
    assert found() == []
    assert found(expected_head=kept) == [("AUDIT-006", "8")]


def test_a_chain_sealed_anew_is_seen_only_with_a_seal_kept_elsewhere() -> None:
    """Whoever can write to the database and knows the form can forge from one event to the end."""
    a_chain(8)
    kept = head()
    lift_guards()
    tamper(5, reason="Forged")
    reseal(5)
    for number in (6, 7, 8):
        tamper(number, previous_hash=AuditEvent.objects.get(number=number - 1).hash)
        reseal(number)
    assert found() == []
    assert found(expected_head=kept) == [("AUDIT-005", "8")]


def test_a_seal_kept_elsewhere_fits_a_chain_that_grew() -> None:
    """An old head stays good as long as what it sealed does."""
    person = a_chain(8)
    kept = head()
    record(Kind.DOCUMENT_ADDED, subject="later", by=person)
    assert found(expected_head=kept) == []


@pytest.mark.parametrize("text", ["x", "5", "5:abc", ":" + "a" * 64])
def test_a_seal_that_is_none_is_refused(text: str) -> None:
    """A slip of copying must not read as a forgery, nor as a whole chain."""
    with pytest.raises(Refused, match="no seal"):
        verify_chain(expected_head=text)


def test_several_breaks_are_all_found() -> None:
    """Verification doesn't stop at the first."""
    a_chain(8)
    lift_guards()
    tamper(3, reason="x")
    tamper(7, subject="x")
    assert found() == [("AUDIT-003", "3"), ("AUDIT-003", "7")]


def test_rows_are_held_against_their_digest() -> None:
    """The rows of an event can be digested again by whoever wrote them; None says that they can't."""
    person = a_chain(2)
    record(Kind.PLACES_IMPORTED, subject="a", by=person, rows_digest="aa")
    record(Kind.PLACES_IMPORTED, subject="b", by=person, rows_digest="bb")
    record(Kind.PLACES_IMPORTED, subject="none", by=person)
    now = {"a": "aa", "b": "cc"}
    check = verify_chain(recompute={Kind.PLACES_IMPORTED: lambda event: now[event.subject]})
    assert (check.rows_checked, [f.code for f in check.findings]) == (2, ["AUDIT-004"])
    assert verify_chain(recompute={Kind.PLACES_IMPORTED: lambda event: None}).rows_checked == 0


def test_findings_are_bounded() -> None:
    """A chain broken everywhere doesn't fill memory."""
    check = ChainCheck()
    for number in range(MOST_FINDINGS + 5):
        check.add("AUDIT-003", number)
    assert len(check.findings) == MOST_FINDINGS


@pytest.mark.parametrize("code", list(MESSAGES))
def test_every_finding_has_words(code: str) -> None:
    """The words name the event."""
    check = ChainCheck()
    check.add(code, 7, expected=6, subject="person:sokha", last=5)
    assert "7" in sentence(check.findings[0])


def test_events_are_found_by_subject_kind_person_and_day() -> None:
    """Newest first."""
    writer = a_chain(4)
    other = a_person("other", by=writer)
    record(Kind.DOCUMENT_ADDED, subject="document:9", by=other)
    assert [event.number for event in events(subject="document:")] == [6, 4, 3, 2]
    assert [event.number for event in events(kind="person.added")] == [5, 1]
    assert [event.number for event in events(login="other")] == [6]
    assert not events(since=datetime.now(UTC) + timedelta(days=1)).exists()
