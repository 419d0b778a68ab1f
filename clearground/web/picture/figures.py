"""What the page of one figure shows: its definition, value, inputs, years, drills and records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clearground.accounts.models import Organisation
from clearground.common import formats
from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.land.choices import method_in_words
from clearground.land.figured import NO_CODE, Asked
from clearground.land.policies import BY_NAME, policies_in_force
from clearground.land.selectors import contributions as made
from clearground.land.selectors import figures as land
from clearground.land.selectors import one_reading
from clearground.land.sheets import PLACE_DIMENSIONS, RECORD_DIMENSIONS
from clearground.places.models import Country
from clearground.places.selectors import current_boundaries

from ..shell import selectors
from ..shell.addresses import figure_address, record_address
from ..shell.selectors import Question, called
from .definitions import Definition

PAGE = 25
DIMENSION_NAMES = {
    "family": gettext_lazy("Family"),
    "class": gettext_lazy("Class of land"),
    "degree": gettext_lazy("Degree"),
    "province": gettext_lazy("Province"),
    "district": gettext_lazy("District"),
    "commune": gettext_lazy("Commune"),
    "operator": gettext_lazy("Operator"),
    "method": gettext_lazy("Method"),
    "campaign": gettext_lazy("Campaign"),
    "task": gettext_lazy("Task"),
    "year": gettext_lazy("Year"),
}
DEGREE_NAMES = {
    "confirmed": gettext_lazy("Confirmed"),
    "suspected": gettext_lazy("Suspected"),
    "not_stated": gettext_lazy("Degree not stated"),
}
NOWHERE = {
    "class": gettext_lazy("No class"),
    "degree": gettext_lazy("No degree"),
    "operator": gettext_lazy("No operator named"),
    "method": gettext_lazy("No method named"),
    "campaign": gettext_lazy("No campaign"),
    "task": gettext_lazy("No task"),
}
# Splits that have few lines: the others are asked for by a link of their own.
SPLITS_OF_STOCK = ("class", "degree")
SPLITS_OF_FLOW = ("class", "operator", "method", "campaign")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a drill: a code, its name, the figure there, its share in the whole, and where it opens."""

    code: str | None
    name: str
    value: Any
    text: str
    share: float
    address: str


@dataclass(frozen=True, slots=True)
class Drill:
    """A figure split by one dimension."""

    dimension: str
    name: Any
    lines: list[Line]
    rest: str = ""


def said(value: Any, definition: Definition) -> str:
    """The figure as it is printed, without its unit."""
    if definition.unit == "share":
        return formats.NOT_KNOWN if value is None else f"{formats.number(100 * value, decimals=1)} %"
    return formats.area(value) if definition.unit == "m2" else formats.number(value)


def printed_m2(half_cm2: int) -> float:
    """Square metres of an exact amount of the books."""
    return half_cm2 / HALF_CM2_PER_M2


def scope_address(asked: Asked, **changed: Any) -> str:
    """Where the same figure opens with another scope; None takes a dimension away."""
    within = {**asked.within, **changed}
    days = {"as_of": asked.as_of, "since": asked.since, "known": asked.known, "seq": asked.seq}
    basis = asked.basis if asked.basis != "happened" else None
    return figure_address(asked.measure, **days, basis=basis, **{k: v for k, v in within.items() if v})


def names_of(dimension: str, codes: list[str | None]) -> dict[str | None, str]:
    """The names of codes in the reader's language; what has none is named too."""
    known = [code for code in codes if code and code != NO_CODE]
    names: dict[str | None, str] = {code: code for code in known}
    if dimension in PLACE_DIMENSIONS:
        names |= selectors.places_called(known)
    elif dimension == "method":
        names |= {code: method_in_words(code) for code in known}
    elif dimension == "operator":
        names |= {each.code: each.name for each in Organisation.objects.filter(code__in=known)}
    elif dimension == "class":
        names |= {code: class_name(code) for code in known}
    elif dimension in {"degree", "family"}:
        list_of = DEGREE_NAMES if dimension == "degree" else selectors.families()
        names |= {code: str(list_of.get(code, code)) for code in known}
    nothing = str(NOWHERE.get(dimension, _("No place")))
    return names | {None: nothing, NO_CODE: nothing}


def class_name(code: str) -> str:
    """A class by code and name: “A4 Scattered…”."""
    for (_family, known), row in selectors.hazard_classes().items():
        if known == code:
            return code if called(row) == code else f"{code} · {called(row)}"
    return code


def scope_words(asked: Asked) -> list[dict[str, Any]]:
    """What the figure is of, each with a link to the same figure without it."""
    return [
        {
            "name": DIMENSION_NAMES[name],
            "code": names_of(name, [code])[code],
            "without": scope_address(asked, **{name: None}) if name != "family" else "",
        }
        for name, code in asked.within.items()
    ]


def with_family(asked: Asked) -> Asked:
    """The figure of the one family that its class belongs to, where the address names a class and no family."""
    families = {family for family, code in selectors.hazard_classes() if code == asked.within.get("class")}
    return asked.of(family=families.pop()) if len(families) == 1 and "family" not in asked.within else asked


def needs_family(asked: Asked, definition: Definition) -> bool:
    """Areas of several families lie on the same ground, and are never added up."""
    return definition.unit in {"m2", "share"} and "family" not in asked.within


def dimensions_of(asked: Asked) -> list[str]:
    """The dimensions that the figure is split by on its page: the next place, then what its kind has."""
    deepest = max((at for at, name in enumerate(PLACE_DIMENSIONS) if name in asked.within), default=-1)
    place = list(PLACE_DIMENSIONS[deepest + 1 : deepest + 2])
    if asked.is_counted:
        rest: tuple[str, ...] = ("class",)
    else:
        rest = SPLITS_OF_STOCK if asked.is_stock else SPLITS_OF_FLOW
    return [name for name in [*place, *rest] if name not in asked.within]


def drills_of(asked: Asked, definition: Definition) -> list[Drill]:
    """The splits that say something: those with a line that has a code."""
    if needs_family(asked, definition):
        return [drill_of(asked, "family", definition)]
    found = [drill_of(asked, name, definition) for name in dimensions_of(asked)]
    return [each for each in found if any(line.code for line in each.lines)]


def drill_of(asked: Asked, dimension: str, definition: Definition) -> Drill:
    """The figure by one dimension, places in their order, all else by size."""
    found = land.figure_drill(asked, dimension)
    if dimension not in (*PLACE_DIMENSIONS, "family"):
        found.sort(key=lambda line: -abs(line[1] or 0))
    names = names_of(dimension, [code for code, _value in found])
    largest = max((abs(value or 0) for _code, value in found), default=0) or 1
    lines = [
        Line(
            code,
            names[code],
            value,
            said(value, definition),
            round(100 * abs(value or 0) / largest, 2),
            scope_address(asked, **{dimension: code or NO_CODE}),
        )
        for code, value in found
    ]
    return Drill(dimension, DIMENSION_NAMES[dimension], lines)


def years_of(asked: Asked, definition: Definition) -> list[Line]:
    """The figure year by year up to its day; none for counts, and where families would be added up."""
    if asked.is_counted or asked.basis != "happened" or needs_family(asked, definition):
        return []
    if land.figure_value(asked) is None:
        return []
    kernel = made.measure_of(asked.measure, made.ledger())
    found = {int(year): row.get(kernel, 0) for (year,), row in made.yearly(asked).items()}
    largest = max(map(abs, found.values()), default=0) or 1
    return [year_line(asked, definition, year, total, largest) for year, total in sorted(found.items())]


def year_line(asked: Asked, definition: Definition, year: int, total: int, largest: int) -> Line:
    """One year of the figure."""
    value = land.printed(asked, total)
    until = min(date(year, 12, 31), asked.as_of)
    there = scope_address(replace(asked, as_of=until, since=date(year, 1, 1)))
    return Line(str(year), str(year), value, said(value, definition), round(100 * abs(total) / largest, 2), there)


def records_of(asked: Asked, page: int, *, may_see_land: bool) -> dict[str, Any]:
    """How many records make the figure, whether they add up, and one page of them for who may see them."""
    if not asked.is_counted and "family" not in asked.within and asked.measure.endswith("_m2"):
        return {}
    found = land.records_behind(asked)
    if found is None:
        return {}
    value = land.figure_value(asked)
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(page, 1), pages)
    rows = land.record_rows(asked, found, (page - 1) * PAGE, page * PAGE) if may_see_land else []
    for row in rows:
        row |= {"address": record_address(row["ref"])}
    return {
        "count": len(found),
        "adds_up": land.printed(asked, found.total) == value,
        "is_flow_of_nobody": value is None,
        "rows": rows,
        "page": page,
        "pages": pages,
    }


@one_reading()
def figure_page(request: HttpRequest, asked: Asked, definition: Definition) -> dict[str, Any]:
    """All that the page of one figure shows to this reader."""
    asked = with_family(asked)
    may_see_land = "see_land" in request.may
    value = None if needs_family(asked, definition) else land.figure_value(asked)
    question = Question(as_of=asked.as_of, known=asked.known or asked.as_of, since=asked.since or asked.as_of)
    return {
        "asked": asked,
        "definition": definition,
        "value": said(value, definition),
        "km2": formats.area(value, unit="km2") if definition.unit == "m2" and value is not None else "",
        "needs_family": needs_family(asked, definition),
        "belongs_to_nobody": asked.is_stock and any(name in asked.within for name in RECORD_DIMENSIONS),
        "scope": scope_words(asked),
        "edition": selectors.edition_of(question),
        "inputs": land.inputs_of(asked),
        "boundaries": current_boundaries(),
        "policies": policy_words(request.country),
        "drills": drills_of(asked, definition),
        "years": years_of(asked, definition),
        "records": records_of(asked, page_number(request), may_see_land=may_see_land),
        "address": scope_address(asked).partition("?")[2],
        "here": scope_address(asked),
    }


def page_number(request: HttpRequest) -> int:
    """The page of the list of records that the address asks for; the first in doubt."""
    word = request.GET.get("page", "")
    return int(word) if word.isdigit() and len(word) < 7 else 1


def policy_words(country: Country) -> list[tuple[str, str]]:
    """The policies that the figure is reckoned by, in the reader's language."""
    return [
        (_(BY_NAME[name].decides), _(BY_NAME[name].values[value]))
        for name, value in policies_in_force(country.policies).items()
    ]
