"""What the page of one record shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import shapely
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clearground.accounts.rights import RIGHTS
from clearground.common import formats
from clearground.common.caution import caution
from clearground.exchange import rules
from clearground.exchange.selectors import finding_of
from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.land.models import LandEvent, Record
from clearground.land.selectors.record_land import Move, RecordLand, StateOfLand, booked_m2, land_of_record
from clearground.land.selectors.records import lineage_of, versions_of
from clearground.places.selectors import is_invented

from ..shell import selectors as shell
from ..shell.addresses import figure_address, map_address
from . import drawings, listing, points, selectors
from .filters import RecordsForm
from .versions import FIELDS, said, versions

STATES = {
    "confirmed": gettext_lazy("Confirmed hazardous"),
    "suspected": gettext_lazy("Suspected hazardous"),
    "not_stated": gettext_lazy("Hazardous, degree not stated"),
    "cleared": gettext_lazy("Cleared"),
    "reduced": gettext_lazy("Reduced by technical survey"),
    "cancelled": gettext_lazy("Cancelled by non-technical survey"),
    "unrecorded": gettext_lazy("Unrecorded"),
}
ORDER = list(STATES)
LARGEST_BOX_DEG = 0.5


def list_page(form: RecordsForm, given: Mapping[str, str]) -> dict[str, Any]:
    """The list as asked: one page of rows, how many answer in all, the addresses of the pages beside it."""
    asked = form.asked()
    after, before = given.get("after", ""), given.get("before", "")
    found = listing.found_records(asked, today=timezone.localdate(), after=after, before=before)
    return {
        "rows": listing.rows_of(found, found.page),
        "count": found.count,
        "counts": found.counts,
        "headings": headings(form, asked),
        "is_narrowed": form.is_narrowed(),
        "earlier": form.address(before=found.before) if found.before else "",
        "later": form.address(after=found.after) if found.after else "",
        "download": form.address(),
        "warning": caution(),
    }


def headings(form: RecordsForm, asked: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By sortable column: the address that orders by it, and how it is ordered now."""
    now, is_down = asked.get("sort", "ref"), asked.get("direction") == "down"
    return {
        name: {
            "words": words,
            "address": form.address(sort=name, direction="down" if now == name and not is_down else None),
            "sorted": ("descending" if is_down else "ascending") if now == name else "",
        }
        for name, words in listing.SORTS.items()
    }


def record_page(ref: str, *, today: date) -> dict[str, Any]:
    """Everything known of one record; refused, with similar references, where there is none."""
    events = list(versions_of(ref).select_related("place"))
    record = Record.objects.get(ref=ref.strip())
    for event in events:
        event.record = record
    standing = [event for event in events if event.until_seq is None and event.kind is not None]
    near = selectors.neighbours_of([event.shape for event in standing], record.pk)
    land, areas = land_of_record(record, as_of=today), booked_m2(events)
    return {
        "record": record,
        "ref": record.ref,
        "today": today,
        "is_withdrawn": not standing,
        "lines": [line_page(event, areas) for event in standing],
        "land": land_tables(land, is_release=record.is_release),
        "adds_up": land.adds_up(),
        "glance": glance(record, land, standing, areas),
        "versions": versions(events, areas),
        "documents": documents_of(events),
        "findings": [finding_row(found) for found in selectors.findings_about(record.ref)[:50]],
        "pending": selectors.pending_about(record.ref),
        "lineage": lineage_rows(record),
        "neighbours": [neighbour_row(each) for each in near],
        "releases": [] if record.is_release else list(selectors.releases_of(record)[:100]),
        "drawing": drawings.drawing_of(standing, [each["event"] for each in near]),
        "map": map_of(standing, near),
        "audit": list(selectors.audit_of(record, events)),
        "warning": caution(),
        **links(record, standing),
    }


def links(record: Record, standing: Sequence[LandEvent]) -> dict[str, Any]:
    """Where the page leads to; pages of others only where they are there."""
    spot = next((event.shape.representative_point() for event in standing if event.shape is not None), None)
    dossier = reverse("web:dossier", args=[record.ref]) if "web:dossier" in RIGHTS.pages else ""
    return {
        "spot": map_address(lon=spot.x, lat=spot.y, zoom=15) if spot is not None else "",
        "dossier": dossier,
        "dossier_permission": RIGHTS.pages.get("web:dossier", ""),
    }


def glance(
    record: Record, land: RecordLand, standing: Sequence[LandEvent], areas: Mapping[int, float | None]
) -> dict[str, Any]:
    """The record in five figures: state now, area on the map, area stated, the difference, what is open."""
    placed = [area for event in standing if (area := areas[event.pk]) is not None]
    stated = [event.stated_m2 for event in standing if event.stated_m2 is not None]
    placed_m2, stated_m2 = (sum(placed) if placed else None), (sum(stated) if stated else None)
    both = placed_m2 is not None and stated_m2 is not None
    gap_m2 = placed_m2 - stated_m2 if both else None  # type: ignore[operator]
    share = gap_m2 / stated_m2 if both and stated_m2 else None  # type: ignore[operator]
    return {
        "state": state_now(record, land, standing),
        "placed_m2": placed_m2,
        "stated_m2": stated_m2,
        "gap_m2": gap_m2,
        "gap_abs_m2": None if gap_m2 is None else abs(gap_m2),
        "gap_share": None if share is None else formats.number(share * 100, decimals=1),
        "open": [] if record.is_release else open_shares(land),
    }


def open_shares(land: RecordLand) -> list[dict[str, Any]]:
    """By family: how much of the record's land is open, of how much."""
    names = shell.families()
    found = []
    for family, total2 in land.total2.items():
        open2 = sum(move.area2 for move in land.moves if move.family == family and move.now.is_open)
        found.append(
            {
                "family": names.get(family, family),
                "open_m2": open2 / HALF_CM2_PER_M2,
                "total_m2": total2 / HALF_CM2_PER_M2,
                "width": f"{100 * open2 / total2 if total2 else 0:.2f}",
            }
        )
    return found


def state_now(record: Record, land: RecordLand, standing: Sequence[LandEvent]) -> Any:
    """What the record is today, in words."""
    if not standing:
        return _("Withdrawn")
    if record.is_release:
        return _("Release")
    if not sum(land.total2.values()):
        return _("Hazard without a polygon")
    is_open = {move.now.is_open for move in land.moves}
    if is_open == {True}:
        return _("Open")
    return _("Fully released") if is_open == {False} else _("Partly released")


def land_tables(land: RecordLand, *, is_release: bool) -> list[dict[str, Any]]:
    """By family: the record's land by what became of it, each with the records that did it; rows sum to the total."""
    names = shell.families()
    return [
        {
            "family": names.get(family, family),
            "rows": _rows([move for move in land.moves if move.family == family], is_release),
            "total_m2": total2 / HALF_CM2_PER_M2,
        }
        for family, total2 in land.total2.items()
    ]


def _rows(moves: Iterable[Move], is_release: bool) -> list[dict[str, Any]]:
    area2: dict[tuple[Any, ...], int] = defaultdict(int)
    by_ref: dict[tuple[Any, ...], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for move in moves:
        key, ref = _released(move) if is_release else (("now", move.now), move.now_ref)
        area2[key] += move.area2
        by_ref[key][ref] += move.area2
    rows = [_row(key, area2[key], by_ref[key]) for key in area2]
    return sorted(rows, key=lambda row: (row["rank"], -row["area_m2"]))


def _released(move: Move) -> tuple[tuple[Any, ...], str]:
    """What a release did on one face: the key of its row, and the record whose land it was."""
    if move.is_released_twice:
        return ("twice", move.before), move.before_ref
    return ("released", move.before), move.before_ref


def _row(key: tuple[Any, ...], area2: int, refs: dict[str, int]) -> dict[str, Any]:
    how, state = key
    ranked = sorted(refs.items(), key=lambda pair: (-pair[1], pair[0]))
    return {
        "words": _words(how, state),
        "sign": state.name if state.name != "unrecorded" else "",
        "hazard_class": state.hazard_class or "",
        "rank": ORDER.index(state.name) + 10 * (how == "twice"),
        "area_m2": area2 / HALF_CM2_PER_M2,
        "refs": [{"ref": ref, "area_m2": part / HALF_CM2_PER_M2} for ref, part in ranked if ref],
    }


def _words(how: str, state: StateOfLand) -> str:
    """A row of the table in words."""
    if how == "twice":
        return _("Released twice: it was released already (%(state)s)") % {"state": STATES[state.name]}
    if how == "released":
        if state.name == "unrecorded":
            return _("Outside recorded hazards")
        return _("From recorded hazards: %(state)s") % {"state": STATES[state.name]}
    if state.is_outside:
        return _("%(state)s, before it was recorded as hazardous") % {"state": STATES[state.name]}
    return str(STATES[state.name])


def line_page(event: LandEvent, areas: Mapping[int, float | None]) -> dict[str, Any]:
    """One standing line: what it says, and its points in every notation."""
    words = said(event, areas)
    shown = [(name, FIELDS[name], value) for name, value in words.items() if name in FIELDS and value]
    order = list(FIELDS)
    return {
        "event": event,
        "fields": sorted(shown, key=lambda field: order.index(field[0])),
        "points": points.turning_points(event.shape) if event.shape is not None else [],
        "given": event.given_shape,
        "given_crs": event.given_crs,
        "figures": figures_of(event),
    }


def figures_of(event: LandEvent) -> list[tuple[str, str]]:
    """Figures that this line is part of, with their addresses: its class, its task, its operator."""
    year = event.on.year
    days = {"since": f"{year}-01-01", "as_of": f"{year}-12-31"}
    measure = {4: "cancelled_m2", 5: "reduced_m2", 6: "cleared_m2"}.get(event.kind or 0, "new_m2")
    found = []
    for each in event.in_families.all():
        code = each.hazard_class.code if each.hazard_class else ""
        scope = {"family": each.family.code} | ({"class_": code} if code else {})
        found.append((f"{shell.called(each.family)} {code} {year}", figure_address(measure, **days, **scope)))
    if event.task:
        found.append((f"{event.task} {year}", figure_address(measure, **days, task=event.task)))
    return found


def documents_of(events: Sequence[LandEvent]) -> list[dict[str, Any]]:
    """The sources that the versions cite, each with the rows."""
    rows: dict[Any, list[str]] = defaultdict(list)
    for event in events:
        if event.document_row is not None:
            rows[event.document].append(formats.number(event.document_row))
        else:
            rows[event.document] += []
    return [{"document": document, "rows": ", ".join(dict.fromkeys(found))} for document, found in rows.items()]


def finding_row(found: Any) -> dict[str, Any]:
    """A finding with its words, owner and state."""
    return {"found": found, "told": rules.wording(finding_of(found))}


def lineage_rows(record: Record) -> list[dict[str, Any]]:
    """Where the record came from, and what came of it."""
    return [
        {
            "words": _("came from") if link.child.ref == record.ref else _("became"),
            "ref": link.parent.ref if link.child.ref == record.ref else link.child.ref,
            "kind": link.get_kind_display(),
            "on": link.on,
        }
        for link in lineage_of(record.ref)
    ]


def neighbour_row(each: dict[str, Any]) -> dict[str, Any]:
    """A neighbour: overlap in m² where there is one, else how far away it lies."""
    event, overlap = each["event"], each["overlap_m2"]
    return {
        "ref": event.record.ref,
        "kind": event.get_kind_display(),
        "sign": drawings.sign_of(event.kind),
        "on": event.on,
        "operator": event.operator.code if event.operator else "",
        "overlap_m2": overlap or None,
        "distance_m": None if overlap else each["distance_m"],
    }


def map_of(own: Sequence[LandEvent], near: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The same land as GeoJSON, for the map of the script."""
    return {
        "type": "FeatureCollection",
        "features": [
            *(feature_of(each["event"], is_own=False) for each in near),
            *(feature_of(event, is_own=True) for event in own if event.shape is not None),
        ],
    }


def feature_of(event: LandEvent, *, is_own: bool) -> dict[str, Any]:
    """One line as a feature."""
    properties = {"ref": event.record.ref, "state": drawings.sign_of(event.kind), "own": is_own}
    return {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(event.shape)}


def box_of(text: str) -> tuple[float, float, float, float] | None:
    """West, south, east and north of an address; None where it says something else, or too large a box."""
    try:
        west, south, east, north = (float(side) for side in text.split(","))
    except ValueError:
        return None
    is_box = -180 <= west < east <= 180 and -90 <= south < north <= 90
    return (west, south, east, north) if is_box and max(east - west, north - south) <= LARGEST_BOX_DEG else None


def land_in(box: tuple[float, float, float, float]) -> dict[str, Any]:
    """Standing records in a box, as features; so many at most, which is said where there are more."""
    events = selectors.standing_in(box)
    shown = [feature_of(event, is_own=False) for event in events if event.shape is not None]
    return {"type": "FeatureCollection", "synthetic": is_invented(), "warning": caution(), "features": shown}
