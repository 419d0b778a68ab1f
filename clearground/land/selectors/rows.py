"""Reads the rows that the ledger is folded from as columns of numbers: all of them, or what changed since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import islice
from typing import Any

import numpy as np
from django.db.models import Count, QuerySet, Sum
from numpy.typing import NDArray

from clearground.kernel.land.columns import STANDS

from ..models import Approval, Cluster, EventFamily, ItemsFound, LandEvent, Record
from ..packing import unpack_clusters

BATCH = 10_000
# Name, where it is read, type, and the number that stands for none.
COLUMNS: tuple[tuple[str, str, Any, float], ...] = (
    ("entry", "pk", np.int64, -1),
    ("event", "event_id", np.int64, -1),
    ("family", "family_id", np.int64, -1),
    ("hazard_class", "hazard_class_id", np.int64, -1),
    ("seq", "event__approval__seq", np.int32, -1),
    ("until_seq", "event__until_seq", np.int32, STANDS),
    ("kind", "event__kind", np.int8, -1),
    ("stated_m2", "event__stated_m2", np.float64, np.nan),
    ("record", "event__record_id", np.int64, -1),
    ("first_seq", "event__record__first_seq", np.int32, -1),
    ("line", "event__line", np.int32, -1),
    ("place", "event__place_id", np.int64, -1),
    ("hazard", "event__hazard_id", np.int64, -1),
    ("operator", "event__operator_id", np.int64, -1),
    ("x", "event__shape_minx", np.float64, np.nan),
    ("y", "event__shape_miny", np.float64, np.nan),
)
WORDS = ("method", "task", "campaign", "contract")
READ = (*(source for _name, source, _type, _none in COLUMNS), "event__on", *(f"event__{word}" for word in WORDS))


@dataclass(frozen=True, slots=True)
class Rows:
    """What the database holds of the ledger, in the order of ids; keys are ids of rows, -1 for none.

    One entry for each event in each family; `x`, `y` is the corner of its box. Words are positions
    in `words`. Faces are those of the clusters that stand: `members` are events, `face_cluster`
    indexes `cluster_id`.
    """

    entry: NDArray[np.int64]
    event: NDArray[np.int64]
    family: NDArray[np.int64]
    hazard_class: NDArray[np.int64]
    seq: NDArray[np.int32]
    until_seq: NDArray[np.int32]
    kind: NDArray[np.int8]
    stated_m2: NDArray[np.float64]
    record: NDArray[np.int64]
    first_seq: NDArray[np.int32]
    line: NDArray[np.int32]
    place: NDArray[np.int64]
    hazard: NDArray[np.int64]
    operator: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    on: NDArray[np.int32]
    method: NDArray[np.int32]
    task: NDArray[np.int32]
    campaign: NDArray[np.int32]
    contract: NDArray[np.int32]
    record_id: NDArray[np.int64]
    record_ref: NDArray[np.bytes_]
    items: NDArray[np.int64]  # (n, 4): id, event, type, count
    cluster_id: NDArray[np.int64]
    area2: NDArray[np.int64]
    depth: NDArray[np.int64]
    members: NDArray[np.int64]
    face_cluster: NDArray[np.int64]
    words: dict[str, tuple[str, ...]]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything but the words, by name."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "words"}


ENTRY = (*(name for name, *_rest in COLUMNS), "on", *WORDS)


def all_rows() -> Rows:
    """The rows as stored now."""
    words: dict[str, dict[str, int]] = {word: {} for word in WORDS}
    entries = _entries(EventFamily.objects.all(), words)
    parts = entries | _records(0) | _clusters(0) | {"items": _items(0)}
    return Rows(**parts, words={word: tuple(known) for word, known in words.items()})


def changed_rows(base: Rows, seq: int) -> Rows | None:
    """The rows as stored now, from those at approval `seq` and what came since.

    None where that can't be told: after a rebuild, or where counts don't agree with the database.
    """
    if len(base.cluster_id) and not Cluster.objects.filter(pk=int(base.cluster_id[0])).exists():
        return None
    words = {word: {known: at for at, known in enumerate(base.words[word])} for word in WORDS}
    # Approvals come one at a time, so that later rows have higher ids.
    fresh = _entries(EventFamily.objects.filter(pk__gt=int(base.entry.max(initial=0))), words)
    fresh |= _records(int(base.record_id.max(initial=0))) | {"items": _items(int(base.items[:, 0].max(initial=0)))}
    names = (*ENTRY, "record_id", "record_ref", "items")
    longer = {name: np.concatenate([getattr(base, name), fresh[name]]) for name in names}
    _close(longer["event"], longer["until_seq"], seq)
    known = {word: tuple(at) for word, at in words.items()}
    rows = replace(base, **longer, **_standing_clusters(base, seq), words=known)
    return rows if _agrees(rows) else None


def _close(event: NDArray[np.int64], until_seq: NDArray[np.int32], seq: int) -> None:
    """Entries whose version was superseded after approval `seq` stand until then.

    Only a later event of the same record supersedes, so that a few records are looked at.
    """
    touched = LandEvent.objects.filter(approval__in=Approval.objects.filter(seq__gt=seq)).values("record_id")
    closed = LandEvent.objects.filter(record_id__in=touched, until_seq__gt=seq)
    pairs = np.array(sorted(closed.values_list("pk", "until_seq")), np.int64).reshape(-1, 2)
    if len(pairs):
        at = np.flatnonzero(np.isin(event, pairs[:, 0]))
        until_seq[at] = pairs[np.searchsorted(pairs[:, 0], event[at]), 1]


def _standing_clusters(base: Rows, seq: int) -> dict[str, NDArray[Any]]:
    """The base's clusters without those that were cut again after `seq`, and the new ones."""
    gone = np.array(list(Cluster.objects.filter(until_seq__gt=seq).values_list("pk", flat=True)), np.int64)
    stays = ~np.isin(base.cluster_id, gone)
    face = stays[base.face_cluster]
    fresh = _clusters(int(base.cluster_id.max(initial=0)))
    number = np.cumsum(stays) - 1
    return {
        "cluster_id": np.concatenate([base.cluster_id[stays], fresh["cluster_id"]]),
        "area2": np.concatenate([base.area2[face], fresh["area2"]]),
        "depth": np.concatenate([base.depth[face], fresh["depth"]]),
        "members": np.concatenate([base.members[np.repeat(face, base.depth)], fresh["members"]]),
        "face_cluster": np.concatenate([number[base.face_cluster[face]], fresh["face_cluster"] + int(stays.sum())]),
    }


def _agrees(rows: Rows) -> bool:
    """The rows are as many as the database has, and their clusters are those that stand."""
    stand = Cluster.objects.filter(until_seq=None).aggregate(count=Count("pk"), total=Sum("pk"))
    clusters = (len(rows.cluster_id), int(rows.cluster_id.sum()))
    counts = (EventFamily.objects.count(), Record.objects.count(), ItemsFound.objects.count())
    return (stand["count"], stand["total"] or 0) == clusters and counts == (
        len(rows.event),
        len(rows.record_id),
        len(rows.items),
    )


def _entries(query: QuerySet[EventFamily], words: dict[str, dict[str, int]]) -> dict[str, NDArray[Any]]:
    """The columns of these rows; words that are new get the next positions."""
    rows = query.order_by("pk").values_list(*READ).iterator(BATCH)
    parts = [_columns([], words), *(_columns(batch, words) for batch in _batches(rows))]
    return {name: np.concatenate([part[name] for part in parts]) for name in ENTRY}


def _columns(batch: Sequence[Sequence[Any]], words: dict[str, dict[str, int]]) -> dict[str, NDArray[Any]]:
    values = list(zip(*batch, strict=True)) if batch else [()] * len(READ)
    columns = {
        name: np.array([none if value is None else value for value in values[at]], kind)
        for at, (name, _source, kind, none) in enumerate(COLUMNS)
    }
    columns["on"] = np.array([day.toordinal() for day in values[len(COLUMNS)]], np.int32)
    for word, said in zip(WORDS, values[len(COLUMNS) + 1 :], strict=True):
        known = words[word]
        columns[word] = np.array([known.setdefault(one, len(known)) if one else -1 for one in said], np.int32)
    return columns


def _records(after: int) -> dict[str, NDArray[Any]]:
    """Ids and references (UTF-8, which sorts as the letters do) of the records with a higher id."""
    ids, refs = [np.zeros(0, np.int64)], [np.zeros(0, "S1")]
    for batch in _batches(Record.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "ref").iterator(BATCH)):
        ids.append(np.array([pk for pk, _ref in batch], np.int64))
        refs.append(np.array([ref.encode() for _pk, ref in batch]))
    return {"record_id": np.concatenate(ids), "record_ref": np.concatenate(refs)}


def _items(after: int) -> NDArray[np.int64]:
    rows = ItemsFound.objects.filter(pk__gt=after).order_by("pk")
    found = list(rows.values_list("pk", "event_id", "item_type_id", "count").iterator(BATCH))
    return np.array(found, np.int64).reshape(-1, 4)


def _clusters(after: int) -> dict[str, NDArray[Any]]:
    """The faces of the standing clusters with a higher id."""
    rows = Cluster.objects.filter(until_seq=None, pk__gt=after).order_by("pk").values_list("pk", "members", "faces")
    stored = [(pk, bytes(members), bytes(body)) for pk, members, body in rows.iterator(BATCH)]
    faces = unpack_clusters([blobs for _pk, *blobs in stored])  # type: ignore[misc]
    return {
        "cluster_id": np.array([pk for pk, *_blobs in stored], np.int64),
        "area2": faces.area2,
        "depth": np.diff(faces.indptr),
        "members": faces.members,
        "face_cluster": faces.cluster.astype(np.int64),
    }


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(rows)
    while batch := list(islice(rest, BATCH)):
        yield batch
