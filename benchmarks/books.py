"""Generated events as the columns that the kernel folds."""

from __future__ import annotations

import numpy as np

from clearground.kernel.land.columns import NO_CODE, STANDS, Entries, book_rank
from clearground.kernel.land.events import Kind


def entries_of(on: np.ndarray, hazard_class: np.ndarray) -> Entries:
    """Recorded hazards, one for each class given, then clearances: all known at approval 1."""
    count = len(on)
    kind = np.where(np.arange(count) < len(hazard_class), Kind.RECORD, Kind.CLEAR)
    code = np.concatenate([hazard_class, np.full(count - len(hazard_class), NO_CODE)])
    return columns(on, kind, code, seq=np.ones(count), until_seq=np.full(count, STANDS), record=np.arange(count))


def columns(
    on: np.ndarray, kind: np.ndarray, code: np.ndarray, *, seq: np.ndarray, until_seq: np.ndarray, record: np.ndarray
) -> Entries:
    """Entries of one family; the first version of a record comes before its later ones."""
    count = len(on)
    first = np.full(int(record.max()) + 1, STANDS, np.int64)
    np.minimum.at(first, record, seq.astype(np.int64))
    none, first_seq = np.full(count, NO_CODE, np.int32), first[record].astype(np.int32)
    return Entries(
        land=np.arange(count), seq=seq.astype(np.int32), until_seq=until_seq.astype(np.int32),
        kind=kind.astype(np.int8), family=np.zeros(count, np.int16), hazard_class=code.astype(np.int16),
        on=on.astype(np.int32), book_rank=book_rank(on, kind, first_seq, record, np.ones(count)),
        stated_m2=np.full(count, np.nan), record=record.astype(np.int32), first_seq=first_seq,
        place=none, hazard=none, operator=none, method=none, task=none, campaign=none, contract=none,
    )  # fmt: skip
