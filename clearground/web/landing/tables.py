"""The sheet of the year as people read it: families, classes, subtotals, each number a link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clearground.common import formats
from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.land.models import HazardClass

from ..shell.addresses import figure_address, query
from ..shell.printed import Cell, Line
from ..shell.selectors import called, families, hazard_classes
from .selectors import DEGREES, BalanceRow, Year, balance_rows

# Sign in the law, field of the row, heading.
COLUMNS = (
    ("", "opening", gettext_lazy("Opening")),
    ("±", "restated", gettext_lazy("Restated")),
    ("+", "new", gettext_lazy("New")),
    ("±", "other", gettext_lazy("Other changes")),
    ("−", "cancelled", gettext_lazy("Cancelled")),
    ("−", "reduced", gettext_lazy("Reduced")),
    ("−", "cleared", gettext_lazy("Cleared")),
    ("=", "closing", gettext_lazy("Closing")),
)
SUMMED = (*(column for _sign, column, _words in COLUMNS), *DEGREES, "since_signed")
SIGNED = {"restated", "other"}


@dataclass(frozen=True, slots=True)
class Group:
    """One family: its classes, their subtotal, and classes that are tabulated but no contamination."""

    code: str
    name: str
    lines: list[Line]
    subtotal: Line
    apart: list[Line]
    sums: BalanceRow
    apart_rows: list[BalanceRow]

    @property
    def open_km2(self) -> str:
        """What lies open, in square kilometres."""
        return km2(self.sums.closing)

    @property
    def released_km2(self) -> str:
        """What was released in the period."""
        return km2(self.sums.cancelled + self.sums.reduced + self.sums.cleared)

    @property
    def new_km2(self) -> str:
        """What was newly recorded in the period."""
        return km2(self.sums.new)

    @property
    def degrees(self) -> list[tuple[str, str, float, float]]:
        """By degree: square kilometres, where its part of a bar begins, and how long that is, in percent."""
        found, start = [], 0.0
        for degree in DEGREES:
            share = 100 * getattr(self.sums, degree) / (self.sums.closing or 1)
            found.append((degree, km2(getattr(self.sums, degree)), round(start, 3), round(share, 3)))
            start += share
        return found

    def apart2(self, kind: str) -> int:
        """How much land that is no contamination was released in the period by work of this kind."""
        return sum(getattr(row, kind) for row in self.apart_rows)

    @property
    def since_signed(self) -> str:
        """By how much the closing has changed since it was signed, in square metres; empty where it has not."""
        return change(self.sums.since_signed) if self.sums.since_signed else ""


def the_sheet(year: Year) -> list[Group]:
    """The families that have land, in the order of the books. They lie on the same ground, and are never summed."""
    classes = hazard_classes()
    order = {key: at for at, key in enumerate(classes)}
    rows = [row for row in balance_rows(year) if any(getattr(row, name) for name in SUMMED)]
    rows.sort(key=lambda row: order.get((row.family, row.hazard_class or ""), len(order)))
    groups = []
    for code, name in families().items():
        if own := [row for row in rows if row.family == code]:
            groups.append(group_of(year, own, classes, code=code, name=name))
    return groups


def group_of(
    year: Year,
    rows: Sequence[BalanceRow],
    classes: Mapping[tuple[str, str], HazardClass],
    *,
    code: str,
    name: str,
) -> Group:
    """One family of the sheet."""
    lines: dict[bool, list[Line]] = {True: [], False: []}
    counted: dict[bool, list[BalanceRow]] = {True: [], False: []}
    for row in rows:
        known = classes.get((row.family, row.hazard_class or ""))
        is_contamination = known is None or known.is_contamination
        words = called(known) if known else _("Class not stated")
        lines[is_contamination].append(line_of(year, row, code=row.hazard_class or "", name=words))
        counted[is_contamination].append(row)
    sums = total(code, counted[True])
    subtotal = line_of(year, sums, code="", name=_("%(family)s, total") % {"family": name}, is_part=bool(lines[False]))
    return Group(code, name, lines[True], subtotal, lines[False], sums, counted[False])


def total(family: str, rows: Sequence[BalanceRow]) -> BalanceRow:
    """The sum of rows of one family; nothing is restated where no row knows."""
    sums: dict[str, Any] = {}
    for name in SUMMED:
        known = [value for row in rows if (value := getattr(row, name)) is not None]
        sums[name] = sum(known) if known or name != "restated" else None
    return BalanceRow(family, None, **sums)


def line_of(year: Year, row: BalanceRow, *, code: str, name: str, is_part: bool = False) -> Line:
    """One printed line. A subtotal that leaves classes out opens on the sheet, which has the same one."""
    cells = []
    for _sign, column, _words in COLUMNS:
        value = getattr(row, column)
        text = change(value) if column in SIGNED else formats.area(area_m2(value))
        address = sheet_address(year) if is_part else cell_address(year, row, column)
        cells.append(Cell(text, not value, column, address if value else ""))
    return Line(code, name, cells, row.balances)


def cell_address(year: Year, row: BalanceRow, column: str) -> str:
    """Where a number of the sheet opens."""
    scope = {"family": row.family, "class_": row.hazard_class}
    if column == "other":
        return sheet_address(year)
    if column == "restated":
        asked = query({"known": year.known})
        return f"{reverse('web:restated', args=[year.previous.pk])}?{asked}" if year.previous else ""
    if column == "opening" and year.previous:
        printed = {"as_of": year.previous.as_of, "known": year.previous.known}
        return figure_address("closing_m2", **printed, **scope)
    return figure_address(f"{column}_m2", as_of=year.as_of, since=year.since, known=year.known, **scope)


def sheet_address(year: Year) -> str:
    """The whole sheet of the same days, with every column."""
    asked = {"as_of": year.as_of, "since": year.since, "known": year.known}
    return f"{reverse('web:sheet')}?{query(asked)}"


def area_m2(half_cm2: int | None) -> float | None:
    """Square metres of whole half square centimetres."""
    return None if half_cm2 is None else half_cm2 / HALF_CM2_PER_M2


def change(half_cm2: int | None) -> str:
    """A change in square metres, with its sign."""
    text = formats.area(area_m2(half_cm2))
    return f"+{text}" if (half_cm2 or 0) > 0 else text


def km2(half_cm2: int) -> str:
    """Square kilometres with two decimals."""
    return formats.number(half_cm2 / HALF_CM2_PER_M2 / 1_000_000, decimals=2)


def change_km2(half_cm2: int) -> str:
    """A change in square kilometres, with its sign."""
    return f"+{km2(half_cm2)}" if half_cm2 > 0 else km2(half_cm2)
