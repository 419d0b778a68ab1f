"""Turns rows of the ledger into a table of rows and columns, and adds up what may be added up.

Families lie on the same ground: no sum goes over several of them. What lies open on a day is never
added up over periods. Sums are made on whole half square centimetres, so that they are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.land.sheets import PERIOD_DIMENSIONS

from .choices import ALL_ITEMS
from .periods import periods
from .questions import PivotQuestion, is_area, is_stock

Key = tuple[str | None, ...]
Classes = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: `cells[column][measure]`, and `sums[measure]` over the columns, None where there is none.

    `is_apart` says that the row is of no contamination: no total has it.
    """

    codes: Key
    cells: list[list[float | int]]
    sums: list[float | int | None]
    is_apart: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one family (of all where rows or columns tell families apart), and their total as far as there is."""

    family: str
    lines: list[Line]
    total: list[list[float | int | None]]
    sums: list[float | int | None]

    @property
    def has_total(self) -> bool:
        """Something may be added up over the rows."""
        return any(value is not None for cells in self.total for value in cells)


@dataclass(frozen=True, slots=True)
class Pivot:
    """A question and its answer. `columns` are the codes across; one None where nothing is asked across."""

    question: PivotQuestion
    row_dimensions: tuple[str, ...]
    columns: list[str | None]
    groups: list[Group]
    seq: int = 0
    boundaries: str | None = None

    @property
    def has_sums(self) -> bool:
        """Something may be added up over the columns."""
        return any(adds_over_columns(self.question, name) for name in self.question.measures) and bool(self.groups)

    @property
    def size(self) -> tuple[int, int]:
        """How many rows and cells there are."""
        rows = sum(len(group.lines) for group in self.groups)
        return rows, rows * len(self.columns) * len(self.question.measures)


@dataclass(slots=True)
class Sums:
    """Exact sums by family, row and column while rows of the ledger come in."""

    question: PivotQuestion
    row_dimensions: tuple[str, ...]
    is_grouped: bool
    held: dict[str, dict[Key, dict[str | None, list[int]]]] = field(default_factory=dict)

    def add(self, row: Mapping[str, Any], measures: Sequence[str]) -> None:
        """The row counts in its cell, in those measures of the question that it tells."""
        family = row.get("family", "") if self.is_grouped else ""
        codes = tuple(row.get(name) for name in self.row_dimensions)
        column = row.get(self.question.column) if self.question.column else None
        lines = self.held.setdefault(family, {})
        cell = lines.setdefault(codes, {}).setdefault(column, [0] * len(self.question.measures))
        for at, name in enumerate(self.question.measures):
            if name in measures:
                cell[at] += whole(row, name)


def whole(row: Mapping[str, Any], measure: str) -> int:
    """A measure of one row in whole half square centimetres, or as a count."""
    if measure == ALL_ITEMS and ALL_ITEMS not in row:
        return sum(value or 0 for name, value in row.items() if name.startswith(f"{ALL_ITEMS}_"))
    value = row.get(measure) or 0
    return round(value * HALF_CM2_PER_M2) if is_area(measure) else int(value)


def plain(total: int, measure: str) -> float | int:
    """Square metres, or a count."""
    return total / HALF_CM2_PER_M2 if is_area(measure) else total


def row_dimensions(question: PivotQuestion) -> tuple[str, ...]:
    """The dimensions of the rows; the family becomes a heading over them where another one stands beside it."""
    others = tuple(name for name in question.rows if name != "family")
    return others or question.rows


def is_grouped(question: PivotQuestion) -> bool:
    """Rows stand under their family."""
    is_told = question.column == "family" or row_dimensions(question) == ("family",)
    return not is_told and "family" not in dict(question.where)


def pivoted(
    question: PivotQuestion,
    sources: Iterable[tuple[Iterable[Mapping[str, Any]], Sequence[str]]],
    *,
    order: Mapping[str, Mapping[str, int]],
    apart: Classes = frozenset(),
) -> Pivot:
    """The table of these rows; each source says which measures it tells.

    `order` ranks the codes of a dimension; `apart` are classes that no total has.
    """
    dimensions = row_dimensions(question)
    sums = Sums(question, dimensions, is_grouped(question))
    for rows, measures in sources:
        for row in rows:
            sums.add(row, measures)
    columns = _columns(question, sums, order)
    families = sorted(sums.held, key=lambda code: order.get("family", {}).get(code, 0))
    groups = [_group(question, sums, family, columns, order, apart) for family in families]
    return Pivot(question, dimensions, columns, [group for group in groups if group.lines])


def _columns(question: PivotQuestion, sums: Sums, order: Mapping[str, Mapping[str, int]]) -> list[str | None]:
    if question.column in PERIOD_DIMENSIONS:
        return [period.code for period in periods(question.column, question.since, question.as_of)]
    found = {code for lines in sums.held.values() for cells in lines.values() for code in cells}
    return sorted(found, key=lambda code: _rank(question.column, code, order)) or [None]


def _rank(dimension: str, code: str | None, order: Mapping[str, Mapping[str, int]]) -> tuple[bool, int, str]:
    """Codes in the order of their list, then by letter; what has none comes last."""
    return code is None, order.get(dimension, {}).get(code or "", 1 << 30), code or ""


def _group(
    question: PivotQuestion,
    sums: Sums,
    family: str,
    columns: list[str | None],
    order: Mapping[str, Mapping[str, int]],
    apart: Classes,
) -> Group:
    held, dimensions = sums.held[family], sums.row_dimensions
    keys = _all_keys(question, dimensions, held)
    keys.sort(key=lambda codes: [_rank(name, code, order) for name, code in zip(dimensions, codes, strict=True)])
    told = _Told.of(question, columns, family or dict(question.where).get("family", ""), apart)
    class_at = dimensions.index("class") if "class" in dimensions else None
    lines = [
        _line(codes, held.get(codes, {}), told, is_apart=class_at is not None and told.is_apart(codes[class_at]))
        for codes in keys
    ]
    counted = [line for line in lines if not line.is_apart]
    total = [[_over_rows(question, dimensions, counted, at, measure) for measure in range(len(question.measures))]
             for at in range(len(columns))]  # fmt: skip
    over = [_both_ways(question, dimensions, counted, measure) for measure in range(len(question.measures))]
    return Group(family, lines, total, over)


def _all_keys(question: PivotQuestion, dimensions: tuple[str, ...], held: Mapping[Key, Any]) -> list[Key]:
    """The rows in which something is not zero; of periods alone, every one, also where nothing happened."""
    some = [codes for codes, cells in held.items() if any(any(cell) for cell in cells.values())]
    if some and len(dimensions) == 1 and dimensions[0] in PERIOD_DIMENSIONS:
        return [(period.code,) for period in periods(dimensions[0], question.since, question.as_of)]
    return some


@dataclass(frozen=True, slots=True)
class _Told:
    """What every line of one family has in common, so that it is said once and not by cell.

    `counted` are the places of the columns that sums have; `adds` says of each measure whether it has a sum.
    """

    columns: Sequence[str | None]
    counted: list[int]
    measures: Sequence[str]
    adds: list[bool]
    family: str
    apart: Classes

    @classmethod
    def of(cls, question: PivotQuestion, columns: Sequence[str | None], family: str, apart: Classes) -> _Told:
        """The same for all lines of the question under a family."""
        adds = [adds_over_columns(question, name) for name in question.measures]
        found = cls(columns, [], question.measures, adds, family, apart)
        is_class = question.column == "class"
        found.counted.extend(at for at, column in enumerate(columns) if not (is_class and found.is_apart(column)))
        return found

    def is_apart(self, code: str | None) -> bool:
        """The class is no contamination."""
        if self.family:
            return (self.family, code) in self.apart
        return any(code == known for _family, known in self.apart)


def _line(codes: Key, cells: Mapping[str | None, list[int]], told: _Told, *, is_apart: bool) -> Line:
    nothing = [0] * len(told.measures)
    exact = [cells.get(column, nothing) for column in told.columns]
    of_measure = list(zip(*exact, strict=True))
    printed = [[plain(value, name) for value in values] for values, name in zip(of_measure, told.measures, strict=True)]
    sums = [
        plain(sum(values[at] for at in told.counted), name) if adds else None
        for values, name, adds in zip(of_measure, told.measures, told.adds, strict=True)
    ]
    return Line(codes, [list(cell) for cell in zip(*printed, strict=True)], sums, is_apart)


def adds_over_columns(question: PivotQuestion, measure: str) -> bool:
    """The measure may be added up across the table."""
    if question.column in ("", "family"):
        return False
    return not (is_stock(measure) and question.column in PERIOD_DIMENSIONS)


def adds_over_rows(question: PivotQuestion, dimensions: Sequence[str], measure: str) -> bool:
    """The measure may be added up down the table."""
    if "family" in dimensions:
        return False
    return not (is_stock(measure) and any(name in PERIOD_DIMENSIONS for name in dimensions))


def _over_rows(
    question: PivotQuestion, dimensions: tuple[str, ...], lines: Sequence[Line], column: int, measure: int
) -> float | int | None:
    name = question.measures[measure]
    if not adds_over_rows(question, dimensions, name):
        return None
    return exact_sum((line.cells[column][measure] for line in lines), name)


def _both_ways(
    question: PivotQuestion, dimensions: tuple[str, ...], lines: Sequence[Line], measure: int
) -> float | int | None:
    name = question.measures[measure]
    if not (adds_over_rows(question, dimensions, name) and adds_over_columns(question, name)):
        return None
    return exact_sum((line.sums[measure] or 0 for line in lines), name)


def exact_sum(values: Iterable[float | int], measure: str) -> float | int:
    """The sum without a rounding error."""
    if not is_area(measure):
        return sum(int(value) for value in values)
    return sum(round(value * HALF_CM2_PER_M2) for value in values) / HALF_CM2_PER_M2


def flat_rows(pivot: Pivot) -> list[dict[str, Any]]:
    """One row for each row and column of the table, with its dimensions by name: what analysts read."""
    found: list[dict[str, Any]] = []
    for group in pivot.groups:
        for line in group.lines:
            for column, cells in zip(pivot.columns, line.cells, strict=True):
                said = {"family": group.family or None} if is_grouped(pivot.question) else {}
                said |= dict(zip(pivot.row_dimensions, line.codes, strict=True))
                said |= {pivot.question.column: column} if pivot.question.column else {}
                found.append(said | dict(zip(pivot.question.measures, cells, strict=True)))
    return found
