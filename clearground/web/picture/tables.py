"""The balance sheet as people read it: families, their classes, a subtotal, and the law that it obeys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clearground.common import formats
from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.land.figured import NO_CODE
from clearground.land.models import HazardClass

from ..shell.printed import Cell, Line
from ..shell.selectors import called

Row = Mapping[str, Any]
# Where a figure opens: of a column, a family, and a class ("" for all that is contamination).
Link = Callable[[str, str, str], str]
Classes = Mapping[tuple[str, str], HazardClass]

# Sign in the law, column of the sheet, heading.
LAW = (
    ("", "opening_m2", gettext_lazy("Opening")),
    ("+", "new_m2", gettext_lazy("New")),
    ("+", "reopened_m2", gettext_lazy("Reopened")),
    ("±", "reclassified_m2", gettext_lazy("Reclassified")),
    ("±", "degree_changed_m2", gettext_lazy("Degree changed")),
    ("±", "corrected_m2", gettext_lazy("Corrected")),
    ("−", "cancelled_m2", gettext_lazy("Cancelled")),
    ("−", "reduced_m2", gettext_lazy("Reduced")),
    ("−", "cleared_m2", gettext_lazy("Cleared")),
    ("=", "closing_m2", gettext_lazy("Closing")),
)
ADDED = ("opening_m2", "new_m2", "reopened_m2", "reclassified_m2", "degree_changed_m2", "corrected_m2")
TAKEN = ("cancelled_m2", "reduced_m2", "cleared_m2")
# How the closing of each row is reckoned in a workbook.
ACROSS = {"closing_m2": {**dict.fromkeys(ADDED, "+"), **dict.fromkeys(TAKEN, "-")}}
SHOWN_WHEN_USED = {"degree_changed_m2"}
BEHIND = (
    ("", "closing_confirmed_m2", gettext_lazy("Confirmed")),
    ("", "closing_suspected_m2", gettext_lazy("Suspected")),
    ("", "closing_not_stated_m2", gettext_lazy("Degree not stated")),
    ("", "unplaced_closing_m2", gettext_lazy("Stated, without a polygon")),
    ("", "outside_m2", gettext_lazy("Released outside recorded hazards")),
    ("", "outside_closing_m2", gettext_lazy("The same, up to the closing day")),
    ("", "released_twice_m2", gettext_lazy("Reported released twice")),
)
SUMMED = tuple(column for _sign, column, _words in (*LAW, *BEHIND))
DEGREES = ("confirmed", "suspected", "not_stated")


@dataclass(frozen=True, slots=True)
class Group:
    """One family: its classes, their subtotal, and classes that are tabulated but no contamination."""

    code: str
    name: str
    lines: list[Line]
    subtotal: Line
    apart: list[Line]


@dataclass(frozen=True, slots=True)
class Table:
    """Headings as (sign, column, words), and the groups under them."""

    headings: list[tuple[str, str, Any]]
    groups: list[Group]

    @property
    def balances(self) -> bool:
        """Every line and every subtotal obeys the law."""
        return all(line.balances for group in self.groups for line in (*group.lines, group.subtotal, *group.apart))

    @property
    def width(self) -> int:
        """Columns, with the first and the check."""
        return len(self.headings) + 2


def exact(area_m2: float | None) -> int:
    """The area as the books keep it: a whole number of half square centimetres."""
    return round((area_m2 or 0) * HALF_CM2_PER_M2)


def obeys_the_law(row: Row) -> bool:
    """Opening and all that came, less all that went, is the closing area, to the last digit."""
    came = sum(exact(row.get(column)) for column in ADDED)
    went = sum(exact(row.get(column)) for column in TAKEN)
    return came - went == exact(row.get("closing_m2"))


def total(rows: Sequence[Row], columns: Iterable[str]) -> dict[str, float | None]:
    """Sums by column, exact; None where no row knows."""
    sums: dict[str, float | None] = {}
    for column in columns:
        known = [row[column] for row in rows if row.get(column) is not None]
        sums[column] = sum(map(exact, known)) / HALF_CM2_PER_M2 if known else None
    return sums


def used_headings(rows: Sequence[Row], headings: Sequence[tuple[str, str, Any]]) -> list[tuple[str, str, Any]]:
    """The headings without those that only some countries need and no row has."""
    return [
        heading for heading in headings if heading[1] not in SHOWN_WHEN_USED or any(row.get(heading[1]) for row in rows)
    ]


def no_link(_column: str, _family: str, _class: str) -> str:
    """Figures that open nowhere."""
    return ""


def line_of(
    row: Row, headings: Sequence[tuple[str, str, Any]], *, code: str, name: str, unit: str, opens: Callable[[str], str]
) -> Line:
    """One printed line; `opens` says where the figure of a column opens."""
    cells = [
        Cell(formats.area(row.get(column), unit=unit), not row.get(column), column.removesuffix("_m2"), opens(column))
        for _sign, column, _words in headings
    ]
    return Line(code, name, cells, obeys_the_law(row))


def is_contamination(row: Row, classes: Classes) -> bool:
    """The row's class counts as contamination; land without a class does."""
    known = classes.get((row["family"], row["class"]))
    return known is None or known.is_contamination


def table_of(
    rows: Sequence[Row],
    headings: Sequence[tuple[str, str, Any]],
    *,
    family_names: Mapping[str, str],
    classes: Classes,
    unit: str,
    link: Link = no_link,
) -> Table:
    """Rows of a sheet by family and class, in the order of the class lists, with a subtotal for each family.

    Families lie on the same ground, so they are never added up. Rows of nothing are left out.
    """
    used = used_headings(rows, headings)
    some = [row for row in rows if any(row.get(column) for _sign, column, _words in used)]
    groups = []
    for code, name in family_names.items():
        own = in_order([row for row in some if row["family"] == code], classes)
        if own:
            groups.append(group_of(own, used, code=code, name=name, classes=classes, unit=unit, link=link))
    return Table(used, groups)


def in_order(rows: Sequence[Row], classes: Classes) -> list[Row]:
    """Rows in the order of the class lists; land without a class last."""
    order = {key: at for at, key in enumerate(classes)}
    return sorted(rows, key=lambda row: order.get((row["family"], row["class"]), len(order)))


def group_of(
    rows: Sequence[Row],
    headings: Sequence[tuple[str, str, Any]],
    *,
    code: str,
    name: str,
    classes: Classes,
    unit: str,
    link: Link,
) -> Group:
    """One family of the table."""
    lines: dict[bool, list[Line]] = {True: [], False: []}
    for row in rows:
        known = classes.get((row["family"], row["class"]))
        words = called(known) if known else _("Outside recorded hazards")
        opens = partial(opened, link, code, row["class"] or NO_CODE)
        line = line_of(row, headings, code=row["class"] or "", name=words, unit=unit, opens=opens)
        lines[is_contamination(row, classes)].append(line)
    sums = total([row for row in rows if is_contamination(row, classes)], SUMMED)
    words, opens = _("%(family)s, total") % {"family": name}, partial(opened, link, code, "")
    subtotal = line_of(sums, headings, code="", name=words, unit=unit, opens=opens)
    return Group(code, name, lines[True], subtotal, lines[False])


def opened(link: Link, family: str, hazard_class: str, column: str) -> str:
    """Where the figure of a column opens, in the line of a family and a class."""
    return link(column, family, hazard_class)


@dataclass(frozen=True, slots=True)
class Fact:
    """What a reader should take away about one family, in square kilometres."""

    name: str
    open_km2: str
    degrees: list[tuple[str, str, float, float]]
    released_km2: str
    new_km2: str
    address: str = ""


def facts_of(
    rows: Sequence[Row], family_names: Mapping[str, str], classes: Classes, link: Link = no_link
) -> list[Fact]:
    """The headline of each family that has contamination."""
    found = []
    for code, name in family_names.items():
        own = [row for row in rows if row["family"] == code and is_contamination(row, classes)]
        if own:
            found.append(fact_of(total(own, SUMMED), name, link("closing_m2", code, "")))
    return found


def fact_of(sums: Mapping[str, float | None], name: str, address: str = "") -> Fact:
    """The headline of one family."""
    closing = sums["closing_m2"] or 0.0
    degrees, start = [], 0.0
    for degree in DEGREES:
        part = sums[f"closing_{degree}_m2"] or 0.0
        share = 100 * part / closing if closing else 0.0
        degrees.append((degree, km2(part), round(start, 3), round(share, 3)))
        start += share
    released = sum(sums[column] or 0.0 for column in TAKEN)
    return Fact(name, km2(closing), degrees, km2(released), km2(sums["new_m2"] or 0.0), address)


def items_of(rows: Sequence[Row], item_names: Mapping[str, str], link: Link = no_link) -> list[tuple[str, str, str]]:
    """Items found and destroyed in the period, by type, and where each opens; types of which none was found are not."""
    counts = {code: sum(row.get(f"items_{code}") or 0 for row in rows) for code in item_names}
    return [
        (item_names[code], formats.number(count), link(f"items_{code}", "", ""))
        for code, count in counts.items()
        if count
    ]


def km2(area_m2: float) -> str:
    """Square kilometres with two decimals."""
    return formats.number(area_m2 / 1_000_000, decimals=2)
