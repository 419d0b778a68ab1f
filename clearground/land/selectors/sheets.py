"""Answers what was open, and what happened to it: the balance sheet by any dimensions and dates."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _

from clearground.common.errors import Exit, Refused
from clearground.kernel.land.balances import Question, Sheet, balance, balance_approved, stocks_add_up
from clearground.places.models import BoundaryEdition
from clearground.places.selectors import current_boundaries, the_country

from ..sheets import LedgerSheet
from .as_at import balance_as_at, editions_of
from .loading import Ledger, ledger
from .naming import TRANSFERS, named_rows
from .parts import narrowed, of_class, with_parts
from .questions import approval_known, check, check_areas, period_edges, question_of, seqs_known, with_family

AS_AT: Literal["as-at"] = "as-at"


def sheet(
    *,
    as_of: date,
    known: date | None = None,
    since: date | None = None,
    by: Sequence[str] = ("family", "class"),
    basis: str = "happened",
    boundaries: BoundaryEdition | Literal["as-at"] | None = None,
    seq: int | None = None,
    where: Mapping[str, str] | None = None,
    columns: Collection[str] | None = None,
) -> LedgerSheet:
    """The balance sheet of the periods from `since` to `as_of`, as known on `known` (default: now).

    On the basis *happened* flows fall in the period in which they took place, all known at one
    approval; on *approved*, in the period in which they were approved. Places are those of one
    edition of boundaries (default: the current one), or, *as-at*, of the edition that was in force
    at each period's end. The family is always among the dimensions: families lie on the same ground
    and are never added up (see `footprint`). `where` leaves all but one code of each dimension that it
    names out; of one operator's, method's or contract's work only flows are told. `columns` leaves all
    but these columns out, and rows that have nothing in them; then nothing is checked. Refused where a
    dimension or a code is unknown, where dates are out of order, and where nothing could be known.
    """
    check(by, basis, as_of, since)
    by = with_parts(with_family(by), where or {})
    known_seq = seq if seq is not None else approval_known(known)
    book_of = ledger(_tabulated_on(boundaries, basis))
    asked = question_of(period_edges(since, as_of, by, book_of), by, book_of, columns)
    result = _balanced(book_of, question := narrowed(asked, where or {}, book_of), known_seq, basis, boundaries)
    return LedgerSheet(
        as_of,
        known,
        known_seq,
        since,
        tuple(by),
        basis,
        _edition_names(boundaries, question.edges),
        the_country().is_invented,
        of_class(named_rows(result, question, book_of, tuple(by), columns), where or {}),
        adds_up(result),
    )


def _tabulated_on(boundaries: BoundaryEdition | Literal["as-at"] | None, basis: str) -> BoundaryEdition | None:
    """The edition that is read first; refused where it has no areas, or where as-at has no meaning."""
    if boundaries == AS_AT:
        if basis != "happened":
            raise Refused(
                _("Boundaries as at each period's end are tabulated on the basis happened only."),
                _("Leave --basis out, or name one edition of boundaries."),
                Exit.USAGE,
            )
        return None
    if boundaries is not None:
        check_areas(boundaries)
    return boundaries


def _balanced(
    book_of: Ledger, question: Question, seq: int, basis: str, boundaries: BoundaryEdition | Literal["as-at"] | None
) -> Sheet:
    if boundaries == AS_AT:
        if question.wanted is not None:
            raise Refused(
                _("Boundaries as at each period's end are tabulated for the whole country only."),
                _("Name one edition of boundaries, or ask for all of the country."),
                Exit.USAGE,
            )
        return balance_as_at(question, seq)
    if basis == "happened":
        return balance(book_of.book(seq), question)
    return balance_approved([book_of.book(known) for known in seqs_known(question.edges, seq)], question)


def _edition_names(boundaries: BoundaryEdition | Literal["as-at"] | None, edges: Sequence[int]) -> str | None:
    """What the sheet says that its places are those of."""
    if boundaries == AS_AT:
        names = dict.fromkeys(edition.name for edition in editions_of(edges[1:]) if edition)
        return f"{AS_AT}: {', '.join(names)}"
    edition = boundaries or current_boundaries()
    return edition.name if edition else None


def adds_up(result: Sheet) -> bool:
    """Opening plus flows, and what other boundaries brought and took, equals closing in every row, with ==."""
    if TRANSFERS[0] not in result.sums:
        return bool(stocks_add_up(result).all())
    opening = result.sums["opening"] + result.sums[TRANSFERS[0]] - result.sums[TRANSFERS[1]]
    return bool(stocks_add_up(replace(result, sums={**result.sums, "opening": opening})).all())
