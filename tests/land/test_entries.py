"""Entries of code lists: names are free, what figures hang on is not."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from clearground.accounts.models import Person
from clearground.audit.models import AuditEvent
from clearground.common.errors import Refused
from clearground.land import actions
from clearground.land.models import Approval, EventFamily, Family, HazardClass, ItemsFound, ItemType, LandEvent, Record
from clearground.land.selectors.code_lists import classes_with_use, is_used, item_types_with_use
from tests.land.factories import document, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper() -> Person:
    """A register with its lists."""
    return register()


def use(code: str, keeper: Person) -> HazardClass:
    """A record states the class, and found an antipersonnel mine."""
    row = HazardClass.objects.get(code=code)
    approval = Approval.objects.create(seq=1, on=date(2020, 1, 1), recorded_at=timezone.now(), by=keeper, reason="x")
    record = Record.objects.create(ref="H1", is_release=False, first_seq=1)
    event = LandEvent.objects.create(
        record=record, approval=approval, kind=0, on=date(2020, 1, 1), document=document(keeper), digest="0" * 64
    )
    EventFamily.objects.create(event=event, family=row.family, hazard_class=row)
    ItemsFound.objects.create(event=event, item_type=ItemType.objects.get(code="antipersonnel_mine"), count=1)
    return row


def test_a_class_is_added_under_a_parent(keeper):
    """In the version of the list that is in force, with its event."""
    mines = Family.objects.get(code="mines")
    parent = HazardClass.objects.get(code="A1")
    made = actions.add_hazard_class(
        family=mines, code="A1.1", name="Very dense", threat_rank=95, parent=parent, by=keeper, reason="Decision 3"
    )
    assert (made.list_version, made.parent, made.is_active) == ("1", parent, True)
    event = AuditEvent.objects.latest("number")
    assert (event.kind, event.subject, event.detail["parent"]) == ("code.added", "class:mines/A1.1", "A1")


@pytest.mark.parametrize(("code", "parent"), [("A5", "CMR"), ("A5", "A2.1")])
def test_a_parent_stands_alone_in_the_same_list(code, parent, keeper):
    """Neither of another family, nor a part itself."""
    given = {"family": Family.objects.get(code="mines"), "parent": HazardClass.objects.get(code=parent)}
    with pytest.raises(Refused, match="part of"):
        actions.add_hazard_class(code=code, name="x", threat_rank=1, by=keeper, reason="x", **given)


def test_a_code_is_taken_once_and_well_formed(keeper):
    """In each list."""
    mines = Family.objects.get(code="mines")
    with pytest.raises(Refused, match="taken"):
        actions.add_hazard_class(family=mines, code="A1", name="x", threat_rank=1, by=keeper, reason="x")
    with pytest.raises(Refused, match="taken"):
        actions.add_item_type(code="submunition", name="x", by=keeper, reason="x")
    with pytest.raises(Refused, match="can't be a code"):
        actions.add_item_type(code="Big Bomb", name="x", by=keeper, reason="x")
    with pytest.raises(Refused, match="can't be a code"):
        actions.add_family(code="a b", name="x", by=keeper, reason="x")


def test_what_records_use_keeps_what_it_counts_as(keeper):
    """Rank, contamination, treaty, parent: each is refused; nothing is stored."""
    row = use("A4", keeper)
    before = AuditEvent.objects.count()
    for values in (
        {"threat_rank": 5},
        {"is_contamination": False},
        {"counts_as_antipersonnel": False},
        {"parent": HazardClass.objects.get(code="A1")},
        {"name": "Other", "threat_rank": 5},
    ):
        with pytest.raises(Refused, match="signed figures"):
            actions.change_entry(entry=HazardClass.objects.get(code="A4"), by=keeper, reason="x", **values)
    row.refresh_from_db()
    assert (row.threat_rank, row.name) == (60, "Scattered or nuisance antipersonnel mines")
    assert AuditEvent.objects.count() == before


def test_the_parent_of_what_records_use_is_used(keeper):
    """A2 counts through A2.1."""
    use("A2.1", keeper)
    with pytest.raises(Refused, match="signed figures"):
        actions.change_entry(entry=HazardClass.objects.get(code="A2"), threat_rank=1, by=keeper, reason="x")


def test_what_is_used_is_renamed_and_retired(keeper):
    """No signed figure hangs on that."""
    row = use("A4", keeper)
    actions.change_entry(entry=row, name="Scattered", name_km="រាយ", is_active=False, by=keeper, reason="Decision 4")
    row.refresh_from_db()
    assert (row.name, row.name_km, row.is_active) == ("Scattered", "រាយ", False)
    assert AuditEvent.objects.latest("number").detail["after"] == {
        "name": "Scattered",
        "name_km": "រាយ",
        "is_active": False,
    }


def test_what_nothing_uses_may_change_and_the_same_again_is_refused(keeper):
    """A rank that was entered wrong."""
    row = HazardClass.objects.get(code="A3")
    actions.change_entry(entry=row, threat_rank=71, by=keeper, reason="Mistyped")
    row.refresh_from_db()
    assert row.threat_rank == 71
    with pytest.raises(Refused, match="already"):
        actions.change_entry(entry=row, threat_rank=71, by=keeper, reason="Again")


def test_use_is_told_for_all_entries_in_one_query_each(keeper, django_assert_num_queries):
    """As the page shows it; a family is used by its records."""
    row = use("A4", keeper)
    with django_assert_num_queries(2):
        used = {each.code for each in classes_with_use() if each.is_used}
        found = {each.code for each in item_types_with_use() if each.is_used}
    assert (used, found) == ({"A4"}, {"antipersonnel_mine"})
    assert [is_used(family) for family in Family.objects.order_by("code")] == [False, False, True]
    assert is_used(row)
    item = ItemType.objects.get(code="antipersonnel_mine")
    with pytest.raises(Refused, match="signed figures"):
        actions.change_entry(entry=item, family=None, by=keeper, reason="x")
