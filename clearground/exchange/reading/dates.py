"""Days as people and programs write them, with the precision that they have."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from .digits import western

EXCEL_EPOCH, EXCEL_FIRST, EXCEL_LAST = date(1899, 12, 30), 14611, 73050  # 1940 to 2099
YEARS, BUDDHIST_YEARS, BUDDHIST_OFFSET = range(1900, 2101), range(2443, 2644), 543
PIVOT = 50  # two digits up to this are of this century
MONTHS = (
    "jan january janvier មករា", "feb february février fevrier កុម្ភៈ កុម្ភះ", "mar march mars មីនា មិនា",
    "apr april avril មេសា", "may mai ឧសភា", "jun june juin មិថុនា", "jul july juillet កក្កដា",
    "aug august août aout សីហា", "sep sept september septembre កញ្ញា", "oct october octobre តុលា",
    "nov november novembre វិច្ឆិកា", "dec december décembre decembre ធ្នូ",
)  # fmt: skip
MONTH_OF = {word: number for number, words in enumerate(MONTHS, start=1) for word in words.split()}
# Words that stand around the parts of a Khmer date: day, date, month, year.
KHMER_WORDS = re.compile(r"ថ្ងៃទី|ថ្ងៃ|ទី|ខែ|ឆ្នាំ|គ\.?ស\.?|ព\.?ស\.?")
CLOCK = re.compile(r"[T ]\s*\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(am|pm)?\s*(z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE)


class NoDate(ValueError):
    """The cell is no date."""


@dataclass(frozen=True, slots=True)
class Span:
    """The first and last day that a text can mean; `flags` names what had to be assumed."""

    first: date
    last: date
    precision: str
    flags: frozenset[str] = frozenset()


def span(value: str | int | float, *, day_first: bool = True) -> Span:
    """The days that a cell can mean; `NoDate` where it is no date.

    Flags: "buddhist" (the year was of the Buddhist era), "exchangeable" (day and month could be
    the other way round), "two_digits" (so the century was assumed).
    """
    if isinstance(value, int | float):
        return _of_number(value)
    said = " ".join(KHMER_WORDS.sub(" ", western(value)).split())
    said = CLOCK.sub("", said).strip(" .,")
    if re.fullmatch(r"\d+(\.\d+)?", said) and not re.fullmatch(r"\d{8}|\d{1,2}\.\d{4}", said):
        return _of_number(float(said))
    parts = [part for part in re.split(r"[\s./,\-]+", said.lower()) if part]
    if len(parts) == 1 and re.fullmatch(r"\d{8}", parts[0]):
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:]]
    try:
        return _of_parts(parts, day_first)
    except ValueError:
        raise NoDate(str(value)) from None


def _of_number(value: float) -> Span:
    """A year, or the serial number of a day in a spreadsheet."""
    if value != value or abs(value) == float("inf"):
        raise NoDate(str(value))
    whole = int(value)
    if value == whole and (whole in YEARS or whole in BUDDHIST_YEARS):
        return _year(whole, frozenset())
    if EXCEL_FIRST <= value < EXCEL_LAST:
        day = EXCEL_EPOCH + timedelta(days=whole)
        return Span(day, day, "day")
    raise NoDate(f"{value:g}")


def _of_parts(parts: list[str], day_first: bool) -> Span:
    if len(parts) == 1:
        return _year(*_full_year(parts[0]))
    named = [at for at, part in enumerate(parts) if _month_word(part)]
    if len(parts) == 2:
        return _of_month(parts, named)
    if len(parts) != 3:
        raise NoDate
    if named:
        month = _month_word(parts.pop(named[0]))
        day, year = (parts[1], parts[0]) if re.fullmatch(r"\d{4}", parts[0]) else (parts[0], parts[1])
        return _day(year, month, int(re.sub(r"(st|nd|rd|th|er)$", "", day)))
    if len(parts[0]) == 4:
        return _day(parts[0], int(parts[1]), int(parts[2]))
    return _of_three_numbers(parts, day_first)


def _of_three_numbers(parts: list[str], day_first: bool) -> Span:
    one, two = int(parts[0]), int(parts[1])
    is_certain = one > 12 or two > 12 or one == two
    day_leads = one > 12 or (day_first and two <= 12)
    day, month = (one, two) if day_leads else (two, one)
    return _day(parts[2], month, day, () if is_certain else ("exchangeable",))


def _of_month(parts: list[str], named: list[int]) -> Span:
    if named:
        month, year = _month_word(parts[named[0]]), parts[1 - named[0]]
    else:
        year, month = (parts[0], int(parts[1])) if len(parts[0]) == 4 else (parts[1], int(parts[0]))
        if len(year) != 4:
            raise NoDate
    number, flags = _full_year(year)
    number, flags = _common_era(number, flags)
    return Span(date(number, month, 1), date(number, month, monthrange(number, month)[1]), "month", flags)


def _day(year: str, month: int, day: int, flags: tuple[str, ...] = ()) -> Span:
    number, more = _common_era(*_full_year(year))
    on = date(number, month, day)
    return Span(on, on, "day", more | frozenset(flags))


def _year(number: int, flags: frozenset[str]) -> Span:
    number, flags = _common_era(number, flags)
    return Span(date(number, 1, 1), date(number, 12, 31), "year", flags)


def _full_year(said: str) -> tuple[int, frozenset[str]]:
    if re.fullmatch(r"\d{4}", said):
        return int(said), frozenset()
    if re.fullmatch(r"\d{2}", said):
        number = int(said)
        return number + (2000 if number <= PIVOT else 1900), frozenset({"two_digits"})
    raise NoDate


def _common_era(number: int, flags: frozenset[str]) -> tuple[int, frozenset[str]]:
    if number in BUDDHIST_YEARS:
        return number - BUDDHIST_OFFSET, flags | {"buddhist"}
    if number not in YEARS:
        raise NoDate
    return number, flags


def _month_word(part: str) -> int:
    return MONTH_OF.get(part.strip("."), 0)
