"""Answers a question of one's own from the ledger and the counts, as one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from clearground.common.errors import Exit, Refused
from clearground.land import selectors as land
from clearground.land.sheets import PERIOD_DIMENSIONS, PLACE_DIMENSIONS, RECORD_DIMENSIONS

from ..choices import COUNT_WORDS
from ..periods import periods
from ..pivoting import Pivot, pivoted
from ..questions import PivotQuestion, check
from .names import LEVELS, labels_of, not_contamination

# More is no table that anybody reads, and costs memory while it is made.
MOST_CELLS = 1_500_000
MOST_APPROVED_PERIODS = 24
# Counts of hazard records, by what they rest on; the last few are kept.
_COUNTED: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
COUNTS_KEPT = 8


@land.one_reading()
def pivot(question: PivotQuestion) -> Pivot:
    """The table of a question; refused, with what to change, where it has no answer or too long a one."""
    check(question)
    where, by = dict(question.where), _by(question)
    _check_size(question, by)
    days = {"as_of": question.as_of, "known": question.known, "since": question.since}
    apart = frozenset() if "class" in where else not_contamination()
    told = [name for name in question.measures if name not in COUNT_WORDS]
    sources: list[tuple[Sequence[Mapping[str, Any]], Sequence[str]]] = []
    seq, boundaries = 0, None
    if told:
        sheet = land.sheet(**days, by=by, basis=question.basis, where=where, columns=told)
        seq, boundaries = getattr(sheet, "seq", 0), getattr(sheet, "boundaries", None)
        sources.append((_contamination(sheet.rows, question, apart), told))
    if counted := [name for name in question.measures if name in COUNT_WORDS]:
        sources.append((_contamination(_counts(question, by), question, apart), counted))
    order = {name: {code: at for at, code in enumerate(names)} for name, names in labels_of(("family", *by)).items()}
    return replace(pivoted(question, sources, order=order, apart=apart), seq=seq, boundaries=boundaries)


def _by(question: PivotQuestion) -> tuple[str, ...]:
    """The dimensions that the ledger is asked for: the class among them, so that sums leave no contamination out."""
    asked = dict.fromkeys(("family", *question.dimensions))
    if "class" not in asked and "class" not in dict(question.where) and not_contamination():
        asked["class"] = None
    return tuple(asked)


def _contamination(
    rows: Sequence[Mapping[str, Any]], question: PivotQuestion, apart: frozenset[tuple[str, str]]
) -> Sequence[Mapping[str, Any]]:
    """The rows without those of no contamination, where no class is on show to tell them apart by."""
    if "class" in question.dimensions or not apart:
        return rows
    return [row for row in rows if (row.get("family"), row.get("class")) not in apart]


def _counts(question: PivotQuestion, by: Sequence[str]) -> list[dict[str, Any]]:
    """Counts of hazard records by the dimensions, of the codes asked for."""
    where = dict(question.where)
    asked = tuple(dict.fromkeys((*by, *where)))
    key = (land.ledger().seq, question.as_of, question.known, question.since, asked)
    if key not in _COUNTED:
        while len(_COUNTED) >= COUNTS_KEPT:
            del _COUNTED[next(iter(_COUNTED))]
        days = {"as_of": question.as_of, "known": question.known, "since": question.since}
        _COUNTED[key] = land.counts(**days, by=asked).rows
    return [row for row in _COUNTED[key] if all(row[name] == code for name, code in where.items())]


def _check_size(question: PivotQuestion, by: Sequence[str]) -> None:
    """Refused before it is computed, where the answer would be larger than anybody reads."""
    length = next((name for name in by if name in PERIOD_DIMENSIONS), "")
    count = len(periods(length, question.since, question.as_of)) if length else 1
    if question.basis == "approved" and count > MOST_APPROVED_PERIODS:
        raise Refused(
            _("By approval, at most %(most)s periods are told at once; these are %(count)s.")
            % {"most": MOST_APPROVED_PERIODS, "count": count},
            _("Choose longer periods, or a later first day."),
            Exit.USAGE,
        )
    if (cells := expected_rows(by, dict(question.where)) * count) > MOST_CELLS:
        raise Refused(
            _("The answer could have %(cells)s rows, which nobody reads.") % {"cells": f"{cells:,}"},
            _("Choose one province, operator or contract, longer periods, or fewer dimensions."),
            Exit.USAGE,
        )


def expected_rows(by: Sequence[str], where: Mapping[str, str]) -> int:
    """At most so many rows a period: what the lists allow, and no more than there is work that is asked for."""
    book_of = land.ledger()
    codes = book_of.codes
    lists = {"family": codes.families, "class": codes.classes, "degree": (0, 1, 2)}
    finest = max((LEVELS[name] for name in by if name in PLACE_DIMENSIONS), default=None)
    sizes = {name: len(lists[name]) for name in by if name in lists}
    sizes |= {"place": len(np.unique(book_of.ancestor[finest]))} if finest else {}
    sizes |= {name: len(getattr(codes, f"{name}s")) for name in by if name in RECORD_DIMENSIONS}
    ground = prod(max(size, 1) for name, size in sizes.items() if name not in ("class", "degree", *where))
    inner = prod(size for name, size in sizes.items() if name in ("class", "degree"))
    return min(ground, _work(book_of, where)) * inner


def _work(book_of: Any, where: Mapping[str, str]) -> int:
    """How many lines of reports the codes asked for leave."""
    entries, smallest = book_of.entries, len(book_of.entries)
    for name in RECORD_DIMENSIONS:
        codes = getattr(book_of.codes, f"{name}s")
        if where.get(name) in codes:
            smallest = min(smallest, int((getattr(entries, name) == codes.index(where[name])).sum()))
    return max(smallest, 1)
