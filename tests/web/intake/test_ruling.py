"""Findings have an owner and a state: ruled on, assigned, answered by correction lists."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clearground.accounts.actions import add_person
from clearground.audit.models import AuditEvent
from clearground.exchange.models import FindingRecord
from tests.exchange.making import BOWTIE, Feature, square

from .people import brought, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def of(officer):
    """Three stated areas that are off, one of the second operator, and one outline that crosses itself."""
    told = {"area_m2": 99_000, "operator": "OP1"}
    features = [Feature(f"H{at}", square(at), told) for at in range(2)]
    features += [
        Feature("H2", square(2), {"area_m2": 88_000, "operator": "OP2"}),
        Feature("BOW", BOWTIE, {"operator": "OP1"}),
    ]
    return brought(officer, features)


def rule(browser, **said: Any) -> Any:
    """A ruling, and the page that it leads to."""
    return browser.post(reverse("web:rule-findings"), {"ruling": "accepted", "next": "/findings/", **said}, follow=True)


def states(code: str) -> dict[str, str]:
    """The state of each finding of a rule, by record."""
    return dict(FindingRecord.objects.filter(code=code).values_list("ref", "state"))


def test_ticked_findings_are_accepted_with_a_reason(of, officer):
    """Each import that they are of has an event that names them; without a reason nothing happens."""
    ticked = list(FindingRecord.objects.filter(code="LAND-047", ref__in=["H0", "H1"]).values_list("pk", flat=True))
    assert "has a reason" in rule(officer, finding=ticked).content.decode()
    assert set(states("LAND-047").values()) == {"open"}
    assert "2 findings were ruled on" in rule(officer, finding=ticked, reason="As walked").content.decode()
    assert states("LAND-047") == {"H0": "accepted", "H1": "accepted", "H2": "open"}
    event = AuditEvent.objects.filter(kind="finding.ruled").last()
    assert (event.subject, sorted(event.detail["findings"]), event.reason) == (
        f"import:{of.pk}",
        sorted(ticked),
        "As walked",
    )


def test_a_whole_group_is_accepted_by_what_was_asked_for(of, officer):
    """Those that fit the filter, and no others."""
    rule(officer, scope="all", rule="LAND-047", operator="OP2", state="open", number=str(of.pk), reason="Group")
    assert states("LAND-047")["H2"] == "accepted"
    assert states("LAND-047")["H0"] == "open"


def test_what_blocks_cannot_be_accepted(of, officer):
    """Not in a group either."""
    blocked = FindingRecord.objects.filter(severity="blocks").first()
    assert "can&#x27;t be accepted" in rule(officer, finding=[blocked.pk], reason="x").content.decode()
    assert "can&#x27;t be accepted" in rule(officer, scope="all", state="open", reason="x").content.decode()
    assert set(FindingRecord.objects.values_list("state", flat=True)) == {"open"}


def test_nothing_ticked_decides_nothing(of, officer):
    """The usual slip."""
    assert "No finding fits" in rule(officer, scope="ticked", reason="x").content.decode()


def test_accepted_is_silent_until_the_record_changes(of, officer):
    """Judged again as it is, it stays; changed, it speaks again; opened again by hand, too."""
    found = FindingRecord.objects.get(code="LAND-047", ref="H0")
    rule(officer, finding=[found.pk], reason="As walked")
    change(officer, of, "H1", "area_m2", "9900")
    found.refresh_from_db()
    assert (found.state, found.reason) == ("accepted", "As walked")
    assert states("LAND-047")["H1"] == "fixed"
    change(officer, of, "H0", "area_m2", "77000")
    found.refresh_from_db()
    assert found.state == "open"
    rule(officer, finding=[found.pk], reason="So it is")
    rule(officer, finding=[found.pk], ruling="open", reason="It is not")
    found.refresh_from_db()
    assert (found.state, found.reason) == ("open", "It is not")
    history = officer.get(reverse("web:finding", args=[found.pk])).context["history"]
    assert [event.reason for event in history][:3] == ["It is not", "So it is", "test"]


def change(browser, of, ref: str, cell: str, value: str) -> None:
    """A cell of a row has another value."""
    row = of.rows.get(ref=ref)
    form = browser.get(reverse("web:import-row", args=[of.pk, row.number])).context["form"]
    key = next(key for key, name in form.names.items() if name == cell)
    answer = browser.post(reverse("web:change-row", args=[of.pk, row.number]), {key: value, "reason": "test"})
    assert answer.status_code == 302, answer.content.decode()


def test_an_owner_and_a_person_answer_for_it(of, officer, world):
    """Assigned, it stays so when the import is judged again; a person answers for their own organisation only."""
    found = FindingRecord.objects.get(code="LAND-047", ref="H0")
    assert found.owner == world.op1
    address = reverse("web:assign-findings")
    officer.post(address, {"finding": [found.pk], "owner": "OP1", "person": "other"})
    found.refresh_from_db()
    assert found.person is None
    officer.post(address, {"finding": [found.pk], "owner": "OP2", "person": "other"})
    change(officer, of, "H1", "area_m2", "9900")
    found.refresh_from_db()
    assert (found.owner, found.person) == (world.op2, world.other)
    assert AuditEvent.objects.filter(kind="finding.assigned", detail__owner="OP2").count() == 1
    page = officer.get(reverse("web:findings") + "?operator=OP2&rule=LAND-047")
    assert {each["finding"].ref for each in page.context["told"]} == {"H0", "H2"}
    assert officer.get(reverse("web:findings") + f"?person={world.other.pk}").context["page"].paginator.count == 1


def test_a_decision_leads_back_to_our_own_pages_only(of, officer):
    """No address of another host is followed."""
    answer = officer.post(reverse("web:rule-findings"), {"next": "https://evil.example/"})
    assert answer["Location"] == reverse("web:findings")
    assert officer.post(reverse("web:rule-findings"), {"next": "//evil.example/"})["Location"] == reverse(
        "web:findings"
    )


def listed(browser, of, operator: str = "") -> bytes:
    """A correction list of an import."""
    address = reverse("web:corrections", args=[of.pk])
    answer = browser.get(address + (f"?operator={operator}" if operator else ""))
    assert answer.status_code == 200
    return answer.content


def rows_of(book: bytes) -> list[list[Any]]:
    """The cells of a workbook."""
    import python_calamine

    return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()


def answered(book: bytes, answers: dict[str, dict[str, str]]) -> SimpleUploadedFile:
    """The list with answers filled in, by rule and record, as somebody would send it back."""
    import xlsxwriter

    head, *rows = rows_of(book)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, head)
        for at, cells in enumerate(rows, start=1):
            told = answers.get(f"{cells[head.index('rule')]} {cells[head.index('record')]}", {})
            for column, value in enumerate(cells):
                sheet.write(at, column, told.get(head[column], value))
    return SimpleUploadedFile("answers.xlsx", out.getvalue())


def test_correction_lists_go_out_by_operator_or_whole(of, officer):
    """Each operator's holds its own findings; each says that the country is invented."""
    head, *rows = rows_of(listed(officer, of, "OP2"))
    assert {row[head.index("record")] for row in rows} == {"H2"}
    head, *rows = rows_of(listed(officer, of))
    assert {row[head.index("record")] for row in rows} == {"H0", "H1", "H2", "BOW"}
    assert {row[head.index("synthetic")] for row in rows} == {"true"}


def test_an_answered_list_comes_back_and_each_answer_is_told(of, officer):
    """Corrected, accepted, late, refused: what became of each, one by one."""
    book = listed(officer, of)
    change(officer, of, "H2", "area_m2", "9900")
    answers = {
        "LAND-047 H0": {"corrected value": "9900"},
        "LAND-047 H1": {"accept": "accept", "reason": "As reported"},
        "LAND-047 H2": {"corrected value": "9900"},
        "LAND-009 BOW": {"accept": "accept", "reason": "It is so"},
    }
    said = {"file": answered(book, answers), "on": "2024-01-01", "reason": "OP1 answered by mail"}
    page = officer.post(reverse("web:answers"), said)
    told = {each["answer"].key.split("-", 2)[2][:8] + str(each["answer"].row): each for each in page.context["told"]}
    assert told["LAND-0471"]["what"] == "Corrected to 9900."
    assert told["LAND-0472"]["what"] == "Accepted: As reported"
    assert told["LAND-0473"]["what"].startswith("Too late")
    assert "can't be accepted" in told["LAND-0094"]["what"]
    assert states("LAND-047")["H0"] == "fixed"
    assert states("LAND-047")["H1"] == "accepted"


def test_what_is_no_correction_list_is_refused(officer):
    """With what to send instead."""
    said = {"file": SimpleUploadedFile("a.csv", b"id,x\n1,2\n"), "on": "2024-01-01", "reason": "x"}
    answer = officer.post(reverse("web:answers"), said)
    assert answer.status_code == 400
    assert "no correction list" in answer.content.decode()


def test_the_quality_officer_rules_and_does_not_bring_in(of, world):
    """By the matrix."""
    browser = signed_in(world.quality)
    found = FindingRecord.objects.get(code="LAND-047", ref="H0")
    rule(browser, finding=[found.pk], reason="Looked at the place")
    found.refresh_from_db()
    assert found.state == "accepted"
    assert browser.get(reverse("web:upload")).status_code == 403
    assert "Change the row" not in browser.get(reverse("web:import-row", args=[of.pk, 1])).content.decode()


def test_people_of_any_organisation_can_be_named(officer, world):
    """Only those who are active."""
    add_person(login="gone", name="Gone", organisation=world.op1, by=world.officer)
    from clearground.accounts.models import Person
    from clearground.web.intake.forms import AssignForm

    Person.objects.filter(login="gone").update(is_active=False)
    assert set(AssignForm().people) == {"operator", "other"}
