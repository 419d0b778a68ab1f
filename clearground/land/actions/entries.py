"""Entries of the code lists: added, renamed, retired; what records use is never changed in what it counts as."""

from __future__ import annotations

import re
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from clearground.accounts.models import Person
from clearground.audit.actions import Kind, record
from clearground.common.errors import Exit, Refused
from clearground.common.locks import hold_until_commit

from ..code_lists import LIST_VERSION
from ..models import Family, HazardClass, ItemType
from ..selectors.code_lists import is_used

LOCK = "land.code_lists"
CODE = re.compile(r"[\w.-]{1,16}")
ITEM_CODE = re.compile(r"[a-z][a-z0-9_]{0,31}")
# Names and offers may change at any time: no signed figure hangs on them.
ALWAYS_FREE = frozenset({"name", "name_km", "is_active"})
Entry = Family | HazardClass | ItemType
PREFIX: dict[type[models.Model], str] = {Family: "family", HazardClass: "class", ItemType: "item"}


@transaction.atomic
def add_family(*, code: str, name: str, by: Person, reason: str, name_km: str = "") -> Family:
    """Contamination of this family is booked apart from now on."""
    hold_until_commit(LOCK)
    family = Family(code=checked_code(code, CODE), name=name.strip(), name_km=name_km.strip())
    return added(family, Family.objects.filter(code=family.code), by, reason)


@transaction.atomic
def add_hazard_class(
    *, family: Family, code: str, name: str, threat_rank: int, by: Person, reason: str, **more: Any
) -> HazardClass:
    """Records of the family can state the class. `more`: `name_km`, `parent`, what it counts as."""
    hold_until_commit(LOCK)
    row = HazardClass(
        family=family, code=checked_code(code, CODE), name=name.strip(), threat_rank=threat_rank,
        **{"list_version": latest_version(family), **more},
    )  # fmt: skip
    require_parent_of_same_list(row)
    return added(row, HazardClass.objects.filter(family=family, code=row.code), by, reason)


@transaction.atomic
def add_item_type(
    *, code: str, name: str, by: Person, reason: str, name_km: str = "", family: Family | None = None
) -> ItemType:
    """Records can say how many items of this type were found."""
    hold_until_commit(LOCK)
    item = ItemType(code=checked_code(code, ITEM_CODE), name=name.strip(), name_km=name_km.strip(), family=family)
    return added(item, ItemType.objects.filter(code=item.code), by, reason)


@transaction.atomic
def change_entry(*, entry: Entry, by: Person, reason: str, **values: Any) -> Entry:
    """The entry has these values; refused where records use it and a figure would move.

    Names, and whether it is offered for new records, may always change: no signed figure hangs on them.
    """
    hold_until_commit(LOCK)
    before = {name: getattr(entry, name) for name in values}
    changed = {name: value for name, value in values.items() if before[name] != value}
    if not changed:
        raise Refused(_("This is what stands already."), _("Nothing was changed."))
    if changed.keys() - ALWAYS_FREE and is_used(entry):
        raise in_use(entry)
    for name, value in changed.items():
        setattr(entry, name, value)
    if isinstance(entry, HazardClass):
        require_parent_of_same_list(entry)
    entry.save(update_fields=list(changed))
    told = {"before": plain({name: before[name] for name in changed}), "after": plain(changed)}
    record(Kind.CODE_CHANGED, subject=subject_of(entry), by=by, reason=reason, detail=told)
    return entry


def in_use(entry: Entry) -> Refused:
    """Why what the entry counts as can't change."""
    return Refused(
        _("Records use “%(code)s”, and signed figures hang on what it counts as.") % {"code": entry.code},
        _("Its names may change. Else add an entry under another code, retire this one, and reclassify the records."),
    )


def added(entry: Any, same: models.QuerySet[Any], by: Person, reason: str) -> Any:
    """The entry is stored and has its event; refused where its code is taken."""
    if same.exists():
        raise Refused(_("The code “%(code)s” is taken.") % {"code": entry.code}, _("Choose another one."), Exit.USAGE)
    entry.save(force_insert=True)
    told = plain({f.name: getattr(entry, f.name) for f in entry._meta.fields if f.name != "id"})
    record(Kind.CODE_ADDED, subject=subject_of(entry), by=by, reason=reason, detail=told)
    return entry


def checked_code(code: str, form: re.Pattern[str]) -> str:
    """The code without blanks around it; refused where it is badly formed."""
    if not form.fullmatch(code.strip()):
        remedy = _("Use letters, digits, dots and hyphens; for items small letters, digits and underlines.")
        raise Refused(_("“%(code)s” can't be a code.") % {"code": code}, remedy, Exit.USAGE)
    return code.strip()


def latest_version(family: Family) -> str:
    """The version of the family's list that is in force."""
    versions = HazardClass.objects.filter(family=family).order_by("-pk").values_list("list_version", flat=True)
    return versions.first() or LIST_VERSION


def require_parent_of_same_list(row: HazardClass) -> None:
    """Refuses a parent of another family, or that is itself a part."""
    parent = row.parent
    if parent is None:
        return
    same_list = (parent.family_id, parent.list_version) == (row.family_id, row.list_version)
    if not same_list or parent.parent_id or parent.pk == row.pk:
        raise Refused(
            _("“%(code)s” can't be part of “%(parent)s”.") % {"code": row.code, "parent": parent.code},
            _("A class is part of one that stands alone in the same list."),
            Exit.USAGE,
        )


def subject_of(entry: Entry) -> str:
    """The entry's name in the audit."""
    within = f"{entry.family.code}/" if isinstance(entry, HazardClass) else ""
    return f"{PREFIX[type(entry)]}:{within}{entry.code}"


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """The values as an event keeps them: rows by their codes."""
    return {name: value.code if isinstance(value, models.Model) else value for name, value in values.items()}
