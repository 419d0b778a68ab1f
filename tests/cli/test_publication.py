"""Publication and verification on the command line: decided by somebody, with a reason."""

from __future__ import annotations

import pytest
import typer
from typer.testing import CliRunner

from clearground.audit.models import AuditEvent
from clearground.audit.selectors import last_verification
from clearground.cli import audit, publication
from clearground.common.errors import Refused
from clearground.places.models import Country
from tests.accounts.factories import a_person
from tests.places.factories import a_country

pytestmark = pytest.mark.django_db


def run(subject, *words: str):
    """What the command did."""
    app = typer.Typer()
    app.callback()(lambda: None)
    subject.register(app)
    return CliRunner().invoke(app, list(words))


def test_publication_is_decided_with_a_reason():
    """And is an event of the audit."""
    a_country()
    a_person("sokha")
    assert isinstance(run(publication, "publish", "land", "--by", "sokha").exception, Refused)
    assert Country.objects.get().published == "nothing"
    told = run(publication, "publish", "figures", "--by", "sokha", "--reason", "Decision 7")
    assert "publishes from now on: figures" in told.output
    assert Country.objects.get().published == "figures"
    event = AuditEvent.objects.latest("number")
    assert (event.kind, event.reason, event.by.login) == ("publication.decided", "Decision 7", "sokha")
    assert run(publication, "publish", "people", "--by", "sokha", "--reason", "x").exit_code == 2


def test_a_verification_is_noted_for_whom_it_was_read():
    """Only where it is said: a timer reads without a name."""
    a_person("sokha")
    assert run(audit, "audit", "verify").exit_code == 0
    assert last_verification() is None
    run(audit, "audit", "verify", "--by", "sokha")
    assert last_verification().by.login == "sokha"
