"""What a proposal would do to the balance sheet, computed from the land that it touches; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Max, Q
from numpy.typing import NDArray

from clearground.kernel.land.balances import HALF_CM2_PER_M2, MEASURES, Question, Sheet, balance, book
from clearground.kernel.land.columns import NO_CODE, STANDS, STATED_CODES, Entries, book_rank
from clearground.kernel.land.cutting import Faces
from clearground.kernel.land.folding import fold, stack
from clearground.kernel.land.placing import NOWHERE, Shares

from ..lines import Line
from ..models import HazardClass, LandEvent, Record
from ..sheets import AREA_COLUMNS
from .loading import Ledger, ledger
from .naming import code_names
from .questions import BEGINNING, seq_known
from .recutting import CutAgain, cut_again

BY = ("family", "class")
Row = tuple[str, str | None]  # family and class


@dataclass(frozen=True, slots=True)
class Effect:
    """By family and class, what every column of the sheet would rise or fall by, in twice square centimetres.

    Rows and columns that stay as they are are left out. The sheet is that of all days up to `as_of`.
    """

    as_of: date
    seq: int
    change: Mapping[Row, Mapping[str, int]]

    def rows(self) -> list[dict[str, Any]]:
        """Family, class and every column of the sheet in square metres, with 0 where nothing changes."""
        return [
            {"family": family, "class": code} | {name: sums.get(name, 0) / HALF_CM2_PER_M2 for name in AREA_COLUMNS}
            for (family, code), sums in sorted(self.change.items(), key=lambda row: (row[0][0], row[0][1] or ""))
        ]


def effect_of(lines: Sequence[Line], *, as_of: date) -> Effect:
    """What the sheet up to `as_of` would change by if these lines, all of one record, were approved next.

    Only clusters that the new land or the record's standing version touches are looked at: all other
    land stays as it is. A standing version of the record is superseded, all of its lines.
    """
    book_of, seq = ledger(), seq_known(None)
    proposed = _Proposed.of(lines, book_of, seq)
    old, new = _faces_before(book_of, proposed), _faces_after(book_of, proposed)
    question = Question([BEGINNING, as_of.toordinal()], BY)
    before, after = (
        _balanced(faces, proposed.entries, book_of, known, question) for faces, known in ((old, seq), (new, seq + 1))
    )
    return Effect(as_of, seq, _difference(_by_row(before, book_of), _by_row(after, book_of)))


@dataclass(frozen=True, slots=True)
class _Proposed:
    """The entries that matter, old and new ones, by position; `land` is the id of the event, -1 without polygon."""

    entries: Entries
    cut: CutAgain
    superseded: NDArray[np.int64]  # events

    @classmethod
    def of(cls, lines: Sequence[Line], book_of: Ledger, seq: int) -> _Proposed:
        """The lines as entries of the next approval, beside those of the land and the accounts that they touch."""
        shapes = np.empty(len(lines), object)
        shapes[:] = [line.booked_shape for line in lines]
        first = (LandEvent.objects.aggregate(Max("pk"))["pk__max"] or 0) + 1
        cut = cut_again(range(first, first + len(lines)), shapes)
        record = Record.objects.filter(ref=lines[0].ref).first()
        of_record = book_of.rows.record == record.pk if record else np.zeros(len(book_of.entries), bool)
        superseded = np.unique(book_of.rows.event[of_record & (book_of.entries.until_seq == STANDS)])
        events = np.unique(np.concatenate([cut.event_ids, _members_beside(book_of, superseded)]))
        kept = np.isin(book_of.rows.event, events) | _of_accounts(book_of, lines, record)
        old = _placed(_taken(book_of.entries, np.flatnonzero(kept)), book_of.rows.event[kept])
        until = np.where(of_record[kept] & (old.until_seq == STANDS), seq + 1, old.until_seq)
        new, numbers = _new_entries(lines, book_of, record, first, seq + 1)
        both = _joined(replace(old, until_seq=until.astype(np.int32)), new)
        line = np.concatenate([book_of.rows.line[kept], numbers])
        rank = book_rank(both.on, both.kind, both.first_seq, both.record, line)
        placed = np.isin(both.land, np.unique(_event_of_members(cut))) | np.isin(both.land, book_of.event_ids)
        return cls(replace(both, book_rank=rank, land=np.where(placed, both.land, NO_CODE)), cut, superseded)


def _taken(entries: Entries, rows: NDArray[np.int64]) -> Entries:
    return Entries(**{name: getattr(entries, name)[rows] for name in Entries.__dataclass_fields__})


def _placed(entries: Entries, event: NDArray[np.int64]) -> Entries:
    return replace(entries, land=np.where(entries.land >= 0, event, NO_CODE))


def _joined(one: Entries, other: Entries) -> Entries:
    columns = Entries.__dataclass_fields__
    return Entries(**{name: np.concatenate([getattr(one, name), getattr(other, name)]) for name in columns})


def _new_entries(
    lines: Sequence[Line], book_of: Ledger, record: Record | None, first: int, seq: int
) -> tuple[Entries, NDArray[np.int32]]:
    """One entry for each family of each line, and the numbers of their lines."""
    pairs = [(at, line, family, code) for at, line in enumerate(lines) for family, code in line.families]
    classes = _class_positions()

    def column(values: Sequence[Any], dtype: Any) -> NDArray[Any]:
        return np.array(values, dtype)

    known = _position_of_record(book_of, record.pk) if record else len(book_of.rows.record_id)
    none = np.full(len(pairs), NO_CODE, np.int32)
    entries = Entries(
        land=column([first + at for at, *_rest in pairs], np.int64),
        seq=np.full(len(pairs), seq, np.int32),
        until_seq=np.full(len(pairs), STANDS, np.int32),
        kind=column([int(line.kind) for _at, line, *_rest in pairs], np.int8),
        family=column([book_of.codes.families.index(family) for *_line, family, _code in pairs], np.int16),
        hazard_class=column([classes.get((family, code or ""), NO_CODE) for *_line, family, code in pairs], np.int16),
        on=column([line.on.toordinal() for _at, line, *_rest in pairs], np.int32),
        book_rank=none.astype(np.int64),
        stated_m2=column([np.nan if x.stated_m2 is None else x.stated_m2 for _at, x, *_rest in pairs], np.float64),
        record=np.full(len(pairs), known, np.int32),
        first_seq=np.full(len(pairs), record.first_seq if record else seq, np.int32),
        hazard=column([_position_of_hazard(book_of, line) for _at, line, *_rest in pairs], np.int32),
        **dict.fromkeys(STATED_CODES, none),
    )
    return entries, column([line.line for _at, line, *_rest in pairs], np.int32)


def _class_positions() -> dict[Row, int]:
    """Where each class stands in the ledger's list; of several versions of a list, the last is meant."""
    rows = HazardClass.objects.order_by("family_id", "-threat_rank", "code")
    listed = list(rows.values_list("list_version", "family__code", "code"))
    meant = sorted((version, family, code, at) for at, (version, family, code) in enumerate(listed))
    return {(family, code): at for _version, family, code, at in meant}


def _position_of_record(book_of: Ledger, pk: int) -> int:
    """The number by which entries name a record; one of its own where no entry is of it."""
    at = np.flatnonzero(book_of.rows.record == pk)
    return int(book_of.entries.record[at[0]]) if len(at) else len(book_of.rows.record_id) + pk


def _position_of_hazard(book_of: Ledger, line: Line) -> int:
    pk = Record.objects.filter(ref=line.hazard).values_list("pk", flat=True).first() if line.hazard else None
    return NO_CODE if pk is None else _position_of_record(book_of, pk)


def _of_accounts(book_of: Ledger, lines: Sequence[Line], record: Record | None) -> NDArray[np.bool_]:
    """The entries without polygon of the stated accounts that the lines, or what they supersede, draw on."""
    named = {line.hazard for line in lines if line.hazard}
    wanted = Q(ref__in=named) | (Q(pk=record.pk) | Q(released_by__record=record) if record else Q(pk=None))
    accounts = np.array(sorted(set(Record.objects.filter(wanted).values_list("pk", flat=True))), np.int64)
    if record:
        hazards = LandEvent.objects.filter(record=record).exclude(hazard=None).values_list("hazard_id", flat=True)
        accounts = np.unique(np.concatenate([accounts, np.array(list(hazards), np.int64)]))
    rows = book_of.rows
    unplaced = book_of.entries.land == NO_CODE
    return np.asarray(unplaced & (np.isin(rows.record, accounts) | np.isin(rows.hazard, accounts)))


def _members_beside(book_of: Ledger, events: NDArray[np.int64]) -> NDArray[np.int64]:
    """The events of the clusters that hold land of these events."""
    faces = book_of.faces
    inside = np.isin(faces.cluster, _clusters_of(book_of, events))
    return np.unique(book_of.event_ids[faces.members[np.repeat(inside, np.diff(faces.indptr))]])


def _clusters_of(book_of: Ledger, events: NDArray[np.int64]) -> NDArray[np.int64]:
    """The clusters, as the ledger numbers them, that hold land of these events."""
    faces, land = book_of.faces, np.flatnonzero(np.isin(book_of.event_ids, events))
    face = np.repeat(np.arange(len(faces)), np.diff(faces.indptr))
    return np.unique(faces.cluster[face[np.isin(faces.members, land)]])


def _faces_before(book_of: Ledger, proposed: _Proposed) -> Faces:
    """The stored faces of all clusters that change; members are events."""
    replaced = np.flatnonzero(np.isin(book_of.cluster_ids, proposed.cut.replaced))
    return _stored(book_of, np.union1d(replaced, _clusters_of(book_of, proposed.superseded)))


def _faces_after(book_of: Ledger, proposed: _Proposed) -> Faces:
    """The faces as they would be: cut again where new land lies, as stored where only a version falls away."""
    replaced = np.flatnonzero(np.isin(book_of.cluster_ids, proposed.cut.replaced))
    stay = _stored(book_of, np.setdiff1d(_clusters_of(book_of, proposed.superseded), replaced))
    cut = proposed.cut.faces
    return Faces(
        np.concatenate([stay.area2, cut.area2]),
        np.concatenate([stay.indptr, cut.indptr[1:] + stay.indptr[-1]]),
        np.concatenate([stay.members, _event_of_members(proposed.cut)]),
        np.concatenate([stay.cluster, cut.cluster]),
        np.zeros((0, 2), np.int64),
    )


def _event_of_members(cut: CutAgain) -> NDArray[np.int64]:
    return cut.event_ids[cut.faces.members] if len(cut.faces) else np.zeros(0, np.int64)


def _stored(book_of: Ledger, clusters: NDArray[np.int64]) -> Faces:
    """The faces of these clusters of the ledger; members are events."""
    faces = book_of.faces
    keep, depth = np.isin(faces.cluster, clusters), np.diff(faces.indptr)
    indptr = np.r_[0, np.cumsum(depth[keep])].astype(np.int64)
    members = book_of.event_ids[faces.members[np.repeat(keep, depth)]]
    return Faces(faces.area2[keep], indptr, members, faces.cluster[keep], np.zeros((0, 2), np.int64))


def _balanced(faces: Faces, entries: Entries, book_of: Ledger, seq: int, question: Question) -> Sheet:
    """The sheet of these faces alone, as known at approval `seq`."""
    stacks = stack(faces, entries)
    postings = fold(stacks, entries, book_of.states, seq)
    nowhere = np.full(len(faces), NOWHERE, np.int32)
    shares = Shares(np.arange(len(faces)), nowhere, faces.area2)
    return balance(book(stacks, postings, entries, book_of.states, shares, seq), question)


def _by_row(found: Sheet, book_of: Ledger) -> dict[Row, dict[str, int]]:
    """The sums of a sheet by family and class, under the names of its columns."""
    names = zip(*(code_names(name, found.codes[name], book_of) for name in BY), strict=True)
    column_of = {measure: column for column, (measure, _meaning) in AREA_COLUMNS.items() if measure in MEASURES}
    rows: dict[Row, dict[str, int]] = {}
    for at, key in enumerate(names):
        rows[key] = {column: int(found.sums[measure][at]) for measure, column in column_of.items()}  # type: ignore[index]
    return rows


def _difference(before: dict[Row, dict[str, int]], after: dict[Row, dict[str, int]]) -> dict[Row, dict[str, int]]:
    """What changes, row by row and column by column; nothing where nothing does."""
    change: dict[Row, dict[str, int]] = {}
    for row in before.keys() | after.keys():
        was, will = before.get(row, {}), after.get(row, {})
        moved = {name: will.get(name, 0) - was.get(name, 0) for name in {**was, **will}}
        if kept := {name: by for name, by in moved.items() if by}:
            change[row] = kept
    return change
