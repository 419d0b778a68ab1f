"""Starting: the database is made ready or refused, and the pages answer where the terminal says."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command

from clearground.accounts.actions import accept_invitation, add_person, grant_role
from clearground.cli import serve
from clearground.common.errors import Refused
from clearground.land.models import Edition
from clearground.land.selectors import ledger, read_ahead
from clearground.places.models import Place
from clearground.places.names import name_key
from tests.backup.factories import a_register
from tests.conftest import LOOPBACK
from tests.web.records import demo


def environment(folder: Path) -> dict[str, str]:
    """Of a person with a register of their own in `folder`, on SQLite."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {"CLEARGROUND_DATA_DIR": str(folder), "PYTHONUNBUFFERED": "1"}


def clearground(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command, run to its end."""
    command = [sys.executable, "-m", "clearground", *words]
    return subprocess.run(
        command, env=environment(folder), capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address that `clearground serve` names, while it serves."""
    command = [sys.executable, "-m", "clearground", "serve", "--port", "0", "--workers", "1"]
    with subprocess.Popen(command, env=environment(folder), stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            said = server.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", said)
            assert found, said
            yield found[0]
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=20)


@pytest.mark.slow
@pytest.mark.allow_hosts(LOOPBACK)
def test_the_pages_answer_at_the_address_that_the_terminal_shows(tmp_path: Path) -> None:
    """On this machine only, from an empty folder on."""
    made = clearground(tmp_path, "init", "--country", "KHM", "--person", "sokha", "--name", "Sok Sokha")
    assert made.returncode == 0, made.stderr
    with serving(tmp_path) as address, urllib.request.urlopen(address, timeout=30) as page:
        assert page.status == 200
        assert b"<html" in page.read()


def test_a_database_without_a_country_says_how_to_get_one(tmp_path: Path) -> None:
    """The two ways, each as a command to copy."""
    refused = clearground(tmp_path, "serve", "--port", "0")
    assert refused.returncode == 1
    assert "clearground init --country" in refused.stderr
    assert "clearground demo" in refused.stderr


@pytest.mark.django_db
def test_who_comes_first_gets_a_link_and_nobody_a_default_password() -> None:
    """As long as nobody can sign in; each start makes a new one, and the one before is void."""
    first = add_person(login="sokha", name="Sok Sokha")
    assert serve.link_of_the_first() == ""
    grant_role(person=first, role="administrator", by=first)
    earlier, link = serve.link_of_the_first(), serve.link_of_the_first()
    assert "Sok Sokha sets a password at ADDRESS/join/" in link
    token, void = (said.rstrip("/").rpartition("/")[2] for said in (link, earlier))
    with pytest.raises(Refused, match="not valid"):
        accept_invitation(token=void, password="a long enough sentence")
    assert accept_invitation(token=token, password="a long enough sentence") == first
    assert serve.link_of_the_first() == ""


@pytest.mark.django_db(transaction=True)
def test_a_register_that_is_ready_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A restart loads no demonstration into somebody's records."""
    a_register()
    monkeypatch.setattr(serve, "load_demonstration", lambda: pytest.fail("loaded into a register with records"))
    serve.prepare(demonstration=True)


@pytest.mark.django_db(transaction=True)
def test_an_empty_register_gets_the_demonstration_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """And only then."""
    loaded: list[bool] = []
    monkeypatch.setattr(serve, "load_demonstration", lambda: loaded.append(True))
    with pytest.raises(Refused, match="no country"):
        serve.prepare(demonstration=False)
    serve.prepare(demonstration=True)
    assert loaded == [True]


@pytest.mark.django_db(transaction=True)
def test_tables_of_an_earlier_version_are_not_changed_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Upgrading is a decision: a backup comes first."""
    monkeypatch.setattr(serve, "missing_migrations", lambda: 1)
    monkeypatch.setattr(serve, "call_command", lambda *_, **__: pytest.fail("migrated unasked"))
    with pytest.raises(Refused, match="earlier version"):
        serve.prepare(demonstration=False)


@pytest.mark.django_db
def test_migrate_says_how_many_steps_it_took(capsys: pytest.CaptureFixture[str]) -> None:
    """None, on a database that is up to date."""
    call_command("migrate", verbosity=0)
    serve.migrate()
    assert "0 steps" in capsys.readouterr().out


@pytest.mark.slow
def test_the_demonstration_starts_from_an_empty_folder(tmp_path: Path) -> None:
    """The first command that a newcomer types makes the tables that it needs."""
    loaded = clearground(tmp_path, "demo", "--hazards", "60")
    assert loaded.returncode == 0, loaded.stderr
    assert "invented country" in loaded.stdout


@pytest.mark.allow_hosts(LOOPBACK)
@pytest.mark.enable_socket
def test_a_taken_port_is_refused_with_another_one(tmp_path: Path) -> None:
    """Before the database is touched; the server's own complaint takes five lines and no remedy."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = clearground(tmp_path, "serve", "--port", str(port))
    assert done.returncode == 1
    assert f"127.0.0.1:{port} can't be listened on" in done.stderr
    assert "--port" in done.stderr


@pytest.mark.django_db
def test_a_process_has_read_what_pages_begin_with_before_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The books of today and of the signed editions, the list of records, and the keys of the names of places."""
    for name in ("freeze", "collect"):
        monkeypatch.setattr(f"clearground.cli.serve.gc.{name}", lambda: None)
    monkeypatch.setattr(serve.connections, "close_all", lambda: None)
    demo.load()
    name_key.cache_clear()
    serve.make_ready(None)
    books = ledger().books
    assert {*Edition.objects.values_list("seq", flat=True), ledger().seq} <= set(books)
    assert all({"calendar", "columns"} <= set(vars(book)) for book in books.values())
    assert name_key.cache_info().currsize >= Place.objects.count()


@pytest.mark.django_db
def test_a_process_begins_on_an_empty_register() -> None:
    """Nothing to read is nothing to stumble over."""
    read_ahead()
