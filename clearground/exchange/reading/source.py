"""What every format hands over: columns, a reference system, rows one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from clearground.kernel.findings import Finding

from .rows import RawRow


@dataclass
class Source:
    """An opened file. `rows` is walked once; what is found on the way joins `findings`."""

    format: str
    rows: Iterator[RawRow]
    columns: list[str] = field(default_factory=list)
    layer: str = ""
    crs: str = ""
    findings: list[Finding] = field(default_factory=list)
    layers: list[str] = field(default_factory=list)
