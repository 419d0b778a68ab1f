"""Answers which entries the code lists have, and which of them records use."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from ..models import EventFamily, Family, HazardClass, ItemsFound, ItemType

Entry = Family | HazardClass | ItemType


def classes_with_use() -> QuerySet[HazardClass]:
    """All classes, family by family and parents before their parts, each with `is_used`."""
    events = EventFamily.objects.filter(hazard_class=OuterRef("pk"))
    rows = HazardClass.objects.select_related("family", "parent").annotate(is_used=Exists(events))
    return rows.order_by("family_id", "list_version", "code")


def item_types_with_use() -> QuerySet[ItemType]:
    """All types of item, each with `is_used`."""
    found = ItemsFound.objects.filter(item_type=OuterRef("pk"))
    return ItemType.objects.select_related("family").annotate(is_used=Exists(found)).order_by("pk")


def is_used(entry: Entry) -> bool:
    """Records name the entry, or one of its parts."""
    if isinstance(entry, HazardClass):
        return EventFamily.objects.filter(Q(hazard_class=entry) | Q(hazard_class__parent=entry)).exists()
    if isinstance(entry, ItemType):
        return ItemsFound.objects.filter(item_type=entry).exists()
    return EventFamily.objects.filter(family=entry).exists()
