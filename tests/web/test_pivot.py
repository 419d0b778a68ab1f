"""Questions of one's own on the pages: the address is the question, files name it, reports are kept, papers print."""

from __future__ import annotations

import csv
import io
import json
import re
from urllib.parse import parse_qsl

import pytest
from django.test import Client
from django.utils.html import strip_tags

from clearground.accounts.models import Person, RoleGrant
from clearground.land.selectors import sheet
from clearground.publications.models import SavedReport
from clearground.publications.pivoting import exact_sum
from clearground.web.analysis.pages import Cell
from clearground.web.shell.addresses import figure_address, query
from tests.publications.books import AS_OF, KNOWN, a_country, an_edition
from tests.web import books

pytestmark = pytest.mark.django_db
QUESTION = {
    "rows": "month", "measure": ["cleared_m2", "items_antipersonnel_mine"], "province": "01", "contract": "C/1",
    "family": "mines", "as-of": "2017-12-31", "since": "2017-01-01", "known": "2018-05-22",
}  # fmt: skip


@pytest.fixture
def person() -> Person:
    """Books of two years with an edition; somebody who may keep reports."""
    tester = a_country()
    an_edition(tester)
    RoleGrant.objects.create(person=tester, role="data_officer")
    return tester


@pytest.fixture
def reader(person, client) -> Client:
    """Signed in as that somebody."""
    client.force_login(person)
    return client


def cleared() -> float:
    """What the sheet says that mines operators cleared in 2017."""
    rows = sheet(as_of=AS_OF, known=KNOWN, since=AS_OF.replace(month=1, day=1)).rows
    return exact_sum([row["cleared_m2"] for row in rows if row["family"] == "mines"], "cleared_m2")


def test_land_and_mines_of_one_province_under_one_contract_by_month(reader) -> None:
    """Twelve months, the total of the sheet, and each figure a link to where it comes from."""
    answer = reader.get("/ask/", QUESTION)
    page = answer.content.decode()
    assert answer.status_code == 200
    table = page[page.index('<table class="pivot"') : page.index("</table>")]
    assert len(re.findall(r'<th scope="row">\w+ 2017</th>', table)) == 12
    assert f"{cleared():,.0f}" in strip_tags(table[table.index("subtotal") :])
    link = next(href for href in re.findall(r'href="(/figure/cleared_m2/[^"]+)"', table) if "2017-03-31" in href)
    for part in ("contract=C%2F1", "province=01", "since=2017-03-01", "family=mines", "known=2018-05-22"):
        assert part in link, part


def test_the_address_alone_asks_the_same_again(reader) -> None:
    """Whatever order it is in; the usual question where it says nothing."""
    page = reader.get("/ask/").content.decode()
    for words in ("Cancelled, m²", "Items, all types", "Mines", "31 December 2017"):
        assert words in page, words
    again = reader.get("/ask/", QUESTION).content.decode()
    address = re.search(r'<a href="(/ask/\?[^"]+)">Address', again)
    assert address is not None
    same = reader.get(address[1].replace("&amp;", "&")).content.decode()
    assert same[same.index("<table") : same.index("</table>")] == again[again.index("<table") : again.index("</table>")]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"rows": "operator", "measure": "closing_m2"}, "belongs to land"),
        ({"rows": "year", "columns": "month"}, "two lengths"),
        ({"rows": "moon"}, "Choose one of the list"),
        ({"contract": "X"}, "Choose one of the list"),
        ({"as-of": "soon"}, "2017-12-31"),
        ({"task": "T-nothing"}, "T-nothing"),
    ],
)
def test_a_question_without_an_answer_says_what_to_do(reader, said, words) -> None:
    """In the page, with the form as it was; and in the download."""
    answer = reader.get("/ask/", said)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert reader.get("/ask.csv", said).status_code == 400


def test_districts_are_those_of_the_province(reader) -> None:
    """And communes those of the district; the form works without a script."""
    page = reader.get("/ask/", {"province": "01"}).content.decode()
    assert "All districts" in page
    assert "All communes" not in page
    assert "010102" in reader.get("/ask/", {"province": "01", "district": "0101"}).content.decode()
    assert reader.get("/ask/", {"district": "0101"}).status_code == 200, "a district without its province is left out"


def test_csv_has_tags_and_every_row_says_that_it_is_invented(reader) -> None:
    """Flat rows; the file names its question."""
    answer = reader.get("/ask.csv", QUESTION)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    said = ["since", "as_of", "known", "edition", "seq", "note"]
    assert rows[0] == ["month", "cleared_m2", "items_antipersonnel_mine", "synthetic", *said]
    assert rows[1] == [
        "#date+month",
        "#indicator+cleared+m2",
        "#indicator+items+antipersonnel+mine+num",
        "#meta+synthetic",
        "#date+start",
        "#date+reported",
        "#date+known",
        "#meta+edition",
        "#meta+approval",
        "#meta+note",
    ]
    assert len(rows) == 2 + 12
    assert exact_sum([float(row[1]) for row in rows[2:]], "cleared_m2") == cleared()
    assert {row[3] for row in rows[2:]} == {"true"}
    assert {tuple(row[4:8]) for row in rows[2:]} == {("2017-01-01", "2017-12-31", "2018-05-22", "Official 2017")}
    for part in (
        "cleared_m2",
        "by-month",
        "province-01",
        "contract-C_1",
        "2017-01-01-to-2017-12-31",
        "known-2018-05-22",
    ):
        assert part in answer["Content-Disposition"], part


def test_a_workbook_adds_up_by_formulas(reader) -> None:
    """A total is a sum over its rows, across and down, and holds the value that the sheet has."""
    import zipfile

    asked = {**QUESTION, "rows": "operator", "columns": "month", "family": "", "contract": ""}
    answer = reader.get("/ask.xlsx", asked)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        table = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
    cells = dict(re.findall(r'<c r="([A-Z]+\d+)"[^>]*>(?:<f>[^<]*</f>)?<v>([^<]*)</v>', table))
    formulas = dict(re.findall(r'<c r="([A-Z]+\d+)"[^>]*><f>([^<]*)</f>', table))
    downward = {at: f for at, f in formulas.items() if f.startswith("SUM")}
    across = {at: f for at, f in formulas.items() if "+" in f}
    assert downward
    assert across
    for at, formula in downward.items():
        column, first, last = re.fullmatch(r"SUM\(([A-Z]+)(\d+):[A-Z]+(\d+)\)", formula).groups()  # type: ignore[union-attr]
        summed = sum(float(cells.get(f"{column}{row}", 0)) for row in range(int(first), int(last) + 1))
        assert float(cells[at]) == pytest.approx(summed, rel=1e-12)
    for at, formula in across.items():
        assert float(cells[at]) == pytest.approx(sum(float(cells.get(c, 0)) for c in formula.split("+")), rel=1e-12)
    assert any(float(value) == pytest.approx(cleared()) for at, value in cells.items() if at in downward)
    assert "#org+impl+code" in strings
    assert "not thereby safe" in strings


def test_parquet_says_what_it_is_of(reader) -> None:
    """Types, tags and the question in its metadata."""
    import pyarrow.parquet as pq

    table = pq.read_table(io.BytesIO(reader.get("/ask.parquet", QUESTION).content))
    header = json.loads(table.schema.metadata[b"clearground"])
    assert table.column_names == ["month", "cleared_m2", "items_antipersonnel_mine", "synthetic"]
    assert header["hxl"]["month"] == "#date+month"
    assert "Contract: C/1" in header["question"]
    assert exact_sum(table["cleared_m2"].to_pylist(), "cleared_m2") == cleared()


def test_a_text_that_a_spreadsheet_would_run_is_disarmed(reader, person) -> None:
    """A contract may be called anything."""
    from clearground.kernel.land.events import Kind
    from tests.land.factories import line, square
    from tests.land.test_ledger import approve

    approve(person, line("R9", Kind.CLEAR, "2017-06-01", square(-7, 0, 1, 8), contract="=1+1"), on="2018-02-01")
    body = reader.get("/ask.csv", {"rows": "contract"}).content.decode()
    assert ",'=1+1," in body
    assert b"<f>1+1" not in reader.get("/ask.xlsx", {"rows": "contract"}).content


def test_a_report_is_kept_opened_renamed_and_deleted(reader) -> None:
    """Each answer is said above the list."""
    page = reader.get("/ask/", QUESTION).content.decode()
    asked = re.search(r'name="asked" value="([^"]+)"', page)
    assert asked is not None
    kept = {
        "name": "Mines of C/1",
        "shared_with": "everybody",
        "follows_latest": "no",
        "asked": asked[1].replace("&amp;", "&"),
    }
    listed = reader.post("/reports/keep/", kept, follow=True).content.decode()
    assert "“Mines of C/1” is kept and shared." in listed
    assert "Official 2017" in listed
    report = SavedReport.objects.get()
    opened = reader.get(f"/reports/{report.pk}/", follow=True)
    assert "<h1>Mines of C/1</h1>" in opened.content.decode()
    assert f"{cleared():,.0f}" in opened.content.decode()
    changed = reader.post(f"/reports/{report.pk}/change/", {"name": "Mines", "shared_with": "nobody"}, follow=True)
    assert "Mines</a>" in changed.content.decode()
    assert "Done." in reader.post(f"/reports/{report.pk}/delete/", follow=True).content.decode()
    assert not SavedReport.objects.exists()


def test_a_report_that_is_not_mine_can_be_read_and_not_changed(reader, person, client) -> None:
    """By who sees figures; one that is not shared is not there."""
    from tests.publications.test_reports import keep

    shared, own = keep(person, "shared", shared_with="everybody"), keep(person, "own")
    other = Client()
    other.force_login(books.somebody("viewer"))
    assert other.get(f"/reports/{shared.pk}/").status_code == 302
    assert other.get(f"/reports/{own.pk}/").status_code == 404
    assert "Rename" not in other.get("/reports/").content.decode()
    assert other.post(f"/reports/{shared.pk}/delete/").status_code == 403
    planner = Client()
    planner.force_login(books.somebody("planner"))
    assert "not yours" in planner.post(f"/reports/{shared.pk}/delete/", follow=True).content.decode()
    assert SavedReport.objects.count() == 2


def test_a_report_that_no_longer_reads_is_explained(reader, person) -> None:
    """In the list and where it is opened, with what it asked; the others stay."""
    from tests.publications.test_reports import keep

    report = keep(person)
    SavedReport.objects.filter(pk=report.pk).update(question={**report.question, "rows": ["moon"]})
    assert "moon" in reader.get("/reports/").content.decode()
    answer = reader.get(f"/reports/{report.pk}/")
    assert answer.status_code == 400
    assert "can&#x27;t be asked" in answer.content.decode() or "can't be asked" in answer.content.decode()


def test_the_list_of_reports_asks_no_more_for_more_of_them(reader, person, django_assert_max_num_queries) -> None:
    """Thirty cost what three cost, but for the names in their sentences."""
    from tests.publications.test_reports import keep

    for at in range(3):
        keep(person, f"report {at}")
    with django_assert_max_num_queries(40) as few:
        reader.get("/reports/")
    for at in range(3, 30):
        keep(person, f"report {at}")
    with django_assert_max_num_queries(len(few.captured_queries)):
        reader.get("/reports/")


def test_an_answer_asks_no_more_for_more_rows(reader, django_assert_max_num_queries) -> None:
    """By year or by month, the same queries."""
    reader.get("/ask/", {**QUESTION, "rows": "year"})
    with django_assert_max_num_queries(60) as few:
        reader.get("/ask/", {**QUESTION, "rows": "year"})
    with django_assert_max_num_queries(len(few.captured_queries)):
        reader.get("/ask/", {**QUESTION, "rows": "month", "since": "2010-01-01"})


def test_rows_beyond_what_is_read_are_in_the_downloads(reader, monkeypatch) -> None:
    """And the page says how many."""
    monkeypatch.setattr("clearground.web.analysis.pages.MOST_LINES", 5)
    page = reader.get("/ask/", QUESTION).content.decode()
    assert "7 of 12 rows are not printed here" in page
    assert len(reader.get("/ask.csv", QUESTION).content.decode().splitlines()) == 14


def test_a_bulletin_is_shown_and_printed(reader) -> None:
    """In the language that is asked for; of no other month than there is."""
    page = reader.get("/bulletins/", {"month": "2017-03", "language": "en"}).content.decode()
    assert "Land release, March 2017" in page
    assert "/bulletins/2017-3.pdf?language=en" in page
    printed = reader.get("/bulletins/2017-3.pdf?language=km")
    assert printed["Content-Type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF")
    assert "bulletin-2017-03-km.pdf" in printed["Content-Disposition"]
    assert reader.get("/bulletins/2017-3/mines.svg").content.startswith(b"<svg")
    for nothing in (
        "/bulletins/1850-1.pdf",
        "/bulletins/2017-13.pdf",
        "/bulletins/2017-3/joy.svg",
        "/bulletins/1-99/x.svg",
    ):
        assert reader.get(nothing).status_code == 404, nothing
    assert reader.get("/bulletins/", {"month": "1850-01"}).status_code == 400


def test_a_dossier_is_shown_and_printed(reader) -> None:
    """For who may see where land lies."""
    assert reader.get("/dossiers/").status_code == 200
    page = reader.get("/dossiers/", {"name": "T-1", "paper": "a3", "language": "en"}).content.decode()
    assert "27G WL 78105 16571" in page
    assert "/dossiers/T-1.pdf?paper=a3&amp;language=en" in page
    assert reader.get("/dossiers/T-1.pdf", {"paper": "a3"}).content.startswith(b"%PDF")
    nothing = reader.get("/dossiers/", {"name": "T-", "paper": "a4", "language": "en"})
    assert nothing.status_code == 400
    assert "Similar: T-1" in nothing.content.decode()
    assert reader.get("/dossiers/T-9.pdf").status_code == 404
    viewer = Client()
    viewer.force_login(books.somebody("viewer"))
    assert viewer.get("/dossiers/T-1.pdf").status_code == 403


def test_a_cell_is_written_as_its_text_with_its_link():
    """Nothing in either is markup."""
    cell = Cell("<1>", '/figure/?a=1&b="2"')
    assert cell.html == '<td class="num"><a href="/figure/?a=1&amp;b=&quot;2&quot;">&lt;1&gt;</a></td>'
    assert Cell("0", is_nil=True).html == '<td class="num nil">0</td>'


def test_an_address_says_what_it_is_asked_for():
    """Every value, spelt as addresses are; nothing for what is not said."""
    asked = {"as_of": "2017-12-31", "measure": ["a_m2", "b&c"], "task": "T 1/ខ", "class": None, "unit": ""}
    said = [("as-of", "2017-12-31"), ("measure", "a_m2"), ("measure", "b&c"), ("task", "T 1/ខ")]
    assert parse_qsl(query(asked)) == said
    assert query({"measure": []}) == ""
    assert figure_address("closing_m2", class_="A4", page=2) == "/figure/closing_m2/?class=A4&page=2"
