"""The versions of a record, each with what it changed of the one before it, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clearground.common import formats
from clearground.land.choices import method_in_words
from clearground.land.models import Approval, LandEvent
from clearground.places.selectors import frame

from ..shell.selectors import called

# Fields of a line in the order of pages, with their words.
FIELDS: dict[str, Any] = {
    "kind": gettext_lazy("Kind"),
    "families": gettext_lazy("Contamination and class"),
    "on": gettext_lazy("Counts from"),
    "on_precision": gettext_lazy("Precision of the day"),
    "stated_m2": gettext_lazy("Stated area, m²"),
    "placed_m2": gettext_lazy("Area on the map, m²"),
    "place": gettext_lazy("Place"),
    "hazard": gettext_lazy("Of the hazard"),
    "operator": gettext_lazy("Operator"),
    "overseer": gettext_lazy("Overseen by"),
    "method": gettext_lazy("Method"),
    "task": gettext_lazy("Task"),
    "campaign": gettext_lazy("Campaign"),
    "contract": gettext_lazy("Contract"),
    "evidence": gettext_lazy("Evidence"),
    "depth_cm": gettext_lazy("Depth, cm"),
    "items": gettext_lazy("Items found"),
    "note": gettext_lazy("Note"),
    "given_crs": gettext_lazy("Reference system as given"),
}


@dataclass(frozen=True)
class Version:
    """One version: by whose approval, its lines, what it says otherwise than the one before it."""

    approval: Approval
    lines: Sequence[LandEvent]
    number: int
    is_withdrawal: bool
    stands: bool
    changes: list[dict[str, Any]] = field(default_factory=list)


def versions(events: Iterable[LandEvent], areas: Mapping[int, float | None]) -> list[Version]:
    """The versions of one record, the latest first."""
    grouped = [(seq, list(lines)) for seq, lines in groupby(events, key=lambda event: event.approval.seq)]
    found: list[Version] = []
    before: Sequence[LandEvent] = ()
    for number, (_seq, lines) in enumerate(grouped, start=1):
        gone = all(line.kind is None for line in lines)
        changes = list(_changes(before, lines, areas)) if before and not gone else []
        stands = all(line.until_seq is None for line in lines)
        found.append(Version(lines[0].approval, lines, number, gone, stands, changes))
        before = () if gone else lines
    return found[::-1]


def _changes(before: Sequence[LandEvent], after: Sequence[LandEvent], areas: Mapping[int, float | None]) -> Any:
    old, new = ({line.line: line for line in lines} for lines in (before, after))
    for number in sorted(old.keys() | new.keys()):
        was, now = (said(lines[number], areas) if number in lines else {} for lines in (old, new))
        for name, words in FIELDS.items():
            if was.get(name, "") != now.get(name, ""):
                yield {"line": number, "field": words, "was": was.get(name, ""), "now": now.get(name, "")}
        if number in old and number in new and (moved := _moved(old[number].shape, new[number].shape)):
            yield {"line": number, "field": _("Shape"), "was": "", "now": moved}


def _moved(old: shapely.Geometry | None, new: shapely.Geometry | None) -> str:
    """How much land the shape gained and lost; empty where it is the same."""
    if old is None or new is None or old.equals_exact(new, 0):
        return ""
    one, other = (shape.buffer(0) if not shape.is_valid else shape for shape in (old, new))
    shapes = np.array([other.difference(one), one.difference(other)], object)
    gained, lost = np.nan_to_num(frame().area_m2(shapes)).tolist()
    return _("%(gained)s m² gained, %(lost)s m² lost") % {"gained": formats.area(gained), "lost": formats.area(lost)}


def said(line: LandEvent, areas: Mapping[int, float | None]) -> dict[str, str]:
    """Everything that a line says, in words; what it leaves out is empty."""
    counts = sorted(line.items.all(), key=lambda each: each.item_type.code)
    words = {name: getattr(line, name) or "" for name in ("task", "campaign", "contract", "note", "given_crs")}
    return words | {
        "method": method_in_words(line.method),
        "kind": str(line.get_kind_display() or ""),
        "families": ", ".join(family_in_words(each) for each in line.in_families.all()),
        "on": formats.day(line.on),
        "on_precision": str(line.get_on_precision_display()),
        "stated_m2": "" if line.stated_m2 is None else formats.area(line.stated_m2),
        "placed_m2": "" if areas.get(line.pk) is None else formats.area(areas[line.pk]),
        "place": f"{called(line.place)} ({line.place.code})" if line.place else "",
        "hazard": line.hazard.ref if line.hazard else "",
        "operator": called(line.operator) if line.operator else "",
        "overseer": called(line.overseer) if line.overseer else "",
        "evidence": str(line.get_evidence_display()),
        "depth_cm": "" if line.depth_cm is None else formats.number(line.depth_cm),
        "items": ", ".join(f"{called(each.item_type)}: {formats.number(each.count)}" for each in counts),
    }


def family_in_words(each: Any) -> str:
    """A family, and the class that the line states in it."""
    return f"{called(each.family)} {each.hazard_class.code}" if each.hazard_class else called(each.family)
