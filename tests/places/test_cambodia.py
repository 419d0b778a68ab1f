"""Cambodia from its packages, and from the files that people really have."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pyogrio
import pytest
import shapely

from clearground.places import cambodia, selectors
from clearground.places.actions import PlacesImported, add_country, add_places, import_boundaries
from clearground.places.choices import Level
from clearground.places.models import Place
from clearground.places.names import name_key
from clearground.places.rows import PlaceRow
from tests.accounts.factories import a_person

needs_outlines = pytest.mark.skipif(
    not cambodia.OUTLINES.is_file(), reason="the front end is not built: no outlines of provinces"
)


def outlines() -> dict[str, shapely.Geometry]:
    """The outlines of provinces by code."""
    return {row.code: row.shape for row in cambodia.province_outlines() if row.shape is not None}


@cache
def rows_of(path: Path, level: Level, code: str, name: str, name_km: str) -> tuple[PlaceRow, ...]:
    """The rows of a file, by the columns that hold code and names."""
    _meta, table = pyogrio.read_arrow(path)
    columns = table.to_pydict()
    shapes = shapely.from_wkb(columns[next(name for name in ("geom", "wkb_geometry") if name in columns)])
    values = zip(columns[code], columns[name], columns[name_km], shapes, strict=True)
    return tuple(
        PlaceRow(a or "", b or "", level, c or "", shape=s, row=n) for n, (a, b, c, s) in enumerate(values, start=1)
    )


def communes(shared_data: Path) -> tuple[PlaceRow, ...]:
    """The communes of 2018."""
    path = shared_data / "cambodia-admin-merged" / "khm_adm3_communes.gpkg"
    return rows_of(path, Level.COMMUNE, "commune_code", "name_source", "commune_kh")


def villages(shared_data: Path) -> tuple[PlaceRow, ...]:
    """The village points of 2013."""
    path = shared_data / "cambodia-admin-merged" / "khm_village_points_2013.gpkg"
    return rows_of(path, Level.VILLAGE, "village_code", "Village", "village_kh")


def provinces(shared_data: Path) -> tuple[PlaceRow, ...]:
    """The provinces of 2014 and later."""
    path = shared_data / "cambodia-admin-merged" / "khm_adm1_provinces.gpkg"
    return rows_of(path, Level.PROVINCE, "province_code", "province_en", "province_kh")


def cambodia_with_its_list() -> PlacesImported:
    """The country and its gazetteer."""
    sokha = a_person("sokha")
    add_country(code="KHM", name=cambodia.NAME, centre=cambodia.CENTRE, by=sokha)
    return add_places(rows=cambodia.gazetteer_rows(), source=cambodia.SOURCE, by=sokha)


def brought_in(rows: tuple[PlaceRow, ...], edition: str, *, make_current: bool = True) -> PlacesImported:
    """The rows as a boundary edition."""
    by = selectors.the_country() and a_person()
    return import_boundaries(
        edition_name=edition, rows=rows, source="test", by=by, reason="Test", make_current=make_current
    )


def of_rule(result: PlacesImported, code: str) -> list[str]:
    """What the findings of one rule are about."""
    return [finding.ref for finding in result.findings if finding.code == code]


def test_the_list_is_complete_in_two_scripts() -> None:
    """Every row of the package, its doubled codes included."""
    rows = cambodia.gazetteer_rows()
    assert Counter(row.level for row in rows) == {1: 25, 2: 210, 3: 1661, 4: 14576}
    assert not [row for row in rows if not (row.code and row.name and row.name_km)]
    assert all("\u1780" <= row.name_km.strip()[0] <= "\u17ff" for row in rows)


@pytest.mark.django_db
def test_all_villages_of_the_list_are_kept_and_doubled_codes_are_named() -> None:
    """54 rows share a code with another one; 13 villages state a commune that the list lacks."""
    result = cambodia_with_its_list()
    assert result.added == Place.objects.count() == 25 + 210 + 1661 + 14576
    assert len(of_rule(result, "PLACE-003")) == 54
    assert of_rule(result, "PLACE-008") == ["120913"]
    assert len(of_rule(result, "PLACE-014")) == 43
    assert Place.objects.get(code="12091301").parent.code == "1209"


@pytest.mark.django_db
def test_places_of_the_list_are_found_in_both_scripts() -> None:
    """As people write them."""
    cambodia_with_its_list()
    for name in ("Bantey Meanchey", "បន្ទាយ មានជ័យ", "ខេត្តបន្ទាយមានជ័យ"):
        assert [place.code for place in selectors.places_by_name(name, level=Level.PROVINCE)] == ["01"]
    assert [p.code for p in selectors.places_by_name("Phnom Penh", level=Level.PROVINCE)] == ["12"]
    assert [p.code for p in selectors.places_by_name("ភ្នំពេញ", level=Level.PROVINCE)] == ["12"]


def test_without_a_built_front_end_there_are_no_outlines_and_a_box(tmp_path: Path) -> None:
    """The register starts all the same."""
    assert cambodia.province_outlines(tmp_path / "absent.geojson") == []
    assert cambodia.extent([]).bounds == cambodia.BOX


def test_an_outline_that_fits_no_province_has_no_code(tmp_path: Path) -> None:
    """So that it becomes a finding instead of another province."""
    path = tmp_path / "x.geojson"
    path.write_text(
        '{"features": [{"properties": {"name": "Atlantis"}, "geometry":'
        ' {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}}]}'
    )
    (row,) = cambodia.province_outlines(path)
    assert (row.code, row.name) == ("", "Atlantis")


@needs_outlines
def test_each_province_has_one_outline() -> None:
    """Matched by name, one of them by another name."""
    rows = cambodia.province_outlines()
    assert sorted(row.code for row in rows) == [f"{n:02}" for n in range(1, 26)]
    assert all(row.shape is not None and row.shape.is_valid for row in rows)


@needs_outlines
def test_outlines_decode_to_the_coordinates_that_others_decoded(shared_data: Path) -> None:
    """The same vertices, province by province."""
    path = shared_data / "cambodia-provinces" / "khm_provinces_echarts_coded.geojson"
    given = rows_of(path, Level.PROVINCE, "province_code", "province_en", "province_kh")
    mine = outlines()
    assert len(given) == 25
    for row in given:
        assert shapely.equals_exact(shapely.normalize(mine[row.code]), shapely.normalize(row.shape), 1e-9), row.name
        assert shapely.get_num_coordinates(mine[row.code]) == shapely.get_num_coordinates(row.shape)


@needs_outlines
def test_outlines_agree_with_better_boundaries(shared_data: Path) -> None:
    """Generalised, and still the right province nearly everywhere."""
    mine = outlines()
    shared = sum(shapely.intersection(mine[row.code], row.shape).area for row in provinces(shared_data))
    assert shared / sum(row.shape.area for row in provinces(shared_data) if row.shape) > 0.985


@needs_outlines
def test_the_extent_holds_the_whole_country(shared_data: Path) -> None:
    """Also what generalised outlines cut off."""
    extent = cambodia.extent(cambodia.province_outlines())
    points = [row.shape for row in villages(shared_data)]
    outside = int((~shapely.covered_by(points, extent)).sum())
    assert outside == 0
    assert extent.within(shapely.box(*cambodia.BOX).buffer(cambodia.MARGIN_DEG))


@pytest.mark.django_db
def test_communes_of_2018_against_the_list_of_2025(shared_data: Path) -> None:
    """89 codes appear, 118 vanish, one stands for two communes; all 1,633 are kept."""
    cambodia_with_its_list()
    result = brought_in(communes(shared_data), "Communes 2018")
    assert len(of_rule(result, "PLACE-001")) == 89
    assert len(of_rule(result, "PLACE-002")) == 118
    assert of_rule(result, "PLACE-003") == ["120307"]
    assert of_rule(result, "PLACE-008") == ["0505"]
    assert (result.boundaries, result.added) == (1633, 90)
    assert Place.objects.get(code="050501").parent.code == "05"
    again = brought_in(communes(shared_data), "Communes 2018")
    assert (again.boundaries, again.added) == (0, 0)


@pytest.mark.django_db
def test_villages_of_2013_show_what_left_kampong_cham_in_2014(shared_data: Path) -> None:
    """843 villages with codes of Kampong Cham lie in Tboung Khmum; 64 communes went with them."""
    cambodia_with_its_list()
    brought_in(communes(shared_data), "Communes 2018")
    result = brought_in(villages(shared_data), "Villages 2013", make_current=False)
    moved = [
        finding
        for finding in result.findings
        if finding.code == "PLACE-010" and finding.ref[:2] == "03" and finding.params["lies_in"][:2] == "25"
    ]
    gone = [finding for finding in result.findings if finding.code == "PLACE-008" and finding.ref[:2] == "03"]
    assert len(moved) == 843
    assert len(gone) == 64
    assert all(finding.params["lies_in"][:2] == "25" for finding in gone)
    assert result.boundaries == 14073
    assert len(of_rule(result, "PLACE-001")) == 2090
    assert len(of_rule(result, "PLACE-007")) == 712


@pytest.mark.django_db
def test_the_split_of_provinces_is_found_between_two_editions(shared_data: Path) -> None:
    """Kampong Cham as it was until 2014 is the two provinces of today together."""
    sokha = a_person("sokha")
    add_country(code="KHM", name=cambodia.NAME, centre=cambodia.CENTRE, by=sokha)
    today = {row.code: row for row in provinces(shared_data)}
    before = {code: row for code, row in today.items() if code != "25"}
    whole = shapely.union_all([today["03"].shape, today["25"].shape])
    before["03"] = PlaceRow("03", today["03"].name, Level.PROVINCE, shape=whole)
    brought_in(tuple(before.values()), "Provinces to 2013")
    result = brought_in(tuple(today.values()), "Provinces from 2014")
    (split,) = [finding for finding in result.findings if finding.code == "PLACE-005"]
    assert (split.ref, split.params["from_code"], split.params["share_pct"]) == ("25", "03", 100)
    assert name_key(split.params["from_name"]) == "kampongcham"
    assert of_rule(result, "PLACE-001") == ["25"]
    assert of_rule(result, "PLACE-006") == []
