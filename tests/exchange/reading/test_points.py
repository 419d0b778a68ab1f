"""Polygons of one row per point: absolute, relative, mixed; with from-points and closing errors."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from clearground.exchange.reading import Cell, RawRow, ReadOptions, read_file
from clearground.exchange.reading.points import GEOD, assembled, distance_m, travelled

from . import corpus

HEADER = ["hazard_id", "shape_id", "point_no", "point_type", "lat", "lon", "bearing", "distance", "from_point"]
ROLES = {
    "record": "hazard_id", "shape_id": "shape_id", "point": "point_no", "point_type": "point_type", "y": "lat",
    "x": "lon",
    "bearing": "bearing", "distance": "distance", "from_point": "from_point",
}  # fmt: skip
START = (103.5, 13.5)
SQUARE = [(90, 100), (180, 100), (270, 100)]


def rows(*points: list[Cell]) -> list[RawRow]:
    """Rows of a table under `HEADER`, from row 2 on."""
    return [RawRow(n, dict(zip(HEADER, point, strict=True))) for n, point in enumerate(points, start=2)]


def one(*points: list[Cell], options: ReadOptions | None = None) -> RawRow:
    """The one record that these points make."""
    (record,) = assembled(rows(*points), ROLES, options or ReadOptions())
    return record


def absolute(label: str, at: tuple[float, float] = START, kind: str = "Turning point") -> list[Cell]:
    """A point with coordinates."""
    return ["MF-1", "1", label, kind, at[1], at[0], None, None, None]


def relative(label: str, bearing: Cell, metres: Cell, origin: str | None, kind: str = "Turning point") -> list[Cell]:
    """A point by bearing and distance."""
    return ["MF-1", "1", label, kind, None, None, bearing, metres, origin]


def walked(legs: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The places of a walk, computed leg by leg."""
    places = [START]
    for bearing, metres in legs:
        places.append(travelled(places[-1], bearing, metres))
    return places


def test_relative_points_run_along_the_geodesic() -> None:
    """A square of 100 m by bearings and distances has a hectare."""
    points = [relative(str(n), b, m, str(n - 1)) for n, (b, m) in enumerate(SQUARE, start=2)]
    record = one(absolute("1"), *points)
    assert record.shape is not None
    assert record.shape.equals_exact(shapely.Polygon(walked(SQUARE)), 1e-12)
    assert abs(GEOD.geometry_area_perimeter(record.shape)[0]) == pytest.approx(10_000, rel=1e-4)
    assert record.number == 2
    assert record.findings == ()
    assert "bearing 90 distance 100 from_point 1" in record.given_shape


def test_the_reference_point_is_no_corner() -> None:
    """It is where the first turning point is measured from, though it stands last in the file."""
    points = [relative("1", 45, 50, "RP", "Start point")]
    points += [relative(str(n), b, m, str(n - 1)) for n, (b, m) in enumerate(SQUARE, start=2)]
    record = one(*points, absolute("RP", kind="Reference point"))
    assert record.shape is not None
    assert len(record.shape.exterior.coords) == 5
    assert distance_m(START, record.shape.exterior.coords[0]) == pytest.approx(50, abs=1e-6)


def test_without_from_point_the_leg_starts_at_the_row_above() -> None:
    """The usual way to write a traverse."""
    points = [relative(str(n), b, m, None) for n, (b, m) in enumerate(SQUARE, start=2)]
    record = one(absolute("1"), *points)
    assert record.shape is not None
    assert record.shape.equals_exact(shapely.Polygon(walked(SQUARE)), 1e-12)


def test_points_come_in_the_order_of_their_numbers() -> None:
    """Not in the order of the file."""
    places = walked(SQUARE)
    points = [absolute(str(n), place) for n, place in enumerate(places, start=1)]
    record = one(points[3], points[1], points[0], points[2])
    assert record.shape is not None
    assert record.shape.equals_exact(shapely.Polygon(places), 0)


@pytest.mark.parametrize(("last_leg_m", "codes"), [(100, []), (99, ["EXCH-019"]), (80, ["EXCH-017"])])
def test_the_closing_error_is_found(last_leg_m: float, codes: list[str]) -> None:
    """The return to the start is no corner of its own; its miss is a finding by its size."""
    points = [relative(str(n), b, m, str(n - 1)) for n, (b, m) in enumerate(SQUARE, start=2)]
    record = one(absolute("1"), *points, relative("1", 0, last_leg_m, "4"))
    assert record.shape is not None
    assert len(record.shape.exterior.coords) == 5
    assert [f.code for f in record.findings] == codes
    if codes:
        assert record.findings[0].params["miss_m"] == pytest.approx(100 - last_leg_m, abs=0.05)
        assert record.findings[0].row == 6


def test_a_point_that_hangs_in_the_air() -> None:
    """An unknown from-point, or a circle of them: the record stays without a shape, and each point is named."""
    record = one(absolute("1"), relative("2", 90, 100, "9"), relative("3", 90, 100, "4"), relative("4", 90, 100, "3"))
    assert record.shape is None
    assert [(f.code, f.row) for f in record.findings] == [("EXCH-016", 3), ("EXCH-016", 4), ("EXCH-016", 5)]


def test_what_cannot_be_read_is_named_by_row_and_column() -> None:
    """A bearing beyond the circle, a distance that is none, a latitude that is none."""
    bad: list[list[Cell]] = [relative("2", 400, 10, "1"), relative("3", 90, "far", "1"), absolute("4", (103.5, 95.0))]
    record = one(absolute("1"), *bad)
    found = [(f.code, f.row, f.cell) for f in record.findings if f.code == "EXCH-007"]
    assert found == [("EXCH-007", 3, "bearing"), ("EXCH-007", 4, "distance"), ("EXCH-007", 5, "lat")]


def test_repeated_numbers_and_too_few_points() -> None:
    """Named, not guessed at."""
    record = one(absolute("1"), absolute("2", (103.6, 13.5)))
    assert [f.code for f in record.findings] == ["EXCH-018"]
    places = walked(SQUARE)
    record = one(*(absolute(label, place) for label, place in zip("1223", places, strict=True)))
    assert [(f.code, f.params["labels"]) for f in record.findings] == [("EXCH-025", "2")]


def test_a_magnetic_bearing_is_turned_by_the_declination() -> None:
    """Every bearing, by as much."""
    record = one(absolute("1"), *(relative(str(n), b - 1.5, m, None) for n, (b, m) in enumerate(SQUARE, start=2)),
                 options=ReadOptions(declination_deg=1.5))  # fmt: skip
    assert record.shape is not None
    assert record.shape.equals_exact(shapely.Polygon(walked(SQUARE)), 1e-9)


def test_several_shapes_of_one_record_and_rows_of_none() -> None:
    """A record gathers its shapes wherever their rows stand; a row of no record stays a row."""
    first = [absolute(str(n), place) for n, place in enumerate(walked(SQUARE), start=1)]
    second = [["MF-1", "2", n, "TP", y + 0.01, x, None, None, None] for n, (x, y) in enumerate(walked(SQUARE), start=1)]
    mixed = [point for pair in zip(first, second, strict=True) for point in pair]
    lone: list[Cell] = [None, None, "1", "TP", 13.5, 103.5, None, None, None]
    stray, record = assembled(rows(lone, *mixed), ROLES, ReadOptions())
    assert record.shape is not None
    assert record.shape.geom_type == "MultiPolygon"
    assert len(record.shape.geoms) == 2
    assert record.cells == {"hazard_id": "MF-1"}
    assert [f.code for f in stray.findings] == ["EXCH-027"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 359.99), st.floats(5, 500)), min_size=2, max_size=12))
def test_a_traverse_is_the_same_by_legs_or_by_coordinates(legs: list[tuple[float, float]]) -> None:
    """Whatever the walk, both ways to write it give one polygon."""
    places = walked(legs)
    by_legs = one(absolute("1"), *(relative(str(n), b, m, str(n - 1)) for n, (b, m) in enumerate(legs, start=2)))
    by_places = one(*(absolute(str(n), place) for n, place in enumerate(places, start=1)))
    if by_places.shape is not None and by_places.shape.geom_type == "Polygon" and distance_m(START, places[-1]) > 1000:
        assert by_legs.shape is not None
        assert by_legs.shape.equals_exact(by_places.shape, 1e-9)


def test_a_workbook_with_khmer_numbers(tmp_path: Path) -> None:
    """Degrees, minutes, seconds in Khmer digits; bearings and distances too, with decimal commas."""
    table: list[list[object]] = [
        ["Hazard ID", "Point No", "Latitude", "Longitude", "Bearing", "Distance (m)", "From Point"],
        ["MF-1", "១", "១៣°៣០′០០″", "១០៣°៣០′០០″", None, None, None],
        ["MF-1", "២", None, None, "៩០", "១០០,០", "១"],
        ["MF-1", "៣", None, None, "១៨០", "១០០", "២"],
        ["MF-1", "៤", None, None, "២៧០", "១០០", "៣"],
    ]
    (record,) = read_file(corpus.sheet(tmp_path / "khmer.xlsx", table))
    assert record.shape is not None
    assert record.shape.equals_exact(shapely.Polygon(walked(SQUARE)), 1e-9)
    assert record.findings == ()
