"""What approving an import would change: records new, changed and unchanged, and the land of each class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clearground.places import selectors as places

from . import neighbours
from .checking import Verdict, objects
from .choices import RowState
from .intake import ReadRow


@dataclass
class Land:
    """Lines of one kind and class: how many, their stated area as far as it is stated, the area of their polygons."""

    lines: int = 0
    stated_m2: float = 0.0
    without_stated: int = 0
    placed_m2: float = 0.0
    without_polygon: int = 0

    def add(self, stated_m2: float | None, placed_m2: float) -> None:
        """One more line."""
        self.lines += 1
        self.stated_m2 += stated_m2 or 0.0
        self.without_stated += stated_m2 is None
        self.placed_m2 += 0.0 if np.isnan(placed_m2) else placed_m2
        self.without_polygon += bool(np.isnan(placed_m2))


@dataclass
class Effect:
    """Counts of records, and the land of each (kind, family, class)."""

    records: Mapping[str, int]
    land: dict[tuple[int, str, str], Land] = field(default_factory=lambda: defaultdict(Land))

    def to_json(self) -> dict[str, Any]:
        """The effect as an import keeps it."""
        rows = [
            {"kind": kind, "family": family, "class": code, **vars(land)}
            for (kind, family, code), land in sorted(self.land.items())
        ]
        return {"records": dict(self.records), "land": rows}


def effect_of(verdict: Verdict) -> dict[str, Any]:
    """What approval would change, by the register as it is now."""
    by_state: dict[RowState, list[ReadRow]] = defaultdict(list)
    for row in verdict.rows:
        by_state[verdict.states[row.number]].append(row)
    ready = by_state[RowState.READY]
    refs = {row.ref for row in ready}
    changed = neighbours.known_refs(refs)
    same = {row.ref for row in by_state[RowState.UNCHANGED]}
    effect = Effect({"new": len(refs - changed), "changed": len(changed), "unchanged": len(same)})
    for row, placed_m2 in zip(ready, areas_of(ready), strict=True):
        for family, code in row.said.get("families") or ():
            effect.land[row.said["kind"], family, code or ""].add(row.said.get("stated_m2"), placed_m2)
    return effect.to_json()


def areas_of(rows: Sequence[ReadRow]) -> Sequence[float]:
    """The area of each row's polygon in the country's projection; nan where it has none that can be booked."""
    if not rows:
        return []
    shapes = objects([row.shape if row.is_placed else None for row in rows])
    return [float(area) for area in places.frame().area_m2(shapes)]


def exchanged(effect: Mapping[str, Any], less: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """The effect of an import of which some rows have changed: without what they brought, with what they bring."""
    records = {name: n - less["records"][name] + more["records"][name] for name, n in effect["records"].items()}
    land: dict[tuple[int, str, str], dict[str, Any]] = {}
    for sign, rows in ((1, effect["land"]), (-1, less["land"]), (1, more["land"])):
        for row in rows:
            kept = land.setdefault((row["kind"], row["family"], row["class"]), {**row, **vars(Land())})
            for name in vars(Land()):
                kept[name] += sign * row[name]
    return {"records": records, "land": [land[key] for key in sorted(land) if land[key]["lines"]]}
