"""The map's own addresses: tiles, outlines, and what lies under a point."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely

from clearground.web.atlas import land_index, mercator, tiles
from tests.web import books
from tests.web.test_mvt import shape_of_tile

pytestmark = pytest.mark.django_db
DAY = {"as-of": "2017-12-31"}


@pytest.fixture(autouse=True)
def _register(monkeypatch):
    books.a_register()
    books.an_approval()
    books.keep_books(monkeypatch)


def tiles_over(z: int):
    """Addresses of all tiles of a zoom that meet the country."""
    side = 2**z
    for x in range(int((books.WEST / 360 + 0.5) * side), int((books.EAST / 360 + 0.5) * side) + 1):
        for y in range(side):
            _west, south, _east, north = mercator.box_of_tile(z, x, y)
            if south < books.NORTH and north > books.SOUTH:
                yield z, x, y


def test_every_piece_of_land_is_on_some_tile(client):
    """Each area comes back, marked as synthetic."""
    found = set()
    for z, x, y in tiles_over(9):
        body = client.get(f"/tiles/1/{z}/{x}/{y}.mvt", DAY).content
        for said, _rings in shape_of_tile(body) if body else []:
            found.add(said["area_m2"])
            assert said["synthetic"] is True
            assert said["state"] in books.STATES
    assert found == {piece["area_m2"] for piece in books.pieces()}


def test_a_tile_lies_where_its_land_lies(client):
    """The centre of what a tile draws is the centre of the land, to a unit of the tile."""
    piece = next(books.pieces(1))
    centre = piece["geometry"].centroid
    z, side = 12, 2**12
    (unit,) = mercator.to_mercator(np.array([centre]))
    x, y = int(unit.x * side), int(unit.y * side)
    west, south, east, north = mercator.box_of_tile(z, x, y)
    assert west <= centre.x <= east
    assert south <= centre.y <= north
    body = client.get(f"/tiles/1/{z}/{x}/{y}.mvt", DAY).content
    drawn = [shapely.Polygon(rings[0]) for said, rings in shape_of_tile(body) if said["area_m2"] == piece["area_m2"]]
    point = shapely.Point((unit.x * side - x) * 4096, (unit.y * side - y) * 4096)
    assert drawn[0].covers(point)


def test_small_land_does_not_vanish_from_a_small_map(client):
    """At zoom 4 the country is a few pixels: no piece is lost, none counts twice, and no area either."""
    total, parts = 0.0, 0
    for z, x, y in tiles_over(4):
        for said, rings in shape_of_tile(client.get(f"/tiles/1/{z}/{x}/{y}.mvt").content):
            total += said["area_m2"] if said["parts"] else 0
            parts += said["parts"]
            assert abs(shapely.Polygon(rings[0]).area) >= 1
    assert parts == len(list(books.pieces()))
    assert total == pytest.approx(sum(piece["area_m2"] for piece in books.pieces()))


def test_a_tile_is_asked_for_once(client):
    """The second time only its tag travels."""
    z, x, y = next(iter(tiles_over(8)))
    first = client.get(f"/tiles/1/{z}/{x}/{y}.mvt")
    assert first["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert "private" in first["Cache-Control"]
    again = client.get(f"/tiles/1/{z}/{x}/{y}.mvt", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_a_tile_carries_intervals_and_all_that_a_reader_filters_by(client):
    """From and to, so that one tile serves every day."""
    every = books.intervals(books.pieces())
    until = np.minimum(every.until, land_index.LASTING)
    expected = set(zip(every.since.tolist(), until.tolist(), strict=True))
    found = set()
    for z, x, y in tiles_over(9):
        body = client.get(f"/tiles/1/{z}/{x}/{y}.mvt").content
        for said, _rings in shape_of_tile(body) if body else []:
            found.add((said["from"], said["to"]))
            assert said["operator"] in ("OP1", "OP2")
            assert (said["method"], said["campaign"], said["class"] != "") == ("manual", "", True)
    assert found == expected


@pytest.mark.parametrize(
    "address",
    ["/tiles/9/5/1/1.mvt", "/tiles/1/2/4/0.mvt", "/tiles/1/30/1/1.mvt", "/map/1/at?as-of=2017-12-31&lon=x",
     "/map/1/at?as-of=2017-13-31&lon=1&lat=1", "/map/1/at?as-of=2017-12-31&lon=nan&lat=1",
     "/map/9/at?as-of=2017-12-31&lon=1&lat=1"],
)  # fmt: skip
def test_addresses_of_nothing_are_not_found(client, address):
    """Unknown approvals, days and tiles answer 404, never 500."""
    assert client.get(address).status_code == 404


def test_outlines_are_simple_and_whole(client):
    """Neighbours still meet after simplification."""
    number = books.BoundaryEdition.objects.get().pk
    answer = client.get(f"/map/outlines/{number}/commune.geojson")
    features = json.loads(answer.content)["features"]
    assert [feature["properties"]["code"] for feature in features] == ["0101", "0201"]
    assert all(feature["properties"]["synthetic"] is True for feature in features)
    whole = shapely.union_all([shapely.geometry.shape(feature["geometry"]) for feature in features])
    assert whole.area == pytest.approx(2)
    again = client.get(f"/map/outlines/{number}/commune.geojson", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_a_point_answers_with_its_history(client):
    """In words and digits of the one formatter, with where the record opens and who approved it."""
    piece = next(books.pieces(1))
    centre = piece["geometry"].centroid
    said = client.get("/map/1/at", {**DAY, "lon": centre.x, "lat": centre.y}).content.decode()
    for words in (
        "What happened here",
        "Suspected hazardous, A1",
        "1 June 2012",
        "1,000 m²",
        "approval 1, 22 May 2018",
    ):
        assert words in said
    assert 'href="/records/NO-0/"' in said or "NO-0" in said
    assert "Land without a polygon" in said


def test_a_point_without_land_is_not_called_safe(client):
    """The answer warns instead."""
    said = client.get("/map/1/at", {**DAY, "lon": 0, "lat": 0}).content.decode()
    assert "No recorded land at this point" in said
    assert "not thereby safe" in said


def test_a_country_of_any_size_has_the_same_tiles(client, monkeypatch):
    """Read whole, or block by block: the same land on the same tile."""
    monkeypatch.setattr(land_index, "FEW_CLUSTERS", -1)
    drawn = [len(client.get(f"/tiles/1/{z}/{x}/{y}.mvt").content) for z, x, y in tiles_over(11)]
    monkeypatch.setattr(land_index, "FEW_CLUSTERS", 60_000)
    for kept in (tiles.live_tile, land_index.block, land_index.has_few_clusters):
        kept.cache_clear()
    assert drawn == [len(client.get(f"/tiles/1/{z}/{x}/{y}.mvt").content) for z, x, y in tiles_over(11)]
    assert max(drawn) > 0


def test_land_is_read_from_the_books_once(client):
    """Tiles of one approval share what was read."""
    for z, x, y in tiles_over(8):
        client.get(f"/tiles/1/{z}/{x}/{y}.mvt")
    assert land_index.block.cache_info().misses == 1


def test_a_long_thin_strip_is_not_thinned_away():
    """A field along a road is a few metres wide and kilometres long."""
    strip = np.array([shapely.Polygon([(0, 0), (900, 0.4), (1800, 0), (1800, 0.8), (900, 1.2), (0, 0.8)])])
    (kept,) = tiles.drawable(strip, shapely.bounds(strip), plain=False)
    assert kept.area > 0
