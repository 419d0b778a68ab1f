"""The first page over the real books of a small invented country: no stand-in for the ledger."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
import shapely
from django.test import Client

from clearground.common import formats
from clearground.demonstration.actions import load_demonstration
from clearground.land import selectors as land
from clearground.land.models import Edition
from clearground.places.models import Country
from clearground.places.selectors import current_boundaries
from clearground.web.atlas import mercator, pyramid, selectors
from tests.web.test_mvt import shape_of_tile

ZOOM = 9

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    """The invented country is loaded; its latest edition."""
    load_demonstration(size=60, seed=2017)
    return Edition.objects.order_by("-as_of").first()


def test_page_downloads_and_tiles_say_what_the_ledger_says(client: Client, edition: Edition):
    """One load, three doors: the same areas behind each."""
    page = client.get("/sheet/").content.decode()
    assert "The books balance." in page
    assert f"signed edition <strong>{edition.name}</strong>" in page
    sheet = land.sheet(as_of=edition.as_of, known=edition.known, since=edition.as_of.replace(month=1, day=1))
    for row in sheet.rows:
        assert formats.area(row["closing_m2"]) in page
    said = client.get("/sheet.json").json()["rows"]
    assert [row["closing_m2"] for row in said] == [row["closing_m2"] for row in sheet.rows]
    assert open_on_tiles(client, edition) == pytest.approx(sum(row["closing_m2"] or 0 for row in sheet.rows), rel=1e-4)


def open_on_tiles(client: Client, edition: Edition) -> float:
    """The open area that the overview's tiles show on the day of the edition; land on several tiles counts once."""
    seq, day = land.seq_known(edition.known), edition.as_of.toordinal()
    pyramid.make_archive(seq)
    west, south, east, north = selectors.extent_of(Country.objects.get(), current_boundaries())
    (left, top), (right, bottom) = at(ZOOM, west, north), at(ZOOM, east, south)
    held = [(x, y) for x in range(left - 1, right + 2) for y in range(top - 1, bottom + 2)]
    bodies = [client.get(f"/tiles/{seq}/{ZOOM}/{x}/{y}.mvt").content for x, y in held]
    opened = (gzip.decompress(body) for body in bodies)
    features = [said for body in opened if body for said, _rings in shape_of_tile(body)]
    assert all(said["synthetic"] for said in features)
    today = [said for said in features if said["parts"] and said["from"] <= day < said["to"]]
    return sum(said["area_m2"] for said in today if said["state"] in {"suspected", "confirmed", "not_stated"})


def at(z: int, lon: float, lat: float) -> tuple[int, int]:
    """The tile that holds a point."""
    (unit,) = mercator.to_mercator(np.array([shapely.Point(lon, lat)]))
    return int(unit.x * 2**z), int(unit.y * 2**z)
