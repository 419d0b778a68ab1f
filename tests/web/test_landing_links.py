"""Numbers of the first page and of the pages behind it: what each opens says the same, and adds up to it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from clearground.accounts.models import Person
from clearground.web.landing import bridges, restatements, selectors
from tests.web import landing_books
from tests.web.test_landing import signed_in, text, year

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper() -> Person:
    """Who keeps a real small register."""
    return landing_books.a_register()


def test_every_number_of_the_release_table_opens(client: Client, keeper: Person) -> None:
    """The authority's its figure, the others the lines that they are the sum of."""
    reduced = landing_books.line(
        "D1", landing_books.Kind.REDUCE, "2017-08-01", landing_books.square(-4, 1, 1), stated_m2=700.0, operator="OP1"
    )
    landing_books.approve(keeper, "2018-08-01", reduced)
    signed_in(client, "data_officer")
    page = text(client)
    table = page[page.index('<table class="releases"') :]
    cells = re.findall(r'<td class="num[^>]*>(.*?)</td>', table[: table.index("</table>")])
    assert len(cells) == 2 * 6
    assert [cell for cell in cells if not cell.startswith("<a href=")] == []
    three = page[page.index('<ul class="three"') : page.index('<table class="releases"')]
    assert len(re.findall(r'<span class="value num"><a href="', three)) == 3


@pytest.mark.parametrize("source", ["operators", "treaty"])
def test_a_stated_total_opens_the_lines_that_it_is_the_sum_of(client: Client, keeper: Person, source: str) -> None:
    """Each line that it counts, those without an area too; for readers of figures the way to it alone."""
    nothing = landing_books.cleared("R8", "2017-03-03", None, None)
    landing_books.approve(keeper, "2018-08-01", nothing)
    signed_in(client, "data_officer")
    told = selectors.three_totals(year().version, year().question("mines", "cleared"))
    address = bridges.source_address(year(), source, "mines", "cleared", shows_lines=True)
    assert address.endswith("#lines")
    page = text(client, address.partition("#")[0])
    lines = page[page.index('<table class="lines"') :]
    amounts = re.findall(r'<td class="num">([+−]?[\d,]+)</td></tr>', lines)
    assert len(amounts) == told.lines[source] == len(told.counted[source].entry)
    assert sum(int(each.replace(",", "")) for each in amounts) * 20_000 == told.total2[source]
    assert ("R8" in lines) == (source == "operators"), "approved after the year, and without an area"
    assert f"{bridges.step_name(source)}: {bridges.area(told.total2[source])} m²" in page, "a total has no sign"
    away = bridges.source_address(year(), source, "mines", "cleared", shows_lines=False)
    assert "step=" not in away
    landing_books.Country.objects.update(published="figures")
    signed_in(client, "viewer")
    assert '<table class="lines"' not in text(client, address.partition("#")[0])


def test_totals_are_the_sums_of_their_lines(keeper: Person) -> None:
    """On every bridge, with ==."""
    told = selectors.three_totals(year().version, year().question("mines", "cleared"))
    for bridge in told.bridges:
        assert told.part(bridge.start, bridge.end, bridge.start).delta2 == bridge.start2
        assert told.part(bridge.start, bridge.end, bridge.end).delta2 == bridge.end2
        assert told.part(bridge.start, bridge.end, "unheard-of") is None


def test_every_number_of_a_restatement_opens(client: Client, keeper: Person) -> None:
    """Closings as figures that say the same; what was restated by the records of its class, which add up to it."""
    signed_in(client, "data_officer")
    for edition, known in ((year().edition, None), (year().previous, landing_books.SIGNED)):
        found = selectors.restated(edition, known)
        page = text(client, f"/restated/{edition.pk}/" + (f"?known={known}" if known else ""))
        table = page[page.index("<tbody>") : page.index("</tbody>")]
        rows = re.findall(r'<td class="num[^"]*">(?:<a href="([^"]+)">)?([^<]+)', table)
        assert len(rows) == 3 * len(found.rows)
        assert [words for address, words in rows if not address] == ["0"] * sum(
            not row[name] for row in found.rows for name in ("closing_m2", "restated_m2", "opening_m2")
        )
        for address, words in rows:
            if address:
                assert words.lstrip("+−") in text(client, address.replace("&amp;", "&").partition("#")[0])


def test_records_of_a_class_add_up_to_what_was_restated_of_it(client: Client, keeper: Person) -> None:
    """With ==, in every class; named to who may see records only."""
    for edition in (year().edition, year().previous):
        found = selectors.restated(edition, None)
        restated = restatements.Restated(edition, date(2026, 1, 1), found)
        changes = {(row["family"], row["class"]): restated.records(row).total for row in found.rows}
        assert changes == {(row["family"], row["class"]): selectors.exact(row["restated_m2"]) for row in found.rows}
    address = f"/restated/{year().edition.pk}/?family=mines&class=A1"
    landing_books.Country.objects.update(published="figures")
    signed_in(client, "viewer")
    page = text(client, address)
    assert "1 record restated Mines A1 by −" in page
    assert "R3" not in page
    signed_in(client, "planner")
    assert "R3" in text(client, address)
