"""The checks on real, dirty input: every null, empty, invalid, duplicate and thin geometry is named."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import shapely

from clearground.kernel.land.checks import Batch, Context, check, from_wkt, usable
from clearground.kernel.land.events import Kind
from clearground.kernel.land.frame import Frame

FRAME = Frame(16.3, 44.6)
# Named by hand from the files as they were received: nulls, an empty one, and outlines that cross themselves.
EXPECTED = {
    "suspected_areas": {"LAND-001": 25, "LAND-009": 57},
    "cleared_areas": {"LAND-001": 24, "LAND-002": 1, "LAND-009": 46, "LAND-060": 3},
}


def read(path: Path, kind: Kind) -> Batch:
    """The features of a GeoJSON file as a batch, in the file's order."""
    features = json.loads(path.read_text("utf-8"))["features"]
    shapes = [json.dumps(feature["geometry"]) if feature["geometry"] else None for feature in features]
    reading = from_wkt(
        [None if text is None else str(shapely.to_wkt(shapely.from_geojson(text), -1)) for text in shapes]
    )
    return Batch(
        rows=np.arange(1, len(features) + 1),
        refs=np.array([f"{path.stem}-{k}" for k in range(1, len(features) + 1)], dtype=object),
        shapes=reading.shapes,
        troubles=reading.troubles,
        kinds=np.full(len(features), int(kind)),
    )


@pytest.mark.parametrize(("name", "kind"), [("suspected_areas", Kind.RECORD), ("cleared_areas", Kind.CLEAR)])
def test_every_null_and_invalid_geometry_is_named(shared_data: Path, name: str, kind: Kind) -> None:
    """Counted by the rules as an independent count of the same files finds them."""
    batch = read(shared_data / "bosnia-sample" / f"{name}.geojson", kind)
    counts = Counter(finding.code for finding in check(batch, Context(today=738000, frame=FRAME)))
    assert {code: counts[code] for code in EXPECTED[name]} == EXPECTED[name]
    missing = shapely.is_missing(batch.shapes)
    assert counts["LAND-001"] == missing.sum()
    assert counts["LAND-009"] == (~shapely.is_valid(batch.shapes) & ~missing).sum()
    unusable = counts["LAND-001"] + counts["LAND-002"] + counts["LAND-009"]
    assert usable(batch).sum() == len(batch) - unusable


def test_slivers_and_pieces_at_sheet_edges_are_named(shared_data: Path) -> None:
    """The maps were drawn sheet by sheet: thin pieces lie along their edges."""
    batch = read(shared_data / "bosnia-sample" / "cleared_areas.geojson", Kind.CLEAR)
    findings = check(batch, Context(today=738000, frame=FRAME), ["LAND-015", "LAND-066"])
    counts = Counter(finding.code for finding in findings)
    assert counts["LAND-015"] > 50
    assert counts["LAND-066"] >= 1
    assert all(finding.params["width_m"] < 10 for finding in findings)
