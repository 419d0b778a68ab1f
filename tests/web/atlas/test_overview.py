"""The overview: one archive for one approval, which drops no land, answers for its tiles, and is replaced."""

from __future__ import annotations

import gzip

import pytest
from django_tasks_db.models import DBTaskResult
from pmtiles.reader import all_tiles

from clearground.web.atlas import land_index, pyramid, tasks, tiles
from tests.web import books
from tests.web.test_mvt import shape_of_tile

pytestmark = pytest.mark.django_db
PIECES = 300


@pytest.fixture(autouse=True)
def _register(monkeypatch, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    monkeypatch.setattr(land_index, "FEW_CLUSTERS", -1)
    pyramid.cache.clear()
    books.a_register()
    books.an_approval()
    books.keep_books(monkeypatch, land=PIECES)


def test_no_level_drops_a_piece():
    """The parts of each level add up to the pieces, and their areas to all land."""
    pyramid.make_archive(1)
    reader = pyramid.reader_of(1)
    parts, area = {}, {}
    for (z, _x, _y), body in all_tiles(reader.get_bytes):
        for said, _rings in shape_of_tile(gzip.decompress(body)):
            parts[z] = parts.get(z, 0) + said["parts"]
            area[z] = area.get(z, 0.0) + (said["area_m2"] if said["parts"] else 0)
    assert parts == dict.fromkeys(range(tiles.MIN_ZOOM, tiles.LIVE_FROM_ZOOM), PIECES)
    whole = sum(piece["area_m2"] for piece in books.pieces(PIECES))
    assert list(area.values()) == pytest.approx([whole] * len(area))


def test_a_piece_in_two_places_and_a_long_one_are_on_a_tile_of_every_level(monkeypatch):
    """The middle of the box of the first is nobody's land, and the second passes over whole tiles."""
    apart = books.shapely.union_all([books.shapely.box(20, 40, 20.4, 40.1), books.shapely.box(21.6, 40.9, 22, 41)])
    long = books.shapely.box(20, 40.4, 26, 40.41)
    shapes = [apart, long]
    pieces = [{**piece, "geometry": shape} for piece, shape in zip(books.pieces(2), shapes, strict=True)]
    monkeypatch.setattr(books, "pieces", lambda _count=2, _seed=7: iter(pieces))
    books.keep_books(monkeypatch, land=2)
    pyramid.make_archive(1)
    parts: dict[int, int] = {}
    for (z, _x, _y), body in all_tiles(pyramid.reader_of(1).get_bytes):
        parts[z] = parts.get(z, 0) + sum(said["parts"] for said, _rings in shape_of_tile(gzip.decompress(body)))
    assert parts == dict.fromkeys(range(tiles.MIN_ZOOM, tiles.LIVE_FROM_ZOOM), 2)


def test_the_archive_says_what_it_is_of():
    """Approval, country, invented or not; its name has the approval."""
    path = pyramid.make_archive(1)
    said = pyramid.reader_of(1).metadata()
    assert (said["seq"], said["country"], said["synthetic"], said["pieces"]) == (1, "XKV", True, PIECES)
    assert "not thereby safe" in said["warning"]
    assert path.name == "1.pmtiles"
    assert [each.name for each in path.parent.iterdir()] == ["1.pmtiles"]


def test_tiles_of_the_archive_are_those_made_on_request(client, monkeypatch):
    """The same bytes, with the same rights, tag and cache."""
    pyramid.make_archive(1)
    address = "/tiles/1/8/142/96.mvt"
    kept = client.get(address)
    assert kept["Content-Encoding"] == "gzip"
    assert "private" in kept["Cache-Control"]
    monkeypatch.setattr(pyramid, "reader_of", lambda seq: None)
    monkeypatch.setattr(land_index, "FEW_CLUSTERS", 10**6)
    land_index.has_few_clusters.cache_clear()
    live = client.get(address)
    assert live.content
    assert gzip.decompress(kept.content) == live.content
    assert live["ETag"] == kept["ETag"]
    books.Country.objects.update(published="figures")
    assert client.get(address).status_code == 302


def test_while_it_is_being_prepared_the_page_is_told_so(client):
    """202 and nothing to keep, once on the list; tiles of high zooms are there."""
    for _again in range(2):
        answer = client.get("/tiles/1/8/142/96.mvt")
        assert (answer.status_code, answer.content, answer["Cache-Control"]) == (202, b"", "no-store")
    assert DBTaskResult.objects.count() == 1
    assert client.get("/tiles/1/10/570/386.mvt").status_code == 200
    tasks.prepare_overview.call(1)
    assert client.get("/tiles/1/8/142/96.mvt").status_code == 200


def test_old_archives_are_removed():
    """The last few stay: editions are asked for beside the present."""
    for seq in range(2, 7):
        books.an_approval(seq=seq)
        pyramid.make_archive(seq)
    kept = {path.name for path in pyramid.shelf().iterdir()}
    assert "6.pmtiles" in kept
    assert len(kept) == pyramid.ARCHIVES_KEPT


def test_an_archive_of_another_register_does_not_answer(monkeypatch):
    """A database that was made anew counts from one again."""
    pyramid.make_archive(1)
    monkeypatch.setattr(land_index, "kept_name", lambda seq: f"map-{seq}-another")
    assert pyramid.reader_of(1) is None


def test_a_damaged_archive_does_not_answer():
    """It is made anew."""
    pyramid.make_archive(1).write_bytes(b"not an archive")
    assert pyramid.reader_of(1) is None
