"""What the register holds around some rows: standing versions, neighbours on the ground, places by code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from django.db.models import Q, QuerySet

from clearground.kernel.land.checks import Batch
from clearground.land.models import LandEvent
from clearground.places.choices import Level
from clearground.places.models import Boundary, Place
from clearground.places.selectors import current_boundaries

from .intake import ReadRow

# Stays below the number of variables that either database takes in one statement.
CHUNK = 900
# Up to so many rows, each asks the spatial index for its own box; beyond, one box holds them all.
FEW_ROWS = 400


def chunked(values: Iterable[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """The values in order, in lists of at most `size`."""
    pending = []
    for value in values:
        pending.append(value)
        if len(pending) == size:
            yield pending
            pending = []
    if pending:
        yield pending


def standing_events() -> QuerySet[LandEvent]:
    """Events of the versions that stand now; withdrawn records have none."""
    return LandEvent.objects.filter(until_seq=None, kind__isnull=False)


def standing_digests(refs: Iterable[str]) -> dict[str, dict[int, str]]:
    """For each reference that stands in the register: the digests of its lines, by line."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for chunk in chunked(sorted(set(refs))):
        events = standing_events().filter(record__ref__in=chunk)
        for ref, line, digest in events.values_list("record__ref", "line", "digest"):
            found[ref][line] = digest
    return dict(found)


def unchanged(rows: Sequence[ReadRow]) -> set[str]:
    """References of which the rows say exactly what stands in the register, line by line."""
    said: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in rows:
        said[row.ref].append((row.said.get("line") or 1, row.digest))
    standing = standing_digests(said)
    return {ref for ref, lines in said.items() if ref in standing and sorted(lines) == sorted(standing[ref].items())}


def known_refs(refs: Iterable[str]) -> frozenset[str]:
    """Those of `refs` that stand in the register."""
    return frozenset(
        ref
        for chunk in chunked(sorted(set(refs) - {""}))
        for ref in standing_events().filter(record__ref__in=chunk).values_list("record__ref", flat=True)
    )


def standing_near(rows: Sequence[ReadRow]) -> Batch:
    """Standing events whose boxes meet those of the rows, found by the spatial index; not the rows' own records."""
    own = {row.ref for row in rows}
    found: dict[int, tuple[Any, ...]] = {}
    families: dict[int, list[tuple[str, str | None]]] = defaultdict(list)
    for where in boxes_of(rows):
        near = standing_events().filter(where).order_by("id")
        for pk, ref, kind, shape, on, family, code in near.values_list(*NEAR).iterator(chunk_size=CHUNK):
            if ref not in own:
                found[pk] = (ref, kind, shape, on)
                families[pk] = sorted({*families[pk], (family, code)}, key=str)
    return batch_of_standing(found, families)


NEAR = ("id", "record__ref", "kind", "shape", "on", "in_families__family__code", "in_families__hazard_class__code")


def boxes_of(rows: Sequence[ReadRow]) -> Iterator[Q]:
    """Conditions that between them find all that lies near the rows."""
    shapes = [row.shape for row in rows if row.shape is not None and row.is_placed]
    if not shapes:
        return
    bounds = shapely.bounds(shapes).reshape(-1, 4)
    if len(bounds) > FEW_ROWS:
        low, high = np.nanmin(bounds, axis=0), np.nanmax(bounds, axis=0)
        bounds = np.array([[low[0], low[1], high[2], high[3]]])
    for box in bounds.tolist():
        yield Q(shape__box_overlaps=tuple(box))


def batch_of_standing(found: dict[int, tuple[Any, ...]], families: dict[int, list[tuple[str, str | None]]]) -> Batch:
    """Standing events as columns; their rows are counted from 1 and mean nothing."""
    columns = [np.empty(len(found), dtype=object) for _ in range(3)]
    refs, shapes, of_families = columns
    refs[:] = [ref for ref, _kind, _shape, _on in found.values()]
    shapes[:] = [shape for _ref, _kind, shape, _on in found.values()]
    of_families[:] = [tuple(families[pk]) for pk in found]
    return Batch(
        rows=np.arange(1, len(found) + 1, dtype=np.int64),
        refs=refs,
        shapes=shapes,
        kinds=np.array([kind for _ref, kind, _shape, _on in found.values()], dtype=np.int64),
        families=of_families,
        on=np.array([on.toordinal() for _ref, _kind, _shape, on in found.values()], dtype=float),
    )


def boundaries_of(codes: set[str]) -> dict[str, Any]:
    """Current shapes of the places of these codes that have one with an area."""
    edition = current_boundaries()
    shapes = Boundary.objects.filter(edition=edition).exclude(place__level=Level.VILLAGE)
    return {
        code: shape
        for chunk in chunked(sorted(codes - {""}))
        for code, shape in shapes.filter(place__code__in=chunk).values_list("place__code", "shape")
    }


def place_codes() -> frozenset[str] | None:
    """Codes of all places; None where the register has none, so that nothing is held against them."""
    return frozenset(Place.objects.values_list("code", flat=True)) or None


def province_by_place() -> dict[str, str]:
    """The code of the province that each place is in, by the place's code."""
    rows = Place.objects.order_by("level").values_list("id", "code", "parent_id", "level")
    province: dict[int, str] = {}
    by_code: dict[str, str] = {}
    for pk, code, parent, level in rows:
        province[pk] = by_code[code] = code if level == Level.PROVINCE else province.get(parent, "")
    return by_code


def codes_by_id(ids: Iterable[Any]) -> dict[int, str]:
    """Codes of places by id."""
    return dict(Place.objects.filter(pk__in=[int(pk) for pk in ids]).values_list("id", "code"))
