"""Imports are approved by somebody else, returned, undone, taken back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from clearground.accounts.actions import grant_role
from clearground.audit.models import AuditEvent
from clearground.common.errors import Refused
from clearground.exchange import actions
from clearground.exchange.models import Import
from clearground.land.models import Approval, LandEvent
from tests.exchange.making import Feature, square, standing

from .people import brought, columns_of, file_of, send, signed_in, three

pytestmark = pytest.mark.django_db
DECIDED = {"on": "2024-01-01", "reason": "Checked against the field reports"}


def address(name: str, of: Import) -> str:
    """The page of a decision."""
    return reverse(f"web:{name}-import", args=[of.pk])


def both_roles(world):
    """Somebody who brings in and approves, of which an authority has some."""
    grant_role(person=world.officer, role="approver", by=world.approver, reason="test")
    return signed_in(world.officer)


def test_somebody_else_approves_with_day_and_reason(officer, approver):
    """The good rows land; the blocked one stays behind."""
    of = brought(officer)
    assert approver.post(address("approve", of), {"on": "2024-01-01", "reason": " "}).status_code == 400
    assert approver.post(address("approve", of), DECIDED).status_code == 302
    approval = Approval.objects.get()
    assert (str(approval.on), approval.reason, approval.by.login) == ("2024-01-01", DECIDED["reason"], "approver")
    assert standing() == ["H0", "H1"]


def test_nobody_approves_their_own(officer, world):
    """Whatever their roles: the page says so, offers nothing, and refuses who tries; so does the action."""
    of = brought(officer)
    browser = both_roles(world)
    page = browser.get(reverse("web:import", args=[of.pk])).content.decode()
    assert "Nobody approves their own" in page
    assert address("approve", of) not in page
    answer = browser.post(address("approve", of), DECIDED)
    assert answer.status_code == 400
    assert "nobody approves their own" in answer.content.decode()
    assert LandEvent.objects.count() == 0
    with pytest.raises(Refused, match="nobody approves their own"):
        actions.approve_import(import_id=of.pk, on="2024-01-01", by=world.officer, reason="x")


def test_whoever_changed_a_row_does_not_approve_it_either(officer, world):
    """The changed row is theirs as well."""
    of = brought(signed_in(world.operator), [Feature("H0", square(0), {"note": "a"})])
    form = officer.get(reverse("web:import-row", args=[of.pk, 1])).context["form"]
    key = next(key for key, name in form.names.items() if name == "note")
    officer.post(reverse("web:change-row", args=[of.pk, 1]), {key: "b", "reason": "typo"})
    assert both_roles(world).post(address("approve", of), DECIDED).status_code == 400
    assert signed_in(world.approver).post(address("approve", of), DECIDED).status_code == 302


def test_all_or_nothing(officer, approver):
    """With a blocked row, nothing lands."""
    of = brought(officer)
    answer = approver.post(address("approve", of), DECIDED | {"all_or_nothing": "on"})
    assert answer.status_code == 400
    assert LandEvent.objects.count() == 0


def test_returned_with_a_reason_that_the_sender_reads(officer, approver):
    """The rows go on waiting; the list says so too."""
    of = brought(officer)
    assert approver.post(address("return", of), {"reason": ""}).status_code == 400
    approver.post(address("return", of), {"reason": "Row 3 crosses itself"})
    of.refresh_from_db()
    assert (of.state, of.returned_by.login) == ("pending", "approver")
    assert "Row 3 crosses itself" in officer.get(reverse("web:import", args=[of.pk])).content.decode()
    assert "returned" in officer.get(reverse("web:imports")).content.decode()
    assert AuditEvent.objects.filter(kind="import.returned", reason="Row 3 crosses itself").exists()
    approver.post(address("approve", of), DECIDED)
    assert approver.post(address("return", of), {"reason": "too late"}).status_code == 400


@pytest.mark.parametrize(("choice", "left"), [("withdraw", []), ("leave", ["R0"])])
def test_undoing_shows_what_rests_on_it_and_asks(officer, approver, choice, left):
    """Nothing happens until somebody says what becomes of the releases."""
    of = brought(officer, [Feature("H0", square(0))])
    approver.post(address("approve", of), DECIDED)
    send(officer, file_of([Feature("R0", square(0, side_m=50))], "r.geojson"), subject="releases")
    release = finish(officer)
    approver.post(address("approve", release), DECIDED)
    page = approver.get(address("undo", of)).content.decode()
    assert "1 release rests on its hazards" in page
    assert "R0" in page
    assert approver.post(address("undo", of), DECIDED).status_code == 400
    assert standing() == ["H0", "R0"]
    assert approver.post(address("undo", of), DECIDED | {"dependents": choice}).status_code == 302
    assert standing() == left


def finish(browser) -> Import:
    """The releases that were sent last, staged."""
    from clearground.exchange.actions.uploading import stage_upload
    from clearground.exchange.models import Upload

    upload = Upload.objects.first()
    said = columns_of(browser, upload) | {"family": "mines", "on": "2021-01-01"}
    assert browser.post(reverse("web:upload-columns", args=[upload.pk]), said).status_code == 302
    stage_upload.func(upload.pk)
    return Import.objects.first()


def test_undone_by_the_page_it_is_as_if_it_had_not_been(officer, approver):
    """The history keeps every step."""
    of = brought(officer, [Feature("H0", square(0))])
    approver.post(address("approve", of), DECIDED)
    assert approver.post(address("undo", of), {"on": "2024-02-01", "reason": "Sent by mistake"}).status_code == 302
    assert standing() == []
    history = officer.get(reverse("web:import", args=[of.pk])).context["history"]
    assert [event.kind for event in history][:2] == ["import.undone", "import.approved"]
    assert history[-1].kind == "import.staged"


def test_who_brought_it_in_takes_back_what_waits_and_only_that(officer, approver):
    """What counts is an approver's to undo."""
    of = brought(officer)
    officer.post(reverse("web:drop-import", args=[of.pk]), {"reason": "The wrong file"})
    of.refresh_from_db()
    assert (of.state, of.rows.count()) == ("undone", 0)
    other = brought(officer, three(), name="b.geojson")
    approver.post(address("approve", other), DECIDED)
    answer = officer.post(reverse("web:drop-import", args=[other.pk]), {"reason": "x"})
    assert answer.status_code == 400
    assert standing() == ["H0", "H1"]
