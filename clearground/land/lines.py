"""A line of a record, as an approval takes it: plain values, codes instead of rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

import shapely

from clearground.kernel.land.events import Kind


@dataclass(frozen=True, slots=True)
class Line:
    """One line of one version of a record, before it is approved.

    `families` pairs a family with the class stated in it, or None. `shape` is longitude, latitude
    on WGS 84. `on` is the day it counts from, already resolved from `on_precision` (earliest day
    of the range for hazards, latest for releases). `items` counts items found by type.
    """

    ref: str
    kind: Kind
    on: date
    families: tuple[tuple[str, str | None], ...]
    line: int = 1
    on_precision: str = "day"
    shape: shapely.Geometry | None = None
    given_shape: str = ""
    given_crs: str = ""
    stated_m2: float | None = None
    place: str | None = None
    hazard: str | None = None
    operator: str | None = None
    overseer: str | None = None
    method: str = ""
    task: str = ""
    campaign: str = ""
    contract: str = ""
    evidence: str = "not_stated"
    depth_cm: int | None = None
    items: Mapping[str, int] = field(default_factory=dict)
    note: str = ""
    document_row: int | None = None

    @property
    def booked_shape(self) -> shapely.Geometry | None:
        """The shape as the register keeps it: longitude and latitude alone; None where it is empty."""
        return None if self.shape is None or self.shape.is_empty else shapely.force_2d(self.shape)

    @property
    def booked_items(self) -> dict[str, int]:
        """The items found as the register keeps them: zero says that none was found, no row says nothing."""
        return dict(self.items)

    @property
    def digest(self) -> str:
        """SHA-256 over everything that the register keeps of the line; not over where in a file it stood.

        A line read back from the register has the digest that it was approved with.
        """
        stated = None if self.stated_m2 is None else float(self.stated_m2)
        said = self.to_json() | {"document_row": None, "items": self.booked_items, "stated_m2": stated}
        body = json.dumps(said, sort_keys=True, ensure_ascii=False).encode()
        shape = self.booked_shape
        return hashlib.sha256(body + (b"" if shape is None else shapely.to_wkb(shape))).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Everything but the shape, as JSON values."""
        said = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "shape"}
        return said | {
            "kind": int(self.kind),
            "on": self.on.isoformat(),
            "families": [list(pair) for pair in self.families],
            "items": dict(self.items),
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any], shape: shapely.Geometry | None) -> Line:
        """The line that `to_json` wrote."""
        values = dict(said) | {
            "kind": Kind(said["kind"]),
            "on": date.fromisoformat(said["on"]),
            "families": tuple((family, code) for family, code in said["families"]),
        }
        return cls(**values, shape=shape)
