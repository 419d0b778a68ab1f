"""The words by which files name fields and values: English, Khmer, and the names of IMSMA.

What `vocabulary.toml` says is only a first guess: a source's saved mapping goes before it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from importlib.resources import files

from clearground.kernel.land.events import Kind

from .reading.headers import normal

HAZARDS, RELEASES = "hazards", "releases"


def _words(part: str) -> dict[str, tuple[str, ...]]:
    said = _TABLES[part]
    return {name: tuple(word.strip() for word in words.split(",")) for name, words in said.items()}


_TABLES = tomllib.loads(files("clearground.exchange").joinpath("vocabulary.toml").read_text("utf-8"))
FIELDS = _words("fields")
BY_SUBJECT = {HAZARDS: _words(HAZARDS), RELEASES: _words(RELEASES)}
KINDS = {word: Kind[kind.upper()] for kind, words in _words("kinds").items() for word in words}
DEGREES = {"suspected": Kind.SUSPECT, "confirmed": Kind.CONFIRM, "not_stated": Kind.RECORD, "not stated": Kind.RECORD}
KINDS_OF = {
    HAZARDS: (Kind.SUSPECT, Kind.RECORD, Kind.CONFIRM, Kind.RECLASSIFY, Kind.REOPEN),
    RELEASES: (Kind.CANCEL, Kind.REDUCE, Kind.CLEAR),
}
USUAL_KIND = {HAZARDS: Kind.RECORD, RELEASES: Kind.CLEAR}
FAMILIES = {word: family for family, words in _words("families").items() for word in words}
FAMILY_OF_CLASS = dict.fromkeys(("A1", "A2", "A2.1", "A2.2", "A3", "A4", "B2"), "mines") | {"CMR": "cmr", "ERW": "erw"}
EVIDENCE = {word: kind for kind, words in _words("evidence").items() for word in words}


def guessed(columns: Iterable[str], subject: str) -> dict[str, str]:
    """The column of each field, as far as names tell; no column serves two fields."""
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(normal(column), column)
    found: dict[str, str] = {}
    for field, names in (BY_SUBJECT[subject] | FIELDS).items():
        names = (normal(field), *names)
        column = next((by_name[n] for n in names if n in by_name and by_name[n] not in found.values()), None)
        if column is not None:
            found[field] = column
    return found
