"""What the pages of a proposal show: the form with its map, the outlook before it is saved, what waits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clearground.accounts.rights import RIGHTS
from clearground.common import formats
from clearground.common.caution import caution
from clearground.exchange import rules
from clearground.exchange import selectors as imports
from clearground.exchange.choices import RowState
from clearground.exchange.proposals import Outlook, outlook
from clearground.land import selectors as land
from clearground.land.choices import EventKind, Evidence
from clearground.land.models import LandEvent, Record
from clearground.land.selectors.effects import Effect
from clearground.places.choices import Level
from clearground.places.models import Boundary, Country
from clearground.places.selectors import current_boundaries, frame, the_country

from ..shell import selectors as shell
from ..templatetags.clearground_pages import built
from . import drawings, points
from .boundaries import ratio_in_words
from .forms import ProposalForm
from .selectors import neighbours_of

# Columns of the sheet that a proposal can move, in their order.
COLUMNS = {
    "new_m2": gettext_lazy("New"),
    "reopened_m2": gettext_lazy("Reopened"),
    "reclassified_m2": gettext_lazy("Reclassified"),
    "cancelled_m2": gettext_lazy("Cancelled"),
    "reduced_m2": gettext_lazy("Reduced"),
    "cleared_m2": gettext_lazy("Cleared"),
    "confirmed_m2": gettext_lazy("Became confirmed"),
    "outside_m2": gettext_lazy("Released outside"),
    "released_twice_m2": gettext_lazy("Released twice"),
    "unplaced_new_m2": gettext_lazy("Stated without polygon, new"),
    "unplaced_released_m2": gettext_lazy("Stated without polygon, released"),
    "unplaced_outside_m2": gettext_lazy("Stated without polygon, outside"),
    "unplaced_closing_m2": gettext_lazy("Stated without polygon, closing"),
}
# Below this a row may be no more than the rounding of corners to the grid.
SLIVER_M2 = 5.0
NOT_SHOWN = frozenset({"synthetic", "line"})
CELL_WORDS = {
    "family": gettext_lazy("Contamination"),
    "class": gettext_lazy("Class"),
    "given_shape": gettext_lazy("Coordinates as entered"),
    "given_crs": gettext_lazy("Reference system as given"),
}
SEVERITIES = {"blocks": gettext_lazy("blocks"), "warns": gettext_lazy("warns"), "informs": gettext_lazy("informs")}
WAYS = {
    "drawing": ("drawn",),
    "coordinates": ("coordinates", "crs", "pair_order"),
    "traverse": ("start", "legs", "leads_in", "declination_deg", "tolerance", "is_distributed"),
}
ABOUT = ("ref", "kind", "on", "on_precision", "operator", "overseer", "place")
DETAILS = ("stated_m2", "evidence", "method", "depth_cm", "hazard", "task", "campaign", "contract")


def form_of(request: HttpRequest) -> ProposalForm:
    """The form as it was sent, or as the record that is to be corrected fills it."""
    if request.method == "POST":
        return ProposalForm(request.POST, person=request.user)
    line = request.GET.get("line", "")
    number = int(line) if line.isdigit() else None
    return ProposalForm(person=request.user, ref=request.GET.get("ref", ""), line=number)


def form_page(form: ProposalForm) -> dict[str, Any]:
    """The page of the form; with the outlook where something was sent."""
    page = {
        "form": form,
        "corrected": form.corrected,
        "others": [each.line for each in form.standing if each is not form.corrected],
        "about": [form[name] for name in ABOUT],
        "details": [form[name] for name in DETAILS],
        "ways": {way: [form[name] for name in names] for way, names in WAYS.items()},
        "draw": draw_config(the_country(), form),
        "warning": caution(),
    }
    return page | (outlook_page(form) if form.is_bound else {})


def outlook_page(form: ProposalForm) -> dict[str, Any]:
    """What the checks find in what was sent, what the books would say, and how the traverse closes."""
    if not form.is_valid():
        return {"form": form, "has_errors": True, **closure_of(form)}
    seen = outlook(form.proposal(), as_of=timezone.localdate())
    states = set(seen.verdict.states.values())
    return {
        "form": form,
        "seen": seen,
        "findings": [finding_row(finding) for _row, finding in seen.verdict.findings],
        "is_blocked": RowState.BLOCKED in states,
        "is_unchanged": states == {RowState.UNCHANGED},
        "effect": effect_table(seen.effect) if seen.effect else None,
        "as_of": timezone.localdate(),
        "shape": shape_facts(form, seen),
        "drawing": drawing_of(form, seen),
        **closure_of(form),
    }


def finding_row(finding: Any) -> dict[str, Any]:
    """A finding with its words."""
    severity = finding.severity.value
    return {
        "severity": severity,
        "severity_words": SEVERITIES[severity],
        "code": finding.code,
        "told": rules.wording(finding),
    }


def shape_facts(form: ProposalForm, seen: Outlook) -> dict[str, Any]:
    """Area and corners of the boundary."""
    shape = form.boundary.shape
    if shape is None:
        return {}
    moved = next(
        (row.shape for row in seen.rows if row.shape is not None and row.said.get("line") == _line(form)), shape
    )
    area_m2 = float(frame().area_m2(np.array([moved], object))[0])
    return {"area_m2": None if area_m2 != area_m2 else area_m2, "points": points.turning_points(moved)}


def _line(form: ProposalForm) -> int:
    return form.corrected.line if form.corrected else 1


def drawing_of(form: ProposalForm, seen: Outlook) -> Any:
    """The proposed land among what stands there now."""
    shapes = [row.shape for row in seen.rows if row.shape is not None]
    near = neighbours_of(shapes, own_record(form))
    own = [proposed_event(row) for row in seen.rows if row.shape is not None]
    return drawings.drawing_of(own, [each["event"] for each in near])


def own_record(form: ProposalForm) -> int | None:
    """The record that is corrected; its standing land is not its own neighbour."""
    if not form.corrected:
        return None
    return LandEvent.objects.filter(record__ref=form.corrected.ref).values_list("record_id", flat=True).first()


def proposed_event(row: Any) -> LandEvent:
    """The line as the drawing takes lines; it is not stored."""
    return LandEvent(record=Record(ref=row.ref), kind=row.said.get("kind"), shape=row.shape)


def closure_of(form: ProposalForm) -> dict[str, Any]:
    """How the traverse closes, against the tolerance that was asked for."""
    said = getattr(form, "cleaned_data", {})
    if said.get("how") != "traverse" or form.errors or form.boundary.traverse is None:
        return {}
    found, tolerance = form.boundary.traverse, said.get("tolerance") or 1000.0
    return {
        "closure": {
            "miss_m": found.miss_m,
            "length_m": found.length_m,
            "ratio": ratio_in_words(found),
            "tolerance": f"1:{formats.number(int(tolerance))}",
            "is_within": found.closes_within(tolerance),
            "is_distributed": form.boundary.adjusted,
        }
    }


def effect_table(effect: Effect) -> dict[str, Any]:
    """The change of the sheet by class, with the closing before and after; only columns in which something moves."""
    changed = effect.rows()
    moving = [name for name in COLUMNS if any(row[name] for row in changed)]
    before = {(row["family"], row["class"]): row for row in land.sheet(as_of=effect.as_of, by=("family", "class")).rows}
    names = shell.families()
    largest = [max((abs(row[name]) for name in COLUMNS), default=0.0) for row in changed]
    return {
        "has_slivers": any(area_m2 < SLIVER_M2 for area_m2 in largest),
        "headings": [COLUMNS[name] for name in moving],
        "rows": [_effect_row(row, before.get((row["family"], row["class"]), {}), moving, names) for row in changed],
    }


def _effect_row(
    row: dict[str, Any], was: dict[str, Any], moving: Iterable[str], names: dict[str, str]
) -> dict[str, Any]:
    before_m2 = was.get("closing_m2") or 0.0
    has_stock = bool(row["class"]) or bool(row["closing_m2"])
    return {
        "family": names.get(row["family"], row["family"]),
        "class": row["class"] or (_("outside, or class not stated")),
        "before_m2": before_m2 if has_stock else None,
        "after_m2": before_m2 + row["closing_m2"] if has_stock else None,
        "change_m2": row["closing_m2"] if has_stock else None,
        "moves": [signed(row[name]) for name in moving],
    }


def signed(area_m2: float) -> str:
    """An area with its sign; empty for none."""
    if not area_m2:
        return ""
    return ("+" if area_m2 > 0 else "") + formats.number(area_m2, decimals=2)


def proposal_page(number: int, may: Iterable[str]) -> dict[str, Any]:
    """A pending import of one record, with what was found in it; refused where there is none."""
    pending = imports.import_by_id(number)
    rows = list(pending.rows.order_by("number")[:20])
    found = list(pending.findings.select_related("owner").order_by("row", "code")[:100])
    own = [proposed_event(imports.read_row(row)) for row in rows if row.shape is not None]
    known = Record.objects.filter(ref__in={row.ref for row in rows}).values_list("pk", flat=True).first()
    near = neighbours_of([event.shape for event in own], known)
    name = next((name for name in ("web:import", "web:imports") if RIGHTS.pages.get(name) in may), "")
    return {
        "pending": pending,
        "rows": [{"row": row, "fields": fields_of(row)} for row in rows],
        "findings": [finding_row(imports.finding_of(each)) for each in found],
        "import_address": address_of(name, number),
        "drawing": drawings.drawing_of(own, [each["event"] for each in near]),
        "ref": rows[0].ref if rows else "",
        "warning": caution(),
    }


def address_of(name: str, number: int) -> str:
    """Where the import itself opens, if such a page is there."""
    for args in ([number], []):
        try:
            return reverse(name, args=args) if name else ""
        except NoReverseMatch:
            continue
    return ""


# Codes of a form that a reader is told in words.
KINDS = {kind.name.lower(): kind.label for kind in EventKind}
EVIDENCE = {evidence.value: evidence.label for evidence in Evidence}


def fields_of(row: Any) -> list[tuple[str, Any]]:
    """The cells as they were given, under the words of the form."""
    shown = {
        name: value
        for name, value in row.given.items()
        if name not in NOT_SHOWN and value not in (None, "", "not_stated")
    }
    families, items = shell.families(), shell.item_names()
    words = {name: field.label for name, field in ProposalForm.base_fields.items()} | CELL_WORDS
    words |= {f"items_{code}": name for code, name in items.items()}
    if "family" in shown:
        shown["family"] = ", ".join(families.get(code, code) for code in str(shown["family"]).split(", "))
    in_words = {"kind": KINDS, "evidence": EVIDENCE}
    shown |= {name: named.get(str(shown[name]), shown[name]) for name, named in in_words.items() if name in shown}
    return [(words.get(name, name), value) for name, value in shown.items()]


def draw_config(country: Country, form: ProposalForm) -> dict[str, Any]:
    """All that the script of the drawing needs: addresses on this host, where to begin, words."""
    return {
        "style": built("map.css"),
        "worker": built("map-worker.mjs"),
        "near": reverse("web:records-near"),
        "provinces": outlines("province"),
        "communes": outlines("commune"),
        "bounds": bounds_of(country, form),
        "words": {
            "start": _("Choose Draw, then set corner after corner; close the polygon at its first corner."),
            "drawing": _("Set corner after corner; choose the first corner again to close the polygon."),
            "done": _("Drawn. Drag a corner to move it, a middle to add one; choose Preview to see the effect."),
            "empty": _("Nothing is drawn yet."),
            "failed": _("The map could not be drawn. Enter the corners as coordinates instead."),
        },
    }


def outlines(level: str) -> Any:
    """The address of outlines of places; nothing where there are none."""
    boundaries = current_boundaries()
    try:
        return reverse("web:outlines", args=[boundaries.pk, level]) if boundaries else EMPTY
    except NoReverseMatch:
        return EMPTY


EMPTY: dict[str, Any] = {"type": "FeatureCollection", "features": []}


def bounds_of(country: Country, form: ProposalForm) -> list[float]:
    """Where the map begins: at the record that is corrected, else over the whole country."""
    if form.corrected and form.corrected.shape is not None:
        west, south, east, north = form.corrected.shape.bounds
        return [west - 0.002, south - 0.002, east + 0.002, north + 0.002]
    if country.extent is not None and not country.extent.is_empty:
        return list(country.extent.bounds)
    held = Boundary.objects.filter(edition=current_boundaries(), place__level=Level.PROVINCE)
    boxes = [box for box in held.values_list("shape_minx", "shape_miny", "shape_maxx", "shape_maxy") if None not in box]
    if boxes:
        west, south, east, north = zip(*boxes, strict=True)
        return [min(west), min(south), max(east), max(north)]
    return [country.centre_lon - 2, country.centre_lat - 2, country.centre_lon + 2, country.centre_lat + 2]
