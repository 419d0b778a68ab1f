"""How often each kind of trouble occurred in books: a generator that never makes it proves nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
import shapely

from clearground.kernel.land.events import Event, Kind

from .books import TILE_CM, Book
from .oracle import has_area

TROUBLES = (
    "classes overlap", "shared edge", "same day", "late report", "correction", "correction of a correction",
    "withdrawal", "release known before its hazard", "release of a hazard", "released twice",
    "hazard after the release", "several families on one ground", "several lines", "several records in one approval",
    "reopened", "reclassified", "sliver under 1 m²", "hole", "several parts", "crosses a border of tiles",
    "no polygon", "point",
)  # fmt: skip


def table(title: str, counts: Counter[str]) -> str:
    """The counts as a table to print."""
    return "\n".join([f"\n{title}:", *(f"  {counts[trouble]:>6}  {trouble}" for trouble in TROUBLES)])


def occurrence(book: Book) -> Counter[str]:
    """Each kind of trouble, and how often the book has it."""
    counts = Counter(_of_records(book))
    for event in book.events:
        counts.update(_of_event(event))
    placed = [e for e in book.events if has_area(e)]
    lands = np.array([e.land for e in placed], dtype=object)
    pairs = shapely.STRtree(lands).query(lands, "intersects").T
    for i, j in pairs.tolist():
        if i < j:
            counts.update(_of_pair(placed[i], placed[j]))
    return counts


def _of_records(book: Book) -> Iterable[str]:
    versions: Counter[str] = Counter()
    for ref, lines in (version for approval in book.approvals for version in approval):
        versions[ref] += 1
        yield from ["withdrawal"] * (not lines) + ["several lines"] * (len(lines) > 1)
        yield from ["correction"] * bool(lines and versions[ref] > 1)
        yield from ["correction of a correction"] * bool(lines and versions[ref] > 2)
    yield from ["several records in one approval"] * sum(len(a) > 1 for a in book.approvals)


def _of_event(event: Event) -> Iterable[str]:
    if event.land is None:
        yield "no polygon"
    elif not has_area(event):
        yield "point"
    else:
        parts = shapely.get_parts(event.land)
        yield from ["several parts"] * (len(parts) > 1) + ["hole"] * bool(shapely.get_num_interior_rings(parts).sum())
        x0, y0, x1, y1 = (c // TILE_CM for c in event.land.bounds)
        yield from ["crosses a border of tiles"] * ((x0, y0) != (x1, y1))


def _of_pair(a: Event, b: Event) -> Iterable[str]:
    if not _at_one_time(a, b):
        return
    shared = a.land.intersection(b.land)
    if shared.area == 0:
        yield from ["shared edge"] * (shared.length > 0)
        return
    yield from ["sliver under 1 m²"] * bool(0 < shared.area < 1e4 or _nearly_same(a, b))
    if a.family != b.family:
        yield "several families on one ground"
        return
    earlier, later = sorted((a, b), key=lambda e: e.book_order)
    yield from ["same day"] * (a.on == b.on) + ["late report"] * (later.first_seq < earlier.first_seq)
    yield from _of_kinds(earlier, later)


def _of_kinds(earlier: Event, later: Event) -> Iterable[str]:
    hazards = earlier.kind.is_hazard + later.kind.is_hazard
    yield from ["classes overlap"] * (hazards == 2 and earlier.hazard_class != later.hazard_class)
    if earlier.kind.is_release and later.kind.is_release:
        yield "released twice"
    if earlier.kind.is_hazard and later.kind.is_release:
        yield "release of a hazard"
        yield from ["release known before its hazard"] * (later.first_seq < earlier.first_seq)
    if earlier.kind.is_release and later.kind.is_hazard:
        yield "hazard after the release"
    if earlier.kind.is_hazard and later.kind == Kind.RECLASSIFY:
        yield "reclassified"
    if earlier.kind.is_release and later.kind == Kind.REOPEN:
        yield "reopened"


def _at_one_time(a: Event, b: Event) -> bool:
    ends = [e.until_seq or 10**9 for e in (a, b)]
    return max(a.seq, b.seq) < min(ends) and a.ref != b.ref


def _nearly_same(a: Event, b: Event) -> bool:
    return 0 < shapely.symmetric_difference(a.land, b.land).area < 2 * a.land.length
