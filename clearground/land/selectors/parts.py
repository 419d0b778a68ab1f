"""Narrows a question to part of the books: one family, class, place, operator, contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from clearground.common.errors import Exit, Refused
from clearground.kernel.land.balances import Question, Wanted

from ..sheets import DIMENSIONS, PERIOD_DIMENSIONS, PLACE_DIMENSIONS, RECORD_DIMENSIONS
from .loading import Ledger
from .questions import LEVELS

# Land has its class and degree by what became of it: rows of others are left out after they are summed.
OF_LAND = ("class", "degree")


def with_parts(by: Sequence[str], where: Mapping[str, str]) -> tuple[str, ...]:
    """The dimensions with those of land that one code is asked of; refused where one can't be narrowed."""
    if wrong := [name for name in where if name not in DIMENSIONS or name in PERIOD_DIMENSIONS]:
        raise Refused(
            _("The ledger can't be narrowed to one %(names)s.") % {"names": ", ".join(wrong)},
            _("Use any of: %(known)s")
            % {"known": ", ".join(name for name in DIMENSIONS if name not in PERIOD_DIMENSIONS)},
            Exit.USAGE,
        )
    return (*by, *(name for name in OF_LAND if name in where and name not in by))


def narrowed(question: Question, where: Mapping[str, str], book_of: Ledger) -> Question:
    """The question about one code of each dimension named; refused where the books don't know the code."""
    families = places = entries = None
    for name, code in where.items():
        if name == "family":
            families = np.arange(len(book_of.codes.families)) == _position(name, code, book_of.codes.families)
        elif name in PLACE_DIMENSIONS:
            places = _both(places, _places_within(name, code, book_of))
        elif name in RECORD_DIMENSIONS:
            at = _position(name, code, getattr(book_of.codes, f"{name}s"))
            entries = _both(entries, getattr(book_of.entries, name) == at)
    if families is None and places is None and entries is None:
        return question
    return replace(question, wanted=Wanted(entries, families, places))


def of_class(rows: list[dict[str, Any]], where: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows of the class and degree asked for."""
    asked = {name: where[name] for name in OF_LAND if name in where}
    return [row for row in rows if all(row[name] == code for name, code in asked.items())] if asked else rows


def _places_within(level: str, code: str, book_of: Ledger) -> NDArray[np.bool_]:
    """By place, whether it lies in the one asked for; *no place*, which comes last, doesn't."""
    at = _position(level, code, book_of.codes.places)
    return np.append(book_of.ancestor[LEVELS[level]] == at, False)


def _both(one: NDArray[np.bool_] | None, other: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return other if one is None else one & other


def _position(dimension: str, code: str, known: Sequence[str]) -> int:
    """Where the code stands in its list."""
    if code in known:
        return known.index(code)
    raise Refused(
        _("The books know no %(dimension)s “%(code)s”.") % {"dimension": dimension, "code": code},
        _("Choose one of the list, or leave it out."),
        Exit.USAGE,
    )
