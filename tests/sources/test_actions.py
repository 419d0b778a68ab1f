"""Documents: one for one file, however often it comes."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from clearground.audit.models import AuditEvent
from clearground.common.errors import Refused
from clearground.sources.actions import add_document
from clearground.sources.models import Document
from tests.accounts.factories import a_person

pytestmark = pytest.mark.django_db


def documents_added() -> int:
    """How many events there are about documents."""
    return AuditEvent.objects.filter(kind="document.added").count()


def test_a_document_is_added_with_its_event() -> None:
    """Its event says what came, by whom."""
    sokha = a_person("sokha")
    document = add_document(
        ref="REP-1", title="Report", by=sokha, filename="r.pdf", sha256="ab", size_bytes=3, dated=date(2018, 5, 22)
    )
    event = AuditEvent.objects.get(subject="document:REP-1")
    assert (event.by, event.detail["dated"], event.detail["sha256"]) == (sokha, "2018-05-22", "ab")
    assert (document.filename, document.size_bytes) == ("r.pdf", 3)


def test_the_same_file_twice_is_one_document() -> None:
    """Nothing is written the second time."""
    sokha = a_person()
    first = add_document(ref="REP-1", title="Report", by=sokha, sha256="ab")
    assert add_document(ref=" REP-1 ", title="Other title", by=sokha, sha256="ab") == first
    assert Document.objects.get().title == "Report"
    assert documents_added() == 1


def test_a_reference_never_comes_to_mean_another_file() -> None:
    """What cites it must keep citing the same."""
    sokha = a_person()
    add_document(ref="REP-1", title="Report", by=sokha, sha256="ab")
    with pytest.raises(Refused, match="another file"):
        add_document(ref="REP-1", title="Report", by=sokha, sha256="cd")
    assert Document.objects.get().sha256 == "ab"


def test_one_file_may_have_two_references() -> None:
    """Two offices may send the same file under their own numbers."""
    sokha = a_person()
    add_document(ref="A", title="Report", by=sokha, sha256="ab")
    add_document(ref="B", title="Report", by=sokha, sha256="ab")
    assert documents_added() == 2


def test_a_rolled_back_document_leaves_no_event() -> None:
    """The event stands or falls with its write."""
    sokha = a_person()
    with transaction.atomic():
        add_document(ref="REP-1", title="Report", by=sokha)
        transaction.set_rollback(True)
    assert documents_added() == Document.objects.count() == 0
