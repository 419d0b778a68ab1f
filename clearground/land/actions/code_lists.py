"""Writes the code lists that a register starts with."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db import transaction

from clearground.accounts.models import Person
from clearground.audit.actions import Kind, record

from ..code_lists import CLASSES, FAMILIES, ITEM_TYPES, LIST_VERSION, ClassRow
from ..models import Family, HazardClass, ItemType


@transaction.atomic
def seed_code_lists(*, by: Person, reason: str = "") -> dict[str, int]:
    """Families, classes and item types of `land.code_lists` are there; rows already there stay as they are.

    Returns how many rows of each list were added; records an event where any was.
    """
    added = {"families": seed_families(), "classes": seed_classes(), "item_types": seed_item_types()}
    if any(added.values()):
        detail: dict[str, Any] = {"list_version": LIST_VERSION, "added": added}
        record(Kind.CODE_LISTS_SEEDED, subject="code_lists:land", by=by, reason=reason, detail=detail)
    return added


def seed_families() -> int:
    """How many families were missing, and are there now."""
    return sum(
        Family.objects.get_or_create(code=row.code, defaults={"name": row.name, "name_km": row.name_km})[1]
        for row in FAMILIES
    )


def seed_classes() -> int:
    """How many classes were missing, and are there now, each under its parent."""
    return sum(seed_class(row) for row in CLASSES)


def seed_class(row: ClassRow) -> bool:
    """Whether the class was missing; it is there now. Parents stand before their parts in the list."""
    own = {key: value for key, value in asdict(row).items() if key not in ("family", "code", "parent")}
    key = {"family": Family.objects.get(code=row.family), "list_version": LIST_VERSION}
    parent = HazardClass.objects.get(**key, code=row.parent) if row.parent else None
    return HazardClass.objects.get_or_create(**key, code=row.code, defaults=own | {"parent": parent})[1]


def seed_item_types() -> int:
    """How many types of item were missing, and are there now."""
    families = {family.code: family for family in Family.objects.all()}
    return sum(
        ItemType.objects.get_or_create(
            code=row.code,
            defaults={"name": row.name, "name_km": row.name_km, "family": families.get(row.family or "")},
        )[1]
        for row in ITEM_TYPES
    )
