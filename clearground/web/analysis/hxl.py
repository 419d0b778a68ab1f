"""Tags of the Humanitarian Exchange Language for the columns of a download."""

from __future__ import annotations

from collections.abc import Sequence

from clearground.publications.questions import is_area

from ..shell.hxl import TAGS

# Where an answer of one's own tags a column otherwise than the tables of the register, or has one that they lack.
OWN = {
    "family": "#hazard+family",
    "class": "#hazard+class",
    "degree": "#hazard+degree",
    "operator": "#org+impl+code",
    "contract": "#activity+contract+code",
    "quarter": "#date+quarter",
    "month": "#date+month",
}


def tags(columns: Sequence[str]) -> list[str]:
    """One tag for each column."""
    known = TAGS | OWN
    return [known.get(name) or measure_tag(name) for name in columns]


def measure_tag(name: str) -> str:
    """The tag of a measure: its unit and its words."""
    words = [word for word in name.removesuffix("_m2").split("_") if word]
    return "+".join(["#indicator", *words, "m2" if is_area(name) else "num"])
