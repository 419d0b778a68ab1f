"""Gaps and restatements as files: they add up, name what they are of, and stay what they are."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clearground.accounts.models import Person
from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.land.actions import sign_edition
from clearground.land.selectors.three_totals import BRIDGES
from clearground.web.landing import selectors
from tests.web import landing_books
from tests.web.tables import cells_of, exact, formulas, lines, reckoned
from tests.web.test_landing import signed_in, text, year

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper() -> Person:
    """Who keeps a real small register."""
    return landing_books.a_register()


@pytest.fixture
def officer(client: Client, keeper: Person) -> Client:
    """Somebody who may see records."""
    signed_in(client, "data_officer")
    return client


def downloads(client: Client, address: str) -> list[str]:
    """The files that a page leads to."""
    found = re.findall(r'href="([^"]+)" download', text(client, address))
    return [each.replace("&amp;", "&") for each in found]


@pytest.mark.parametrize("way", BRIDGES, ids="-".join)
def test_a_bridge_adds_up_as_a_file(officer: Client, way: tuple[str, str]) -> None:
    """From one total, step by step, to the other, with ==; in a workbook by formula."""
    told = selectors.three_totals(year().version, year().question("mines", "cleared"))
    start, end = way
    rows = lines(officer.get(f"/gap/{start}/{end}.csv?family=mines&kind=cleared"))
    assert (rows[0]["step"], rows[-1]["step"]) == way
    assert exact(rows[:-1], "change_m2") == exact(rows[-1:], "change_m2") == told.total2[end]
    assert [int(row["lines"]) for row in (rows[0], rows[-1])] == [told.lines[start], told.lines[end]]
    for column, value in {
        "family": "mines",
        "as_of": "2017-12-31",
        "edition": "Official 2017",
        "synthetic": "true",
    }.items():
        assert {row[column] for row in rows} == {value}
    body = officer.get(f"/gap/{start}/{end}.xlsx?family=mines&kind=cleared").content
    ((at, (formula, value)),) = formulas(body).items()
    assert formula == f"SUM(C2:C{len(rows)})"
    assert at == f"C{len(rows) + 1}"
    assert round(value * HALF_CM2_PER_M2) == told.total2[end] == reckoned(formula, cells_of(body))


def test_lines_of_each_step_add_up_to_it(officer: Client) -> None:
    """Of each total too; the workbook's sum is a formula."""
    told = selectors.three_totals(year().version, year().question("mines", "cleared"))
    seen = 0
    for bridge in told.bridges:
        for step in (*bridge.steps, told.counted[bridge.start], told.counted[bridge.end]):
            rows = lines(officer.get(f"/gap/{bridge.start}/{bridge.end}/{step.code}.csv"))
            assert exact(rows, "change_m2") == step.delta2
            assert all(row["ref"] and row["approved_on"] for row in rows)
            seen += len(rows)
    assert seen > 10
    body = officer.get("/gap/operators/authority/operators.xlsx").content
    assert {reckoned(formula, cells_of(body)) for formula, _value in formulas(body).values()} >= {
        told.total2["operators"]
    }


def test_a_restatement_adds_up_as_a_file(officer: Client) -> None:
    """Closing and restated are what is known later, in each row by formula; its records come to what was restated."""
    for edition in (year().edition, year().previous):
        found = selectors.restated(edition, None)
        address = f"/restated/{edition.pk}"
        rows = lines(officer.get(f"{address}.csv"))
        assert len(rows) == len(found.rows)
        for row in rows:
            assert exact([row], "closing_m2") + exact([row], "restated_m2") == exact([row], "known_later_m2")
            assert (row["edition"], row["as_of"]) == (edition.name, str(edition.as_of))
        body = officer.get(f"{address}.xlsx").content
        cells, known = cells_of(body), formulas(body)
        assert len([formula for formula, _value in known.values() if "SUM" not in formula]) == len(rows)
        assert all(reckoned(said, cells) == round(value * HALF_CM2_PER_M2) for said, value in known.values())
        records = lines(officer.get(f"{address}/records.csv"))
        for row in rows:
            own = [each for each in records if (each["family"], each["class"]) == (row["family"], row["class"])]
            assert exact(own, "restated_m2") == exact([row], "restated_m2")
    one = lines(officer.get(f"/restated/{year().edition.pk}/records.csv?family=mines&class=A1"))
    assert [(row["ref"], row["is_late"]) for row in one] == [("R3", "true")]


@pytest.mark.parametrize(
    "address",
    [
        "/gap/treaty/authority.csv",
        "/gap/operators/treaty/operators.csv",
        "/restated/{}.csv",
        "/restated/{}/records.csv",
    ],
)
def test_each_column_has_its_tag(officer: Client, address: str) -> None:
    """In a row below the headings, where it is asked for."""
    head, tags, *rest = (
        officer.get(f"{address.format(year().edition.pk)}?hxl=1").content.decode("utf-8-sig").splitlines()
    )
    assert len(head.split(",")) == len(tags.split(","))
    assert rest
    said = dict(zip(head.split(","), tags.split(","), strict=True))
    assert all(tag.startswith("#") for tag in said.values())
    numbers = [name for name, tag in said.items() if tag.startswith("#indicator")]
    assert [name for name in numbers if not name.endswith("_m2") and name != "lines"] == []


def test_pages_lead_to_their_files(client: Client, keeper: Person) -> None:
    """With the days, the edition and the approval in their addresses; records only for who may see them."""
    landing_books.Country.objects.update(published="figures")
    pages = ["/gap/operators/authority/?step=late", f"/restated/{year().edition.pk}/"]
    signed_in(client, "viewer")
    assert [len(downloads(client, page)) for page in pages] == [3, 3]
    for address in ("/gap/operators/authority/late.csv", f"/restated/{year().edition.pk}/records.csv"):
        assert client.get(address).status_code == 403
    signed_in(client, "planner")
    found = [address for page in pages for address in downloads(client, page)]
    assert len(found) == 12
    for address in found:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert re.search(r"2017-12-31-known-20\d\d-\d\d-\d\d-seq\d+\.(csv|xlsx)", answer["Content-Disposition"]), (
            address
        )
        assert "known=" in address
        assert "seq=" in address


def report(ref: str, on: date) -> Any:
    """A clearance of that day."""
    return landing_books.cleared(ref, str(on), landing_books.square(int(ref[1:]), 1, 1), 900.0)


def test_a_file_stays_what_it_is(client: Client) -> None:
    """Whatever is approved and signed after its address was printed; the page goes with the times."""
    by, today = landing_books.register(), timezone.localdate()
    landing_books.Country.objects.update(published="land")
    hazard = landing_books.line("H1", landing_books.Kind.SUSPECT, "2010-01-01", landing_books.square(0, 0, 9))
    landing_books.approve(by, str(today), hazard, report("R1", today))
    address = "/gap/operators/authority/?step=operators"
    printed = {each: client.get(each).content for each in downloads(client, address) if ".csv" in each}
    assert len(printed) == 4
    landing_books.approve(by, str(today), report("R2", today))
    sign_edition(name="Today", as_of=today, known=today, by=by, reason="annual")
    assert {each: client.get(each).content for each in printed} == printed
    assert client.get("/gap/operators/authority.csv").content not in printed.values()


def test_a_file_of_an_edition_stays_what_it_is(officer: Client, keeper: Person) -> None:
    """As known at the approval that its address names."""
    page, gap = f"/restated/{year().edition.pk}/", "/gap/operators/authority/?step=operators"
    found = [each for address in (page, gap) for each in downloads(officer, address) if ".csv" in each]
    printed = {each: officer.get(each).content for each in found}
    assert len(printed) == 8
    late = landing_books.cleared("R5", "2017-10-01", landing_books.square(-3, 3, 1), 5_000.0)
    landing_books.approve(keeper, "2018-08-01", late)
    assert {each: officer.get(each).content for each in printed} == printed
    assert officer.get(f"{page.rstrip('/')}.csv").content not in printed.values()


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/gap/operators/authority/unheard-of.csv", 404),
        ("/gap/operators/authority/treaty.csv", 404),
        ("/gap/authority/operators.csv", 404),
        ("/gap/operators/authority.csv?family=gas", 400),
        ("/gap/operators/authority.csv?as-of=soon", 400),
        ("/gap/operators/authority/late.csv?kind=sold", 400),
        ("/restated/999.csv", 404),
        ("/restated/999/records.csv", 404),
    ],
)
def test_a_file_that_is_not_there_says_so(officer: Client, address: str, status: int) -> None:
    """Not with an empty table."""
    assert officer.get(address).status_code == status
