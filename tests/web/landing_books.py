"""A real small register for the first page: two editions, late and corrected reports, people of every role."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from clearground.accounts.actions import add_organisation
from clearground.accounts.models import Organisation, Person
from clearground.exchange.choices import FindingState, ImportState, SeverityChoice
from clearground.exchange.models import FindingRecord, Import
from clearground.kernel.land.events import Kind
from clearground.land.actions import approve_lines, sign_edition
from clearground.places.models import Country
from tests.land.factories import document, line, register, square

SIGNED = date(2018, 5, 22)


def a_register(published: str = "land") -> Person:
    """Mines and cluster munitions; the year 2017 signed for, with a restated opening and a late report since."""
    by = register()
    Country.objects.update(published=published)
    add_organisation(code="OP2", name="Operator two", kind="operator", by=by)
    approve(
        by,
        "2010-02-01",
        line("H1", Kind.SUSPECT, "2010-01-01", square(-10, 0, 10), hazard_class="A1"),
        line("H2", Kind.CONFIRM, "2010-01-01", square(5, 0, 4), families=(("cmr", "CMR"),)),
        line("H4", Kind.RECORD, "2010-01-01", square(-10, -20, 3), hazard_class="B2"),
    )
    approve(by, "2016-11-20", cleared("R0", "2016-05-01", square(-9, 8, 1), 9_000.0))
    sign_edition(name="Official 2016", as_of=date(2016, 12, 31), known=date(2017, 5, 22), by=by, reason="annual")
    late_hazard = line("H3", Kind.SUSPECT, "2016-06-01", square(-20, 0, 5), hazard_class="A4")
    lesser = line("K1", Kind.RECLASSIFY, "2017-07-01", square(-4, 6, 2), hazard_class="A4")
    approve(by, "2017-11-20", late_hazard, lesser, cleared("R1", "2017-05-01", square(-9, 1, 1), 10_000.0))
    approve(by, "2018-05-20", cleared("R2", "2017-06-01", square(-11, 4, 2), 30_000.0, operator="OP2"))
    sign_edition(name="Official 2017", as_of=date(2017, 12, 31), known=SIGNED, by=by, reason="annual")
    approve(by, "2018-07-10", cleared("R3", "2017-12-01", square(-5, 1, 1), 8_000.0))
    return by


def approve(by: Person, on: str, *lines: Any) -> None:
    """The lines count from that day on."""
    approve_lines(lines=lines, document=document(by), on=date.fromisoformat(on), by=by, reason="board")


def cleared(ref: str, on: str, shape: Any, stated_m2: float, **values: Any) -> Any:
    """A clearance."""
    return line(ref, Kind.CLEAR, on, shape, stated_m2=stated_m2, **{"operator": "OP1", **values})


def an_import(by: Person, state: str = ImportState.PENDING) -> Import:
    """A file on its way in."""
    return Import.objects.create(
        subject="hazards", document=document(by), state=state, started_at=timezone.now(), by=by
    )


def a_finding(of: Import, owner: str = "", *, severity: str = SeverityChoice.BLOCKS, state: str = "") -> None:
    """A finding about a row of it."""
    FindingRecord.objects.create(
        of=of,
        code="LAND-001",
        severity=severity,
        owner=Organisation.objects.filter(code=owner).first(),
        state=state or FindingState.OPEN,
    )
