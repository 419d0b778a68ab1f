"""Turns the numbers of a sheet of the kernel into rows with codes, days and square metres."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearground.kernel.land.balances import HALF_CM2_PER_M2, Question, Sheet
from clearground.kernel.land.events import Degree

from ..sheets import AREA_COLUMNS, PERIOD_DIMENSIONS, PLACE_DIMENSIONS
from .loading import Ledger
from .questions import BEGINNING, ITEMS, LEVELS

TRANSFERS = ("transferred_in", "transferred_out")


def named_rows(
    result: Sheet, question: Question, book_of: Ledger, by: tuple[str, ...], only: Collection[str] | None = None
) -> list[dict[str, Any]]:
    """The rows of a sheet as the documented schema has them; of the columns, only those that are asked for."""
    labels, columns = _labels(result, question, book_of, by), _columns(result, book_of)
    if only is not None:
        every_item = "items" in only
        kept = {name for name in columns if name in only or (every_item and name.startswith(ITEMS))}
        columns = {name: column for name, column in columns.items() if name in kept}
    names = [*labels, *columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*labels.values(), *columns.values(), strict=True)]


def _labels(result: Sheet, question: Question, book_of: Ledger, by: tuple[str, ...]) -> dict[str, list[Any]]:
    """Dates of the period and the code of each dimension, row by row."""
    edges = question.edges
    starts = [date.fromordinal(edge + 1) if edge > BEGINNING else None for edge in edges[:-1]]
    ends = [date.fromordinal(edge) for edge in edges[1:]]
    labels: dict[str, list[Any]] = {
        "from": [starts[p] for p in result.period.tolist()],
        "to": [ends[p] for p in result.period.tolist()],
    }
    return labels | {name: _label(name, result, question, book_of, ends) for name in by}


def _label(name: str, result: Sheet, question: Question, book_of: Ledger, ends: list[date]) -> list[Any]:
    if name in PERIOD_DIMENSIONS:
        return [_period_name(name, ends[p]) for p in result.period.tolist()]
    return code_names(name, result.codes["place" if name in PLACE_DIMENSIONS else name], book_of)


def code_names(dimension: str, at: NDArray[np.int64], book_of: Ledger) -> list[str | None]:
    """The code of each row in one dimension; None for land of no class, work of no operator, no place."""
    codes = book_of.codes
    if dimension in PLACE_DIMENSIONS:
        up = book_of.ancestor[LEVELS[dimension]]
        return [_code(codes.places, int(up[p]) if p >= 0 else -1) for p in at.tolist()]
    lists: dict[str, Sequence[str]] = {
        "family": codes.families,
        "class": [c.code for c in codes.classes],
        "degree": [degree.name.lower() for degree in Degree],
        "operator": codes.operators,
        "method": codes.methods,
        "campaign": codes.campaigns,
        "contract": codes.contracts,
        "task": codes.tasks,
    }
    return [_code(lists[dimension], code) for code in at.tolist()]


def _code(codes: Sequence[str], at: int) -> str | None:
    return codes[at] if at >= 0 else None


def _period_name(name: str, end: date) -> str:
    if name == "year":
        return f"{end.year}"
    return f"{end.year}-Q{(end.month + 2) // 3}" if name == "quarter" else f"{end.year}-{end.month:02}"


def _columns(result: Sheet, book_of: Ledger) -> dict[str, list[Any]]:
    """The areas in m² and the counts of items, column by column."""
    zeros = np.zeros(len(result), np.int64)
    # On one edition of boundaries nothing is transferred; where there are no stocks, there is nothing to transfer.
    sums = (dict.fromkeys(TRANSFERS, zeros) if "closing" in result.sums else {}) | dict(result.sums)
    none: list[Any] = [None] * len(result)
    columns = {
        name: _m2(sums[measure]) if measure in sums else none for name, (measure, _meaning) in AREA_COLUMNS.items()
    }
    return columns | {
        f"items_{code}": sums.get(f"items_{number}", zeros).tolist() for number, code in enumerate(book_of.item_types)
    }


def _m2(total: NDArray[np.int64]) -> list[float]:
    return (total / HALF_CM2_PER_M2).tolist()
