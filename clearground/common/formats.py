"""The one formatter of numbers and dates: pages, map, XLSX and PDF print the same digits.

Babel's rules, not Django's: Django prints Khmer numbers as `27680000,5`, readers and browsers
expect `27,680,000.5`.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from babel.dates import format_date as babel_date
from babel.numbers import get_decimal_symbol, get_group_symbol
from django.utils.translation import get_language

M2_PER_UNIT = {"m2": Decimal(1), "ha": Decimal(10_000), "km2": Decimal(1_000_000)}
DECIMALS = {"m2": 0, "ha": 2, "km2": 3}
NOT_KNOWN = "–"
MINUS = "−"
# Khmer signs from muusikatoan to viriam, and zero-width breaks.
MINOR_SIGNS = frozenset("\u17c9\u17ca\u17cb\u17cc\u17cd\u17ce\u17cf\u17d0\u17d1\u200b\u200c\u200d")


def language(code: str | None = None) -> str:
    """The language to print in: as given, else the active one, else English."""
    return (code or get_language() or "en").split("-")[0]


def number(value: float | Decimal | None, *, decimals: int = 0, in_language: str | None = None) -> str:
    """The number with grouped digits; a dash where it is not known, which is not zero.

    Rounded half to even at `decimals`; never "-0".
    """
    if value is None:
        return NOT_KNOWN
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN) + 0
    return f"{rounded:,.{decimals}f}".translate(_signs(language(in_language)))


@lru_cache
def _signs(of_language: str) -> dict[int, str]:
    """The signs of a language for the comma, the point and the minus of a plain number, as Babel knows them."""
    found = {",": get_group_symbol(of_language), ".": get_decimal_symbol(of_language), "-": MINUS}
    return str.maketrans(found)


def area(area_m2: float | Decimal | None, *, unit: str = "m2", in_language: str | None = None) -> str:
    """An area given in square metres, in `unit` (m2, ha, km2), without the unit's name."""
    if area_m2 is None:
        return NOT_KNOWN
    exact = Decimal(repr(area_m2)) if isinstance(area_m2, float) else Decimal(area_m2)
    return number(exact / M2_PER_UNIT[unit], decimals=DECIMALS[unit], in_language=in_language)


def day(value: date | None, *, in_language: str | None = None) -> str:
    """A date in words: 31 December 2017; a dash where it is not known."""
    return NOT_KNOWN if value is None else babel_date(value, format="d MMMM y", locale=language(in_language))


def name_key(name: str) -> tuple[str, str]:
    """Where a name stands in a list by name, Latin or Khmer: `sorted(names, key=name_key)`.

    Khmer letters have the order of the dictionary in Unicode already (consonants, vowels, then subscripts);
    signs that only change how a letter is said, and breaks that nobody sees, decide between equals alone.
    """
    plain = unicodedata.normalize("NFC", name).casefold()
    letters = "".join(sign for sign in plain if sign not in MINOR_SIGNS)
    return "".join(map(_without_accent, letters)), plain


def _without_accent(letter: str) -> str:
    """A Latin letter as it is without its accent; any other as it is."""
    return letter if "\u1780" <= letter <= "\u17ff" else unicodedata.normalize("NFKD", letter)[:1]


def month(value: date | None, *, in_language: str | None = None) -> str:
    """The month of a date in words: December 2017; a dash where it is not known."""
    return NOT_KNOWN if value is None else babel_date(value, format="MMMM y", locale=language(in_language))
