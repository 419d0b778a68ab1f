"""Keeps the ledger's arrays beside the database, so that a new process maps them instead of reading all rows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db import connection
from numpy.typing import NDArray

from clearground.accounts.models import Organisation
from clearground.audit.models import AuditEvent
from clearground.kernel.land import events
from clearground.kernel.land.balances import Items
from clearground.kernel.land.columns import Codes, Entries
from clearground.kernel.land.cutting import Faces
from clearground.kernel.land.folding import Stacks
from clearground.kernel.land.placing import Shares
from clearground.kernel.land.states import States
from clearground.places.choices import Level
from clearground.places.models import Boundary, BoundaryEdition, Place

from ..models import Approval, Family, HazardClass, ItemType
from .kept_arrays import Arrays, forget_arrays, keep_arrays, kept_arrays, kept_names
from .placed_rows import PlacedRows, changed_placed_rows, placed_rows
from .rows import Rows, all_rows, changed_rows
from .whole import Ledger, made

FORMAT = 3
PARTS: dict[str, Any] = {"entries": Entries, "faces": Faces, "stacks": Stacks, "shares": Shares, "items": Items}


@dataclass(frozen=True, slots=True)
class Address:
    """Where the ledger of one edition at one version is kept; `setting` is all else that it depends on."""

    prefix: str
    setting: str
    name: str


def address(edition: BoundaryEdition | None, version: tuple[Any, ...]) -> Address:
    """Where the ledger of this edition and version is kept, or will be."""
    setting, prefix = _setting(edition), f"{edition.pk if edition else 0}-"
    return Address(prefix, setting, prefix + _digest([setting, version]))


def stored_ledger(at: Address, edition: BoundaryEdition | None) -> Ledger:
    """The ledger on these boundaries: as kept, or made of an older one and what came since, or read anew."""
    if (kept := kept_arrays(at.name)) is not None:
        return _opened(*kept)
    forget_arrays({at.name})
    return _updated(at, edition) or _read(edition)


def keep_ledger(at: Address, found: Ledger) -> None:
    """New processes find this ledger; not while a transaction is open, which may yet be undone."""
    last = _last_approval(found.seq)
    if last is not None and not connection.in_atomic_block and at.name not in kept_names(at.prefix):
        said = _said(found) | {"setting": at.setting, "last": last}
        keep_arrays(at.name, at.prefix, _arrays(found), said)


def _read(edition: BoundaryEdition | None) -> Ledger:
    rows = all_rows()
    return made(rows, placed_rows(rows, edition))


def _updated(at: Address, edition: BoundaryEdition | None) -> Ledger | None:
    """The ledger from a kept one of an earlier approval; None where there is none that this database went on from."""
    for name in kept_names(at.prefix):
        arrays, said = kept_arrays(name) or ({}, {})
        if said and said["setting"] == at.setting and _last_approval(said["seq"]) == said["last"]:
            base, placed = _rows(arrays, said), PlacedRows(**_named(arrays, "placed"))
            rows = changed_rows(base, said["seq"])
            now = changed_placed_rows(base, placed, rows, edition) if rows else None
            if rows is not None and now is not None:
                return made(rows, now)
    return None


def _last_approval(seq: int) -> list[Any] | None:
    """What tells an approval from all others of its number, in this database or in another."""
    found = Approval.objects.filter(seq=seq).values_list("pk", "seq", "recorded_at").first()
    return [found[0], found[1], found[2].isoformat()] if found else None


def _setting(edition: BoundaryEdition | None) -> str:
    """A digest of all that the arrays depend on beside events and cuts: lists, places, boundaries, the database."""
    born = AuditEvent.objects.order_by("number").values_list("hash", flat=True).first()
    classes = HazardClass.objects.order_by("pk").values_list(
        "pk", "family_id", "code", "threat_rank", "parent_id", "is_contamination"
    )
    lists = [
        Family.objects.order_by("pk").values_list("pk", "code"),
        classes,
        ItemType.objects.order_by("pk").values_list("pk", "code", "family_id"),
        Organisation.objects.order_by("pk").values_list("pk", "code"),
        Place.objects.order_by("pk").values_list("pk", "code", "level", "parent_id"),
    ]
    bounds = Boundary.objects.filter(edition=edition).count()
    where = [edition.pk, edition.name, bounds] if edition else None
    return _digest([FORMAT, born, where, *(list(rows) for rows in lists)])


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, default=str).encode()).hexdigest()[:32]


def _arrays(found: Ledger) -> Arrays:
    """Every array of the ledger, by part and name. Those that are rows themselves are kept as rows alone."""
    arrays = {f"rows.{name}": array for name, array in found.rows.arrays().items()}
    arrays |= {f"placed.{name}": array for name, array in found.placed.arrays().items()}
    for part in PARTS:
        held = getattr(found, part)
        arrays |= {f"{part}.{f.name}": getattr(held, f.name) for f in fields(held) if f.name != "shape"}
    arrays |= {f"ancestor.{level.name}": array for level, array in found.ancestor.items()}
    return arrays | {"states.after": found.states.after, "states.note": found.states.note, "event_ids": found.event_ids}


def _said(found: Ledger) -> dict[str, Any]:
    codes = asdict(found.codes)
    return {"seq": found.seq, "codes": codes, "item_types": found.item_types, "words": found.rows.words}


def _opened(arrays: Arrays, said: dict[str, Any]) -> Ledger:
    """The ledger that `_arrays` and `_said` took apart."""
    lists = {name: tuple(codes) for name, codes in said["codes"].items()}
    codes = Codes(**lists | {"classes": tuple(events.HazardClass(**row) for row in said["codes"]["classes"])})
    rows = _rows(arrays, said)
    parts = {part: kind(**_named(arrays, part)) for part, kind in PARTS.items()}
    return Ledger(
        **parts,
        seq=said["seq"],
        codes=codes,
        states=States(codes.classes, **_named(arrays, "states")),
        item_types=tuple(said["item_types"]),
        event_ids=arrays["event_ids"],
        entry_event=rows.event,
        cluster_ids=rows.cluster_id,
        ancestor={Level[name]: array for name, array in _named(arrays, "ancestor").items()},
        rows=rows,
        placed=PlacedRows(**_named(arrays, "placed")),
    )


def _rows(arrays: Arrays, said: dict[str, Any]) -> Rows:
    return Rows(**_named(arrays, "rows"), words={word: tuple(known) for word, known in said["words"].items()})


def _named(arrays: Arrays, part: str) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(f"{part}."): array for name, array in arrays.items() if name.startswith(f"{part}.")}
