"""The ledger in memory: kept from question to question, and read again when it has changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import Max

from clearground.places.models import BoundaryEdition, Place
from clearground.places.selectors import current_boundaries

from ..models import Approval, Cluster, ClusterPlaces, Edition
from .keeping import address, keep_ledger, stored_ledger
from .placed_rows import placed_rows
from .whole import Ledger, made_elsewhere

__all__ = ["Ledger", "ledger", "ledger_version", "one_reading", "read_ahead"]

# What is kept is one reading of the ledger, on the editions of boundaries that were asked for last.
_KEPT: dict[tuple[Any, ...], dict[int | None, Ledger]] = {}
_READING: ContextVar[dict[int | None, Ledger] | None] = ContextVar("one reading of the ledger", default=None)
EDITIONS_KEPT = 3
EDITIONS_READ = 3
# An approval that comes while rows are read spoils the reading; so many in a row are not waited for.
READINGS = 3


@contextmanager
def one_reading() -> Iterator[None]:
    """Within, every question is answered from one and the same reading of the ledger, whatever is approved meanwhile.

    A page of many figures asks the database once whether anything is new, and its figures agree. A reading within
    another is the same one.
    """
    reading = _READING.get()
    token = _READING.set({} if reading is None else reading)
    try:
        yield
    finally:
        _READING.reset(token)


def ledger(boundaries: BoundaryEdition | None = None) -> Ledger:
    """The ledger as stored now; read again only when an approval, a cut or an edition came since."""
    reading = _READING.get()
    if reading is None:
        return _ledger(boundaries)
    pk = boundaries.pk if boundaries else None
    if pk not in reading:
        reading[pk] = _ledger(boundaries)
    return reading[pk]


def _ledger(boundaries: BoundaryEdition | None) -> Ledger:
    edition = boundaries or current_boundaries()
    version, pk = ledger_version(), edition.pk if edition else None
    if version not in _KEPT:
        version, found = _undisturbed(edition, version)
        _KEPT.clear()
        _KEPT[version] = {pk: found}
    kept = _KEPT[version]
    found = kept.pop(pk) if pk in kept else _elsewhere(next(iter(kept.values())), edition)
    kept[pk] = found  # the one asked for last comes last
    if len(kept) > EDITIONS_KEPT:
        del kept[next(iter(kept))]
    return found


def _undisturbed(edition: BoundaryEdition | None, version: tuple[Any, ...]) -> tuple[tuple[Any, ...], Ledger]:
    """The ledger of one version, during whose reading nothing was written, and that version."""
    for _reading in range(READINGS):
        at = address(edition, version)
        found, before, version = stored_ledger(at, edition), version, ledger_version()
        if version == before:
            keep_ledger(at, found)
            break
    return before, found


def ledger_version() -> tuple[Any, ...]:
    """What names one state of the ledger: answers that are kept under it hold until something is approved."""
    last = Approval.objects.order_by("-seq").values_list("pk", "seq", "recorded_at").first()
    cut = Cluster.objects.aggregate(Max("pk"))["pk__max"]
    placed = ClusterPlaces.objects.aggregate(Max("pk"))["pk__max"]
    return (last, cut, placed, Place.objects.count())


def _elsewhere(known: Ledger, edition: BoundaryEdition | None) -> Ledger:
    return made_elsewhere(known, placed_rows(known.rows, edition))


def read_ahead() -> None:
    """The ledger is in memory with the books that pages begin with: of today, and of the latest signed editions.

    A process calls this before it answers; what it reads, no reader waits for.
    """
    signed = Edition.objects.order_by("-as_of", "-signed_at").values_list("seq", flat=True)[:EDITIONS_READ]
    book_of = ledger()
    for seq in {*signed, book_of.seq}:
        book_of.book(seq).index()
