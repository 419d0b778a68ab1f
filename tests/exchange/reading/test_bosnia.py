"""A real, dirty sheet comes in whole."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from clearground.exchange.reading import read_file

ROOT = Path(__file__).parents[3]
FOLDER = Path(os.environ.get("CLEARGROUND_SHARED_DATA") or ROOT.parent / "shared" / "data") / "bosnia-sample"


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared data is not here")
@pytest.mark.parametrize(("name", "rows", "nulls", "empties"), [("suspected", 1089, 25, 0), ("cleared", 728, 24, 1)])
def test_no_row_is_lost(name: str, rows: int, nulls: int, empties: int) -> None:
    """Each row in its place; null and empty geometries are named; the others are those of the file."""
    path = FOLDER / f"{name}_areas.geojson"
    features = json.loads(path.read_text())["features"]
    reading = list(read_file(path))
    assert len(reading) == len(features) == rows
    assert sum(feature["geometry"] is None for feature in features) == nulls
    without = [row for row in reading if row.shape is None]
    assert len(without) == nulls + empties
    assert {f.code for row in without for f in row.findings} == {"EXCH-004"}
    for row, feature in zip(reading, features, strict=True):
        assert row.cells == feature["properties"]
        if row.shape is not None:
            assert json.loads(row.given_shape) == feature["geometry"]
