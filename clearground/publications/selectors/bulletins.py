"""What a monthly bulletin says: the month's releases, what lies open at its end, what was restated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from clearground.common.errors import Refused
from clearground.land.models import Approval, Edition
from clearground.land.selectors import one_reading

from ..periods import last_day
from ..pivoting import Pivot
from ..questions import PivotQuestion
from .names import item_words
from .pivots import pivot

RELEASED = ("cancelled_m2", "reduced_m2", "cleared_m2")
BALANCE = ("opening_m2", "new_m2", "reopened_m2", "reclassified_m2", *RELEASED, "closing_m2", "closing_confirmed_m2")
MONTHS_IN_CHART = 12
# A bulletin names its edition; what the edition printed is long, and not read.
EDITIONS = Edition.objects.defer("statement", "policies", "code_lists")


@dataclass(frozen=True, slots=True)
class Bulletin:
    """The figures of one month, as known on one day; `edition` is the signed one that the day is of."""

    first: date
    last: date
    known: date
    edition: Edition | None
    land: Pivot
    operators: Pivot
    provinces: Pivot
    items: Pivot
    items_of_year: Pivot
    trend: Pivot
    restated: dict[tuple[str, str | None], tuple[float, float]]
    known_before: date | None


def months() -> list[date]:
    """The first days of the months that a bulletin can be printed of, the latest first."""
    bounds = Approval.objects.order_by("on").values_list("on", flat=True)
    if not bounds:
        return []
    first, last = bounds[0].replace(day=1), Approval.objects.order_by("-on").values_list("on", flat=True)[0]
    found = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in range(1, 13)]
    return [month for month in reversed(found) if first <= month <= last]


def edition_for(last: date) -> Edition | None:
    """The first signed edition whose statement reaches the month's end."""
    return EDITIONS.filter(as_of__gte=last).order_by("as_of", "signed_at").first()


def known_day(last: date, edition: Edition | None) -> date:
    """The day of knowledge of a bulletin: the edition's, else that of the last approval, so that it can be repeated."""
    newest = Approval.objects.order_by("-seq").values_list("on", flat=True).first()
    if edition is not None:
        return edition.known
    if newest is None:
        raise Refused(
            _("Nothing is approved yet, so there is nothing to print."), _("Import records and approve them first.")
        )
    return max(newest, last)


@one_reading()
def bulletin(first: date, *, known: date | None = None) -> Bulletin:
    """The bulletin of the month that begins on `first`, as known on a day (default: the edition's, else now)."""
    last = last_day(first, 1)
    edition = edition_for(last) if known is None else EDITIONS.filter(known=known, as_of__gte=last).first()
    known = known or known_day(last, edition)
    asked = PivotQuestion(rows=("class",), measures=BALANCE, as_of=last, since=first, known=known)
    counted = tuple(item_words())
    year = first.replace(month=1)
    restated, known_before = _restated(asked)
    return Bulletin(
        first,
        last,
        known,
        edition,
        land=pivot(asked),
        operators=pivot(replace(asked, rows=("operator",), measures=(*RELEASED, "outside_m2", "items"))),
        provinces=pivot(replace(asked, rows=("province",), measures=(*RELEASED, "items"))),
        items=pivot(replace(asked, rows=("family",), measures=counted)),
        items_of_year=pivot(replace(asked, rows=("family",), measures=counted, since=year)),
        trend=trend(first, known),
        restated=restated,
        known_before=known_before,
    )


def trend(first: date, known: date) -> Pivot:
    """What was released in each of the twelve months that end with the one that begins on `first`."""
    since = _months_back(first, MONTHS_IN_CHART - 1)
    return pivot(PivotQuestion(rows=("month",), measures=RELEASED, as_of=last_day(first, 1), since=since, known=known))


def _months_back(first: date, months: int) -> date:
    at = first.year * 12 + first.month - 1 - months
    return date(at // 12, at % 12 + 1, 1)


def _restated(asked: PivotQuestion) -> tuple[dict[tuple[str, str | None], tuple[float, float]], date | None]:
    """By family and class: what the month before closed with as known at its end, and what it is known to be now.

    None of it where nothing was known then.
    """
    before = asked.since - timedelta(days=1)
    then = Approval.objects.filter(on__lte=before).order_by("-seq").values_list("on", flat=True).first()
    if then is None:
        return {}, None
    closing = replace(asked, measures=("closing_m2",), as_of=before, since=before)
    old, new = (_by_class(pivot(replace(closing, known=known))) for known in (before, asked.known))
    keys = dict.fromkeys([*new, *old])
    pairs = {key: (old.get(key, 0.0), new.get(key, 0.0)) for key in keys}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}, before


def _by_class(answer: Pivot) -> dict[tuple[str, str | None], float]:
    return {
        (group.family, line.codes[0]): float(line.cells[0][0])
        for group in answer.groups
        for line in group.lines
        if not line.is_apart
    }


def totals(answer: Pivot) -> dict[str, dict[str, float | int]]:
    """By family, the total of each measure down the table; zero where it has no sum."""
    return {
        group.family: {name: value or 0 for name, value in zip(answer.question.measures, group.total[0], strict=True)}
        for group in answer.groups
    }


def added(answers: Sequence[Pivot]) -> Mapping[str, int]:
    """Items by type over all families, which count things and not ground."""
    found: dict[str, int] = {}
    for answer in answers:
        for group in answer.groups:
            for line in group.lines:
                for name, value in zip(answer.question.measures, line.cells[0], strict=True):
                    found[name] = found.get(name, 0) + int(value)
    return found
