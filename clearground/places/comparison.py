"""A file of places, settled row by row, and all that it says against what the register knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely

from clearground.audit.chain import digest_of_rows
from clearground.kernel.findings import Finding
from clearground.kernel.land.frame import Frame

from . import checks, ground
from .choices import Level
from .rows import Gazetteer, KnownPlace, PlaceRow


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rows as they will be kept, one per place, and the findings."""

    rows: Sequence[PlaceRow]
    findings: Sequence[Finding]

    @property
    def levels(self) -> list[int]:
        """The levels of the rows, from the country down."""
        return sorted({int(row.level) for row in self.rows})

    @property
    def boundaries_digest(self) -> str:
        """The digest that the boundaries of these rows will have once written."""
        placed = sorted((row for row in self.rows if row.shape is not None), key=lambda row: row.code)
        return digest_of_rows([int(row.level), row.code, shapely.to_wkb(row.shape, hex=True)] for row in placed)


def compare(
    rows: Sequence[PlaceRow],
    known: Gazetteer,
    *,
    frame: Frame | None = None,
    before: Mapping[Level, Sequence[PlaceRow]] | None = None,
    areas: Sequence[PlaceRow] = (),
) -> Comparison:
    """The rows held against the register and, with a `frame`, their shapes against other boundaries.

    `before` holds the current edition by level; `areas` are the areas in which villages should lie.
    """
    kept, findings = checks.tidy(rows, known)
    kept, problems = checks.one_row_per_place(kept, known)
    findings += problems
    if frame is not None:
        kept, problems = ground.usable_shapes(kept)
        findings += problems + on_the_ground(kept, known, frame, before or {}, areas)
    findings += in_the_list(kept, known, areas)
    return Comparison(kept, findings)


def in_the_list(rows: Sequence[PlaceRow], known: Gazetteer, areas: Sequence[PlaceRow]) -> list[Finding]:
    """What codes and names say."""
    lies_in, all_places = ground.holding(rows, areas), with_rows(known, rows)
    return [
        *checks.unknown_codes(rows, known),
        *checks.vanished_codes(rows, known),
        *checks.other_names(rows, known),
        *checks.missing_parents(rows, all_places, lies_in),
        *checks.other_beginnings(rows, known),
    ]


def on_the_ground(
    rows: Sequence[PlaceRow],
    known: Gazetteer,
    frame: Frame,
    before: Mapping[Level, Sequence[PlaceRow]],
    areas: Sequence[PlaceRow],
) -> list[Finding]:
    """What shapes say: overlaps and succession of areas, villages that lie elsewhere."""
    findings: list[Finding] = []
    for level in sorted({row.level for row in rows} - {Level.VILLAGE}):
        new = ground.Areas.of([row for row in rows if row.level == level], frame)
        old = ground.Areas.of(before.get(level, ()), frame)
        findings += ground.overlaps(new)
        findings += ground.succession(old, new) if len(old.codes) and len(new.codes) else []
    villages = [row for row in rows if row.level == Level.VILLAGE]
    commune_areas = [row for row in [*rows, *areas] if row.level == Level.COMMUNE]
    if villages and commune_areas:
        lies_in = ground.holding(villages, commune_areas)
        findings += ground.misplaced(villages, lies_in, with_rows(known, rows))
        findings += ground.renumbered(villages, lies_in, known)
    return findings


def with_rows(known: Gazetteer, rows: Sequence[PlaceRow]) -> Gazetteer:
    """The register as it will be; codes of a first list are as long as its rows'."""
    new = [KnownPlace(row.code, row.name, row.name_km, row.level, row.parent_code) for row in rows]
    return Gazetteer.of([*known.places.values(), *new])
