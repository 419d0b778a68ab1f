"""People who are added with a link, changed, given roles and put out: what each does, and what it refuses."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.test import Client

from clearground.accounts import actions
from clearground.accounts.models import Invitation, Person, RoleGrant
from clearground.accounts.selectors import roles_of
from clearground.audit.models import AuditEvent
from clearground.common.errors import Refused
from tests.accounts.factories import a_person, an_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Person:
    """Who does all this."""
    person = a_person("sokha")
    actions.grant_role(person=person, role="administrator", by=person)
    return person


def kinds() -> list[str]:
    """What the audit says was done, in order."""
    return list(AuditEvent.objects.order_by("number").values_list("kind", flat=True))


def test_somebody_is_welcomed_with_roles_and_a_link(administrator):
    """All in one transaction, each with its event; the token stands nowhere."""
    new, token = actions.welcome_person(
        login="dara", name="Dara", roles=["viewer", "planner"], by=administrator, reason="Begins"
    )
    assert roles_of(new) == {"viewer", "planner"}
    assert not new.has_usable_password()
    assert kinds()[-4:] == ["person.added", "role.granted", "role.granted", "person.invited"]
    assert not any(token in str(row) for row in AuditEvent.objects.values())
    assert Invitation.objects.get(person=new).digest != token


def test_a_welcome_that_is_refused_leaves_nothing(administrator):
    """A role that there is not: nobody was added."""
    with pytest.raises(Refused, match="no role"):
        actions.welcome_person(login="dara", name="Dara", roles=["king"], by=administrator, reason="Begins")
    assert not Person.objects.filter(login="dara").exists()


def test_who_leaves_is_out_everywhere_at_once(administrator):
    """Sessions and links have ended; others' have not."""
    dara, vanna = a_person("dara"), a_person("vanna")
    actions.invite(person=dara, by=administrator)
    clients = {person.login: Client() for person in (dara, vanna)}
    for person in (dara, vanna):
        clients[person.login].force_login(person)
    actions.deactivate_person(person=dara, by=administrator, reason="Left")
    assert not Invitation.objects.filter(person=dara).exists()
    assert Session.objects.count() == 1
    assert get_user(clients["vanna"]) == vanna
    event = AuditEvent.objects.latest("number")
    assert (event.kind, event.reason, event.detail) == ("person.deactivated", "Left", {"sessions_ended": 1})


def test_the_last_administrator_stays(administrator):
    """Else nobody could let anybody in."""
    other = a_person("dara")
    with pytest.raises(Refused, match="last administrator"):
        actions.deactivate_person(person=administrator, by=other, reason="Left")
    with pytest.raises(Refused, match="last administrator"):
        actions.set_roles(person=administrator, roles=["viewer"], by=other, reason="Enough")
    assert roles_of(administrator) == {"administrator"}
    assert kinds()[-1] == "person.added"


def test_roles_are_set_to_exactly_those(administrator):
    """One event for each that came or went; none where nothing changed."""
    dara = a_person("dara")
    actions.set_roles(person=dara, roles=["viewer", "planner"], by=administrator, reason="First")
    actions.set_roles(person=dara, roles=["planner", "approver"], by=administrator, reason="Second")
    assert roles_of(dara) == {"planner", "approver"}
    assert kinds()[-2:] == ["role.granted", "role.revoked"]
    with pytest.raises(Refused, match="already"):
        actions.set_roles(person=dara, roles=["approver", "planner"], by=administrator, reason="Third")


def test_an_address_is_changed_and_not_told(administrator):
    """The audit says that it changed, not what it is: more people read the audit."""
    dara, employer = a_person("dara"), an_organisation("CMAC", by=administrator)
    actions.change_person(
        person=dara,
        name="Chan Dara",
        email="dara@example.org",
        organisation=employer,
        by=administrator,
        reason="Married",
    )
    event = AuditEvent.objects.latest("number")
    assert event.detail["before"] == {"name": "Dara", "organisation": None}
    assert event.detail["after"] == {"name": "Chan Dara", "organisation": "CMAC"}
    assert event.detail["email_changed"] is True
    assert "example.org" not in str(event.detail)


def test_codes_of_a_lost_phone_are_turned_off(administrator):
    """Recovery codes too; refused where there are none."""
    dara = a_person("dara")
    with pytest.raises(Refused, match="no one-time codes"):
        actions.turn_codes_off(person=dara, by=administrator, reason="Lost")
    for kind in ("totp", "recovery_codes"):
        Authenticator.objects.create(user=dara, type=kind, data={})
    actions.turn_codes_off(person=dara, by=administrator, reason="Lost")
    assert not Authenticator.objects.exists()
    assert kinds()[-1] == "person.codes_off"


def test_an_organisation_is_renamed_and_put_out_of_use(administrator):
    """Before and after stand in the audit; the same again is refused."""
    row = an_organisation("CMAC", by=administrator)
    said = {"name": "Cambodian Mine Action Centre", "name_km": "ស៊ីម៉ាក់", "kind": "operator", "is_active": False}
    actions.change_organisation(organisation=row, by=administrator, reason="New name", **said)
    row.refresh_from_db()
    assert not row.is_active
    assert AuditEvent.objects.latest("number").detail["after"] == said
    with pytest.raises(Refused, match="already"):
        actions.change_organisation(organisation=row, by=administrator, reason="Again", **said)
    with pytest.raises(Refused, match="no kind"):
        actions.change_organisation(organisation=row, by=administrator, reason="x", **{**said, "kind": "circus"})


def test_no_role_is_left_behind_by_a_refusal(administrator):
    """What was granted before the refusal is taken back with it."""
    with pytest.raises(Refused):
        actions.set_roles(person=administrator, roles=["viewer"], by=administrator, reason="Less")
    assert RoleGrant.objects.filter(person=administrator).count() == 1


def test_who_left_is_given_no_role(administrator):
    """They may not come back by it."""
    dara = a_person("dara")
    actions.deactivate_person(person=dara, by=administrator, reason="Left")
    dara.refresh_from_db()
    with pytest.raises(Refused, match="deactivated"):
        actions.set_roles(person=dara, roles=["viewer"], by=administrator, reason="Back")
