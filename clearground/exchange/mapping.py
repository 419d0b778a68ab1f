"""Column mapping: from rows as given to lines of records, each doubt a finding with row and cell.

A mapping says in which column of a source's files a field stands, what holds where a file is silent
(`defaults`), and what its words mean (`translate`). Headers give a first guess, which people see,
correct and save per source.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import shapely

from clearground.common.errors import Exit, Refused
from clearground.kernel.findings import Finding, Severity
from clearground.kernel.land.checks import Trouble
from clearground.land.lines import Line

from . import cells, rules, vocabulary
from .reading import RawRow, ReadOptions
from .reading.codes import finding
from .reading.quantities import unit_of_header

MAX_REF = 100
NEEDED = ("ref", "kind", "on", "families")
# What a saved mapping keeps among its defaults that is no field of a line.
READ_SETTINGS = ("crs", "encoding", "delimiter", "header_row", "pair_order", "declination_deg", "columns")
SETTINGS = ("source", "day_first", "decimal_mark", "area_unit", "translate", *READ_SETTINGS)
# The field of a line that a field of files speaks of, where it has another name.
FIELD_OF = {"degree": "kind", "class": "families", "family": "families"}
# Findings of reading that the checks on geometry make again, better, once they know the trouble.
TROUBLES = {
    "EXCH-003": Trouble.UNREADABLE,
    "EXCH-004": Trouble.NONE,
    "EXCH-005": Trouble.NOT_CLOSED,
    "EXCH-018": Trouble.TOO_FEW_POINTS,
}


@dataclass(frozen=True)
class ColumnMapping:
    """How one source's files are understood. `translate` is column → word → field → value."""

    subject: str
    fields_of: Mapping[str, str]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    day_first: bool = True
    decimal_mark: str = ""
    area_unit: str = "m2"
    translate: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Mapped:
    """One row, understood as far as it could be. `said` holds what `Line.to_json` would.

    `trouble` is what the reader met in the geometry; the checks on geometry say it in words.
    """

    number: int
    said: Mapping[str, Any]
    shape: shapely.Geometry | None
    trouble: Trouble
    findings: tuple[Finding, ...]

    @property
    def line(self) -> Line | None:
        """The line, ready for approval; None where something that every line needs is missing."""
        if any(self.said.get(name) in (None, "", []) for name in NEEDED):
            return None
        return Line.from_json(self.said, self.shape)


def mapping_of(
    subject: str,
    columns: Sequence[str],
    fields_of: Mapping[str, str] | None = None,
    defaults: Mapping[str, Any] | None = None,
    *,
    source: str = "",
) -> ColumnMapping:
    """The mapping of a file: what a person or a saved mapping says, and a guess for what they don't."""
    if subject not in vocabulary.BY_SUBJECT:
        raise Refused(f"Rows of {subject} are no lines of land.", "Hazards and releases have column mappings.")
    said, given = dict(fields_of or {}), dict(defaults or {})
    _refuse_unknown({*said, *given}, {*vocabulary.FIELDS, *vocabulary.BY_SUBJECT[subject], *SETTINGS})
    guess = vocabulary.guessed([column for column in columns if column not in said.values()], subject)
    fields = {name: column for name, column in guess.items() if name not in said} | said
    unit = str(given.get("area_unit") or unit_of_header(fields.get("stated_m2", "")))
    return ColumnMapping(
        subject=subject,
        fields_of={name: column for name, column in fields.items() if column},
        defaults={name: value for name, value in given.items() if name not in SETTINGS and value not in (None, "")},
        source=str(given.get("source") or source),
        day_first=str(given.get("day_first", True)).lower() not in {"false", "no", "0"},
        decimal_mark=str(given.get("decimal_mark", "")),
        area_unit=unit,
        translate=given.get("translate") or {},
    )


def _refuse_unknown(names: Set[str], known: Set[str]) -> None:
    """Whoever misspells a field is told now: its column would be passed over without a word."""
    if unknown := sorted(name for name in names - known if not name.startswith(cells.ITEMS)):
        fields = ", ".join(sorted(known - set(SETTINGS)))
        raise Refused(f"Hazards and releases have no field {unknown[0]}.", f"Fields: {fields}", Exit.USAGE)


def read_options(defaults: Mapping[str, Any]) -> ReadOptions:
    """What a mapping's defaults say about reading the file itself: reference system, encoding, header row."""
    said = {name: defaults[name] for name in READ_SETTINGS if defaults.get(name) not in (None, "")}
    try:
        for name, kind in (("header_row", int), ("declination_deg", float)):
            said |= {name: kind(said[name])} if name in said else {}
    except ValueError:
        raise Refused(f"{name} is not a number.", f"Give it as --default {name}=3, for example.") from None
    return ReadOptions(**said)


def about_columns(mapping: ColumnMapping, columns: Iterable[str]) -> list[Finding]:
    """A finding about the whole file for each column that the mapping wants and the file hasn't."""
    there = set(columns)
    missing = {name: column for name, column in mapping.fields_of.items() if column not in there}
    return [finding("EXCH-051", cell=column, column=column, field=name) for name, column in missing.items()]


def mapped(rows: Iterable[RawRow], mapping: ColumnMapping) -> Iterator[Mapped]:
    """Each row, understood. Rows without a reference get one that depends on what they say, not where."""
    times: Counter[str] = Counter()
    for raw in rows:
        yield _mapped(raw, mapping, times)


def _mapped(raw: RawRow, mapping: ColumnMapping, times: Counter[str]) -> Mapped:
    reader = cells.RowReader(raw, mapping)
    ref = reader.text("ref", most=MAX_REF)
    if ref is None:
        ref = generated_ref(raw, mapping.source, times)
        reader.note("EXCH-040", "ref", ref=ref)
    said = {"ref": ref, **reader.values()}
    troubles = [TROUBLES[one.code] for one in raw.findings if one.code in TROUBLES]
    own = [one for one in raw.findings if one.code not in TROUBLES]
    trouble = next((one for one in troubles if one), Trouble.NONE)
    if raw.shape is None and not troubles and any(one.severity != Severity.INFORMS for one in own) and raw.given_shape:
        trouble = Trouble.UNREADABLE
    found = tuple(_about(one, ref) for one in (*own, *reader.found))
    return Mapped(raw.number, said | {"document_row": raw.number}, raw.shape, trouble, found)


def values_said(subject: str, said: Mapping[str, str]) -> dict[str, Any]:
    """Fields of a line, as `Line.to_json` would say them, from texts by field, read as an import reads its cells.

    Refused where a field is unknown, and where a text can't be read.
    """
    known = {*vocabulary.FIELDS, *vocabulary.BY_SUBJECT[subject]} - {"ref", "line"}
    if unknown := sorted(set(said) - known):
        raise Refused(f"A line of {subject} has no field {unknown[0]}.", f"Fields: {', '.join(sorted(known))}")
    reader = cells.RowReader(RawRow(1, dict(said)), mapping_of(subject, list(said), {name: name for name in said}))
    values = reader.values()
    if wrong := [one for one in reader.found if one.cell in said and one.severity != Severity.INFORMS]:
        told = rules.wording(wrong[0])
        raise Refused(told.what, told.remedy)
    names = {FIELD_OF.get(name, "items" if name.startswith(cells.ITEMS) else name) for name in said}
    return {name: values[name] for name in names | ({"on_precision"} if "on" in names else set())}


def generated_ref(raw: RawRow, source: str, times: Counter[str]) -> str:
    """A reference of source and content; the second of two equal rows is the second wherever it stands."""
    said = json.dumps(dict(raw.cells), sort_keys=True, ensure_ascii=False, default=str)
    shape = b"" if raw.shape is None else shapely.to_wkb(raw.shape)
    digest = hashlib.sha256(said.encode("utf-8", "replace") + raw.given_shape.encode() + shape).hexdigest()[:16]
    times[digest] += 1
    again = f"-{times[digest]}" if times[digest] > 1 else ""
    name = re.sub(r"[^\w\u1780-\u17ff.]+", "-", source, flags=re.ASCII).strip("-")[:60] or "row"
    return f"{name}-{digest}{again}"


def _about(one: Finding, ref: str) -> Finding:
    return one if one.ref else Finding(one.code, one.severity, one.row, ref, one.cell, one.params)
