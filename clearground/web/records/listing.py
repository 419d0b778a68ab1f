"""The list of records: what is asked, which records answer, one page of them, and all of them as a file."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy
from numpy.typing import NDArray

from clearground.common.caution import NOTE, NOTE_TAG
from clearground.exchange.neighbours import chunked
from clearground.exchange.sheet_files import to_csv
from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.kernel.land.events import Kind
from clearground.land.models import LandEvent
from clearground.land.selectors.questions import LEVELS
from clearground.land.selectors.record_index import STATES, RecordIndex, family_number, record_index

from ..shell.selectors import called
from . import selectors

# By standing entry, whether what was asked holds of it.
Condition = Callable[[RecordIndex, Any], NDArray[np.bool_]]
PAGE = 50
SORTS = {
    "ref": gettext_lazy("Reference"),
    "on": gettext_lazy("Day"),
    "area": gettext_lazy("Area on the map"),
    "open": gettext_lazy("Area still open"),
}
STATE_WORDS = {
    "open": gettext_lazy("Open"),
    "partly_released": gettext_lazy("Partly released"),
    "released": gettext_lazy("Fully released"),
    "no_polygon": gettext_lazy("Hazard without a polygon"),
    "release": gettext_lazy("Release"),
    "withdrawn": gettext_lazy("Withdrawn"),
}


@dataclass(frozen=True)
class Found:
    """The records that answer, as positions in the index, in the order asked for; `page` is what is shown."""

    index: RecordIndex
    order: NDArray[np.int64]
    page: NDArray[np.int64]
    before: str = ""
    after: str = ""

    @property
    def count(self) -> int:
        """How many records answer."""
        return len(self.order)

    @property
    def counts(self) -> list[tuple[str, Any, int]]:
        """How many of them are in each state: code, words, number; states without any left out."""
        held = np.bincount(self.index.state[self.order], minlength=len(STATES)).tolist()
        return [(code, STATE_WORDS[code], n) for code, n in zip(STATES, held, strict=True) if n]

    @property
    def open_m2(self) -> float:
        """Area still open of the records that answer; ground that several of them cover counts in each."""
        return int(self.index.open2[self.order].sum()) / HALF_CM2_PER_M2


def found_records(asked: Mapping[str, Any], *, today: date, after: str = "", before: str = "") -> Found:
    """The records that answer, and one page of them: the first, or that after or before a reference."""
    index = record_index(as_of=today)
    at = np.flatnonzero(matching(index, asked))
    order = at[np.argsort(_key(index, asked)[at], kind="stable")]
    if asked.get("direction") == "down":
        order = order[::-1]
    low = _start(index, order, asked, after, before)
    page = order[low : low + PAGE]
    return Found(
        index,
        order,
        page,
        before=index.refs[page[0]] if low > 0 and len(page) else "",
        after=index.refs[page[-1]] if low + PAGE < len(order) and len(page) else "",
    )


def _key(index: RecordIndex, asked: Mapping[str, Any]) -> NDArray[Any]:
    keys = {"on": index.on, "area": index.area2, "open": index.open2}
    return keys.get(asked.get("sort") or "ref", np.arange(len(index.refs)))


def _start(index: RecordIndex, order: NDArray[np.int64], asked: Mapping[str, Any], after: str, before: str) -> int:
    """Where the page begins. The record that the address names may have left the list: its place is kept."""
    ref = after or before
    known = bisect_left(index.refs, ref) if ref else len(index.refs)
    if known >= len(index.refs) or index.refs[known] != ref:
        return 0
    sign = -1 if asked.get("direction") == "down" else 1
    key = _key(index, asked).astype(np.int64)
    mine = (sign * int(key[known]), sign * known)
    keys, place = sign * key[order], sign * order
    smaller = (keys < mine[0]) | ((keys == mine[0]) & (place < mine[1]))
    if before:
        return max(int(smaller.sum()) - PAGE, 0)
    return int((smaller | (order == known)).sum())


def matching(index: RecordIndex, asked: Mapping[str, Any]) -> NDArray[np.bool_]:
    """By record: it answers everything that is asked."""
    keep = np.ones(len(index.refs), bool)
    if asked.get("q"):
        keep &= index.with_ref_parts(asked["q"])
    if asked.get("state"):
        keep &= index.state == STATES.index(asked["state"])
    if asked.get("findings"):
        keep &= index.of_ids(selectors.ids_with_open_findings())
    if asked.get("contract"):
        keep &= index.of_ids(selectors.ids_under_contract(asked["contract"]))
    entries = list(_of_entries(index, asked))
    return keep & index.having(np.logical_and.reduce(entries)) if entries else keep


def _of_entries(index: RecordIndex, asked: Mapping[str, Any]) -> Iterator[NDArray[np.bool_]]:
    """By standing entry, one condition at a time: all of them hold for one line of a record."""
    return (holds(index, asked[name]) for name, holds in CONDITIONS.items() if asked.get(name))


def _of_class(index: RecordIndex, said: str) -> NDArray[np.bool_]:
    family, _colon, code = said.partition(":")
    classes = index.book_of.codes.classes
    meant = [at for at, each in enumerate(classes) if (each.family, each.code) == (family, code)]
    return np.isin(index.book_of.entries.hazard_class[index.entry], meant)


def _with_word(column: str, *, whole: bool = False) -> Condition:
    def holds(index: RecordIndex, said: str) -> NDArray[np.bool_]:
        known = _with_part(getattr(index.book_of.codes, f"{column}s"), said, whole=whole)
        return np.isin(getattr(index.book_of.entries, column)[index.entry], known)

    return holds


def _on(index: RecordIndex) -> NDArray[np.int32]:
    return index.book_of.entries.on[index.entry]


def _with_part(known: Iterable[str], said: str, *, whole: bool = False) -> list[int]:
    """Positions of the words that are, or hold, what was typed."""
    wanted = said.casefold()
    return [
        at for at, word in enumerate(known) if wanted == word.casefold() or (not whole and wanted in word.casefold())
    ]


def _in_place(index: RecordIndex, code: str) -> NDArray[np.bool_]:
    """By standing entry: it lies in the place, or in a part of it."""
    book_of = index.book_of
    place = book_of.entries.place[index.entry]
    meant = {at for at, known in enumerate(book_of.codes.places) if known == code}
    parts = [np.isin(place, list(meant))]
    for level in LEVELS.values():
        up = np.append(book_of.ancestor[level], np.int32(-1))[place]
        parts.append(np.isin(up, list(meant)))
    return np.asarray(np.logical_or.reduce(parts))


CONDITIONS: dict[str, Condition] = {
    "kind": lambda index, said: index.book_of.entries.kind[index.entry] == int(said),
    "family": lambda index, said: index.book_of.entries.family[index.entry] == family_number(index, said),
    "class": _of_class,
    "operator": _with_word("operator", whole=True),
    "task": _with_word("task"),
    "campaign": _with_word("campaign"),
    "place": _in_place,
    "since": lambda index, said: _on(index) >= said.toordinal(),
    "until": lambda index, said: _on(index) <= said.toordinal(),
}


def rows_of(found: Found, positions: NDArray[np.int64]) -> list[dict[str, Any]]:
    """What the list says of these records."""
    index = found.index
    ids = index.record_id[positions].tolist()
    events = selectors.standing_by_record(ids)
    findings = selectors.open_finding_counts([index.refs[at] for at in positions.tolist()])
    return [row_of(index, at, events.get(pk, []), findings) for at, pk in zip(positions.tolist(), ids, strict=True)]


def row_of(index: RecordIndex, at: int, lines: list[LandEvent], findings: Mapping[str, int]) -> dict[str, Any]:
    """One record, with words of its first standing line."""
    first, ref = (lines[0] if lines else None), index.refs[at]
    state = STATES[int(index.state[at])]
    stated = [line.stated_m2 for line in lines if line.stated_m2 is not None]
    has_land = bool(index.area2[at])
    return {
        "ref": ref,
        "state": state,
        "state_words": STATE_WORDS[state],
        "kind": first.get_kind_display() if first else "",
        "families": families_of(lines),
        "event": first,
        "place": called(first.place) if first and first.place else "",
        "area_m2": index.area2[at].item() / HALF_CM2_PER_M2 if has_land else None,
        "open_m2": index.open2[at].item() / HALF_CM2_PER_M2 if has_land and not index.is_release[at] else None,
        "stated_m2": sum(stated) if stated else None,
        "findings": findings.get(ref, 0),
    }


def families_of(lines: Iterable[LandEvent]) -> list[tuple[Any, str]]:
    """Family and code of the class of each line, once each."""
    found = {
        (each.family.code, each.hazard_class.code if each.hazard_class else ""): (each.family, each.hazard_class)
        for line in lines
        for each in line.in_families.all()
    }
    return [(family, hazard_class.code if hazard_class else "") for family, hazard_class in found.values()]


# Columns of the file, with their HXL tags.
COLUMNS = {
    "ref": "#item+code+ref",
    "state": "#status",
    "kind": "#event+type",
    "families": "#cause+type",
    "classes": "#cause+class",
    "on": "#date+start",
    "precision": "#date+precision",
    "operator": "#org+impl+code",
    "place": "#adm+code",
    "task": "#activity+code+task",
    "campaign": "#activity+code+campaign",
    "contract": "#activity+code+contract",
    "method": "#modality+method",
    "stated_m2": "#area+stated+m2",
    "placed_m2": "#area+placed+m2",
    "open_m2": "#area+open+m2",
    "open_findings": "#indicator+findings+num",
    "synthetic": "#meta+synthetic",
}


def csv_parts(found: Found, *, synthetic: bool) -> Iterator[str]:
    """The whole answer as CSV, piece by piece; the second row holds HXL tags."""
    yield "\ufeff" + ",".join([*COLUMNS, NOTE]) + "\n" + ",".join([*COLUMNS.values(), NOTE_TAG]) + "\n"
    if not found.count:
        yield body_of([])
    for chunk in chunked(found.order.tolist()):
        ids = found.index.record_id[chunk].tolist()
        lines, pairs = selectors.plain_lines(ids), selectors.family_pairs(ids)
        findings = selectors.open_finding_counts([found.index.refs[at] for at in chunk])
        rows = (
            _file_row(found.index, at, lines.get(pk, []), pairs.get(pk, [])) | {"synthetic": synthetic}
            for at, pk in zip(chunk, ids, strict=True)
        )
        counted = (row | {"open_findings": findings.get(row["ref"], 0)} for row in rows)
        yield body_of(counted)


def body_of(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows of the file without its headings."""
    return to_csv(list(COLUMNS), rows).split("\n", 1)[1]


def _file_row(
    index: RecordIndex, at: int, lines: Sequence[Mapping[str, Any]], pairs: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """One record, with the words of its first standing line."""
    said, stated = dict(lines[0]) if lines else {}, [x["stated_m2"] for x in lines if x["stated_m2"] is not None]
    has_land = bool(index.area2[at])
    return said | {
        "ref": index.refs[at],
        "state": STATES[int(index.state[at])],
        "kind": Kind(said["kind"]).name.lower() if said else "",
        "families": "; ".join(dict.fromkeys(family for family, _code in pairs)),
        "classes": "; ".join(code for _family, code in pairs if code),
        "on": said["on"].isoformat() if said else None,
        "precision": said.get("on_precision"),
        "operator": said.get("operator__code"),
        "place": said.get("place__code"),
        "stated_m2": sum(stated) if stated else None,
        "placed_m2": index.area2[at].item() / HALF_CM2_PER_M2 if has_land else None,
        "open_m2": index.open2[at].item() / HALF_CM2_PER_M2 if has_land and not index.is_release[at] else None,
    }
