"""The laws of the cut, on shapes that are hard to cut: tiny, thin, touching, collinear, crossing in one pixel."""

from __future__ import annotations

import random

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from clearground.kernel.land import cutting, noding
from clearground.kernel.land.cutting import Faces

from .books import TILE_CM, blob, on_grid, seeded_book
from .fast import cut, lands_of
from .oracle import areal

few = settings(max_examples=120, deadline=None)


@st.composite
def tiny_lands(draw: st.DrawFn, *, size: int = 14) -> shapely.Geometry:
    """A polygon on a raster of a few centimetres: slanted, thin, often sharing corners and edges.

    The raster is one of 1 cm, where rounding is as large as the land, or a coarser one.
    """
    at, step = draw(st.sampled_from((0, 0, TILE_CM, -TILE_CM))), draw(st.sampled_from((1, 7, 40, 40)))
    spot = st.tuples(st.integers(0, size), st.integers(0, size))
    points = draw(st.lists(spot, min_size=3, max_size=7, unique=True))
    land = shapely.make_valid(shapely.Polygon([((x - size // 2) * step + at, y * step) for x, y in points]))
    snapped = areal(shapely.GeometryCollection(_polygons(shapely.set_precision(land, 1.0))))
    # Through WKB, which forgets the precision: overlay here must not round as the cut does.
    return shapely.from_wkb(shapely.to_wkb(snapped)) if snapped.area > 0 else shapely.box(at, 0, at + 3, 2)


def _polygons(geometry: shapely.Geometry) -> list[shapely.Geometry]:
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return [part for part in parts if part.geom_type == "Polygon" and part.area > 0]


def array(lands: list[shapely.Geometry]) -> np.ndarray:
    """The lands as the cut takes them."""
    return np.array([*lands, None], dtype=object)[:-1]


def area2_of(faces: Faces, land: int) -> int:
    """Twice the area of the faces that a land covers."""
    owner = np.repeat(np.arange(len(faces)), np.diff(faces.indptr))
    return int(faces.area2[owner[faces.members == land]].sum())


def overlap_cm2(faces: Faces) -> float:
    """What any two faces have in common."""
    shapes = shapely.from_wkb(shapely.to_wkb(faces.shape))
    left, right = shapely.STRtree(shapes).query(shapes, "intersects")
    pairs = left < right
    return float(shapely.area(shapely.intersection(shapes[left[pairs]], shapes[right[pairs]])).sum())


def slack2(lands: list[shapely.Geometry]) -> float:
    """Twice 0.7 cm × the perimeter of all: no edge is moved further."""
    return 1.4 * float(shapely.length(array(lands)).sum())


@few
@given(st.lists(tiny_lands(), min_size=1, max_size=6))
def test_faces_are_disjoint_and_cover_the_lands(lands: list[shapely.Geometry]) -> None:
    """No two faces overlap, none is empty, and together they are the lands, as near as the grid can say."""
    faces = cut(array(lands), keep_shapes=True)
    assert (faces.area2 > 0).all()
    assert shapely.is_valid(faces.shape).all()
    assert abs(2 * shapely.area(faces.shape).sum() - faces.area2.sum()) <= slack2(lands)
    assert overlap_cm2(faces) == 0
    assert abs(2 * shapely.union_all(lands).area - faces.area2.sum()) <= slack2(lands)


@few
@given(st.lists(tiny_lands(), min_size=1, max_size=6))
def test_each_land_keeps_its_area(lands: list[shapely.Geometry]) -> None:
    """What a land covers after the cut is what it covered before, as near as the grid can say."""
    faces = cut(array(lands))
    for at, land in enumerate(lands):
        near = [other for other in lands if other.intersects(land)]
        assert abs(area2_of(faces, at) - 2 * land.area) <= slack2(near)


@few
@given(st.lists(tiny_lands(), min_size=2, max_size=5))
def test_each_overlap_is_what_plain_overlay_says(lands: list[shapely.Geometry]) -> None:
    """By each set of lands: the area that exactly these cover."""
    faces, found = cut(array(lands)), {}
    for face, area2 in enumerate(faces.area2.tolist()):
        over = frozenset(faces.members[faces.indptr[face] : faces.indptr[face + 1]].tolist())
        found[over] = found.get(over, 0) + area2
    for over in {*found, *(frozenset(pair) for pair in ((0, 1), (0,), (1,)))}:
        inside = shapely.intersection_all(array([lands[i] for i in over]))
        outside = shapely.union_all(array([lands[i] for i in range(len(lands)) if i not in over]))
        assert abs(found.get(over, 0) - 2 * inside.difference(outside).area) <= slack2(lands)


@few
@given(st.lists(tiny_lands(), min_size=1, max_size=5), st.integers(-3, 3), st.integers(-3, 3))
def test_the_cut_is_the_same_everywhere(lands: list[shapely.Geometry], columns: int, rows: int) -> None:
    """Moved by whole tiles, the same areas, but for half centimetres that round the other way."""
    moved = array([shapely.affinity.translate(land, columns * TILE_CM, rows * TILE_CM) for land in lands])
    here, there = cut(array(lands)), cut(moved)
    for at in range(len(lands)):
        assert abs(area2_of(here, at) - area2_of(there, at)) <= slack2(lands)


def _signature(faces: Faces) -> list[tuple[int, ...]]:
    bounds = zip(faces.indptr[:-1], faces.indptr[1:], strict=True)
    return [(int(a), *faces.members[low:high].tolist()) for a, (low, high) in zip(faces.area2, bounds, strict=True)]


@few
@given(st.lists(tiny_lands(), min_size=1, max_size=5))
def test_the_same_land_twice_adds_no_ground(lands: list[shapely.Geometry]) -> None:
    """Two records of one polygon, as on many a list: no ground is added, and both cover the same."""
    once, twice = cut(array(lands)), cut(array([*lands, lands[0]]))
    assert abs(int(once.area2.sum()) - int(twice.area2.sum())) <= slack2(lands)
    assert area2_of(twice, 0) == area2_of(twice, len(lands))


@few
@given(st.lists(tiny_lands(), min_size=2, max_size=6), st.integers(0, 5))
def test_added_one_by_one_or_all_at_once(lands: list[shapely.Geometry], last: int) -> None:
    """The cut of some lands does not depend on a land elsewhere, whatever its number."""
    far = shapely.box(10 * TILE_CM, 0, 10 * TILE_CM + 50, 50)
    at = min(last, len(lands))
    without = cut(array(lands))
    among = cut(array([*lands[:at], far, *lands[at:]]))
    renumbered = [(a, *(m - (m > at) for m in members)) for a, *members in _signature(among) if members != [at]]
    assert sorted(renumbered) == sorted(_signature(without))


@pytest.mark.parametrize("seed", range(6))
def test_large_and_crowded(seed: int) -> None:
    """Forty polygons over one spot: hundreds of crossings, each land keeps its area, faces stay disjoint."""
    rng = random.Random(seed)
    lands = [blob(rng, rng.gauss(0, 4_000), rng.gauss(0, 4_000), rng.uniform(900, 9_000)) for _ in range(40)]
    lands += [on_grid(shapely.affinity.translate(lands[i], i % 3, 1)) for i in range(6)]
    faces = cut(array(lands), keep_shapes=True)
    assert overlap_cm2(faces) < 1e-3
    for at, land in enumerate(lands):
        assert abs(area2_of(faces, at) - 2 * land.area) <= 1.4 * land.length


@pytest.mark.parametrize("seed", range(6))
def test_holes_and_parts_that_only_cross_keep_their_area(seed: int) -> None:
    """A crossing bends two edges by less than a centimetre, so each land keeps its area to that."""
    rng = random.Random(seed)
    lands = [blob(rng, 100_000 + rng.gauss(0, 4_000), 90_000 + rng.gauss(0, 4_000), 6_000) for _ in range(14)]
    lands[0] = on_grid(shapely.box(80_000, 70_000, 120_000, 110_000).difference(lands[0]))
    lands[1] = on_grid(shapely.MultiPolygon([lands[1], shapely.box(130_000, 90_000, 131_000, 97_000)]))
    faces = cut(array(lands))
    for at, land in enumerate(lands):
        assert abs(area2_of(faces, at) - 2 * land.area) <= 1.4 * land.length


def test_half_a_square_centimetre_counts() -> None:
    """Twice an area is a whole number, odd ones too: alone, under another land, and where edges are shared."""
    triangle = shapely.Polygon([(0, 0), (300, 0), (0, 101)])
    for others in ([], [shapely.box(-10, -10, 400, 400)], [shapely.box(0, 0, 400, 400)]):
        assert area2_of(cut(array([triangle, *others])), 0) == 30_300
    odd = shapely.Polygon([(0, 0), (301, 0), (0, 101)])
    for others in ([], [shapely.box(-10, -10, 400, 400)], [shapely.box(0, 0, 400, 400)]):
        assert area2_of(cut(array([odd, *others])), 0) == 30_401


def test_the_general_noder_is_seldom_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What arcs get wrong the noder mends, slowly: so that it is asked seldom is a law of its own."""
    rng, noded = random.Random(5), []

    def counting(shape: np.ndarray, cluster: np.ndarray, chosen: np.ndarray) -> noding.Noded:
        noded.append(int(chosen.sum()))
        return noding.node(shape, cluster, chosen)

    monkeypatch.setattr(cutting, "node", counting)
    lands = [blob(rng, rng.uniform(0, 4e5), rng.uniform(0, 4e5), 7_000) for _ in range(900)]
    faces = cut(array(lands))
    assert len(faces) > 2 * len(lands)
    assert sum(noded) < len(lands) // 8


def test_a_book_cut_again_is_the_same() -> None:
    """Nothing in the cut depends on chance, memory or threads."""
    lands = lands_of(seeded_book(3).events)
    first, second = cut(lands), cut(lands, workers=1)
    assert _signature(first) == _signature(second)


@pytest.mark.parametrize(
    "wkt",
    [
        "POLYGON ((0 0, 20 0, 20 20, 10 20, 10 10, 10 20, 0 20, 0 0))",
        "POLYGON ((0 0, 20 0, 20 20, 0 20, 0 0), (10 0, 15 10, 5 10, 10 0))",
        "MULTIPOLYGON (((0 0, 10 0, 10 10, 0 10, 0 0)), ((10 10, 20 10, 20 20, 10 20, 10 10)))",
        "POLYGON ((0 0, 30 0, 30 30, 0 30, 0 0), (5 5, 25 5, 25 25, 5 25, 5 5))",
        "POLYGON ((0 0, 10000 1, 20000 0, 10000 2, 0 0))",
    ],
    ids=["spike", "hole at the edge", "parts at a corner", "hole", "one centimetre thin"],
)
def test_odd_shapes(wkt: str) -> None:
    """Alone, under another land, and beside one that touches."""
    land = areal(shapely.make_valid(shapely.from_wkt(wkt)))
    for other in (shapely.box(-5, -5, 35, 35), shapely.box(20, 0, 40, 20), shapely.box(3, 3, 12, 12)):
        for lands in ([land], [land, other]):
            faces = cut(array(lands), keep_shapes=True)
            assert abs(area2_of(faces, 0) - 2 * land.area) <= slack2(lands)
            assert overlap_cm2(faces) == 0
