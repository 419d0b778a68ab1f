"""Makes the ledger of its rows: entries in book order, faces and what lies on each, shares of places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearground.accounts.models import Organisation
from clearground.kernel.land import balances, events
from clearground.kernel.land.balances import Book, Items
from clearground.kernel.land.columns import Codes, Entries, book_rank
from clearground.kernel.land.cutting import Faces
from clearground.kernel.land.folding import Postings, Stacks, fold, stack
from clearground.kernel.land.placing import Shares
from clearground.kernel.land.states import States, states_of
from clearground.places.choices import Level
from clearground.places.models import Place

from ..models import Family, HazardClass, ItemType
from .placed_rows import PlacedRows
from .rows import WORDS, Rows

# Answers that a ledger remembers; a page asks for some ten.
REMEMBERED = 400
# Books that are kept, each as known at one approval: some fifty megabytes for 50,000 hazards.
BOOKS_KEPT = 8
_REMEMBERING = Lock()


@dataclass(slots=True)
class Ledger:
    """The whole ledger in memory, for one set of boundaries; books are folded from it and kept.

    `event_ids` are the ids of the events with a polygon, rising: `entries.land` and the members of
    the faces index it. `ancestor[level]` maps a place to its ancestor at that level, or -1.
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
    cluster_ids: NDArray[np.int64]
    ancestor: dict[Level, NDArray[np.int32]]
    rows: Rows
    placed: PlacedRows
    books: dict[int, Book] = field(default_factory=dict)
    folded: dict[int, Postings] = field(default_factory=dict)
    stood: dict[tuple[int, int], tuple[NDArray[np.int64], NDArray[np.int64]]] = field(default_factory=dict)
    answers: dict[Any, Any] = field(default_factory=dict)

    def postings(self, seq: int) -> Postings:
        """The postings as known at approval `seq`; those asked for last are kept."""
        if seq not in self.folded:
            self.folded.clear()
            self.folded[seq] = fold(self.stacks, self.entries, self.states, seq)
        return self.folded[seq]

    def standing(self, seq: int, day: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The postings known at `seq` that hold on the day, and the face of each (rising); the last are kept."""
        if (seq, day) not in self.stood:
            postings = self.postings(seq)
            holds = np.flatnonzero((postings.day <= day) & (day < postings.until))
            face = self.stacks.face[postings.cell[holds]]
            order = np.argsort(face, kind="stable")
            self.stood.clear()
            self.stood[seq, day] = holds[order], face[order]
        return self.stood[seq, day]

    def remembered(self, question: Any, answer: Callable[[], Any]) -> Any:
        """The answer to a question that names its approval, made once; those asked for last are kept.

        A ledger with anything new in it is another ledger, so no answer is ever out of date.
        """
        with _REMEMBERING:
            found = self.answers.pop(question, None)
        if found is None:
            found = answer()
        with _REMEMBERING:
            self.answers[question] = found
            if len(self.answers) > REMEMBERED:
                del self.answers[next(iter(self.answers))]
        return found

    def book(self, seq: int) -> Book:
        """The books as known at approval `seq`."""
        if seq not in self.books:
            postings = fold(self.stacks, self.entries, self.states, seq)
            while len(self.books) >= BOOKS_KEPT:
                self.books.pop(next(iter(self.books)), None)
            self.books[seq] = balances.book(
                self.stacks, postings, self.entries, self.states, self.shares, seq, self.items
            )
        return self.books[seq]


def made(rows: Rows, placed: PlacedRows) -> Ledger:
    """The ledger of these rows, on the boundaries that they are placed in."""
    event_ids = np.unique(rows.members)
    indptr = np.r_[0, np.cumsum(rows.depth)].astype(np.int64)
    members = np.searchsorted(event_ids, rows.members)
    tile = np.zeros((len(rows.cluster_id), 2), np.int64)
    faces = Faces(rows.area2, indptr, members, rows.face_cluster, tile, None)
    places = np.array(Place.objects.order_by("code").values_list("pk", "level", "parent_id", "code"), object)
    places = places.reshape(-1, 4)
    place_ids = places[:, 0].astype(np.int64)
    codes = _codes(rows, places[:, 3].tolist())
    entries = _entries(rows, codes, event_ids, place_ids, placed)
    types = list(ItemType.objects.order_by("pk").values_list("pk", "code", "family_id"))
    return Ledger(
        seq=int(entries.seq.max(initial=0)),
        entries=entries,
        codes=codes,
        faces=faces,
        stacks=stack(faces, entries),
        states=states_of(codes.classes),
        shares=_shares(faces, placed, place_ids),
        items=_items(rows, types),
        item_types=tuple(code for _pk, code, _family in types),
        event_ids=event_ids,
        entry_event=rows.event,
        cluster_ids=rows.cluster_id,
        ancestor=_ancestors(places, place_ids),
        rows=rows,
        placed=placed,
    )


def made_elsewhere(known: Ledger, placed: PlacedRows) -> Ledger:
    """The same ledger on other boundaries; all that does not depend on them is shared."""
    place_ids = np.array(Place.objects.order_by("code").values_list("pk", flat=True), np.int64)
    entries = replace(known.entries, place=_places(known.rows, placed, place_ids))
    shares = _shares(known.faces, placed, place_ids)
    return replace(known, entries=entries, shares=shares, placed=placed, books={}, answers={})


def _codes(rows: Rows, places: list[str]) -> Codes:
    classes = HazardClass.objects.order_by("family_id", "-threat_rank", "code").select_related("family", "parent")
    return Codes(
        families=tuple(Family.objects.order_by("pk").values_list("code", flat=True)),
        classes=tuple(
            events.HazardClass(
                c.code, c.family.code, c.threat_rank, c.parent.code if c.parent else None, c.is_contamination
            )
            for c in classes
        ),
        records=(),
        places=tuple(places),
        operators=tuple(Organisation.objects.order_by("pk").values_list("code", flat=True)),
        **{f"{word}s": tuple(sorted(rows.words[word])) for word in WORDS},
    )


def _entries(
    rows: Rows,
    codes: Codes,
    event_ids: NDArray[np.int64],
    place_ids: NDArray[np.int64],
    placed: PlacedRows,
) -> Entries:
    """The entries of the rows of events by family."""
    order = np.argsort(rows.record_ref, kind="stable")
    in_order = rows.record_id[order]
    record = positions(rows.record, in_order)
    classes = HazardClass.objects.order_by("family_id", "-threat_rank", "code").values_list("pk", flat=True)
    return Entries(
        land=positions(rows.event, event_ids).astype(np.int64),
        seq=rows.seq,
        until_seq=rows.until_seq,
        kind=rows.kind,
        family=_by_id(rows.family, Family).astype(np.int16),
        hazard_class=positions(rows.hazard_class, np.array(classes, np.int64)).astype(np.int16),
        on=rows.on,
        # Ties of the book go by reference, sorted here: databases collate letters differently.
        book_rank=book_rank(rows.on, rows.kind, rows.first_seq, record, rows.line),
        stated_m2=rows.stated_m2,
        record=record,
        first_seq=rows.first_seq,
        place=_places(rows, placed, place_ids),
        hazard=positions(rows.hazard, in_order),
        operator=_by_id(rows.operator, Organisation),
        **{word: _words(getattr(rows, word), rows.words[word]) for word in WORDS},
    )


def positions(keys: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.int32]:
    """Where each key stands in `known`; -1 where it does not."""
    if not len(known):
        return np.full(len(keys), -1, np.int32)
    order = np.argsort(known, kind="stable")
    at = order[np.minimum(np.searchsorted(known[order], keys), len(known) - 1)]
    return np.where(known[at] == keys, at, -1).astype(np.int32)


def _by_id(keys: NDArray[np.int64], model: Any) -> NDArray[np.int32]:
    return positions(keys, np.array(model.objects.order_by("pk").values_list("pk", flat=True), np.int64))


def _words(at: NDArray[np.int32], words: tuple[str, ...]) -> NDArray[np.int32]:
    """Positions in a list of words, as positions in the sorted list; -1 stays."""
    rank = np.full(len(words) + 1, -1, np.int32)
    rank[np.array(sorted(range(len(words)), key=words.__getitem__), np.int64)] = np.arange(len(words))
    return rank[at]


def _places(rows: Rows, placed: PlacedRows, place_ids: NDArray[np.int64]) -> NDArray[np.int32]:
    """The stated place of each entry, or the place that its point lies in (spot tasks state none)."""
    return positions(np.where(rows.place >= 0, rows.place, placed.point_place), place_ids)


def _items(rows: Rows, types: list[Any]) -> Items:
    """Items, each at the entry of its own family where the event has one, else at the event's first."""
    kind = positions(rows.items[:, 2], np.array([pk for pk, *_rest in types], np.int64))
    families = np.array([family or -1 for _pk, _code, family in types] or [-1], np.int64)
    order = np.lexsort((rows.family, rows.event)) if len(rows.event) else np.zeros(0, np.int64)
    several = int(max(rows.family.max(initial=0), families.max())) + 2
    key = rows.event[order] * several + rows.family[order]
    own = positions(rows.items[:, 1] * several + families[kind], key)
    first = positions(rows.items[:, 1], rows.event)
    entry = np.where(own >= 0, order[own] if len(order) else own, first)
    there = entry >= 0
    return Items(entry[there].astype(np.int64), kind[there].astype(np.int64), rows.items[there, 3])


def _shares(faces: Faces, placed: PlacedRows, place_ids: NDArray[np.int64]) -> Shares:
    """The stored shares in an edition; all of a face in *no place* where there is none."""
    table = placed.shares
    if not len(table):
        return Shares(np.arange(len(faces)), np.full(len(faces), -1, np.int32), faces.area2)
    return Shares(table[:, 0], positions(table[:, 1], place_ids), table[:, 2])


def _ancestors(places: NDArray[np.object_], place_ids: NDArray[np.int64]) -> dict[Level, NDArray[np.int32]]:
    """For each level, the ancestor of each place at it (itself included), or -1."""
    parent = positions(np.array([pk or -1 for pk in places[:, 2]], np.int64), place_ids)
    level, result = places[:, 1].astype(np.int32), {}
    for wanted in Level:
        at = np.arange(len(places), dtype=np.int32)
        for _step in Level:
            climb = (at >= 0) & (level[at] > wanted)
            at = np.where(climb, parent[at], at).astype(np.int32)
        result[wanted] = np.where((at >= 0) & (level[at] == wanted), at, -1).astype(np.int32)
    return result
