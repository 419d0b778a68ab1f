"""Answers what the register knows of one record: every version, with what brought it."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from clearground.common.errors import Refused

from ..models import LandEvent, Lineage, Record


def lineage_of(ref: str) -> QuerySet[Lineage]:
    """The links of a record to those that it came from, and to those that came from it."""
    links = Lineage.objects.filter(Q(parent__ref=ref.strip()) | Q(child__ref=ref.strip()))
    return links.select_related("parent", "child").order_by("on", "parent__ref", "child__ref")


def versions_of(ref: str) -> QuerySet[LandEvent]:
    """The lines of all versions of a record, oldest first; refused, with similar references, where there is none."""
    record = Record.objects.filter(ref=ref.strip()).first()
    if record is None:
        similar = Record.objects.filter(ref__istartswith=ref.strip()[:6]).values_list("ref", flat=True)[:5]
        raise Refused(
            _("No record is called “%(ref)s”.") % {"ref": ref},
            _("Similar: %(refs)s") % {"refs": ", ".join(similar) or "–"},
        )
    lines = LandEvent.objects.filter(record=record).order_by("approval__seq", "line")
    return lines.select_related(
        "approval", "approval__by", "document", "operator", "overseer", "hazard"
    ).prefetch_related("in_families__family", "in_families__hazard_class", "items__item_type")
