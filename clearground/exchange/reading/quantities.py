"""Areas and counts as people write them: units, separators, and the marks that could mean two things."""

from __future__ import annotations

import math
import re

from .digits import western

M2, HA, KM2 = 1.0, 10_000.0, 1_000_000.0
_SPELLINGS = {
    M2: "m2, m², m^2, sqm, sq m, sq. m, sq.m, square metres, square meters, square metre, square meter, "
    "ម៉ែត្រការ៉េ, ម២, ម²",
    HA: "ha, hectare, hectares, ហិកតា, ហ.ត",
    KM2: "km2, km², km^2, sqkm, sq km, sq. km, square kilometres, square kilometers, គីឡូម៉ែត្រការ៉េ, គម២, គម²",
}
UNITS = {unit: size for size, units in _SPELLINGS.items() for unit in units.split(", ")}
UNIT = re.compile("(" + "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True)) + r")\.?$")
THREE_DIGITS_BEHIND_ONE_MARK = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


class NoQuantity(ValueError):
    """The cell is no number."""


class Ambiguous(NoQuantity):
    """The cell is a number, but its one mark may separate thousands or decimals."""


def area_m2(value: str | int | float, *, unit: str = "m2", decimal_mark: str = "") -> float:
    """The area in square metres; a unit in the cell goes before `unit`, that of the column."""
    if isinstance(value, int | float):
        return _finite(float(value)) * UNITS[unit]
    said = " ".join(str(value).lower().split())
    # The unit before digits are made western: the Khmer sign for square metres ends in a digit.
    found = UNIT.search(said)
    number = said[: found.start()] if found else said
    return round(number_of(number, decimal_mark) * UNITS[found[1] if found else unit], 4)


def number_of(text: str, decimal_mark: str = "") -> float:
    """The number of a text, thousands separated by blanks, apostrophes, commas or points."""
    said = re.sub(r"(?<=\d)[ '](?=\d{3}(?!\d))", "", western(text).strip())
    if not re.fullmatch(r"[+-]?\d[\d.,]*(e[+-]?\d{1,3})?", said):
        raise NoQuantity(text)
    if decimal_mark:
        said = said.replace("," if decimal_mark == "." else ".", "").replace(",", ".")
    else:
        said = _plain(said, text)
    try:
        return _finite(float(said))
    except ValueError:
        raise NoQuantity(text) from None


def _plain(said: str, text: str) -> str:
    marks = [mark for mark in ".," if mark in said]
    if len(marks) == 2:
        # The last mark separates decimals: 1,234.5 and 1.234,5.
        thousands = min(marks, key=said.rindex)
        if not re.fullmatch(rf"[+-]?\d{{1,3}}(\{thousands}\d{{3}})+[.,]\d+", said):
            raise NoQuantity(text)
        return said.replace(thousands, "").replace(",", ".")
    if not marks:
        return said
    mark = marks[0]
    if said.count(mark) > 1:
        if not re.fullmatch(rf"[+-]?\d{{1,3}}(\{mark}\d{{3}})+", said):
            raise NoQuantity(text)
        return said.replace(mark, "")
    if THREE_DIGITS_BEHIND_ONE_MARK.fullmatch(said.lstrip("+-")):
        raise Ambiguous(text)
    return said.replace(",", ".")


def whole(value: str | int | float) -> int:
    """The whole number of a cell; `NoQuantity` where it is another number or none."""
    number = float(value) if isinstance(value, int | float) else number_of(value)
    if not math.isfinite(number) or number != int(number):
        raise NoQuantity(str(value))
    return int(number)


def unit_of_header(header: str) -> str:
    """The unit that the name of a column says, "m2" where it says none."""
    low = " ".join(header.lower().replace("_", " ").replace("(", " ").replace(")", " ").replace("[", " ").split())
    found = UNIT.search(low.rstrip("] ."))
    return found[1] if found else "m2"


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise NoQuantity(str(number))
    return number
