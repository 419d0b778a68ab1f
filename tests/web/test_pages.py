"""The first page: the sheet, its edition and its law; downloads; what an empty register says."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from clearground.common.errors import Refused
from clearground.land import selectors as ledger
from clearground.web.middleware import CONTENT_POLICY
from tests.source import PACKAGE
from tests.web import books

pytestmark = pytest.mark.django_db
DAYS = {"as-of": "2017-12-31", "known": "2018-05-22"}


@pytest.fixture
def asked(monkeypatch):
    """A register with an approval and books that balance; the questions that the ledger got."""
    books.a_register()
    books.an_approval()
    return books.keep_books(monkeypatch)


def text(client: Client, address: str = "/sheet/", data=None) -> str:
    """The page, which must have been answered."""
    answer = client.get(address, data or {})
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_a_country_the_page_says_how_to_start(client):
    """The command, not an error."""
    assert "clearground init" in text(client)


def test_an_empty_register_says_what_to_do_next(client):
    """And that nothing recorded is not nothing there."""
    books.a_register(is_invented=False)
    page = text(client, "/")
    assert "clearground import hazards" in page
    assert "not the same as no contamination" in page


def test_the_sheet_shows_every_class_its_subtotal_and_the_law(client, asked):
    """Every line has its mark."""
    page = text(client, data=DAYS)
    for words in ("A1", "A4", "CMR", "ERW", "Mines, total", "The books balance.", "15,000,000", "Karsova"):
        assert words in page, words
    assert page.count("balances</span>") == 4 + 3


def test_a_line_that_breaks_the_law_is_marked(client, asked, monkeypatch):
    """By half a square centimetre."""
    books.keep_books(monkeypatch, sheet=[books.row("mines", "A1", closing_m2=4_750_000.2499)])
    page = text(client, data=DAYS)
    assert "The books do not balance." in page
    assert "does not balance" in page


def test_the_question_reaches_the_ledger(client, asked):
    """Days and place, as put."""
    text(client, data={**DAYS, "since": "2015-01-01", "province": "01"})
    question = asked[-1]
    assert str(question["as_of"]) == "2017-12-31"
    assert str(question["known"]) == "2018-05-22"
    assert str(question["since"]) == "2015-01-01"
    assert question["by"] == ("family", "class", "province")
    assert question["where"] == {"province": "01"}, "nobody tabulates a country for one place of it"


def test_a_province_without_land_says_so(client, asked):
    """An empty table would look like a fault."""
    assert "No land was recorded here" in text(client, data={**DAYS, "province": "02"})


def test_the_edition_is_named_when_the_days_are_its_days(client, asked):
    """On any other days the figures are nobody's statement."""
    books.an_edition()
    assert "signed edition <strong>Official 2017</strong>" in text(client, data=DAYS)
    assert "not yet anybody" in text(client, data={**DAYS, "as-of": "2017-11-30"})


def test_the_page_opens_on_the_latest_edition(client, asked):
    """What was signed comes first."""
    books.an_edition()
    text(client)
    assert (asked[-1]["as_of"], asked[-1]["known"]) == (books.AS_OF, books.KNOWN)


@pytest.mark.parametrize("bad", [{"as-of": "yesterday"}, {"province": "nowhere"}, {"unit": "acres"}])
def test_a_question_that_can_not_be_meant_is_marked(client, asked, bad):
    """At the field, with the usual sheet below."""
    answer = client.get("/sheet/", {**DAYS, **bad})
    assert answer.status_code == 400
    assert b"data-invalid" in answer.content


def test_moving_the_day_back_moves_the_period_along(client, asked):
    """The form still holds the old period when only its day was changed."""
    text(client, data={**DAYS, "as-of": "2014-12-31", "since": "2017-01-01"})
    assert str(asked[-1]["since"]) == "2014-01-01"


def test_what_the_ledger_refuses_is_said_with_its_remedy(client, asked, monkeypatch):
    """On the page and in a download."""

    def refuse(**_question):
        raise Refused("Nothing is known of that day.", "Choose a day from 2015 on.")

    monkeypatch.setattr(ledger, "sheet", refuse)
    answer = client.get("/sheet/", DAYS)
    assert answer.status_code == 400
    assert b"Choose a day from 2015 on." in answer.content
    assert client.get("/sheet.csv", DAYS).status_code == 400


def test_items_found_are_counted_over_all_lines(client, asked):
    """Four lines of 1,200 each."""
    assert '<strong class="num">4,800</strong>' in text(client, data=DAYS)


def test_land_that_is_no_contamination_is_tabulated_apart(client, asked, monkeypatch):
    """B2 has a line, and is in no total."""
    books.HazardClass.objects.update_or_create(
        family=books.Family.objects.get(code="mines"),
        code="B2",
        defaults={"name": "No verifiable threat", "threat_rank": 10, "is_contamination": False},
    )
    books.keep_books(monkeypatch, sheet=[books.row("mines", "A1"), books.row("mines", "B2", scale=4)])
    page = text(client, data=DAYS)
    assert "20,000,000" in page
    assert "25,000,000" not in page
    assert "tabulated apart" in page


def test_lines_of_nothing_are_left_out(client, asked, monkeypatch):
    """Work outside recorded hazards has no class, and no line in the balance."""
    nothing = {column: 0.0 for column in books.row("mines", "A1") if column.endswith("_m2")}
    outside = {"family": "cmr", "class": None, **nothing, "outside_m2": 77_123.0}
    books.keep_books(monkeypatch, sheet=[books.row("mines", "A1"), outside])
    balance, behind = text(client, data=DAYS).split('id="behind-title"')
    assert "Cluster munition remnants, total" not in balance
    assert "Outside recorded hazards" in behind
    assert "77,123" in behind


def test_units_change_the_print_and_not_the_law(client, asked):
    """The check is made on the exact areas."""
    page = text(client, data={**DAYS, "unit": "km2"})
    assert "15.000" in page
    assert "The books balance." in page


def test_an_invented_country_says_so_and_a_real_one_does_not(client, asked):
    """On every page, above the fold."""
    assert "Invented country." in text(client, data=DAYS)
    books.Country.objects.update(is_invented=False)
    assert "Invented country." not in text(client, data=DAYS)


def test_a_csv_row_says_what_it_is_of(client, asked):
    """Rows that are cut from the file still say it."""
    answer = client.get("/sheet.csv", DAYS)
    body = answer.content.decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(body)))
    assert len(found) == 4
    assert found[0]["country"] == "XKV"
    assert found[0]["synthetic"] == "true"
    assert found[0]["opening_m2"] == "5000000"
    assert "attachment" in answer["Content-Disposition"]


def test_text_in_a_file_is_never_a_formula(client, asked, monkeypatch):
    """Numbers keep their sign."""
    books.keep_books(monkeypatch, sheet=[books.row("mines", "=1+1", corrected_m2=-5.0)])
    body = client.get("/sheet.csv", DAYS).content.decode("utf-8-sig")
    (found,) = csv.DictReader(io.StringIO(body))
    assert found["class"] == "'=1+1"
    assert found["corrected_m2"] == "-5"


def test_json_and_xlsx_hold_the_same_rows(client, asked):
    """And both say that they are synthetic."""
    said = json.loads(client.get("/sheet.json", DAYS).content)
    assert said["synthetic"] is True
    assert "Land without a polygon" in said["warning"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/sheet.xlsx", DAYS).content))
    head, *lines = book.get_sheet_by_index(0).to_python()
    found = [dict(zip(head, line, strict=True)) for line in lines]
    rows = [row for row in found if not str(row["family"]).startswith("Total")]
    assert [row["closing_m2"] for row in rows] == [row["closing_m2"] for row in said["rows"]]
    assert ["synthetic", True] in [list(row)[:2] for row in book.get_sheet_by_index(1).to_python()]
    for family in ("mines", "cmr", "erw"):
        (total,) = (row for row in found if row["family"] == f"Total {family}")
        assert total["closing_m2"] == sum(row["closing_m2"] for row in rows if row["family"] == family)


def test_editions_are_listed_and_shown_as_signed(client, asked, monkeypatch):
    """Whatever the register says today."""
    assert "clearground edition sign" in text(client, "/editions/")
    signed = books.an_edition()
    books.keep_books(monkeypatch, sheet=[])
    assert "Official 2017" in text(client, "/editions/")
    page = text(client, f"/editions/{signed.pk}/")
    assert "15,000,000" in page
    assert signed.digest in page


def test_the_page_does_not_ask_the_database_more_often_when_there_is_more(client, asked, django_assert_max_num_queries):
    """More approvals, editions and places, the same number of queries."""
    with django_assert_max_num_queries(60) as few:
        client.get("/sheet/", DAYS)
    for at in range(12):
        books.an_approval(seq=at + 2)
        books.an_edition(f"Edition {at}")
        books.a_place(books.BoundaryEdition.objects.get(), 1, f"9{at}", f"P{at}", books.shapely.box(0, 0, 1, 1))
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get("/sheet/", DAYS)


def test_every_answer_carries_the_strict_policy(client, asked):
    """Errors and files included."""
    for address in ("/sheet/", "/editions/", "/sheet.json", "/nowhere/"):
        answer = client.get(address)
        assert answer["Content-Security-Policy"] == CONTENT_POLICY
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "geolocation=()" in answer["Permissions-Policy"]
        assert answer["X-Frame-Options"] == "DENY"
    assert "unsafe" not in CONTENT_POLICY
    assert "default-src 'none'" in CONTENT_POLICY


def test_pages_hold_nothing_inline(client, asked):
    """No style, no handler, no script but files."""
    page = text(client, data=DAYS)
    assert " style=" not in page
    assert "<style" not in page
    assert " onclick=" not in page
    assert page.count("<script") == page.count('<script type="module" src=') + page.count('type="application/json"')


def test_wide_tables_can_be_reached_by_keyboard_before_any_script_runs() -> None:
    """Every frame that scrolls says what it holds and takes the focus; a script may only take that back."""
    opened = re.compile(r'<[^<>]*class="[^"]*\bscroller\b[^>]*>')
    frames = [frame for page in PACKAGE.rglob("*.html") for frame in opened.findall(page.read_text("utf-8"))]
    assert frames
    assert [f for f in frames if not ('tabindex="0"' in f and 'role="region"' in f and "aria-label" in f)] == []


def test_khmer_is_a_language_of_the_page(client, asked):
    """Words and names change, digits stay."""
    client.post("/language/", {"language": "km", "next": "/"})
    page = text(client, data=DAYS)
    assert '<html lang="km">' in page
    assert "ការសូវ៉ា" in page
    assert "15,000,000" in page
