"""Answers what one figure of the sheet comes to, how it splits, and which records it is made of, with `==`.

Where no class is asked for, a figure is of contamination: classes such as B2 (no verifiable threat)
are tabulated apart, and open on their own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from clearground.common.errors import Exit, Refused
from clearground.kernel.land.balances import Book, Question, Sheet, Wanted, balance, balance_approved
from clearground.kernel.land.contributions import (
    Parts,
    Scope,
    change_parts,
    narrowed,
    parts_approved,
    parts_of,
    together,
)
from clearground.kernel.land.events import Degree
from clearground.places.choices import Level

from ..figured import NO_CODE, Asked, Contributions
from ..sheets import AREA_COLUMNS, PLACE_DIMENSIONS, RECORD_DIMENSIONS
from .loading import Ledger, ledger
from .naming import code_names
from .questions import BEGINNING, ITEMS, LEVELS, period_edges, seqs_known

# Rows of sheets that are kept tell these apart; what is asked of one of them is taken from such a sheet.
OF_LAND = ("family", "class", "degree")


def measure_of(name: str, book_of: Ledger) -> str:
    """The kernel's name of a column of the sheet; refused where the sheet has no such column."""
    if name in AREA_COLUMNS:
        return AREA_COLUMNS[name][0]
    if name.startswith(ITEMS) and name.removeprefix(ITEMS) in book_of.item_types:
        return f"{ITEMS}{book_of.item_types.index(name.removeprefix(ITEMS))}"
    raise Refused(_("The sheet has no column %(name)s.") % {"name": name}, "", Exit.USAGE)


def parts_of_figure(asked: Asked) -> Parts:
    """Every row of the books that the figure is made of."""
    book_of = ledger()
    return book_of.remembered(("parts", asked.key), lambda: _parts(asked, book_of))


def value_of(asked: Asked) -> int | None:
    """The cell of the sheet, not the sum of its parts: twice square centimetres, or a count of items.

    None where the figure does not exist: open land belongs to no operator, method, task or campaign.
    """
    book_of = ledger()
    return book_of.remembered(("value", asked.key), lambda: (_value(asked, book_of),))[0]


def contributions(asked: Asked) -> Contributions:
    """The records that the figure is made of, those that give most first; what cancels out is left out."""
    book_of = ledger()
    return book_of.remembered(("contributions", asked.key), lambda: _by_record(parts_of_figure(asked), book_of))


def restated_by(asked: Asked, before_seq: int) -> Contributions:
    """The records by which open land on the day differs between what was known at `before_seq` and now."""
    book_of = ledger()

    def found() -> Contributions:
        sides = [(asked.seq, 1), (before_seq, -1)]
        parts = [_opened(asked, book_of, seq).times(sign) for seq, sign in sides]
        return _by_record(together(parts), book_of)

    return book_of.remembered(("restated", asked.key, before_seq), found)


def drill(asked: Asked, dimension: str) -> list[tuple[str | None, int]]:
    """The figure by the codes of a dimension (or by year), in the order of the codes; what is zero is left out."""
    book_of = ledger()
    parts = parts_of_figure(asked)
    if dimension == "year":
        code = np.array([date.fromordinal(day).year for day in np.unique(parts.day)], np.int64)
        code = code[np.searchsorted(np.unique(parts.day), parts.day)] if len(parts.day) else parts.day
        return [(str(year), total) for year, total in _summed(code, parts.amount)]
    found = _summed(_codes(parts, dimension, book_of), parts.amount)
    names = code_names(dimension, np.array([code for code, _total in found], np.int64), book_of)
    return [(name, total) for name, (_code, total) in zip(names, found, strict=True)]


def narrowed_book(asked: Asked, seq: int) -> Book:
    """The books known at an approval, with what is in the figure's family, places and work alone."""
    book_of = ledger()
    scope = _scope(asked, book_of)
    if scope.family is None and scope.places is None and not scope.work:
        return book_of.book(seq)
    outer = {name: code for name, code in asked.within.items() if name not in {"class", "degree"}}
    key = ("narrowed", seq, tuple(sorted(outer.items())))
    return book_of.remembered(key, lambda: narrowed(book_of.book(seq), scope))


def edges_of(asked: Asked) -> tuple[int, int]:
    """The day before the period, and its last day."""
    return (asked.since.toordinal() - 1 if asked.since else BEGINNING, asked.as_of.toordinal())


def totals(asked: Asked, by: tuple[str, ...] = ()) -> dict[tuple[str | None, ...], dict[str, int]]:
    """Every measure of the sheet for the figure's scope, by class, degree or place; the key of no split is ()."""
    book_of = ledger()
    key = ("totals", asked.key[1:], by)
    return book_of.remembered(key, lambda: _added(_sheet(asked, by), by, asked, book_of))


def yearly(asked: Asked, by: tuple[str, ...] = ()) -> dict[tuple[str | None, ...], dict[str, int]]:
    """The same year by year, from the first to the day of the figure; the year comes last in each key."""
    book_of, everywhere = ledger(), replace(_of_all_land(asked), since=None)
    edges = period_edges(None, asked.as_of, ("year",), book_of)

    def found() -> dict[tuple[str | None, ...], dict[str, int]]:
        sheet = book_of.remembered(("years", everywhere.key[1:]), tabulated)
        return _added(sheet, by, asked, book_of, [str(date.fromordinal(edge).year) for edge in edges[1:]])

    def tabulated() -> Sheet:
        book, wanted = _book_and_part(everywhere, asked.seq)
        return balance(book, Question(edges, OF_LAND, wanted=wanted))

    return book_of.remembered(("yearly", replace(asked, since=None).key[1:], by), found)


def _of_all_land(asked: Asked) -> Asked:
    """The same figure of every family, class and degree: a page asks about several, and all are in one sheet."""
    return replace(asked, within={name: code for name, code in asked.within.items() if name not in OF_LAND})


def _added(
    sheet: Sheet, by: tuple[str, ...], asked: Asked, book_of: Ledger, years: list[str] | None = None
) -> dict[tuple[str | None, ...], dict[str, int]]:
    """The rows of a sheet that are of the figure's family, class and degree, added up by dimensions (and years)."""
    keep = np.ones(len(sheet), bool)
    for name in OF_LAND:
        keep &= _is_asked(name, sheet.codes[name], asked, book_of)
    labels = [
        code_names(name, sheet.codes["place" if name in PLACE_DIMENSIONS else name][keep], book_of) for name in by
    ]
    labels += [[years[period] for period in sheet.period[keep].tolist()]] if years else []
    columns = {name: total[keep].tolist() for name, total in sheet.sums.items()}
    found: dict[tuple[str | None, ...], dict[str, int]] = {}
    for at, key in enumerate(zip(*labels, strict=True) if labels else [()] * int(keep.sum())):
        row = found.setdefault(key, dict.fromkeys(columns, 0))
        for name, column in columns.items():
            row[name] += column[at]
    return found


def _parts(asked: Asked, book_of: Ledger) -> Parts:
    measure, (first, last) = measure_of(asked.measure, book_of), edges_of(asked)
    if asked.basis == "approved":
        before, after = (narrowed_book(asked, seq) for seq in seqs_known([first, last], asked.seq))
        parts = parts_approved(before, after, measure, first, last)
    else:
        parts = parts_of(narrowed_book(asked, asked.seq), measure, first, last)
    return parts.where(_of_state(parts, asked, book_of))


def _opened(asked: Asked, book_of: Ledger, seq: int) -> Parts:
    book = narrowed_book(asked, seq)
    parts = change_parts(book, book.moves.day <= asked.as_of.toordinal())
    return parts.where(_of_state(parts, asked, book_of))


def _value(asked: Asked, book_of: Ledger) -> int | None:
    measure = measure_of(asked.measure, book_of)
    if asked.is_stock and any(name in asked.within for name in RECORD_DIMENSIONS):
        return None
    return sum(row.get(measure, 0) for row in totals(asked).values())


def _sheet(asked: Asked, by: tuple[str, ...]) -> Sheet:
    """The balance of the figure's places and work, of all land, and by the finest place that is named."""
    book_of, everywhere = ledger(), _of_all_land(asked)
    level = max((LEVELS[name] for name in PLACE_DIMENSIONS if name in by), default=None)
    return book_of.remembered(("sheet", everywhere.key[1:], level), lambda: _balanced(everywhere, level, book_of))


def _balanced(asked: Asked, level: Level | None, book_of: Ledger) -> Sheet:
    first, last = edges_of(asked)
    names = (*OF_LAND, *(["place"] if level else []))
    seqs = seqs_known([first, last], asked.seq) if asked.basis == "approved" else [asked.seq]
    books, parts = zip(*(_book_and_part(asked, seq) for seq in seqs), strict=True)
    group, groups = (book_of.ancestor[level], len(book_of.codes.places)) if level else (None, 0)
    question = Question([first, last], names, group, groups, parts[-1])
    return balance_approved(books, question) if asked.basis == "approved" else balance(books[0], question)


def _book_and_part(asked: Asked, seq: int) -> tuple[Book, Wanted | None]:
    """The books, and the figure's places in them; of one's work alone, books of that work."""
    book_of = ledger()
    scope = _scope(asked, book_of)
    if scope.work:
        return narrowed_book(asked, seq), None
    return book_of.book(seq), None if scope.places is None else Wanted(None, None, scope.places)


def _of_state(parts: Parts, asked: Asked, book_of: Ledger) -> NDArray[np.bool_]:
    """The parts of the class and degree asked for: these are of the land, so that moves pass between them."""
    of_class = _is_asked("class", parts.hazard_class, asked, book_of)
    return of_class & _is_asked("degree", parts.degree, asked, book_of)


def _is_asked(name: str, codes: NDArray[Any], asked: Asked, book_of: Ledger) -> NDArray[np.bool_]:
    """The codes that are the one asked for; of all classes, those that are contamination."""
    if name not in asked.within:
        if name != "class":
            return np.ones(len(codes), bool)
        counts = [known.is_contamination for known in book_of.codes.classes]
        return np.array([*counts, True], bool)[np.maximum(codes, -1)]
    wanted = _code_of(name, asked, book_of)
    return np.asarray(codes == wanted if wanted >= 0 else codes < 0)


def _scope(asked: Asked, book_of: Ledger) -> Scope:
    places: NDArray[np.bool_] | None = None
    for name in PLACE_DIMENSIONS:
        if name in asked.within:
            up = np.append(book_of.ancestor[LEVELS[name]], -1)
            inside = up == _code_of(name, asked, book_of)
            places = inside if places is None else places & inside
    family = _code_of("family", asked, book_of) if "family" in asked.within else None
    work = {name: _code_of(name, asked, book_of) for name in RECORD_DIMENSIONS if name in asked.within}
    return Scope(family, places, work)


def _lists(book_of: Ledger) -> dict[str, Any]:
    codes = book_of.codes
    return {
        "family": codes.families,
        "degree": [degree.name.lower() for degree in Degree],
        **dict.fromkeys(PLACE_DIMENSIONS, codes.places),
        "operator": codes.operators,
        "method": codes.methods,
        "campaign": codes.campaigns,
        "task": codes.tasks,
    }


def _code_of(name: str, asked: Asked, book_of: Ledger) -> int:
    """The number of a code in the books; refused, where the books have no such code."""
    word = asked.within[name]
    if word == NO_CODE:
        return -1
    if name == "class":
        return _class_of(word, asked, book_of)
    known = _lists(book_of)[name]
    if word not in known:
        raise Refused(
            _("The books have no %(name)s “%(word)s”.") % {"name": name, "word": word},
            _("Follow a link of a sheet, or mend the address."),
            Exit.USAGE,
        )
    return list(known).index(word)


def _class_of(word: str, asked: Asked, book_of: Ledger) -> int:
    """A class of the family; none is land whose class nobody stated, and land of no recorded hazard."""
    family = asked.within.get("family")
    for at, known in enumerate(book_of.codes.classes):
        if known.code == word and family in (None, known.family):
            return at
    raise Refused(_("No class is called “%(word)s”.") % {"word": word}, "", Exit.USAGE)


def _codes(parts: Parts, dimension: str, book_of: Ledger) -> NDArray[np.int64]:
    if dimension in PLACE_DIMENSIONS:
        return np.append(book_of.ancestor[LEVELS[dimension]], -1)[parts.place].astype(np.int64)
    if dimension in RECORD_DIMENSIONS:
        return getattr(book_of.entries, dimension)[parts.entry].astype(np.int64)
    of = {"family": parts.family, "class": parts.hazard_class, "degree": parts.degree}[dimension]
    return np.maximum(of, -1).astype(np.int64)


def _summed(code: NDArray[np.int64], amount: NDArray[np.int64]) -> list[tuple[int, int]]:
    """The exact sum by code, rising; zeros left out."""
    codes, of = np.unique(code, return_inverse=True)
    total = np.zeros(len(codes), np.int64)
    np.add.at(total, of, amount)
    return [(at, sum_) for at, sum_ in zip(codes.tolist(), total.tolist(), strict=True) if sum_]


def _by_record(parts: Parts, book_of: Ledger) -> Contributions:
    record = book_of.entries.record[parts.entry].astype(np.int64)
    order = np.argsort(-np.abs(parts.amount), kind="stable")
    records, first, of = np.unique(record[order], return_index=True, return_inverse=True)
    total = np.zeros(len(records), np.int64)
    np.add.at(total, of, parts.amount[order])
    some = np.flatnonzero(total)
    largest = some[np.argsort(-np.abs(total[some]), kind="stable")]
    return Contributions(records[largest], total[largest], parts.entry[order][first[largest]].astype(np.int64))
