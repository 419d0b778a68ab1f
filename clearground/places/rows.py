"""A place as a file gives it: plain values, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import shapely

from .choices import Level

# A second place under a code that is taken is kept as CODE~2: codes are unique, places are not dropped.
SECOND = "~"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One row of a gazetteer or of a boundary file; `shape` is longitude, latitude on WGS 84.

    `row` counts from 1 as the file's reader sees it. Without `parent_code` the parent is the place
    of the level above with whose code this code begins.
    """

    code: str
    name: str
    level: Level
    name_km: str = ""
    parent_code: str | None = None
    shape: shapely.Geometry | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A place that the register has."""

    code: str
    name: str
    name_km: str
    level: Level
    parent_code: str | None


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The places that the register has, by code, and how long the codes of each level are."""

    places: Mapping[str, KnownPlace]
    lengths: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, places: Iterable[KnownPlace]) -> Gazetteer:
        """The gazetteer of these places. A level whose codes differ in length has no length."""
        by_code = {place.code: place for place in places}
        seen: dict[int, set[int]] = {}
        for place in by_code.values():
            seen.setdefault(place.level, set()).add(len(official(place.code)))
        return cls(by_code, {level: sizes.pop() for level, sizes in seen.items() if len(sizes) == 1})

    def level(self, level: int) -> dict[str, KnownPlace]:
        """The places of one level, by code."""
        return {code: place for code, place in self.places.items() if place.level == level}

    def stated_parent(self, row: PlaceRow) -> str | None:
        """The code of the parent that the row names, or that its code begins with; None for the top."""
        if row.parent_code or row.level == Level.PROVINCE:
            return row.parent_code or None
        size = self.lengths.get(row.level - 1)
        return row.code[:size] if size and len(row.code) > size else None

    def nearest_parent(self, row: PlaceRow) -> str | None:
        """The stated parent where it is known, else the known place above with most of its code, or None."""
        stated = self.stated_parent(row)
        if stated is None or stated in self.places:
            return stated
        begins = [stated[:size] for size in range(len(stated) - 1, 0, -1)]
        return next((code for code in begins if code in self.places and self.places[code].level < row.level), None)


def official(code: str) -> str:
    """The code as the source gives it, without the mark of a second place under it."""
    return code.split(SECOND, 1)[0]
