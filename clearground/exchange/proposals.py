"""A hazard or release that somebody proposes by hand: written as a file, so that it comes in by the door of all files.

What a page shows of a proposal before it is saved is read from the same cells, by the same rules.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely

from clearground.land.lines import Line
from clearground.land.selectors.effects import Effect, effect_of

from . import selectors
from .checking import Verdict, judge
from .intake import ReadRow, cells_of, read_row
from .mapping import ColumnMapping, mapped, mapping_of
from .reading import RawRow, reference_systems
from .vocabulary import HAZARDS, RELEASES

CARRIED = (
    *("ref", "line", "place", "hazard", "operator", "overseer", "method", "task", "campaign", "contract", "note"),
    *("given_shape", "given_crs"),
)


@dataclass(frozen=True)
class ProposedLine:
    """One line as its cells say it, in the words of the import; `shape` is in the reference system `crs`."""

    cells: Mapping[str, Any]
    shape: shapely.Geometry | None = None
    crs: str = reference_systems.WGS84


@dataclass(frozen=True)
class Proposal:
    """A new record, or a new version of one that stands: all of its lines."""

    ref: str
    subject: str
    lines: Sequence[ProposedLine]

    @property
    def fields(self) -> dict[str, str]:
        """Each cell is the field of its own name: nothing is guessed."""
        aside = ASIDE | ({"hazard"} if self.subject == HAZARDS else frozenset())
        known = dict.fromkeys(name for line in self.lines for name in line.cells)
        return {name: name for name in known if name not in aside}

    @property
    def defaults(self) -> dict[str, Any]:
        """What the file's columns can't say: files of hazards have none for the hazard that a line belongs to."""
        about = {
            str(line.cells.get("line", 1)): line.cells["hazard"] for line in self.lines if line.cells.get("hazard")
        }
        if self.subject != HAZARDS or not about:
            return {}
        return {"translate": {"line": {number: {"hazard": ref} for number, ref in about.items()}}}


# Properties of a proposal that are no fields of a line.
ASIDE = frozenset({"synthetic", "cites"})


@dataclass(frozen=True)
class Outlook:
    """What would become of a proposal: the verdict of the checks, and the effect on the books."""

    verdict: Verdict
    lines: Sequence[Line] = ()
    effect: Effect | None = None
    rows: Sequence[ReadRow] = field(default_factory=tuple)


def outlook(proposal: Proposal, *, as_of: date) -> Outlook:
    """The checks' verdict, and what the sheet up to `as_of` would change by; nothing is written.

    A proposal that can't be approved as it is has no effect, and neither has one that says nothing new.
    """
    rows = read_proposal(proposal)
    verdict = judge(rows, cells=cells_of(mapping_of_proposal(proposal)))
    lines = [line for row in verdict.rows if (line := row.line)]
    ready = len(lines) == len(rows) and set(verdict.states.values()) == {selectors.RowState.READY}
    return Outlook(verdict, lines, effect_of(lines, as_of=as_of) if ready else None, rows)


def read_proposal(proposal: Proposal) -> list[ReadRow]:
    """The lines as an import reads them."""
    raw = [_raw(number, line) for number, line in enumerate(proposal.lines, start=1)]
    mapping = mapping_of_proposal(proposal)
    return [read_row(given, understood) for given, understood in zip(raw, mapped(raw, mapping), strict=True)]


def mapping_of_proposal(proposal: Proposal) -> ColumnMapping:
    """How the proposal's file is understood."""
    return mapping_of(proposal.subject, list(proposal.fields), proposal.fields, proposal.defaults)


def _raw(number: int, line: ProposedLine) -> RawRow:
    shape, crs = line.shape, reference_systems.system(line.crs)
    moved = None if shape is None else reference_systems.transformed(np.array([shape]), crs)[0]
    given = "" if shape is None else json.dumps(geometry_of(shape))
    name = "" if shape is None else reference_systems.name_of(crs)
    return RawRow(number, dict(line.cells), moved, given, name)


def geometry_of(shape: shapely.Geometry) -> dict[str, Any]:
    """The shape as GeoJSON writes it."""
    return dict(json.loads(shapely.to_geojson(shape)))


def as_geojson(proposal: Proposal, *, by: str, at: datetime, reason: str) -> str:
    """The proposal as a file: one feature a line, and who proposes it, when and why."""
    said = {"type": "FeatureCollection", "proposed_by": by, "proposed_at": at.isoformat(), "reason": reason}
    crs = {line.crs for line in proposal.lines if line.shape is not None} - {reference_systems.WGS84}
    if crs:
        said["crs"] = {"type": "name", "properties": {"name": crs.pop()}}
    said["features"] = [
        {
            "type": "Feature",
            "properties": dict(line.cells),
            "geometry": None if line.shape is None else geometry_of(line.shape),
        }
        for line in proposal.lines
    ]
    return json.dumps(said, ensure_ascii=False, indent=1, default=str)


def file_name(proposal: Proposal, *, by: str, at: datetime) -> str:
    """A name that says what is proposed, by whom and when."""
    plain = re.sub(r"[^\w.]+", "-", f"{proposal.ref}-{by}", flags=re.ASCII).strip("-")[:50] or "record"
    return f"proposal-{plain}-{at:%Y%m%dT%H%M%S}.geojson"


def cells_of_line(line: Line) -> dict[str, Any]:
    """The cells that an import reads this line from."""
    said: dict[str, Any] = {name: getattr(line, name) for name in CARRIED}
    classes = [code for _family, code in line.families if code]
    said |= {
        "kind": line.kind.name.lower(),
        "on": day_as_written(line.on, line.on_precision),
        "family": ", ".join(family for family, _code in line.families),
        "class": ", ".join(classes),
        "stated_m2": line.stated_m2,
        "evidence": line.evidence,
        "depth_cm": line.depth_cm,
    }
    said |= {f"items_{code}": count for code, count in line.items.items()}
    return {name: value for name, value in said.items() if value not in (None, "")}


def day_as_written(on: date, precision: str) -> str:
    """The day with as much of it as is known."""
    return {"month": f"{on:%Y-%m}", "year": f"{on.year:04}"}.get(precision, on.isoformat())


def subject_of(line: Line) -> str:
    """Whether the line is a hazard's or a release's."""
    return RELEASES if line.kind.is_release else HAZARDS
