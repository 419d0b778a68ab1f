"""Writing country, places and boundaries: done, refused, repeated, rolled back."""

from __future__ import annotations

from datetime import date

import pytest
import shapely
from django.db import IntegrityError, transaction

from clearground.audit.models import AuditEvent
from clearground.audit.selectors import verify_chain
from clearground.common.errors import Refused
from clearground.places import selectors
from clearground.places.actions import add_places, import_boundaries, make_boundaries_current
from clearground.places.choices import Level
from clearground.places.models import Boundary, BoundaryEdition, Country, Place
from tests.accounts.factories import a_person

from .factories import a_country, an_edition, point, province, rectangle, row, side_by_side, village

pytestmark = pytest.mark.django_db
LISTED = [province("01", "Nord"), row("0102", "Ost", Level.DISTRICT), row("010203", "Mitte", name_km="កណ្ដាល")]


def events() -> int:
    """How many events there are about places."""
    return AuditEvent.objects.filter(kind="places.imported").count()


def rules(findings: object) -> list[str]:
    """Codes of the rules that found something."""
    return sorted({finding.code for finding in findings})  # type: ignore[attr-defined]


def test_a_country_is_added_with_its_event() -> None:
    """Frame, policies and who decided."""
    sokha = a_person("sokha")
    country = a_country(sokha, policies={"release_day": "completion"}, extent=rectangle(0, 0, 90, 90))
    event = AuditEvent.objects.get(subject="country:XKV")
    assert (event.by, event.detail["centre"]) == (sokha, [-20.0, -45.0])
    assert selectors.the_country() == country
    assert Country.objects.get().extent.equals(rectangle(0, 0, 90, 90))


def test_a_database_holds_one_country() -> None:
    """The second one is refused, with where to put it."""
    a_country()
    with pytest.raises(Refused, match="already holds Karsova") as refusal:
        a_country(code="XXX", name="Other")
    assert "DATABASE_URL" in refusal.value.remedy
    assert Country.objects.count() == 1


def test_a_centre_off_the_earth_is_refused_by_the_database() -> None:
    """Range constraints hold whoever writes."""
    sokha = a_person()
    with pytest.raises(IntegrityError), transaction.atomic():
        a_country(sokha, centre=(200.0, 0.0))
    assert not AuditEvent.objects.filter(kind="country.initialised").exists()


def test_places_hang_under_their_parents() -> None:
    """Told by their codes, whatever the order of rows."""
    sokha = a_person()
    a_country(sokha)
    result = add_places(rows=LISTED[::-1], source="test", by=sokha)
    commune = Place.objects.get(code="010203")
    assert (result.added, result.boundaries, result.edition) == (3, 0, None)
    assert commune.parent.parent.code == "01"
    assert commune.name_km == "កណ្ដាល"


def test_the_same_places_twice_change_nothing() -> None:
    """No row, no event."""
    sokha = a_person()
    a_country(sokha)
    add_places(rows=LISTED, source="test", by=sokha)
    assert add_places(rows=LISTED, source="test", by=sokha).added == 0
    assert (Place.objects.count(), events()) == (3, 1)


def test_a_known_place_stays_as_it_is() -> None:
    """Another name is a finding, not a change."""
    sokha = a_person()
    a_country(sokha)
    add_places(rows=LISTED, source="test", by=sokha)
    result = add_places(rows=[province("01", "Zuid")], source="other", by=sokha)
    assert rules(result.findings) == ["PLACE-009"]
    assert Place.objects.get(code="01").name == "Nord"


def test_two_places_under_one_code_are_both_there() -> None:
    """The event counts the finding."""
    sokha = a_person()
    a_country(sokha)
    rows = [*LISTED, village("01020301", "Alt"), village("01020301", "Neu")]
    add_places(rows=rows, source="test", by=sokha, reason="First list")
    assert Place.objects.get(code="01020301~2").name == "Neu"
    event = AuditEvent.objects.get(subject="places:gazetteer")
    assert (event.reason, event.detail["findings"]) == ("First list", {"PLACE-003": 1})


def test_places_need_a_country() -> None:
    """The remedy is the command that makes one."""
    with pytest.raises(Refused) as refusal:
        add_places(rows=LISTED, source="test", by=a_person())
    assert "clearground init" in refusal.value.remedy


def test_an_edition_has_a_boundary_for_each_shape() -> None:
    """And all that was said of it."""
    sokha = a_person()
    a_country(sokha)
    result = import_boundaries(
        edition_name="2010",
        rows=side_by_side("010203", "010204"),
        valid_from=date(2010, 1, 1),
        source="Ministry",
        licence="CC-BY-4.0",
        by=sokha,
        reason="First boundaries",
    )
    edition = BoundaryEdition.objects.get()
    assert (result.added, result.boundaries) == (2, 2)
    assert (edition.valid_from, edition.licence, edition.is_current) == (date(2010, 1, 1), "CC-BY-4.0", False)
    boundary = Boundary.objects.get(place__code="010204")
    assert boundary.shape.equals(rectangle(10, 0, 10, 10))
    assert boundary.shape_minx == pytest.approx(-19.9)


def test_an_edition_has_its_event_with_a_digest_that_can_be_held_against_its_rows() -> None:
    """A boundary moved behind the register's back is found by verification."""
    a_country()
    an_edition(side_by_side("010203", "010204"))
    recompute = {"places.imported": selectors.digest_of_event}
    check = verify_chain(recompute=recompute)
    assert (check.is_whole, check.rows_checked) == (True, 1)
    boundary = Boundary.objects.get(place__code="010204")
    Boundary.objects.filter(pk=boundary.pk).update(shape=rectangle(10, 0, 10, 11))
    assert [finding.code for finding in verify_chain(recompute=recompute).findings] == ["AUDIT-004"]


def test_the_same_boundaries_twice_change_nothing() -> None:
    """In whatever order they come."""
    a_country()
    rows = side_by_side("010203", "010204")
    an_edition(rows)
    again = an_edition(rows[::-1])
    assert (again.added, again.boundaries) == (0, 0)
    assert (Boundary.objects.count(), events()) == (2, 1)


def test_other_boundaries_under_the_same_name_are_refused() -> None:
    """A publication may cite the first ones."""
    a_country()
    an_edition(side_by_side("010203", "010204"))
    with pytest.raises(Refused, match="already has other boundaries") as refusal:
        an_edition(side_by_side("010203", "010204", "010205"))
    assert "--edition" in refusal.value.remedy
    assert (Boundary.objects.count(), Place.objects.count()) == (2, 2)


def test_an_edition_may_be_filled_level_by_level() -> None:
    """Villages lie in the communes of the edition itself."""
    a_country()
    an_edition(side_by_side("010203", "010204"))
    here, there = village("01020301", shape=point(5, 5)), village("01020302", shape=point(15, 5))
    result = an_edition([here, there], by=None)
    assert result.boundaries == 2
    assert [(f.code, f.ref) for f in result.findings if f.code == "PLACE-010"] == [("PLACE-010", "01020302")]
    assert Place.objects.get(code="01020301").parent.code == "010203"


def test_a_shape_that_can_not_be_kept_leaves_its_place() -> None:
    """The finding names it."""
    a_country()
    result = an_edition([*side_by_side("010203"), row("010204", shape=point(1, 1))])
    assert (Place.objects.count(), Boundary.objects.count()) == (2, 1)
    assert rules(result.findings) == ["PLACE-011"]


def test_the_current_edition_is_one() -> None:
    """A later one takes its place, by import or by decision, and each has its event."""
    a_country()
    first = an_edition(side_by_side("010203"), "2010").edition
    second = an_edition(side_by_side("010203"), "2018").edition
    assert selectors.current_boundaries() == second
    assert first is not None
    make_boundaries_current(edition=first, by=a_person(), reason="Figures of 2012")
    assert selectors.current_boundaries() == first
    assert AuditEvent.objects.get(kind="boundaries.made_current").reason == "Figures of 2012"


def test_points_can_not_be_the_current_edition() -> None:
    """Every figure by place would be empty; the import as a whole is refused."""
    a_country()
    current = an_edition(side_by_side("010203"), "2018").edition
    with pytest.raises(Refused, match="no areas"):
        an_edition([village("01020301", shape=point(5, 5))], "Villages")
    villages = an_edition([village("01020301", shape=point(5, 5))], "Villages", make_current=False).edition
    assert villages is not None
    with pytest.raises(Refused, match="no areas"):
        make_boundaries_current(edition=villages, by=a_person(), reason="By mistake")
    assert selectors.current_boundaries() == current


def test_an_import_may_leave_the_current_edition_alone() -> None:
    """History is brought in beside what is printed today."""
    a_country()
    current = an_edition(side_by_side("010203"), "2018").edition
    an_edition(side_by_side("010203"), "1998", make_current=False)
    assert selectors.current_boundaries() == current


def test_codes_that_appear_vanish_and_split_are_findings_and_nothing_is_dropped() -> None:
    """One edition against the next: 010204 splits, 010205 is gone, 010207 appears beside."""
    a_country()
    an_edition(side_by_side("010203", "010204", "010205"), "2010")
    rows = [
        row("010203", shape=rectangle(0, 0, 10, 10)),
        row("010204", shape=rectangle(10, 0, 5, 10)),
        row("010206", shape=rectangle(15, 0, 5, 10)),
        row("010207", shape=rectangle(20, 0, 10, 10)),
    ]
    result = an_edition(rows, "2018")
    said = {(finding.code, finding.ref) for finding in result.findings}
    assert {("PLACE-001", "010206"), ("PLACE-001", "010207"), ("PLACE-002", "010205")} <= said
    assert {("PLACE-005", "010206"), ("PLACE-006", "010205"), ("PLACE-005", "010207")} <= said
    assert Place.objects.count() == 5
    assert BoundaryEdition.objects.get(name="2010").boundaries.count() == 3


def test_an_import_that_fails_leaves_nothing() -> None:
    """Places, boundaries and event are one transaction."""
    sokha = a_person()
    a_country(sokha)
    with transaction.atomic():
        an_edition(side_by_side("010203"))
        transaction.set_rollback(True)
    assert (Place.objects.count(), BoundaryEdition.objects.count(), events()) == (0, 0, 0)


def test_a_large_import_is_written_in_batches() -> None:
    """More rows than one statement of either database takes."""
    a_country()
    rows = [village(f"{n:08}", shape=shapely.Point(-20 + n / 1e4, -45)) for n in range(2500)]
    assert an_edition(rows, make_current=False).boundaries == 2500
