"""Provinces, districts, communes and villages of Karsova, in two boundary editions.

Wholly invented. The country lies in the open southern Atlantic, where there is no land, so that nobody can take a
map of it for a map of somewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import shapely

from clearground.kernel.land.frame import Frame

from .cells import VILLAGES_PER_CELL, Cells
from .chance import Bools, Floats, Objects
from .names import distinct_names
from .structure import Structure, structure_of

CODE, NAME, NAME_KM = "XKV", "Karsova (invented country)", "ការសូវ៉ា (ប្រទេសប្រឌិត)"
CENTRE_LON, CENTRE_LAT = -22.0, -45.0
SPLIT_ON = date(2015, 1, 1)
FRAME = Frame(CENTRE_LON, CENTRE_LAT)
LEVEL_DIGITS = ((1, 4), (2, 6), (3, 8))
LEVEL_OF = {4: 1, 6: 2, 8: 3, 10: 4}


@dataclass(frozen=True)
class DemoPlace:
    """An invented place; `level` 1 to 4 from province to village."""

    level: int
    code: str
    name: str
    name_km: str
    parent: str | None


@dataclass(frozen=True)
class DemoEdition:
    """Where the places lay from a day on: shapes by code, longitude and latitude."""

    name: str
    valid_from: date
    is_current: bool
    source: str
    shapes: Mapping[str, shapely.Geometry]


@dataclass(frozen=True)
class Geography:
    """The ground of the country: cells in centimetres, their structure, and what is published of them."""

    cells: Cells
    structure: Structure
    places: tuple[DemoPlace, ...]
    editions: tuple[DemoEdition, ...]
    cut_shape: shapely.Geometry = field(repr=False)
    tree: shapely.STRtree = field(repr=False)

    def commune_codes(self, cell: np.ndarray, points: Floats, after: Bools) -> list[str]:
        """The commune code of each point of a cell, by the edition that held on its day."""
        in_cut = (cell == self.structure.cut_cell) & after & shapely.contains_xy(self.cut_shape, points)
        codes = np.where(after, np.array(self.structure.codes_after)[cell], np.array(self.structure.codes)[cell])
        return [str(code) for code in np.where(in_cut, self.structure.code_of_cut, codes)]


def geography_of(cells: Cells) -> Geography:
    """Places and both boundary editions of the country that stands on `cells`."""
    structure = structure_of(cells)
    ground = cells.shapes()
    kept, cut_out = _cut(ground[structure.cut_cell])
    later = np.append(ground, cut_out)
    later[structure.cut_cell] = kept
    codes, codes_later = structure.codes, (*structure.codes_after, structure.code_of_cut)
    villages, villages_later = _villages(cells, codes), _villages(cells, codes_later, structure, cut_out)
    editions = (
        _edition("Boundaries 2008", date(2008, 1, 1), False, codes, ground, villages),
        _edition("Boundaries 2015", SPLIT_ON, True, codes_later, later, villages_later),
    )
    return Geography(
        cells, structure, _places(cells.seed, structure, editions), editions, cut_out, shapely.STRtree(ground)
    )


def _cut(shape: shapely.Geometry) -> tuple[shapely.Geometry, shapely.Geometry]:
    """The polygon cut in two along a crooked line through its middle; the parts share the line exactly."""
    ring = shapely.get_coordinates(shape)[:-1]
    half = len(ring) // 2
    middle = np.rint(ring.mean(axis=0))
    path = np.array([(ring[half] * 2 + middle) // 3 + (30_000, -20_000), middle, (ring[0] + middle) // 2])
    first = np.concatenate([ring[: half + 1], path])
    second = np.concatenate([ring[half:], ring[:1], path[::-1]])
    return shapely.polygons(first), shapely.polygons(second)


def _villages(
    cells: Cells, codes: tuple[str, ...], structure: Structure | None = None, cut_out: shapely.Geometry = None
) -> dict[str, shapely.Geometry]:
    """Village points by code, numbered inside their commune; those on the cut-out ground go to the new commune."""
    points = cells.villages()
    found = {}
    for cell in range(len(cells)):
        moved = np.zeros(VILLAGES_PER_CELL, dtype=bool)
        if structure is not None and cell == structure.cut_cell:
            moved = shapely.contains_xy(cut_out, points[cell])
        for number, point in enumerate(points[cell]):
            commune = structure.code_of_cut if structure is not None and moved[number] else codes[cell]
            found[f"{commune}{number + 1:02d}"] = shapely.Point(point)
    return found


def _edition(
    name: str,
    valid_from: date,
    is_current: bool,
    codes: tuple[str, ...],
    ground: Objects,
    villages: dict[str, shapely.Geometry],
) -> DemoEdition:
    """One edition: districts and provinces are the unions of their communes, vertex by vertex."""
    shapes: dict[str, shapely.Geometry] = {}
    all_codes = np.array(codes)
    for _, digits in LEVEL_DIGITS[:2]:
        upper = all_codes.astype(f"U{digits}")
        order = np.argsort(upper, kind="stable")
        names, starts = np.unique(upper[order], return_index=True)
        parts = np.split(ground[order], starts[1:])
        shapes |= {str(code): shapely.coverage_union_all(part) for code, part in zip(names, parts, strict=True)}
    shapes |= dict(zip(codes, ground, strict=True)) | villages
    grid = np.array(list(shapes.values()), dtype=object)
    placed = dict(zip(shapes, FRAME.to_lonlat(grid), strict=True))
    return DemoEdition(name, valid_from, is_current, "drawn for the invented country of Karsova", placed)


def _places(seed: int, structure: Structure, editions: tuple[DemoEdition, ...]) -> tuple[DemoPlace, ...]:
    """Every place of either edition, uppermost level first; a place that got another code keeps its name."""
    former = _former_codes(structure)
    codes = sorted({code for edition in editions for code in edition.shapes}, key=lambda code: (len(code), code))
    named: dict[str, tuple[str, str]] = {}
    for level, digits in (*LEVEL_DIGITS, (4, 10)):
        own = [code for code in codes if len(code) == digits and former.get(code, code) == code]
        named |= dict(zip(own, distinct_names(seed, level, len(own)), strict=True))
    return tuple(
        DemoPlace(LEVEL_OF[len(code)], code, *named[former.get(code, code)], code[:-2] if len(code) > 4 else None)
        for code in codes
    )


def _former_codes(structure: Structure) -> dict[str, str]:
    """The old code of each district, commune and village that got a new one."""
    pairs = {new: old for old, new in zip(structure.codes, structure.codes_after, strict=True) if new != old}
    former = pairs | {new[:6]: old[:6] for new, old in pairs.items()}
    old_of = pairs | {structure.code_of_cut: structure.codes[structure.cut_cell]}
    numbers = range(1, VILLAGES_PER_CELL + 1)
    return former | {f"{new}{n:02d}": f"{old}{n:02d}" for new, old in old_of.items() for n in numbers}
