"""The ground of the invented country: it tiles, it grows without thinning, and it lies where no land is."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import shapely

from clearground.demonstration.cells import CELL_KM2, Cells, cells_for, hazards_per_cell
from clearground.demonstration.contamination import AREA_QUANTILES_M2, Hazards, hazards_of
from clearground.demonstration.geography import CENTRE_LAT, CENTRE_LON, FRAME, DemoEdition, Geography, geography_of
from clearground.places.cambodia import gazetteer_rows

SEED = 2017
# The nearest land to the country, as longitude and latitude: Gough, Tristan da Cunha, South Georgia, Bouvet.
NEAREST_ISLANDS = [(-9.9, -40.3), (-12.3, -37.1), (-36.0, -54.4), (3.4, -54.4)]


def a_country(hazards: int = 3_000) -> Geography:
    """A country of that size."""
    return geography_of(cells_for(hazards, SEED))


def communes(edition: DemoEdition) -> np.ndarray:
    """The commune polygons of an edition."""
    return np.array([shape for code, shape in edition.shapes.items() if len(code) == 8], dtype=object)


def hazards_on(cells: Cells, hazards: int) -> Hazards:
    """All hazards of the country at once."""
    every = np.arange(len(cells))
    return hazards_of(cells, every, hazards_per_cell(cells, hazards), np.random.default_rng(SEED))


@pytest.mark.parametrize("number", [0, 1], ids=["before the split", "after the split"])
def test_communes_tile_exactly(number: int) -> None:
    """No gap and no overlap, to the last digit: neighbours share every vertex of their border."""
    shapes = communes(a_country().editions[number])
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    whole = shapely.coverage_union_all(shapes)
    assert whole.geom_type == "Polygon"
    assert len(whole.interiors) == 0


def test_upper_levels_are_the_unions_of_lower_ones() -> None:
    """A district ends where its communes end, and so does a province."""
    for edition in a_country().editions:
        for digits in (4, 6):
            upper = {code: shape for code, shape in edition.shapes.items() if len(code) == digits}
            for code, shape in upper.items():
                parts = [s for c, s in edition.shapes.items() if len(c) == 8 and c.startswith(code)]
                assert shapely.union_all(parts).symmetric_difference(shape).area == 0


def test_villages_lie_in_their_commune() -> None:
    """Also in the commune that was cut in two."""
    for edition in a_country().editions:
        villages = [(code, shape) for code, shape in edition.shapes.items() if len(code) == 10]
        assert villages
        assert [code for code, point in villages if not edition.shapes[code[:8]].contains(point)] == []


def test_the_split_leaves_the_ground_and_changes_the_codes() -> None:
    """As in real countries: one commune became two, one province gave districts to a new one, under new codes."""
    before, after = a_country().editions
    old, new = set(before.shapes), set(after.shapes)
    assert len(communes(after)) == len(communes(before)) + 1
    assert len([c for c in new - old if len(c) == 4]) == 1
    assert [c for c in old - new if len(c) == 6]
    assert shapely.union_all(communes(before)).symmetric_difference(shapely.union_all(communes(after))).area == 0


def test_a_place_that_got_another_code_keeps_its_name() -> None:
    """People do not rename a village because a province was split."""
    geography = a_country()
    named = {place.code: place.name for place in geography.places}
    pairs = zip(geography.structure.codes, geography.structure.codes_after, strict=True)
    renamed = [(old, new) for old, new in pairs if old != new]
    assert renamed
    assert [pair for pair in renamed if named[pair[0]] != named[pair[1]]] == []


def test_every_place_has_its_parent_and_both_names() -> None:
    """The hierarchy has no hole in either edition."""
    places = {place.code: place for place in a_country().places}
    assert {place.level for place in places.values()} == {1, 2, 3, 4}
    assert [p.code for p in places.values() if (p.parent in places) != (p.level > 1)] == []
    assert [p.code for p in places.values() if not p.name or not p.name_km] == []


def test_no_place_bears_a_real_name() -> None:
    """Names are invented: none of provinces, districts and communes is a Cambodian one."""
    real = {row.name.lower().replace(" ", "") for row in gazetteer_rows()}
    assert [p.name for p in a_country(20_000).places if p.level < 4 and p.name.lower() in real] == []


@pytest.mark.parametrize("hazards", [5_000, 50_000, 1_000_000])
def test_density_is_the_same_at_every_size(hazards: int) -> None:
    """A larger demonstration is more country, not thicker or thinner contamination."""
    cells = cells_for(hazards, SEED)
    counts = hazards_per_cell(cells, hazards)
    assert counts.sum() == hazards
    assert hazards / (len(cells) * CELL_KM2) == pytest.approx(0.5, rel=0.01)
    away = ~cells.is_rim
    assert counts[away].mean() / CELL_KM2 == pytest.approx(0.53, rel=0.10)


def test_a_larger_country_contains_the_smaller_one() -> None:
    """Growing adds communes around those that are there."""
    small, large = (set(zip(c.q.tolist(), c.r.tolist(), strict=True)) for c in map(_cells, (1_000, 5_000)))
    assert small < large


def _cells(hazards: int) -> Cells:
    return cells_for(hazards, SEED)


def test_the_largest_country_stays_in_the_open_ocean() -> None:
    """Even a million hazards lie more than a hundred kilometres from the nearest island."""
    x, y = (np.array(axis) for axis in zip(*NEAREST_ISLANDS, strict=True))
    islands = FRAME.to_grid(shapely.points(x, y))
    cells = cells_for(1_000_000, SEED)
    away = shapely.distance(shapely.multipoints(np.column_stack([cells.x, cells.y])), islands)
    assert away.min() > 100 * 100_000
    assert (CENTRE_LON, CENTRE_LAT) == (-22.0, -45.0)


def test_hazards_lie_in_the_country_and_are_valid() -> None:
    """None reaches into the sea, none crosses itself."""
    cells = _cells(3_000)
    hazards = hazards_on(cells, 3_000)
    country = shapely.coverage_union_all(cells.shapes())
    shapely.prepare(country)
    assert len(hazards) == 3_000
    assert shapely.is_valid(hazards.shape).all()
    assert shapely.covers(country, hazards.shape).all()


def test_sizes_and_shapes_are_like_the_measured_ones() -> None:
    """Quantiles of area, vertices and compactness of the map that the parameters were measured on."""
    hazards = hazards_on(_cells(20_000), 20_000)
    low, middle, high = np.quantile(hazards.area_m2, (0.25, 0.5, 0.75))
    assert (low, middle, high) == pytest.approx(
        (AREA_QUANTILES_M2[4], AREA_QUANTILES_M2[5], AREA_QUANTILES_M2[6]), rel=0.1
    )
    vertices = shapely.get_num_coordinates(hazards.shape) - 1
    assert np.median(vertices) == 6
    assert vertices.mean() == pytest.approx(7.7, abs=0.8)
    compact = 4 * np.pi * shapely.area(hazards.shape) / shapely.length(hazards.shape) ** 2
    assert np.median(compact) == pytest.approx(0.451, abs=0.12)


def test_neighbours_share_edges_and_classes_overlap() -> None:
    """What is hard to cut is there: shared edges in strips, overlaps within and between families, slivers."""
    hazards = hazards_on(_cells(3_000), 3_000)
    pairs = shapely.STRtree(hazards.shape).query(hazards.shape, predicate="intersects")
    one, other = pairs[:, pairs[0] < pairs[1]]
    area = shapely.area(shapely.intersection(hazards.shape[one], hazards.shape[other])) / 1e4
    same = hazards.family[one] == hazards.family[other]
    unlike = same & (hazards.hazard_class[one] != hazards.hazard_class[other])
    met = Counter(
        edges=int((area == 0).sum()),
        overlaps=int(((area > 1) & same).sum()),
        classes=int(((area > 1) & unlike).sum()),
        families=int(((area > 1) & ~same).sum()),
        slivers=int(((area > 0) & (area < 50)).sum()),
    )
    print(dict(met))
    assert min(met.values()) > 0
    assert len(set(one[area <= 1]) | set(other[area <= 1])) / len(hazards) > 0.3
