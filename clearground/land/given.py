"""Points that coordinates as they were given call by name: reference point (or landmark) and benchmark."""

from __future__ import annotations

import re
from collections.abc import Iterator

REFERENCE = re.compile(r"\b(ref|reference|rp|landmark|lm)", re.I)
BENCHMARK = re.compile(r"\b(benchmark|bench|bm)\b", re.I)


def points_called(kind: re.Pattern[str], given: str) -> Iterator[str]:
    """The parts of the text, as they stand, whose name before a colon is of the kind."""
    parts = (part.strip() for part in re.split(r"[;\n]", given))
    return (part for part in parts if ":" in part and kind.search(part.partition(":")[0]))


def is_named_point(given: str) -> bool:
    """The text gives a reference point or a benchmark: no corner of the land."""
    return any(any(points_called(kind, given)) for kind in (REFERENCE, BENCHMARK))
