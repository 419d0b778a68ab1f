"""What takes longer than a page may: the reading of the whole chain."""

from __future__ import annotations

from django_tasks import task

from clearground.accounts.selectors import person_by_login
from clearground.audit.actions import note_verification
from clearground.audit.selectors import verify_chain
from clearground.exchange.digests import RECOMPUTE


@task()
def verify(login: str) -> int:
    """Every event was held against its seal, and its rows against theirs; says how many didn't fit."""
    check = verify_chain(recompute=RECOMPUTE)
    note_verification(check=check, by=person_by_login(login))
    return len(check.findings)
