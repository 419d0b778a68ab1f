"""The policies of the register: complete, frozen into editions, refused where the books can't honour one."""

from __future__ import annotations

import re
from datetime import date

import pytest
import typer
from typer.testing import CliRunner

from clearground.audit.models import AuditEvent
from clearground.cli import policies as commands
from clearground.common.errors import Refused
from clearground.kernel.land.events import Kind
from clearground.land.actions import approve_lines, sign_edition
from clearground.land.models import Edition
from clearground.land.policies import REGISTRY, policies_in_force
from clearground.places.models import Country
from tests.source import ROOT

from .factories import document, line, register, square

DAY = date(2018, 2, 1)


def sign(name: str) -> Edition:
    """An edition of a register with one hazard."""
    person = register()
    lines = [line("H1", Kind.SUSPECT, "2010-01-01", square(0, 0, 2), hazard_class="A1")]
    approve_lines(lines=lines, document=document(person), on=DAY, by=person, reason="first")
    return sign_edition(name=name, as_of=date(2017, 12, 31), known=DAY, by=person, reason="annual report")


def test_what_a_country_does_not_state_has_its_default() -> None:
    """All policies are named, whatever the country says."""
    defaults = {policy.name: policy.default for policy in REGISTRY}
    assert policies_in_force({}) == policies_in_force(defaults) == defaults
    assert len(defaults) == len(REGISTRY)


@pytest.mark.parametrize(
    ("stated", "instead"),
    [
        ({"colour": "red"}, "official_area"),
        ({"official_area": "stated"}, "placed"),
        ({"release_credit": None}, "earliest_day"),
    ],
)
def test_a_policy_that_the_books_cannot_honour_is_refused(stated: dict[str, str], instead: str) -> None:
    """Silence would print figures under a rule that nobody followed; the remedy names what would do."""
    with pytest.raises(Refused) as refused:
        policies_in_force(stated)
    assert instead in refused.value.remedy


@pytest.mark.django_db
def test_an_edition_freezes_every_policy() -> None:
    """Defaults included: a later version may have others."""
    assert sign("Official 2017").policies == policies_in_force({})


@pytest.mark.django_db
def test_nothing_is_signed_under_a_policy_that_is_not_followed() -> None:
    """And no audit event is left."""
    person = register()
    Country.objects.update(policies={"official_area": "stated"})
    lines = [line("H1", Kind.SUSPECT, "2010-01-01", square(0, 0, 2))]
    approve_lines(lines=lines, document=document(person), on=DAY, by=person, reason="first")
    before = AuditEvent.objects.count()
    with pytest.raises(Refused, match="official_area = stated"):
        sign_edition(name="X", as_of=DAY, known=DAY, by=person, reason="r")
    assert (AuditEvent.objects.count(), Edition.objects.count()) == (before, 0)


@pytest.mark.django_db
def test_the_command_prints_each_policy_with_its_meaning() -> None:
    """Today's, and those that an edition was signed with."""
    sign("Official 2017")
    app = typer.Typer()
    commands.register(app)
    for words in ([], ["--edition", "Official 2017"]):
        told = CliRunner().invoke(app, words, catch_exceptions=False).output
        assert re.findall(r"^(\w+) = (\w+)$", told, re.M) == list(policies_in_force({}).items())
        assert "the others have released it twice" in told


def test_every_policy_is_documented() -> None:
    """In the order in which the command prints them, with each value."""
    page = (ROOT / "docs" / "ledger.md").read_text("utf-8").split("## Policies", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \|", page, re.M)
    assert rows == [(policy.name, value) for policy in REGISTRY for value in policy.values]
