"""Answers what any figure comes to, of the sheet or of the counts, how it splits, and who its records are."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from clearground.common.errors import Exit, Refused
from clearground.kernel.land.balances import HALF_CM2_PER_M2

from ..counted import COUNT_COLUMNS, COUNT_DIMENSIONS, SHARE_COLUMNS
from ..figured import NO_CODE, Asked, Contributions
from ..models import LandEvent
from ..sheets import PLACE_DIMENSIONS
from .contributions import drill, value_of
from .counts import counts
from .loading import Ledger, ledger

BATCH = 2_000
Number = int | float | None
COLUMN_OF = {measure: column for column, (measure, _says) in COUNT_COLUMNS.items()}


def figure_value(asked: Asked) -> Number:
    """What the figure comes to, in m², in numbers, or as a share; None where it doesn't exist."""
    if not asked.is_counted:
        return printed(asked, value_of(asked))
    return counted_value(asked, counted_rows(asked))


def printed(asked: Asked, exact: int | None) -> Number:
    """An exact amount of the books as it is printed: areas in m²."""
    return exact / HALF_CM2_PER_M2 if exact is not None and asked.measure.endswith("_m2") else exact


def figure_drill(asked: Asked, dimension: str) -> list[tuple[str | None, Number]]:
    """The figure by the codes of a dimension, in their order, as it is printed."""
    if not asked.is_counted:
        return [(code, printed(asked, total)) for code, total in drill(asked, dimension)]
    rows = counted_rows(asked, dimension)
    codes = sorted({row[dimension] for row in rows}, key=lambda code: (code is None, code))
    found = [(code, counted_value(asked, [row for row in rows if row[dimension] == code])) for code in codes]
    return [(code, value) for code, value in found if value]


def counted_rows(asked: Asked, dimension: str | None = None) -> list[dict[str, Any]]:
    """Rows of counts of the figure's scope, by class and place (and by the dimension)."""
    if wrong := [name for name in asked.within if name not in COUNT_DIMENSIONS]:
        raise Refused(
            _("Counts can't be split by %(names)s.") % {"names": ", ".join(wrong)},
            _("They are of families, classes and places."),
            Exit.USAGE,
        )
    place = [name for name in PLACE_DIMENSIONS if name in {*asked.within, dimension}][-1:]
    by = ("family", "class", *place)
    above = [name for name in PLACE_DIMENSIONS if name in asked.within and name not in place]
    apart = set() if "class" in asked.within else classes_apart()
    return [
        row
        for row in counts_by(asked, (*by, *above))
        if (row["family"], row["class"]) not in apart
        and all((row[name] or NO_CODE) == code for name, code in asked.within.items())
    ]


def classes_apart() -> set[tuple[str, str | None]]:
    """Classes that are tabulated, and are no contamination."""
    return {(known.family, known.code) for known in ledger().codes.classes if not known.is_contamination}


def counts_by(asked: Asked, by: tuple[str, ...]) -> list[dict[str, Any]]:
    """The whole table of counts of the figure's days, remembered."""

    def found() -> list[dict[str, Any]]:
        return counts(as_of=asked.as_of, since=asked.since, seq=asked.seq, known=asked.known, by=by).rows

    key = ("counts", asked.as_of, asked.since, asked.seq, by)
    return ledger().remembered(key, found)


def counted_value(asked: Asked, rows: list[dict[str, Any]]) -> Number:
    """The sum of a count over rows, exact; a share is the quotient of two sums."""
    if asked.measure in SHARE_COLUMNS:
        part, whole = (_total(COLUMN_OF[name], rows) for name in SHARE_COLUMNS[asked.measure][:2])
        return part / whole if whole else None
    total = _total(asked.measure, rows)
    return total / HALF_CM2_PER_M2 if asked.measure.endswith("_m2") else total


def _total(column: str, rows: list[dict[str, Any]]) -> int:
    unit = HALF_CM2_PER_M2 if column.endswith("_m2") else 1
    return sum(round(row[column] * unit) for row in rows)


def record_rows(asked: Asked, found: Contributions, start: int, stop: int) -> list[dict[str, Any]]:
    """The records from one place to another of a figure's list, with what each gives and its largest line."""
    ids = ledger().entry_event[found.entry[start:stop]].tolist()
    known = _events(ids)
    return [
        {
            "ref": known[pk].record.ref,
            "event": known[pk].get_kind_display() if known[pk].kind is not None else "",
            "on": known[pk].on,
            "place": known[pk].place,
            "operator": known[pk].operator,
            "amount": printed(asked, amount),
        }
        for pk, amount in zip(ids, found.amount[start:stop].tolist(), strict=True)
    ]


def _events(ids: list[int]) -> dict[int, LandEvent]:
    """Lines of records by id, without their shapes."""
    rows = LandEvent.objects.select_related("record", "place", "operator").defer("shape", "given_shape", "note")
    known: dict[int, LandEvent] = {}
    for start in range(0, len(ids), BATCH):
        known |= {event.pk: event for event in rows.filter(pk__in=ids[start : start + BATCH])}
    return known


def inputs_of(asked: Asked) -> dict[str, int]:
    """How much of the books stood when the figure was reckoned: lines of records, pieces of land, approvals."""
    book_of: Ledger = ledger()

    def found() -> dict[str, int]:
        stands = book_of.entries.stand_at(asked.seq)
        records = len(np.unique(book_of.entries.record[stands]))
        return {"records": records, "lines": int(stands.sum()), "faces": len(book_of.faces), "seq": asked.seq}

    return book_of.remembered(("inputs", asked.seq), found)
