"""One lock for writers, the same on both databases."""

from __future__ import annotations

import zlib

from django.db import connection


def hold_until_commit(name: str) -> None:
    """No other transaction passes this call with the same `name` until ours has ended.

    SQLite needs nothing: its transactions begin IMMEDIATE, so there is one writer at a time.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a lock until commit needs a transaction")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(name.encode())])
