"""What the invented authority knew on a day: the standing version of each record, and when each was first known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely

from clearground.kernel.land.events import Kind
from clearground.land.lines import Line

from .chance import Objects
from .generate import DemoApproval
from .geography import FRAME

ItemKey = tuple[str, int]  # reference and line


@dataclass(frozen=True)
class History:
    """The versions of each record in the order of approvals; None where it was withdrawn."""

    versions: Mapping[str, tuple[tuple[date, tuple[Line, ...] | None], ...]]
    first_number: Mapping[str, int]

    @classmethod
    def of(cls, approvals: Iterable[DemoApproval]) -> History:
        """Read from the approvals, in their order."""
        versions: dict[str, list[tuple[date, tuple[Line, ...] | None]]] = {}
        first: dict[str, int] = {}
        for number, approval in enumerate(approvals):
            lines: dict[str, list[Line]] = {}
            for line in approval.lines:
                lines.setdefault(line.ref, []).append(line)
            for ref, version in lines.items():
                first.setdefault(ref, number)
                versions.setdefault(ref, []).append((approval.on, tuple(version)))
            for ref in approval.withdrawals:
                versions[ref].append((approval.on, None))
        return cls({ref: tuple(known) for ref, known in versions.items()}, first)

    def first_known(self, ref: str) -> date:
        """The day of the first approval of the record."""
        return self.versions[ref][0][0]

    def first_versions(self) -> list[Line]:
        """Every line as it was first sent."""
        return [line for known in self.versions.values() for line in known[0][1] or ()]

    def standing(self, known: date) -> list[Line]:
        """Every line that stood at the end of the day, in book order."""
        lines: list[Line] = []
        for versions in self.versions.values():
            past = [version for on, version in versions if on <= known]
            lines += (past[-1] or ()) if past else ()
        return sorted(lines, key=self.book_order)

    def book_order(self, line: Line) -> tuple[date, int, int, str, int]:
        """Day, rank, first approval, reference, line: the order in which events fold."""
        return (line.on, int(line.kind), self.first_number[line.ref], line.ref, line.line)


@dataclass(frozen=True)
class Credit:
    """What became of the land of one release, in m²: the three add up to its area."""

    credited_m2: float
    twice_m2: float
    outside_m2: float

    @property
    def area_m2(self) -> float:
        """The area of the polygon."""
        return self.credited_m2 + self.twice_m2 + self.outside_m2


def credits(history: History, lines: list[Line], wanted: Iterable[Line]) -> dict[ItemKey, Credit]:
    """What each wanted release was credited, when `lines` (in book order) fold: slow, obvious, one by one.

    `lines` are all standing lines of one family. Releases without a polygon are left out.
    """
    placed = [line for line in lines if line.shape is not None and line.shape.area > 0]
    ground = FRAME.to_grid(np.array([line.shape for line in placed], dtype=object))
    tree = shapely.STRtree(ground)
    at = {(line.ref, line.line): index for index, line in enumerate(placed)}
    result = {}
    for line in wanted:
        index = at.get((line.ref, line.line))
        if index is not None:
            near = np.sort(tree.query(ground[index], predicate="intersects"))
            earlier = [i for i in near[near < index].tolist() if placed[i].ref != line.ref]
            result[line.ref, line.line] = _credit(ground[index], [placed[i].kind for i in earlier], ground[earlier])
    return result


def _credit(land: shapely.Geometry, kinds: list[Kind], shapes: Objects) -> Credit:
    """The state of `land` after the earlier events, in their order."""
    opened = released = shapely.Polygon()
    for kind, shape in zip(kinds, shapely.intersection(shapes, land), strict=True):
        if kind.is_hazard or kind is Kind.REOPEN:
            opened, released = opened.union(shape), released.difference(shape)
        elif kind.is_release:
            opened, released = opened.difference(shape), released.union(shape)
    total, credited, twice = (shape.area / 1e4 for shape in (land, land.intersection(opened), released))
    return Credit(credited, twice, total - credited - twice)
