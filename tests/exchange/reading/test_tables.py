"""Tables as people send them: encodings, delimiters, headers, and coordinates in many systems."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from clearground.common.errors import Refused
from clearground.exchange.reading import RawRow, Reading, ReadOptions, read_file

from . import corpus

LON, LAT = 104.9, 11.55
PLACE = shapely.Point(LON, LAT)
METRE = 1e-5


def table(tmp_path: Path, text: str, encoding: str = "utf-8", options: ReadOptions | None = None) -> Reading:
    """The reading of a text table."""
    path = tmp_path / "table.csv"
    path.write_text(text, encoding=encoding, newline="")
    return read_file(path, options=options)


def spot(tmp_path: Path, text: str, options: ReadOptions | None = None) -> RawRow:
    """The one row of a text table."""
    (row,) = table(tmp_path, text, options=options)
    return row


def grid(code: int) -> tuple[float, float]:
    """Easting and northing of the place in a reference system."""
    return corpus.way_to(f"EPSG:{code}").transform(LON, LAT)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize(("delimiter", "end"), [(",", "\n"), (";", "\r\n"), ("\t", "\r"), ("|", "\n")])
def test_encodings_and_delimiters(encoding: str, delimiter: str, end: str, tmp_path: Path) -> None:
    """Found without being told; only a guess is a finding."""
    rows = [["id", "name", "lat", "lon"], ["1", "Café, ré; x", "11.55", "104.9"], ["2", 'a "b"', "11.55", "104.9"]]
    text = end.join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows) + end
    reading = table(tmp_path, text, encoding)
    assert [row.cells["name"] for row in reading] == ["Café, ré; x", 'a "b"']
    assert [row.shape for row in reading] == [PLACE, PLACE]
    assert [f.code for f in reading.findings] == (["EXCH-010"] if encoding == "cp1252" else [])


def test_khmer_text_comes_through(tmp_path: Path) -> None:
    """Headers and cells."""
    row = spot(tmp_path, "លេខសម្គាល់,ឈ្មោះ,រយៈទទឹង,រយៈបណ្តោយ\n១,ភូមិថ្មី,១១.៥៥,១០៤.៩\n")
    assert row.cells["ឈ្មោះ"] == "ភូមិថ្មី"
    assert row.shape == PLACE


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    """Titles above the header, blank rows and cells of several lines count as the rows that they are."""
    text = 'Report of 2015,,\n,,\nid,lat,lon\n"a\nb",11.55,104.9\n,,\nc,11.55,104.9\n'
    assert [(row.number, row.cells["id"]) for row in table(tmp_path, text)] == [(4, "a\nb"), (6, "c")]
    book = corpus.sheet(
        tmp_path / "b.xlsx", [["Report"], [], ["id", "lat", "lon"], ["a", 11.55, 104.9], [], ["c", 11.55, 104.9]]
    )
    assert [(row.number, row.cells["id"]) for row in read_file(book)] == [(4, "a"), (6, "c")]


def test_headers_that_repeat_or_lack_and_rows_too_long_or_short(tmp_path: Path) -> None:
    """Each column keeps a name of its own, and each row its cells."""
    reading = table(tmp_path, "id,note,note,\n1,a,b,c\n2\n3,a,b,c,d\n")
    assert reading.columns == ("id", "note", "note (2)", "column 4")
    rows = list(reading)
    assert rows[1].cells == {"id": "2", "note": None, "note (2)": None, "column 4": None}
    assert [[f.code for f in row.findings] for row in rows] == [[], [], ["EXCH-023"]]


def test_the_header_can_be_named(tmp_path: Path) -> None:
    """Where two rows could be it."""
    text = "one,two\nid,place\n1,2\n"
    assert table(tmp_path, text).columns == ("one", "two")
    assert table(tmp_path, text, options=ReadOptions(header_row=2)).columns == ("id", "place")
    with pytest.raises(Refused, match="Row 9"):
        table(tmp_path, text, options=ReadOptions(header_row=9))


GRIDS = [
    (32648, "easting,northing,zone,datum\n{0},{1},48N,WGS 84\n", [], 0),
    (32648, "easting,northing,zone\n{0},{1},48P\n", ["EXCH-014"], 0),
    (3148, "utm_e,utm_n,utm_zone,datum\n{0},{1},48,Indian 1960\n", ["EXCH-028"], 0),
    (32648, "x,y,crs\n{0},{1},EPSG:32648\n", [], 0),
    (32648, "x,y,srid\n{0},{1},32648\n", [], 0),
    (32648, "coordinates\n48P {0:.0f} {1:.0f}\n", ["EXCH-014"], 1),
    (3857, "x,y,coordinate system\n{0},{1},WGS 84 / Pseudo-Mercator\n", ["EXCH-014"], 0),
]


@pytest.mark.parametrize(("code", "text", "codes", "off_m"), GRIDS)
def test_grids_with_zone_and_datum(code: int, text: str, codes: list[str], off_m: int, tmp_path: Path) -> None:
    """Each leads to the one place; a datum that nobody stated is a finding."""
    row = spot(tmp_path, text.format(*grid(code)))
    assert row.shape is not None
    assert row.shape.distance(PLACE) < (off_m + 0.01) * METRE
    expected = [] if code == 3857 else codes
    assert [f.code for f in row.findings] == expected
    assert row.given_shape
    assert row.given_crs != "OGC:CRS84"


def test_indian_1960_lies_hundreds_of_metres_off(tmp_path: Path) -> None:
    """The trap that the datum column is for, in zone 47 too, which no register lists for this datum."""
    x, y = grid(32648)
    row = spot(tmp_path, f"x,y,zone,datum\n{x},{y},48N,Indian 1960\n")
    assert row.shape is not None
    assert 300 < row.shape.distance(PLACE) / METRE < 700
    row = spot(tmp_path, "x,y,zone,datum\n500000,1500000,47N,Indian 1960\n")
    assert row.shape is not None
    assert row.shape.x == pytest.approx(99, abs=0.01)


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("x,y\n412345,1456789\n", "EXCH-002", "x"),
        ("x,y,crs\n412345,1456789,my own grid\n", "EXCH-002", "x"),
        ("lat,lon\n91,104\n", "EXCH-007", "lat"),
        ("lat,lon\n11.5,\n", "EXCH-007", "lon"),
        ("id,x\n1,104.9\n", "EXCH-007", "x"),
        ("lat,lon\n11°75'00,104\n", "EXCH-007", "lat"),
        ("gps\nsomewhere\n", "EXCH-007", "gps"),
        ("gps\n48P VT 12345 67890\n", "EXCH-015", "gps"),
        ("mgrs,id\n48PVT1234567890,1\n", "EXCH-015", "mgrs"),
        ("wkt\nPOLYGON((1 2\n", "EXCH-003", "wkt"),
        ("wkt,id\nPOLYGON EMPTY,1\n", "EXCH-004", "wkt"),
        ("wkt,id\nPOINT(412345 1456789),1\n", "EXCH-002", "wkt"),
    ],
)
def test_a_place_that_cannot_be_read(text: str, code: str, column: str, tmp_path: Path) -> None:
    """The row stays; the finding names row, column and reason; what was given is kept."""
    row = spot(tmp_path, text)
    assert row.shape is None
    assert [(f.code, f.row, f.cell) for f in row.findings] == [(code, 2, column)]
    assert row.given_shape


def test_options_tell_what_the_file_does_not(tmp_path: Path) -> None:
    """Columns of other names, and a reference system for all rows."""
    x, y = grid(32648)
    options = ReadOptions(crs="UTM 48N WGS 84", columns={"x": "a", "y": "b"})
    row = spot(tmp_path, f"a,b\n{x},{y}\n", options)
    assert row.shape is not None
    assert row.shape.distance(PLACE) < METRE / 100
    with pytest.raises(Refused, match="no column 'c'"):
        spot(tmp_path, "a,b\n1,2\n", ReadOptions(columns={"x": "c"}))


def test_wkt_with_its_own_system(tmp_path: Path) -> None:
    """EWKT, as PostGIS writes it, and heights, which land has not."""
    x, y = grid(32648)
    row = spot(tmp_path, f"id,geom\n1,SRID=32648;POINT Z({x} {y} 12)\n")
    assert row.shape is not None
    assert row.shape.distance(PLACE) < METRE / 100
    assert not row.shape.has_z
    assert row.given_crs == "EPSG:32648"


def test_another_sheet(tmp_path: Path) -> None:
    """The first sheet with rows is read and the others named; a sheet can be asked for."""
    import xlsxwriter

    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("cover")
        for name, value in (("north", "1"), ("south", "2")):
            page = book.add_worksheet(name)
            page.write_row(0, 0, ["id", "lat", "lon"])
            page.write_row(1, 0, [value, LAT, LON])
    reading = read_file(path)
    assert (reading.layer, [f.params["others"] for f in reading.findings]) == ("north", ["south"])
    assert [row.cells["id"] for row in read_file(path, layer="south")] == ["2"]
    with pytest.raises(Refused, match="no sheet 'west'"):
        read_file(path, layer="west")
