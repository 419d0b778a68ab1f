"""A file as rows that are read: cells as given, values as understood, shape, and what was found on the way."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import shapely
from django.utils.translation import gettext as _

from clearground.common.errors import Refused
from clearground.kernel.findings import Finding
from clearground.land.lines import Line

from .reading import RawRow, read_file

# Without these no line can be booked.
NEEDED = ("ref", "kind", "on", "families")


@dataclass(frozen=True)
class FileFacts:
    """What tells one file from another."""

    name: str
    sha256: str
    size_bytes: int


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
        if any(not self.said.get(name) and self.said.get(name) != 0 for name in NEEDED):
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
    reading = read_file(path, layer=options["layer"])
    rows = (understood(raw, path.stem, subject, options) for raw in reading)
    yield OpenFile(total=reading.total_rows, rows=rows, findings=reading.findings)


def understood(raw: RawRow, stem: str, subject: str, options: Mapping[str, Any]) -> ReadRow:
    """Provisional."""
    from clearground.kernel.land.events import Kind

    def cell(name: str) -> Any:
        column = options["mapping"].get(name)
        value = raw.cells.get(column) if column else raw.cells.get(name)
        return options["defaults"].get(name) if value in (None, "") else value

    kind = cell("kind") or ("suspect" if subject == "hazards" else "clear")
    said = {
        "ref": str(cell("ref") or f"{stem}-{raw.number}"),
        "kind": int(Kind[kind.upper()]),
        "on": cell("on"),
        "families": [[cell("family") or "mines", cell("class") or None]],
        "line": 1,
        "stated_m2": None if cell("stated_m2") is None else float(cell("stated_m2")),
        "operator": cell("operator"),
        "hazard": cell("hazard"),
        "given_shape": raw.given_shape,
        "given_crs": raw.given_crs,
        "document_row": raw.number,
    }
    return ReadRow(number=raw.number, given=plain(raw.cells), said=plain(said), shape=raw.shape, findings=raw.findings)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as both databases keep them in JSON: what isn't a number becomes text, and no text holds NUL."""
    return {name: plain_value(value) for name, value in values.items()}


def plain_value(value: Any) -> Any:
    """One value for JSON."""
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return value.replace("\x00", "\ufffd") if isinstance(value, str) else value
