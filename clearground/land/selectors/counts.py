"""Answers how many hazards there are and what became of them, what clearance found, how true survey was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from clearground.common.errors import Exit, Refused
from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.kernel.land.counts import Asked, Counts, Found, Hazards, Known, count, hazards
from clearground.places.models import BoundaryEdition
from clearground.places.selectors import current_boundaries, frame, the_country

from ..counted import COUNT_COLUMNS, COUNT_DIMENSIONS, SHARE_COLUMNS, CountSheet
from ..models import Cluster, LandEvent
from ..sheets import PLACE_DIMENSIONS
from .loading import Ledger, ledger
from .naming import code_names
from .questions import BEGINNING, LEVELS, approval_known, check, check_areas, with_family

BATCH = 2_000
SIDES = ("box_minx", "box_miny", "box_maxx", "box_maxy")


def counts(
    *,
    as_of: date,
    known: date | None = None,
    since: date | None = None,
    by: Sequence[str] = ("family", "class"),
    boundaries: BoundaryEdition | None = None,
    seq: int | None = None,
) -> CountSheet:
    """Hazards as they stand on `as_of`; recorded, cleared and found from `since` (default: ever) to that day.

    All as known on `known` (default: now). The family is always among the dimensions, as on the
    sheet. Refused where a dimension splits none of this.
    """
    by = with_family(by)
    _check(by, as_of, since)
    if boundaries is not None:
        check_areas(boundaries)
    seq, book_of = approval_known(known) if seq is None else seq, ledger(boundaries)
    levels = [LEVELS[name] for name in PLACE_DIMENSIONS if name in by]
    names = [*(name for name in by if name not in PLACE_DIMENSIONS), *(["place"] if levels else [])]
    group = book_of.ancestor[max(levels)] if levels else None
    first = since.toordinal() - 1 if since else BEGINNING
    asked, located = Asked(first, as_of.toordinal(), names, group), book_of.remembered("found", lambda: _found(book_of))
    found = count(_known(book_of, seq), asked, located)
    edition, invented = boundaries or current_boundaries(), the_country().is_invented
    name = edition.name if edition else None
    return CountSheet(as_of, known, seq, since, tuple(by), name, invented, _rows(found, book_of, by))


def standing_hazards(*, as_of: date, seq: int, level: str | None) -> Hazards:
    """The hazard records that stand on the day, once in each family, in the places of a level (None: as placed)."""
    book_of = ledger()
    group = book_of.ancestor[LEVELS[level]] if level else None
    names = ["family", "class", *(["place"] if level else [])]
    return hazards(_known(book_of, seq), Asked(BEGINNING, as_of.toordinal(), names, group))


def _check(by: Sequence[str], as_of: date, since: date | None) -> None:
    if unknown := [name for name in by if name not in COUNT_DIMENSIONS]:
        raise Refused(
            _("Counts have no dimension %(names)s.") % {"names": ", ".join(unknown)},
            _("Use any of: %(known)s") % {"known": ", ".join(COUNT_DIMENSIONS)},
            Exit.USAGE,
        )
    check((), "happened", as_of, since)


def _known(book_of: Ledger, seq: int) -> Known:
    """What is known at an approval; that of the approval asked about last is kept."""

    def made() -> Known:
        _, event = np.unique(book_of.entry_event, return_inverse=True)
        postings = book_of.postings(seq)
        return Known(seq, book_of.entries, event, book_of.states, book_of.stacks, postings, book_of.shares)

    kept: dict[int, Known] = book_of.remembered("known", dict)
    if seq not in kept:
        kept.clear()
        kept[seq] = made()
    return kept[seq]


def _rows(found: Counts, book_of: Ledger, by: Sequence[str]) -> list[dict[str, Any]]:
    labels = {
        name: code_names(name, found.codes["place" if name in PLACE_DIMENSIONS else name], book_of) for name in by
    }
    columns = labels | {name: _printed(name, found.sums[measure]) for name, (measure, _says) in COUNT_COLUMNS.items()}
    for name, (part, whole, _says) in SHARE_COLUMNS.items():
        columns[name] = [
            _share(*pair) for pair in zip(found.sums[part].tolist(), found.sums[whole].tolist(), strict=True)
        ]
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _printed(name: str, total: NDArray[np.int64]) -> list[Any]:
    return (total / HALF_CM2_PER_M2 if name.endswith("_m2") else total).tolist()


def _share(part: int, whole: int) -> float | None:
    """The quotient of two whole numbers; None where there is nothing to have a share of."""
    return part / whole if whole else None


def _found(book_of: Ledger) -> Found:
    """Items by entry, and the faces under the points of events that found some."""
    _, event = np.unique(book_of.entry_event, return_inverse=True)
    unplaced = book_of.items.entry[book_of.entries.land[book_of.items.entry] < 0]
    number = dict(zip(book_of.entry_event[unplaced].tolist(), event[unplaced].tolist(), strict=True))
    ids, points = _points(sorted(number))
    row, face = _faces_under(book_of, points)
    rest = np.setdiff1d(np.arange(len(points)), row)
    events = np.array([number[pk] for pk in ids], np.int64)
    return Found(
        book_of.items.entry,
        book_of.items.count,
        events[np.append(row, rest)],
        np.append(face, np.full(len(rest), -1)).astype(np.int64),
    )


def _points(event_ids: Sequence[int]) -> tuple[list[int], NDArray[np.object_]]:
    """The points of events that have any, on the grid, with the id of each one's event."""
    pairs: list[tuple[int, Any]] = []
    for start in range(0, len(event_ids), BATCH):
        rows = LandEvent.objects.filter(pk__in=event_ids[start : start + BATCH]).exclude(shape_minx=None)
        pairs += rows.order_by("pk").values_list("pk", "shape")
    points = shapely.get_parts(np.array([shapely.MultiPoint(shapely.get_coordinates(shape)) for _pk, shape in pairs]))
    ids = [pk for pk, shape in pairs for _point in shapely.get_coordinates(shape)]
    return ids, frame().to_grid(points) if len(points) else np.zeros(0, object)


def _faces_under(book_of: Ledger, points: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each point with each face that it lies on, or on the edge of."""
    rows, faces = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    tree = shapely.STRtree(points)
    wanted = _clusters_near(tree)
    for start in range(0, len(wanted), BATCH):
        chosen = Cluster.objects.filter(pk__in=wanted[start : start + BATCH])
        for pk, body in chosen.values_list("pk", "shapes"):
            cluster = np.searchsorted(book_of.cluster_ids, pk)
            shapes = shapely.get_parts(shapely.from_wkb(bytes(body)))
            face, row = tree.query(shapes, predicate="intersects")
            rows.append(row)
            faces.append(face + np.searchsorted(book_of.faces.cluster, cluster))
    return np.concatenate(rows), np.concatenate(faces)


def _clusters_near(tree: shapely.STRtree) -> list[int]:
    """The standing clusters whose boxes hold some point."""
    if not len(tree):
        return []
    boxes = list(Cluster.objects.filter(until_seq=None).order_by("pk").values_list("pk", *SIDES).iterator(BATCH))
    sides = np.array([row[1:] for row in boxes], float).reshape(-1, 4)
    near, _point = tree.query(shapely.box(*sides.T))
    return [boxes[at][0] for at in np.unique(near).tolist()]
