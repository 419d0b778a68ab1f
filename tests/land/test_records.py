"""A record shows all that was ever said of it."""

from __future__ import annotations

from datetime import date

import pytest

from clearground.common.errors import Refused
from clearground.kernel.land.events import Kind
from clearground.land.actions import approve_lines, withdraw_records
from clearground.land.selectors.records import versions_of

from .factories import document, line, register, square

pytestmark = pytest.mark.django_db


def test_every_version_stays_and_names_what_superseded_it() -> None:
    """First version, correction, withdrawal: three versions, each closed by the next."""
    person, on = register(), date(2020, 1, 1)
    for hazard_class in ("A1", "A4"):
        said = line("H-1", Kind.RECORD, "2010-01-01", square(1, 0, 2), hazard_class=hazard_class)
        approve_lines(lines=[said], document=document(person), on=on, by=person, reason="test")
    withdraw_records(refs=["H-1"], on=on, by=person, reason="twice in the register")
    found = [(e.approval.seq, e.kind, e.until_seq) for e in versions_of(" H-1 ")]
    assert found == [(1, Kind.RECORD, 2), (2, Kind.RECORD, 3), (3, None, None)]


def test_an_unknown_reference_names_similar_ones() -> None:
    """A slip of the pen is met with what may have been meant."""
    person = register()
    said = line("HAZ-0001", Kind.RECORD, "2010-01-01", square(1, 0, 2))
    approve_lines(lines=[said], document=document(person), on=date(2020, 1, 1), by=person, reason="test")
    with pytest.raises(Refused) as refused:
        versions_of("HAZ-0010")
    assert "HAZ-0001" in refused.value.remedy
