"""The same five polygons come back from every format."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from clearground.exchange.reading import read_file

from . import corpus
from .corpus import REFS, SHAPES, WITHOUT_HOLES, WRITERS

# A centimetre; formats that go through another datum or projection round below it.
TOLERANCE_DEGREES = 1e-7


def without_holes(shape: shapely.Geometry) -> shapely.Geometry:
    """The shape's outlines, filled."""
    return shapely.unary_union([shapely.Polygon(ring) for ring in corpus.outer_rings(shape)])


@pytest.mark.parametrize("name", WRITERS)
def test_each_format_gives_the_same_shapes(name: str, tmp_path: Path) -> None:
    """Rows in order, none lost, each with the shape that was written and the coordinates as given."""
    reading = read_file(WRITERS[name](tmp_path))
    rows = list(reading)
    assert reading.total_rows == len(rows) == 5
    refs = [row.cells.get("hazard_id") or row.cells.get("Hazard ID") or row.cells.get("name") for row in rows]
    assert refs == REFS
    for row, shape in zip(rows, SHAPES, strict=True):
        wanted = without_holes(shape) if name in WITHOUT_HOLES else shape
        assert row.shape is not None, row
        assert row.shape.equals_exact(wanted, TOLERANCE_DEGREES) or row.shape.symmetric_difference(wanted).area < 1e-11
        assert row.given_shape
        assert row.given_crs
    assert [f.code for row in rows for f in row.findings] == []


def test_rows_can_be_walked_again_and_together(tmp_path: Path) -> None:
    """Two walks through one reading don't disturb each other."""
    reading = read_file(corpus.geojson(tmp_path))
    pairs = list(zip(reading, reading, strict=True))
    assert [(one.number, other.number) for one, other in pairs] == [(n, n) for n in range(1, 6)]


def test_coordinates_stay_as_they_were_written(tmp_path: Path) -> None:
    """No digit is lost or added, though a float could not tell."""
    text = "[103.50, 13.2500000000000000001]"
    path = tmp_path / "one.geojson"
    path.write_text('{"type":"Feature","properties":null,"geometry":{"type":"Point","coordinates":' + text + "}}")
    assert text in next(iter(read_file(path))).given_shape
