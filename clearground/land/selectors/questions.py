"""Turns what a person asks of the ledger (days, dimensions) into what the kernel is asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from clearground.common.errors import Exit, Refused
from clearground.kernel.land.balances import Question
from clearground.places.choices import Level
from clearground.places.models import BoundaryEdition
from clearground.places.selectors import finest_level

from ..models import Approval
from ..sheets import AREA_COLUMNS, DIMENSIONS, PERIOD_DIMENSIONS, PLACE_DIMENSIONS
from .loading import Ledger

LEVELS = {"province": Level.PROVINCE, "district": Level.DISTRICT, "commune": Level.COMMUNE}
MONTHS = {"year": 12, "quarter": 3, "month": 1}
BASES = ("happened", "approved")
ITEMS = "items_"
BEGINNING = 0  # before the first day of the calendar: nothing is recorded yet


def seq_known(day: date | None) -> int:
    """The number of the last approval of that day or before it; of all, without a day; 0 where there is none."""
    rows = Approval.objects.order_by("-seq")
    if day is not None:
        rows = rows.filter(on__lte=day)
    return rows.values_list("seq", flat=True).first() or 0


def with_family(by: Sequence[str]) -> tuple[str, ...]:
    """The dimensions with the family among them: families lie on the same ground, so no row ever adds them up."""
    return tuple(by) if "family" in by else ("family", *by)


def check(by: Sequence[str], basis: str, as_of: date, since: date | None) -> None:
    """Refuses dimensions, a basis and a period that have no answer."""
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


def check_areas(boundaries: BoundaryEdition) -> None:
    """Refuses an edition of points: land lies in none of them."""
    if finest_level(boundaries) is None:
        raise Refused(
            _("The edition “%(name)s” has points only; land lies in areas.") % {"name": boundaries.name},
            _("Name an edition with communes, districts or provinces."),
        )


def approval_known(known: date | None) -> int:
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


def period_edges(since: date | None, as_of: date, by: Sequence[str], book_of: Ledger) -> list[int]:
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


def seqs_known(edges: Sequence[int], known_seq: int) -> list[int]:
    """What was known at each edge; never more than at `known_seq`."""
    days = [date.fromordinal(edge) if edge >= 1 else None for edge in edges]
    inner = [min(seq_known(day), known_seq) if day else 0 for day in days[:-1]]
    return [*inner, known_seq]


def measures_of(columns: Collection[str] | None, book_of: Ledger) -> frozenset[str] | None:
    """The kernel's names of columns of the sheet, where only some are asked for; `items` is every type."""
    if columns is None:
        return None
    types = {f"{ITEMS}{code}": f"{ITEMS}{number}" for number, code in enumerate(book_of.item_types)}
    found = {AREA_COLUMNS[name][0] for name in columns if name in AREA_COLUMNS}
    found |= {types[name] for name in columns if name in types}
    return frozenset(found | (set(types.values()) if "items" in columns else set()))


def question_of(
    edges: list[int], by: Sequence[str], book_of: Ledger, columns: Collection[str] | None = None
) -> Question:
    """The question of these dimensions and columns to the kernel; places at the finest level that is named."""
    levels = [LEVELS[name] for name in PLACE_DIMENSIONS if name in by]
    names = [name for name in by if name not in PLACE_DIMENSIONS and name not in PERIOD_DIMENSIONS]
    places, measures = len(book_of.codes.places), measures_of(columns, book_of)
    if levels:
        return Question(edges, (*names, "place"), book_of.ancestor[max(levels)], places, measures=measures)
    return Question(edges, names, None, places, measures=measures)
