"""Failures of disk and database as refusals: what happened, where, and what to do."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from django.db import DatabaseError

from clearground.common.errors import Refused

EMPTY = Refused(
    "This database is empty.", "Start with clearground init --country KHM, or look around: clearground demo"
)
MISSING_TABLE = re.compile(r'no such table|relation "[^"]*" does not exist')
# What a database says that can't be used at all, as SQLite and PostgreSQL say it.
UNUSABLE = re.compile(
    r"unable to open|not a database|malformed|readonly|disk I/O|is full|connection|could not (connect|translate)"
    r'|(database|role) "[^"]*" does not exist|authentication failed',
    re.IGNORECASE,
)


def refusal_of(failure: Exception) -> Refused | None:
    """What to tell a person about this failure; None where it is a mistake of ours."""
    if isinstance(failure, Refused):
        return failure
    if isinstance(failure, DatabaseError):
        return _of_database(failure)
    if isinstance(failure, tomllib.TOMLDecodeError) or "Incorrect timezone setting" in str(failure):
        return Refused(f"The settings can't be read: {failure}.", "docs/settings.md says how each is written.")
    return _of_disk(failure) if isinstance(failure, OSError) and failure.filename else None


def _of_database(failure: DatabaseError) -> Refused | None:
    said = str(failure).strip()
    if MISSING_TABLE.search(said):
        return EMPTY
    if "database is locked" in said:
        return Refused("Somebody else is writing to the register.", "Nothing was stored. Run the command again.")
    if not UNUSABLE.search(said):
        return None
    where = "Look at CLEARGROUND_DATA_DIR or DATABASE_URL: is it there, is there room, may you write to it?"
    return Refused(f"The database can't be used: {said.splitlines()[0]}.", where)


def _of_disk(failure: OSError) -> Refused:
    path = Path(str(failure.filename))
    said = failure.strerror or type(failure).__name__
    remedy = f"Look at {path.parent}: is it there, may you write to it?"
    return Refused(f"{path}: {said[:1].lower()}{said[1:]}.", remedy)
