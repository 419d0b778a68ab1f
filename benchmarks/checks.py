"""How long the checks take on a national file: `python -m benchmarks.checks [ROWS]`.

Invented polygons over a country of a few hundred places; hazards and twice as many releases, with
defects of every hundredth row.
"""

from __future__ import annotations

import resource
import sys
from time import perf_counter, process_time

import numpy as np
import shapely

from clearground.kernel.land.checks import RULES, Batch, Context
from clearground.kernel.land.checks.look import Look
from clearground.kernel.land.frame import Frame

WEST, SOUTH, EAST, NORTH = 102.3, 10.3, 107.6, 14.7
FRAME = Frame(105.0, 12.5)
CORNERS = 9


def places() -> dict[str, shapely.Geometry]:
    """Boxes of a quarter of a degree that tile the country."""
    step = 0.25
    return {
        f"{lon:.2f}/{lat:.2f}": shapely.box(lon, lat, lon + step, lat + step)
        for lon in np.arange(102.0, 108.0, step)
        for lat in np.arange(10.0, 15.0, step)
    }


def batch(rows: int, seed: int = 1) -> Batch:
    """Stars of nine corners, sizes spread as in real surveys, three rows in each neighbourhood."""
    chance = np.random.default_rng(seed)
    lon, lat = chance.uniform(WEST + 0.1, EAST - 0.1, rows), chance.uniform(SOUTH + 0.1, NORTH - 0.1, rows)
    radius = np.exp(chance.normal(np.log(0.0012), 0.6, rows))[:, None] * chance.uniform(0.5, 1, (rows, CORNERS))
    angle = np.sort(chance.uniform(0, 2 * np.pi, (rows, CORNERS)), axis=1)
    xy = np.stack([lon[:, None] + radius * np.cos(angle), lat[:, None] + radius * np.sin(angle)], axis=-1)
    stated_m2 = FRAME.area_m2(shapely.polygons(xy))
    xy[::100] = xy[::100, :, ::-1]
    places_of = zip(lon // 0.25 * 0.25, lat // 0.25 * 0.25, strict=True)
    shapes = shapely.polygons(xy)
    kinds = np.where(np.arange(rows) % 3 == 0, 0, 6)
    refs = np.array([f"R{k}" for k in range(rows)], dtype=object)
    families = np.empty(rows, dtype=object)
    families[:] = [(("mines", "A1"),)] * rows
    return Batch(
        rows=np.arange(1, rows + 1),
        refs=refs,
        shapes=shapes,
        kinds=kinds,
        families=families,
        on=chance.integers(730_000, 736_000, rows).astype(float),
        stated_m2=stated_m2,
        places=np.array([f"{west:.2f}/{south:.2f}" for west, south in places_of], dtype=object),
        hazards=np.where(kinds == 6, refs[np.arange(rows) // 3 * 3], ""),
        crs=np.full(rows, "WGS 84 / UTM zone 48N", dtype=object),
    )


def main(rows: int) -> None:
    """Printed: seconds and findings of each rule that took time or found something."""
    boundaries = places()
    context = Context(
        today=740_000,
        frame=FRAME,
        country=shapely.box(WEST, SOUTH, EAST, NORTH).buffer(0.05, quad_segs=4000),
        boundaries=boundaries,
        places=frozenset(boundaries),
        classes={"mines": frozenset({"A1"})},
    )
    look = Look(batch(rows), context)
    start, worked = perf_counter(), process_time()
    for code, rule in sorted(RULES.items()):
        before = perf_counter()
        found = len(rule.findings(look))
        taken = perf_counter() - before
        if found or taken > 0.05:
            print(f"{code} {found:>8,} findings {taken:6.2f} s  {rule.law}")
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    took, cpu = perf_counter() - start, process_time() - worked
    print(f"{rows:,} rows: {took:.1f} s ({cpu:.1f} s of one processor), peak {peak_mb:,.0f} MB, the rows included")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
