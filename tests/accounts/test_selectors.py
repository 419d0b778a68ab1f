"""Who is who."""

from __future__ import annotations

import pytest

from clearground.accounts.actions import deactivate_person
from clearground.accounts.selectors import active_people, organisation_by_code, person_by_login
from clearground.common.errors import Refused

from .factories import a_person, an_organisation

pytestmark = pytest.mark.django_db


def test_a_person_is_found_by_login() -> None:
    """Blanks around it don't matter."""
    sokha = a_person("sokha")
    assert person_by_login(" sokha ") == sokha


def test_an_unknown_login_says_which_are_known() -> None:
    """The remedy can be copied."""
    a_person("sokha")
    with pytest.raises(Refused) as refusal:
        person_by_login("sokah")
    assert "sokha" in refusal.value.remedy
    assert "clearground person add sokah" in refusal.value.remedy


def test_an_empty_register_points_to_its_beginning() -> None:
    """There is nobody to ask yet."""
    with pytest.raises(Refused) as refusal:
        person_by_login("sokha")
    assert "clearground init" in refusal.value.remedy


def test_a_deactivated_person_may_not_act() -> None:
    """They are known, and refused."""
    sokha, dara = a_person("sokha"), a_person("dara")
    deactivate_person(person=dara, by=sokha, reason="Left")
    with pytest.raises(Refused, match="deactivated"):
        person_by_login("dara")
    assert list(active_people()) == [sokha]


def test_an_organisation_is_found_by_code_or_refused_with_the_command() -> None:
    """Codes are exact."""
    assert organisation_by_code(an_organisation("CMAC").code).code == "CMAC"
    with pytest.raises(Refused) as refusal:
        organisation_by_code("cmac")
    assert "clearground organisation add cmac" in refusal.value.remedy
