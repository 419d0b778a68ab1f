"""Backup and restore from the command line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from clearground.backup.actions import Progress as Told
from clearground.backup.actions import restore_backup, write_backup
from clearground.common.errors import Refused

from .terminal import console

VARIABLE = "CLEARGROUND_BACKUP_PASSPHRASE"


def register(app: typer.Typer) -> None:
    """`backup` and `restore` are commands of `app`."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(file: Annotated[Path, typer.Argument(help="File to write; it must not exist.")]) -> None:
    """Write all knowledge of the register to one encrypted file, while others go on working.

    The passphrase comes from CLEARGROUND_BACKUP_PASSPHRASE, else it is asked for. The file is
    read back and verified before the command says that it is done.

    Example: clearground backup register-2018-05-22.backup
    """
    secret = passphrase(confirm=True)
    with counted("Writing") as told:
        manifest = write_backup(path=file, passphrase=secret, progress=told)
    console.print(f"{file}: {manifest.total_rows:,} rows in {len(manifest.rows)} tables, verified.")


def restore(file: Annotated[Path, typer.Argument(help="File that `clearground backup` wrote.", exists=True)]) -> None:
    """Put a backup into an empty database, on SQLite or PostgreSQL, whichever wrote it.

    Every row is verified before and after; a file that was cut or altered stores nothing.

    Example: clearground restore register-2018-05-22.backup
    """
    secret = passphrase(confirm=False)
    with counted("Restoring") as told:
        manifest = restore_backup(path=file, passphrase=secret, progress=told)
    console.print(f"{manifest.total_rows:,} rows restored as of {manifest.opening['written_at']}, verified.")
    head = manifest.opening.get("audit_head", "")
    console.print(f"Run: clearground audit verify --head {head}" if head else "Run: clearground audit verify")


def passphrase(*, confirm: bool) -> str:
    """The passphrase of the environment, else as typed."""
    if given := os.environ.get(VARIABLE):
        return given
    if not os.isatty(0):
        raise Refused("No passphrase was given.", f"Set {VARIABLE}, or run the command in a terminal.")
    return str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm))


@contextmanager
def counted(what: str) -> Iterator[Told]:
    """Rows are counted on the terminal as they pass; scripts see nothing of it."""
    shown = [SpinnerColumn(), TextColumn(what), TextColumn("{task.completed:,} rows"), TimeElapsedColumn()]
    with Progress(*shown, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda rows: progress.advance(task, rows)
