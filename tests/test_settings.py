"""Settings: where they come from, and which one wins."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clearground.settings import database


def read(folder: Path, *names: str, **environment: str) -> dict[str, Any]:
    """The named settings, as a process that starts in `folder` sees them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CLEARGROUND_", "DATABASE_URL"))}
    code = (
        f"import json; from clearground import settings as s; print(json.dumps([str(getattr(s, n)) for n in {names}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=kept | environment, capture_output=True, text=True, check=True
    )
    return dict(zip(names, json.loads(done.stdout), strict=True))


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """And the file over the default."""
    (tmp_path / "clearground.toml").write_text('time_zone = "Asia/Phnom_Penh"\nallowed_hosts = "register.example"\n')
    said = read(tmp_path, "TIME_ZONE", "ALLOWED_HOSTS", CLEARGROUND_TIME_ZONE="Europe/Sarajevo")
    assert said == {"TIME_ZONE": "Europe/Sarajevo", "ALLOWED_HOSTS": "['register.example']"}


def test_another_file_can_be_named(tmp_path: Path) -> None:
    """One machine, several registers."""
    (tmp_path / "second.toml").write_text(f'data_dir = "{tmp_path}/second"\n')
    said = read(tmp_path, "DATA_DIR", CLEARGROUND_CONFIG=str(tmp_path / "second.toml"))
    assert said["DATA_DIR"] == str((tmp_path / "second").resolve())


def test_the_secret_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    """Sessions outlive a restart, and nobody else can forge them."""
    first, second = read(tmp_path, "SECRET_KEY"), read(tmp_path, "SECRET_KEY")
    assert first == second
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o077 == 0


def test_without_a_url_the_register_is_a_file(tmp_path: Path) -> None:
    """In the data directory."""
    assert database("", tmp_path)["NAME"] == str(tmp_path / "clearground.sqlite3")
    assert database("sqlite:////somewhere/x.sqlite3", tmp_path)["NAME"] == "/somewhere/x.sqlite3"


def test_a_postgresql_url_may_name_a_host_or_a_socket(tmp_path: Path) -> None:
    """Escaped characters in a password are characters of the password."""
    server = database("postgresql://ana:p%40ss@db.example:5433/register", tmp_path)
    socket = database("postgres://ana@%2Frun%2Fpostgresql/register", tmp_path)
    assert [server[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "ana", "p@ss", "db.example", "5433", "register",
    ]  # fmt: skip
    assert (socket["HOST"], socket["PORT"]) == ("/run/postgresql", "")


def test_another_kind_of_database_is_refused_with_what_to_do(tmp_path: Path) -> None:
    """Not a stack trace from somewhere within."""
    with pytest.raises(SystemExit, match="use sqlite:///PATH or postgresql://"):
        database("mysql://x/y", tmp_path)
