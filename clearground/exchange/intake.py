"""A file as rows that are read: cells as given, values as understood, shape, and what was found on the way."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import tee
from pathlib import Path
from typing import Any

import shapely
from django.utils.translation import gettext as _

from clearground.common.errors import Refused
from clearground.kernel.findings import Finding
from clearground.land.lines import Line

from .mapping import NEEDED, ColumnMapping, Mapped, about_columns, mapped, mapping_of, read_options
from .reading import RawRow, read_file


@dataclass(frozen=True)
class FileFacts:
    """What tells one file from another."""

    name: str
    sha256: str
    size_bytes: int

    @property
    def document_ref(self) -> str:
        """The reference under which the register knows the file: one per content."""
        return f"{self.name[:80]} {self.sha256[:12]}"


@dataclass(frozen=True)
class ReadRow:
    """One row of a file. `said` holds what `Line.to_json` would, as far as it could be read.

    `trouble` is what the reader met in the geometry (`kernel.land.checks.Trouble`). `is_placed`
    says that the shape can be booked; a record whose shape can't is booked as stated, not placed.
    """

    number: int
    given: Mapping[str, Any]
    said: Mapping[str, Any]
    shape: shapely.Geometry | None = None
    trouble: str = ""
    is_placed: bool = True
    findings: tuple[Finding, ...] = ()

    @property
    def ref(self) -> str:
        """The record's reference; empty where the row has none."""
        return str(self.said.get("ref") or "")

    @cached_property
    def line(self) -> Line | None:
        """The line as it would be approved; None where something that it needs couldn't be read."""
        if any(self.said.get(name) in (None, "", []) for name in NEEDED):
            return None
        return Line.from_json(self.said, self.shape if self.is_placed else None)

    @cached_property
    def digest(self) -> str:
        """The digest of the line; of whatever could be read where there is none."""
        if self.line is not None:
            return self.line.digest
        body = json.dumps(self.said, sort_keys=True, ensure_ascii=False, default=str).encode()
        return hashlib.sha256(body + (b"" if self.shape is None else shapely.to_wkb(self.shape))).hexdigest()


@dataclass(frozen=True)
class OpenFile:
    """A file that was read to its end without refusal; `rows` yields its rows in the file's order."""

    total: int | None
    rows: Iterator[ReadRow]
    cells: Mapping[str, str] = field(default_factory=dict)
    findings: Sequence[Finding] = ()
    given: Callable[[], Iterator[RawRow]] = lambda: iter(())
    confinement: Mapping[str, Any] = field(default_factory=dict)

    def first_real_row(self) -> int | None:
        """The number of the first row that doesn't say that it is invented; None where all do."""
        said = ((raw.number, str(raw.cells.get("synthetic", "")).lower()) for raw in self.given())
        return next((number for number, synthetic in said if synthetic not in {"true", "1"}), None)


def facts_of(path: Path) -> FileFacts:
    """Name, SHA-256 and size of the file; refuses where there is none."""
    if not path.is_file():
        raise Refused(_("There is no file %(path)s.") % {"path": path}, _("Check the path."))
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return FileFacts(name=path.name, sha256=sha256, size_bytes=path.stat().st_size)


def options_of(*, mapping: Mapping[str, str], defaults: Mapping[str, Any], layer: str | None) -> dict[str, Any]:
    """How a file is to be read, as its import remembers it."""
    return {"mapping": dict(mapping), "defaults": dict(defaults), "layer": layer}


@contextmanager
def open_file(path: Path, *, subject: str, options: Mapping[str, Any]) -> Iterator[OpenFile]:
    """The file, parsed in a limited process, its columns understood as `options` say."""
    reading = read_file(path, layer=options["layer"], options=read_options(options["defaults"]))
    mapping = mapping_of(subject, reading.columns, options["mapping"], options["defaults"], source=path.stem)
    raw, again = tee(reading.rows)
    pairs = zip(raw, mapped(again, mapping), strict=True)
    yield OpenFile(
        total=reading.total_rows,
        rows=(read_row(given, understood) for given, understood in pairs),
        cells=cells_of(mapping),
        findings=(*reading.findings, *about_columns(mapping, reading.columns)),
        given=lambda: iter(reading),
        confinement=reading.confinement.to_json(),
    )


def read_row(raw: RawRow, understood: Mapped) -> ReadRow:
    """The row as it was given and as it was understood; shapes have two dimensions, as land has."""
    return ReadRow(
        number=understood.number,
        given=plain(raw.cells),
        said=plain(understood.said),
        shape=None if understood.shape is None else shapely.force_2d(understood.shape),
        trouble=str(understood.trouble),
        findings=understood.findings,
    )


# What the checks call a column, and the field of a line that it holds.
FIELD_OF = {
    "refs": "ref",
    "lines": "line",
    "kinds": "kind",
    "families": "class",
    "on": "on",
    "stated_m2": "stated_m2",
    "places": "place",
    "hazards": "hazard",
    "tasks": "task",
    "operators": "operator",
}


def cells_of(mapping: ColumnMapping) -> dict[str, str]:
    """What the file calls each column of the checks, where it has it."""
    return {name: mapping.fields_of[field] for name, field in FIELD_OF.items() if field in mapping.fields_of}


def one_shape(path: Path) -> dict[str, Any]:
    """Shape and coordinates as given of the one row of a file, as fields of a line; refused where there are more."""
    rows = [row for row in read_file(path).rows if row.shape is not None]
    if len(rows) != 1:
        raise Refused(
            _("%(name)s has %(n)d shapes.") % {"name": path.name, "n": len(rows)},
            _("A correction needs a file with the one polygon of the record."),
        )
    only = rows[0]
    return {"shape": shapely.force_2d(only.shape), "given_shape": only.given_shape, "given_crs": only.given_crs}


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as both databases keep them in JSON: what isn't a number becomes text, and no text holds NUL."""
    return {name: plain_value(value) for name, value in values.items()}


def plain_value(value: Any) -> Any:
    """One value for JSON."""
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return value.replace("\x00", "\ufffd") if isinstance(value, str) else value
