"""One pass of all checks over the rows of a file, against what the register knows around them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely
from django.utils import timezone

from clearground.accounts.models import Organisation
from clearground.kernel.findings import Finding, Severity
from clearground.kernel.land.checks import NO_KIND, RULES, Batch, Context, check, usable
from clearground.land.models import HazardClass, ItemType
from clearground.places import selectors as places

from . import neighbours
from .choices import RowState
from .intake import ReadRow

Found = tuple[ReadRow | None, Finding]
# No day, a day, an area or a kind that can't be read: understanding the cell has said so already (EXCH-041 to 049).
SAID_BY_READING = frozenset({"LAND-034", "LAND-035", "LAND-044", "LAND-049"})


@dataclass(frozen=True)
class Verdict:
    """What becomes of each row, and every finding with the row that it is about (None: the whole file)."""

    rows: Sequence[ReadRow]
    states: Mapping[int, RowState]
    digests: Mapping[int, str]  # as the rows were read; those that are booked otherwise differ
    findings: Sequence[Found]
    owners: Mapping[str, int] = field(default_factory=dict)
    provinces: Mapping[int, str] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        """At least one row can't be approved as it is."""
        return RowState.BLOCKED in self.states.values()

    def counts(self) -> dict[str, int]:
        """How many rows are in each state."""
        found = Counter(self.states.values())
        return {state.value: found[state] for state in (RowState.READY, RowState.BLOCKED, RowState.UNCHANGED)}

    def counts_by_rule(self) -> list[dict[str, Any]]:
        """Findings counted by rule and severity, as `selectors.findings_by` counts stored ones."""
        counted = Counter((found.code, found.severity.value) for _row, found in self.findings)
        return [{"code": code, "severity": severity, "n": n} for (code, severity), n in sorted(counted.items())]

    def numbers_by_state(self) -> dict[RowState, list[int]]:
        """Row numbers in each state, rising."""
        numbers: dict[RowState, list[int]] = defaultdict(list)
        for number in sorted(self.states):
            numbers[self.states[number]].append(number)
        return dict(numbers)

    def refs_looked_at(self) -> set[str]:
        """References of rows that say something new, so that what was found in them before is settled."""
        return {row.ref for row in self.rows if self.states[row.number] != RowState.UNCHANGED}

    def owner_of(self, row: ReadRow | None) -> int | None:
        """The organisation that has to mend the row: its operator, where the register knows it."""
        return self.owners.get(row.said.get("operator") or "") if row else None

    def province_of(self, row: ReadRow | None) -> str:
        """Code of the province where the row lies, else of the one that it states, else nothing."""
        return self.provinces.get(row.number, "") if row else ""


def judge(
    rows: Sequence[ReadRow], *, cells: Mapping[str, str] | None = None, about_file: Sequence[Finding] = ()
) -> Verdict:
    """What becomes of the rows, judged together; nothing is written.

    A record is ready or blocked as a whole: one blocked line blocks its other lines. A record that
    the register states already is unchanged, whatever could be found in it. `cells` says what the
    file calls a column.
    """
    by_number = {row.number: row for row in rows}
    found: list[Found] = [(row, finding) for row in rows for finding in row.findings]
    booked = list(rows)
    if rows:
        batch, context = batch_of(rows, cells or {}), context_of(rows)
        checked = check(batch, context, set(RULES) - SAID_BY_READING)
        found += [(by_number.get(finding.row or 0), finding) for finding in checked]
        found += unknown_codes(rows, context)
        booked = as_booked(rows, usable(batch, context), context)
    states = states_of(booked, found)
    said = [(row, finding) for row, finding in found if row is None or states[row.number] != RowState.UNCHANGED]
    said += [(None, finding) for finding in about_file]
    return Verdict(
        rows=booked,
        states=states,
        digests={row.number: row.digest for row in rows},
        findings=sorted(said, key=lambda pair: (pair[1].row or 0, pair[1].code, pair[1].cell)),
        owners=dict(Organisation.objects.values_list("code", "id")),
        provinces=provinces_of([row for row, _finding in said if row]),
    )


def unknown_codes(rows: Sequence[ReadRow], context: Context) -> list[Found]:
    """Codes that the ledger would refuse, in fields that no rule looks at: overseers and types of item."""
    types = frozenset(ItemType.objects.values_list("code", flat=True))
    found: list[Found] = []
    for row in rows:
        overseer = row.said.get("overseer")
        if overseer and overseer not in (context.operators or ()):
            found.append((row, blocking("LAND-042", row, "overseer", value=overseer)))
        for code in sorted(set(row.said.get("items") or ()) - types):
            found.append((row, blocking("EXCH-049", row, f"items_{code}", value=code, field="items")))
    return found


def blocking(code: str, row: ReadRow, cell: str, **params: Any) -> Finding:
    """A finding that blocks the row."""
    return Finding(code, Severity.BLOCKS, row=row.number, ref=row.ref, cell=cell, params=params)


def as_booked(rows: Sequence[ReadRow], bookable: Sequence[bool], context: Context) -> list[ReadRow]:
    """The rows as they can be booked: without a shape that can't be, or a code that leads nowhere.

    A finding says so about each; the row as given keeps it.
    """
    booked = []
    for row, can_be in zip(rows, bookable, strict=True):
        unknown = {
            "place": context.places is not None and row.said.get("place") not in context.places,
            "hazard": row.said.get("hazard") not in context.known_refs,
        }
        dropped = {name: None for name, gone in unknown.items() if gone and row.said.get(name)}
        is_placed = row.shape is None or bool(can_be)
        same = not dropped and is_placed == row.is_placed
        booked.append(row if same else replace(row, said={**row.said, **dropped}, is_placed=is_placed))
    return booked


def states_of(rows: Sequence[ReadRow], found: Sequence[Found]) -> dict[int, RowState]:
    """The state of each row, by number."""
    stopped = {row.number for row, finding in found if row and finding.severity is Severity.BLOCKS}
    blocked = {row.ref for row in rows if row.line is None or row.number in stopped}
    same = neighbours.unchanged(rows)
    return {
        row.number: RowState.UNCHANGED
        if row.ref in same
        else RowState.BLOCKED
        if row.ref in blocked
        else RowState.READY
        for row in rows
    }


def batch_of(rows: Sequence[ReadRow], cells: Mapping[str, str]) -> Batch:
    """The rows as columns."""
    said = [row.said for row in rows]
    texts = {name: objects([row.given.get(cell) for row in rows]) for name, cell in cells.items()}
    return Batch(
        rows=np.array([row.number for row in rows], dtype=np.int64),
        refs=objects([row.ref for row in rows]),
        shapes=objects([row.shape for row in rows]),
        lines=np.array([each.get("line") or 1 for each in said], dtype=np.int64),
        troubles=objects([row.trouble for row in rows]),
        crs=objects([each.get("given_crs") or "" for each in said]),
        kinds=np.array([NO_KIND if each.get("kind") is None else each["kind"] for each in said], dtype=np.int64),
        families=objects([tuple((f, c) for f, c in each.get("families") or ()) for each in said]),
        on=np.array([ordinal(each.get("on")) for each in said], dtype=float),
        stated_m2=np.array([number(each.get("stated_m2")) for each in said], dtype=float),
        places=objects([each.get("place") or "" for each in said]),
        hazards=objects([each.get("hazard") or "" for each in said]),
        tasks=objects([each.get("task") or "" for each in said]),
        operators=objects([each.get("operator") or "" for each in said]),
        given=texts,
        cells=dict(cells),
    )


def objects(values: Sequence[Any]) -> np.ndarray:
    """The values as an array of one dimension, whatever they are."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def ordinal(on: str | None) -> float:
    """The day as a number; nan where there is none."""
    return float(np.datetime64(on, "D").astype(int) + EPOCH) if on else np.nan


# date(1970, 1, 1).toordinal(): from NumPy's days to Python's.
EPOCH = 719163


def number(value: Any) -> float:
    """The number; nan where there is none."""
    return np.nan if value is None else float(value)


def context_of(rows: Sequence[ReadRow]) -> Context:
    """What the register knows of the country and around these rows."""
    country = places.the_country()
    refs = {row.ref for row in rows} | {row.said.get("hazard") or "" for row in rows}
    classes: dict[str, set[str]] = defaultdict(set)
    for family, code in HazardClass.objects.values_list("family__code", "code"):
        classes[family].add(code)
    return Context(
        today=timezone.localdate().toordinal(),
        frame=places.frame(),
        country=country.extent,
        boundaries=neighbours.boundaries_of({row.said.get("place") or "" for row in rows}),
        places=neighbours.place_codes(),
        operators=frozenset(Organisation.objects.values_list("code", flat=True)),
        classes={family: frozenset(codes) for family, codes in classes.items()},
        known_refs=neighbours.known_refs(refs),
        standing=neighbours.standing_near(rows),
    )


def provinces_of(rows: Sequence[ReadRow]) -> dict[int, str]:
    """Codes of provinces by row number: where the middle of the row's box lies, else where the row says."""
    parents = neighbours.province_by_place()
    found = {row.number: parents.get(row.said.get("place") or "", "") for row in rows}
    ids, areas = places.commune_shapes(places.current_boundaries())
    bounds = shapely.bounds(objects([row.shape for row in rows])).reshape(-1, 4)
    somewhere = np.flatnonzero(np.isfinite(bounds).all(axis=1))
    if len(ids) and len(somewhere):
        middles = shapely.points((bounds[somewhere, :2] + bounds[somewhere, 2:]) / 2)
        at, area = shapely.STRtree(areas).query(middles, predicate="within")
        code_of = neighbours.codes_by_id(ids[np.unique(area)])
        # In order of code from the back, so that the lower code has the land where areas overlap.
        for i, j in sorted(zip(at, area, strict=True), key=lambda pair: -pair[1]):
            found[rows[somewhere[i]].number] = parents.get(code_of[ids[j]], "")
    return found
