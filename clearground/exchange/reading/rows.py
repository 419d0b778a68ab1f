"""What reading a file yields: rows as given, and how the reading was confined."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely

from clearground.common.errors import Refused
from clearground.kernel.findings import Finding

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row or feature, nothing interpreted but its shape.

    `number` is the row as its reader sees it: the row of the sheet (the header counts), or the
    place of the feature in the file from 1. `shape` is longitude, latitude on WGS 84; `given_shape`
    holds the coordinates as they stood in the file, in the reference system `given_crs`.
    """

    number: int
    cells: Mapping[str, Cell]
    shape: shapely.Geometry | None = None
    given_shape: str = ""
    given_crs: str = ""
    findings: tuple[Finding, ...] = ()


class SeveralLayers(Refused):
    """The file holds several layers, and nobody said which one is meant."""

    def __init__(self, layers: Sequence[str]) -> None:
        self.layers = tuple(layers)
        super().__init__(f"The file holds several layers: {', '.join(layers)}.", "Name the one to read.")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost. The process that reads it ends when one of these is passed."""

    memory_mb: int = 4096
    cpu_s: int = 600
    wall_s: float = 900.0
    written_mb: int = 4096
    open_files: int = 64


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a person knows about a file that the file doesn't say.

    `crs` names the reference system where the file has none ("EPSG:32648", "UTM 48N Indian 1960").
    `columns` names the column of a role ("x", "y", "shape", "record", "point", "bearing" …) where
    headers don't tell. `header_row` counts from 1. `pair_order` is "lat lon" or "lon lat", for
    coordinates in one cell without letters. `declination_deg` is added to each bearing.
    """

    crs: str = ""
    encoding: str = ""
    delimiter: str = ""
    header_row: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    pair_order: str = "lat lon"
    declination_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class Confinement:
    """What kept the reading process in, by what means; an empty tuple is a promise not kept here."""

    system: str
    files: tuple[str, ...] = ()
    network: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Confinement:
        """The confinement that `to_json` wrote."""
        means = {name: tuple(said[name]) for name in ("files", "network", "processes", "resources")}
        return cls(system=str(said["system"]), **means)


@dataclass(frozen=True)
class Reading:
    """A file that was read to its end without refusal. Iterating yields its rows, as often as asked."""

    format: str
    layer: str
    columns: tuple[str, ...]
    crs: str
    total_rows: int
    findings: tuple[Finding, ...]
    confinement: Confinement
    replay: Callable[[], Iterator[RawRow]] = field(repr=False)
    layers: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[RawRow]:
        return self.replay()

    @property
    def rows(self) -> Iterator[RawRow]:
        """The rows from the first on."""
        return self.replay()
