"""One worker works for a register; what a dead one had begun waits again."""

from __future__ import annotations

import fcntl
import zlib
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from clearground.common.background import WORKER, sole_worker, take_back_tasks


def is_free() -> bool:
    """Another worker would get to work at once."""
    if connection.vendor == "postgresql":
        other = connection.copy("other")
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [zlib.crc32(WORKER.encode())])
            got = cursor.fetchone()[0]
        other.close()
        return got
    with Path(settings.DATA_DIR, "worker.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


@pytest.mark.django_db
def test_a_second_worker_waits_until_the_first_has_ended() -> None:
    """Two servers of one register do no errand twice."""
    with sole_worker():
        assert not is_free()
    assert is_free()


@pytest.mark.django_db
def test_what_was_begun_waits_again_and_what_was_done_stays_done() -> None:
    """Only running tasks are taken back."""
    for status in (TaskResultStatus.RUNNING, TaskResultStatus.SUCCESSFUL, TaskResultStatus.READY):
        DBTaskResult.objects.create(
            status=status,
            task_path="clearground.x",
            args_kwargs={"args": [], "kwargs": {}},
            queue_name="default",
            backend_name="default",
            worker_ids=["w"],
        )
    assert take_back_tasks() == 1
    assert DBTaskResult.objects.filter(status=TaskResultStatus.READY).count() == 2
    assert DBTaskResult.objects.filter(status=TaskResultStatus.SUCCESSFUL).count() == 1
