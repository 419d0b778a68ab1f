"""Files that are broken, or made to break their reader: one clear error each, and no reading."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest

from clearground.common.errors import Refused
from clearground.exchange.reading import read_file

from . import corpus

KML = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'
PLACE = "<Placemark><name>one</name><Point><coordinates>103.5,13.5</coordinates></Point></Placemark>"
ENTITIES = '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
LAUGHS = ENTITIES + KML.format("<Placemark>&b;</Placemark>")
FETCH = '<?xml version="1.0"?><!DOCTYPE gpx SYSTEM "file:///etc/passwd"><gpx><wpt lat="1" lon="1"/></gpx>'


def file(tmp_path: Path, content: bytes | str, name: str = "given.bin") -> Path:
    """A file with this content."""
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def archive(parts: dict[str, bytes]) -> bytes:
    """An archive of these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name, content)
    return stream.getvalue()


def link() -> bytes:
    """An archive with a symbolic link."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as zipped:
        info = zipfile.ZipInfo("areas.csv")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        zipped.writestr(info, "/etc/passwd")
    return stream.getvalue()


def lying() -> bytes:
    """An archive whose directory says that a large file is small."""
    content = archive({"areas.csv": b"a,b\n" + b"1,2\n" * 100_000})
    return content.replace((400_004).to_bytes(4, "little"), (40).to_bytes(4, "little"))


def book_with_doctype() -> bytes:
    """A workbook whose sheet declares entities."""
    sheet = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>'
    parts = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<w/>", "xl/worksheets/sheet1.xml": sheet}
    return archive(parts)


HOSTILE: dict[str, tuple[bytes | str, str]] = {
    "empty": (b"", "is empty"),
    "only_blanks": (b"  \n\n", "empty"),
    "only_zeros": (bytes(1000), "empty"),
    "bomb": (archive({"areas.csv": b"a,b\n" + bytes([48]) * 50_000_000}), "times its size"),
    "many_entries": (archive({f"{n}.csv": b"" for n in range(2001)}), "2,001 files"),
    "lying_sizes": (lying(), "larger than it says|can't be unpacked|damaged"),
    "path_up": (archive({"../areas.csv": b"a\n1\n"}), "outside its folder"),
    "path_absolute": (archive({"/tmp/areas.csv": b"a\n1\n"}), "outside its folder"),
    "path_windows": (archive({"c:\\areas.csv": b"a\n1\n"}), "outside its folder"),
    "link": (link(), "holds a link"),
    "nested": (archive({"inner.zip": archive({"a.csv": b"a\n1\n"})}), "another archive"),
    "nested_disguised": (archive({"inner.csv": archive({"a.csv": b"a\n1\n"})}), "another archive"),
    "nothing_in_it": (archive({"readme.txt": b"hello"}), "nothing that can be read"),
    "no_entries": (archive({}), "nothing that can be read"),
    "two_datasets": (archive({"a.csv": b"a\n1\n", "b.csv": b"a\n1\n"}), "several datasets: a.csv, b.csv"),
    "laughs": (LAUGHS, "document type or entities"),
    "fetch": (FETCH, "document type or entities"),
    "doctype_in_workbook": (book_with_doctype(), "document type or entities"),
    "deep_xml": (KML.format("<Folder>" * 500 + "</Folder>" * 500), "nests deeper"),
    "deep_json": ('{"type":"FeatureCollection","features":' + "[" * 100_000, "nests deeper|not valid JSON|cut off"),
    "deep_geometry": ('{"type":"Point","coordinates":' + "[" * 50_000 + "]" * 50_000 + "}", "nests deeper"),
    "other_json": ('{"some": "thing"}', "not GeoJSON"),
    "json_list": ("[1, 2]", "not GeoJSON"),
    "web_page": ("<!DOCTYPE html><html><body>Log in</body></html>", "web page"),
    "other_xml": ("<?xml version='1.0'?><osm/>", "another kind"),
    "pdf_under_another_name": (b"%PDF-1.4\nhello", "a PDF"),
    "old_excel": (b"\xd0\xcf\x11\xe0" + bytes(600), "old Excel"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "not known"),
    "sqlite_not_geopackage": (b"SQLite format 3\x00" + bytes(84), "cut off|can't be opened|no layers"),
    "zero_features": ('{"type":"FeatureCollection","features":[]}', "no rows"),
    "only_a_header": ("hazard_id,WKT\n", "no rows"),
    "no_header": ("1,2\n3,4\n", "column names"),
    "zero_placemarks": (KML.format(""), "no rows"),
    "unknown_crs": (
        '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:999999"}},"features":[]}',
        "reference system that is not known",
    ),
    "server_error": ('{"error":{"code":499,"message":"Token Required"}}', "Token Required"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_one_clear_error(name: str, tmp_path: Path) -> None:
    """What is wrong, and what to do about it; nothing was read."""
    content, wanted = HOSTILE[name]
    with pytest.raises(Refused, match=wanted) as refusal:
        read_file(file(tmp_path, content))
    assert refusal.value.remedy


@pytest.mark.parametrize("name", corpus.WRITERS)
def test_half_a_file(name: str, tmp_path: Path) -> None:
    """Each format says that it is cut off or damaged, wherever it was cut."""
    path = corpus.WRITERS[name](tmp_path)
    content = path.read_bytes()
    ends = [len(content) // 2, len(content) - 7]
    if name == "csv_points":
        # A table that ends behind a whole row is whole, as far as anybody can tell: cut within one.
        ends = [content.rindex(";".encode("utf-16-le"))]
    for end in ends:
        with pytest.raises(Refused) as refusal:
            list(read_file(file(tmp_path, content[:end], f"half{path.suffix}")))
        assert refusal.value.remedy


@pytest.mark.parametrize("name", corpus.WRITERS)
def test_the_extension_does_not_matter(name: str, tmp_path: Path) -> None:
    """Content decides what a file is."""
    path = corpus.WRITERS[name](tmp_path)
    assert read_file(path.rename(path.with_suffix(".csv" if path.suffix != ".csv" else ".gpkg"))).total_rows == 5


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    """A path that is no file is refused by name."""
    for path in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(Refused, match="no file"):
            read_file(path)


def test_links_of_kml_are_not_followed(tmp_path: Path) -> None:
    """A NetworkLink is a finding; the placemarks beside it are read."""
    link = "<NetworkLink><Link><href>http://127.0.0.1/more.kml</href></Link></NetworkLink>"
    reading = read_file(file(tmp_path, KML.format(link + PLACE)))
    assert reading.total_rows == 1
    assert [(f.code, f.params) for f in reading.findings] == [("EXCH-011", {"links": 1})]


def ring(vertices: int) -> str:
    """GeoJSON of one ring."""
    import math

    angles = (2 * math.pi * n / vertices for n in range(vertices))
    points = [f"[{103 + math.cos(a) / 10!r},{13 + math.sin(a) / 10!r}]" for a in angles]
    return '{"type":"Polygon","coordinates":[[' + ",".join([*points, points[0]]) + "]]}"


def test_200_000_vertices_are_read_and_300_000_are_one_finding(tmp_path: Path) -> None:
    """Up to the limit a ring is read whole; beyond it, the row stays and says why it has no shape."""
    row = next(iter(read_file(file(tmp_path, ring(200_000)))))
    assert row.shape is not None
    assert row.shape.is_valid
    row = next(iter(read_file(file(tmp_path, ring(300_000)))))
    assert row.shape is None
    assert [(f.code, f.params["vertices"]) for f in row.findings] == [("EXCH-008", 300_001)]


RING_KML = "<Placemark><LinearRing><coordinates>103,13 104,? 104,14 103,13</coordinates></LinearRing></Placemark>"
NOT_FINITE = {
    "geojson": '{"type":"Polygon","coordinates":[[[103,13],[104,?],[104,14],[103,13]]]}',
    "kml": KML.format(RING_KML),
    "csv": 'id,WKT\n1,"POLYGON((103 13, 104 ?, 104 14, 103 13))"\n',
    "columns": "id,lat,lon\n1,?,103\n",
}


@pytest.mark.parametrize("name", NOT_FINITE)
@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_numbers_that_are_none(name: str, number: str, tmp_path: Path) -> None:
    """The row stays, without a shape, and one finding says why."""
    rows = list(read_file(file(tmp_path, NOT_FINITE[name].replace("?", number))))
    assert len(rows) == 1
    assert rows[0].shape is None
    assert [f.code for f in rows[0].findings] in (["EXCH-006"], ["EXCH-003"], ["EXCH-007"])


FEATURE = '{"type":"Feature","properties":{"n":%d},"geometry":%s}'
ODD_GEOMETRIES = [
    "null",
    '{"type":"Polygon","coordinates":[]}',
    '{"type":"Polygon","coordinates":[[]]}',
    '{"type":"Polygon","coordinates":[[[103,13]]]}',
    '{"type":"Polygon","coordinates":[[[103,13],[104,13],[103,13]]]}',
    '{"type":"Polygon","coordinates":"here"}',
    '{"type":"Polygon","coordinates":[[["x","y"],[1,2],[3,4],[5,6]]]}',
    '{"type":"Polygon","coordinates":[[[103],[1,2],[3,4],[5,6]]]}',
    '{"type":"Polygon","coordinates":{"a":1}}',
    '{"type":"Circle","coordinates":[103,13]}',
    '{"type":["Polygon"],"coordinates":[103,13]}',
    '{"type":"GeometryCollection","geometries":[]}',
    '{"type":"MultiPolygon","coordinates":[[]]}',
    '{"type":"Point","coordinates":[null,13]}',
    "[1, 2]",
    '"POINT(103 13)"',
    "17",
]


def test_no_feature_is_lost(tmp_path: Path) -> None:
    """Whatever stands in the place of a geometry, the row comes back in its place, with a finding."""
    features = [FEATURE % (n, odd) for n, odd in enumerate(ODD_GEOMETRIES)] + ["null", "17"]
    text = '{"type":"FeatureCollection","features":[' + ",".join(features) + "]}"
    rows = list(read_file(file(tmp_path, text)))
    assert [row.number for row in rows] == list(range(1, len(features) + 1))
    assert [row.cells.get("n") for row in rows[:-2]] == list(range(len(ODD_GEOMETRIES)))
    assert [row.shape for row in rows] == [None] * len(rows)
    assert {len(row.findings) for row in rows} == {1}


def test_invalid_polygons_keep_their_shape(tmp_path: Path) -> None:
    """A bow-tie is read as it is: judging and mending it is others' work."""
    text = '{"type":"Polygon","coordinates":[[[103,13],[104,14],[104,13],[103,14],[103,13]]]}'
    row = next(iter(read_file(file(tmp_path, text))))
    assert row.shape is not None
    assert not row.shape.is_valid
    assert list(row.shape.exterior.coords) == [(103, 13), (104, 14), (104, 13), (103, 14), (103, 13)]
