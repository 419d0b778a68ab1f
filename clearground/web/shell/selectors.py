"""What every page asks: the question in an address, the edition that answers it, names in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from clearground.common.formats import name_key
from clearground.land.models import Edition, Family, HazardClass, ItemType
from clearground.places.choices import Level
from clearground.places.models import Place


@dataclass(frozen=True, slots=True)
class Question:
    """What a reader asks of the books: stocks as of a day, flows since another, as known on a third."""

    as_of: date
    known: date
    since: date
    province: str = ""
    unit: str = "m2"
    district: str = ""
    commune: str = ""

    @property
    def within(self) -> dict[str, str]:
        """The places that the question names, from the province down."""
        named = {"province": self.province, "district": self.district, "commune": self.commune}
        return {level: code for level, code in named.items() if code}


def signed_editions() -> QuerySet[Edition]:
    """All editions, the latest first, without their statements, which are long."""
    return Edition.objects.defer("statement", "policies", "code_lists").order_by("-as_of", "-signed_at")


def default_question(today: date) -> Question:
    """The latest signed edition where there is one, else the register as it stands today."""
    edition = signed_editions().first()
    as_of, known = (edition.as_of, edition.known) if edition else (today, today)
    return Question(as_of=as_of, known=known, since=date(as_of.year, 1, 1))


def edition_of(question: Question) -> Edition | None:
    """The signed edition of these two days; None where the books on screen are nobody's statement."""
    return signed_editions().filter(as_of=question.as_of, known=question.known).first()


def called(thing: Any) -> str:
    """The name of a row in the reader's language, where it has one there."""
    khmer = getattr(thing, "name_km", "") if (get_language() or "").startswith("km") else ""
    return khmer or thing.name


def families() -> dict[str, str]:
    """Names of the families by code, in the order of the books."""
    return {family.code: called(family) for family in Family.objects.all()}


def hazard_classes() -> dict[tuple[str, str], HazardClass]:
    """The classes of land by family and code, in the order of their codes: A2, then its parts A2.1 and A2.2."""
    rows = HazardClass.objects.select_related("family").order_by("family_id", "code", "list_version")
    return {(row.family.code, row.code): row for row in rows}


def item_names() -> dict[str, str]:
    """Names of the types of item by code, in the order of the list."""
    return {item.code: called(item) for item in ItemType.objects.all()}


def provinces() -> list[tuple[str, str]]:
    """Codes and names of the provinces."""
    return places_in(Level.PROVINCE)


def places_in(level: Level, parent: str = "") -> list[tuple[str, str]]:
    """Codes and names of the places of a level, of one place above where it is named."""
    rows = Place.objects.filter(level=level)
    rows = rows.filter(parent__code=parent) if parent else rows
    return sorted(((place.code, called(place)) for place in rows), key=lambda pair: name_key(pair[1]))


def places_called(codes: Iterable[str]) -> dict[str, str]:
    """Names of places by code."""
    return {place.code: called(place) for place in Place.objects.filter(code__in=list(codes))}
