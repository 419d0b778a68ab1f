"""What the map puts off: its overview."""

from __future__ import annotations

from django_tasks import task

from . import land_index, pyramid


@task()
def prepare_overview(seq: int) -> int:
    """The overview of an approval is there; says how many bytes it has."""
    return pyramid.make_archive(seq).stat().st_size


def ask_for_overview(seq: int) -> bool:
    """The overview of an approval is there, or on the list of what is to be made; says whether it is there.

    A small country needs none: its tiles are made on request.
    """
    if pyramid.reader_of(seq) is not None or land_index.has_few_clusters(seq):
        return True
    if pyramid.is_first_to_ask(seq):
        prepare_overview.enqueue(seq)
    return False
