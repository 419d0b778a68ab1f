"""Calendar periods between two days, as the ledger names them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {"year": 12, "quarter": 3, "month": 1}


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar period, or the part of it that is asked for."""

    code: str
    first: date
    last: date


def periods(length: str, since: date, as_of: date) -> list[Period]:
    """Every period of this length from `since` to `as_of`, also those in which nothing happened."""
    found, first = [], since
    while first <= as_of:
        last = min(last_day(first, MONTHS[length]), as_of)
        found.append(Period(code_of(length, last), first, last))
        first = last + timedelta(days=1)
    return found


def last_day(day: date, months: int) -> date:
    """The last day of the calendar period of so many months that holds `day`."""
    following = (day.month - 1) // months * months + 1 + months
    year, month = (day.year + 1, following - 12) if following > 12 else (day.year, following)
    return date(year, month, 1) - timedelta(days=1)


def code_of(length: str, day: date) -> str:
    """The ledger's name of the period that holds the day."""
    if length == "year":
        return f"{day.year}"
    return f"{day.year}-Q{(day.month + 2) // 3}" if length == "quarter" else f"{day.year}-{day.month:02}"
