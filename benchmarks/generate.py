"""An invented country's hazards, releases and communes, from a seed number, in whole centimetres.

Sizes are like those of real hazards (median 20,000 m², 6 to 30 vertices) and they lie in clusters, so
that they overlap. A larger set is a larger country, not a denser one. In the set for the peers,
hazards that overlap carry one class and a release is never older than the hazards under it: so
what a peer's plain overlay counts is what the ledger counts, and the peers do no work beyond that.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

CLASSES = ("A1", "A2", "A4")
FIRST_DAY, YEARS = 730_486, 20  # 1 January 2001
YEAR_ENDS = [FIRST_DAY - 1 + round(365.25 * year) for year in range(1, YEARS + 1)]
SIDE_CM_PER_50K = 42_000_000
COMMUNES_PER_50K = 1_600


@dataclass(frozen=True)
class Country:
    """The generated set. `on` are day numbers; releases follow hazards in no particular order."""

    hazards: np.ndarray
    hazard_on: np.ndarray
    hazard_class: np.ndarray
    releases: np.ndarray
    release_on: np.ndarray
    communes: np.ndarray


def country(hazards: int, *, seed: int = 1, one_class_where_they_overlap: bool = True) -> Country:
    """`hazards` hazards, twice as many releases, and communes in proportion."""
    rng = np.random.default_rng(seed)
    side = SIDE_CM_PER_50K * (hazards / 50_000) ** 0.5
    centres = rng.random((max(hazards // 40, 1), 2)) * side * 0.96 + side * 0.02
    at = centres[rng.integers(0, len(centres), hazards)] + rng.normal(0, 200_000, (hazards, 2))
    radius = np.sqrt(rng.lognormal(np.log(20_000), 1.0, hazards) * 1e4 / np.pi)
    hazard = blobs(rng, at, radius)
    on = FIRST_DAY + rng.integers(0, 14 * 365, hazards)
    code = rng.integers(0, len(CLASSES), hazards)
    if one_class_where_they_overlap:
        code = code[groups(hazard)]
    of = rng.integers(0, hazards, 2 * hazards)
    release = _releases(rng, at[of], radius[of])
    release_on = on[of] + 1 + rng.exponential(3 * 365, len(of)).astype(np.int64)
    rows = max(round((COMMUNES_PER_50K * hazards / 50_000) ** 0.5), 1)
    communes = _communes(rng, rows, side)
    return Country(hazard, on, code, release, _not_before(release, release_on, hazard, on), communes)


def blobs(rng: np.random.Generator, at: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """A star-shaped polygon of 6 to 30 vertices around each point."""
    count = rng.integers(6, 31, len(at))
    owner = np.repeat(np.arange(len(at)), count)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    angle = 2 * np.pi * (step + rng.random(len(owner)) * 0.8) / count[owner]
    reach = radius[owner] * rng.uniform(0.7, 1.25, len(owner))
    xy = at[owner] + reach[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    polygons = shapely.polygons(shapely.linearrings(np.rint(xy) + 0.0, indices=owner))
    broken = ~shapely.is_valid(polygons)
    polygons[broken] = shapely.convex_hull(polygons[broken])
    return polygons


def _releases(rng: np.random.Generator, at: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Most over their hazard, larger or smaller, one in seven well beside it."""
    beside = rng.random(len(at)) < 1 / 7
    turn = rng.random(len(at)) * 2 * np.pi
    away = np.where(beside, rng.uniform(100_000, 400_000, len(at)), rng.random(len(at)) * radius)
    centre = at + away[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    return blobs(rng, centre, radius * rng.uniform(0.3, 0.9, len(at)))


def groups(lands: np.ndarray) -> np.ndarray:
    """For each land the lowest of those that it is connected with."""
    left, right = shapely.STRtree(lands).query(lands, "intersects")
    label = np.arange(len(lands))
    while True:
        lowest = label.copy()
        np.minimum.at(lowest, left, label[right])
        lowest = lowest[lowest]
        if (lowest == label).all():
            return label
        label = lowest


def _not_before(release: np.ndarray, release_on: np.ndarray, hazard: np.ndarray, on: np.ndarray) -> np.ndarray:
    which, over = shapely.STRtree(hazard).query(release, "intersects")
    latest = release_on.copy()
    np.maximum.at(latest, which, on[over] + 1)
    return latest


def _communes(rng: np.random.Generator, rows: int, side: float) -> np.ndarray:
    """A tiling of crooked quadrangles that share their edges vertex by vertex."""
    step, pieces = side / rows, 4
    lattice = np.stack(np.meshgrid(np.arange(rows + 1), np.arange(rows + 1), indexing="ij"), -1) * step
    lattice = lattice + rng.uniform(-0.2, 0.2, lattice.shape) * step
    share = (np.arange(pieces) / pieces)[:, None]

    def edges(start: np.ndarray, end: np.ndarray) -> np.ndarray:
        line = start[..., None, :] * (1 - share) + end[..., None, :] * share
        bend = rng.uniform(-0.04, 0.04, line.shape) * step
        bend[..., 0, :] = 0
        return np.rint(line + bend)

    across, up = edges(lattice[:-1], lattice[1:]), edges(lattice[:, :-1], lattice[:, 1:])
    ends = np.rint(lattice)
    rings = [
        np.concatenate(
            [
                across[i, j],
                up[i + 1, j],
                np.vstack([ends[i + 1, j + 1], across[i, j + 1][:0:-1]]),
                np.vstack([ends[i, j + 1], up[i, j][:0:-1]]),
            ]
        )
        for i in range(rows)
        for j in range(rows)
    ]
    return np.array([shapely.Polygon(ring) for ring in rings], dtype=object)


def write(to: Path, made: Country) -> None:
    """Three Parquet files with shapes as WKB in metres, and the same in centimetres for the kernel."""
    to.mkdir(parents=True, exist_ok=True)
    metres = lambda shapes: shapely.to_wkb(shapely.transform(shapes, lambda xy: xy / 100))  # noqa: E731
    tables = {
        "hazards": {"shape": made.hazards, "on_day": made.hazard_on, "class": made.hazard_class},
        "releases": {"shape": made.releases, "on_day": made.release_on},
        "communes": {"shape": made.communes},
    }
    for name, columns in tables.items():
        shapes = columns.pop("shape")
        table = {"id": np.arange(len(shapes)), **columns, "wkb": metres(shapes), "wkb_cm": shapely.to_wkb(shapes)}
        pq.write_table(pa.table(table), to / f"{name}.parquet")


def main() -> None:
    """`python -m benchmarks.generate --hazards 50000 --to DIR`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hazards", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--to", type=Path, required=True)
    arguments = parser.parse_args()
    write(arguments.to, country(arguments.hazards, seed=arguments.seed))


if __name__ == "__main__":
    main()
