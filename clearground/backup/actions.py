"""Write a backup, and put one back. Neither leaves half of anything."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction

from clearground import __version__
from clearground.audit.selectors import head
from clearground.common.backups import note_backup
from clearground.common.errors import Exit, Refused
from clearground.common.snapshot import snapshot
from clearground.common.versions import applied_migrations, missing_migrations

from .rows import FRAMEWORK, columns, decoded, lines, tables, text
from .sealing import SealedWriter, altered
from .selectors import Manifest, Tally, file_lines, filled_tables, tally_of_database, verified

SHORTEST_PASSPHRASE = 12
ROWS_AT_ONCE = 1000
Progress = Callable[[int], None]


def silent(rows: int) -> None:
    """Nobody watches."""


def write_backup(*, path: Path, passphrase: str, progress: Progress = silent) -> Manifest:
    """`path` holds all knowledge of the register as of one moment, encrypted, read back and verified.

    Others may write meanwhile; what they commit after the start is not in the file. Nothing
    unencrypted touches the disk, and `path` appears only when it is whole.
    """
    require_passphrase(passphrase)
    if path.exists():
        raise Refused(f"{path} exists.", "Choose another name: a backup never replaces a file.")
    if missing_migrations():
        raise Refused("The database is not of this version.", "Write the backup with the version that it is of.")
    partial = path.with_name(path.name + ".partial")
    try:
        with open_private(partial) as file, snapshot() as alias:
            written = write_tables(SealedWriter(file, passphrase), alias, progress)
            os.fsync(file.fileno())
        if verified(partial, passphrase).digests != written.digests:
            raise altered("what the disk gives back is not what was written")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    note_backup(rows=written.total_rows, is_verified=True)
    return written


def require_passphrase(passphrase: str) -> None:
    """Refuses a passphrase that is quickly guessed."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Refused(
            f"A passphrase has at least {SHORTEST_PASSPHRASE} characters.",
            "Several words are easy to keep; write them down apart from the file.",
        )


def open_private(path: Path) -> BinaryIO:
    """A new file that only its owner can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.fdopen(descriptor, "wb")


def write_tables(sealed: SealedWriter, alias: str, progress: Progress) -> Manifest:
    """The opening line, every table, and the manifest."""
    tally, opening = Tally(), opening_line(alias)
    sealed.write(text({"opening": opening}))
    for model in tables():
        table = model._meta.db_table
        tally.open(table)
        sealed.write(text({"table": table, "columns": [field.column for field in columns(model)]}))
        for line in lines(model, alias):
            tally.add(table, line)
            sealed.write(line)
        progress(tally.rows[table])
    manifest = Manifest(opening, tally.rows, tally.digests)
    sealed.write(text({"closing": manifest.to_json()}))
    sealed.close()
    return manifest


def opening_line(alias: str) -> dict[str, Any]:
    """What a reader must know before the rows, and the seal of the last audit event, to be kept elsewhere."""
    written_at = datetime.now(UTC).isoformat(timespec="seconds")
    told = {"version": __version__, "written_at": written_at, "audit_head": head(alias)}
    return told | {"migrations": applied_migrations()}


def restore_backup(*, path: Path, passphrase: str, progress: Progress = silent) -> Manifest:
    """The database holds exactly the rows of the file; before, it held none.

    The whole file is verified before the first row is written, and the rows are read back from
    the database and compared before the one transaction commits.
    """
    manifest = verified(path, passphrase)
    require_empty()
    call_command("migrate", verbosity=0, interactive=False)
    require_same_tables(manifest)
    with transaction.atomic():
        require_empty()
        remove_framework_rows()
        insert_all(file_lines(path, passphrase), progress)
        reset_sequences()
        if tally_of_database().digests != manifest.digests:
            raise altered("the database gives back other rows than it was given")
    return manifest


def require_empty() -> None:
    """Refuses a database that knows anything already."""
    filled = filled_tables() if connection.introspection.table_names() and not missing_migrations() else []
    if filled:
        raise Refused(
            f"The database is not empty: it has {', '.join(filled[:3])}.",
            "Restore into a new one: set CLEARGROUND_DATA_DIR to a new folder, or DATABASE_URL to a new database.",
        )


def require_same_tables(manifest: Manifest) -> None:
    """Refuses rows of another version's tables."""
    version = manifest.opening["version"]
    if manifest.opening["migrations"] != applied_migrations():
        raise Refused(
            f"The backup was written by Clearground {version}, whose tables are not those of {__version__}.",
            f"Restore it with version {version}, then upgrade and run: clearground migrate",
            Exit.REFUSED,
        )


def remove_framework_rows() -> None:
    """The rows that Django wrote into the new database make way for those of the file."""
    for label in reversed(FRAMEWORK):
        apps.get_model(label)._base_manager.all().delete()


def insert_all(given: Iterator[bytes], progress: Progress) -> None:
    """Every row of the file is in its table."""
    by_table = {model._meta.db_table: model for model in tables()}
    insert, batch = "", []
    fields: list[Any] = []
    for line in given:
        if line.startswith(b"["):
            batch.append(prepared(json.loads(line), fields))
            if len(batch) == ROWS_AT_ONCE:
                progress(insert_rows(insert, batch))
            continue
        progress(insert_rows(insert, batch))
        said = json.loads(line)
        if "table" in said:
            fields = fields_of(by_table[said["table"]], said["columns"])
            insert = insert_statement(said["table"], said["columns"])


def fields_of(model: type[models.Model], names: Sequence[str]) -> list[Any]:
    """The fields of the named columns."""
    by_column = {field.column: field for field in columns(model)}
    return [by_column[name] for name in names]


def prepared(values: Sequence[Any], fields: Sequence[Any]) -> list[Any]:
    """One row as the database wants it; geometry as the bytes that were stored."""
    pairs = zip(fields, values, strict=True)
    return [field.get_db_prep_save(decoded(value), connection=connection) for field, value in pairs]


def insert_statement(table: str, names: Sequence[str]) -> str:
    """SQL that inserts one row with all its columns."""
    quote = connection.ops.quote_name
    return f"INSERT INTO {quote(table)} ({', '.join(map(quote, names))}) VALUES ({', '.join(['%s'] * len(names))})"


def insert_rows(insert: str, batch: list[list[Any]]) -> int:
    """The rows are in their table and out of the batch; how many they were."""
    count = len(batch)
    if batch:
        with connection.cursor() as cursor:
            cursor.executemany(insert, batch)
        batch.clear()
    return count


def reset_sequences() -> None:
    """New rows get numbers that no restored row has."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(statement)
