"""What the codes and names of a file say against those that the register knows. No database, no shapes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

import shapely

from clearground.kernel.findings import Finding

from .choices import Level
from .findings import found
from .names import likeness, name_key
from .rows import SECOND, Gazetteer, KnownPlace, PlaceRow, official

# Below this two spellings are two names, and the difference is worth a finding.
SAME_NAME = 0.75
# A list is held to "codes begin with the parent's code" if at least so many of its rows do.
MOSTLY = 0.9


def tidy(rows: Iterable[PlaceRow], known: Gazetteer) -> tuple[list[PlaceRow], list[Finding]]:
    """The rows without blanks around codes and names, each with a name; those without a code are findings."""
    kept: list[PlaceRow] = []
    findings: list[Finding] = []
    for row in rows:
        code, name, name_km = row.code.strip(), row.name.strip(), row.name_km.strip()
        if not code:
            findings.append(found("PLACE-012", row))
            continue
        kept.append(replace(row, code=code, name=name or name_km or name_of(code, known), name_km=name_km))
        if kept[-1].name == code:
            findings.append(found("PLACE-016", kept[-1]))
    return kept, findings


def name_of(code: str, known: Gazetteer) -> str:
    """The name that the register has for the code, else the code itself."""
    return known.places[code].name if code in known.places else code


def one_row_per_place(rows: Sequence[PlaceRow], known: Gazetteer) -> tuple[list[PlaceRow], list[Finding]]:
    """Each code once: rows of one code and name are one place; others are marked CODE~2 and so on."""
    by_code: dict[tuple[Level, str], list[PlaceRow]] = defaultdict(list)
    for row in rows:
        by_code[row.level, row.code].append(row)
    kept: list[PlaceRow] = []
    findings: list[Finding] = []
    for same in by_code.values():
        settled, problems = settle(same, known) if len(same) > 1 else (same, [])
        kept += settled
        findings += problems
    return kept, findings


def settle(same: Sequence[PlaceRow], known: Gazetteer) -> tuple[list[PlaceRow], list[Finding]]:
    """The places among rows of one code, each with a code of its own."""
    groups: dict[tuple[str, str | None], list[PlaceRow]] = defaultdict(list)
    for row in same:
        groups[name_key(row.name), row.parent_code].append(row)
    places = [joined(group) for group in groups.values()]
    findings = [found("PLACE-004", place) for place, g in zip(places, groups.values(), strict=True) if len(g) > 1]
    if len(places) == 1:
        return places, findings
    coded = with_own_codes(places, known)
    names = ", ".join(place.name for place in places)
    for place, own in zip(places, coded, strict=True):
        if own.code != place.code:
            findings.append(found("PLACE-003", place, names=names, kept_as=own.code))
    return coded, findings


def joined(group: Sequence[PlaceRow]) -> PlaceRow:
    """One row for rows of one place: the first, with the shapes of all."""
    shapes = [row.shape for row in group if row.shape is not None]
    return replace(group[0], shape=shapely.union_all(shapes) if len(shapes) > 1 else next(iter(shapes), None))


def with_own_codes(places: Sequence[PlaceRow], known: Gazetteer) -> list[PlaceRow]:
    """The places with a code each. One that the register has under a marked code keeps that code."""
    code = places[0].code
    free = [code, *(f"{code}{SECOND}{number}" for number in range(2, len(places) + 1))]
    own: dict[int, str] = {}
    for at, place in enumerate(places):
        mark = next((m for m in free if m in known.places and is_it(place, known.places[m])), None)
        if mark:
            free.remove(mark)
            own[at] = mark
    return [replace(place, code=own.get(at) or free.pop(0)) for at, place in enumerate(places)]


def is_it(row: PlaceRow, place: KnownPlace) -> bool:
    """The register's place has the row's name, and its parent where the row states one."""
    return name_key(row.name) == name_key(place.name) and row.parent_code in (None, place.parent_code)


def unknown_codes(rows: Sequence[PlaceRow], known: Gazetteer) -> list[Finding]:
    """Codes of the file that the register doesn't have, at levels of which it has any."""
    levels = {place.level for place in known.places.values()}
    return [found("PLACE-001", row) for row in rows if official(row.code) not in known.places and row.level in levels]


def vanished_codes(rows: Sequence[PlaceRow], known: Gazetteer) -> list[Finding]:
    """Places that the register has, in the provinces and at the levels of the file, without a row in it."""
    here = {(row.level, top_of(row.code, known)) for row in rows}
    codes = {row.code for row in rows}
    return [
        found("PLACE-002", code=place.code, name=place.name)
        for place in known.places.values()
        if place.code not in codes and (place.level, top_of(place.code, known)) in here
    ]


def top_of(code: str, known: Gazetteer) -> str:
    """The code of the province above a place, by its parents or its beginning; "" where neither tells."""
    place = known.places.get(code)
    while place and place.parent_code:
        code, place = place.parent_code, known.places.get(place.parent_code)
    if place and place.level == Level.PROVINCE:
        return code
    return code[: known.lengths.get(Level.PROVINCE, 0)]


def other_names(rows: Sequence[PlaceRow], known: Gazetteer) -> list[Finding]:
    """Rows that give a known code a name that is not one of its names, in either script."""
    return [
        found("PLACE-009", row, known_name=known.places[row.code].name)
        for row in rows
        if row.code in known.places and not same_name(row, known.places[row.code])
    ]


def same_name(row: PlaceRow, place: KnownPlace) -> bool:
    """The names are one but for spelling, in Latin or in Khmer."""
    given = [name_key(name) for name in (row.name, row.name_km) if name]
    names = [name_key(name) for name in (place.name, place.name_km) if name]
    return any(one == other or likeness(one, other) >= SAME_NAME for one in given for other in names)


def missing_parents(rows: Sequence[PlaceRow], known: Gazetteer, lies_in: dict[str, str]) -> list[Finding]:
    """Parents that rows state and `known` (register and file) lacks; with the places where the rows lie."""
    absent: dict[str, list[PlaceRow]] = defaultdict(list)
    for row in rows:
        parent = known.stated_parent(row)
        if parent and parent not in known.places:
            absent[parent].append(row)
    return [
        found("PLACE-008", code=parent, parent_code=parent, rows=len(part), lies_in=mostly_in(part, lies_in))
        for parent, part in absent.items()
    ]


def mostly_in(rows: Sequence[PlaceRow], lies_in: dict[str, str]) -> str:
    """The codes of the places that hold the rows, most rows first."""
    counted = Counter(lies_in[row.code] for row in rows if lies_in.get(row.code))
    return ", ".join(code for code, _count in counted.most_common(3)) or "—"


def other_beginnings(rows: Sequence[PlaceRow], known: Gazetteer) -> list[Finding]:
    """Codes that don't begin with the code of the parent, in a list where most do."""
    told = [row for row in rows if row.parent_code]
    off = [row for row in told if not row.code.startswith(official(row.parent_code or ""))]
    if not told or len(off) > (1 - MOSTLY) * len(told):
        return []
    return [found("PLACE-014", row, parent_code=row.parent_code) for row in off]
