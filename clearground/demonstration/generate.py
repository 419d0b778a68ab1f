"""The whole demonstration: the country, its programme, and every approval of its board in order."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from clearground.kernel.land.events import Kind
from clearground.land.lines import Line

from . import programme
from .cells import cells_for
from .contamination import CLASSES, CMR_CLASS, ERW_CLASS
from .geography import FRAME, SPLIT_ON, DemoEdition, DemoPlace, Geography, geography_of
from .rows import CORRECTION, FAMILY_SETS, HAZARD, LETTERS, ODDITIES, REPORT, WITHDRAWAL, Rows
from .tiles import ActiveTask, Tile, tiles_for

PRECISIONS = ("day", "month", "year")
CLASS_FAMILY = {CMR_CLASS: "cmr", ERW_CLASS: "erw"}
Key = tuple[int, int, int]  # session, step, operator (-1 where the board acts by itself)


@dataclass(frozen=True)
class DemoDocument:
    """What an approval cites."""

    ref: str
    title: str
    publisher: str
    dated: date


@dataclass(frozen=True)
class DemoLineage:
    """A hazard record that came from another."""

    parent: str
    child: str
    kind: str
    on: date


@dataclass(frozen=True)
class DemoApproval:
    """One decision of the board: new versions, or withdrawals, or lineage."""

    on: date
    by: str
    reason: str
    document: DemoDocument | None
    lines: tuple[Line, ...] = ()
    withdrawals: tuple[str, ...] = ()
    lineage: tuple[DemoLineage, ...] = ()


@dataclass(frozen=True)
class Demonstration:
    """An invented country with its history. The same size and seed give the same one, on any machine."""

    hazards: int
    seed: int
    geography: Geography
    approvals: tuple[DemoApproval, ...]
    active_tasks: tuple[ActiveTask, ...]
    oddities: Counter[str]

    @property
    def places(self) -> tuple[DemoPlace, ...]:
        """Provinces, districts, communes, villages of both editions."""
        return self.geography.places

    @property
    def boundary_editions(self) -> tuple[DemoEdition, ...]:
        """Where the places lay, before and after the split."""
        return self.geography.editions

    @property
    def organisations(self) -> tuple[programme.DemoOrganisation, ...]:
        """The authority and the operators."""
        return (programme.AUTHORITY, *programme.OPERATORS)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over every line, withdrawal and link, in the order of approvals."""
        sealed = hashlib.sha256()
        for approval in self.approvals:
            said = [line.digest for line in approval.lines]
            sealed.update(repr((approval.on, approval.by, said, approval.withdrawals, approval.lineage)).encode())
        return sealed.hexdigest()


def generate(hazards: int, seed: int) -> Demonstration:
    """The demonstration with `hazards` hazards: all in memory; see `generate_tiles` for large ones."""
    geography = geography_of(cells_for(hazards, seed))
    groups: dict[Key, list[tuple[list[Line], list[str], list[DemoLineage]]]] = defaultdict(list)
    tasks: list[ActiveTask] = []
    counts: Counter[str] = Counter()
    for tile in tiles_for(hazards, seed):
        tasks += tile.active_tasks
        counts += counted(tile)
        for key, part in grouped(tile, geography).items():
            groups[key].append(part)
    approvals = tuple(_approval(key, groups[key]) for key in sorted(groups))
    return Demonstration(hazards, seed, geography, approvals, tuple(tasks), counts)


def generate_tiles(hazards: int, seed: int) -> Iterator[tuple[DemoApproval, ...]]:
    """The same records tile by tile: for each tile its own approvals in order, nothing kept."""
    geography = geography_of(cells_for(hazards, seed))
    for tile in tiles_for(hazards, seed):
        groups = grouped(tile, geography)
        yield tuple(_approval(key, [groups[key]]) for key in sorted(groups))


def grouped(tile: Tile, geography: Geography) -> dict[Key, tuple[list[Line], list[str], list[DemoLineage]]]:
    """The tile's lines, withdrawals and lineage by the approval that brings them."""
    rows = tile.rows
    lines = lines_of(tile, geography)
    groups: dict[Key, tuple[list[Line], list[str], list[DemoLineage]]] = defaultdict(lambda: ([], [], []))
    steps = zip(rows["session"].tolist(), rows["step"].tolist(), rows["operator"].tolist(), lines, strict=True)
    for session, step, operator, line in steps:
        if step == WITHDRAWAL:
            groups[session, step, -1][1].append(line.ref)
        else:
            groups[session, step, operator if step == REPORT else -1][0].append(line)
    for links in tile.links:
        pairs = zip(links.parent.tolist(), links.child.tolist(), links.on.tolist(), links.session.tolist(), strict=True)
        for parent, child, on, session in pairs:
            older, younger = (f"XKV-H-{tile.number:04d}-{number:05d}" for number in (parent, child))
            groups[session, WITHDRAWAL, -1][2].append(DemoLineage(older, younger, links.kind, date.fromordinal(on)))
    return groups


def lines_of(tile: Tile, geography: Geography) -> list[Line]:
    """Every row as a line, shapes in longitude and latitude, in the order of the rows."""
    rows = tile.rows
    has_shape = ~shapely.is_missing(rows["shape"])
    shapes = rows["shape"].copy()
    shapes[has_shape] = FRAME.to_lonlat(rows["shape"][has_shape])
    places = places_of(rows, geography)
    columns = {name: column.tolist() for name, column in rows.columns.items() if name != "shape"}
    refs = [
        f"XKV-{LETTERS[letter]}-{tile.number:04d}-{number:05d}"
        for letter, number in zip(columns["letter"], columns["ref"], strict=True)
    ]
    return [_line(tile.number, at, columns, refs[at], shapes[at], places[at]) for at in range(len(rows))]


def _line(tile: int, at: int, columns: dict[str, list], ref: str, shape: shapely.Geometry | None, place: str) -> Line:
    """One row as a line."""
    value = {name: column[at] for name, column in columns.items()}
    family_set, stated = FAMILY_SETS[value["family"]], value["stated_class"]
    of = CLASS_FAMILY.get(stated, "mines")
    on, operator = date.fromordinal(value["on"]), programme.OPERATORS[value["operator"]]
    odd = ODDITIES[value["oddity"]]
    given = as_surveyed(shape) if value["letter"] == HAZARD else ""
    return Line(
        ref=ref,
        kind=Kind(value["kind"]),
        on=on,
        families=tuple((family, CLASSES[stated] if stated >= 0 and family == of else None) for family in family_set),
        line=value["line"],
        on_precision=PRECISIONS[value["precision"]],
        shape=shape,
        given_shape=given,
        given_crs="EPSG:4326" if given else "",
        stated_m2=None if value["stated_m2"] != value["stated_m2"] else value["stated_m2"],
        place=place,
        hazard=f"XKV-H-{tile:04d}-{value['hazard']:05d}" if value["hazard"] >= 0 else None,
        operator=operator.code,
        method=programme.METHODS[value["method"]] if value["method"] >= 0 else "",
        task=f"XKV-T-{tile:04d}-{value['task']:05d}" if value["task"] >= 0 else "",
        campaign=programme.CAMPAIGNS[value["campaign"]] if value["campaign"] >= 0 else "",
        contract=f"{operator.code}/{on.year}" if value["letter"] else "",
        evidence=programme.EVIDENCE[value["evidence"]],
        depth_cm=value["depth_cm"] if value["depth_cm"] >= 0 else None,
        items=_items(value),
        note=f"invented record; {odd}" if odd else "invented record",
    )


def as_surveyed(shape: shapely.Geometry | None) -> str:
    """The points of a survey form: reference point and benchmark near the first corner, then the turning points."""
    if shape is None or shape.geom_type != "Polygon":
        return ""
    corners = shapely.get_coordinates(shape.exterior)[:-1]
    lon, lat = corners[0]
    named = [("RP", lon - 0.0012, lat + 0.0004), ("BM", lon - 0.0002, lat - 0.0002)]
    named += [(f"TP{number}", *corner) for number, corner in enumerate(corners, 1)]
    return "; ".join(f"{name}: {y:.7f} {x:.7f}" for name, x, y in named)


def _items(value: Mapping[str, Any]) -> dict[str, int]:
    """The items that a line reports; clearance that found none says so, other work says nothing."""
    found = {kind: count for kind, count in zip(programme.ITEM_TYPES, value["items"], strict=True) if count}
    return found or ({programme.ITEM_TYPES[0]: 0} if value["kind"] == Kind.CLEAR else {})


def places_of(rows: Rows, geography: Geography) -> list[str]:
    """The commune code that each row states, by the boundaries of its day: where its land lies, or its hazard."""
    points = shapely.centroid(rows["shape"])
    placed = np.flatnonzero(~shapely.is_missing(points))
    xy = np.column_stack([geography.cells.x[rows["cell"]], geography.cells.y[rows["cell"]]])
    xy[placed] = shapely.get_coordinates(points[placed])
    cell = rows["cell"].copy()
    found, at = geography.tree.query(points[placed], predicate="intersects")
    cell[placed[found]] = at
    return geography.commune_codes(cell, xy, rows["on"] >= SPLIT_ON.toordinal())


def counted(tile: Tile) -> Counter[str]:
    """How often each oddity and each kind of event occurs in the tile."""
    rows = tile.rows
    counts: Counter[str] = Counter()
    for number, name in enumerate(ODDITIES[1:], start=1):
        counts[name] = int((rows["oddity"] == number).sum())
    counts |= Counter({kind.name.lower(): int((rows["kind"] == kind).sum()) for kind in Kind})
    counts["withdrawals"] = int((rows["step"] == WITHDRAWAL).sum())
    counts["corrections"] = int((rows["step"] == CORRECTION).sum())
    counts["spot tasks"] = int((rows["letter"] == 2).sum())
    counts["lineage"] = sum(len(links.parent) for links in tile.links)
    counts["active tasks"] = len(tile.active_tasks)
    return counts


def _approval(key: Key, parts: Iterable[tuple[list[Line], list[str], list[DemoLineage]]]) -> DemoApproval:
    """The decision that brings all the parts."""
    session, step, operator = key
    on = programme.SESSIONS[session]
    lines, withdrawals, lineage = (tuple(x for part in column for x in part) for column in zip(*parts, strict=True))
    month = f"{on:%Y-%m}"
    if step == WITHDRAWAL:
        reason = f"Duplicates withdrawn and lineage noted at the session of {month}, invented country of Karsova"
        return DemoApproval(on, programme.secretary(on), reason, None, (), withdrawals, lineage)
    if step == CORRECTION:
        who, what = programme.AUTHORITY, "Corrections"
    else:
        who, what = programme.OPERATORS[operator], "Reports"
    document = DemoDocument(f"XKV/{who.code}/{month}/{what}", f"{what}, {who.name}, {month}", who.name, on)
    reason = f"{what} of {who.code} for the session of {month}, invented country of Karsova"
    return DemoApproval(on, programme.secretary(on), reason, document, lines)
