"""The page of one figure: what it is, what it comes to, what it is made of, and for whom its records are."""

from __future__ import annotations

import re
from datetime import date

import pytest

from clearground.common import formats
from clearground.land import selectors as land
from clearground.land.counted import COUNT_COLUMNS, SHARE_COLUMNS
from clearground.land.figured import NO_CODE, Asked
from clearground.land.selectors import counts
from clearground.land.selectors.figures import records_behind
from clearground.land.sheets import AREA_COLUMNS
from clearground.places.models import Country, Place
from clearground.web.picture.definitions import DEFINITIONS, definition_of
from clearground.web.shell.addresses import figure_address

from .conftest import text

pytestmark = pytest.mark.django_db
AS_OF, KNOWN = date(2017, 12, 31), date(2018, 5, 22)
DAYS = {"as_of": AS_OF, "known": KNOWN}


def row_of(by: tuple[str, ...], **codes: str) -> dict:
    """The row of the printed sheet."""
    rows = land.sheet(as_of=AS_OF, known=KNOWN, since=date(2017, 1, 1), by=by).rows
    (found,) = (row for row in rows if all(row[name] == code for name, code in codes.items()))
    return found


def test_every_column_of_sheet_and_counts_has_its_definition(country):
    """In words, with a clause."""
    assert set(DEFINITIONS) == {*AREA_COLUMNS, *COUNT_COLUMNS, *SHARE_COLUMNS}
    assert all(each.says and each.formula and each.clause for each in DEFINITIONS.values())
    assert definition_of("items_antipersonnel_mine").unit == "items"
    assert definition_of("items_of_gold") is None


@pytest.mark.parametrize("column", ["closing_m2", "cleared_m2", "new_m2", "closing_confirmed_m2", "reclassified_m2"])
def test_a_figure_is_the_cell_of_the_sheet(officer, column):
    """Digit for digit; its records add up to it; its edition is named."""
    cell = row_of(("family", "class"), family="mines", **{"class": "A4"})[column]
    page = text(officer, figure_address(column, **DAYS, family="mines", class_="A4"))
    assert f'value">{formats.area(cell)} <span' in page
    assert "Official 2017" in page
    assert str(DEFINITIONS[column].says) in page
    if cell:
        assert "The records add up to this figure." in page


def test_a_place_below_a_place_is_the_sheet_of_that_place(officer):
    """Province, district and commune; the next level is drilled into."""
    rows = land.sheet(as_of=AS_OF, known=KNOWN, by=("family", "commune")).rows
    row = max((row for row in rows if row["family"] == "mines" and row["commune"]), key=lambda row: row["closing_m2"])
    commune = Place.objects.get(code=row["commune"])
    district = commune.parent
    page = text(officer, figure_address("closing_m2", **DAYS, family="mines", district=district.code))
    assert f">{commune.name}</a></th>" in page
    page = text(officer, figure_address("closing_m2", **DAYS, family="mines", commune=commune.code))
    value = re.search(r'num value">([\d,]+)', page)
    by_class = land.sheet(as_of=AS_OF, known=KNOWN, by=("family", "class", "commune")).rows
    cells = [
        each["closing_m2"]
        for each in by_class
        if each["family"] == "mines" and each["commune"] == commune.code and each["class"] != "B2"
    ]
    assert value
    assert value.group(1) == formats.area(sum(cells))


def test_records_are_for_who_may_see_land(officer, viewer):
    """Others see how many there are, whoever asked before them."""
    address = figure_address("cleared_m2", **DAYS, family="mines")
    shown = text(officer, address)
    assert "XKV-" in shown
    assert "figure-records" not in shown
    assert "its-records.csv" in shown
    hidden = text(viewer, address)
    assert "XKV-" not in hidden
    assert "its-records" not in hidden
    assert "The records add up to this figure." in hidden
    assert viewer.get("/figure/cleared_m2/its-records.csv?family=mines").status_code == 403


def test_records_come_page_by_page(officer):
    """Each once; a page that is not there is the last."""
    address = figure_address("closing_m2", **DAYS, family="mines")
    refs = re.compile(r"/records/(XKV-[^/\"]+)")
    first, second = (refs.findall(text(officer, f"{address}&page={at}")) for at in (1, 2))
    assert len(first) == 25
    assert not set(first) & set(second)
    assert refs.findall(text(officer, f"{address}&page=99999"))


def test_areas_of_families_are_never_added_up(officer):
    """Without a family there is no figure, and the families to choose from."""
    page = text(officer, figure_address("closing_m2", **DAYS))
    assert "never added up" in page
    assert "Cluster munition remnants" in page
    assert f'value">{formats.NOT_KNOWN} ' in page


def test_open_land_belongs_to_no_operator(officer):
    """And the page says why, not zero."""
    page = text(officer, figure_address("closing_m2", **DAYS, family="mines", operator="LFT"))
    assert "belongs to no operator" in page


@pytest.mark.parametrize(
    "wrong",
    ["as-of=yesterday", "family=gold", "province=nowhere&family=mines", "seq=999999", "basis=hope", "known=1999-01-01"],
)
def test_a_question_that_can_not_be_answered_says_so(officer, wrong):
    """With what to do, and never a figure of another question."""
    page = text(officer, f"/figure/closing_m2/?{wrong}", status=400)
    assert "can't answer this question" in page
    assert "num value" not in page


def test_what_is_not_a_figure_is_not_found(officer):
    """Nor are its files."""
    for address in ("/figure/gold/", "/figure/gold/province.csv", "/figure/closing_m2/gold.csv"):
        assert officer.get(address).status_code == 404


def test_the_figure_of_a_counted_thing(officer):
    """Hazards by count; a share as a quotient."""
    rows = counts(as_of=AS_OF, known=KNOWN, since=date(2017, 1, 1)).rows
    hazards = sum(row["hazards"] for row in rows if row["family"] == "mines" and row["class"] != "B2")
    page = text(officer, figure_address("hazards", **DAYS, family="mines"))
    assert f'value">{hazards} <span class="unit">records' in page
    mines = [row for row in rows if row["family"] == "mines" and row["class"] != "B2"]
    share = sum(row["cleared_no_item_m2"] for row in mines) / sum(row["cleared_m2"] for row in mines)
    page = text(officer, figure_address("no_item_share", **DAYS, family="mines"))
    assert f"{formats.number(100 * share, decimals=1)} %" in page


@pytest.mark.parametrize("measure", ["hazards", "hazards_partly_released", "confirmed_areas", "hazards_suspected"])
def test_a_count_of_hazards_is_the_number_of_its_records(country, measure):
    """In the whole country, in each province, in each class of it."""
    rows = counts(as_of=AS_OF, known=KNOWN, by=("family", "class", "province")).rows
    asked = Asked(measure, AS_OF, None, KNOWN, land.seq_known(KNOWN), within={"family": "mines"})
    cells = [row for row in rows if row["family"] == "mines" and row[measure]]
    for row in cells:
        within = {"province": row["province"] or NO_CODE, "class": row["class"] or NO_CODE}
        assert records_behind(asked.of(**within)).total == row[measure], row
    assert records_behind(asked).total == sum(row[measure] for row in cells if row["class"] != "B2") > 0


def test_a_figure_as_it_was_known_at_its_approval(officer):
    """The address names the approval: what comes later does not change what it shows."""
    seqs = [land.seq_known(day) for day in (date(2017, 5, 22), KNOWN)]
    values = set()
    for seq in seqs:
        page = text(
            officer, figure_address("closing_m2", as_of=date(2016, 12, 31), known=KNOWN, family="mines", seq=seq)
        )
        values |= set(re.findall(r'num value">([\d,]+)', page))
        assert f"seq={seq}" in page
    assert len(values) == 2


def test_the_page_asks_the_database_no_more_often_for_more_rows(officer, django_assert_max_num_queries):
    """A commune and the whole country."""
    commune = land.sheet(as_of=AS_OF, by=("family", "commune")).rows[0]["commune"]
    small = figure_address("closing_m2", **DAYS, family="mines", commune=commune)
    with django_assert_max_num_queries(60) as few:
        text(officer, small)
    with django_assert_max_num_queries(len(few.captured_queries) + 12):
        text(officer, figure_address("closing_m2", **DAYS, family="mines"))


def test_a_country_that_publishes_figures_shows_them_without_an_account(country, client):
    """And no record."""
    Country.objects.update(published="nothing")
    assert client.get(figure_address("closing_m2", **DAYS, family="mines")).status_code == 302
    Country.objects.update(published="figures")
    assert "XKV-" not in text(client, figure_address("closing_m2", **DAYS, family="mines"))
