"""Layers as GIS programs write them, and what they leave out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely

from clearground.common.errors import Refused
from clearground.exchange.mapping import mapping_of
from clearground.exchange.reading import ReadOptions, read_file

from . import corpus


def parts(tmp_path: Path, **how: object) -> dict[str, bytes]:
    """The parts of a Shapefile, by name."""
    folder = tmp_path / "parts"
    folder.mkdir()
    corpus.written(folder / "areas.shp", "ESRI Shapefile", **how)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_shapefile_without_prj(tmp_path: Path) -> None:
    """Degrees are assumed where the numbers can be degrees, and said to be assumed; metres are not placed."""
    given = parts(tmp_path)
    del given["areas.prj"]
    reading = read_file(corpus.zipped(tmp_path / "a.zip", given))
    assert [f.code for f in reading.findings] == ["EXCH-001"]
    assert [row.shape is not None for row in reading] == [True] * 5


def test_metres_without_prj(tmp_path: Path) -> None:
    """Nothing is placed until somebody says where the metres are."""
    given = parts(tmp_path, crs="EPSG:32648", shapes=corpus.moved("EPSG:32648"))
    del given["areas.prj"]
    path = corpus.zipped(tmp_path / "a.zip", given)
    assert [[f.code for f in row.findings] for row in read_file(path)] == [["EXCH-002"]] * 5
    rows = list(read_file(path, options=ReadOptions(crs="EPSG:32648")))
    assert all(row.shape.equals_exact(s.normalize(), 1e-7) or row.shape.normalize().equals_exact(s.normalize(), 1e-7)
               for row, s in zip(rows, corpus.SHAPES, strict=True))  # fmt: skip


def named(tmp_path: Path, cpg: bytes | None, encoding: str) -> Path:
    """A zipped Shapefile with a Khmer or French name in it."""
    word = "ភូមិថ្មី" if encoding == "UTF-8" else "Café"
    pyogrio.raw.write(
        str(tmp_path / "areas.shp"), geometry=shapely.to_wkb(np.array([shapely.Point(103, 13)], dtype=object)),
        field_data=[np.array([word], dtype=object), np.array(["x"], dtype=object)],
        fields=["name", "a_rather_long_name"], geometry_type="Point", crs="EPSG:4326", driver="ESRI Shapefile",
        encoding=encoding,
    )  # fmt: skip
    given = {path.name: path.read_bytes() for path in tmp_path.glob("areas.*")}
    del given["areas.cpg"]
    dbf = bytearray(given["areas.dbf"])
    dbf[29] = 0  # the table's own mark of its code page
    given |= {"areas.dbf": bytes(dbf)} | ({"areas.cpg": cpg} if cpg else {})
    return corpus.zipped(tmp_path / "named.zip", given)


@pytest.mark.filterwarnings("ignore:Normalized/laundered field name")
@pytest.mark.parametrize(
    ("encoding", "cpg", "codes"),
    [
        ("UTF-8", b"UTF-8", ["EXCH-009"]),
        ("UTF-8", None, ["EXCH-010", "EXCH-009"]),
        ("CP1252", b"1252", ["EXCH-009"]),
        ("CP1252", None, ["EXCH-010", "EXCH-009"]),
    ],
)
def test_letters_with_and_without_cpg(encoding: str, cpg: bytes | None, codes: list[str], tmp_path: Path) -> None:
    """Names come through either way; a guess is a finding, and so is a column name cut to ten letters."""
    reading = read_file(named(tmp_path, cpg, encoding))
    assert [row.cells["name"] for row in reading] == ["ភូមិថ្មី" if encoding == "UTF-8" else "Café"]
    assert [f.code for f in reading.findings] == codes
    assert reading.findings[-1].params == {"columns": "a_rather_l"}


def test_a_shapefile_that_lies_beside_its_parts(tmp_path: Path) -> None:
    """Unzipped, its neighbours are read with it; without its table, its shapes."""
    for name, content in parts(tmp_path).items():
        (tmp_path / name).write_bytes(content)
    assert [row.cells["hazard_id"] for row in read_file(tmp_path / "areas.shp")] == corpus.REFS
    (tmp_path / "areas.dbf").unlink()
    (tmp_path / "areas.shx").unlink()
    reading = read_file(tmp_path / "areas.shp")
    assert reading.total_rows == 5
    assert "EXCH-024" in [f.code for f in reading.findings]


def test_several_layers(tmp_path: Path) -> None:
    """One is not chosen in silence."""
    path = corpus.written(tmp_path / "two.gpkg", "GPKG", layer="north")
    corpus.written(path, "GPKG", layer="south", append=True)
    with pytest.raises(Refused, match="several layers: north, south"):
        read_file(path)
    assert read_file(path, layer="south").layer == "south"
    with pytest.raises(Refused, match="no layer 'west'"):
        read_file(path, layer="west")


def test_nulls_and_empties_keep_their_rows(tmp_path: Path) -> None:
    """In a GeoPackage, where neither is lost."""
    shapes = [None, shapely.Polygon(), *corpus.SHAPES[:3]]
    path = corpus.written(tmp_path / "nulls.gpkg", "GPKG", shapes=shapes)
    rows = list(read_file(path))
    assert [row.cells["hazard_id"] for row in rows] == corpus.REFS
    assert [[f.code for f in row.findings] for row in rows] == [["EXCH-004"]] * 2 + [[]] * 3
    assert [row.shape is None for row in rows] == [True, True, False, False, False]


def test_an_answer_that_the_server_cut(tmp_path: Path) -> None:
    """It says so itself; dates come as days."""
    path = corpus.esri_json(tmp_path)
    answer = json.loads(path.read_text())
    answer["exceededTransferLimit"] = True
    path.write_text(json.dumps(answer))
    reading = read_file(path)
    assert [f.code for f in reading.findings] == ["EXCH-020"]
    assert {row.cells["surveyed"] for row in reading} == {"2015-03-12"}


def test_an_open_track_is_no_area(tmp_path: Path) -> None:
    """A walk that comes back is closed, and says by how much; one that doesn't stays a line."""

    def track(points: list[tuple[float, float]]) -> str:
        return "<trk><trkseg>" + "".join(f'<trkpt lat="{y}" lon="{x}"/>' for x, y in points) + "</trkseg></trk>"

    back = track([(103, 13), (103, 13.001), (103.001, 13.001), (103.001, 13), (103.00001, 13)])
    gone = track([(103, 13), (103, 13.001), (103.001, 13.001)])
    path = tmp_path / "walks.gpx"
    path.write_text(f'<gpx><wpt lat="13" lon="103"><name>RP</name></wpt>{back}{gone}</gpx>')
    rows = list(read_file(path))
    assert [row.shape.geom_type for row in rows if row.shape] == ["Point", "Polygon", "LineString"]
    assert [[f.code for f in row.findings] for row in rows] == [[], ["EXCH-026"], ["EXCH-022"]]
    assert [row.cells["element"] for row in read_file(path, layer="wpt")] == ["wpt"]


def test_a_walk_with_a_handheld_needs_no_column_mapping(tmp_path: Path) -> None:
    """What GPX calls an element is not taken for the kind of the record."""
    path = tmp_path / "walk.gpx"
    path.write_text('<gpx><trk><name>HA-1</name><trkseg><trkpt lat="13" lon="103"/></trkseg></trk></gpx>')
    [row] = read_file(path)
    assert "kind" not in mapping_of("hazards", list(row.cells), {}, {}, source="walk").fields_of


def test_the_old_crs_member_counts_wherever_it_stands(tmp_path: Path) -> None:
    """Before the features or behind them; "crs" as a property is no reference system."""
    feature = {
        "type": "Feature",
        "properties": {"crs": "local"},
        "geometry": {"type": "Point", "coordinates": [500000, 1500000]},
    }
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32648"}}
    path = tmp_path / "utm.geojson"
    for members in ({"crs": crs, "features": [feature]}, {"features": [feature], "crs": crs}):
        path.write_text(json.dumps({"type": "FeatureCollection", **members}))
        (row,) = read_file(path)
        assert row.shape is not None
        assert row.shape.x == pytest.approx(105)
        assert (row.given_crs, row.cells) == ("EPSG:32648", {"crs": "local"})


def test_lines_of_features_and_a_lone_feature(tmp_path: Path) -> None:
    """GeoJSON text sequences are collections too."""
    feature = '{"type":"Feature","id":7,"properties":{"a":true},"geometry":{"type":"Point","coordinates":[103,13,99]}}'
    path = tmp_path / "lines.geojsonl"
    path.write_text(f"{feature}\n\x1e{feature}\n")
    rows = list(read_file(path))
    assert [(row.number, row.cells) for row in rows] == [(1, {"a": "true", "id": 7}), (2, {"a": "true", "id": 7})]
    assert rows[0].shape == shapely.Point(103, 13)
    assert "99" in rows[0].given_shape
