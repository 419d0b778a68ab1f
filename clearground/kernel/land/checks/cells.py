"""Rules about single cells: references, days, codes, areas."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from clearground.kernel.findings import Severity

from .batch import NO_KIND
from .look import Look, is_among
from .rule import NONE, Hits, rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCKS, WARNS, INFORMS = Severity.BLOCKS, Severity.WARNS, Severity.INFORMS
# What a stated area is mistaken for, by the factor that mends it (1 rai is 1,600 m²).
UNITS = {"ha": 1e4, "km²": 1e6, "thousand m²": 1e3, "rai": 1600.0, "acres": 4046.8564224, "square feet": 0.09290304}
OVERSTATED = {"m² ÷ 10,000": 1e-4, "m² ÷ 1,000": 1e-3, "m² ÷ 1,000,000": 1e-6}


@rule("LAND-030", BLOCKS)
def no_reference(look: Look) -> Hits:
    """A record has a reference."""
    return Hits(np.flatnonzero(_trimmed(look) == ""), column="refs")


@rule("LAND-031", BLOCKS)
def same_reference(look: Look) -> Hits:
    """A reference stands once in a file, or once per line of its record."""
    lines = np.ones(len(look), dtype=np.int64) if look.batch.lines is None else look.batch.lines
    rows_of: dict[tuple[str, int], list[int]] = {}
    for i, (ref, line) in enumerate(zip(look.batch.refs, lines.tolist(), strict=True)):
        if ref != "":
            rows_of.setdefault((ref, line), []).append(i)
    # All of them are named, the first too: nothing says which one is right.
    others = {i: j for alike in rows_of.values() for i, j in zip(alike, alike[1:] + alike[:1], strict=True) if i != j}
    return Hits(list(others), {"other_row": look.batch.rows[list(others.values())]}, column="refs")


@rule("LAND-032", WARNS)
def nearly_same_reference(look: Look) -> Hits:
    """References don't differ by blanks or capitals alone, in the file or from the register's."""
    known = look.context.known_refs
    first = {_bare(ref): ref for ref in sorted(known)}
    hits = {}
    for i, ref in enumerate(map(str, look.batch.refs)):
        other = first.setdefault(_bare(ref), ref)
        if other != ref and ref not in known:
            hits[i] = other
    return Hits(list(hits), {"other": list(hits.values())}, column="refs")


@rule("LAND-033", WARNS)
def unknown_hazard(look: Look) -> Hits:
    """A release names a hazard that the register or its own file knows."""
    named = look.batch.hazards
    if named is None:
        return NONE
    known = set(look.batch.refs[look.is_hazard]) | look.context.known_refs | {""}
    unknown = ~is_among(named, known) & look.is_release
    return _cells(look, named, unknown, "hazards")


@rule("LAND-034", BLOCKS)
def no_day(look: Look) -> Hits:
    """A record has a day from which it counts."""
    if look.batch.on is None:
        return NONE
    return Hits(np.flatnonzero(np.isnan(look.batch.on) & (_given(look, "on") == "")), column="on")


@rule("LAND-035", BLOCKS)
def unreadable_day(look: Look) -> Hits:
    """A day can be read as a day of the calendar."""
    return _unreadable(look, look.batch.on, "on")


@rule("LAND-036", BLOCKS)
def day_to_come(look: Look) -> Hits:
    """Nothing counts from a day that is still to come."""
    return _days(look, lambda on: on > look.context.today)


@rule("LAND-037", BLOCKS, "earliest_year")
def day_long_ago(look: Look) -> Hits:
    """Days lie in the age of mines."""
    first = date(look.context.limits.earliest_year, 1, 1).toordinal()
    return _days(look, lambda on: on < first)


@rule("LAND-038", INFORMS)
def released_before_hazard(look: Look) -> Hits:
    """A release counts from no earlier day than the hazard that it names."""
    named, on = look.batch.hazards, look.batch.on
    if named is None or on is None:
        return NONE
    since = _hazard_days(look)
    start = np.array([since.get(str(ref), np.nan) for ref in named], dtype=float)
    at = np.flatnonzero(look.is_release & (on < start))
    return Hits(at, {"hazard": named[at], "on": _iso(on[at]), "hazard_on": _iso(start[at])}, column="on")


@rule("LAND-039", BLOCKS)
def unknown_family(look: Look) -> Hits:
    """A family of contamination is one of the register's."""
    return _classes(look, lambda family, code: family not in look.context.classes)


@rule("LAND-040", BLOCKS)
def unknown_class(look: Look) -> Hits:
    """A class of land is in a list of the register."""
    every = frozenset().union(*look.context.classes.values())
    return _classes(look, lambda family, code: bool(code) and family in look.context.classes and code not in every)


@rule("LAND-041", BLOCKS)
def class_of_another_family(look: Look) -> Hits:
    """A class of land is in the list of its own family."""
    lists = look.context.classes
    every = frozenset().union(*lists.values())
    return _classes(look, lambda family, code: code in every and family in lists and code not in lists[family])


@rule("LAND-042", BLOCKS)
def unknown_operator(look: Look) -> Hits:
    """An operator is an organisation of the register."""
    return _unknown(look, look.batch.operators, look.context.operators, "operators")


@rule("LAND-043", WARNS)
def unknown_place(look: Look) -> Hits:
    """A place code is in the register's gazetteer."""
    return _unknown(look, look.batch.places, look.context.places, "places")


@rule("LAND-044", BLOCKS)
def text_for_area(look: Look) -> Hits:
    """An area is a number."""
    return _unreadable(look, look.batch.stated_m2, "stated_m2")


@rule("LAND-045", BLOCKS)
def negative_area(look: Look) -> Hits:
    """An area isn't less than nothing."""
    with np.errstate(invalid="ignore"):
        at = np.flatnonzero(look.stated_m2 < 0)
    return Hits(at, {"stated_m2": look.stated_m2[at]}, column="stated_m2")


@rule("LAND-046", BLOCKS, "largest_area_m2")
def absurd_area(look: Look) -> Hits:
    """An area is one that a single record can have."""
    with np.errstate(invalid="ignore"):
        at = np.flatnonzero(look.stated_m2 > look.context.limits.largest_area_m2)
    largest = np.full(len(at), look.context.limits.largest_area_m2)
    return Hits(at, {"stated_m2": look.stated_m2[at], "largest_m2": largest}, column="stated_m2")


@rule("LAND-047", WARNS, "area_tolerance", "area_floor_m2")
def area_differs(look: Look) -> Hits:
    """The area that a record states is the area of its polygon."""
    with np.errstate(invalid="ignore"):
        absurd = look.stated_m2 > look.context.limits.largest_area_m2
    at = np.flatnonzero(_differs(look, look.stated_m2) & (_slip(look) == "") & ~absurd)
    stated, computed = look.stated_m2[at], look.area_m2[at]
    with np.errstate(divide="ignore"):
        ratio = np.where(computed > 0, stated / computed, np.nan)
    params = {"stated_m2": stated, "computed_m2": computed.round(1), "ratio": ratio.round(3)}
    return Hits(at, params, column="stated_m2")


@rule("LAND-048", WARNS, "area_tolerance", "area_floor_m2")
def area_in_another_unit(look: Look) -> Hits:
    """The area that a record states is in square metres."""
    slip = _slip(look)
    at = np.flatnonzero(slip != "")
    params = {"stated_m2": look.stated_m2[at], "computed_m2": look.area_m2[at].round(1), "unit": slip[at]}
    factor = np.array([(UNITS | OVERSTATED)[unit] for unit in slip[at]], dtype=float)
    return Hits(at, params | {"meant_m2": (look.stated_m2[at] * factor).round(1)}, column="stated_m2")


@rule("LAND-049", BLOCKS)
def unknown_kind(look: Look) -> Hits:
    """A record says what happened to the land, in a word that the register knows."""
    kinds = look.batch.kinds
    if kinds is None:
        return NONE
    return _cells(look, _given(look, "kinds"), kinds == NO_KIND, "kinds")


def _trimmed(look: Look) -> NDArray[np.object_]:
    return np.array([*(str(ref).strip() for ref in look.batch.refs), None], dtype=object)[:-1]


def _bare(ref: str) -> str:
    return ref.strip().casefold()


def _given(look: Look, column: str) -> NDArray[np.object_]:
    """The text of a column as given, trimmed; blank where the source gave no texts."""
    texts = look.batch.given.get(column)
    if texts is None:
        return np.full(len(look), "", dtype=object)
    return np.array([*("" if text is None else str(text).strip() for text in texts), None], dtype=object)[:-1]


def _cells(look: Look, values: NDArray[np.object_], mask: NDArray[np.bool_], column: str) -> Hits:
    at = np.flatnonzero(mask)
    return Hits(at, {"value": [str(value) for value in values[at]]}, column=column)


def _unreadable(look: Look, values: NDArray[np.float64] | None, column: str) -> Hits:
    """Cells with a text that gave no number."""
    if values is None:
        return NONE
    texts = _given(look, column)
    return _cells(look, texts, ~np.isfinite(values) & (texts != ""), column)


def _unknown(look: Look, codes: NDArray[np.object_] | None, known: frozenset[str] | None, column: str) -> Hits:
    if codes is None or known is None:
        return NONE
    return _cells(look, codes, ~is_among(codes, known | {""}), column)


def _days(look: Look, wrong: Callable[[NDArray[np.float64]], NDArray[np.bool_]]) -> Hits:
    on = look.batch.on
    if on is None:
        return NONE
    with np.errstate(invalid="ignore"):
        at = np.flatnonzero(wrong(on))
    return Hits(at, {"on": _iso(on[at])}, column="on")


def _iso(days: NDArray[np.float64]) -> list[str]:
    return [date.fromordinal(int(day)).isoformat() if day >= 1 else "" for day in days]


def _hazard_days(look: Look) -> dict[str, float]:
    """The earliest day of each hazard, of the file or standing, by reference."""
    since: dict[str, float] = {}
    for batch, hazards in ((look.context.standing, None), (look.batch, look.is_hazard)):
        if batch is None or batch.on is None:
            continue
        for i, (ref, on) in enumerate(zip(batch.refs, batch.on, strict=True)):
            if np.isfinite(on) and (hazards is None or hazards[i]):
                since[str(ref)] = min(float(on), since.get(str(ref), np.inf))
    return since


def _classes(look: Look, wrong: Callable[[str, str | None], bool]) -> Hits:
    """Rows with a (family, class) that is wrong; the first one of each."""
    families = look.batch.families
    if families is None or not look.context.classes:
        return NONE
    hits = {}
    for i, pairs in enumerate(families):
        found = next((pair for pair in pairs or () if wrong(*pair)), None)
        if found is not None:
            hits[i] = found
    params = {"family": [family for family, _ in hits.values()], "value": [code or "" for _, code in hits.values()]}
    return Hits(list(hits), params, column="families")


def _differs(look: Look, stated: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Stated and computed area are both known and apart by more than the tolerance."""
    limits = look.context.limits
    if not look.has_grid:
        return np.zeros(len(look), dtype=bool)
    with np.errstate(invalid="ignore"):
        margin = np.maximum(limits.area_floor_m2, limits.area_tolerance * look.area_m2)
        apart: NDArray[np.bool_] = np.abs(stated - look.area_m2) > margin
        # A polygon without area is reported as such.
        return apart & (look.stated_m2 > 0) & (look.area_m2 > 0)


def _slip(look: Look) -> NDArray[np.object_]:
    """The unit that explains a stated area; "" where none does or none is needed."""
    return look.remember("slip", lambda: _find_slip(look))


def _find_slip(look: Look) -> NDArray[np.object_]:
    slip = np.full(len(look), "", dtype=object)
    differs = _differs(look, look.stated_m2)
    for unit, factor in (UNITS | OVERSTATED).items():
        with np.errstate(invalid="ignore", divide="ignore"):
            relative = np.abs(look.stated_m2 * factor / look.area_m2 - 1)
            fits = differs & (slip == "") & (relative <= look.context.limits.area_tolerance)
        slip[fits] = unit
    return slip
