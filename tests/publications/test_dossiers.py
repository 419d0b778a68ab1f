"""The dossier of a task: map, turning points, history; for a record and a spot task too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import shapely

from clearground.common.errors import Refused
from clearground.kernel.land.events import Kind
from clearground.kernel.land.mgrs import from_mgrs, lonlat_of, shapes_in_utm
from clearground.land.given import BENCHMARK, REFERENCE
from clearground.publications.dossiers import PAPERS, in_words, print_dossier
from clearground.publications.mapping import drawn, sheet_over
from clearground.publications.selectors.dossiers import dossier
from tests.land.factories import LAT, LON, line, square
from tests.land.test_ledger import approve

from .books import a_country
from .paper import pages, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    """Books of two years."""
    return a_country()


def table(found, title: str) -> list[list[str]]:
    """The rows of one of its tables."""
    return next(each["rows"] for each in in_words(found)["tables"] if each["title"] == title)


def test_turning_points_lead_back_to_the_polygon(person) -> None:
    """Four corners, in three notations that agree."""
    rows = table(dossier("T-1"), "Turning points")
    corners = {(LON - 0.009, LAT), (LON - 0.007, LAT), (LON - 0.007, LAT + 0.008), (LON - 0.009, LAT + 0.008)}
    assert len(rows) == 4
    for _number, ref, east, north, grid, lat, lon in rows:
        assert ref == "R1 / 1"
        near = lonlat_of(from_mgrs(grid))
        corner = min(corners, key=lambda c: abs(c[0] - near[0]) + abs(c[1] - near[1]))
        assert shapely.Point(near).distance(shapely.Point(corner)) < 2e-5, "the square is one metre wide"
        degrees, minutes = re.match(r"(\d+)°([\d.]+)′ S", lat).groups()  # type: ignore[union-attr]
        assert -(int(degrees) + float(minutes) / 60) == pytest.approx(corner[1], abs=2e-6)
        assert lon.endswith("W")
        for metres, square_of in zip((east, north), grid.split()[2:], strict=True):
            assert float(metres.replace(",", "")) % 1e5 == pytest.approx(int(square_of), abs=1.05)


def test_a_record_has_its_history(person) -> None:
    """Every version, with its approval and its source; what is superseded says until when."""
    approve(person, line("R1", Kind.CLEAR, "2017-03-05", square(-9, 0, 3, 8), task="T-1"), on="2018-03-01")
    rows = table(dossier("R1"), "History")
    assert [row[0] for row in rows] == ["2", "3"]
    assert [row[-1] for row in rows] == ["until approval 3", "stands"]
    assert "Test document" in rows[0][6]
    assert len(dossier("R1").lines) == 1


def test_stated_and_computed_area_stand_side_by_side(person) -> None:
    """And a line without a polygon has no computed one."""
    approve(person, line("P", Kind.RECORD, "2010-01-01", stated_m2=500.0, hazard_class="A4"), on="2018-03-01")
    found = dossier("P")
    assert table(found, "What is recorded")[0][6:8] == ["500", "–"]
    assert table(found, "Turning points") == []
    assert pages(print_dossier("P", language="en")) >= 1


def test_neighbours_fill_the_whole_frame(person) -> None:
    """What the map's frame shows was looked up, on either paper: no land is left out at its edge."""
    found = dossier("T-1")
    own = shapes_in_utm(found.shapes, found.zone, found.is_north)  # type: ignore[arg-type]
    from clearground.publications.selectors.dossiers import _box

    box = shapely.segmentize(shapely.box(*_box(found.shapes)), 0.001)  # type: ignore[misc]
    (looked_up,) = shapes_in_utm([box], found.zone, found.is_north)  # type: ignore[arg-type]
    for width, height in PAPERS.values():
        for shapes in (list(own), [own[0].centroid], [own[0].buffer(3000)]):
            sheet = sheet_over(shapes, width, height)
            if shapes is not None and shapes[0].area < 10 * own[0].area:
                assert looked_up.contains(sheet.ground)
    assert {each["state"] for each in found.around} >= {"cleared", "not_stated", "cancelled", "confirmed"}


def test_the_map_draws_what_lies_there(person) -> None:
    """A sign for each state, its own outline, names of communes, at a usual scale."""
    svg, sheet, labels = drawn(dossier("T-1"), *PAPERS["a4"])
    for state in ("cleared", "not_stated"):
        assert f"url(#{state})" in svg.split("</defs>")[1]
    assert svg.count("<circle") > 3
    assert sheet.scale in (5_000, 10_000)
    assert {label.text for label in labels} <= {"010101", "010102"}
    assert "<script" not in svg


def test_a_spot_task_is_a_point(person) -> None:
    """It has a map, and one turning point."""
    point = square(1, 1, 1).centroid
    approve(person, line("S", Kind.CLEAR, "2017-05-01", point, task="SPOT", items={"submunition": 2}), on="2018-03-01")
    found = dossier("SPOT")
    assert len(table(found, "Turning points")) == 1
    assert table(found, "Items found") == [["S / 1", "Submunition", "2"]]
    assert pages(print_dossier("SPOT", language="km", paper="a3")) >= 1


def test_points_that_the_source_names_are_given_back(person) -> None:
    """Reference point and benchmark as they stood in the file; else that there is none."""
    given = "RP: 12.5 | 104.1; BM-1: 12.6 | 104.2; TP1: 12.7 | 104.3"
    approve(person, line("G", Kind.RECORD, "2010-01-01", square(30, 30, 2), given_shape=given), on="2018-03-01")
    found = dossier("G")
    assert found.points_given(REFERENCE) == ["RP: 12.5 | 104.1"]
    assert found.points_given(BENCHMARK) == ["BM-1: 12.6 | 104.2"]
    assert [row[1] for row in table(dossier("T-1"), "Reference point and benchmark")] == ["not recorded"] * 2


def test_an_unknown_name_is_refused_with_similar_ones(person) -> None:
    """Not an empty page."""
    with pytest.raises(Refused, match="T-") as refused:
        dossier("T-")
    assert "T-1" in refused.value.remedy
    with pytest.raises(Refused):
        dossier("")


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_same_task_is_the_same_file(person, language, tmp_path: Path) -> None:
    """Byte for byte; its coordinates can be copied."""
    first = print_dossier("T-1", language=language)
    assert first == print_dossier("T-1", language=language)
    said = text(first, tmp_path)
    assert "27G WL 78105 16571" in said


def test_there_is_no_other_paper(person) -> None:
    """With those that there are."""
    with pytest.raises(Refused, match="a5") as refused:
        print_dossier("T-1", language="en", paper="a5")
    assert "a3" in refused.value.remedy
