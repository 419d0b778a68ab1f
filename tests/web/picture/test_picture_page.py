"""The national picture: every panel says what the sheet says, in one place and one family."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from clearground.common import formats
from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.land import selectors as land
from clearground.land.models import Edition
from clearground.places.choices import Level
from clearground.places.models import Place
from clearground.web.picture import charts, overview, panels
from clearground.web.shell.addresses import query
from clearground.web.shell.selectors import Question

from .conftest import text

pytestmark = pytest.mark.django_db
AS_OF, KNOWN = date(2017, 12, 31), date(2018, 5, 22)
FAMILIES = ("mines", "cmr", "erw")
DAYS = {"as_of": AS_OF, "known": KNOWN, "since": date(2017, 1, 1)}


def asked(family: str = "mines", **places: str):
    """The figure that the picture is about."""
    question = Question(as_of=AS_OF, known=KNOWN, since=date(2017, 1, 1), **places)
    return overview.asked_of(question, family, land.seq_known(KNOWN))


def contamination(by: tuple[str, ...] = ("family", "class"), family: str = "mines", **asked_for) -> list[dict]:
    """Rows of the printed sheet that are contamination of a family."""
    rows = land.sheet(as_of=AS_OF, known=KNOWN, by=by, **asked_for).rows
    return [row for row in rows if row["family"] == family and row["class"] != "B2"]


def exact(rows, column: str) -> int:
    """The sum of a column as the books have it."""
    return sum(round(row[column] * HALF_CM2_PER_M2) for row in rows)


def test_the_page_shows_every_panel_with_its_table_and_its_files(officer):
    """And names its days and its edition."""
    page = text(officer, f"/picture/?{query(DAYS)}")
    for key in (
        "open-by-degree",
        "open-by-class",
        "released",
        "waterfall",
        "last-month",
        "restated",
        "items",
        "quality",
        "places",
    ):
        assert f'id="panel-{key}"' in page, key
        for kind in ("csv", "xlsx", "parquet"):
            assert f"/picture/{key}.{kind}?" in page
    assert page.count("Source: the land ledger") == 9
    assert "Official 2017" in page
    closing = exact(contamination(), "closing_m2") / HALF_CM2_PER_M2
    assert f'value num">{formats.number(closing / 1e6, decimals=2)} ' in page


def test_every_link_of_the_page_opens(officer):
    """Figures, places, families, editions and files."""
    page = text(officer, f"/picture/?{query(DAYS)}")
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/(?:figure|picture|sheet)[^"#]*)', page)}
    kinds = {re.sub(r"\d+|=[^&]*", "", link): link for link in sorted(links)}
    assert len(kinds) > 40
    for link in kinds.values():
        assert officer.get(link).status_code == 200, link


def test_years_and_steps_are_those_of_the_sheet(country):
    """Open land at each year's end; what each year released; from opening to closing."""
    by_year = contamination(("family", "class", "year"))
    for row in overview.released(asked(), {}):
        year = [each for each in by_year if each["year"] == str(row["year"])]
        for kind in overview.RELEASES:
            assert exact([row], f"{kind}_m2") == exact(year, f"{kind}_m2")
    degrees = [row for row in overview.open_by_degree(asked(), {}) if row["year"] == 2016]
    assert exact(degrees, "closing_m2") == exact([row for row in by_year if row["year"] == "2016"], "closing_m2")
    steps = {row["step"]: exact([row], "change_m2") for row in overview.steps_of(asked())}
    assert steps.pop("closing") == sum(steps.values())


def test_places_add_up_to_the_place_above(country):
    """Province, district, commune."""
    places: dict[str, str] = {}
    for level in ("province", "district", "commune"):
        here = asked(**places)
        rows = overview.places(here, {})
        whole = {row["step"]: row for row in overview.steps_of(here)}
        assert exact(rows, "closing_m2") == exact([whole["closing"]], "change_m2")
        assert overview.next_level(here) == level
        places[level] = max((row for row in rows if row[level]), key=lambda row: row["closing_m2"])[level]
    assert overview.next_level(asked(**places)) is None


PERIODS = [(date(2017, 1, 1), AS_OF), (date(1990, 1, 1), AS_OF), (date(2012, 3, 15), date(2016, 6, 30)), (AS_OF, AS_OF)]


@pytest.mark.parametrize(("since", "as_of"), PERIODS)
def test_every_row_by_place_balances(country, since, as_of):
    """Opening and all that came, less all that went, is the closing: in each place, level and family, with ==."""
    signs = {"opening": 1, "new": 1, "other": 1, "cancelled": -1, "reduced": -1, "cleared": -1, "closing": -1}
    above, others = [{}], 0
    for level in ("province", "district", "commune"):
        here = [replace(asked(family, **places), since=since, as_of=as_of) for family in FAMILIES for places in above]
        rows = [row for each in here for row in overview.places(each, {})]
        assert [row for row in rows if sum(sign * exact([row], f"{name}_m2") for name, sign in signs.items())] == []
        others += sum(bool(row["other_m2"]) for row in rows)
        codes = sorted({row[level] for row in rows if row[level]})[:12]
        above = [lineage(code) for code in codes]
    assert others or since == as_of, "a law that nothing tries"


def lineage(code: str) -> dict[str, str]:
    """A place and those above it, as a question names them."""
    place, found = Place.objects.get(code=code), {}
    while place is not None:
        found = {str(Level(place.level).name).lower(): place.code, **found}
        place = place.parent
    return found


def test_other_changes_of_a_place_open_their_parts(officer):
    """On the sheet of the place, whose columns add up to them; the total of the column is that of the steps."""
    (column,) = [at for at, name in enumerate(overview.PLACE_COLUMNS) if name == "other"]
    panel = panels.places_panel(asked(), lambda **_place: "")
    assert str(panel.headings[column]) == "Other changes"
    rows, of_places = (
        overview.places(asked(), {}),
        contamination(("family", "class", "province"), since=date(2017, 1, 1)),
    )
    steps = [row for row in overview.steps_of(asked()) if row["step"] in overview.OTHERS]
    assert exact(rows, "other_m2") == exact(steps, "change_m2") != 0
    for row, line in zip(rows, panel.lines, strict=True):
        cell = line.cells[column]
        assert bool(cell.address) == bool(row["other_m2"])
        if cell.address:
            assert row["province"] is None or f"/sheet/?as-of={AS_OF}" in cell.address
            assert row["province"] is None or f"province={row['province']}" in cell.address
            text(officer, cell.address)
            there = [each for each in of_places if each["province"] == row["province"]]
            assert sum(exact(there, f"{name}_m2") for name in overview.OTHERS) == exact([row], "other_m2")
    nowhere = panels.others_address(asked(), "province", None)
    assert nowhere.startswith("/figure/reopened_m2/")
    assert "province=none" in nowhere


def test_an_edition_is_restated_by_its_records(country):
    """Closing + restated = known now, and the records add up to what was restated."""
    before = Edition.objects.get(name="Official 2016")
    said = {"against": str(before.pk)}
    rows = overview.restated(asked(), said)
    assert exact(rows, "edition_closing_m2") + exact(rows, "restated_m2") == exact(rows, "known_now_m2")
    printed = [row for row in before.statement["rows"] if row["family"] == "mines" and row["class"] != "B2"]
    assert exact(rows, "edition_closing_m2") == exact(printed, "closing_m2")
    records = overview.restated_records(asked(), said)
    assert exact(records, "restated_m2") == exact(rows, "restated_m2")
    assert records


def test_records_of_a_restatement_are_for_who_may_see_land(officer, viewer):
    """On the page and as a file."""
    address = f"/picture/?{query(DAYS)}"
    assert 'class="causes"' in text(officer, address)
    page = text(viewer, address)
    assert "XKV-H" not in page
    assert "XKV-R" not in page
    assert re.search(r"\d+ records? restated it", page)
    assert viewer.get(f"/picture/restated-records.csv?{query(DAYS)}").status_code == 404


def test_the_month_is_what_was_approved_in_it(country):
    """From what was known then to what is known now."""
    month = overview.of_last_month(asked())
    assert (month.since, month.basis) == (date(2017, 12, 1), "approved")
    printed = contamination(since=month.since, basis="approved")
    for row in overview.steps_of(month):
        sign = -1 if row["step"] in overview.RELEASES else 1
        assert exact([row], "change_m2") == sign * exact(printed, f"{row['step']}_m2")


@pytest.mark.parametrize(
    ("as_of", "since"), [("2017-12-31", "2017-12-01"), ("2018-03-15", "2018-02-16"), ("2018-03-30", "2018-02-28")]
)
def test_a_month_back_is_a_day_that_there_is(country, as_of, since):
    """Also where the month before is shorter."""
    assert str(overview.of_last_month(replace(asked(), as_of=date.fromisoformat(as_of))).since) == since


def test_a_place_has_its_own_picture_and_its_way_back(officer):
    """Breadcrumbs lead up, names lead down."""
    district = Place.objects.filter(level=2).order_by("code").first()
    page = text(officer, f"/picture/?{query(DAYS)}&province={district.parent.code}&district={district.code}")
    assert f'<span aria-current="page">{district.name}</span>' in page
    assert f"province={district.parent.code}" in page
    assert f"<h1>{district.name}</h1>" in page


def test_a_place_without_land_says_so(officer):
    """Not with empty charts."""
    page = text(officer, "/picture/?as-of=1980-01-01&known=2018-05-22")
    assert "No land was recorded here by this day" in page
    assert "data-chart" not in page


def test_a_table_that_is_not_there_is_not_found(officer):
    """Nor is another kind of file."""
    assert officer.get("/picture/gold.csv").status_code == 404
    assert officer.get("/picture/places.exe").status_code == 404


def test_charts_hold_no_markup_and_no_other_host(officer):
    """The specifications are data; what they name is drawn from what they hold."""
    page = text(officer, f"/picture/?{query(DAYS)}")
    specs = re.findall(r'<script id="spec-([a-z-]+)" type="application/json">(.*?)</script>', page, re.S)
    assert {key for key, _body in specs} == {"open-by-degree", "open-by-class", "released", "waterfall", "last-month"}
    for _key, body in specs:
        spec = json.loads(body)
        assert spec["data"].keys() == {"values"}
        assert spec["description"]


def test_the_page_asks_the_database_no_more_often_for_more_places(officer, django_assert_max_num_queries):
    """A country of many provinces as a district of few communes."""
    district = Place.objects.filter(level=2).order_by("code").first()
    few_places = f"/picture/?{query(DAYS)}&province={district.parent.code}&district={district.code}"
    text(officer, few_places)
    text(officer, f"/picture/?{query(DAYS)}")
    with django_assert_max_num_queries(60) as few:
        text(officer, few_places)
    with django_assert_max_num_queries(len(few.captured_queries) + 5):
        text(officer, f"/picture/?{query(DAYS)}")


def test_a_waterfall_ends_at_the_closing():
    """Each bar begins where the last one ended."""
    steps = [
        {"step": "opening", "change_m2": 10e6},
        {"step": "new", "change_m2": 2e6},
        {"step": "cleared", "change_m2": -5e6},
        {"step": "closing", "change_m2": 7e6},
    ]
    names = {"opening": "O", "new": "N", "cleared": "C", "closing": "Z"}
    bars = charts.waterfall(steps, names, says="x")["data"]["values"]
    assert [(bar["start"], bar["end"]) for bar in bars] == [(0, 10), (10, 12), (12, 7), (0, 7)]
    assert [bar["label"] for bar in bars] == ["10.000", "+2.000", "−5.000", "7.000"]


@pytest.mark.parametrize(("highest", "lowest"), [(0, 0), (0.0004, 0), (3, 0), (17, -4), (149.2, 0), (9_999, 0)])
def test_ticks_reach_over_what_is_drawn(highest, lowest):
    """Few, and evenly apart."""
    found = charts.ticks(highest, lowest)
    assert found[0] <= lowest
    assert found[-1] >= highest
    assert 2 <= len(found) <= 9
    steps = {round(after - before, 9) for before, after in pairwise(found)}
    assert len(steps) == 1


def test_no_two_states_of_a_chart_look_alike_without_colour():
    """By pattern or by lightness: neighbours in a stack differ in grey."""

    def grey(colour: str) -> float:
        red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for stack in (("confirmed", "not_stated", "suspected"), ("cleared", "reduced", "cancelled")):
        signs = {state: charts.PATTERNS[state] for state in stack}
        assert len({(across, down) for _colour, _ink, across, down in signs.values()}) == 3
        for colour, ink, across, down in signs.values():
            assert not (across or down) or abs(grey(colour) - grey(ink)) > 0.15


def test_the_headline_of_a_year_is_the_same_on_every_page(officer):
    """Land reopened in the year is not newly recorded, on the first page as little as on the others."""
    assert sum(row["reopened_m2"] for row in land.sheet(**DAYS, by=("family",)).rows) > 0
    said = {
        address: re.findall(r"Since [^<]*newly recorded\.", text(officer, address))
        for address in ("/", "/sheet/", "/picture/")
    }
    assert said["/"] == said["/sheet/"] != []
    assert said["/picture/"][0] in said["/"]
