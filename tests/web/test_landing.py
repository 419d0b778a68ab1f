"""The first page: the sheet of the year and its law, the three totals, and the reader's work by rights."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from clearground.accounts.models import Organisation, Person
from clearground.audit.choices import Kind as AuditKind
from clearground.land import selectors as land
from clearground.web.landing import restatements, selectors, tables
from tests.web import books, landing_books

pytestmark = pytest.mark.django_db
GAP = "/gap/operators/authority/"


@pytest.fixture
def keeper() -> Person:
    """Who keeps a real small register."""
    return landing_books.a_register()


def text(client: Client, address: str = "/", status: int = 200) -> str:
    """The page in one line, which must have been answered so; without its token, in which any letters may stand."""
    answer = client.get(address, headers={"accept": "text/html"})
    assert answer.status_code == status
    return re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", " ".join(answer.content.decode().split()))


def signed_in(client: Client, *roles: str, organisation: str = "") -> Person:
    """Somebody with these roles."""
    person = books.somebody(*roles)
    Person.objects.filter(pk=person.pk).update(organisation=Organisation.objects.filter(code=organisation).first())
    person.refresh_from_db()
    client.force_login(person)
    return person


def year() -> selectors.Year:
    """The year of the page."""
    return selectors.the_year(date(2026, 1, 1))


def test_the_law_holds_in_every_row_with_the_edition_before(keeper: Person) -> None:
    """Opening is what Official 2016 printed; restated is what it did not know; all terms add up with ==."""
    rows = {(row.family, row.hazard_class): row for row in selectors.balance_rows(year())}
    assert all(row.balances for row in rows.values())
    late, old = rows["mines", "A4"], rows["mines", "A1"]
    assert late.opening == 0
    assert late.other > 0, "land that was reclassified in the year"
    assert late.restated == late.closing - late.other > 0, "the hazard of 2016 that came after the signature"
    assert (old.restated, old.other) == (0, -late.other)
    assert old.opening - old.cleared - late.other == old.closing
    for printed in year().previous.statement["rows"]:
        opening = rows[printed["family"], printed["class"]].opening / 20_000
        assert opening == pytest.approx(printed["closing_m2"], abs=0.01), "to the square centimetre: see ADR 7"


def test_a_term_that_is_left_out_breaks_the_law(keeper: Person) -> None:
    """The mark is computed from the terms on the page."""
    row = next(row for row in selectors.balance_rows(year()) if row.hazard_class == "A4")
    values = {name: getattr(row, name) for name in row.__slots__}
    assert not selectors.BalanceRow(**{**values, "restated": row.restated - 1}).balances


def test_subtotals_are_of_a_family_and_leave_out_what_is_no_contamination(keeper: Person) -> None:
    """B2 has a line and is in no total; no line sums two families."""
    groups = {group.code: group for group in tables.the_sheet(year())}
    assert set(groups) == {"mines", "cmr"}
    mines = groups["mines"]
    assert [line.code for line in mines.apart] == ["B2"]
    rows = [row for row in selectors.balance_rows(year()) if row.family == "mines" and row.hazard_class != "B2"]
    assert mines.sums.closing == sum(row.closing for row in rows)
    assert mines.sums.balances


def test_since_it_was_signed_is_what_the_ledger_restates(keeper: Person) -> None:
    """Differential: the same as `land.selectors.restatement`, row by row."""
    found = land.restatement(year().edition)
    wanted = {(row["family"], row["class"]): selectors.exact(row["restated_m2"]) for row in found.rows}
    ours = {(row.family, row.hazard_class): row.since_signed for row in selectors.balance_rows(year())}
    assert {key: value for key, value in ours.items() if value} == {k: v for k, v in wanted.items() if v} != {}


def test_restated_is_the_restatement_of_the_edition_before(keeper: Person) -> None:
    """As known when this one was signed."""
    found = land.restatement(year().previous, known=landing_books.SIGNED)
    wanted = {(row["family"], row["class"]): selectors.exact(row["restated_m2"]) for row in found.rows}
    ours = {(row.family, row.hazard_class): row.restated for row in selectors.balance_rows(year())}
    assert {key: value for key, value in ours.items() if value} == {k: v for k, v in wanted.items() if v} != {}


def test_the_page_names_the_edition_its_days_and_its_seal(client: Client, keeper: Person) -> None:
    """And every number is a link to its figure."""
    page = text(client)
    edition = year().edition
    for words in ("Official 2017", "31 December 2017", "22 May 2018", edition.digest[:12], "The books balance."):
        assert words in page, words
    assert f'href="/editions/{edition.pk}/"' in page
    closing = tables.the_sheet(year())[0].lines[0].cells[-1]
    address = closing.address.replace("&", "&amp;")
    assert f'<a href="{address}">{closing.text}</a>' in page
    assert "/figure/closing_m2" in address
    assert "as-of=2017-12-31" in address
    assert "class=A1" in address
    opening = tables.the_sheet(year())[0].lines[0].cells[0].address
    assert "as-of=2016-12-31&known=2017-05-22" in opening


def test_every_link_of_the_page_leads_somewhere(client: Client, keeper: Person) -> None:
    """No address of the first page or of its gaps is dead."""
    signed_in(client, "data_officer")
    seen: set[str] = set()
    for start in ("/", GAP, f"/restated/{year().edition.pk}/"):
        seen |= set(re.findall(r'href="(/(?:figure|gap|restated|sheet|editions|records?)[^"#]*)', text(client, start)))
    assert len(seen) > 20
    wrong = [a for a in seen if client.get(a.replace("&amp;", "&")).status_code != 200]
    assert wrong == []


def test_without_an_edition_before_nothing_is_restated(client: Client) -> None:
    """A dash, not a zero, and the opening is the register's own."""
    by = landing_books.register()
    landing_books.approve(
        by, "2018-01-10", landing_books.cleared("R1", "2017-05-01", landing_books.square(0, 0, 1), 9.0)
    )
    hazard = landing_books.line("H1", landing_books.Kind.SUSPECT, "2010-01-01", landing_books.square(0, 0, 2))
    landing_books.approve(by, "2018-01-11", hazard)
    landing_books.Country.objects.update(published="figures")
    page = text(client)
    assert "No edition has been signed yet" in page
    assert "nothing can be restated" in page
    (row,) = [row for row in selectors.balance_rows(selectors.the_year(date(2017, 12, 31))) if row.closing]
    assert row.restated is None
    assert row.balances


def test_the_three_totals_stand_with_their_gaps(client: Client, keeper: Person) -> None:
    """Operators 48,000 m² with the late report; the treaty report what was approved in 2017."""
    page = text(client)
    for words in ("Three totals of 2017: Mines, cleared", "48,000 m² in 3 lines", "10,000 m² in 1 line", "Why?"):
        assert words in page, words
    assert page.count('<li><a href="/gap/') == 3, "one kind of release has no table below"
    assert page.count('href="/gap/') == 3 + 2, "the totals that are no figure of the sheet"


def test_a_gap_shows_its_steps_and_the_records_to_who_may_see_them(client: Client, keeper: Person) -> None:
    """The areas are for all who see figures, the references are not."""
    signed_in(client, "data_officer")
    page = text(client, f"{GAP}?family=mines&kind=cleared&step=late")
    for words in ("Approved after the edition was signed", "−8,000", "R3", "Outside recorded hazards", "10 July 2018"):
        assert words in page, words
    assert "nothing is left over" in page
    signed_in(client, "viewer")
    landing_books.Country.objects.update(published="figures")
    page = text(client, f"{GAP}?family=mines&kind=cleared&step=late")
    assert "−8,000" in page
    assert "R3" not in page
    assert re.search(r'href="[^"]*step=', page) is None


def test_restatements_name_records_to_who_may_see_them_only(client: Client, keeper: Person) -> None:
    """The numbers are for all who see figures."""
    landing_books.Country.objects.update(published="figures")
    address = f"/restated/{year().previous.pk}/?known=2018-05-22"
    signed_in(client, "viewer")
    page = text(client, address)
    assert "1 record changed, 1 of them reported late" in page
    assert "H3" not in page
    signed_in(client, "planner")
    assert "H3" in text(client, address)


def test_an_organisation_is_left_out_on_the_page_of_a_gap(client: Client, keeper: Person) -> None:
    """By name, and the step says so."""
    landing_books.approve(keeper, "2018-08-01", landing_books.cleared("R9", "2017-02-01", None, 1.0))
    page = text(client, "/gap/operators/treaty/?without=OP1")
    assert "Organisation missing from the treaty report" in page
    assert 'value="OP1" ' in page
    assert re.search(r'value="OP1"[^>]*checked', page)


@pytest.mark.parametrize(
    "address",
    [
        "/gap/operators/nobody/",
        "/gap/authority/operators/",
        f"{GAP}?step=unheard-of",
        "/restated/999/",
        "/restated/{}/?known=yesterday",
        "/restated/{}/?known=2017-02-31",
        "/restated/{}/?family=mines&class=Z9",
        "/restated/{}/?family=gas",
        "/restated/{}/?seq=first",
    ],
)
def test_what_is_not_there_is_not_found(client: Client, keeper: Person, address: str) -> None:
    """No such way, step, edition or day."""
    text(client, address.format(year().edition.pk), 404)


@pytest.mark.parametrize(
    "bad",
    [
        "family=gas",
        "as-of=soon",
        "edition=1&as-of=1999-12-31",
        "seq=0",
        "kind=sold",
        "edition=999",
        "without=NOBODY",
        "page=0",
        "page=x",
    ],
)
def test_a_question_that_can_not_be_meant_is_said(client: Client, keeper: Person, bad: str) -> None:
    """With a way back."""
    assert "There is a problem with the question" in text(client, f"{GAP}?{bad}", 400)


def test_a_known_day_before_the_edition_still_answers(client: Client, keeper: Person) -> None:
    """What was known earlier differs the other way round."""
    assert "Restated since Official 2017" in text(client, f"/restated/{year().edition.pk}/?known=2016-12-01")


def test_who_has_no_account_reads_what_they_may_see(client: Client, keeper: Person) -> None:
    """And how to sign in; the map only where it is published; nobody's work."""
    page = text(client)
    assert "the map and the records are open to you" in page
    landing_books.Country.objects.update(published="figures")
    page = text(client)
    assert "are for people of the programme" in page
    assert 'href="/login/"' in page or "/login" in page
    assert "My work today" not in page
    assert "Step in as somebody" not in page


def test_the_demonstration_invites_to_step_in(client: Client, keeper: Person) -> None:
    """On its own machine, as anybody who has a role."""
    landing_books_demo(keeper)
    books.somebody("approver", login="karsova.secretary")
    page = text(client)
    assert 'action="/step-in/karsova.secretary/"' in page
    assert "tester" not in page, "who has no role is not in the cast"
    away = client.get("/", REMOTE_ADDR="192.0.2.7").content.decode()
    assert "step-in/karsova" not in away


def landing_books_demo(by: Person) -> None:
    """The register says that it is the demonstration."""
    from clearground.audit.actions import record

    record(AuditKind.DEMONSTRATION_LOADED, subject="demonstration", by=by, reason="test")


def test_more_rows_do_not_ask_the_database_more_often(
    client: Client, keeper: Person, django_assert_max_num_queries: Any
) -> None:
    """More imports, findings, people and editions, the same number of queries; few when the numbers are kept."""
    officer = signed_in(client, "data_officer", "approver", "administrator")
    text(client)
    with django_assert_max_num_queries(24) as few:
        text(client)
    asked = len(few.captured_queries)
    for at in range(6):
        other = books.somebody("operator", login=f"o{at}")
        of = landing_books.an_import(other)
        landing_books.an_import(officer)
        landing_books.a_finding(of, "OP1" if at % 2 else "OP2")
    with django_assert_max_num_queries(asked + 1):  # names of the owners that there are now
        text(client)


def test_a_gap_with_many_lines_asks_as_often_as_one_with_few(
    client: Client, keeper: Person, django_assert_max_num_queries: Any
) -> None:
    """And is paged."""
    signed_in(client, "data_officer")
    address = f"{GAP}?step=late"
    text(client, address)
    with django_assert_max_num_queries(30) as few:
        text(client, address)
    asked = len(few.captured_queries)
    many = [landing_books.cleared(f"L{at:03}", "2017-03-01", None, 10.0 + at) for at in range(60)]
    landing_books.approve(keeper, "2018-09-01", *many)
    page = text(client, address)
    assert "Page 1 of 2" in page
    assert "page=2" in page
    with django_assert_max_num_queries(asked):
        text(client, address)
    assert "L000" not in page
    assert "L000" in text(client, f"{address}&page=2")


def test_an_approval_shows_at_once(client: Client, keeper: Person) -> None:
    """What is kept is kept under the state of the ledger."""
    before = selectors.balance_rows(year())
    report = landing_books.cleared("R5", "2017-10-01", landing_books.square(-3, 3, 1), 5_000.0)
    landing_books.approve(keeper, "2018-08-01", report)
    after = selectors.balance_rows(year())
    assert [row.closing for row in after] == [row.closing for row in before], "the edition stays"
    assert sum(row.since_signed for row in after) < sum(row.since_signed for row in before)
    assert "53,000 m² in 4 lines" in text(client)


def test_an_empty_register_and_no_country_answer_as_before(client: Client) -> None:
    """The first page of a country that has just begun."""
    assert "clearground init" in text(client)
    books.a_register()
    assert "clearground import hazards" in text(client)


def test_the_page_holds_nothing_inline(client: Client, keeper: Person) -> None:
    """The content policy would refuse it."""
    signed_in(client, "data_officer")
    for address in ("/", f"{GAP}?step=late", f"/restated/{year().edition.pk}/"):
        page = text(client, address)
        assert " style=" not in page
        assert " onclick=" not in page


def test_khmer(client: Client, keeper: Person) -> None:
    """The page answers in Khmer, with the same digits."""
    client.post("/language/", {"language": "km", "next": "/"})
    page = text(client)
    assert '<html lang="km">' in page
    assert "48,000" in page


def test_the_first_page_shows_no_record(client: Client, keeper: Person) -> None:
    """It is for everybody who sees figures."""
    assert not {"R1", "R2", "H1"} & set(re.findall(r"\b[RH]\d\b", text(client)))
    assert restatements.SHOWN_CAUSES > 0
