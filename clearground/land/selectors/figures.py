"""Answers what any figure comes to, of the sheet or of the counts, how it splits, and who its records are."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from clearground.common.errors import Exit, Refused
from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.kernel.land.counts import Hazards, kinds_of

from ..counted import COUNT_COLUMNS, COUNT_DIMENSIONS, SHARE_COLUMNS
from ..figured import NO_CODE, Asked, Contributions
from ..models import LandEvent
from ..sheets import PLACE_DIMENSIONS
from .contributions import contributions, drill, value_of
from .counts import counts, standing_hazards
from .loading import Ledger, ledger
from .naming import code_names

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


def records_behind(asked: Asked) -> Contributions | None:
    """The records that a figure is made of, those that give most first; None for a figure that names none."""
    if not asked.is_counted:
        return contributions(asked)
    if not asked.measure.startswith(("hazards", "confirmed_areas")):
        return None
    return ledger().remembered(("hazard records", asked.key), lambda: _hazard_records(asked))


def _hazard_records(asked: Asked) -> Contributions:
    """The hazard records that a count is made of, one each."""
    book_of = ledger()
    level = next((name for name in reversed(PLACE_DIMENSIONS) if name in asked.within), None)
    h = standing_hazards(as_of=asked.as_of, seq=asked.seq, level=level)
    chosen = kinds_of(h)[asked.measure] & _is_within(asked, h, level)
    stands = book_of.entries.stand_at(asked.seq) & (book_of.entries.on <= asked.as_of.toordinal())
    entries = np.flatnonzero(stands)
    records, first = np.unique(book_of.entries.record[entries], return_index=True)
    entry = entries[first[np.searchsorted(records, h.record[chosen])]]
    return Contributions(h.record[chosen], np.ones(int(chosen.sum()), np.int64), entry)


def _is_within(asked: Asked, h: Hazards, level: str | None) -> NDArray[np.bool_]:
    """The hazards of the figure's family, class and place; of all classes, those that are contamination."""
    book_of, keep = ledger(), np.ones(len(h.record), bool)
    for name, codes in (("family", h.family), ("class", h.hazard_class), (level, h.place)):
        if name in asked.within:
            said = code_names(name, codes, book_of)
            keep &= np.array([(code or NO_CODE) == asked.within[name] for code in said], bool)
    if "class" not in asked.within:
        counts_as = np.array([known.is_contamination for known in book_of.codes.classes] + [True], bool)
        keep &= counts_as[np.maximum(h.hazard_class, -1)]
    return keep


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
