"""Puts a bulletin into words and tables of one language, and prints it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from clearground.common import formats
from clearground.common.caution import caution
from clearground.common.charts import COLOURS, as_svg, chart
from clearground.common.errors import Refused
from clearground.places.selectors import the_country

from .choices import FLOW_WORDS, STOCK_WORDS
from .periods import last_day
from .pivoting import Group, Pivot, flat_rows
from .selectors.bulletins import RELEASED, Bulletin, added, bulletin, edition_for, known_day, totals, trend
from .selectors.names import called, item_words, label, names_of
from .typesetting import typeset

MOST_ROWS = 6
# Columns that most months don't need.
SELDOM = ("reopened_m2", "reclassified_m2")
Table = dict[str, Any]


def print_bulletin(first: date, *, language: str, known: date | None = None) -> bytes:
    """The PDF of the month's bulletin in a language."""
    with override(language):
        found = bulletin(first, known=known)
        pictures = {f"chart-{family}": as_svg(spec) for family, spec in trend_charts(found.trend).items()}
        return typeset("bulletin", in_words(found), on=found.known, **pictures)


def previewed(first: date) -> dict[str, Any]:
    """What the month's bulletin says, in the active language."""
    return in_words(bulletin(first))


def picture(first: date, family: str) -> str:
    """The chart of one family as SVG; refused where the month has none of it."""
    last = last_day(first, 1)
    spec = trend_charts(trend(first, known_day(last, edition_for(last)))).get(family)
    if spec is None:
        raise Refused(_("This bulletin has no chart of “%(family)s”.") % {"family": family})
    return as_svg(spec)


def in_words(found: Bulletin) -> dict[str, Any]:
    """All that a bulletin prints, in the active language."""
    country, title = the_country(), _("Land release, %(month)s") % {"month": formats.month(found.first)}
    return {
        "language": formats.language(),
        "country": called(country),
        "title": title,
        "invented": _("Invented country: nothing here is real") if country.is_invented else "",
        "known": known_words(found),
        "sentences": sentences(found),
        "chart_title": _("Released in the last twelve months, hectares"),
        "charts": [[group.family, names_of("family").get(group.family, "")] for group in found.trend.groups],
        "legend": legend(),
        "first": [land_table(found)],
        "last_of_first": [restated_table(found)],
        "second": [
            released_table(found.operators, "operator", _("Released in the month, by operator, m²")),
            released_table(found.provinces, "province", _("Released in the month, by province, m²")),
            items_table(found),
        ],
        "warning": caution(),
        "law": _("Families of contamination lie on the same ground and are never added up. Areas are computed in one"
                 " equal-area projection of the country, and balance to the last half square centimetre."),
        "footer": " · ".join((called(country), title)),
    }  # fmt: skip


def known_words(found: Bulletin) -> str:
    """Which knowledge the figures rest on."""
    said = {"first": formats.day(found.first), "last": formats.day(found.last), "known": formats.day(found.known)}
    words = _("From %(first)s to %(last)s, as known on %(known)s.") % said
    if found.edition is None:
        return " ".join((words, _("No signed edition reaches this month yet: the figures may change.")))
    return " ".join(
        (words, _("This is the knowledge of the signed edition “%(name)s”.") % {"name": found.edition.name})
    )


def sentences(found: Bulletin) -> list[str]:
    """What a reader should take away, a family a sentence, and the items."""
    names, closing, released = names_of("family"), totals(found.land), totals(found.operators)
    said = []
    for family, land in closing.items():
        flows = released.get(family, {})
        total = sum(flows.get(name, 0) for name in RELEASED)
        told = {
            "family": names.get(family, family),
            "total": hectares(total),
            "cleared": hectares(flows.get("cleared_m2", 0)),
            "open": km2(land["closing_m2"]),
            "confirmed": km2(land["closing_confirmed_m2"]),
        }
        said.append(
            _("%(family)s: %(total)s ha were released, of which %(cleared)s ha by clearance; at the end of the month"
              " %(open)s km² lay open, of which %(confirmed)s km² confirmed.") % told
        )  # fmt: skip
    items = added([found.items]).get("items", 0)
    return [*said, _("Explosive items found and destroyed in the month: %(count)s.") % {"count": formats.number(items)}]


def hectares(area_m2: float) -> str:
    """Hectares with two decimals."""
    return formats.area(area_m2, unit="ha")


def km2(area_m2: float) -> str:
    """Square kilometres with three decimals."""
    return formats.area(area_m2, unit="km2")


def words_of(measures: Sequence[str]) -> list[str]:
    """Headings of measures."""
    words = {**FLOW_WORDS, **STOCK_WORDS, **item_words()}
    return [str(words[name]) for name in measures]


def printed(value: float | int | None, measure: str) -> str:
    """A figure without its unit."""
    return formats.area(value) if measure.endswith("_m2") else formats.number(value)


def table_of(answer: Pivot, dimension: str, title: str, *, most: int = 1 << 30) -> Table:
    """An answer of one dimension as a table; the smallest rows are summed up in one."""
    names, families = names_of(dimension), names_of("family")
    heading = {"class": _("Class of land"), "operator": _("Operator"), "province": _("Province")}[dimension]
    groups = [group_of(answer, group, dimension, names, families, most) for group in answer.groups]
    head = [heading, *words_of(answer.question.measures)]
    return {"title": title, "head": head, "groups": [group for group in groups if group["rows"]], "note": ""}


def group_of(
    answer: Pivot, group: Group, dimension: str, names: dict[str, str], families: dict[str, str], most: int
) -> dict[str, Any]:
    """One family of a table: lines with something in them, and their total."""
    measures = answer.question.measures
    lines = [line for line in group.lines if any(line.cells[0]) and not line.is_apart]
    shown = lines if len(lines) <= most else sorted(lines, key=lambda line: -sum(line.cells[0][:3]))[: most - 1]
    rows = [
        [label(dimension, line.codes[0], names), *map(printed, line.cells[0], measures)]
        for line in lines
        if line in shown
    ]
    if rest := [line for line in lines if line not in shown]:
        left = [sum(line.cells[0][at] for line in rest) for at in range(len(measures))]
        rows.append([_("%(count)s others") % {"count": formats.number(len(rest))}, *map(printed, left, measures)])
    total = [_("Total"), *map(printed, group.total[0], measures)] if len(rows) > 1 else []
    return {"name": families.get(group.family, group.family), "rows": rows, "total": total}


def land_table(found: Bulletin) -> Table:
    """The balance of the month by class, without the columns that this month doesn't need."""
    measures = found.land.question.measures
    used = {name for row in flat_rows(found.land) for name in measures if row[name]}
    kept = [0, *(at for at, name in enumerate(measures, 1) if name in used or name not in SELDOM)]
    table = table_of(found.land, "class", _("Open land and what happened to it in the month, m²"))
    return {**table, "head": [table["head"][at] for at in kept], "groups": [_columns(g, kept) for g in table["groups"]]}


def _columns(group: dict[str, Any], kept: Sequence[int]) -> dict[str, Any]:
    """A group with some of its columns."""
    rows = [[row[at] for at in kept] for row in group["rows"]]
    return {**group, "rows": rows, "total": [group["total"][at] for at in kept] if group["total"] else []}


def released_table(answer: Pivot, dimension: str, title: str) -> Table:
    """Releases by operator or province."""
    table = table_of(answer, dimension, title, most=MOST_ROWS)
    return table if table["groups"] else {**table, "note": _("Nothing was released in the month.")}


def items_table(found: Bulletin) -> Table:
    """Items by type: in the month, and in the year up to its end."""
    month, year, words = added([found.items]), added([found.items_of_year]), item_words()
    rows = [
        [words[name], formats.number(month.get(name, 0)), formats.number(year.get(name, 0))]
        for name in words
        if year.get(name)
    ]
    head = [_("Items found and destroyed"), _("In the month"), _("In the year so far")]
    groups = [{"name": "", "rows": rows[1:], "total": rows[0] if len(rows) > 1 else []}] if rows else []
    return {"title": _("Items found and destroyed"), "head": head, "groups": groups, "note": ""}


def restated_table(found: Bulletin) -> Table:
    """What late reports and corrections changed of the month's opening."""
    title = _("Restated: the opening of the month, m²")
    head = [_("Class of land"), _("As it closed the month before"), _("As known now"), _("Restated")]
    if found.known_before is None:
        return {
            "title": title,
            "head": head,
            "groups": [],
            "note": _("Nothing was known at the end of the month before."),
        }
    note = _("Known at the end of the month before, and now: the difference is late reports and corrections.")
    groups = [_restated_group(found, family) for family in dict.fromkeys(family for family, _code in found.restated)]
    return {"title": title, "head": head, "groups": groups, "note": note if groups else _("Nothing was restated.")}


def _restated_group(found: Bulletin, family: str) -> dict[str, Any]:
    """What was restated of one family, by class."""
    classes, pairs = names_of("class"), {code: p for (of, code), p in found.restated.items() if of == family}
    lines = [(label("class", code, classes), old, new) for code, (old, new) in pairs.items()]
    total = (_("Total"), sum(old for old, _new in pairs.values()), sum(new for _old, new in pairs.values()))
    cells = [
        [words, *(printed(value, "_m2") for value in (old, new, new - old))] for words, old, new in [*lines, total]
    ]
    return {
        "name": names_of("family").get(family, family),
        "rows": cells[:-1],
        "total": cells[-1] if len(lines) > 1 else [],
    }


def trend_charts(found: Pivot) -> dict[str, dict[str, Any]]:
    """Releases month by month, as bars of hectares, a chart for each family.

    Words stand beside it, not in it: Khmer is shaped by the page, not by the picture.
    """
    return {
        group.family: _bars(
            [
                {"month": line.codes[0], "kind": at, "ha": round(value / 10_000, 4)}
                for line in group.lines
                for at, value in enumerate(line.cells[0])
            ]
        )
        for group in found.groups
    }


def _bars(values: list[dict[str, Any]]) -> dict[str, Any]:
    colours = [COLOURS[name.removesuffix("_m2")] for name in RELEASED]
    small = {"labelFontSize": 10, "title": None}
    return chart(
        {
            "data": {"values": values},
            "width": 210,
            "height": 110,
            "mark": "bar",
            "encoding": {
                "x": {"field": "month", "type": "ordinal", "axis": {**small, "labelAngle": -90}},
                "y": {"field": "ha", "type": "quantitative", "axis": {**small, "tickCount": 4}},
                "color": {
                    "field": "kind",
                    "type": "nominal",
                    "legend": None,
                    "scale": {"domain": [0, 1, 2], "range": colours},
                },
                "order": {"field": "kind", "type": "quantitative"},
            },
        }
    )


def legend() -> list[list[str]]:
    """The colours of the charts, with their words."""
    colours = [COLOURS[name.removesuffix("_m2")] for name in RELEASED]
    return [list(pair) for pair in zip(colours, words_of(RELEASED), strict=True)]
