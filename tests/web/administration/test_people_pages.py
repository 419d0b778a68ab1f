"""People and organisations, kept from their pages: what is shown, done, refused."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator

from clearground.accounts.actions import invite
from clearground.accounts.models import Invitation, Organisation, Person
from clearground.accounts.selectors import invitation_of, roles_of
from clearground.audit.models import AuditEvent
from tests.web import books

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client):
    """Somebody who is an administrator and nothing else, in the invented country."""
    books.a_register()
    client.force_login(books.somebody("administrator", login="sokha"))
    return client


def text(answer) -> str:
    """The page."""
    return answer.content.decode()


def test_a_link_is_shown_once_and_kept_nowhere(client):
    """In the answer, not to be cached; its token is in no row of the database, and not in the session."""
    said = {"login": "dara", "name": "Dara", "roles": ["viewer"], "reason": "Begins"}
    answer = client.post("/people/add/", said)
    address = re.search(r'value="(http://testserver/join/([^/]+)/)"', text(answer))
    token = address[2]
    assert invitation_of(token).person.login == "dara"
    assert "no-store" in answer["Cache-Control"]
    assert token not in str(list(AuditEvent.objects.values())) + str(list(Invitation.objects.values()))
    assert token not in str(dict(client.session))
    assert token not in text(client.get("/person/dara/"))
    assert "invited" in text(client.get("/people/"))


@pytest.mark.parametrize("missing", ["login", "name", "reason"])
def test_what_is_missing_is_said_and_nothing_is_stored(missing, client):
    """Each field that is needed."""
    said = {"login": "dara", "name": "Dara", "reason": "Begins", missing: ""}
    answer = client.post("/people/add/", said)
    assert "This is needed." in text(answer)
    assert not Person.objects.filter(name="Dara").exists()


def test_a_refusal_of_the_action_stands_on_the_form(client):
    """With what to do."""
    answer = client.post("/people/add/", {"login": "sokha", "name": "S", "reason": "x"})
    assert "The login “sokha” is taken." in text(answer)


def test_people_are_found_and_those_who_left_are_apart(client):
    """By name, login or organisation."""
    employer = Organisation.objects.create(code="CMAC", name="Action Centre", kind="operator")
    Person.objects.create(login="dara", name="Chan Dara", organisation=employer)
    Person.objects.create(login="gone", name="Gone Away", is_active=False)
    assert "Chan Dara" in text(client.get("/people/", {"q": "cmac"}))
    assert "Chan Dara" not in text(client.get("/people/", {"q": "sokha"}))
    assert "Gone Away" not in text(client.get("/people/"))
    assert "Gone Away" in text(client.get("/people/", {"left": "1"}))
    assert "Nobody fits." in text(client.get("/people/", {"q": "zzz"}))


def test_no_query_grows_with_people(client, django_assert_max_num_queries):
    """Ten or sixty."""
    for at in range(60):
        person = books.somebody("viewer", "planner", login=f"p{at}")
        person.organisation = Organisation.objects.create(code=f"O{at}", name=f"O{at}", kind="operator")
        person.save()
    with django_assert_max_num_queries(12):
        client.get("/people/")


def test_roles_are_set_with_a_reason(client):
    """Without one nothing changes, and the page says so in its place."""
    dara = books.somebody("viewer", login="dara")
    answer = client.post("/person/dara/roles/", {"roles-roles": ["approver"], "roles-reason": ""})
    assert answer.status_code == 400
    assert roles_of(dara) == {"viewer"}
    client.post("/person/dara/roles/", {"roles-roles": ["approver"], "roles-reason": "New post"})
    assert roles_of(dara) == {"approver"}
    assert AuditEvent.objects.latest("number").by.login == "sokha"


def test_a_person_leaves_and_can_be_given_nothing_any_more(client):
    """No link, and the page offers no form."""
    books.somebody("viewer", login="dara")
    client.post("/person/dara/leave/", {"leave-reason": "Left"})
    page = text(client.get("/person/dara/"))
    assert "This person left" in page
    assert "/person/dara/roles/" not in page
    answer = client.post("/person/dara/link/", {"link-reason": "Back"})
    assert "was deactivated" in text(answer)
    assert not Invitation.objects.exists()


def test_a_new_link_and_codes_off(client):
    """For a forgotten password, and for a lost phone."""
    dara = books.somebody("viewer", login="dara")
    old = invite(person=dara, by=dara)
    answer = client.post("/person/dara/link/", {"link-reason": "Forgot it"})
    assert "Link to join" in text(answer)
    assert old not in text(answer)
    assert "Lost phone" not in text(client.get("/person/dara/"))
    Authenticator.objects.create(user=dara, type="totp", data={})
    assert "Lost phone" in text(client.get("/person/dara/"))
    client.post("/person/dara/codes/", {"codes-reason": "Lost it"})
    assert not Authenticator.objects.exists()


def test_a_person_is_changed(client):
    """Name, address, employer; one that is out of use is offered to nobody new."""
    Organisation.objects.create(code="OLD", name="Old", kind="operator", is_active=False)
    new = Organisation.objects.create(code="NEW", name="New", kind="operator")
    dara = books.somebody("viewer", login="dara")
    assert "OLD" not in text(client.get("/person/dara/"))
    said = {"change-name": "Chan Dara", "change-email": "d@example.org", "change-organisation": new.pk}
    client.post("/person/dara/change/", {**said, "change-reason": "Moved"})
    dara.refresh_from_db()
    assert (dara.name, dara.organisation) == ("Chan Dara", new)
    answer = client.post("/person/dara/change/", {**said, "change-email": "no", "change-reason": "x"})
    assert "This is no email address." in text(answer)


def test_nobody_and_nonsense_are_not_found(client):
    """No page of a person whom there is not."""
    assert client.get("/person/nobody/").status_code == 404
    assert client.post("/person/nobody/leave/", {"leave-reason": "x"}).status_code == 404
    assert client.get("/person/sokha/leave/").status_code == 405


def test_organisations_are_added_and_changed(client):
    """A code with a slash too; what stands already is refused."""
    client.post("/organisations/add/", {"code": "A/B", "name": "Both", "kind": "donor", "reason": "New"})
    row = Organisation.objects.get(code="A/B")
    assert "A/B" in text(client.get("/organisations/"))
    said = {"name": "Both", "name_km": "ទាំងពីរ", "kind": "donor", "is_active": "on", "reason": "Named"}
    assert client.post("/organisation/A/B/", said).status_code == 302
    row.refresh_from_db()
    assert row.name_km == "ទាំងពីរ"
    assert "stands already" in text(client.post("/organisation/A/B/", said))
    client.post("/organisation/A/B/", {**said, "is_active": ""})
    row.refresh_from_db()
    assert not row.is_active
