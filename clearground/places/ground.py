"""What the shapes of a file say against the shapes of another edition. No database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from django.utils.translation import gettext as _

from clearground.kernel.findings import Finding
from clearground.kernel.land.frame import CM_PER_M, Frame, only_polygons

from .choices import Level
from .findings import found
from .names import name_key
from .rows import Gazetteer, PlaceRow

# A place lies in another if so much of its ground does; below the least share it merely touches it.
MOST_OF_IT, LEAST_SHARE = 0.8, 0.05
# Overlaps smaller than this share of the smaller place are the roughness of two drawings.
ROUGHNESS = 0.009
CM2_PER_M2 = CM_PER_M**2


@dataclass(frozen=True, slots=True)
class Areas:
    """Areas of one level in one edition, on the centimetre grid, in order of code."""

    codes: np.ndarray
    names: Mapping[str, str]
    land: np.ndarray

    @classmethod
    def of(cls, rows: Sequence[PlaceRow], frame: Frame) -> Areas:
        """The areas of the rows that have one."""
        placed = sorted((row for row in rows if has_area(row.shape)), key=lambda row: row.code)
        land = frame.to_grid(np.array([row.shape for row in placed], dtype=object))
        there = ~shapely.is_missing(land)
        codes = np.array([row.code for row in placed], dtype=object)
        return cls(codes[there], {row.code: row.name for row in placed}, land[there])

    def shares_in(self, other: Areas) -> dict[str, dict[str, float]]:
        """For each area here, the share of it that lies in each area of the other edition."""
        mine, theirs = shapely.STRtree(other.land).query(self.land, predicate="intersects")
        common = shapely.area(shapely.intersection(self.land[mine], other.land[theirs]))
        share = common / shapely.area(self.land[mine])
        result: dict[str, dict[str, float]] = {code: {} for code in self.codes.tolist()}
        for here, there, part in zip(self.codes[mine], other.codes[theirs], share, strict=True):
            if part >= LEAST_SHARE:
                result[here][there] = float(part)
        return result

    def only(self, codes: set[str]) -> Areas:
        """Those of the codes."""
        chosen = np.isin(self.codes, list(codes))
        return Areas(self.codes[chosen], self.names, self.land[chosen])


def has_area(shape: shapely.Geometry | None) -> bool:
    """The shape is a polygon, or several."""
    return shape is not None and shape.geom_type in ("Polygon", "MultiPolygon") and not shape.is_empty


def usable_shapes(rows: Sequence[PlaceRow]) -> tuple[list[PlaceRow], list[Finding]]:
    """The rows with shapes that can be kept: areas, or points for villages; others without their shape."""
    kept, findings = [], []
    for row in rows:
        shape, why = usable(row)
        kept.append(replace(row, shape=shape))
        if why:
            findings.append(found("PLACE-011" if shape is None else "PLACE-015", row, why=why))
    return kept, findings


def usable(row: PlaceRow) -> tuple[shapely.Geometry | None, str]:
    """The shape to keep, and what was wrong with the one given ("" where nothing was)."""
    shape = row.shape
    if shape is None or shape.is_empty:
        return None, _("none given")
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return None, _("a coordinate is not a number")
    if shape.geom_type == "Point":
        return (shape, "") if row.level == Level.VILLAGE else (None, _("a point, where an area is needed"))
    if not has_area(shape):
        return None, _("a %(type)s, where an area is needed") % {"type": shape.geom_type}
    if shape.is_valid:
        return shape, ""
    why = shapely.is_valid_reason(shape)
    return only_polygons(np.array([shapely.make_valid(shape)], dtype=object))[0], why


def succession(old: Areas, new: Areas) -> list[Finding]:
    """Splits, successors and renumbered places between two editions of one level."""
    before, after = set(old.codes.tolist()), set(new.codes.tolist())
    came_from = new.only(after - before).shares_in(old)
    went_to = old.only(before - after).shares_in(new)
    findings = [finding for code, shares in came_from.items() for finding in origin(code, shares, old, new, after)]
    for code, shares in went_to.items():
        into = ", ".join(sorted(shares, key=lambda there: -shares[there]))
        findings.append(found("PLACE-006", code=code, name=old.names[code], into=into))
    return findings


def origin(code: str, shares: Mapping[str, float], old: Areas, new: Areas, after: set[str]) -> list[Finding]:
    """Where a new code comes from: a place that is split or, where the old code is gone, renumbered."""
    source = max(shares, key=lambda there: shares[there], default="")
    if not source or shares[source] < MOST_OF_IT:
        return []
    name, from_name = new.names[code], old.names[source]
    if source not in after and name_key(name) == name_key(from_name):
        return [found("PLACE-007", code=code, name=name, other_code=source)]
    share_pct = round(100 * shares[source])
    return [found("PLACE-005", code=code, name=name, from_code=source, from_name=from_name, share_pct=share_pct)]


def overlaps(areas: Areas) -> list[Finding]:
    """Pairs of areas of one edition that share more ground than two drawings of one line would."""
    one, other = shapely.STRtree(areas.land).query(areas.land, predicate="intersects")
    one, other = one[one < other], other[one < other]
    common = shapely.area(shapely.intersection(areas.land[one], areas.land[other]))
    smaller = np.minimum(shapely.area(areas.land[one]), shapely.area(areas.land[other]))
    notable = np.flatnonzero(common > np.maximum(CM2_PER_M2, ROUGHNESS * smaller))
    return [
        found(
            "PLACE-013",
            code=areas.codes[one[at]],
            other_code=areas.codes[other[at]],
            overlap_m2=round(float(common[at]) / CM2_PER_M2),
        )
        for at in notable
    ]


def holding(rows: Sequence[PlaceRow], areas: Sequence[PlaceRow]) -> dict[str, str]:
    """By code of each row with a shape, the code of the area that holds a point of it; lower code first."""
    placed = [row for row in rows if row.shape is not None]
    ordered = sorted((area for area in areas if has_area(area.shape)), key=lambda area: area.code)
    if not placed or not ordered:
        return {}
    points = shapely.point_on_surface([row.shape for row in placed])
    tree = shapely.STRtree([area.shape for area in ordered])
    result: dict[str, str] = {}
    for at, area in sorted(zip(*tree.query(points, predicate="covered_by").tolist(), strict=True)):
        result.setdefault(placed[at].code, ordered[area].code)
    return result


def misplaced(rows: Sequence[PlaceRow], lies_in: Mapping[str, str], known: Gazetteer) -> list[Finding]:
    """Rows that lie in another place than the parent that they state."""
    findings = []
    for row in rows:
        parent = known.stated_parent(row)
        if row.shape is not None and parent and lies_in.get(row.code, "") != parent:
            findings.append(found("PLACE-010", row, parent_code=parent, lies_in=lies_in.get(row.code, "—")))
    return findings


def renumbered(rows: Sequence[PlaceRow], lies_in: Mapping[str, str], known: Gazetteer) -> list[Finding]:
    """New codes whose name a known place has, in the very area where the row lies."""
    there = {
        (place.level, place.parent_code, name_key(name)): place.code
        for place in known.places.values()
        for name in (place.name, place.name_km)
        if name
    }
    findings = []
    for row in rows:
        keys = [(row.level, lies_in.get(row.code), name_key(name)) for name in (row.name, row.name_km) if name]
        other = next((there[key] for key in keys if key in there), None)
        if row.code not in known.places and other:
            findings.append(found("PLACE-007", row, other_code=other))
    return findings
