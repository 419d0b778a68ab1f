"""Rows of a pending import judged again after some of them changed: only what the change can reach.

What is found in a row depends on the row, on the register, and on rows of the file that share its
reference or whose boxes meet its own. So the changed rows and those that they meet are judged anew,
in the company of all that these meet in turn; the rest of the import stays as it was judged.

One rule looks further: a piece cut off along a meridian (LAND-066) is held against all polygons of
the file. What it found in rows that keep their shape stays; a new shape is held against its company.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet

from clearground.kernel.land.checks import RULES

from .. import checking, intake, neighbours, selectors
from ..checking import Verdict
from ..choices import FindingState, RowState
from ..effects import effect_of, exchanged
from ..intake import ReadRow
from ..mapping import ColumnMapping
from ..models import FindingRecord, Import
from ..neighbours import chunked
from .staging import store_findings, store_states

# A code that leads nowhere is dropped from what is booked; the finding keeps it.
DROPPED = {"LAND-043": "place", "LAND-033": "hazard"}
FAR_SIGHTED = "LAND-066"
# Beyond so many rows, one pass over the whole import is as fast.
MOST_ROWS = 2_000
FEW_BOXES = 40


@dataclass(frozen=True)
class Reach:
    """Numbers of the rows that are judged anew, and of all that keep them company."""

    inner: frozenset[int]
    company: frozenset[int]


def rejudge(of: Import, before: Sequence[ReadRow], versions: Mapping[int, ReadRow], columns: ColumnMapping) -> None:
    """Every row that the new versions reach has its state and its findings, and the import its effect."""
    reach = reach_of(of, [*before, *versions.values()])
    if len(reach.company) > MOST_ROWS:
        judge_whole(of, columns, versions)
        return
    cells = intake.cells_of(columns)
    rows = rows_as_read(of, versions, reach.company)
    old = former(of, rows, before)
    verdict = part_of(checking.judge(rows, cells=cells), reach.inner, set(versions))
    store_states(staging=of, verdict=verdict)
    store_findings(staging=of, verdict=verdict, replacing=replaced(of, reach.inner, set(versions)))
    effect = exchanged(of.effect, effect_of(part_of(old, reach.inner, set())), effect_of(verdict))
    Import.objects.filter(pk=of.pk).update(effect=effect)
    of.effect = effect


def judge_whole(of: Import, columns: ColumnMapping, versions: Mapping[int, ReadRow]) -> None:
    """The whole import is judged as if it had just been read, some rows anew; rulings and owners stay."""
    rows = rows_as_read(of, versions)
    about_file = list(map(selectors.finding_of, of.findings.filter(row=None).exclude(state=FindingState.FIXED)))
    verdict = checking.judge(rows, cells=intake.cells_of(columns), about_file=about_file)
    store_states(staging=of, verdict=verdict)
    store_findings(staging=of, verdict=verdict)
    Import.objects.filter(pk=of.pk).update(effect=effect_of(verdict))


def reach_of(of: Import, changed: Sequence[ReadRow]) -> Reach:
    """The changed rows, as they were and as they are, with what they meet; and what that meets in turn."""
    inner = {row.number for row in changed} | met_by(of, changed)
    if len(inner) > MOST_ROWS:
        return Reach(frozenset(inner), frozenset(inner))
    first = selectors.read_rows(of, inner)
    outer = inner | met_by(of, first)
    if len(outer) > MOST_ROWS:
        return Reach(frozenset(inner), frozenset(outer))
    around = neighbours.standing_near(selectors.read_rows(of, outer))
    return Reach(frozenset(inner), frozenset(outer | numbers_of(of, around.refs)))


def met_by(of: Import, rows: Sequence[ReadRow]) -> set[int]:
    """Numbers of the rows that share a reference with these, or whose boxes meet theirs."""
    found = numbers_of(of, [row.ref for row in rows])
    boxes = [row.shape.bounds for row in rows if row.shape is not None and not row.shape.is_empty]
    for chunk in chunked(boxes, FEW_BOXES):
        meets = Q()
        for box in chunk:
            meets |= Q(shape__box_overlaps=tuple(map(float, box)))
        found |= set(of.rows.filter(meets).values_list("number", flat=True))
    return found


def numbers_of(of: Import, refs: Iterable[Any]) -> set[int]:
    """Numbers of the rows that have one of these references."""
    wanted = sorted({str(ref) for ref in refs} - {""})
    return {
        number for chunk in chunked(wanted) for number in of.rows.filter(ref__in=chunk).values_list("number", flat=True)
    }


def rows_as_read(of: Import, versions: Mapping[int, ReadRow], numbers: Set[int] | None = None) -> list[ReadRow]:
    """The rows of these numbers, or all, as their reading left them; the new versions as they were read just now."""
    return [versions.get(row.number) or as_read(row) for row in selectors.read_rows(of, numbers)]


def as_read(row: ReadRow) -> ReadRow:
    """The row as its reading left it: without what checks found, with the codes and the shape that they dropped."""
    dropped = {DROPPED[found.code]: found.params.get("value") for found in row.findings if found.code in DROPPED}
    kept = tuple(found for found in row.findings if found.code not in RULES)
    return replace(row, said={**row.said, **dropped}, findings=kept, is_placed=True)


def former(of: Import, rows: Sequence[ReadRow], before: Sequence[ReadRow]) -> Verdict:
    """The rows with the states that they still have in the register, the changed ones as they were."""
    numbers = {row.number for row in rows}
    was = {row.number: row for row in before}
    kept = [was.get(row.number, row) for row in selectors.read_rows(of, numbers)]
    states = {
        number: RowState(state)
        for chunk in chunked(sorted(numbers))
        for number, state in of.rows.filter(number__in=chunk).values_list("number", "state")
    }
    return Verdict(rows=kept, states=states, digests={}, findings=())


def replaced(of: Import, inner: Set[int], changed: Set[int]) -> QuerySet[FindingRecord]:
    """The findings that the new verdict speaks about."""
    far = Q(code=FAR_SIGHTED) & ~Q(row__in=sorted(changed))
    return of.findings.filter(row__in=sorted(inner)).exclude(far)


def part_of(verdict: Verdict, inner: Set[int], changed: Set[int]) -> Verdict:
    """What the verdict says of some of its rows; of those that keep their shape nothing that looks further."""
    return replace(
        verdict,
        rows=[row for row in verdict.rows if row.number in inner],
        states={number: state for number, state in verdict.states.items() if number in inner},
        digests={number: digest for number, digest in verdict.digests.items() if number in inner},
        findings=[
            (row, found)
            for row, found in verdict.findings
            if found.row in inner and (found.code != FAR_SIGHTED or found.row in changed)
        ],
    )
