"""The map's own addresses: tiles, outlines, and what lies under a point."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely

from clearground.web.atlas import tiles
from clearground.web.atlas.pieces import pieces
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
            _west, south, _east, north = tiles.box_of_tile(z, x, y)
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
    (mercator,) = tiles.to_mercator(np.array([centre]))
    x, y = int(mercator.x * side), int(mercator.y * side)
    west, south, east, north = tiles.box_of_tile(z, x, y)
    assert west <= centre.x <= east
    assert south <= centre.y <= north
    body = client.get(f"/tiles/1/{z}/{x}/{y}.mvt", DAY).content
    drawn = [shapely.Polygon(rings[0]) for said, rings in shape_of_tile(body) if said["area_m2"] == piece["area_m2"]]
    point = shapely.Point((mercator.x * side - x) * 4096, (mercator.y * side - y) * 4096)
    assert drawn[0].covers(point)


def test_small_land_does_not_vanish_from_a_small_map(client):
    """At zoom 4 the country is a few pixels: one square a cell, state and family, and no area is lost."""
    total = 0.0
    for z, x, y in tiles_over(4):
        for said, rings in shape_of_tile(client.get(f"/tiles/1/{z}/{x}/{y}.mvt", DAY).content):
            total += said["area_m2"]
            assert abs(shapely.Polygon(rings[0]).area) >= 1
    # Land near the edge of a tile is on its neighbour too.
    assert total >= sum(piece["area_m2"] for piece in books.pieces())


def test_a_tile_is_asked_for_once(client):
    """The second time only its tag travels; another day is another tile."""
    z, x, y = next(iter(tiles_over(8)))
    first = client.get(f"/tiles/1/{z}/{x}/{y}.mvt", DAY)
    assert first["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert "private" in first["Cache-Control"]
    again = client.get(f"/tiles/1/{z}/{x}/{y}.mvt", DAY, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    other = client.get(f"/tiles/1/{z}/{x}/{y}.mvt", {"as-of": "2016-12-31"})
    assert other["ETag"] != first["ETag"]


@pytest.mark.parametrize(
    "address",
    ["/tiles/9/5/1/1.mvt?as-of=2017-12-31", "/tiles/1/5/1/1.mvt", "/tiles/1/5/1/1.mvt?as-of=2017-13-31",
     "/tiles/1/2/4/0.mvt?as-of=2017-12-31", "/tiles/1/30/1/1.mvt?as-of=2017-12-31", "/map/1/at?as-of=2017-12-31&lon=x"],
)  # fmt: skip
def test_addresses_of_nothing_are_not_found(client, address):
    """Unknown approvals, days and tiles answer 404, never 500."""
    assert client.get(address).status_code == 404


def test_an_approval_that_is_not_the_last_of_its_day_has_no_tiles(client):
    """What was known on a day is what its last approval left."""
    books.an_approval(seq=2)
    assert client.get("/tiles/1/5/17/11.mvt", DAY).status_code == 404
    assert client.get("/tiles/2/5/17/11.mvt", DAY).status_code == 200


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


def test_a_point_answers_with_state_area_and_class(client):
    """In words and digits of the one formatter."""
    piece = next(books.pieces(1))
    centre = piece["geometry"].centroid
    said = client.get("/map/1/at", {**DAY, "lon": centre.x, "lat": centre.y}).json()
    assert said["land"][0] in ([["Place", f"{town} Town, {town}"]] for town in ("Ostrel", "Vardin"))
    terms = dict(said["land"][1])
    assert terms["State"] == "Suspected hazardous"
    assert terms["Area"] == "1,000 m²"
    assert "Land without a polygon" in said["warning"]


def test_a_point_without_land_is_not_called_safe(client):
    """The answer warns instead."""
    said = client.get("/map/1/at", {**DAY, "lon": 0, "lat": 0}).json()
    assert said["land"] == []
    assert said["title"] == "No recorded land at this point"
    assert "not thereby safe" in said["warning"]


def test_a_country_of_any_size_has_the_same_tiles(client, monkeypatch):
    """Read whole, or block by block: the same land on the same tile."""
    monkeypatch.setattr(tiles, "FEW_CLUSTERS", -1)
    drawn = [len(client.get(f"/tiles/1/{z}/{x}/{y}.mvt", DAY).content) for z, x, y in tiles_over(11)]
    monkeypatch.setattr(tiles, "FEW_CLUSTERS", 60_000)
    for kept in (tiles.tile, tiles.block, tiles.has_few_clusters):
        kept.cache_clear()
    assert drawn == [len(client.get(f"/tiles/1/{z}/{x}/{y}.mvt", DAY).content) for z, x, y in tiles_over(11)]
    assert max(drawn) > 0


def test_land_is_read_from_the_books_once(client):
    """Tiles of one day share what was read."""
    for z, x, y in tiles_over(8):
        client.get(f"/tiles/1/{z}/{x}/{y}.mvt", DAY)
    assert tiles.block.cache_info().misses == 1


def test_a_long_thin_strip_is_not_thinned_away():
    """A field along a road is a few metres wide and kilometres long."""
    strip = np.array([shapely.Polygon([(0, 0), (900, 0.4), (1800, 0), (1800, 0.8), (900, 1.2), (0, 0.8)])])
    said = {"state": "confirmed", "family": "mines", "class": "A1", "outside": False, "area_m2": 900.0}
    (kept,), _attributes = tiles.drawable(strip, [said], plain=False)
    assert kept.area > 0


def test_faces_of_one_event_are_one_piece():
    """Two halves of a cleared field are one field; another state, or another event, is not."""
    halves = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    said = {"family": "mines", "state": "cleared", "hazard_class": None, "is_outside": False, "event_id": 5}
    faces = [{**said, "geometry": half, "area_m2": 10.0} for half in halves]
    (whole,) = pieces(faces)
    assert whole["geometry"].equals(shapely.box(0, 0, 2, 1))
    assert whole["area_m2"] == 20
    assert len(pieces([*faces, {**faces[0], "state": "reduced"}, {**faces[0], "event_id": 6}])) == 3
