"""What every answer carries, and what no page does: the table of docs/security-checks.md."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from clearground.accounts.actions import invite
from clearground.audit.models import AuditEvent
from clearground.web.middleware import HEADERS
from tests.web import books

pytestmark = pytest.mark.django_db
CHECKS = Path(__file__).resolve().parents[2] / "docs" / "security-checks.md"


@pytest.fixture
def somebody(client, monkeypatch):
    """A data officer, signed in."""
    books.a_register(published="nothing")
    books.an_approval()
    books.keep_books(monkeypatch)
    person = books.somebody("data_officer", login="dara")
    client.force_login(person)
    return person


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/sheet/", 200),
        ("/people/", 403),
        ("/nowhere/", 404),
        ("/sheet/?as-of=x", 400),
        ("/audit/verify/", 405),
        ("/audit/", 200),
    ],
)
def test_every_answer_carries_the_headers(address, status, client, somebody):
    """Refusals and errors too; no page can be framed, none says what it runs on."""
    answer = client.get(address)
    assert answer.status_code == status
    for name, value in HEADERS.items():
        assert answer[name] == value, name
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Server" not in answer


def test_a_form_from_elsewhere_is_not_taken(somebody):
    """Without the token of the page, signed in or not; the page that says so has the headers as well."""
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(somebody)
    for address in ("/place/01/", "/account/login/", "/audit/verify/", "/language/"):
        answer = strict.post(address, {"name": "x", "reason": "x"})
        assert answer.status_code == 403, address
        assert "The form was not taken" in answer.content.decode()
        assert answer["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    "address", ["/place/01/", "/audit/verify/", "/person/dara/leave/", "/step-in/dara/", "/account/logout/"]
)
def test_reading_a_page_changes_nothing(address, client, somebody):
    """Links and prefetching browsers only read."""
    client.get(address)
    assert not AuditEvent.objects.exists()
    assert client.get("/sheet/").status_code == 200


@pytest.mark.parametrize("hosts", ["127.0.0.1", "register.example"])
def test_cookies_of_a_register_that_others_reach_need_tls(hosts, tmp_path):
    """And no other host of the domain can set them; on its own machine it works without."""
    told = """
import os; os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clearground.settings")
from django.conf import settings as s
print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)
print(s.SESSION_COOKIE_NAME.startswith("__Host-"), s.SECURE_HSTS_SECONDS > 0)
"""
    env = {"CLEARGROUND_DATA_DIR": str(tmp_path), "CLEARGROUND_ALLOWED_HOSTS": hosts, "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", told], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(hosts != "127.0.0.1")] * 4


def test_pages_with_secrets_are_not_kept_by_the_browser(client, somebody):
    """Links to join, the secret of a phone, recovery codes: whoever presses "back" sees nothing."""
    token = invite(person=somebody, by=somebody)
    sokha = books.somebody("administrator", login="sokha")
    client.force_login(sokha)
    for address in ("/people/add/", f"/join/{token}/", "/account/login/", "/account/code/activate/", "/account/code/"):
        assert "no-store" in client.get(address).headers.get("Cache-Control", ""), address


def test_text_in_pages_is_escaped(client, somebody):
    """A reason is what somebody typed."""
    from clearground.audit.actions import Kind, record

    record(
        Kind.DOCUMENT_ADDED,
        subject="document:<b>",
        by=somebody,
        reason="<script>alert(1)</script>",
        detail={"<i>": "<u>"},
    )
    page = client.get("/audit/").content.decode()
    assert not re.search(r"<script>alert|<u>|<i>|document:<b>", page)
    assert "&lt;script&gt;alert(1)" in page


def test_an_error_of_the_server_tells_nothing(somebody, monkeypatch):
    """No trace, no path, no setting."""
    from clearground.web.administration.views import audit

    monkeypatch.setattr(audit.events, "page_of", lambda *_: 1 / 0)
    broken = Client(raise_request_exception=False)
    broken.force_login(somebody)
    answer = broken.get("/audit/")
    assert answer.status_code == 500
    assert not re.search(r"Traceback|ZeroDivision|/clearground/|SECRET", answer.content.decode())
    assert answer["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
    assert settings.DEBUG is False


def test_the_checks_name_tests_that_there_are():
    """A proof that was renamed is no proof."""
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", CHECKS.read_text("utf-8"))
    root = CHECKS.parents[1]
    gone = [f"{path}::{test}" for path, test in named if f"def {test}(" not in (root / path).read_text("utf-8")]
    assert len(named) > 20
    assert gone == []
