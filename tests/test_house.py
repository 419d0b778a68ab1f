"""The house itself: what is tracked, and that tests cannot harm the data of whoever runs them."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import Error, connection

from clearground.accounts.models import Person
from clearground.audit.models import AuditEvent
from tests.environment import DIRECTORY


def _an_event() -> AuditEvent:
    person = Person.objects.create(login="keeper", name="Keeper")
    return AuditEvent.objects.create(
        number=1, at="2020-01-01T00:00:00Z", kind="test", subject="x", by=person, previous_hash="", hash="a"
    )


def test_tests_keep_their_data_in_a_folder_of_their_own() -> None:
    """Whoever runs the tests keeps their own register untouched."""
    assert Path(settings.DATA_DIR) == DIRECTORY.resolve()
    assert "clearground-tests-" in settings.DATA_DIR.name


def test_the_network_is_blocked() -> None:
    """A test that reaches out fails instead of depending on somebody else's machine."""
    with pytest.warns(UserWarning, match="socket"), pytest.raises(RuntimeError):
        socket.socket(socket.AF_INET)


@pytest.mark.django_db(transaction=True)
def test_a_flush_empties_guarded_tables_and_leaves_the_guards() -> None:
    """Tests with real commits start from empty tables, and what they then write is still append-only."""
    _an_event()
    call_command("flush", interactive=False, verbosity=0)
    assert AuditEvent.objects.count() == 0
    _an_event()
    with pytest.raises(Error, match="append-only"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditevent")
