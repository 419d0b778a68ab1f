"""One record put right, or withdrawn."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from clearground.audit.models import AuditEvent
from clearground.common.errors import Refused
from clearground.exchange import actions, selectors
from clearground.kernel.land.events import Kind
from clearground.land.models import LandEvent
from clearground.places.models import Country

from .making import BOWTIE, Feature, approve, geojson, person, square, stage, standing

pytestmark = pytest.mark.django_db
LATER = date(2024, 5, 1)


@pytest.fixture
def hazard(karsova: Country, tmp_path: Path) -> LandEvent:
    """H0 stands."""
    approve(stage(geojson(tmp_path / "a.geojson", [Feature("H0", square(0), {"stated_m2": 9000})])))
    return LandEvent.objects.get()


def correct(**changes: object) -> LandEvent:
    """H0 is corrected; its new version."""
    actions.correct_record(ref="H0", changes=changes, on=LATER, by=person(), reason="typo in the form")
    return LandEvent.objects.get(until_seq=None)


def test_a_correction_is_a_new_version_of_the_same_record(hazard: LandEvent) -> None:
    """The old version is closed by the approval that brings the new one; all else stays."""
    corrected = correct(stated_m2=12_500.0)
    hazard.refresh_from_db()
    assert hazard.until_seq == corrected.approval.seq == 2
    assert (corrected.stated_m2, corrected.on, corrected.shape) == (12_500.0, hazard.on, hazard.shape)
    assert corrected.document == hazard.document
    event = AuditEvent.objects.last()
    assert (event.kind, event.subject, event.reason) == ("record.corrected", "record:H0", "typo in the form")


def test_a_class_goes_to_the_only_family(hazard: LandEvent) -> None:
    """`--class A3` needs no family where the record has one."""
    assert correct(hazard_class="A3").in_families.get().hazard_class.code == "A3"


def test_a_shape_is_corrected_with_its_coordinates_as_given(hazard: LandEvent) -> None:
    """The new polygon counts, and its text is kept."""
    corrected = correct(shape=square(0, side_m=50))
    assert corrected.shape.equals(square(0, side_m=50))
    assert corrected.given_shape.startswith("POLYGON")


def test_a_correction_that_the_checks_would_block_is_refused(hazard: LandEvent) -> None:
    """A self-crossing outline can't come in by the back door."""
    with pytest.raises(Refused):
        correct(shape=BOWTIE, stated_m2=None)
    assert LandEvent.objects.count() == 1


def test_saying_the_same_again_is_refused(hazard: LandEvent) -> None:
    """A correction that corrects nothing would be a version without a difference."""
    with pytest.raises(Refused, match="already"):
        correct(stated_m2=9000.0)


def test_an_unknown_record_is_refused(hazard: LandEvent) -> None:
    """The refusal names the reference."""
    with pytest.raises(Refused, match="H9"):
        actions.correct_record(ref="H9", changes={"stated_m2": 1.0}, on=LATER, by=person(), reason="x")
    with pytest.raises(Refused, match="H9"):
        actions.withdraw(refs=["H0", "H9"], on=LATER, by=person(), reason="x")
    assert standing() == ["H0"]


def test_a_withdrawn_record_stands_no_more_and_stays_readable(hazard: LandEvent) -> None:
    """Its last version is superseded with nothing."""
    actions.withdraw(refs=["H0"], on=LATER, by=person(), reason="entered twice")
    assert standing() == []
    assert LandEvent.objects.filter(record__ref="H0", stated_m2=9000).count() == 1


@pytest.fixture
def of_two_families(karsova: Country, tmp_path: Path) -> LandEvent:
    """H0 is a record of two families."""
    path = geojson(tmp_path / "two.geojson", [Feature("H0", square(0), {"family": "mines, cmr", "class": "A4, CMR"})])
    approve(stage(path, defaults={"on": "2020-01-01", "kind": "record"}))
    return LandEvent.objects.get()


def test_a_class_names_its_family_where_there_are_several(of_two_families: LandEvent) -> None:
    """What the refusal says is what works; the other family keeps its class."""
    with pytest.raises(Refused, match="doesn't say which") as refused:
        correct(hazard_class="A3")
    assert "FAMILY:CLASS" in refused.value.remedy
    with pytest.raises(Refused, match="doesn't say which"):
        correct(hazard_class="erw:ERW")
    pairs = correct(hazard_class="mines:A3").in_families.values_list("family__code", "hazard_class__code")
    assert dict(pairs) == {"mines": "A3", "cmr": "CMR"}


def test_any_field_is_said_as_an_import_says_it(hazard: LandEvent) -> None:
    """Words, units and dates are read by the same reader; what isn't said stays."""
    said = {"degree": "confirmed", "depth_cm": "0.2 m", "items_submunition": "3", "evidence": "direct evidence"}
    corrected = correct(**selectors.changes_said("H0", said | {"on": "2019-05"}))
    assert (corrected.kind, corrected.depth_cm, corrected.evidence) == (Kind.CONFIRM, 20, "direct")
    assert (str(corrected.on), corrected.on_precision) == ("2019-05-01", "month")
    assert corrected.items.get().count == 3
    assert corrected.stated_m2 == hazard.stated_m2
    again = correct(**selectors.changes_said("H0", {"items_antipersonnel_mine": "1"}))
    assert sorted(again.items.values_list("count", flat=True)) == [1, 3], "the items known before stay"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"colour": "red"}, "no field colour"),
        ({"kind": "clear"}, "clear"),
        ({"depth_cm": "deep"}, "deep"),
        ({"on": "soon"}, "soon"),
    ],
)
def test_what_cannot_be_read_is_refused(hazard: LandEvent, said: dict[str, str], why: str) -> None:
    """A correction is a person's word: nothing of it is left out in silence."""
    with pytest.raises(Refused, match=why):
        selectors.changes_said("H0", said)
