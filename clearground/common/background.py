"""Tasks that survive the worker that was doing them."""

from __future__ import annotations

import fcntl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from .locks import hold_until_commit

WORKER = "background.worker"


@contextmanager
def sole_worker() -> Iterator[None]:
    """Nobody else works for this register while the block lasts; a second worker waits here to take over.

    The lock goes with the process that holds it, however it ends.
    """
    if connection.vendor == "postgresql":
        holder = connection.copy(WORKER)  # the worker's own connection is closed now and then, and locks go with it
        with holder.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [zlib.crc32(WORKER.encode())])
        try:
            yield
        finally:
            holder.close()
        return
    with Path(settings.DATA_DIR, "worker.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@transaction.atomic
def take_back_tasks() -> int:
    """Tasks that a worker had begun when it ended wait again; says how many.

    Called by the sole worker of a register, before it takes any: nobody else is doing them.
    """
    hold_until_commit("background.tasks")
    begun = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    return begun.update(status=TaskResultStatus.READY, started_at=None, worker_ids=[])
