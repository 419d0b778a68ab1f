"""Long reads see one moment of the database, and hold up nobody."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, transaction

ALIAS = "snapshot"


@contextmanager
def snapshot() -> Iterator[str]:
    """The alias of a second connection that sees what was committed before, and nothing that comes later.

    Writers go on meanwhile: SQLite reads beside its write-ahead log (a deferred transaction takes
    no lock), PostgreSQL reads a repeatable, read-only transaction. Nested use is an error.
    """
    if hasattr(connections._connections, ALIAS):
        raise RuntimeError("a snapshot is open already")
    connections[ALIAS] = _second_connection()
    try:
        with transaction.atomic(using=ALIAS):
            _pin(ALIAS)
            yield ALIAS
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]


def _second_connection() -> object:
    """A connection to the default database that begins its transactions without taking the write lock."""
    default = connections["default"]
    settings = copy.deepcopy(default.settings_dict)
    if default.vendor == "sqlite":
        settings["OPTIONS"]["transaction_mode"] = "DEFERRED"
    return type(default)(settings, ALIAS)


def _pin(alias: str) -> None:
    """Take the snapshot now: both databases take it at the first read otherwise."""
    with connections[alias].cursor() as cursor:
        if connections[alias].vendor == "postgresql":
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT count(*) FROM django_migrations")
        cursor.fetchone()
