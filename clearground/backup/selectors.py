"""What a backup file says, and whether all of it is there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import models

from .rows import FRAMEWORK, lines, tables
from .sealing import altered, read_sealed


@dataclass(frozen=True, slots=True)
class Manifest:
    """The last line of a backup: for each table its rows and their digest."""

    opening: dict[str, Any]
    rows: dict[str, int]
    digests: dict[str, str]

    @property
    def total_rows(self) -> int:
        """Rows of all tables."""
        return sum(self.rows.values())

    def to_json(self) -> dict[str, Any]:
        """The closing line."""
        return {"rows": self.rows, "digests": self.digests}


class Tally:
    """Counts and digests the rows of each table, as they pass."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self._digests: dict[str, Any] = {}

    def add(self, table: str, line: bytes) -> None:
        """One more row of a table."""
        self.rows[table] += 1
        self._digests[table].update(line)

    def open(self, table: str) -> None:
        """A table begins; an empty one counts too."""
        self.rows[table], self._digests[table] = 0, hashlib.sha256()

    @property
    def digests(self) -> dict[str, str]:
        """SHA-256 of each table's lines."""
        return {table: digest.hexdigest() for table, digest in self._digests.items()}


def tally_of_database(alias: str = "default") -> Tally:
    """Rows and digests of all tables as they are in the database now."""
    tally = Tally()
    for model in tables():
        tally.open(model._meta.db_table)
        for line in lines(model, alias):
            tally.add(model._meta.db_table, line)
    return tally


def filled_tables() -> list[str]:
    """Tables with rows, those left out that Django fills in every new database."""
    ours: list[type[models.Model]] = [m for m in tables() if m._meta.label_lower not in FRAMEWORK]
    return [str(model._meta.verbose_name_plural) for model in ours if model._base_manager.exists()]


def file_lines(path: Path, passphrase: str) -> Iterator[bytes]:
    """The lines of a backup, each authenticated before it is seen."""
    rest = b""
    with path.open("rb") as file:
        for piece in read_sealed(file, passphrase):
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                yield line + b"\n"
    if rest:
        raise altered("its last line is not whole")


def verified(path: Path, passphrase: str) -> Manifest:
    """The manifest of a backup of which every line was read and every digest holds."""
    tally, opening, closing = Tally(), {}, {}
    table = ""
    for line in file_lines(path, passphrase):
        if line.startswith(b"["):
            tally.add(table, line)
            continue
        said = json.loads(line)
        opening = said.get("opening", opening)
        closing = said.get("closing", closing)
        if "table" in said:
            table = said["table"]
            tally.open(table)
    if not closing or closing != {"rows": tally.rows, "digests": tally.digests}:
        raise altered("its rows are not those of its manifest")
    return Manifest(opening, closing["rows"], closing["digests"])
