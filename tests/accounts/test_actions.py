"""People and organisations: done, refused, rolled back without an event."""

from __future__ import annotations

import pytest
from django.db import transaction

from clearground.accounts.actions import add_organisation, add_person, deactivate_person
from clearground.accounts.models import Organisation, Person
from clearground.audit.models import AuditEvent
from clearground.common.errors import Exit, Refused

from .factories import a_person, an_organisation

pytestmark = pytest.mark.django_db


def last_event() -> AuditEvent:
    """The event of the last write."""
    return AuditEvent.objects.latest("number")


def test_the_first_person_needs_nobody_and_is_recorded_as_their_own_adder() -> None:
    """Somebody has to start; the event says so plainly."""
    person = add_person(login="sokha", name="Sok Sokha")
    event = last_event()
    assert (event.kind, event.subject, event.by) == ("person.added", "person:sokha", person)


def test_the_second_person_needs_somebody() -> None:
    """Nobody adds themselves once there is somebody to ask."""
    a_person("sokha")
    with pytest.raises(Refused, match="very first") as refusal:
        add_person(login="dara", name="Chan Dara")
    assert "--by" in refusal.value.remedy
    assert Person.objects.count() == AuditEvent.objects.count() == 1


def test_somebody_adds_the_second_person() -> None:
    """The event names who added whom, and why."""
    sokha = a_person("sokha")
    employer = an_organisation("CMAC", by=sokha)
    dara = add_person(login="dara", name="Chan Dara", by=sokha, organisation=employer, reason="Joined")
    event = last_event()
    assert (event.by, event.subject, event.reason) == (sokha, "person:dara", "Joined")
    assert event.detail == {"name": "Chan Dara", "organisation": "CMAC"}
    assert dara.organisation == employer


def test_nobody_can_log_in_with_an_empty_password() -> None:
    """A person of the command line has no password at all."""
    assert not a_person("sokha").has_usable_password()


def test_a_deactivated_person_adds_nobody() -> None:
    """The right to act ends with deactivation."""
    sokha, dara = a_person("sokha"), a_person("dara")
    deactivate_person(person=dara, by=sokha, reason="Left")
    with pytest.raises(Refused, match="deactivated"):
        add_person(login="new", name="New", by=dara)


@pytest.mark.parametrize("login", ["", "   ", "two words", "semi;colon", "x" * 65])
def test_a_badly_formed_login_is_a_mistake_of_usage(login: str) -> None:
    """Scripts can tell wrong words from a refusal by the exit code."""
    with pytest.raises(Refused) as refusal:
        add_person(login=login, name="Somebody")
    assert refusal.value.code == Exit.USAGE
    assert not Person.objects.exists()


def test_blanks_around_a_login_do_not_make_another_one() -> None:
    """What looks the same is the same."""
    sokha = a_person("sokha")
    with pytest.raises(Refused, match="taken"):
        add_person(login=" sokha ", name="Another", by=sokha)


def test_a_person_without_a_name_is_called_by_their_login() -> None:
    """Every event can say who acted."""
    assert add_person(login="sokha", name=" ").name == "sokha"


def test_a_rolled_back_person_leaves_no_event() -> None:
    """The event stands or falls with its write."""
    sokha = a_person("sokha")
    with transaction.atomic():
        add_person(login="dara", name="Chan Dara", by=sokha)
        transaction.set_rollback(True)
    assert not Person.objects.filter(login="dara").exists()
    assert not AuditEvent.objects.filter(subject="person:dara").exists()


def test_deactivation_keeps_the_person_and_says_why() -> None:
    """What somebody did stays under their name."""
    sokha, dara = a_person("sokha"), a_person("dara")
    deactivate_person(person=dara, by=sokha, reason="Left the programme")
    dara.refresh_from_db()
    assert not dara.is_active
    assert (last_event().kind, last_event().reason) == ("person.deactivated", "Left the programme")


def test_the_last_active_person_stays() -> None:
    """A register in which nobody may act could never be used again."""
    sokha = a_person("sokha")
    with pytest.raises(Refused, match="last active"):
        deactivate_person(person=sokha, by=sokha, reason="Gone")
    sokha.refresh_from_db()
    assert sokha.is_active


def test_an_organisation_is_added_with_its_event() -> None:
    """Records can name it from now on."""
    sokha = a_person("sokha")
    added = add_organisation(code=" CMAC ", name="Centre", name_km="មជ្ឈមណ្ឌល", kind="operator", by=sokha)
    assert Organisation.objects.get(code="CMAC") == added
    assert last_event().subject == "organisation:CMAC"
    assert last_event().detail == {"name": "Centre", "name_km": "មជ្ឈមណ្ឌល", "kind": "operator"}


def test_a_code_stands_for_one_organisation() -> None:
    """The second one is refused, with nothing stored."""
    sokha = a_person("sokha")
    an_organisation("CMAC", by=sokha)
    with pytest.raises(Refused, match="taken"):
        add_organisation(code="CMAC", name="Other", kind="donor", by=sokha)
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "kind", "says"), [("two words", "operator", "code"), ("", "operator", "code"), ("X", "army", "authority")]
)
def test_an_organisation_is_refused_with_what_would_do(code: str, kind: str, says: str) -> None:
    """The message names the rule, or the kinds there are."""
    with pytest.raises(Refused) as refusal:
        add_organisation(code=code, name="X", kind=kind, by=a_person())
    assert says in str(refusal.value)
    assert refusal.value.code == Exit.USAGE
