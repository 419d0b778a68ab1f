"""What the first page is about: the latest signed edition, its year, and the numbers of it.

Numbers are kept under the version of the ledger, so that they hold until something is approved.
They are the same for everybody who may see figures.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.kernel.land.events import Kind
from clearground.land import selectors as land
from clearground.land.models import Edition

from ..shell.selectors import signed_editions

KINDS = {"cleared": Kind.CLEAR, "reduced": Kind.REDUCE, "cancelled": Kind.CANCEL}
OTHER = ("reopened_m2", "reclassified_m2", "degree_changed_m2", "corrected_m2")
DEGREES = ("confirmed", "suspected", "not_stated")
# Mine Ban Treaty, article 7, paragraph 2: each year by 30 April, on the calendar year before.
TREATY_MONTH, TREATY_DAY = 4, 30
FOREVER = sys.maxsize


@dataclass(frozen=True, slots=True)
class Year:
    """The period that the page is about: the year of the latest edition, or of today where none is signed.

    `previous` is the edition that was signed for the evening before the period, if there is one.
    Nothing after the approval `last_seq` is known. `version` names the state of the ledger under which its
    numbers are kept.
    """

    edition: Edition | None
    previous: Edition | None
    since: date
    as_of: date
    known: date
    seq: int
    treaty_day: date
    treaty_seq: int
    last_seq: int
    today: date
    version: tuple[Any, ...]

    @property
    def is_treaty_due(self) -> bool:
        """The treaty's day has passed, so that nothing of later changes its total."""
        return self.treaty_day <= self.today

    def question(self, family: str, kind: str, left_out: Iterable[str] = ()) -> land.ReleaseQuestion:
        """What the three totals are asked."""
        silent, seqs = frozenset(left_out), (self.seq, self.treaty_seq)
        return land.ReleaseQuestion(family, KINDS[kind], self.since, self.as_of, *seqs, silent, self.last_seq)


def the_year(
    today: date,
    edition: Edition | None = None,
    *,
    days: tuple[date, date] | None = None,
    seq: int | None = None,
) -> Year:
    """The year of this edition; of a day, as known on another; else of the latest edition, else of today.

    Nothing is known of approvals after `seq`: an address that names it finds the same numbers for ever.
    """
    signed = edition or (None if days else signed_editions().select_related("signed_by").first())
    as_of, known = (signed.as_of, signed.known) if signed else days or (today, today)
    last = min(land.seq_known(None), seq or FOREVER)
    since = date(as_of.year, 1, 1)
    previous = signed_editions().filter(as_of=since - timedelta(days=1)).first() if signed else None
    seq = signed.seq if signed else min(land.seq_known(known) if days else last, last)
    treaty_day = date(as_of.year + 1, TREATY_MONTH, TREATY_DAY)
    treaty_seq, version = min(land.seq_known(min(treaty_day, today)), last), land.ledger_version()
    return Year(signed, previous, since, as_of, known, seq, treaty_day, treaty_seq, last, today, version)


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One class of land in the period, in half square centimetres.

    `opening` is the closing of the edition before, and `restated` what is known otherwise
    of that evening by now; without such an edition, the opening as known, and None. `other` is land
    that was reopened, changed its class or degree, or was corrected. The degrees are parts of the
    closing; `since_signed` is by how much that has changed since.
    """

    family: str
    hazard_class: str | None
    opening: int
    restated: int | None
    new: int
    other: int
    cancelled: int
    reduced: int
    cleared: int
    closing: int
    confirmed: int
    suspected: int
    not_stated: int
    since_signed: int

    @property
    def balances(self) -> bool:
        """Opening and all that came, less all that went, is the closing, to the last digit."""
        came = self.opening + (self.restated or 0) + self.new + self.other
        return came - self.cancelled - self.reduced - self.cleared == self.closing


def exact(area_m2: float | None) -> int:
    """The area as the books keep it: a whole number of half square centimetres."""
    return round((area_m2 or 0) * HALF_CM2_PER_M2)


def balance_rows(year: Year) -> tuple[BalanceRow, ...]:
    """The rows of the sheet of this year."""
    previous = year.previous.seq if year.previous else None
    return _balance_rows(year.version, year.since, year.as_of, year.seq, previous)


@lru_cache(maxsize=16)
def _balance_rows(
    version: tuple[Any, ...], since: date, as_of: date, seq: int, previous: int | None
) -> tuple[BalanceRow, ...]:
    rows = by_class(land.sheet(as_of=as_of, since=since, seq=seq).rows)
    now = by_class(land.sheet(as_of=as_of, since=since).rows)
    printed = closings(since - timedelta(days=1), previous) if previous else None
    keys = dict.fromkeys([*rows, *now, *(printed or ())])
    nothing: Mapping[str, Any] = {}
    return tuple(
        balance_row(
            key, rows.get(key, nothing), now.get(key, nothing), None if printed is None else printed.get(key, 0)
        )
        for key in keys
    )


def by_class(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str | None], Mapping[str, Any]]:
    """Rows of a sheet by family and class."""
    return {(row["family"], row["class"]): row for row in rows}


def closings(as_of: date, seq: int) -> dict[tuple[str, str | None], int]:
    """What lay open on a day, as known at an approval: what an edition of the two printed, to the square metre.

    Computed from the cut of today, as `land.restatement` does, so that polygons that came later and
    moved a shared corner by half a centimetre restate nothing (docs/adr/0007).
    """
    return {key: exact(row["closing_m2"]) for key, row in by_class(land.sheet(as_of=as_of, seq=seq).rows).items()}


def balance_row(
    key: tuple[str, str | None], row: Mapping[str, Any], now: Mapping[str, Any], printed: int | None
) -> BalanceRow:
    """One row, from the sheet as signed for, from today's, and from what the edition before printed."""
    opening, closing = exact(row.get("opening_m2")), exact(row.get("closing_m2"))
    return BalanceRow(
        *key,
        opening=opening if printed is None else printed,
        restated=None if printed is None else opening - printed,
        new=exact(row.get("new_m2")),
        other=sum(exact(row.get(name)) for name in OTHER),
        cancelled=exact(row.get("cancelled_m2")),
        reduced=exact(row.get("reduced_m2")),
        cleared=exact(row.get("cleared_m2")),
        closing=closing,
        **{degree: exact(row.get(f"closing_{degree}_m2")) for degree in DEGREES},
        since_signed=exact(now.get("closing_m2")) - closing,
    )


@lru_cache(maxsize=128)
def three_totals(version: tuple[Any, ...], question: land.ReleaseQuestion) -> land.ThreeTotals:
    """The three totals of the question, in this state of the ledger."""
    return land.three_totals(question)


@lru_cache(maxsize=4)
def rhythms(version: tuple[Any, ...]) -> tuple[land.Rhythm, ...]:
    """When each operator reports, and usually does, in this state of the ledger."""
    return tuple(land.reporting_rhythms())


def restated(edition: Edition, known: date | None, seq: int | None = None) -> land.Restatement:
    """What was restated after the edition, as known on the day, and of no approval after `seq`."""
    return _restated(land.ledger_version(), edition.pk, min(land.seq_known(known), seq or FOREVER))


@lru_cache(maxsize=4)
def _restated(version: tuple[Any, ...], edition: int, seq: int) -> land.Restatement:
    return land.restatement(Edition.objects.defer("statement", "policies", "code_lists").get(pk=edition), seq=seq)
