"""Answers what was open, and what happened to it: the balance sheet by any dimensions and dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from clearground.common.errors import Exit, Refused
from clearground.kernel.land.balances import HALF_CM2_PER_M2, Question, Sheet, balance, balance_approved, stocks_add_up
from clearground.kernel.land.events import Degree
from clearground.places.choices import Level
from clearground.places.models import BoundaryEdition
from clearground.places.selectors import current_boundaries, the_country

from ..models import Approval
from ..sheets import AREA_COLUMNS, DIMENSIONS, PERIOD_DIMENSIONS, PLACE_DIMENSIONS, STOCK_COLUMNS, LedgerSheet
from .loading import Ledger, ledger

LEVELS = {"province": Level.PROVINCE, "district": Level.DISTRICT, "commune": Level.COMMUNE}
MONTHS = {"year": 12, "quarter": 3, "month": 1}
BASES = ("happened", "approved")
BEGINNING = 0  # before the first day of the calendar: nothing is recorded yet


def seq_known(day: date | None) -> int:
    """The number of the last approval of that day or before it; of all, without a day; 0 where there is none."""
    rows = Approval.objects.order_by("-seq")
    if day is not None:
        rows = rows.filter(on__lte=day)
    return rows.values_list("seq", flat=True).first() or 0


def sheet(
    *,
    as_of: date,
    known: date | None = None,
    since: date | None = None,
    by: Sequence[str] = ("family", "class"),
    basis: str = "happened",
    boundaries: BoundaryEdition | None = None,
    seq: int | None = None,
) -> LedgerSheet:
    """The balance sheet of the periods from `since` to `as_of`, as known on `known` (default: now).

    On the basis *happened* flows fall in the period in which they took place, all known at one
    approval; on *approved*, in the period in which they were approved. Refused where a dimension is
    unknown, where dates are out of order, and where nothing could be known on the day asked for.
    """
    _check(by, basis, as_of, since)
    known_seq = seq if seq is not None else _known_seq(known)
    book_of = ledger(boundaries)
    edges = _edges(since, as_of, by, book_of)
    question = _question(edges, by, book_of)
    if basis == "happened":
        result = balance(book_of.book(known_seq), question)
    else:
        result = balance_approved([book_of.book(s) for s in _seqs(edges, known_seq)], question)
    return _named(result, question, book_of, as_of, known, known_seq, since, tuple(by), basis, boundaries)


def _check(by: Sequence[str], basis: str, as_of: date, since: date | None) -> None:
    if unknown := [name for name in by if name not in DIMENSIONS]:
        raise Refused(
            _("The ledger has no dimension %(names)s.") % {"names": ", ".join(unknown)},
            _("Use any of: %(known)s") % {"known": ", ".join(DIMENSIONS)},
            Exit.USAGE,
        )
    if basis not in BASES:
        raise Refused(
            _("There is no basis “%(basis)s”.") % {"basis": basis}, _("Use happened or approved."), Exit.USAGE
        )
    if since is not None and since > as_of:
        raise Refused(
            _("The period begins on %(since)s, after it ends on %(as_of)s.") % {"since": since, "as_of": as_of},
            _("Give an earlier --from or a later --as-of."),
            Exit.USAGE,
        )


def _known_seq(known: date | None) -> int:
    """The approval that a day of knowledge means; refused before the first, for nothing was known."""
    seq = seq_known(known)
    first = Approval.objects.order_by("seq").first()
    if known is not None and not seq and first is not None:
        raise Refused(
            _("Nothing was known on %(known)s: the first approval was on %(first)s.")
            % {"known": known, "first": first.on},
            _("Ask for what was known on %(first)s or later.") % {"first": first.on},
        )
    return seq


def _edges(since: date | None, as_of: date, by: Sequence[str], book_of: Ledger) -> list[int]:
    """The days on which periods end, the day before the first period included."""
    steps = [MONTHS[name] for name in by if name in PERIOD_DIMENSIONS]
    earliest = int(book_of.entries.on.min(initial=as_of.toordinal()))
    if not steps:
        return [since.toordinal() - 1 if since else BEGINNING, as_of.toordinal()]
    start = since or date.fromordinal(min(earliest, as_of.toordinal()))
    months, edges = min(steps), [start.toordinal() - 1]
    end = _period_end(start, months)
    while end < as_of:
        edges.append(end.toordinal())
        end = _period_end(end + timedelta(days=1), months)
    return [*edges, as_of.toordinal()]


def _period_end(day: date, months: int) -> date:
    """The last day of the calendar period of so many months that holds `day`."""
    first_month = (day.month - 1) // months * months + 1
    following = first_month + months
    year, month = (day.year + 1, following - 12) if following > 12 else (day.year, following)
    return date(year, month, 1) - timedelta(days=1)


def _seqs(edges: Sequence[int], known_seq: int) -> list[int]:
    """What was known at each edge; never more than at `known_seq`."""
    days = [date.fromordinal(edge) if edge >= 1 else None for edge in edges]
    inner = [min(seq_known(day), known_seq) if day else 0 for day in days[:-1]]
    return [*inner, known_seq]


def _question(edges: list[int], by: Sequence[str], book_of: Ledger) -> Question:
    levels = [LEVELS[name] for name in PLACE_DIMENSIONS if name in by]
    names = [name for name in by if name not in PLACE_DIMENSIONS and name not in PERIOD_DIMENSIONS]
    places = len(book_of.codes.places)
    if levels:
        return Question(edges, (*names, "place"), book_of.ancestor[max(levels)], places)
    return Question(edges, names, None, places)


def _named(
    result: Sheet,
    question: Question,
    book_of: Ledger,
    as_of: date,
    known: date | None,
    seq: int,
    since: date | None,
    by: tuple[str, ...],
    basis: str,
    boundaries: BoundaryEdition | None,
) -> LedgerSheet:
    edition = boundaries or current_boundaries()
    labels = _labels(result, question, book_of, by)
    columns = _columns(result, book_of, question)
    names = [*labels, *columns]
    rows = [dict(zip(names, values, strict=True)) for values in zip(*labels.values(), *columns.values(), strict=True)]
    return LedgerSheet(
        as_of,
        known,
        seq,
        since,
        by,
        basis,
        edition.name if edition else None,
        the_country().is_invented,
        rows,
        bool(stocks_add_up(result).all()),
    )


def _labels(result: Sheet, question: Question, book_of: Ledger, by: tuple[str, ...]) -> dict[str, list[Any]]:
    """Dates of the period and the code of each dimension, row by row."""
    edges = question.edges
    starts = [date.fromordinal(edge + 1) if edge > BEGINNING else None for edge in edges[:-1]]
    ends = [date.fromordinal(edge) for edge in edges[1:]]
    labels: dict[str, list[Any]] = {
        "from": [starts[p] for p in result.period.tolist()],
        "to": [ends[p] for p in result.period.tolist()],
    }
    return labels | {name: _label(name, result, question, book_of, ends) for name in by}


def _label(name: str, result: Sheet, question: Question, book_of: Ledger, ends: list[date]) -> list[Any]:
    if name in PERIOD_DIMENSIONS:
        return [_period_name(name, ends[p]) for p in result.period.tolist()]
    codes = book_of.codes
    if name in PLACE_DIMENSIONS:
        at = result.codes["place"]
        up = book_of.ancestor[LEVELS[name]]
        return [_code(codes.places, int(up[p]) if p >= 0 else -1) for p in at.tolist()]
    lists: dict[str, Sequence[str]] = {
        "family": codes.families,
        "class": [c.code for c in codes.classes],
        "degree": [degree.name.lower() for degree in Degree],
        "operator": codes.operators,
        "method": codes.methods,
        "campaign": codes.campaigns,
        "task": codes.tasks,
    }
    return [_code(lists[name], at) for at in result.codes[name].tolist()]


def _code(codes: Sequence[str], at: int) -> str | None:
    return codes[at] if at >= 0 else None


def _period_name(name: str, end: date) -> str:
    if name == "year":
        return f"{end.year}"
    return f"{end.year}-Q{(end.month + 2) // 3}" if name == "quarter" else f"{end.year}-{end.month:02}"


def _columns(result: Sheet, book_of: Ledger, question: Question) -> dict[str, list[Any]]:
    """The areas in m² and the counts of items, column by column."""
    stocks = "closing" in result.sums
    none: list[Any] = [None] * len(result)
    columns: dict[str, list[Any]] = {}
    for name, (measure, _meaning) in AREA_COLUMNS.items():
        total = result.sums.get(measure)
        columns[name] = none if total is None or (name in STOCK_COLUMNS and not stocks) else _m2(total)
    for number, code in enumerate(book_of.item_types):
        count = result.sums.get(f"items_{number}")
        columns[f"items_{code}"] = [0] * len(result) if count is None else count.tolist()
    return columns


def _m2(total: NDArray[np.int64]) -> list[float]:
    return (total / HALF_CM2_PER_M2).tolist()
