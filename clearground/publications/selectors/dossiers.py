"""What a dossier of a task or a record rests on: its lines, their versions, and the land around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import cos, radians
from typing import Any

import numpy as np
import shapely
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clearground.common.errors import Refused
from clearground.kernel.land.mgrs import zone_of
from clearground.land.given import points_called
from clearground.land.models import Approval, LandEvent, Record
from clearground.land.selectors import land_states
from clearground.land.selectors.record_land import booked_m2
from clearground.places.models import Boundary, Place
from clearground.places.selectors import current_boundaries, finest_level

from .names import called

MOST_RECORDS = 40
# A map shows its land at the next usual scale: at most five times as wide as the land, whichever way that lies.
# Land around is looked up that far, since what is not drawn would look like nothing recorded.
AROUND = 2.5
LEAST_AROUND_DEG = 0.005


@dataclass(frozen=True, slots=True)
class Dossier:
    """Lines that stand (`lines`), all their versions, and what lies around, as known on a day."""

    name: str
    is_task: bool
    lines: list[LandEvent]
    versions: list[LandEvent]
    known: date
    zone: int
    is_north: bool
    around: list[dict[str, Any]]
    communes: list[tuple[str, Any]]
    place: str
    booked_m2: dict[int, float | None]

    @property
    def shapes(self) -> list[Any]:
        """The shapes of the lines that have one."""
        return [line.shape for line in self.lines if line.shape is not None]

    def points_given(self, kind: re.Pattern[str]) -> list[str]:
        """Points of a kind among the coordinates as they were given, which call them by name."""
        return list(dict.fromkeys(point for line in self.lines for point in points_called(kind, line.given_shape)))


def dossier(name: str) -> Dossier:
    """The dossier of a task's code or a record's reference; refused, with similar ones, where neither is known."""
    name = name.strip()
    versions, is_task = _versions(name)
    if len({line.record_id for line in versions}) > MOST_RECORDS:
        raise Refused(
            _("“%(name)s” has more than %(most)s records.") % {"name": name, "most": MOST_RECORDS},
            _("Ask for the dossier of one of its records."),
        )
    # Of a task whose records were withdrawn the last versions are shown, as what they were.
    lines = [line for line in versions if line.until_seq is None and line.kind is not None] or versions[-1:]
    shapes = [line.shape for line in lines if line.shape is not None]
    known = Approval.objects.order_by("-seq").values_list("on", flat=True).first() or date.min
    centre = shapely.union_all([shapely.box(*shape.bounds) for shape in shapes]).centroid if shapes else None
    lon, lat = (centre.x, centre.y) if centre else (0.0, 0.0)
    box = _box(shapes)
    return Dossier(
        name,
        is_task,
        lines,
        versions,
        known,
        zone_of(lon, lat),
        lat >= 0,
        around=_around(lines, box, known) if box else [],
        communes=_communes(box) if box else [],
        place=_place(lines, lon, lat) if centre else "",
        booked_m2=booked_m2(lines),
    )


def _versions(name: str) -> tuple[list[LandEvent], bool]:
    """All versions of the record of this reference, or of the records of the task of this code."""
    record = Record.objects.filter(ref=name).first()
    if record is not None:
        return list(_told(LandEvent.objects.filter(record=record))), False
    of_task = LandEvent.objects.filter(task=name).values("record_id")
    found = list(_told(LandEvent.objects.filter(record_id__in=of_task))) if name else []
    if not found:
        similar = sorted({*_similar("record__ref", name), *_similar("task", name)})[:6]
        raise Refused(
            _("No task and no record is called “%(name)s”.") % {"name": name},
            _("Similar: %(names)s") % {"names": ", ".join(similar)} if similar else _("Copy it from a report."),
        )
    return found, True


def _similar(field: str, name: str) -> list[str]:
    rows = LandEvent.objects.filter(**{f"{field}__istartswith": name[:8]}).exclude(**{field: ""})
    return list(rows.order_by(field).values_list(field, flat=True).distinct()[:4]) if name else []


def _told(lines: QuerySet[LandEvent]) -> QuerySet[LandEvent]:
    related = ("record", "approval", "document", "operator", "place", "hazard")
    inner = ("in_families__family", "in_families__hazard_class", "items__item_type")
    return lines.select_related(*related).prefetch_related(*inner).order_by("approval__seq", "record__ref", "line")


def _box(shapes: Sequence[Any]) -> tuple[float, float, float, float] | None:
    """A window in degrees around the shapes; None where there are none."""
    if not shapes:
        return None
    west, south, east, north = map(float, shapely.total_bounds(np.array(shapes, object)))
    narrow = cos(radians((south + north) / 2))
    side = max((east - west) * narrow, north - south) * AROUND + LEAST_AROUND_DEG
    return west - side / narrow, south - side, east + side / narrow, north + side


def _around(lines: Sequence[LandEvent], box: tuple[float, ...], known: date) -> list[dict[str, Any]]:
    """Land of the same families in the window, by state, as it is known to lie today."""
    families = {one.family.code for line in lines for one in line.in_families.all()}
    window = shapely.box(*box)
    found = land_states(as_of=known, known=known, box=box)  # type: ignore[arg-type]
    return [each for each in found if each["family"] in families and each["geometry"].intersects(window)]


def _communes(box: tuple[float, ...]) -> list[tuple[str, Any]]:
    """Names and outlines of the communes (or the finest areas there are) in the window."""
    edition = current_boundaries()
    level = finest_level(edition) if edition else None
    if level is None:
        return []
    rows = Boundary.objects.filter(edition=edition, place__level=level, shape__box_overlaps=box)
    return [(called(row.place), row.shape) for row in rows.select_related("place").order_by("place__code")]


def _place(lines: Sequence[LandEvent], lon: float, lat: float) -> str:
    """Where the land lies, from commune to province: as the report states, else where its middle lies."""
    place: Place | None = next((line.place for line in lines if line.place), None)
    if place is None:
        point = shapely.Point(lon, lat)
        edition, near = current_boundaries(), (lon, lat, lon, lat)
        rows = Boundary.objects.filter(edition=edition, shape__box_overlaps=near).select_related("place")
        inside = [row.place for row in rows if row.shape.geom_type != "Point" and row.shape.contains(point)]
        place = max(inside, key=lambda found: found.level, default=None)
    names = []
    while place is not None:
        names.append(called(place))
        place = place.parent
    return ", ".join(names)
