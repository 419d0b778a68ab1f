"""A real, dirty file through the same door as anybody's: every bad geometry named, the good rows land, the books close.

The data are public sheets of western Bosnia (2024): no ids, no dates, null and invalid geometries,
slivers at the edges of sheets. They are not part of the project; without them these tests are skipped.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely

from clearground.accounts.actions import add_person
from clearground.accounts.models import Person
from clearground.audit.selectors import verify_chain
from clearground.common.errors import Refused
from clearground.exchange import actions, selectors
from clearground.exchange.actions import Dependents
from clearground.exchange.models import Import
from clearground.land.actions import rebuild_ledger
from clearground.land.actions.code_lists import seed_code_lists
from clearground.land.selectors import sheet
from clearground.places.actions import add_country

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SUSPECTED = {"family": "mines", "on": "2000-01-01", "kind": "suspect"}
CLEARED = {"family": "mines", "on": "2024-01-01", "kind": "clear"}
BEFORE, AFTER = date(2000, 1, 1), date(2024, 1, 1)
CM2_PER_M2 = 10_000
TOTALS_CM2 = {
    "opening_m2": 1_175_193_921_954,
    "cleared_m2": 781_633_624,
    "closing_m2": 1_174_412_288_330,
    "outside_m2": 35_214_489_583,
    "released_twice_m2": 794_630_852,
}


@pytest.fixture
def sheets(shared_data: Path) -> Path:
    """The folder of the sheets."""
    folder = shared_data / "bosnia-sample"
    if not folder.is_dir():
        pytest.skip("no bosnia-sample in the folder of real input")
    return folder


@pytest.fixture
def ana(db: None) -> Person:
    """A country of the user's own making, and the one person in it."""
    person = add_person(login="ana", name="Ana")
    seed_code_lists(by=person)
    extent = shapely.box(15.5, 42.4, 19.7, 45.4)
    add_country(code="BIH", name="Bosnia and Herzegovina", centre=(17.8, 44.2), extent=extent, by=person)
    return person


def stage(path: Path, subject: str, defaults: dict[str, str], by: Person) -> Import:
    """The file is staged without a mapping: it has no columns to map."""
    return actions.stage_import(path=path, subject=subject, mapping={}, defaults=defaults, by=by)


def approve(staged: Import) -> None:
    """The good rows land, by somebody else than who staged them."""
    decider = Person.objects.filter(login="ivo").first() or add_person(login="ivo", name="Ivo", by=staged.by)
    actions.approve_import(import_id=staged.pk, on=date(2024, 6, 1), by=decider, reason="golden test")


@pytest.fixture
def books(sheets: Path, ana: Person) -> tuple[Import, Import]:
    """Suspected areas recorded in 2000, cleared areas released in 2024."""
    hazards = stage(sheets / "suspected_areas.geojson", "hazards", SUSPECTED, ana)
    approve(hazards)
    releases = stage(sheets / "cleared_areas.geojson", "releases", CLEARED, ana)
    approve(releases)
    return selectors.import_by_id(hazards.pk), selectors.import_by_id(releases.pk)


def geometries(path: Path) -> list[dict[str, Any] | None]:
    """The geometries of a file, in its order, read by nothing of the product."""
    return [feature["geometry"] for feature in json.loads(path.read_text("utf-8"))["features"]]


def shapes(path: Path) -> list[shapely.Geometry | None]:
    """The same as shapes."""
    given = geometries(path)
    return [None if each is None else shapely.from_geojson(json.dumps(each), on_invalid="ignore") for each in given]


def named(of: Import, *codes: str) -> set[int]:
    """Rows that a finding of one of these rules names."""
    return set(of.findings.filter(code__in=codes).values_list("row", flat=True))


@pytest.mark.parametrize("name", ["suspected_areas", "cleared_areas"])
def test_every_bad_geometry_is_named(sheets: Path, ana: Person, name: str) -> None:
    """Null, invalid and repeated geometries, found here by plain shapely, each have a finding on their row."""
    path = sheets / f"{name}.geojson"
    subject, defaults = ("hazards", SUSPECTED) if name == "suspected_areas" else ("releases", CLEARED)
    staged = stage(path, subject, defaults, ana)
    given = dict(enumerate(shapes(path), start=1))
    missing = {row for row, shape in given.items() if shape is None or shape.is_empty}
    invalid = {row for row, shape in given.items() if row not in missing and not shape.is_valid}
    blocked = set(staged.rows.filter(state="blocked").values_list("number", flat=True))
    assert missing
    assert invalid
    assert missing | invalid == blocked == set(staged.findings.filter(severity="blocks").values_list("row", flat=True))
    first: dict[bytes, int] = {}
    sound = {row: shape.normalize() for row, shape in given.items() if row not in blocked}
    twins = {row for row, shape in sound.items() if first.setdefault(shape.wkb, row) != row}
    assert twins <= named(staged, "LAND-060")


def test_slivers_at_sheet_edges_are_named(books: tuple[Import, Import]) -> None:
    """Pieces that a sheet's edge cut off are found, and still land."""
    slivers = named(books[0], "LAND-015", "LAND-066")
    assert slivers


def test_the_books_balance_at_both_dates(books: tuple[Import, Import], sheets: Path) -> None:
    """What is open, by the ledger, is what the polygons leave open, by one plain overlay."""
    opened = sheet(as_of=BEFORE).rows
    closed = sheet(as_of=AFTER, since=date(2023, 1, 1)).rows
    assert sum(row["closing_m2"] for row in opened) == sum(row["opening_m2"] for row in closed)
    for row in closed:
        gone = row["cancelled_m2"] + row["reduced_m2"] + row["cleared_m2"]
        came = row["opening_m2"] + row["new_m2"] + row["reopened_m2"] + row["reclassified_m2"]
        assert round((came - gone - row["closing_m2"]) * CM2_PER_M2) == 0
    assert sum(row["cleared_m2"] for row in closed) > 0
    assert sum(row["outside_m2"] for row in closed) > 0
    suspected, cleared = plain_overlay(sheets)
    perimeters = sum(shape.length for shape in (suspected, cleared)) * 0.007
    assert sum(row["closing_m2"] for row in opened) == pytest.approx(suspected.area, abs=perimeters)
    left = suspected.difference(cleared)
    assert sum(row["closing_m2"] for row in closed) == pytest.approx(left.area, abs=perimeters)


def plain_overlay(sheets: Path) -> tuple[shapely.Geometry, shapely.Geometry]:
    """Union of the valid suspected and of the valid cleared polygons, in metres of the country's projection."""
    from pyproj import Transformer

    to_metres = Transformer.from_crs("EPSG:4326", "+proj=laea +lat_0=44.2 +lon_0=17.8 +datum=WGS84", always_xy=True)
    unions = []
    for name in ("suspected_areas", "cleared_areas"):
        valid = [s for s in shapes(sheets / f"{name}.geojson") if s is not None and s.is_valid and not s.is_empty]
        placed = shapely.transform(valid, lambda xy: shapely.points(0, 0) and _columns(to_metres, xy))
        unions.append(shapely.union_all(placed))
    return unions[0], unions[1]


def _columns(to_metres: Any, xy: Any) -> Any:
    import numpy as np

    return np.column_stack(to_metres.transform(xy[:, 0], xy[:, 1]))


def test_the_books_are_these_on_every_database_and_after_a_rebuild(books: tuple[Import, Import], ana: Person) -> None:
    """To the square centimetre, whatever keeps the rows, and cut anew from the events."""
    rows = sheet(as_of=AFTER, since=date(2023, 1, 1)).rows
    columns = ("opening_m2", "cleared_m2", "closing_m2", "outside_m2", "released_twice_m2")
    totals = {name: round(sum(row[name] for row in rows) * CM2_PER_M2) for name in columns}
    assert totals == TOTALS_CM2
    rebuild_ledger(by=ana, reason="golden test")
    assert sheet(as_of=AFTER, since=date(2023, 1, 1)).rows == rows


def test_the_same_files_again_change_nothing(books: tuple[Import, Import], sheets: Path, ana: Person) -> None:
    """Import is idempotent on real input too."""
    before = sheet(as_of=AFTER).rows
    again = stage(sheets / "suspected_areas.geojson", "hazards", SUSPECTED, ana)
    assert again.pk == books[0].pk
    assert sheet(as_of=AFTER).rows == before


def test_undoing_returns_to_zero(books: tuple[Import, Import], ana: Person) -> None:
    """Refused while releases rest on the hazards; told to, all goes, and the audit stays whole."""
    hazards, _releases = books
    undo = {"import_id": hazards.pk, "by": ana, "reason": "golden test", "on": date(2024, 7, 1)}
    with pytest.raises(Refused, match="rest on"):
        actions.undo_import(**undo)
    actions.undo_import(**undo, dependents=Dependents.WITHDRAW)
    rows = sheet(as_of=AFTER).rows
    assert sum(row["closing_m2"] + row["cleared_m2"] for row in rows) == 0
    assert verify_chain().is_whole


def test_states_of_rows_add_up(books: tuple[Import, Import]) -> None:
    """No row is lost on the way: 1,089 suspected and 728 cleared are approved or blocked."""
    counts = [Counter(each.rows.values_list("state", flat=True)) for each in books]
    assert [sum(count.values()) for count in counts] == [1089, 728]
    assert all(set(count) == {"approved", "blocked"} for count in counts)
