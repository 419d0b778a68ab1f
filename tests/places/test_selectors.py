"""Questions about places: where, which, how called."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from clearground.common.errors import Refused
from clearground.places import selectors
from clearground.places.actions import add_places
from clearground.places.choices import Level
from clearground.places.models import Boundary, Place
from tests.accounts.factories import a_person

from .factories import LAT, LON, a_country, an_edition, point, province, rectangle, row, side_by_side, village

pytestmark = pytest.mark.django_db


def a_gazetteer() -> None:
    """Two provinces of the invented country, each with a commune called New."""
    sokha = a_person()
    a_country(sokha)
    rows = [
        province("01", "Banteay Meanchey", name_km="បន្ទាយមានជ័យ"),
        province("02", "Battambang", name_km="បាត់ដំបង"),
        row("0102", "Ou Chrov", Level.DISTRICT),
        row("0203", "Battambang", Level.DISTRICT, name_km="បាត់ដំបង"),
        row("010203", "Thmei", name_km="ថ្មី"),
        row("020301", "Thmei", name_km="ថ្មី"),
        village("01020301", "Ou Thum", name_km="អូរធំ"),
    ]
    add_places(rows=rows, source="test", by=sokha)


def codes(places: list[Place]) -> list[str]:
    """Codes of places."""
    return [place.code for place in places]


def test_without_a_country_every_question_says_how_to_start() -> None:
    """The frame depends on it."""
    for question in (selectors.the_country, selectors.frame):
        with pytest.raises(Refused, match="no country yet"):
            question()


def test_the_frame_is_centred_on_the_country() -> None:
    """All areas are computed in it."""
    a_country()
    frame = selectors.frame()
    assert (frame.centre_lon, frame.centre_lat) == (LON, LAT)


@pytest.mark.parametrize("code", ["010203", " 010203 ", "KH010203", "kh-010203", "10203"])
def test_a_code_is_found_as_files_write_it(code: str) -> None:
    """With a country's prefix, or without the zero that a spreadsheet ate."""
    a_gazetteer()
    found = selectors.place_by_code(code)
    assert found is not None
    assert found.code == "010203"


def test_a_code_is_found_at_its_level_only() -> None:
    """Where a level is asked for."""
    a_gazetteer()
    assert selectors.place_by_code("01", Level.DISTRICT) is None
    assert selectors.place_by_code("9999") is None


@pytest.mark.parametrize(
    "name", ["Banteay Meanchey", "bantey mean-chey", "ខេត្ត បន្ទាយ មានជ័យ", "Province Banteay Meanchey"]
)
def test_a_name_is_found_however_spelt(name: str) -> None:
    """In Latin and in Khmer."""
    a_gazetteer()
    assert codes(selectors.places_by_name(name)) == ["01"]


def test_a_name_of_several_places_finds_all_of_them() -> None:
    """Level and place above tell them apart."""
    a_gazetteer()
    above = Place.objects.get(code="02")
    assert codes(selectors.places_by_name("Battambang")) == ["02", "0203"]
    assert codes(selectors.places_by_name("Battambang", level=Level.DISTRICT)) == ["0203"]
    assert codes(selectors.places_by_name("thmei")) == ["010203", "020301"]
    assert codes(selectors.places_by_name("thmei", within=above)) == ["020301"]


def test_places_are_found_at_any_depth_inside_another() -> None:
    """A village inside its province."""
    a_gazetteer()
    assert codes(selectors.places_by_name("Ou Thum", within=Place.objects.get(code="01"))) == ["01020301"]
    assert selectors.places_by_name("Ou Thum", within=Place.objects.get(code="02")) == []


def test_an_unknown_name_finds_nothing() -> None:
    """Nothing is guessed."""
    a_gazetteer()
    assert selectors.places_by_name("Atlantis") == []


def test_no_edition_no_shapes() -> None:
    """A register can be kept without boundaries."""
    a_country()
    assert selectors.current_boundaries() is None
    ids, shapes = selectors.commune_shapes(None)
    assert (len(ids), len(shapes)) == (0, 0)
    assert selectors.place_at(LON, LAT) is None


def test_shapes_come_in_order_of_code_with_their_places() -> None:
    """The lower code is first, because it has the land where two overlap."""
    a_country()
    edition = an_edition(side_by_side("010205", "010203", "010204")).edition
    ids, shapes = selectors.commune_shapes(edition)
    ordered = [Place.objects.get(pk=pk).code for pk in ids]
    assert ordered == ["010203", "010204", "010205"]
    assert shapes[0].equals(rectangle(10, 0, 10, 10))
    assert ids.dtype == np.int64


def test_the_finest_areas_of_an_edition_are_used() -> None:
    """Provinces until there are communes; villages are points and never areas."""
    a_country()
    edition = an_edition(
        [province("01", shape=rectangle(0, 0, 30, 30)), village("01020301", shape=point(1, 1))]
    ).edition
    assert edition is not None
    assert selectors.finest_level(edition) == Level.PROVINCE
    an_edition(side_by_side("010203"))
    assert selectors.finest_level(edition) == Level.COMMUNE
    assert len(selectors.commune_shapes(edition)[0]) == 1


def test_an_edition_of_points_has_no_areas() -> None:
    """Nothing can be tabulated on it."""
    a_country()
    edition = an_edition([village("01020301", shape=point(1, 1))], make_current=False).edition
    assert edition is not None
    assert selectors.finest_level(edition) is None
    assert selectors.place_at(LON, LAT, edition=edition) is None


def test_a_point_lies_in_the_place_that_holds_it() -> None:
    """On the border of two, in the one of the lower code; outside, in none."""
    a_country()
    an_edition(side_by_side("010204", "010203"))
    for x, expected in ((5, "010204"), (10, "010203"), (15, "010203")):
        found = selectors.place_at(LON + x / 100, LAT + 0.05)
        assert found is not None
        assert found.code == expected
    assert selectors.place_at(LON + 0.5, LAT + 0.05) is None


def test_a_hole_is_outside() -> None:
    """The bounding box holds the point, the place does not."""
    a_country()
    ring = rectangle(0, 0, 30, 30).difference(rectangle(10, 10, 10, 10))
    an_edition([row("010203", shape=ring)])
    assert selectors.place_at(LON + 0.15, LAT + 0.15) is None


def test_a_point_is_asked_for_in_any_edition_and_level() -> None:
    """A point of 2010 may lie elsewhere in 2018."""
    a_country()
    rows = [province("01", shape=rectangle(0, 0, 30, 30)), *side_by_side("010203", "010204")]
    old = an_edition(rows, "2010").edition
    an_edition([row("010299", shape=rectangle(0, 0, 30, 30))], "2018")
    x, y = LON + 0.05, LAT + 0.05
    now, then = selectors.place_at(x, y), selectors.place_at(x, y, edition=old)
    above = selectors.place_at(x, y, edition=old, level=Level.PROVINCE)
    assert now is not None
    assert then is not None
    assert above is not None
    assert (now.code, then.code, above.code) == ("010299", "010203", "01")


def test_a_point_is_answered_by_the_index() -> None:
    """Only boundaries whose box holds the point are read."""
    a_country()
    an_edition(side_by_side(*[f"0102{n:02}" for n in range(20)]))
    x, y = LON + 0.05, LAT + 0.05
    assert Boundary.objects.filter(shape__box_overlaps=(x, y, x, y)).count() == 1


def test_an_edition_is_found_by_name_or_refused_with_the_names_there_are() -> None:
    """They can be copied."""
    a_country()
    an_edition(side_by_side("010203"), "Communes 2010")
    assert selectors.edition_by_name("Communes 2010").name == "Communes 2010"
    with pytest.raises(Refused) as refusal:
        selectors.edition_by_name("2010")
    assert "Communes 2010" in refusal.value.remedy


def test_an_edition_gives_its_rows_back() -> None:
    """As they were given."""
    a_country()
    rows = side_by_side("010203", "010204")
    edition = an_edition(rows).edition
    given = selectors.edition_rows(edition, Level.COMMUNE)
    assert [(r.code, r.name) for r in given] == [(r.code, r.name) for r in rows]
    assert all(shapely.equals(a.shape, b.shape) for a, b in zip(given, rows, strict=True))
    assert selectors.edition_rows(None, Level.COMMUNE) == []


def test_the_gazetteer_has_parents_and_lengths() -> None:
    """What rows are held against."""
    a_gazetteer()
    gazetteer = selectors.gazetteer()
    assert gazetteer.places["010203"].parent_code == "0102"
    assert gazetteer.lengths == {1: 2, 2: 4, 3: 6, 4: 8}


def test_a_digest_that_can_not_be_recomputed_is_none() -> None:
    """A gazetteer wrote no boundaries."""
    a_gazetteer()
    from clearground.audit.models import AuditEvent

    event = AuditEvent.objects.get(subject="places:gazetteer")
    assert selectors.digest_of_event(event) is None
