"""The charts of the picture as Vega-Lite specifications: every word and number in them is printed here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log10
from typing import Any

from django.utils.translation import gettext as _

from clearground.common import formats
from clearground.common.charts import COLOURS, chart

from .overview import Rows

HEIGHT = 260
BAR_STEP = 34
# The unit stands over its axis, unturned.
TITLE = {"titleAngle": 0, "titleAlign": "right", "titleX": -8, "titleY": -14, "titleFontWeight": "normal"}
# The signs of the map as stripes, so that no state is told by its hue alone: (colour, ink, across, down).
PATTERNS: dict[str, tuple[str, str, int, int]] = {
    "confirmed": ("#d5774f", "#8f2f06", 4, 4),
    "suspected": (COLOURS["suspected"], COLOURS["suspected"], 0, 0),
    "not_stated": ("#d9c6d5", COLOURS["not_stated"], 0, 5),
    "cancelled": (COLOURS["cancelled"], COLOURS["cancelled"], 0, 0),
    "reduced": ("#aac4da", COLOURS["reduced"], 0, 5),
    "cleared": ("#91c9b6", COLOURS["cleared"], 4, 0),
}
INKED = 0.4  # of a stripe's width, what is ink
SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "stroke"]
DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 1], [1, 3], [10, 4]]
INKS = ["#0b3b4a", "#c1440e", "#0a5a8a", "#8a4f7d", "#0b8a63", "#8f5a00", "#14202b"]


def stops_of(state: str) -> list[tuple[float, str]]:
    """Where along its gradient a state has which colour; empty where it is plain."""
    colour, ink, across, down = PATTERNS[state]
    count = max(across, down)
    found = []
    for stripe in range(count):
        for shade, start, end in ((colour, 0.0, 1 - INKED), (ink, 1 - INKED, 1.0)):
            found += [(round((stripe + edge) / count, 4), shade) for edge in (start, end)]
    return found


def fill(state: str) -> Any:
    """The fill of a state: plain, or striped across, down or both."""
    colour, _ink, across, down = PATTERNS[state]
    stops = [{"offset": offset, "color": shade} for offset, shade in stops_of(state)]
    ends = {"x1": 0, "y1": 0, "x2": int(across > 0), "y2": int(down > 0)}
    return {"gradient": "linear", **ends, "stops": stops} if stops else colour


@dataclass(frozen=True, slots=True)
class Swatch:
    """The fill of a state for a legend outside the chart, and the words beside it."""

    state: str
    name: str
    colour: str
    stops: Sequence[tuple[float, str]]
    x2: int
    y2: int


def swatches(names: Mapping[str, str]) -> list[Swatch]:
    """What a chart is filled with, by state."""
    found = []
    for state, name in names.items():
        colour, _ink, across, down = PATTERNS[state]
        found.append(Swatch(state, name, colour, stops_of(state), int(across > 0), int(down > 0)))
    return found


def km2(area_m2: float) -> float:
    """Square kilometres, as the charts measure."""
    return area_m2 / 1_000_000


def ticks(highest: float, lowest: float = 0.0) -> list[float]:
    """Some five round values that reach over what is drawn."""
    span = max(highest - min(lowest, 0), 1e-9)
    step = 10.0 ** (ceil(log10(span)) - 1)
    step = next(step * part for part in (0.1, 0.2, 0.25, 0.5, 1, 2, 2.5) if span / (step * part) <= 6)
    first, last = int(min(lowest, 0) // step), ceil(max(highest, 0) / step)
    return [at * step for at in range(first, max(last, first + 1) + 1)]


def value_axis(highest: float, lowest: float = 0.0) -> dict[str, Any]:
    """An axis of km² whose labels come from the one formatter."""
    at = ticks(highest, lowest)
    places = 0 if all(float(tick).is_integer() for tick in at) else (1 if (at[1] - at[0]) * 10 >= 1 else 3)
    text = " : ".join(
        f"abs(datum.value - ({tick:g})) < {abs(at[1] - at[0]) / 4:g} ? '{words}'"
        for tick, words in zip(at, _said(at, places), strict=True)
    )
    scale = {"domain": [at[0], at[-1]], "nice": False}
    return {"axis": {"values": at, "labelExpr": f"{text} : ''", "title": _("km²"), **TITLE}, "scale": scale}


def _said(values: Iterable[float], places: int) -> list[str]:
    return [formats.number(value, decimals=places) for value in values]


def year_axis(field: str = "year") -> dict[str, Any]:
    """Years side by side; where there is no room for all, some."""
    return {
        "field": field,
        "type": "ordinal",
        "axis": {"labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 8, "title": None},
    }


def stacked(rows: Rows, series: Sequence[str], names: Mapping[str, str], *, says: str) -> dict[str, Any]:
    """Bars by year, one part for each state, striped as the legend shows. `rows` have year, state and value_m2."""
    data, order = [], {state: at for at, state in enumerate(series)}
    totals: dict[int, float] = {}
    for row in rows:
        totals[row["year"]] = totals.get(row["year"], 0) + km2(row["value_m2"])
        words = f"{names[row['state']]}, {row['year']}: {formats.area(row['value_m2'], unit='km2')} {_('km²')}"
        state = {"state": row["state"], "order": order[row["state"]]}
        data.append({"year": str(row["year"]), "km2": km2(row["value_m2"]), "said": words, **state})
    conditions = [{"test": f"datum.state == '{state}'", "value": fill(state)} for state in series]
    mark = {"type": "bar", "stroke": COLOURS["ink"], "strokeWidth": 0.8}
    encoding = {
        "x": year_axis(),
        "y": {"field": "km2", "type": "quantitative", "stack": "zero", **value_axis(max(totals.values(), default=0))},
        "order": {"field": "order", "type": "ordinal"},
        "color": {"condition": conditions, "value": COLOURS["rule"]},
        **said_as("said"),
    }
    return drawn(data, {"mark": mark, "encoding": encoding}, says)


def lines(rows: Rows, names: Mapping[str, str], *, says: str) -> dict[str, Any]:
    """A line for each class, told by dash and by mark; `rows` have year, class and value_m2."""
    codes = list(names)
    data = [
        {
            "year": str(row["year"]),
            "km2": km2(row["value_m2"]),
            "code": names[row["class"]],
            "said": f"{names[row['class']]}, {row['year']}: {formats.area(row['value_m2'], unit='km2')} {_('km²')}",
        }
        for row in rows
    ]
    domain = [names[code] for code in codes]
    legend = {"title": None, "orient": "top", "columns": 3, "symbolSize": 90, "labelLimit": 220}

    def scale(values: Sequence[Any]) -> dict[str, Any]:
        return {"domain": domain, "range": list(values[: len(domain)])}

    encoding = {
        "x": year_axis(),
        "y": {"field": "km2", "type": "quantitative", **value_axis(max((row["km2"] for row in data), default=0))},
        "color": {"field": "code", "type": "nominal", "scale": scale(INKS), "legend": legend},
    }
    dash = {"strokeDash": {"field": "code", "type": "nominal", "scale": scale(DASHES), "legend": legend}}
    shape = {"shape": {"field": "code", "type": "nominal", "scale": scale(SHAPES), "legend": legend}}
    point = {"mark": {"type": "point", "filled": True, "size": 55}, "encoding": shape | said_as("said")}
    layers = [{"mark": {"type": "line", "strokeWidth": 2}, "encoding": dash}, point]
    return drawn(data, {"encoding": encoding, "layer": layers}, says)


def waterfall(steps: Rows, names: Mapping[str, str], *, says: str) -> dict[str, Any]:
    """Bars from the opening to the closing, each begun where the last one ended, with its amount beside it."""
    data, level = [], 0.0
    for at, row in enumerate(steps):
        change, is_stock = km2(row["change_m2"]), row["step"] in {"opening", "closing"}
        start, end = (0.0, change) if is_stock else (level, level + change)
        level = end
        amount = formats.area(row["change_m2"], unit="km2")
        sign = "+" if not is_stock and change > 0 else ""
        kind = "stock" if is_stock else ("more" if change > 0 else "less")
        words = {"label": f"{sign}{amount}", "said": f"{names[row['step']]}: {sign}{amount} {_('km²')}"}
        data.append({"step": names[row["step"]], "at": at, "start": start, "end": end, "kind": kind, **words})
    highest = max((max(row["start"], row["end"]) for row in data), default=0) * 1.06
    fills = {"stock": COLOURS["brand"], "more": fill("suspected"), "less": fill("cleared")}
    conditions = [{"test": f"datum.kind == '{kind}'", "value": shade} for kind, shade in fills.items()]
    x = {"field": "start", "type": "quantitative", **value_axis(highest, min((row["end"] for row in data), default=0))}
    x["axis"] = {name: value for name, value in x["axis"].items() if name not in TITLE}
    y = {"field": "step", "type": "nominal", "sort": {"field": "at"}, "axis": {"title": None, "labelLimit": 200}}
    bar = {"type": "bar", "stroke": COLOURS["ink"], "strokeWidth": 0.8}
    ends = {"x": x, "x2": {"field": "end"}, "color": {"condition": conditions, "value": COLOURS["brand"]}}
    furthest = {"calculate": "max(datum.start, datum.end)", "as": "edge"}
    place = {"x": {**x, "field": "edge"}, "text": {"field": "label"}}
    text = {"mark": {"type": "text", "align": "left", "dx": 5, "fontSize": 12, "aria": False}, "encoding": place}
    layers = [{"mark": bar, "encoding": ends | said_as("said")}, {"transform": [furthest], **text}]
    spec = drawn(data, {"encoding": {"y": y}, "layer": layers}, says)
    return spec | {"height": BAR_STEP * len(data)}


def said_as(field: str) -> dict[str, Any]:
    """What a mark says to the pointer and to a screen reader: the same words."""
    channel = {"field": field, "type": "nominal"}
    return {"tooltip": channel, "description": channel}


def drawn(data: Rows, spec: Mapping[str, Any], says: str) -> dict[str, Any]:
    """A chart of the house, with what it says as a whole."""
    width = {"width": "container", "height": HEIGHT, "autosize": {"type": "fit-x", "contains": "padding"}}
    return chart({"description": says, "data": {"values": data}, **width, **spec})
