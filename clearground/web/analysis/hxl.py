"""Tags of the Humanitarian Exchange Language for the columns of a download."""

from __future__ import annotations

from collections.abc import Sequence

from clearground.common.caution import NOTE, NOTE_TAG
from clearground.publications.questions import is_area

TAGS = {
    "family": "#hazard+family",
    "class": "#hazard+class",
    "degree": "#hazard+degree",
    "province": "#adm1+code",
    "district": "#adm2+code",
    "commune": "#adm3+code",
    "operator": "#org+impl+code",
    "method": "#activity+method",
    "campaign": "#activity+campaign",
    "task": "#activity+task+code",
    "contract": "#activity+contract+code",
    "year": "#date+year",
    "quarter": "#date+quarter",
    "month": "#date+month",
    "synthetic": "#meta+synthetic",
    "since": "#date+start",
    "as_of": "#date+reported",
    "known": "#date+known",
    "edition": "#meta+edition",
    "seq": "#meta+approval",
    NOTE: NOTE_TAG,
}


def tags(columns: Sequence[str]) -> list[str]:
    """One tag for each column."""
    return [TAGS.get(name) or measure_tag(name) for name in columns]


def measure_tag(name: str) -> str:
    """The tag of a measure: its unit and its words."""
    words = [word for word in name.removesuffix("_m2").split("_") if word]
    return "+".join(["#indicator", *words, "m2" if is_area(name) else "num"])
