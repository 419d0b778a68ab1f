"""Files of figures: they add up, say what they are of, and stay what they are."""

from __future__ import annotations

import io
import json
from datetime import date

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from clearground.common.errors import Refused
from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.land import selectors as land
from clearground.land.figured import Asked
from clearground.land.selectors.contributions import value_of
from clearground.web.picture.forms import approval_of
from clearground.web.shell.addresses import query
from clearground.web.shell.hxl import tag_of
from clearground.web.shell.workbooks import Table, by_family, workbook
from tests.web.tables import cells_of, exact, formulas, lines, reckoned

pytestmark = pytest.mark.django_db
AS_OF, KNOWN = date(2017, 12, 31), date(2018, 5, 22)
DAYS = {"as_of": AS_OF, "known": KNOWN, "since": date(2017, 1, 1)}
FIGURE = {**DAYS, "family": "mines"}


def figure() -> int:
    """What mines cleared in the year come to."""
    seq = land.seq_known(KNOWN)
    return value_of(Asked("cleared_m2", AS_OF, date(2017, 1, 1), KNOWN, seq, within={"family": "mines"}))


def test_records_of_a_figure_add_up_to_it_in_every_format(officer):
    """CSV, Parquet, and the cached sum of the workbook."""
    address = f"/figure/cleared_m2/its-records.{{}}?{query(FIGURE)}"
    rows = lines(officer.get(address.format("csv")))
    assert exact(rows, "cleared_m2") == figure()
    assert {row["synthetic"] for row in rows} == {"true"}
    assert {row["edition"] for row in rows} == {"Official 2017"}
    table = pq.read_table(io.BytesIO(officer.get(address.format("parquet")).content))
    assert exact(table.to_pylist(), "cleared_m2") == figure()
    assert json.loads(table.schema.metadata[b"clearground"])["seq"] == land.seq_known(KNOWN)
    book = CalamineWorkbook.from_filelike(io.BytesIO(officer.get(address.format("xlsx")).content))
    head, *found = book.get_sheet_by_index(0).to_python()
    assert found[-1][0] == "Total"
    assert round(found[-1][head.index("cleared_m2")] * HALF_CM2_PER_M2) == figure()


@pytest.mark.parametrize("dimension", ["province", "class", "operator", "method"])
def test_a_split_adds_up_to_its_figure(officer, dimension):
    """Every line with its code and its name."""
    rows = lines(officer.get(f"/figure/cleared_m2/{dimension}.csv?{query(FIGURE)}"))
    assert exact(rows, "cleared_m2") == figure()
    assert all(row["name"] for row in rows)


@pytest.mark.parametrize(
    ("address", "least"),
    [
        ("/picture/waterfall.xlsx", 1),
        ("/picture/last-month.xlsx", 1),
        ("/picture/places.xlsx", 8),
        ("/picture/restated.xlsx", 5),
        ("/sheet.xlsx", 10),
    ],
)
def test_what_follows_from_other_cells_is_a_formula(officer, address, least):
    """The closing adds up from the steps, or over its row; the value kept is the books', to the last digit."""
    asked = {**DAYS, "family": "mines"} if "sheet" not in address else DAYS
    cells = cells_of(officer.get(f"{address}?{query(asked)}").content)
    found = {at: formula for at, (formula, _value) in cells.items() if formula}
    assert len(found) >= least
    kept = {at: round(float(cells[at][1]) * HALF_CM2_PER_M2) for at in found}
    assert {at for at, formula in found.items() if reckoned(formula, cells) != kept[at]} == set()


def test_the_waterfall_ends_in_the_sum_of_its_steps(officer):
    """Which is what the books close with."""
    body = officer.get(f"/picture/waterfall.xlsx?{query(FIGURE)}").content
    head, *found = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    last = len(found) + 1
    assert (head, found[-1][0]) == (["step", "change_m2"], "closing")
    seq = land.seq_known(KNOWN)
    closing = value_of(Asked("closing_m2", AS_OF, date(2017, 1, 1), KNOWN, seq, within={"family": "mines"}))
    assert formulas(body) == {f"B{last}": (f"SUM(B2:B{last - 1})", closing / HALF_CM2_PER_M2)}


def test_totals_of_a_workbook_are_formulas_over_its_rows():
    """One for each family; what is in no total stands below them."""
    rows = [
        {"family": "mines", "class": "A1", "closing_m2": 0.00005, "year": 2017},
        {"family": "cmr", "class": "CMR", "closing_m2": 7.0, "year": 2017},
        {"family": "mines", "class": "A4", "closing_m2": 0.1, "year": 2017},
        {"family": "mines", "class": "B2", "closing_m2": 1000.0, "year": 2017},
    ]
    table = Table(
        "T",
        ["family", "class", "closing_m2", "year"],
        rows,
        lambda row: None if row["class"] == "B2" else by_family(row),
    )
    assert formulas(workbook(table, {"synthetic": True}, {})) == {
        "C4": ("SUM(C2:C3)", 0.10005),
        "C6": ("SUM(C5:C5)", 7.0),
    }


def test_a_row_of_hxl_tags_stands_below_the_headings(officer):
    """Where it is asked for, in every table; each column has one."""
    for address in ("/sheet.csv", "/picture/places.csv", "/figure/cleared_m2/province.csv"):
        head, tags = officer.get(f"{address}?{query(FIGURE)}&hxl=1").content.decode("utf-8-sig").splitlines()[:2]
        assert len(head.split(",")) == len(tags.split(","))
        assert all(tag.startswith("#") for tag in tags.split(","))
        plain = officer.get(f"{address}?{query(FIGURE)}").content.decode("utf-8-sig").splitlines()
        assert plain[0] == head
        assert not plain[1].startswith("#")
    assert tag_of("province") == "#adm1+code"
    assert tag_of("cleared_m2") == "#indicator+area+m2+cleared+num"


def test_a_file_of_an_approval_stays_what_it_is(officer):
    """Its address and its name say the days and the approval."""
    seq = land.seq_known(date(2017, 5, 22))
    days = query({"as_of": date(2016, 12, 31), "known": KNOWN, "seq": seq})
    answer = officer.get(f"/sheet.csv?{days}")
    assert f"sheet-2016-12-31-known-2018-05-22-seq{seq}.csv" in answer["Content-Disposition"]
    then = land.sheet(as_of=date(2016, 12, 31), since=date(2016, 1, 1), seq=seq).rows
    assert exact(lines(answer), "closing_m2") == exact(then, "closing_m2")
    now = officer.get(f"/sheet.csv?{query({'as_of': date(2016, 12, 31), 'known': KNOWN})}")
    assert exact(lines(now), "closing_m2") != exact(then, "closing_m2")


def test_knowledge_of_later_approvals_is_refused(country):
    """A number that was not known on the day, or is none."""
    with pytest.raises(Refused):
        approval_of(date(2017, 5, 22), land.seq_known(None))
    assert approval_of(KNOWN, None) == land.seq_known(KNOWN)


@pytest.mark.parametrize("seq", ["0", "-1", "many", "99999"])
def test_a_number_of_no_approval_is_refused_with_a_remedy(officer, seq):
    """As a file that says so."""
    answer = officer.get(f"/sheet.csv?{query(DAYS)}&seq={seq}")
    assert answer.status_code == 400
    assert answer.json()["remedy"]


def test_land_of_another_family_is_not_in_the_total(officer):
    """B2 is in the file, and in no total: as on the page."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(officer.get(f"/sheet.xlsx?{query(DAYS)}").content))
    head, *found = book.get_sheet_by_index(0).to_python()
    rows = [dict(zip(head, line, strict=True)) for line in found]
    mines = [row for row in rows if row["family"] == "mines"]
    (total,) = (row for row in rows if row["from"] == "Total mines")
    apart = [row for row in mines if row["class"] == "B2"]
    assert apart
    assert exact([total], "closing_m2") == exact(mines, "closing_m2") - exact(apart, "closing_m2")


def test_places_balance_in_their_workbook(officer):
    """Each row, other changes with their sign, and the totals; the page about the file says what they are."""
    answer = officer.get(f"/picture/places.xlsx?{query(FIGURE)}&province=X001&district=X00101")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    head, *found = book.get_sheet_by_index(0).to_python()
    rows = [dict(zip(head, line, strict=True)) for line in found]
    assert len(rows) > 2
    for row in rows:
        came = sum(exact([row], f"{name}_m2") for name in ("opening", "new", "other"))
        assert came - sum(exact([row], f"{name}_m2") for name in ("cancelled", "reduced", "cleared")) == exact(
            [row], "closing_m2"
        )
    assert any(row["other_m2"] for row in rows)
    about = dict(line[:2] for line in book.get_sheet_by_name("About").to_python())
    assert "corrected" in about["other_m2"]
