"""The sheet as the terminal prints it: every flow of the law is there, and families are never added up."""

from __future__ import annotations

from datetime import date

import pytest
import typer
from typer.testing import CliRunner

from clearground.cli import ledger
from clearground.kernel.land.events import Kind
from clearground.land.actions import approve_lines
from clearground.land.selectors import sheet
from clearground.land.sheets import AREA_COLUMNS

from .factories import document, line, register, square

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _books() -> None:
    """Two families on the same ground, one with two classes."""
    person = register()
    lines = [
        line("H-1", Kind.SUSPECT, "2010-01-01", square(0, 0, 1), hazard_class="A1"),
        line("H-2", Kind.CONFIRM, "2010-01-01", square(5, 0, 1), hazard_class="A4"),
        line("C-1", Kind.RECORD, "2010-01-01", square(0, 0, 1), families=(("cmr", "CMR"),)),
        line("H-3", Kind.CONFIRM, "2011-01-01", square(0, 0, 1), hazard_class="A1"),
    ]
    approve_lines(lines=lines, document=document(person), on=date(2012, 1, 1), by=person, reason="test")


def printed(*words: str) -> str:
    """What the command prints."""
    app = typer.Typer()
    ledger.register(app)
    ended = CliRunner().invoke(app, ["ledger", "--as-of", "2012-12-31", *words], catch_exceptions=False)
    assert ended.exit_code == 0
    return ended.output


def test_each_family_has_a_sum_of_its_own() -> None:
    """The same ground in two families is no more ground."""
    found = sheet(as_of=date(2012, 12, 31))
    sums = {total["family"]: total["closing_m2"] for total in found.totals()}
    assert sums == {
        family: sum(row["closing_m2"] for row in found.rows if row["family"] == family) for family in ("mines", "cmr")
    }
    table = printed()
    assert [row.split("│")[1].strip() for row in table.splitlines() if "│ all" in row] == ["mines", "cmr"]
    assert "│ all" not in printed("--by", "family")


def test_every_flow_of_the_law_is_printed_where_there_is_any() -> None:
    """Land that changed its degree is a column, or the row would not add up to its reader."""
    assert "degree changed" in printed("--by", "degree")
    law = set(AREA_COLUMNS) - {name for name in AREA_COLUMNS if name.startswith(("closing_", "outside", "unplaced"))}
    assert law - set(ledger.TABLE_COLUMNS) == {"confirmed_m2"}
