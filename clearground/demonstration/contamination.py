"""Hazards as they lie on the ground: strips along old lines, patches round villages, by family and class.

Sizes and shapes follow public maps of one real country (1,064 suspected areas of western Bosnia), measured in an
equal-area projection; only these parameters were taken over, no shape:
- area: the quantiles below (m²); median 67,257, mean 117,475, at the upper end 1.18 km²;
- vertices: ln v = 0.238 ln(area) − 0.696, residual standard deviation 0.38, between 3 and 40, mean 7.7;
- length to width of the smallest rectangle: ln e = 0.98, standard deviation 0.62;
- 64 % of polygons touch a neighbour along a shared edge, 16 % overlap one by more than a square metre.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from .cells import VILLAGES_PER_CELL, Cells
from .chance import Bools, Floats, Ints, Objects, chosen, uniform, within
from .shapes import Strips, moved, patches

AREA_SHARE = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0)
AREA_QUANTILES_M2 = (220, 253, 1_554, 4_895, 23_906, 67_257, 147_145, 277_535, 390_353, 901_797, 1_180_982)
VERTEX_SLOPE, VERTEX_OFFSET, VERTEX_SPREAD = 0.238, -0.696, 0.38
ELONGATION_MEAN, ELONGATION_SPREAD = 0.98, 0.62
LONGEST_PATCH_M = 2_000.0
LONGEST_STRIP_CM = 600_000.0
LONGEST_PIECE_CM = 80_000.0
SHARE_IN_STRIPS = 0.78
LINKS_PER_STRIP = 8
LINES_APART_CM = 120_000.0

FAMILIES = ("mines", "cmr", "erw")
FAMILY_WEIGHTS = (0.79, 0.13, 0.08)
CLASSES = ("A1", "A2", "A2.1", "A2.2", "A3", "A4", "B2", "CMR", "ERW")
CMR_CLASS, ERW_CLASS = 7, 8
STRIP_CLASS_WEIGHTS = (0.26, 0.12, 0.16, 0.10, 0.06, 0.28, 0.02)
PATCH_CLASS_WEIGHTS = (0.08, 0.08, 0.06, 0.14, 0.06, 0.50, 0.08)


@dataclass(frozen=True)
class Hazards:
    """The hazards of some cells, one row each: ground truth before anybody surveys it."""

    cell: Ints
    family: Ints
    hazard_class: Ints
    shape: Objects
    angle: Floats
    strip: Ints
    area_m2: Floats

    def __len__(self) -> int:
        return len(self.cell)


def hazards_of(cells: Cells, chosen_cells: Ints, counts: Ints, rng: np.random.Generator) -> Hazards:
    """`counts[i]` hazards for each of the chosen cells."""
    cell = np.repeat(chosen_cells, counts)
    family = chosen(rng, FAMILY_WEIGHTS, len(cell))
    area_m2 = np.exp(np.interp(rng.random(len(cell)), AREA_SHARE, np.log(AREA_QUANTILES_M2)))
    in_strip = (family == 0) & ~cells.is_rim[cell] & (area_m2 > 5_000) & (rng.random(len(cell)) < SHARE_IN_STRIPS)
    spread = np.exp(rng.normal(0, VERTEX_SPREAD, len(cell)))
    vertices = np.clip(np.rint(area_m2**VERTEX_SLOPE * np.exp(VERTEX_OFFSET) * spread), 3, 40).astype(np.int64)
    shape, angle = np.empty(len(cell), dtype=object), np.zeros(len(cell))
    strip = np.full(len(cell), -1)
    for member, draw in ((in_strip, _strips), (~in_strip, _patches)):
        if member.any():
            shape[member], angle[member], strip[member] = draw(
                cells, cell[member], area_m2[member], vertices[member], rng
            )
    hazard_class = _classes(family, in_strip, strip, rng)
    return Hazards(cell, family, hazard_class, shape, angle, strip, shapely.area(shape) / 1e4)


def _strips(
    cells: Cells, cell: Ints, area_m2: Floats, vertices: Ints, rng: np.random.Generator
) -> tuple[Objects, Floats, Ints]:
    """Links of strips: along old front lines, in chains of up to `LINKS_PER_STRIP`, sharing their ends."""
    _, group = np.unique(cell, return_inverse=True)
    number = within(np.bincount(group)) // LINKS_PER_STRIP
    strip = np.unique(np.column_stack([cell, number]), axis=0, return_inverse=True)[1].ravel()
    count = int(strip.max()) + 1
    width = np.clip(np.exp(rng.normal(np.log(17_000), 0.5, count)), 5_000, 40_000)
    length = area_m2 * 1e4 / width[strip]
    stretch = np.maximum(np.bincount(strip, weights=length) / LONGEST_STRIP_CM, 1.0)
    width, length = width * stretch, length / stretch[strip]
    pieces = np.maximum((vertices - 2) // 2, np.ceil(length / LONGEST_PIECE_CM)).astype(np.int64).clip(1)
    home = cell[np.searchsorted(strip, np.arange(count))]
    heading = np.pi * uniform(cells.seed, 90, home) + rng.normal(0, 0.04, count)
    anchor = _side_by_side(cells, home, heading, rng)
    shapes = Strips(strip, pieces, length / pieces, width).polygons(rng, heading, anchor)
    return shapes, _long_axis(shapes), strip


def _patches(
    cells: Cells, cell: Ints, area_m2: Floats, vertices: Ints, rng: np.random.Generator
) -> tuple[Objects, Floats, Ints]:
    """Fields and woods round the villages of each cell; now and then a sliver of a metre or two."""
    elongation = np.exp(np.abs(rng.normal(ELONGATION_MEAN, ELONGATION_SPREAD, len(cell))))
    sliver = rng.random(len(cell)) < 0.004
    area_m2 = np.where(sliver, np.minimum(area_m2, 1_500), area_m2)
    elongation = np.where(sliver, 160.0, np.minimum(elongation, LONGEST_PATCH_M**2 / (1.7 * area_m2)).clip(1.0))
    angle = rng.uniform(0, np.pi, len(cell))
    shapes = patches(rng, area_m2, np.where(sliver, 4, vertices), elongation, angle)
    villages = cells.villages()[cell, rng.integers(0, VILLAGES_PER_CELL, len(cell))]
    reach = np.where(cells.is_rim[cell], 50_000, 190_000) * np.abs(rng.normal(0, 1, len(cell))).clip(0, 1.6)
    turn = rng.uniform(0, 2 * np.pi, len(cell))
    at = villages + np.column_stack([reach * np.cos(turn), reach * np.sin(turn)])
    return moved(shapes, at[:, 0], at[:, 1]), angle, np.full(len(cell), -1)


def _side_by_side(cells: Cells, cell: Ints, heading: Floats, rng: np.random.Generator) -> Floats:
    """Where the middles of strips lie: the lines of one cell run beside each other, `LINES_APART_CM` apart."""
    _, group, counts = np.unique(cell, return_inverse=True, return_counts=True)
    number = within(counts) - (counts[group] - 1) / 2
    aside = np.minimum(LINES_APART_CM, 700_000 / counts[group]) * (number + rng.uniform(-0.2, 0.2, len(cell)))
    along = rng.uniform(-60_000, 60_000, len(cell))
    x = cells.x[cell] - aside * np.sin(heading) + along * np.cos(heading)
    return np.column_stack([x, cells.y[cell] + aside * np.cos(heading) + along * np.sin(heading)])


def _long_axis(shapes: Objects) -> Floats:
    """The direction of each shape from its first vertex to the vertex halfway round."""
    counts = shapely.get_num_coordinates(shapes)
    xy = shapely.get_coordinates(shapes)
    first = np.cumsum(counts) - counts
    away = xy[first + counts // 2 - 1] - xy[first]
    return np.arctan2(away[:, 1], away[:, 0])


def _classes(family: Ints, in_strip: Bools, strip: Ints, rng: np.random.Generator) -> Ints:
    """Classes by family; links of one strip mostly have the class of the strip."""
    of_strip = chosen(rng, STRIP_CLASS_WEIGHTS, int(strip.max()) + 2)
    own = chosen(rng, STRIP_CLASS_WEIGHTS, len(family))
    in_patch = chosen(rng, PATCH_CLASS_WEIGHTS, len(family))
    mines = np.where(in_strip, np.where(rng.random(len(family)) < 0.7, of_strip[strip], own), in_patch)
    return np.where(family == 0, mines, np.where(family == 1, CMR_CLASS, ERW_CLASS))
