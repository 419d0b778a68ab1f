"""Kept questions: whose they are, who may open them, what they ask when time has passed."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError

from clearground.accounts.actions import add_organisation, add_person
from clearground.accounts.selectors import organisation_by_code
from clearground.audit.models import AuditEvent
from clearground.common.errors import Refused
from clearground.land.actions import sign_edition
from clearground.publications import actions
from clearground.publications.models import SavedReport
from clearground.publications.selectors.reports import latest_days, question_of, reports_for

from .books import AS_OF, KNOWN, a_country, an_edition, asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    """Somebody of an organisation, in a country with an edition."""
    person = a_country()
    an_edition(person)
    add_organisation(code="MIN", name="Ministry", kind="authority", by=person)
    return add_person(login="owner", name="Owner", organisation=ministry(), by=person)


def ministry():
    """Where the owner works."""
    return organisation_by_code("MIN")


def keep(owner, name="Cleared", **said):
    """A kept report."""
    usual = {"question": asked(), "shared_with": "nobody", "follows_latest": False}
    return actions.save_report(name=name, by=owner, **{**usual, **said})


def test_a_kept_report_has_its_edition_and_its_event(owner) -> None:
    """Its days are those of the edition; the audit holds the question."""
    report = keep(owner)
    assert report.edition is not None
    assert report.edition.name == "Official 2017"
    event = AuditEvent.objects.latest("number")
    assert (event.kind, event.subject, event.by) == ("report.kept", f"report:{report.pk}", owner)
    assert event.detail["question"]["measures"] == ["cleared_m2"]
    assert question_of(report, latest_days()) == asked()


def test_one_that_follows_the_latest_edition_moves_with_it(owner) -> None:
    """The same span, up to the new edition's day; one that stays, stays."""
    moving, staying = keep(owner, "moving", follows_latest=True), keep(owner, "staying")
    assert moving.edition is None
    sign_edition(name="Official 2018", as_of=date(2018, 12, 31), known=date(2019, 5, 1), by=owner, reason="signed")
    assert question_of(moving, latest_days()) == asked().up_to(date(2018, 12, 31), date(2019, 5, 1))
    assert (question_of(staying, latest_days()).as_of, question_of(staying, latest_days()).known) == (AS_OF, KNOWN)


@pytest.mark.parametrize(
    ("shared", "opens"),
    [("nobody", set()), ("organisation", {"colleague"}), ("everybody", {"colleague", "stranger", ""})],
)
def test_who_may_open_it(owner, shared: str, opens: set[str]) -> None:
    """The owner always; colleagues, strangers and people without an account as it is shared."""
    add_person(login="colleague", name="C", organisation=ministry(), by=owner)
    add_person(login="stranger", name="S", organisation=organisation_by_code("OP1"), by=owner)
    report = keep(owner, shared_with=shared)
    people = {person.login: person for person in type(owner).objects.all()} | {"": AnonymousUser()}
    found = {login for login, person in people.items() if report in reports_for(person)}
    assert found - {"tester"} - ({"tester"} if shared != "everybody" else set()) == {"owner"} | opens


def test_nobody_changes_anothers(owner) -> None:
    """Neither its name, nor its sharing, nor whether it is there; and nothing is stored of the attempt."""
    report = keep(owner, shared_with="everybody")
    other = add_person(login="other", name="Other", by=owner)
    before = AuditEvent.objects.count()
    with pytest.raises(Refused, match="not yours"):
        actions.change_report(number=report.pk, name="Mine", shared_with="nobody", by=other)
    with pytest.raises(Refused, match="not yours"):
        actions.delete_report(number=report.pk, by=other)
    assert SavedReport.objects.get().name == "Cleared"
    assert AuditEvent.objects.count() == before


def test_its_owner_renames_shares_and_deletes_it(owner) -> None:
    """Each with its event; the audit still says what it asked."""
    report = keep(owner)
    actions.change_report(number=report.pk, name=" By month ", shared_with="everybody", by=owner)
    assert SavedReport.objects.get().name == "By month"
    assert AuditEvent.objects.latest("number").detail["before"]["name"] == "Cleared"
    actions.delete_report(number=report.pk, by=owner)
    assert not SavedReport.objects.exists()
    assert AuditEvent.objects.latest("number").detail["question"]["rows"] == ["province"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": "  "}, "needs a name"),
        ({"name": "x" * 121}, "at most 120"),
        ({"name": "Cleared"}, "already"),
        ({"name": "y", "shared_with": "the world"}, "the world"),
        ({"name": "y", "question": asked(rows=("operator",), measures=("closing_m2",))}, "belongs to land"),
    ],
)
def test_what_cannot_be_kept_is_refused_whole(owner, said, words) -> None:
    """With nothing stored."""
    keep(owner)
    count = (SavedReport.objects.count(), AuditEvent.objects.count())
    with pytest.raises(Refused, match=words) as refused:
        keep(owner, **said)
    assert refused.value.remedy
    assert (SavedReport.objects.count(), AuditEvent.objects.count()) == count


def test_who_belongs_nowhere_shares_with_no_organisation(owner) -> None:
    """It would be shared with all others who belong nowhere."""
    lonely = add_person(login="lonely", name="L", by=owner)
    with pytest.raises(Refused, match="no organisation"):
        keep(lonely, shared_with="organisation")


def test_a_name_is_taken_for_its_owner_only(owner) -> None:
    """The database says so too."""
    report = keep(owner)
    keep(add_person(login="other", name="Other", by=owner))
    with pytest.raises(IntegrityError):
        SavedReport.objects.create(name=report.name, owner=owner, question={}, kept_at=report.kept_at)
