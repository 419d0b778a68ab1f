"""The lists that a register starts with: complete, in two scripts, and seeded once."""

from __future__ import annotations

import pytest

from clearground.audit.models import AuditEvent
from clearground.land.actions.code_lists import seed_code_lists
from clearground.land.code_lists import CLASSES, FAMILIES, ITEM_TYPES
from clearground.land.models import Family, HazardClass, ItemType
from tests.accounts.factories import a_person

RANKS = {"A1": 90, "A2.1": 85, "A2": 80, "A2.2": 75, "A3": 70, "A4": 60, "CMR": 50, "ERW": 50, "B2": 10}


def test_ranks_of_threat() -> None:
    """They decide which class keeps land that two records claim."""
    assert {row.code: row.threat_rank for row in CLASSES} == RANKS


def test_the_antipersonnel_figure_is_a1_a2_and_a4() -> None:
    """Parts of A2 included, antivehicle mines and other families not."""
    counted = {row.code for row in CLASSES if row.counts_as_antipersonnel}
    assert counted == {"A1", "A2", "A2.1", "A2.2", "A4"}


def test_only_b2_is_no_contamination() -> None:
    """It is tabulated all the same."""
    assert [row.code for row in CLASSES if not row.is_contamination] == ["B2"]


def test_parts_come_after_their_parent_and_in_its_family() -> None:
    """The order in which they are written."""
    seen: dict[str, str] = {}
    for row in CLASSES:
        assert row.parent is None or seen[row.parent] == row.family
        seen[row.code] = row.family


@pytest.mark.parametrize("row", [*FAMILIES, *CLASSES, *ITEM_TYPES], ids=lambda row: row.code)
def test_every_row_has_a_khmer_name_in_khmer_letters(row: object) -> None:
    """And an English one in Latin letters."""
    name_km, name = row.name_km, row.name  # type: ignore[attr-defined]
    assert name.isascii()
    assert all("\u1780" <= sign <= "\u17ff" or sign == " " for sign in name_km)
    assert len(name_km) >= 3


def test_names_of_one_list_are_told_apart() -> None:
    """In both scripts."""
    for rows in (FAMILIES, CLASSES, ITEM_TYPES):
        assert len({row.name for row in rows}) == len({row.name_km for row in rows}) == len(rows)  # type: ignore[attr-defined]


def test_codes_and_names_fit_their_columns() -> None:
    """SQLite would not say."""
    for model, rows in ((Family, FAMILIES), (HazardClass, CLASSES), (ItemType, ITEM_TYPES)):
        for column in ("code", "name", "name_km"):
            longest = max(len(getattr(row, column)) for row in rows)  # type: ignore[attr-defined]
            assert longest <= model._meta.get_field(column).max_length


@pytest.mark.django_db
def test_a_register_has_the_lists_once() -> None:
    """The second time adds nothing, and is no event."""
    sokha = a_person("sokha")
    assert seed_code_lists(by=sokha) == {"families": 3, "classes": 9, "item_types": 5}
    assert seed_code_lists(by=sokha) == {"families": 0, "classes": 0, "item_types": 0}
    assert AuditEvent.objects.filter(kind="code_lists.seeded").count() == 1
    assert HazardClass.objects.get(code="A2.1").parent.code == "A2"
    assert ItemType.objects.get(code="submunition").family.code == "cmr"


@pytest.mark.django_db
def test_a_row_that_a_country_changed_stays_changed() -> None:
    """Its own words are not overwritten; a missing row comes back."""
    sokha = a_person("sokha")
    seed_code_lists(by=sokha)
    Family.objects.filter(code="erw").update(name="Unexploded ordnance")
    ItemType.objects.filter(code="improvised_mine").delete()
    assert seed_code_lists(by=sokha, reason="Again") == {"families": 0, "classes": 0, "item_types": 1}
    assert Family.objects.get(code="erw").name == "Unexploded ordnance"
