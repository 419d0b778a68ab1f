"""Operators see and change what is their organisation's, at every address, and nothing else."""

from __future__ import annotations

import pytest
from django.urls import get_resolver, reverse

from clearground.accounts.actions import grant_role
from clearground.accounts.rights import RIGHTS
from clearground.exchange.models import FindingRecord, Import, Upload
from tests.exchange.making import BOWTIE, Feature, square

from .people import brought, send, signed_in
from .people import file_of as sent_file

pytestmark = pytest.mark.django_db
OPEN = {"see_imports", "bring_records"}


@pytest.fixture
def theirs(world) -> Import:
    """An import of the first operator, with findings and a row that is blocked."""
    features = [Feature("H0", square(0), {"area_m2": 99_000}), Feature("BOW", BOWTIE)]
    return brought(signed_in(world.operator), features)


def addresses(of: Import) -> dict[str, str]:
    """Every address about one import, one finding or one upload that an operator's role opens, by name."""
    found, upload = of.findings.exclude(row=None).first(), Upload.objects.get(became=of)
    given = {"finding": [found.pk], "upload-progress": [upload.pk], "upload-columns": [upload.pk]}
    given |= {name: [of.pk, found.row] for name in ("import-row", "change-row")}
    names = {name.removeprefix("web:") for name, permission in RIGHTS.pages.items() if permission in OPEN}
    intake = {
        str(name)
        for name in get_resolver().namespace_dict["web"][1].reverse_dict
        if isinstance(name, str) and name in names
    }
    plain = {"imports", "findings", "upload", "sample-file"}
    ours = {name for name in intake - plain if name in given or name in {"import", "corrections", "drop-import"}}
    return {name: reverse(f"web:{name}", args=given.get(name, [of.pk])) for name in ours}


def test_the_search_for_addresses_sees_them_all(theirs):
    """So that the test below forgets none."""
    wanted = {"finding", "upload-progress", "upload-columns", "import-row", "change-row", "import", "corrections"}
    assert set(addresses(theirs)) == wanted | {"drop-import"}


def test_another_organisations_addresses_are_not_there(theirs, world):
    """For reading and for writing: not found, and nothing has changed."""
    other = signed_in(world.other)
    before = snapshot(theirs)
    for name, address in addresses(theirs).items():
        assert other.get(address).status_code in {404, 405}, name
        answer = other.post(address, {"reason": "x", "cell0": "x", "layer": "x", "family": "mines"})
        assert answer.status_code in {404, 405}, name
    assert snapshot(theirs) == before


def snapshot(of: Import) -> tuple:
    """What an import holds."""
    return (
        Import.objects.values_list("state").get(pk=of.pk),
        list(of.rows.values_list("number", "given", "state")),
        list(of.findings.values_list("pk", "state", "owner", "person")),
    )


def test_their_own_addresses_are(theirs, world):
    """The operator who sent it, and a colleague."""
    from clearground.accounts.actions import add_person

    colleague = add_person(login="colleague", name="Colleague", organisation=world.op1, by=world.officer)
    grant_role(person=colleague, role="operator", by=world.officer, reason="test")
    for person in (world.operator, colleague):
        for name, address in addresses(theirs).items():
            assert signed_in(person).get(address).status_code in {200, 302, 405}, name


def test_lists_hold_their_own_only(theirs, world, officer):
    """Imports, uploads on the way, findings; the officer sees all."""
    send(signed_in(world.operator), sent_file([Feature("X", square(5))], "waits.geojson"))
    other = signed_in(world.other)
    page = other.get(reverse("web:imports"))
    assert list(page.context["page"].object_list) == []
    assert "waits.geojson" not in page.content.decode()
    assert other.get(reverse("web:findings")).context["page"].paginator.count == 0
    assert officer.get(reverse("web:findings")).context["page"].paginator.count == theirs.findings.count() > 0


def test_an_operator_answers_findings_that_are_its_own_in_anothers_import(world, officer):
    """It sees and mends the row that it owns, and no other row of that import, nor the import."""
    features = [
        Feature("H0", square(0), {"area_m2": 99_000, "operator": "OP1"}),
        Feature("H1", square(1), {"area_m2": 99_000, "operator": "OP2"}),
    ]
    of = brought(officer, features)
    browser = signed_in(world.operator)
    own = FindingRecord.objects.get(ref="H0", code="LAND-047")
    foreign = FindingRecord.objects.get(ref="H1", code="LAND-047")
    assert browser.get(reverse("web:finding", args=[own.pk])).status_code == 200
    assert browser.get(reverse("web:finding", args=[foreign.pk])).status_code == 404
    assert browser.get(reverse("web:import", args=[of.pk])).status_code == 404
    assert browser.get(reverse("web:corrections", args=[of.pk])).status_code == 404
    assert browser.get(reverse("web:import-row", args=[of.pk, foreign.row])).status_code == 404
    page = browser.get(reverse("web:import-row", args=[of.pk, own.row]))
    key = next(key for key, name in page.context["form"].names.items() if name == "area_m2")
    said = {key: "9900", "reason": "A zero too many"}
    assert browser.post(reverse("web:change-row", args=[of.pk, foreign.row]), said).status_code == 404
    assert browser.post(reverse("web:change-row", args=[of.pk, own.row]), said).status_code == 302
    own.refresh_from_db()
    assert own.state == "fixed"


def test_operators_do_not_rule(theirs, world):
    """Accepting, assigning and taking lists in is not theirs, even of their own."""
    browser = signed_in(world.operator)
    found = theirs.findings.first()
    for name in ("rule-findings", "assign-findings", "answers"):
        assert browser.post(reverse(f"web:{name}"), {"finding": [found.pk], "reason": "x"}).status_code == 403
    for name in ("approve-import", "return-import", "undo-import"):
        assert browser.post(reverse(f"web:{name}", args=[theirs.pk]), {"reason": "x"}).status_code == 403


def test_who_moves_to_another_operator_takes_no_imports_along(theirs, world):
    """What came in belongs to the organisation for which it was brought."""
    from clearground.accounts.actions import add_person

    mover = add_person(login="mover", name="Mover", organisation=world.op1, by=world.officer)
    grant_role(person=mover, role="operator", by=world.officer, reason="test")
    assert signed_in(mover).get(reverse("web:import", args=[theirs.pk])).status_code == 200
    mover.organisation = world.op2
    mover.save()
    assert signed_in(mover).get(reverse("web:import", args=[theirs.pk])).status_code == 404
    assert signed_in(world.other).get(reverse("web:import", args=[theirs.pk])).status_code == 404
