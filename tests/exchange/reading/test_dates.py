"""Days in usual notations, with their precision; areas with their units."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearground.exchange.reading.dates import EXCEL_EPOCH, NoDate, span
from clearground.exchange.reading.quantities import UNITS, Ambiguous, NoQuantity, area_m2, unit_of_header, whole

KHMER = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
THE_DAY = date(2015, 3, 12)
DAYS = [
    "2015-03-12",
    "2015/3/12",
    "2015.03.12",
    "20150312",
    "12.3.2015",
    "12/03/2015",
    "12-3-2015",
    "12 3 2015",
    "12-Mar-2015",
    "12 March 2015",
    "March 12, 2015",
    "12th March 2015",
    "2015-03-12T10:30:00Z",
    "2015-03-12 00:00:00",
    "12/3/2015 5:30 PM",
    "12 mars 2015",
    "១២/៣/២០១៥",
    "ថ្ងៃទី១២ ខែមីនា ឆ្នាំ២០១៥",
    "១២ មីនា ២០១៥",
    "2015 Mar 12",
    42075,
    42075.25,
    "42075",
]
NONE = [
    "",
    "x",
    "2015-13-01",
    "31.2.2015",
    "0",
    "12",
    3,
    12.5,
    1e300,
    "2015-03-12-01",
    "99999",
    "1/2",
    "3015",
    "1800",
    "today",
    float("nan"),
    float("inf"),
    "2015-00-01",
    "1.2.3.4",
    "13/13/2015",
    -5,
]


@pytest.mark.parametrize("text", DAYS)
def test_one_day_in_any_notation(text: str | float) -> None:
    """All of these are one day."""
    found = span(text)
    assert (found.first, found.last, found.precision) == (THE_DAY, THE_DAY, "day")


@pytest.mark.parametrize("text", ["2015", 2015, 2015.0, "២០១៥", "ឆ្នាំ២០១៥"])
def test_a_year(text: str | float) -> None:
    """A year is all its days, and never the serial number of a day."""
    assert span(text) == span("2015")
    assert (span(text).first, span(text).last, span(text).precision) == (date(2015, 1, 1), date(2015, 12, 31), "year")


@pytest.mark.parametrize("text", ["02/2016", "2016-02", "2016/2", "2.2016", "Feb 2016", "February, 2016", "កុម្ភៈ ២០១៦"])
def test_a_month(text: str) -> None:
    """A month is all its days, in leap years too."""
    assert (span(text).first, span(text).last, span(text).precision) == (date(2016, 2, 1), date(2016, 2, 29), "month")


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_date(text: str | float) -> None:
    """None of these is guessed at."""
    with pytest.raises(NoDate):
        span(text)


def test_what_was_assumed_is_flagged() -> None:
    """Order of day and month, century, era: each once, and only where it was assumed."""
    assert span("3/4/2015").flags == {"exchangeable"}
    assert span("3/4/2015").first == date(2015, 4, 3)
    assert span("3/4/2015", day_first=False).first == date(2015, 3, 4)
    assert span("13/4/2015", day_first=False).first == date(2015, 4, 13)
    assert span("13/4/2015").flags == span("4/4/2015").flags == span("2015-04-03").flags == frozenset()
    assert span("13.4.98").first == date(1998, 4, 13)
    assert span("13.4.98").flags == {"two_digits"}
    assert span("12.3.2558").first == THE_DAY
    assert span("ថ្ងៃទី១២ ខែមីនា ព.ស. ២៥៥៨").flags == {"buddhist"}
    assert span(2558).flags == {"buddhist"}


@given(st.dates(date(1940, 1, 1), date(2099, 12, 31)), st.booleans(), st.booleans())
def test_each_day_comes_back(day: date, day_first: bool, khmer: bool) -> None:
    """From ISO, from numbers in either order, from a spreadsheet's serial number."""
    local = f"{day.day}/{day.month}/{day.year}" if day_first else f"{day.month}/{day.day}/{day.year}"
    for text in (day.isoformat(), local):
        found = span(text.translate(KHMER) if khmer else text, day_first=day_first)
        assert found.first == found.last == day
    serial = (day - EXCEL_EPOCH) / timedelta(days=1)
    assert span(serial).first == day


@given(st.one_of(st.text(), st.text("0123456789./- ០១៩TJan", max_size=16), st.floats(), st.integers()))
def test_any_cell_is_days_in_order_or_no_date(value: str | float) -> None:
    """Nothing else comes out, and nothing else is raised."""
    try:
        found = span(value)
    except NoDate:
        return
    assert date(1900, 1, 1) <= found.first <= found.last <= date(2100, 12, 31)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (12500, 12500),
        (12500.5, 12500.5),
        ("12500", 12500),
        ("12 500 m2", 12500),
        ("12'500 m²", 12500),
        ("1.25 ha", 12500),
        ("1,25 ha", 12500),
        ("1,25 hectares", 12500),
        ("0.0125 km2", 12500),
        ("0,0125 km²", 12500),
        ("12,500.00", 12500),
        ("12.500,00", 12500),
        ("1,234,567", 1234567),
        ("1.234.567 sq m", 1234567),
        ("១២៥០០", 12500),
        ("១,២៥ ហិកតា", 12500),
        ("១២៥០០ ម២", 12500),
        ("0.125", 0.125),
        ("1234.567", 1234.567),
        ("1\u00a0234\u00a0567", 1234567),
        ("0", 0),
        ("1e3", 1000),
    ],
)
def test_areas(text: str | float, wanted: float) -> None:
    """Numbers in any fashion, with any unit."""
    assert area_m2(text) == pytest.approx(wanted)


@pytest.mark.parametrize("text", ["1.234", "1,234", "12.345 m2", "១.២៣៤", "123,456 ha"])
def test_one_mark_before_three_digits_is_ambiguous(text: str) -> None:
    """It may separate thousands or decimals; who knows which, says so."""
    with pytest.raises(Ambiguous):
        area_m2(text)
    assert area_m2("1.234", decimal_mark=".") == 1.234
    assert area_m2("1.234", decimal_mark=",") == 1234
    assert area_m2("1,234", decimal_mark=",") == 1.234


@pytest.mark.parametrize(
    "text", ["", "x", "12 m", "12 acres", "1,2,3", "1.2.3", "ha", "1,23,456", "12..5", math.nan, math.inf]
)
def test_what_is_no_area(text: str | float) -> None:
    """None of these is guessed at, and none is merely ambiguous."""
    with pytest.raises(NoQuantity) as refusal:
        area_m2(text)
    assert not isinstance(refusal.value, Ambiguous)


@given(st.floats(0, 1e9), st.sampled_from(["m2", "ha", "km²"]))
def test_an_area_comes_back(area: float, unit: str) -> None:
    """Printed in English or in the European fashion, in any unit."""
    said = area / UNITS[unit]
    english = f"{said:,.4f}"
    european = english.replace(",", " ").replace(".", ",")
    for text in (english, european):
        if "," in english or "," in text:
            assert area_m2(f"{text} {unit}") == pytest.approx(float(f"{said:.4f}") * UNITS[unit], rel=1e-9, abs=1e-4)


@given(st.one_of(st.text(), st.text("0123456789.,' m²ha", max_size=16), st.floats(), st.integers()))
def test_any_cell_is_a_finite_area_or_none(value: str | float) -> None:
    """Nothing else comes out, and nothing else is raised."""
    for parse in (area_m2, whole):
        try:
            assert math.isfinite(parse(value))
        except NoQuantity:
            continue


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("area_ha", "ha"),
        ("Area (m2)", "m2"),
        ("Area [km²]", "km²"),
        ("area", "m2"),
        ("ផ្ទៃដី (ហិកតា)", "ហិកតា"),
        ("Size sq km", "sq km"),
    ],
)
def test_the_header_names_the_unit(header: str, unit: str) -> None:
    """In or without brackets."""
    assert unit_of_header(header) == unit
