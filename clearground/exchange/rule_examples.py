"""Good and bad examples of each rule, as batches in an invented country: documentation that is run."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import shapely

from clearground.kernel.land.checks import NO_KIND, Batch, Context, from_wkt
from clearground.kernel.land.events import Kind
from clearground.kernel.land.frame import Frame

Row = Mapping[str, Any]
FRAME = Frame(103.0, 12.5)
PLACES = {
    "P1": shapely.box(103.0, 12.0, 104.0, 13.0),
    "P2": shapely.box(104.0, 12.0, 105.0, 13.0),
    "P3": shapely.box(103.649, 12.649, 103.652, 12.652),
}
DEFAULT = {"kind": "suspect", "family": "mines", "class": "A1", "on": "2015-06-01"}
CELLS = {"shapes": "wkt", "refs": "ref", "kinds": "kind", "on": "on", "stated_m2": "area", "places": "place"} | {
    "hazards": "hazard",
    "tasks": "task",
    "operators": "operator",
    "families": "class",
}


@dataclass(frozen=True)
class Example:
    """Rows in which the rule finds nothing, and rows in which it finds something; no other rule does."""

    good: Sequence[Row]
    bad: Sequence[Row]


@cache
def examples() -> Mapping[str, Example]:
    """The examples of all rules, by code."""
    text = (resources.files("clearground.exchange") / "rule_examples.toml").read_text("utf-8")
    return {code: Example(entry["good"], entry["bad"]) for code, entry in tomllib.loads(text).items()}


def example_context() -> Context:
    """The invented country of the examples, on the first day of 2020."""
    return Context(
        today=date(2020, 1, 1).toordinal(),
        frame=FRAME,
        country=shapely.box(101.0, 11.0, 105.0, 14.0),
        boundaries=PLACES,
        places=frozenset(PLACES),
        operators=frozenset({"OPA"}),
        classes={"mines": frozenset({"A1", "A4"}), "cmr": frozenset({"CMR"})},
        known_refs=frozenset({"H-OLD"}),
        standing=example_batch([{"ref": "H-OLD", "on": "2010-01-01", "wkt": square(103.2, 12.2, 0.004)}]),
        task_shapes={"T-1": shapely.box(103.3, 12.3, 103.302, 12.302)},
    )


def square(lon: float, lat: float, side_deg: float = 0.001) -> str:
    """WKT of a square with its lower left corner at lon, lat."""
    return str(shapely.to_wkt(shapely.box(lon, lat, lon + side_deg, lat + side_deg)))


def example_batch(rows: Sequence[Row]) -> Batch:
    """The rows as columns; what a row leaves out is in order."""
    whole = [{"ref": f"X-{k}", "wkt": square(104.2 + k / 100, 13.2), **DEFAULT, **row} for k, row in enumerate(rows)]
    reading = from_wkt([row["wkt"] for row in whole])
    return Batch(
        rows=np.arange(1, len(whole) + 1),
        refs=_texts(whole, "ref"),
        shapes=reading.shapes,
        troubles=reading.troubles,
        lines=np.array([row.get("line", 1) for row in whole]),
        crs=_texts(whole, "crs"),
        kinds=np.array([kind_of(row["kind"]) for row in whole]),
        families=_objects([((row["family"], row["class"] or None),) for row in whole]),
        on=np.array([_day(row["on"]) for row in whole]),
        stated_m2=np.array([_number(row.get("area", "")) for row in whole]),
        places=_texts(whole, "place"),
        hazards=_texts(whole, "hazard"),
        tasks=_texts(whole, "task"),
        operators=_texts(whole, "operator"),
        given={name: _texts(whole, cell) for name, cell in CELLS.items()},
        cells=CELLS,
    )


def kind_of(word: str) -> int:
    """The kind of event of that name, or none."""
    return int(Kind[word.upper()]) if word.upper() in Kind.__members__ else NO_KIND


def _objects(values: Sequence[Any]) -> np.ndarray:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _texts(rows: Sequence[Row], name: str) -> np.ndarray:
    return _objects([str(row.get(name, "")) for row in rows])


def _day(text: str) -> float:
    try:
        return float(date.fromisoformat(text).toordinal())
    except ValueError:
        return float("nan")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
