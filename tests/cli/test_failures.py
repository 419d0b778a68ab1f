"""A disk or a database that can't be used is told in two lines, and nothing else is taken for one."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import OperationalError, ProgrammingError

from clearground.cli.failures import refusal_of
from clearground.common.errors import Exit, Refused
from tests.cli.test_serve import clearground


@pytest.mark.parametrize(
    "said",
    [
        "unable to open database file",
        "file is not a database",
        "attempt to write a readonly database",
        "database or disk is full",
        'connection failed: connection to server at "127.0.0.1", port 1 failed: Connection refused',
        'connection failed: FATAL:  database "register" does not exist',
        'connection failed: FATAL:  password authentication failed for user "sokha"',
    ],
)
def test_a_database_that_cannot_be_used_is_named_with_its_settings(said: str) -> None:
    """What the database said comes through, with where to look."""
    refusal = refusal_of(OperationalError(said))
    assert refusal is not None
    assert said in refusal.what
    assert "DATABASE_URL" in refusal.remedy


@pytest.mark.parametrize("said", ["no such table: land_approval", 'relation "land_approval" does not exist'])
def test_a_database_without_tables_is_said_to_be_empty(said: str) -> None:
    """On both databases."""
    refusal = refusal_of(ProgrammingError(said))
    assert refusal is not None
    assert refusal.what == "This database is empty."


def test_a_writer_that_waited_in_vain_is_told_to_try_again() -> None:
    """Nothing was stored, so it costs nothing."""
    refusal = refusal_of(OperationalError("database is locked"))
    assert refusal is not None
    assert "again" in refusal.remedy


@pytest.mark.parametrize(
    "mistake", [ProgrammingError("syntax error at SELECT"), OSError("no file named"), ValueError("x")]
)
def test_a_mistake_of_ours_is_not_dressed_up(mistake: Exception) -> None:
    """A stack trace is what its finder needs."""
    assert refusal_of(mistake) is None


def test_a_refusal_stays_what_it_is() -> None:
    """With its own code."""
    refused = Refused("No.", "Yes.", Exit.USAGE)
    assert refusal_of(refused) is refused


def test_a_folder_that_is_none_is_refused_in_two_lines(tmp_path: Path) -> None:
    """From the settings on, before any command."""
    file = tmp_path / "file"
    file.touch()
    done = clearground(file / "register", "imports")
    assert done.returncode == Exit.REFUSED
    assert done.stderr.splitlines()[0] == f"Not done: {file / 'register'}: not a directory."
    assert len(done.stderr.splitlines()) == 2


def test_a_setting_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No stack trace of a library."""
    monkeypatch.setenv("CLEARGROUND_TIME_ZONE", "Mars/Olympus")
    done = clearground(tmp_path, "imports")
    assert done.returncode == Exit.REFUSED
    assert "Mars/Olympus" in done.stderr
    assert "Traceback" not in done.stderr
