"""How far two engines' cells lie apart."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq


@dataclass(frozen=True)
class Agreement:
    """Cells that either engine has in the year-ends that both ran; differences in m²."""

    cells: int
    largest_m2: float
    largest_share: float
    total_off: float


def read(path: Path) -> dict[tuple[int, int, int], float]:
    """Closing area by year, class and commune; land in no commune is left out, as peers join it away."""
    table = pq.read_table(path).to_pydict()
    rows = zip(table["year"], table["class"], table["commune"], table["area_m2"], strict=True)
    return {(y, c, m): float(area) for y, c, m, area in rows if m >= 0}


def compare(kernel: Path, peer: Path) -> Agreement:
    """The peer's cells held against the kernel's."""
    ours, theirs = read(kernel), read(peer)
    years = {key[0] for key in theirs}
    keys = {key for key in {*ours, *theirs} if key[0] in years}
    apart = [(abs(ours.get(k, 0.0) - theirs.get(k, 0.0)), max(ours.get(k, 0.0), theirs.get(k, 0.0))) for k in keys]
    total = sum(theirs.values())
    return Agreement(
        len(keys),
        max((off for off, _ in apart), default=0.0),
        max((off / area for off, area in apart if area > 1_000), default=0.0),
        abs(sum(ours[k] for k in keys if k in ours) - total) / total if total else 0.0,
    )
