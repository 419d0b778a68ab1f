"""Lines of release reports as three sources count them: as first sent, as signed for, as known at another day."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.kernel.land.events import Kind
from clearground.kernel.land.states import Note
from clearground.kernel.land.tabulating import exact_bincount

from ..models import Approval
from .loading import Ledger

LINES = 1 << 24  # more lines than a report has
Chosen = NDArray[np.bool_]
Areas = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ReleaseQuestion:
    """Release of one kind in one family, in the period from `since` to `until`, both included.

    `signed_seq` is what the authority knew when it signed, `treaty_seq` what was known when the
    treaty report was due. `left_out` are the codes of organisations that the treaty report does
    not count: the register can't know them, so that whoever asks says so. Reports that were first
    approved after `last_seq` are not known of: with it, an answer stays what it is.
    """

    family: str
    kind: Kind
    since: date
    until: date
    signed_seq: int
    treaty_seq: int
    left_out: frozenset[str] = frozenset()
    last_seq: int = sys.maxsize


@dataclass(frozen=True, slots=True)
class Version:
    """One version of each line (a place in `ReleaseLines.entry`): its entry or -1, its day, and what that says.

    `counts` where the line is of the family, the kind and the period asked for; `stated2` is its
    stated area (twice square centimetres), 0 where it states none, and where it does not count.
    """

    entry: NDArray[np.int64]
    on: NDArray[np.int64]
    counts: Chosen
    stated2: Areas


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of the land of each line, as signed for: the three add up to the area of its polygon."""

    credited2: Areas
    twice2: Areas
    outside2: Areas
    is_placed: Chosen

    @property
    def area2(self) -> Areas:
        """The area of the polygon."""
        return self.credited2 + self.twice2 + self.outside2


@dataclass(frozen=True, slots=True)
class ReleaseLines:
    """Every line that one of the three sources counts.

    `entry` names it by one of its entries. `sent` is its first version, `signed` the one that stood
    at the signature, `printed` the one that stood at the treaty's day. `approved_on` is the day of
    its record's first approval (ordinal); `stood_signed`, `stood_printed` say that the record then had a version.
    """

    entry: NDArray[np.int64]
    sent: Version
    signed: Version
    printed: Version
    fate: Fate
    approved_on: NDArray[np.int64]
    first_seq: NDArray[np.int64]
    stood_signed: Chosen
    stood_printed: Chosen
    is_left_out: Chosen


def release_lines(book_of: Ledger, asked: ReleaseQuestion) -> ReleaseLines:
    """The lines of this question, each once."""
    entries = book_of.entries
    key = entries.record.astype(np.int64) * LINES + book_of.rows.line
    wanted = (entries.family == _position(book_of.codes.families, asked.family)) & (entries.kind == int(asked.kind))
    in_period = (entries.on >= asked.since.toordinal()) & (entries.on <= asked.until.toordinal())
    days = approval_days()
    approved_on = days[entries.first_seq]
    in_year = (approved_on >= asked.since.toordinal()) & (approved_on <= asked.until.toordinal())
    silent = np.isin(entries.operator, [_position(book_of.codes.operators, code) for code in asked.left_out])
    first = (entries.seq == entries.first_seq) & (entries.first_seq <= asked.last_seq)
    then, later = entries.stand_at(asked.signed_seq), entries.stand_at(asked.treaty_seq)
    counted = (first & wanted & in_period, then & wanted & in_period, later & wanted & in_year & ~silent)
    keys = np.unique(np.concatenate([key[mask] for mask in counted]))
    own_family = entries.family == _position(book_of.codes.families, asked.family)
    stood = (first & own_family, then & own_family, later & own_family)
    versions = [_version(book_of, keys, key, *masks) for masks in zip(stood, counted, strict=True)]
    entry = np.maximum.reduce([version.entry for version in versions]) if len(keys) else np.zeros(0, np.int64)
    record = entries.record[entry]
    return ReleaseLines(
        entry,
        *versions,
        _fate(book_of, asked.signed_seq, versions[1]),
        approved_on[entry],
        entries.first_seq[entry].astype(np.int64),
        np.isin(record, entries.record[then]),
        np.isin(record, entries.record[later]),
        silent[entry],
    )


def approval_days() -> NDArray[np.int64]:
    """By number of approval, its day (ordinal)."""
    known = list(Approval.objects.order_by("seq").values_list("seq", "on"))
    days = np.zeros((known[-1][0] if known else 0) + 1, np.int64)
    for seq, on in known:
        days[seq] = on.toordinal()
    return days


def _position(codes: Iterable[str], code: str) -> int:
    """Where the code stands in its list; a place that nothing has where it doesn't."""
    return {known: at for at, known in enumerate(codes)}.get(code, -9)


def _version(
    book_of: Ledger, keys: NDArray[np.int64], key: NDArray[np.int64], stood: Chosen, counted: Chosen
) -> Version:
    """One version of each of the keys."""
    at = np.flatnonzero(stood)
    at = at[np.argsort(key[at], kind="stable")]
    place = np.searchsorted(keys, key[at])
    there = keys[np.minimum(place, len(keys) - 1)] == key[at] if len(keys) else np.zeros(len(at), bool)
    entry = np.full(len(keys), -1, np.int64)
    entry[place[there]] = at[there]
    # One row more, which is what a line without this version says.
    on = np.append(book_of.entries.on, 0)[entry].astype(np.int64)
    counts = np.append(counted, False)[entry]
    stated = np.append(book_of.entries.stated_m2, np.nan)[entry] * HALF_CM2_PER_M2
    return Version(entry, on, counts, np.where(counts, np.rint(np.nan_to_num(stated)), 0).astype(np.int64))


def _fate(book_of: Ledger, seq: int, signed: Version) -> Fate:
    """What the books as signed credit to each line."""
    credited, twice, outside = (np.append(each, 0) for each in _by_entry(book_of, seq))
    at = np.where(signed.counts, signed.entry, len(credited) - 1)
    is_placed = signed.counts & (credited[at] + twice[at] + outside[at] > 0)
    return Fate(credited[at], twice[at], outside[at], is_placed)


def _by_entry(book_of: Ledger, seq: int) -> tuple[Areas, Areas, Areas]:
    """By entry: land that it released from open hazards, land that was released already, land outside."""
    book, size = book_of.book(seq), len(book_of.entries)
    is_open, is_outside = book.states.is_open(), book.states.is_outside()
    moves = book.moves
    inside = is_open[moves.source] & (book.states.release()[moves.target] >= 0)
    outside = is_outside[moves.target]
    again = book.note == Note.RELEASED_TWICE
    return (
        exact_bincount(moves.entry[inside].astype(np.int64), moves.area2[inside], size),
        exact_bincount(book.notes.entry[again].astype(np.int64), book.notes.area2[again], size),
        exact_bincount(moves.entry[outside].astype(np.int64), moves.area2[outside], size),
    )
