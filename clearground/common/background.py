"""Tasks that survive the worker that was doing them."""

from __future__ import annotations

from django.db import transaction
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from .locks import hold_until_commit


@transaction.atomic
def take_back_tasks() -> int:
    """Tasks that a worker had begun when it ended wait again; says how many.

    Called by the one worker of a register, before it takes any: nobody else is doing them.
    """
    hold_until_commit("background.tasks")
    begun = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    return begun.update(status=TaskResultStatus.READY, started_at=None, worker_ids=[])
