"""The catalogue of rules: what each code says, in English and in Khmer, and what to do about it.

The checks of `kernel.land.checks` and the readers of files find; the words are here, by code.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from clearground.common import formats
from clearground.kernel.findings import Finding, Severity
from clearground.kernel.land.checks import RULES

LANGUAGES = ("en", "km")
# Files of words: one language in each, or both in one (`title` and `title_km`).
BY_LANGUAGE = {"en": "rules_en.toml", "km": "rules_km.toml"}
OF_READING = "reading_rules.toml"
DECIMALS = {"lon": 6, "lat": 6, "line_deg": 6, "width_m": 2, "ratio": 2}
WHERE = {
    "en": {"ref": "record {ref}", "row": "row {row}", "cell": "column {cell}", "file": "the whole file"},
    "km": {"ref": "កំណត់ត្រា {ref}", "row": "ជួរ {row}", "cell": "ជួរឈរ {cell}", "file": "ឯកសារទាំងមូល"},
}
KHMER = {"meridian": "មេរីឌាន", "parallel": "ប៉ារ៉ាឡែល", "Point": "ចំណុច", "LineString": "បន្ទាត់"}


@dataclass(frozen=True, slots=True)
class Wording:
    """One finding in words: the rule's title, where it was found, what is wrong, what to do."""

    title: str
    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        """Where, what, and what to do, in one line."""
        where = self.where[:1].upper() + self.where[1:]
        return f"{where}: {self.what} {self.remedy}".strip()


def explain(finding: Finding, language: str | None = None) -> str:
    """The finding in one line: which record, row and column, what is wrong there, what to do about it."""
    return str(wording(finding, language))


def wording(finding: Finding, language: str | None = None) -> Wording:
    """The finding in words, in `language` or the active one; English where there are no other words."""
    spoken = formats.language(language)
    words = words_of(finding.code, spoken)
    params = {"ref": finding.ref, **finding.params} if finding.ref else finding.params
    values = _Told({name: told(name, value, spoken) for name, value in params.items()})
    return Wording(
        title=words["title"],
        where=where(finding, spoken),
        what=words["what"].format_map(values),
        remedy=words["remedy"].format_map(values),
    )


def title_of(code: str, language: str | None = None) -> str:
    """The rule in a few words."""
    return words_of(code, formats.language(language))["title"]


def remedy_of(code: str, language: str | None = None) -> str:
    """What to do about findings of the rule; dots stand for what differs from one to the next."""
    return words_of(code, formats.language(language))["remedy"].format_map(defaultdict(lambda: "…"))


def words_of(code: str, language: str) -> Mapping[str, str]:
    """Title, what, remedy and (in English) why, still with their parameters; the bare code where it is unknown."""
    catalogues = (catalogue(language), catalogue("en"))
    unknown = {"title": code, "what": code, "remedy": "", "why": ""}
    return next((words[code] for words in catalogues if code in words), unknown)


def where(finding: Finding, language: str) -> str:
    """Record, row and column, as far as the finding names them."""
    words = WHERE.get(language, WHERE["en"])
    named = {"ref": finding.ref, "row": finding.row, "cell": finding.cell}
    parts = [words[name].format(**{name: value}) for name, value in named.items() if value]
    return ", ".join(parts) or words["file"]


def severity_of(code: str) -> Severity:
    """How severe a finding of this rule is at most."""
    if code in RULES:
        return RULES[code].severity
    return Severity(_table(OF_READING)[code]["severity"])


@cache
def catalogue(language: str) -> Mapping[str, Mapping[str, str]]:
    """The words of all rules in one language, by code."""
    if language not in BY_LANGUAGE:
        return {}
    suffix = "" if language == "en" else f"_{language}"
    reading = {
        code: {name: entry[name + suffix] for name in ("title", "what", "remedy") if name + suffix in entry}
        for code, entry in _table(OF_READING).items()
    }
    whole = {code: words for code, words in reading.items() if len(words) == len(("title", "what", "remedy"))}
    return {**whole, **_table(BY_LANGUAGE[language])}


@cache
def _table(name: str) -> Mapping[str, dict[str, str]]:
    source = resources.files("clearground.exchange") / name
    return tomllib.loads(source.read_text("utf-8")) if source.is_file() else {}


def told(name: str, value: Any, language: str) -> str:
    """A parameter as people read it: a share in per cent, a day in words, numbers with grouped digits."""
    if value is None or value == "":
        return formats.NOT_KNOWN
    if name == "share":
        return f"{formats.number(value * 100, decimals=0 if value >= 0.1 else 1, in_language=language)} %"
    if name in ("on", "hazard_on") and isinstance(value, str):
        return _day(value, language)
    if isinstance(value, float):
        return formats.number(value, decimals=DECIMALS.get(name, _decimals(value)), in_language=language)
    return KHMER.get(str(value), str(value)) if language == "km" else str(value)


def _decimals(value: float) -> int:
    """Whole numbers without decimals, others with one."""
    return 0 if value == round(value) or abs(value) >= 1000 else 1


def _day(value: str, language: str) -> str:
    try:
        return formats.day(date.fromisoformat(value), in_language=language)
    except ValueError:
        return value


class _Told(dict[str, str]):
    """Parameters by name; one that a finding lacks is a dash."""

    def __missing__(self, name: str) -> str:
        return formats.NOT_KNOWN
