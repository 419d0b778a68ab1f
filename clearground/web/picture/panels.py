"""The panels of the national picture: each a chart with its words, its table, its links and its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clearground.common import formats
from clearground.land.figured import NO_CODE, Asked
from clearground.land.selectors import contributions as made

from ..shell.addresses import figure_address, query, record_address
from ..shell.selectors import item_names
from . import charts, overview
from .definitions import DEFINITIONS, definition_of
from .figures import DEGREE_NAMES, names_of, said, scope_address

FIRST_CAUSES = 12
OTHER = gettext_lazy("Other changes")


@dataclass(frozen=True, slots=True)
class Cell:
    """A printed figure, and where it opens."""

    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table."""

    name: str
    cells: Sequence[Cell]
    address: str = ""
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of the picture. `legend` has what the chart is filled with."""

    key: str
    title: Any
    of: Any
    says: str
    spec: dict[str, Any] | None
    headings: Sequence[Any]
    lines: Sequence[Line]
    legend: Sequence[charts.Swatch] = ()
    unit: Any = ""
    more: Mapping[str, Any] = field(default_factory=dict)


def release_names() -> dict[str, str]:
    """The kinds of release by their words."""
    return {kind: str(DEFINITIONS[f"{kind}_m2"].name) for kind in overview.RELEASES}


def year_of(asked: Asked, year: int) -> Asked:
    """The figure in one year."""
    return replace(asked, as_of=min(date(year, 12, 31), asked.as_of), since=date(year, 1, 1))


def by_years(
    rows: overview.Rows, names: Mapping[str, str], state: str, address: Callable[[int, str], str]
) -> list[Line]:
    """A line for each year, a cell for each state; nothing recorded is zero, for the books of the year were kept."""
    found: dict[int, dict[str, float]] = {}
    for row in rows:
        found.setdefault(row["year"], {})[row[state]] = row["value_m2"]
    return [
        Line(str(year), [Cell(formats.area(amounts.get(code, 0.0)), address(year, code)) for code in names])
        for year, amounts in sorted(found.items())
    ]


def degree_panel(asked: Asked) -> Panel:
    """Open land at the end of each year, by degree."""
    names = {code: str(DEGREE_NAMES[code]) for code in overview.DEGREES}
    rows = [
        {"year": row["year"], "state": row["degree"], "value_m2": row["closing_m2"]}
        for row in overview.open_by_degree(asked, {})
        if row["degree"] in names
    ]

    def address(year: int, code: str) -> str:
        return scope_address(year_of(asked, year), degree=code)

    says = _("Land that lay open at the end of each year, by how sure the authority was, as known on the same day.")
    order = ("confirmed", "not_stated", "suspected")
    spec = charts.stacked(rows, order, names, says=says)
    lines = by_years(rows, names, "state", address)
    return Panel(
        "open-by-degree",
        overview.TITLES["open-by-degree"],
        _("Year"),
        says,
        spec,
        list(names.values()),
        lines,
        charts.swatches(names),
    )


def class_panel(asked: Asked) -> Panel:
    """Open land at the end of each year, by class."""
    found = overview.open_by_class(asked, {})
    codes = sorted({row["class"] or NO_CODE for row in found})
    named = names_of("class", codes)
    names = {code: named[code] for code in codes}
    rows = [{"year": row["year"], "class": row["class"] or NO_CODE, "value_m2": row["closing_m2"]} for row in found]

    def address(year: int, code: str) -> str:
        return scope_address(year_of(asked, year), **{"class": code})

    says = _("Land that lay open at the end of each year, by class, as known on the same day.")
    spec = charts.lines(rows, {code: code if code != NO_CODE else names[code] for code in codes}, says=says)
    return Panel(
        "open-by-class",
        overview.TITLES["open-by-class"],
        _("Year"),
        says,
        spec,
        list(names.values()),
        by_years(rows, names, "class", address),
    )


def release_panel(asked: Asked) -> Panel:
    """Land released in each year, by kind."""
    names = release_names()
    rows = [
        {"year": row["year"], "state": kind, "value_m2": row[f"{kind}_m2"]}
        for row in overview.released(asked, {})
        for kind in overview.RELEASES
    ]

    def address(year: int, kind: str) -> str:
        return scope_address(replace(year_of(asked, year), measure=f"{kind}_m2"))

    says = _("Land released inside recorded hazards in each year, by the work that released it.")
    spec = charts.stacked(rows, ("cleared", "reduced", "cancelled"), names, says=says)
    lines = by_years(rows, names, "state", address)
    return Panel(
        "released",
        overview.TITLES["released"],
        _("Year"),
        says,
        spec,
        list(names.values()),
        lines,
        charts.swatches(names),
    )


def steps_panel(key: str, steps: overview.Rows, asked: Asked, says: str) -> Panel:
    """From the opening to the closing, with every step that the law has."""
    names = {name: str(DEFINITIONS[f"{name}_m2"].name) for name in overview.STEPS}
    lines = [
        Line(
            names[row["step"]],
            [Cell(signed(row), scope_address(replace(asked, measure=f"{row['step']}_m2")))],
            is_total=row["step"] == "closing",
        )
        for row in steps
    ]
    spec = charts.waterfall(steps, names, says=says)
    return Panel(key, overview.TITLES[key], _("Step"), says, spec, [_("m²")], lines)


def signed(row: Mapping[str, Any]) -> str:
    """The amount of a step, with its sign where it is a change."""
    words = formats.area(row["change_m2"])
    is_stock = row["step"] in {"opening", "closing"}
    return words if is_stock or row["change_m2"] <= 0 else f"+{words}"


def waterfall_panel(asked: Asked) -> Panel:
    """The period of the question."""
    days = {"since": formats.day(asked.since), "as_of": formats.day(asked.as_of)}
    says = _("How open land came from the opening of %(since)s to the closing of %(as_of)s, by the day of the work.")
    return steps_panel("waterfall", overview.steps_of(asked), asked, says % days)


def month_panel(asked: Asked) -> Panel:
    """The month up to the day, by the day of approval."""
    month = overview.of_last_month(asked)
    days = {"since": formats.day(month.since), "as_of": formats.day(month.as_of)}
    says = _("What was approved from %(since)s on: from what was known then to what is known of %(as_of)s now.")
    return steps_panel("last-month", overview.steps_of(month), month, says % days)


def items_panel(asked: Asked) -> Panel:
    """Items by type, by work on all families."""
    names, rows = item_names(), overview.items(asked, {})
    everywhere = replace(asked, within={name: code for name, code in asked.within.items() if name != "family"})
    lines = [
        Line(
            names[row["item"]],
            [
                Cell(
                    formats.number(row["count"]),
                    scope_address(replace(everywhere, measure=f"items_{row['item']}")),
                )
            ],
        )
        for row in rows
    ]
    largest = max((row["count"] for row in rows), default=0)
    shares = [round(100 * row["count"] / largest, 2) for row in rows]
    says = _("Items that teams found and destroyed in the period, by all work, whatever family it was about.")
    return Panel(
        "items", overview.TITLES["items"], _("Type of item"), says, None, [_("Items")], lines, more={"shares": shares}
    )


def quality_panel(asked: Asked) -> Panel:
    """Yield of clearance, accuracy of survey, and hazard records."""
    lines = []
    for row in overview.quality(asked, {}):
        definition = definition_of(row["measure"])
        if definition is not None:
            where = scope_address(replace(asked, measure=row["measure"]))
            lines.append(Line(str(definition.name), [Cell(said(row["value"], definition), where)]))
    says = _("What clearance found in the period, how true survey proved, and how many hazard records stand.")
    return Panel("quality", overview.TITLES["quality"], _("Measure"), says, None, [_("Value")], lines)


def places_panel(asked: Asked, here: Callable[..., str]) -> Panel | None:
    """The sheet by the places of the next level; each name leads to the picture of that place."""
    level = overview.next_level(asked)
    if level is None:
        return None
    rows = overview.places(asked, {})
    names = names_of(level, [row[level] for row in rows])
    headings = [OTHER if name == "other" else DEFINITIONS[f"{name}_m2"].name for name in overview.PLACE_COLUMNS]
    lines = [
        Line(
            names[row[level]],
            [place_cell(asked, level, row, name) for name in overview.PLACE_COLUMNS],
            here(**{level: row[level]}) if row[level] else "",
        )
        for row in rows
    ]
    says = _("The same sheet by place. Choose a place to see its own picture.")
    return Panel("places", overview.TITLES["places"], _("Place"), says, None, headings, lines)


def place_cell(asked: Asked, level: str, row: Mapping[str, Any], name: str) -> Cell:
    """One figure of a place. Other changes open on the sheet of the place, which has a column for each of them."""
    area_m2, there = row[f"{name}_m2"], {level: row[level] or NO_CODE}
    if name != "other":
        return Cell(formats.area(area_m2), scope_address(replace(asked, measure=f"{name}_m2"), **there))
    return Cell(plus(area_m2), others_address(asked, level, row[level]) if area_m2 else "")


def others_address(asked: Asked, level: str, code: str | None) -> str:
    """Where the changes that have one column here have one each: the sheet of the place; of no place, their largest."""
    days = {"as_of": asked.as_of, "since": asked.since, "known": asked.known}
    if code:
        return f"{reverse('web:sheet')}?{query({**days, **places_within(asked), level: code})}"
    parts = made.totals(asked, (level,)).get((None,), {})
    largest = max(overview.OTHERS, key=lambda name: abs(parts.get(name, 0)))
    return scope_address(replace(asked, measure=f"{largest}_m2"), **{level: NO_CODE})


def restated_panel(asked: Asked, asking: Mapping[str, str], *, may_see_land: bool) -> Panel | None:
    """What another edition's closing is known to be now, and the records by which it changed."""
    edition = overview.edition_against(asked, asking)
    if edition is None:
        return None
    rows = overview.restated(asked, asking)
    names = names_of("class", [row["class"] for row in rows])
    there = {"as_of": edition.as_of, "known": None}
    lines = []
    for row in rows:
        of = {"family": asked.within["family"], "class": row["class"] or NO_CODE, **places_within(asked)}
        then = figure_address("closing_m2", **there | {"known": edition.known, "seq": edition.seq}, **of)
        now = figure_address("closing_m2", **there | {"known": asked.known, "seq": asked.seq}, **of)
        cells = [Cell(formats.area(row["edition_closing_m2"]), then), Cell(plus(row["restated_m2"]))]
        lines.append(Line(names[row["class"]], [*cells, Cell(formats.area(row["known_now_m2"]), now)]))
    words = {"name": edition.name, "as_of": formats.day(edition.as_of)}
    says = _(
        "“%(name)s” stated what lay open on %(as_of)s. Later reports and corrections say otherwise of the same day."
    )
    headings = [edition.name, _("Restated"), _("As known now")]
    more = causes(asked, edition, may_see_land=may_see_land) | {"edition": edition}
    return Panel(
        "restated", overview.TITLES["restated"], _("Class of land"), says % words, None, headings, lines, more=more
    )


def places_within(asked: Asked) -> dict[str, str]:
    """The places that a figure is of."""
    return {name: code for name, code in asked.within.items() if name in overview.PLACE_DIMENSIONS}


def plus(area_m2: float) -> str:
    """A change, with its sign."""
    return f"{'+' if area_m2 > 0 else ''}{formats.area(area_m2)}"


def causes(asked: Asked, edition: Any, *, may_see_land: bool) -> dict[str, Any]:
    """How many records restated the edition, and the first of them for who may see land."""
    there, found = overview.causes_of(asked, edition)
    rows = overview.land.record_rows(there, found, 0, FIRST_CAUSES) if may_see_land else []
    listed = [row | {"address": record_address(row["ref"]), "change": plus(row["amount"])} for row in rows]
    return {"causes": listed, "count": len(found)}
