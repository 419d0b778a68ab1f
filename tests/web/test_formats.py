"""One formatter: a number reads the same in English and Khmer, on a page, on the map and in Babel."""

from datetime import date
from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from clearground.common import formats


@pytest.mark.parametrize("language", ["en", "km"])
@given(value=st.decimals(-(10**15), 10**15, places=2, allow_nan=False))
def test_digits_and_grouping_are_those_of_babel(language, value):
    """And reading the print back gives the number."""
    with translation.override(language):
        printed = formats.number(value, decimals=2)
    plain = printed.replace(formats.MINUS, "-")
    assert plain == format_decimal(value + 0, format="#,##0.00", locale=language)
    assert Decimal(plain.replace(",", "")) == value


@given(value=st.floats(-1e12, 1e12, allow_nan=False))
def test_khmer_prints_the_digits_of_english(value):
    """A table in two languages can be compared by eye."""
    assert formats.number(value, decimals=3, in_language="km") == formats.number(value, decimals=3, in_language="en")


def test_known_numbers():
    """As a person would write them."""
    assert formats.number(27_680_000.5, decimals=1) == "27,680,000.5"
    assert formats.area(27_680_000.0, unit="km2") == "27.680"
    assert formats.area(1234.0, unit="ha") == "0.12"
    assert formats.number(-0.2) == "0"
    assert formats.number(-1200) == "−1,200"


def test_not_known_is_not_zero():
    """Unknown prints a dash."""
    assert formats.number(None) == formats.area(None) == formats.day(None) == formats.NOT_KNOWN


def test_days_are_words():
    """31 December cannot be read as another day, as 12/31 or 1/2 can."""
    assert formats.day(date(2017, 12, 31), in_language="en") == "31 December 2017"
    assert formats.day(date(2017, 12, 31), in_language="km") == "31 ធ្នូ 2017"


def test_names_stand_in_the_order_of_the_dictionary():
    """Khmer: bare consonants, then vowels, then subscripts; a sign alone moves nothing. Latin: accents don't either."""
    khmer = ["កំពង់ចាម", "កណ្តាល", "ខេត្តថ្មី", "កែប", "តាកែវ", "ត្បូងឃ្មុំ"]
    assert sorted(khmer, key=formats.name_key) == ["កណ្តាល", "កែប", "កំពង់ចាម", "ខេត្តថ្មី", "តាកែវ", "ត្បូងឃ្មុំ"]
    assert sorted(["zebra", "Étoile", "east", "Ostrel"], key=formats.name_key) == ["east", "Étoile", "Ostrel", "zebra"]
    assert formats.name_key("ស៊ី")[0] == formats.name_key("សី")[0]


@pytest.mark.parametrize("language", ["en", "km", "fr", "de", "vi"])
@given(value=st.integers(-(10**12), 10**12), decimals=st.integers(0, 3))
def test_signs_of_any_language_are_those_of_babel(language, value, decimals):
    """Whatever stands between thousands and before the decimals there."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    expected = format_decimal(Decimal(value), format=pattern, locale=language).replace("-", formats.MINUS)
    assert formats.number(value, decimals=decimals, in_language=language) == expected
