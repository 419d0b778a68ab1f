"""Lines of records as columns: one row per line of one version, numbers instead of names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .programme import ITEM_TYPES

# Steps of one session, in order: reports, then corrections, then withdrawals.
REPORT, CORRECTION, WITHDRAWAL = 0, 1, 2
HAZARD, RELEASE, SPOT = 0, 1, 2
LETTERS = "HRS"
DAY, MONTH, YEAR = 0, 1, 2
DEFAULTS: dict[str, Any] = {
    "letter": HAZARD,  # which series of references `ref` counts in
    "ref": 0,
    "line": 1,
    "kind": 0,
    "on": 0,
    "session": 0,
    "step": REPORT,
    "operator": 0,
    "family": 0,  # index into FAMILY_SETS
    "stated_class": -1,
    "stated_m2": np.nan,
    "cell": 0,
    "hazard": -1,  # number of a hazard record
    "method": -1,
    "task": -1,
    "campaign": -1,
    "evidence": 3,
    "depth_cm": -1,
    "precision": DAY,
    "oddity": 0,  # index into ODDITIES, for counting and for the note
}
FAMILY_SETS: tuple[tuple[str, ...], ...] = (("mines",), ("cmr",), ("erw",), ("mines", "cmr"), ("cmr", "erw"))
ODDITIES = (
    "",
    "area typed wrongly",
    "class typed wrongly",
    "location typed wrongly",
    "corrected",
    "corrected again",
    "duplicate, withdrawn",
    "duplicate",
    "work beyond the polygon",
    "work outside recorded hazards",
    "over land already released",
    "hazard reported late",
    "stated, not placed",
    "re-surveyed",
    "reclassified",
    "reopened",
    "split",
    "merged",
    "confirmed in part",
    "delivered after the cut-off",
)
ODDITY = {name: number for number, name in enumerate(ODDITIES)}


class Rows:
    """Columns of equal length; those not given have their default."""

    def __init__(self, count: int, **columns: Any) -> None:
        self.count = count
        self.columns: dict[str, NDArray[Any]] = {}
        for name, default in DEFAULTS.items():
            given = columns.pop(name, default)
            kind = np.float64 if isinstance(default, float) else np.int64
            self.columns[name] = np.array(np.broadcast_to(np.asarray(given, dtype=kind), count))
        shape = columns.pop("shape", None)
        self.columns["shape"] = np.full(count, None, dtype=object) if shape is None else np.array(shape, dtype=object)
        items = columns.pop("items", None)
        empty = np.zeros((count, len(ITEM_TYPES)), dtype=np.int64)
        self.columns["items"] = empty if items is None else np.array(items)
        if columns:
            raise TypeError(f"no such columns: {sorted(columns)}")

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.columns[name]

    def __setitem__(self, name: str, values: Any) -> None:
        self.columns[name][:] = values

    def take(self, which: NDArray[Any]) -> Rows:
        """The chosen rows, as a copy."""
        picked = Rows(0)
        picked.columns = {name: column[which] for name, column in self.columns.items()}
        picked.count = len(picked.columns["ref"])
        return picked

    def put(self, where: Any, **values: Any) -> None:
        """Write into some rows of some columns."""
        for name, value in values.items():
            self.columns[name][where] = value


def joined(parts: Iterable[Rows]) -> Rows:
    """All rows, one table after another."""
    tables = list(parts)
    result = Rows(0)
    result.columns = {name: np.concatenate([t.columns[name] for t in tables]) for name in result.columns}
    result.count = len(result.columns["ref"])
    return result
