"""Backup and restore: all of it, or none of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.conf import settings
from django.core.management import call_command
from django.db import Error, connection

from clearground.accounts.models import Person
from clearground.audit.models import AuditEvent
from clearground.audit.selectors import head
from clearground.backup import actions
from clearground.backup.actions import restore_backup, write_backup
from clearground.backup.selectors import tally_of_database, verified
from clearground.common import backups
from clearground.common.errors import Exit, Refused
from clearground.common.snapshot import snapshot
from clearground.land.models import LandEvent
from clearground.places.models import Country
from tests.backup.factories import SQUARE, a_person, a_register

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "correct horse battery"


def written(folder: Path) -> Path:
    """A backup of the register as it is now."""
    path = folder / "register.backup"
    write_backup(path=path, passphrase=SECRET)
    return path


def emptied() -> None:
    """The database is as `migrate` leaves it."""
    call_command("flush", interactive=False, verbosity=0)


def test_what_was_backed_up_comes_back(tmp_path: Path) -> None:
    """Row for row, digest for digest, and the geometry bit for bit."""
    a_register()
    path, before = written(tmp_path), tally_of_database().digests
    emptied()
    assert tally_of_database().digests != before
    manifest = restore_backup(path=path, passphrase=SECRET)
    assert tally_of_database().digests == before == manifest.digests
    assert shapely.to_wkb(LandEvent.objects.get().shape) == shapely.to_wkb(SQUARE)
    assert Country.objects.get().policies["nested"] == [1, None, {"ខ": 2.5}]
    assert manifest.opening["audit_head"] == head()


def test_the_spatial_index_is_there_after_a_restore(tmp_path: Path) -> None:
    """A map of a restored register shows its hazards."""
    a_register()
    path = written(tmp_path)
    emptied()
    restore_backup(path=path, passphrase=SECRET)
    assert LandEvent.objects.filter(shape__box_overlaps=(20.11, 44.21, 20.12, 44.22)).count() == 1
    assert LandEvent.objects.filter(shape__box_overlaps=(21.0, 44.21, 21.1, 44.22)).count() == 0


def test_restored_tables_are_append_only_and_numbers_go_on(tmp_path: Path) -> None:
    """The guards of the database stand, and a new row meets no old number."""
    a_register()
    path = written(tmp_path)
    emptied()
    restore_backup(path=path, passphrase=SECRET)
    highest = Person.objects.latest("pk").pk
    assert a_person("new").pk > highest
    with pytest.raises(Error, match="append-only"), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {AuditEvent._meta.db_table}")


def test_others_write_while_a_backup_runs(tmp_path: Path) -> None:
    """The file holds the moment of its start; nobody waits for it."""
    a_register()
    before, added = tally_of_database().digests, []

    def write_something(rows: int) -> None:
        added.append(a_person(f"late{len(added)}"))

    path = tmp_path / "register.backup"
    manifest = write_backup(path=path, passphrase=SECRET, progress=write_something)
    assert len(added) > 5
    assert manifest.digests == before == verified(path, SECRET).digests
    assert Person.objects.count() == 1 + len(added)


def test_a_snapshot_sees_one_moment() -> None:
    """What is committed after its start is not in it."""
    a_person()
    with snapshot() as alias:
        a_person("later")
        assert Person.objects.using(alias).count() == 1
        assert Person.objects.count() == 2


def test_no_personal_word_can_be_read_in_the_file(tmp_path: Path) -> None:
    """Encrypted, readable by its owner only, and no half-written file stays."""
    a_register()
    path = written(tmp_path)
    assert b"Sokha" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [path]


def refused_and_empty(path: Path, secret: str = SECRET) -> Refused:
    """The refusal of a restore, after which the database holds nothing."""
    with pytest.raises(Refused) as refusal:
        restore_backup(path=path, passphrase=secret)
    assert not Person.objects.exists()
    assert not LandEvent.objects.exists()
    return refusal.value


def test_a_wrong_passphrase_restores_nothing(tmp_path: Path) -> None:
    """And says so."""
    a_register()
    path = written(tmp_path)
    emptied()
    assert "passphrase" in refused_and_empty(path, "another horse battery").what


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.9, 0.999])
def test_an_altered_file_restores_nothing(tmp_path: Path, share: float) -> None:
    """One bit, anywhere."""
    a_register()
    path = written(tmp_path)
    content = bytearray(path.read_bytes())
    content[int(share * len(content))] ^= 1
    path.write_bytes(content)
    emptied()
    refused_and_empty(path)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_cut_file_restores_nothing(tmp_path: Path, share: float) -> None:
    """A copy that broke off."""
    a_register()
    path = written(tmp_path)
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    emptied()
    refused_and_empty(path)


def test_a_restore_onto_rows_is_refused(tmp_path: Path) -> None:
    """A register is never mixed with another one."""
    a_register()
    path, before = written(tmp_path), tally_of_database().digests
    with pytest.raises(Refused, match="not empty"):
        restore_backup(path=path, passphrase=SECRET)
    assert tally_of_database().digests == before


def test_a_restore_that_breaks_off_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All rows were written, and then something failed: none of them stays."""
    a_register()
    path = written(tmp_path)
    emptied()

    def fail() -> None:
        assert LandEvent.objects.exists()
        raise OSError("the power went")

    monkeypatch.setattr(actions, "reset_sequences", fail)
    with pytest.raises(OSError, match="power"):
        restore_backup(path=path, passphrase=SECRET)
    assert not LandEvent.objects.exists()


def test_a_database_that_gives_back_other_rows_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are compared as they stand in the database, not as they were sent to it."""
    a_register()
    path = written(tmp_path)
    emptied()
    monkeypatch.setattr(actions, "reset_sequences", lambda: Person.objects.update(name="Somebody else"))
    assert refused_and_empty(path).code is Exit.UNBALANCED


def test_rows_of_other_tables_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version's backup names that version."""
    a_register()
    monkeypatch.setattr(actions, "applied_migrations", lambda: ["land.9999_future"])
    path = written(tmp_path)
    monkeypatch.undo()
    emptied()
    assert "whose tables are not those of" in refused_and_empty(path).what


def test_a_backup_replaces_no_file_and_no_short_secret_protects_it(tmp_path: Path) -> None:
    """Yesterday's backup is still there tomorrow."""
    path = written(tmp_path)
    with pytest.raises(Refused, match="exists"):
        write_backup(path=path, passphrase=SECRET)
    with pytest.raises(Refused, match="12 characters"):
        write_backup(path=tmp_path / "other", passphrase="short")


def clearground(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command, on an SQLite register of its own in `folder`."""
    kept: dict[str, Any] = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    own = {"CLEARGROUND_DATA_DIR": str(folder), "CLEARGROUND_BACKUP_PASSPHRASE": SECRET}
    command = [sys.executable, "-m", "clearground", *words]
    return subprocess.run(
        command, env=kept | own, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )


def test_a_backup_moves_between_databases_and_back(tmp_path: Path) -> None:
    """From the database of this run into SQLite by the command line, and back: the same rows."""
    a_register()
    path, before = written(tmp_path), tally_of_database().digests
    restored = clearground(tmp_path / "other", "restore", str(path))
    assert restored.returncode == 0, restored.stderr
    again = clearground(tmp_path / "other", "backup", str(tmp_path / "second.backup"))
    assert again.returncode == 0, again.stderr
    emptied()
    restore_backup(path=tmp_path / "second.backup", passphrase=SECRET)
    assert tally_of_database().digests == before


def test_the_command_says_what_is_wrong_in_two_lines(tmp_path: Path) -> None:
    """No stack trace, and an exit code that scripts can use."""
    wrong = tmp_path / "wrong"
    wrong.write_bytes(b"not a backup")
    done = clearground(tmp_path / "other", "restore", str(wrong))
    assert done.returncode == int(Exit.REFUSED)
    assert "not a backup" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_backup_that_is_whole_is_remembered_and_one_that_failed_is_not(tmp_path: Path) -> None:
    """The note says when, how many rows, and that the file was read back."""
    a_register()
    note = Path(settings.DATA_DIR) / backups.NAME
    note.unlink(missing_ok=True)
    with pytest.raises(Refused):
        write_backup(path=tmp_path / "x.backup", passphrase="short")
    assert backups.last_backup() is None
    manifest = write_backup(path=tmp_path / "register.backup", passphrase=SECRET)
    said = backups.last_backup()
    assert said is not None
    assert (said.rows, said.is_verified) == (manifest.total_rows, True)
    note.unlink()
