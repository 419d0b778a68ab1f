"""Reads the ledger into arrays: entries from the events, faces and shares from their stored cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely
from django.db.models import Max
from numpy.typing import NDArray

from clearground.accounts.models import Organisation
from clearground.kernel.land import balances, events
from clearground.kernel.land.balances import Book, Items
from clearground.kernel.land.columns import STANDS, Codes, Entries, book_rank
from clearground.kernel.land.cutting import Faces
from clearground.kernel.land.folding import Postings, Stacks, fold, stack
from clearground.kernel.land.placing import Shares
from clearground.kernel.land.states import States, states_of
from clearground.places.choices import Level
from clearground.places.models import BoundaryEdition, Place
from clearground.places.selectors import commune_shapes, current_boundaries

from ..models import Approval, Cluster, ClusterPlaces, EventFamily, Family, HazardClass, ItemsFound, ItemType, Record
from ..packing import unpack_clusters, unpack_shares

BATCH = 10_000
COLUMNS = (
    "event_id",
    "family_id",
    "hazard_class_id",
    "event__approval__seq",
    "event__until_seq",
    "event__kind",
    "event__on",
    "event__stated_m2",
    "event__record_id",
    "event__record__first_seq",
    "event__line",
    "event__place_id",
    "event__hazard_id",
    "event__operator_id",
    "event__method",
    "event__task",
    "event__campaign",
)


@dataclass(slots=True)
class Ledger:
    """The whole ledger in memory, for one set of boundaries; books are folded from it and kept.

    `event_ids` are the ids of the events with a polygon, rising: `entries.land` and the members of
    the faces index it. `stated_place` is what entries state, without what their points tell.
    `ancestor[level]` maps a place to its ancestor at that level, or -1.
    """

    seq: int
    entries: Entries
    codes: Codes
    faces: Faces
    stacks: Stacks
    states: States
    shares: Shares
    items: Items
    item_types: tuple[str, ...]
    event_ids: NDArray[np.int64]
    entry_event: NDArray[np.int64]
    stated_place: NDArray[np.int32]
    cluster_ids: NDArray[np.int64]
    ancestor: dict[Level, NDArray[np.int32]]
    books: dict[int, Book] = field(default_factory=dict)
    folded: dict[int, Postings] = field(default_factory=dict)

    def postings(self, seq: int) -> Postings:
        """The postings as known at approval `seq`; those asked for last are kept."""
        if seq not in self.folded:
            self.folded.clear()
            self.folded[seq] = fold(self.stacks, self.entries, self.states, seq)
        return self.folded[seq]

    def book(self, seq: int) -> Book:
        """The books as known at approval `seq`."""
        if seq not in self.books:
            postings = fold(self.stacks, self.entries, self.states, seq)
            self.books[seq] = balances.book(
                self.stacks, postings, self.entries, self.states, self.shares, seq, self.items
            )
        return self.books[seq]


# What is kept is one reading of the ledger, on the editions of boundaries that were asked for last.
_KEPT: dict[tuple[Any, ...], dict[int | None, Ledger]] = {}
EDITIONS_KEPT = 3


def ledger(boundaries: BoundaryEdition | None = None) -> Ledger:
    """The ledger as stored now; read again only when an approval, a cut or an edition came since."""
    edition = boundaries or current_boundaries()
    version, pk = _version(), edition.pk if edition else None
    if version not in _KEPT:
        _KEPT.clear()
        _KEPT[version] = {}
    kept = _KEPT[version]
    found = kept.pop(pk, None) or (_elsewhere(next(iter(kept.values())), edition) if kept else _read(edition))
    kept[pk] = found  # the one asked for last comes last
    if len(kept) > EDITIONS_KEPT:
        del kept[next(iter(kept))]
    return found


def _version() -> tuple[Any, ...]:
    last = Approval.objects.order_by("-seq").values_list("pk", "seq", "recorded_at").first()
    cut = Cluster.objects.aggregate(Max("pk"))["pk__max"]
    placed = ClusterPlaces.objects.aggregate(Max("pk"))["pk__max"]
    return (last, cut, placed, Place.objects.count())


def _elsewhere(known: Ledger, edition: BoundaryEdition | None) -> Ledger:
    """The same ledger on other boundaries; all that does not depend on them is shared."""
    place_at = _place_at()
    place = _places_of_points(known.entry_event, known.stated_place, place_at, edition)
    return replace(
        known,
        entries=replace(known.entries, place=place),
        shares=_shares(known.faces, known.cluster_ids, edition, place_at),
        books={},
    )


def _place_at() -> dict[int, int]:
    """The position of each place in the order of codes, by id."""
    return {pk: at for at, pk in enumerate(Place.objects.order_by("code").values_list("pk", flat=True))}


def _read(edition: BoundaryEdition | None) -> Ledger:
    places = list(Place.objects.order_by("code").values_list("pk", "code", "level", "parent_id"))
    place_at = {pk: at for at, (pk, *_rest) in enumerate(places)}
    rows = list(EventFamily.objects.exclude(event__kind=None).order_by("pk").values_list(*COLUMNS).iterator(BATCH))
    clusters = list(Cluster.objects.filter(until_seq=None).order_by("pk").values_list("pk", "members", "faces"))
    faces = unpack_clusters([(bytes(members), bytes(body)) for _pk, members, body in clusters])
    event_ids = np.unique(faces.members)
    faces = Faces(faces.area2, faces.indptr, np.searchsorted(event_ids, faces.members), faces.cluster, faces.tile, None)
    codes, class_at, family_at = _codes(rows, [code for _pk, code, *_rest in places])
    stated, entry_event = _entries(rows, codes, class_at, family_at, place_at, event_ids)
    entries = replace(stated, place=_places_of_points(entry_event, stated.place, place_at, edition))
    items, item_types = _items(entries, entry_event)
    cluster_ids = np.array([pk for pk, *_rest in clusters], np.int64)
    return Ledger(
        seq=int(entries.seq.max(initial=0)),
        entries=entries,
        codes=codes,
        faces=faces,
        stacks=stack(faces, entries),
        states=states_of(codes.classes),
        shares=_shares(faces, cluster_ids, edition, place_at),
        items=items,
        item_types=item_types,
        event_ids=event_ids,
        entry_event=entry_event,
        stated_place=stated.place,
        cluster_ids=cluster_ids,
        ancestor=_ancestors(places, place_at),
    )


def _codes(rows: Sequence[Any], places: list[str]) -> tuple[Codes, dict[int, int], dict[int, int]]:
    families = list(Family.objects.order_by("pk").values_list("pk", "code"))
    classes = list(HazardClass.objects.order_by("family_id", "-threat_rank", "code").select_related("family", "parent"))
    kernel_classes = tuple(
        events.HazardClass(
            c.code, c.family.code, c.threat_rank, c.parent.code if c.parent else None, c.is_contamination
        )
        for c in classes
    )
    codes = Codes(
        families=tuple(code for _pk, code in families),
        classes=kernel_classes,
        records=(),
        places=tuple(places),
        operators=tuple(Organisation.objects.order_by("pk").values_list("code", flat=True)),
        methods=_words(rows, "event__method"),
        tasks=_words(rows, "event__task"),
        campaigns=_words(rows, "event__campaign"),
    )
    class_at = {c.pk: at for at, c in enumerate(classes)}
    return codes, class_at, {pk: at for at, (pk, _code) in enumerate(families)}


def _words(rows: Sequence[Any], column: str) -> tuple[str, ...]:
    at = COLUMNS.index(column)
    return tuple(sorted({row[at] for row in rows if row[at]}))


@dataclass(frozen=True, slots=True)
class _Columns:
    """The rows of `COLUMNS`, column by column, as numbers."""

    values: dict[str, tuple[Any, ...]]

    @classmethod
    def of(cls, rows: Sequence[Any]) -> _Columns:
        """The columns of these rows; empty ones where there are none."""
        return cls(dict(zip(COLUMNS, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(COLUMNS, ()))

    def numbers(self, name: str, dtype: Any = np.int32, none: float = -1) -> NDArray[Any]:
        """A column of numbers."""
        return np.array([none if value is None else value for value in self.values[name]], dtype)

    def days(self, name: str) -> NDArray[np.int32]:
        """A column of days, as day numbers."""
        return np.array([day.toordinal() for day in self.values[name]], np.int32)

    def positions(self, name: str, at: Mapping[Any, int]) -> NDArray[np.int32]:
        """A column of keys, as their positions; -1 where one is unknown or empty."""
        return np.array([at.get(value, -1) for value in self.values[name]], np.int32)

    def words(self, name: str, codes: Sequence[str]) -> NDArray[np.int32]:
        """A column of words, as their positions in a list."""
        return self.positions(name, {code: at for at, code in enumerate(codes)})


def _entries(
    rows: Sequence[Any],
    codes: Codes,
    class_at: dict[int, int],
    family_at: dict[int, int],
    place_at: dict[int, int],
    event_ids: NDArray[np.int64],
) -> tuple[Entries, NDArray[np.int64]]:
    """The entries of the rows of events by family, and the id of each one's event."""
    columns = _Columns.of(rows)
    event = columns.numbers("event_id", np.int64)
    entries = Entries(
        land=_lands(event, event_ids),
        seq=columns.numbers("event__approval__seq"),
        until_seq=columns.numbers("event__until_seq", none=STANDS),
        family=columns.positions("family_id", family_at).astype(np.int16),
        hazard_class=columns.positions("hazard_class_id", class_at).astype(np.int16),
        stated_m2=columns.numbers("event__stated_m2", np.float64, np.nan),
        place=columns.positions("event__place_id", place_at),
        operator=columns.positions("event__operator_id", _positions_by_id(Organisation)),
        method=columns.words("event__method", codes.methods),
        task=columns.words("event__task", codes.tasks),
        campaign=columns.words("event__campaign", codes.campaigns),
        **_in_book_order(columns),
    )
    return entries, event


def _in_book_order(columns: _Columns) -> dict[str, NDArray[Any]]:
    """The columns that decide an entry's place in book order, with that place and the hazard released."""
    order = {pk: at for at, (pk, _ref, _first) in enumerate(records_in_order())}
    on, kind = columns.days("event__on"), columns.numbers("event__kind", np.int8)
    first_seq, record = columns.numbers("event__record__first_seq"), columns.positions("event__record_id", order)
    return {
        "on": on,
        "kind": kind,
        "first_seq": first_seq,
        "record": record,
        "book_rank": book_rank(on, kind, first_seq, record, columns.numbers("event__line")),
        "hazard": columns.positions("event__hazard_id", order),
    }


def records_in_order() -> list[tuple[int, str, int]]:
    """Id, reference and first approval of every record, by reference: entries name records by this order.

    Sorted here, because databases collate letters differently, and the order decides ties of the book.
    """
    return sorted(Record.objects.values_list("pk", "ref", "first_seq"), key=lambda row: row[1])


def _positions_by_id(model: Any) -> dict[int, int]:
    """The position of each row of a table, by id, in the order of ids."""
    return {pk: at for at, pk in enumerate(model.objects.order_by("pk").values_list("pk", flat=True))}


def _lands(event: NDArray[np.int64], event_ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """The row of each event's polygon in `event_ids` (rising); -1 where it has none."""
    if not len(event_ids):
        return np.full(len(event), -1, np.int64)
    position = np.minimum(np.searchsorted(event_ids, event), len(event_ids) - 1)
    return np.where(event_ids[position] == event, position, -1)


def _places_of_points(
    event: NDArray[np.int64],
    place: NDArray[np.int32],
    place_at: dict[int, int],
    edition: BoundaryEdition | None,
) -> NDArray[np.int32]:
    """The stated place of each entry, or the place that its point lies in (spot tasks state none)."""
    from ..models import LandEvent

    unknown = set(event[place < 0].tolist())
    rows = LandEvent.objects.filter(place=None).exclude(shape_minx=None).values_list("pk", "shape_minx", "shape_miny")
    points = [(pk, x, y) for pk, x, y in rows.iterator(BATCH) if pk in unknown]
    ids, shapes = commune_shapes(edition)
    if not points or not len(ids):
        return place
    found = shapely.STRtree(shapes).query(shapely.points([row[1:] for row in points]), predicate="intersects")
    lowest = {points[point][0]: int(ids[at]) for point, at in reversed(found.T.tolist())}
    return np.array(
        [
            place_at[lowest[pk]] if at < 0 and pk in lowest else at
            for pk, at in zip(event.tolist(), place.tolist(), strict=True)
        ],
        np.int32,
    )


def _items(entries: Entries, entry_event: NDArray[np.int64]) -> tuple[Items, tuple[str, ...]]:
    """Items, each at the entry of its own family where the event has one, else at the event's first."""
    types = list(ItemType.objects.order_by("pk").values_list("pk", "code", "family_id"))
    family_at = {pk: at for at, pk in enumerate(Family.objects.order_by("pk").values_list("pk", flat=True))}
    at = {pk: (number, family_at.get(family, -1)) for number, (pk, _code, family) in enumerate(types)}
    of: dict[int, dict[int, int]] = {}
    for entry, (event, family) in enumerate(zip(entry_event.tolist(), entries.family.tolist(), strict=True)):
        of.setdefault(event, {})[family] = entry
    rows = []
    for event, kind, count in ItemsFound.objects.values_list("event_id", "item_type_id", "count").iterator(BATCH):
        if own := of.get(event):
            number, family = at[kind]
            rows.append((own.get(family, next(iter(own.values()))), number, count))
    columns = np.array(rows, np.int64).reshape(-1, 3)
    return Items(columns[:, 0], columns[:, 1], columns[:, 2]), tuple(code for _pk, code, _family in types)


def _shares(
    faces: Faces, cluster_ids: NDArray[np.int64], edition: BoundaryEdition | None, place_at: dict[int, int]
) -> Shares:
    """The stored shares in an edition; all of a face in *no place* where there is none."""
    rows = ClusterPlaces.objects.filter(boundaries=edition, cluster__until_seq=None) if edition else None
    pairs = list(rows.order_by("cluster_id").values_list("cluster_id", "shares")) if rows is not None else []
    if not pairs:
        return Shares(np.arange(len(faces)), np.full(len(faces), -1, np.int32), faces.area2)
    first = np.searchsorted(faces.cluster, np.searchsorted(cluster_ids, [pk for pk, _blob in pairs]))
    table = unpack_shares([bytes(blob) for _pk, blob in pairs], first)
    known = np.array([place_at.get(pk, -1) for pk in table[:, 1].tolist()], np.int32)
    return Shares(table[:, 0], known, table[:, 2])


def _ancestors(places: Sequence[Any], place_at: dict[int, int]) -> dict[Level, NDArray[np.int32]]:
    """For each level, the ancestor of each place at it (itself included), or -1."""
    parent = np.array([place_at.get(row[3], -1) for row in places], np.int32)
    level = np.array([row[2] for row in places], np.int32)
    result = {}
    for wanted in Level:
        at = np.arange(len(places), dtype=np.int32)
        for _step in Level:
            climb = (at >= 0) & (level[at] > wanted)
            at = np.where(climb, parent[at], at).astype(np.int32)
        result[wanted] = np.where((at >= 0) & (level[at] == wanted), at, -1).astype(np.int32)
    return result
