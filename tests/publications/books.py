"""A small country with two operators, two contracts and two years of work."""

from __future__ import annotations

from datetime import date
from typing import Any

from clearground.accounts.actions import add_organisation
from clearground.accounts.models import Person
from clearground.kernel.land.events import Kind
from clearground.land.actions import sign_edition
from clearground.land.models import Edition
from clearground.publications.questions import PivotQuestion
from tests.land.factories import line, register, square
from tests.land.test_ledger import approve

AS_OF, KNOWN = date(2017, 12, 31), date(2018, 5, 22)


def a_country() -> Person:
    """Hazards in both communes, in two families; land that is no contamination; releases under two contracts."""
    person = register()
    add_organisation(code="OP2", name="Operator two", kind="operator", by=person)
    cmr = (("cmr", "CMR"),)
    approve(
        person,
        line("H1", Kind.RECORD, "2010-01-01", square(-9, 0, 8), hazard_class="A4"),
        line("H2", Kind.CONFIRM, "2010-01-01", square(1, 0, 8), hazard_class="A1"),
        line("H3", Kind.RECORD, "2011-01-01", square(1, 20, 8), families=cmr),
        line("B", Kind.RECORD, "2011-01-01", square(20, 20, 3), hazard_class="B2"),
        on="2012-01-01",
    )
    approve(
        person,
        line("R1", Kind.CLEAR, "2017-03-05", square(-9, 0, 2, 8), operator="OP1", contract="C/1", task="T-1",
             items={"antipersonnel_mine": 3}, method="manual"),
        line("R2", Kind.CANCEL, "2017-03-20", square(1, 0, 3, 8), operator="OP2", contract="C/2"),
        line("R3", Kind.REDUCE, "2017-11-02", square(1, 20, 4, 8), operator="OP2", contract="C/1",
             families=(("cmr", None),)),
        on="2018-01-10",
    )  # fmt: skip
    return person


def an_edition(person: Person) -> Edition:
    """The signed statement of the two days above."""
    return sign_edition(name="Official 2017", as_of=AS_OF, known=KNOWN, by=person, reason="signed")


def asked(**said: Any) -> PivotQuestion:
    """A question about 2017."""
    usual = {"rows": ("province",), "measures": ("cleared_m2",), "as_of": AS_OF, "since": date(2017, 1, 1)}
    return PivotQuestion(**{**usual, "known": KNOWN, **said})
