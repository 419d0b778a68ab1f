"""Names of codes in the reader's language, and the codes that one can choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clearground.accounts.models import Organisation
from clearground.common.formats import name_key
from clearground.land.choices import method_in_words
from clearground.land.models import Family, HazardClass, ItemType
from clearground.land.selectors import ledger
from clearground.land.sheets import PERIOD_DIMENSIONS
from clearground.places.choices import Level
from clearground.places.models import Place

from ..choices import ALL_ITEMS, COUNT_WORDS, DEGREE_WORDS, FLOW_WORDS, NONE_WORDS, STOCK_WORDS

LEVELS = {"province": Level.PROVINCE, "district": Level.DISTRICT, "commune": Level.COMMUNE}
FREE_WORDS = ("method", "campaign", "contract")


def called(thing: Any) -> str:
    """The name of a row in the reader's language, where it has one there."""
    khmer = getattr(thing, "name_km", "") if (get_language() or "").startswith("km") else ""
    return khmer or thing.name


def by_name(places: QuerySet[Place]) -> list[tuple[str, str]]:
    """Codes and names of places, in the order of their names in the reader's language."""
    # As many as there are communes: plain values, not rows.
    is_khmer = (get_language() or "").startswith("km")
    rows = places.values_list("code", "name", "name_km")
    named = [(code, (khmer if is_khmer else "") or name) for code, name, khmer in rows]
    return sorted(named, key=lambda pair: name_key(pair[1]))


def names_of(dimension: str) -> dict[str, str]:
    """Names by code of everything that stands in a list, in the list's order; empty for free words."""
    if dimension == "family":
        return {family.code: called(family) for family in Family.objects.all()}
    if dimension == "class":
        rows = HazardClass.objects.order_by("family_id", "code")
        return {row.code: f"{row.code} {called(row)}" if called(row) != row.code else row.code for row in rows}
    if dimension == "operator":
        return {row.code: called(row) for row in Organisation.objects.order_by("code")}
    if dimension in LEVELS:
        return dict(by_name(Place.objects.filter(level=LEVELS[dimension])))
    return {code: str(words) for code, words in DEGREE_WORDS.items()} if dimension == "degree" else {}


def label(dimension: str, code: str | None, names: Mapping[str, str]) -> str:
    """What is printed for a code."""
    if code is None:
        return str(NONE_WORDS.get(dimension, _("Not stated")))
    return method_in_words(code) if dimension == "method" else names.get(code, code)


def not_contamination() -> frozenset[tuple[str, str]]:
    """Classes that are tabulated and aren't contamination, by family and code."""
    rows = HazardClass.objects.filter(is_contamination=False).values_list("family__code", "code")
    return frozenset(rows)


def item_words() -> dict[str, str]:
    """Measures of items, by name."""
    types = {f"{ALL_ITEMS}_{item.code}": called(item) for item in ItemType.objects.order_by("pk")}
    return {ALL_ITEMS: _("Items, all types"), **types}


def measure_words() -> dict[str, str]:
    """Every measure that can be asked for, in order, with its name."""
    fixed = {**FLOW_WORDS, **STOCK_WORDS}
    counted = {name: str(words) for name, words in COUNT_WORDS.items()}
    return {**{name: str(words) for name, words in fixed.items()}, **item_words(), **counted}


def options(dimension: str, inside: str = "") -> list[tuple[str, str]]:
    """Codes and names to choose from; of districts and communes those of the place that they are `inside`."""
    if dimension in FREE_WORDS:
        return [(code, label(dimension, code, {})) for code in getattr(ledger().codes, f"{dimension}s")]
    if dimension in ("district", "commune"):
        return by_name(Place.objects.filter(level=LEVELS[dimension], parent__code=inside))
    return list(names_of(dimension).items())


class Names:
    """Names by code, each list read once: for pages that print many questions."""

    def __init__(self) -> None:
        self._lists: dict[str, dict[str, str]] = {}

    def of(self, dimension: str) -> dict[str, str]:
        """Names by code of one dimension; of periods, none."""
        if dimension not in self._lists:
            self._lists[dimension] = {} if dimension in PERIOD_DIMENSIONS else names_of(dimension)
        return self._lists[dimension]

    @cached_property
    def measures(self) -> dict[str, str]:
        """Names of everything that can be measured."""
        return measure_words()


def labels_of(dimensions: Sequence[str]) -> dict[str, dict[str, str]]:
    """Names by code, for each of the dimensions."""
    return {name: {} if name in PERIOD_DIMENSIONS else names_of(name) for name in dimensions}
