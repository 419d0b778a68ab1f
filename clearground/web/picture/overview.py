"""What the national picture is drawn from: each table by name, of one family, in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy

from clearground.land.figured import Asked
from clearground.land.models import Edition
from clearground.land.selectors import contributions as made
from clearground.land.selectors import figures as land
from clearground.land.sheets import PLACE_DIMENSIONS

from ..shell import selectors
from ..shell.selectors import Question
from . import tables
from .figures import printed_m2

Rows = list[dict[str, Any]]
DEGREES = ("confirmed", "suspected", "not_stated")
RELEASES = ("cancelled", "reduced", "cleared")
# What the law has besides: in one column where there is no room for four.
OTHERS = ("reopened", "reclassified", "degree_changed", "corrected")
STEPS = ("opening", "new", *OTHERS, *RELEASES, "closing")
PLACE_COLUMNS = ("opening", "new", "other", *RELEASES, "closing")
SHARES = ("no_item_share", "few_items_share", "more_items_share", "items_not_reported_share")
ACCURACY = ("later_cancelled_share", "items_outside_share")
COUNTED = ("hazards", "hazards_partly_released", "hazards_fully_released", "confirmed_areas")


def family_of(said: Mapping[str, str]) -> str:
    """The family on screen: the one that is asked for, else the first of the books."""
    families = selectors.families()
    word = said.get("family", "")
    return word if word in families else next(iter(families), "")


def asked_of(question: Question, family: str, seq: int) -> Asked:
    """The figure that the picture is about: what is open of a family in a place."""
    within = {"family": family, **question.within}
    return Asked("closing_m2", question.as_of, question.since, question.known, seq, within=within)


def by_year(asked: Asked, dimension: str | None, measures: Sequence[str]) -> Rows:
    """Measures year by year, by one dimension or none, in m²."""
    found = made.yearly(asked, (dimension,) if dimension else ())
    rows = []
    for key in sorted(found, key=lambda key: (key[-1], str(key[0]))):
        said = {dimension: key[0]} if dimension else {}
        amounts = {f"{name}_m2": printed_m2(found[key][name]) for name in measures}
        if any(amounts.values()):
            rows.append({"year": int(key[-1] or 0), **said, **amounts})
    return rows


def open_by_degree(asked: Asked, _said: Mapping[str, str]) -> Rows:
    """Open land at the end of each year, by degree."""
    return by_year(asked, "degree", ["closing"])


def open_by_class(asked: Asked, _said: Mapping[str, str]) -> Rows:
    """Open land at the end of each year, by class."""
    return by_year(asked, "class", ["closing"])


def released(asked: Asked, _said: Mapping[str, str]) -> Rows:
    """Land released in each year, by kind."""
    return by_year(asked, None, RELEASES)


def steps_of(asked: Asked) -> Rows:
    """From the opening to the closing, step by step, with the sign that each has in the law."""
    found = made.totals(asked).get((), {})
    return [
        {"step": name, "change_m2": printed_m2(-found.get(name, 0) if name in RELEASES else found.get(name, 0))}
        for name in STEPS
        if found.get(name) or name in {"opening", "closing", *RELEASES, "new"}
    ]


def waterfall(asked: Asked, _said: Mapping[str, str]) -> Rows:
    """The steps of the period."""
    return steps_of(asked)


def of_last_month(asked: Asked) -> Asked:
    """The same place by what was approved in the month up to the day."""
    day = asked.as_of + timedelta(days=1)
    year, month = (day.year - 1, 12) if day.month == 1 else (day.year, day.month - 1)
    since = date(year, month, min(day.day, 28))
    return replace(asked, since=since, basis="approved")


def last_month(asked: Asked, _said: Mapping[str, str]) -> Rows:
    """The steps of the month, by the day of approval: what was known at its start, what came, what is known now."""
    return steps_of(of_last_month(asked))


def edition_against(asked: Asked, said: Mapping[str, str]) -> Edition | None:
    """The signed edition to compare with: the one asked for, else the latest that was signed on less knowledge."""
    signed = selectors.signed_editions()
    word = said.get("against", "")
    chosen = signed.filter(pk=int(word)).first() if word.isdigit() and len(word) < 10 else None
    return chosen or signed.filter(seq__lt=asked.seq).first()


def restated(asked: Asked, said: Mapping[str, str]) -> Rows:
    """By class: the closing of another edition, what was restated since, and what that closing is known to be now."""
    edition = edition_against(asked, said)
    if edition is None:
        return []
    there = replace(asked, as_of=edition.as_of, since=None)
    now, then = (made.totals(replace(there, seq=seq), ("class",)) for seq in (asked.seq, edition.seq))
    rows = []
    for (code,) in sorted({*now, *then}, key=str):
        before, after = (side.get((code,), {}).get("closing", 0) for side in (then, now))
        if before or after:
            amounts = {"edition_closing": before, "restated": after - before, "known_now": after}
            rows.append({"class": code, **{f"{name}_m2": printed_m2(amount) for name, amount in amounts.items()}})
    return rows


def causes_of(asked: Asked, edition: Edition) -> tuple[Asked, made.Contributions]:
    """The records by which the edition's closing is another one now."""
    there = replace(asked, as_of=edition.as_of, since=None, measure="closing_m2")
    return there, made.restated_by(there, edition.seq)


def restated_records(asked: Asked, said: Mapping[str, str]) -> Rows:
    """Every record that restated the edition, largest first; they add up to what was restated."""
    edition = edition_against(asked, said)
    if edition is None:
        return []
    there, found = causes_of(asked, edition)
    return [cause_row(row) for row in land.record_rows(there, found, 0, len(found))]


def cause_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """One record that restated an edition, as codes."""
    place = row["place"].code if row["place"] else None
    said = {"ref": row["ref"], "event": str(row["event"]), "on": row["on"].isoformat(), "place": place}
    return said | {"restated_m2": row["amount"]}


def items(asked: Asked, _said: Mapping[str, str]) -> Rows:
    """Items found and destroyed in the period, by type, by work on all families."""
    everywhere = replace(asked, within={name: code for name, code in asked.within.items() if name != "family"})
    rows = []
    for code in selectors.item_names():
        count = made.value_of(replace(everywhere, measure=f"items_{code}"))
        if count:
            rows.append({"item": code, "count": count})
    return sorted(rows, key=lambda row: -row["count"])


def quality(asked: Asked, _said: Mapping[str, str]) -> Rows:
    """Yield of clearance and accuracy of survey in the period, and the hazard records that stand."""
    names = [*SHARES, *ACCURACY, *COUNTED]
    rows = land.counted_rows(replace(asked, measure="hazards"))
    return [{"measure": name, "value": land.counted_value(replace(asked, measure=name), rows)} for name in names]


def next_level(asked: Asked) -> str | None:
    """The level of places below the one on screen."""
    named = [at for at, level in enumerate(PLACE_DIMENSIONS) if level in asked.within]
    below = PLACE_DIMENSIONS[max(named, default=-1) + 1 :]
    return below[0] if below else None


def places(asked: Asked, _said: Mapping[str, str]) -> Rows:
    """The sheet by the places of the next level."""
    level = next_level(asked)
    if level is None:
        return []
    found = made.totals(asked, (level,))
    rows = []
    for (code,), row in sorted(found.items(), key=lambda each: (each[0][0] is None, each[0][0])):
        known = {**row, "other": sum(row.get(name, 0) for name in OTHERS)}
        amounts = {f"{name}_m2": printed_m2(known[name]) for name in PLACE_COLUMNS}
        if any(amounts.values()):
            rows.append({level: code, **amounts})
    return rows


TABLES: dict[str, Callable[[Asked, Mapping[str, str]], Rows]] = {
    "open-by-degree": open_by_degree,
    "open-by-class": open_by_class,
    "released": released,
    "waterfall": waterfall,
    "last-month": last_month,
    "restated": restated,
    "restated-records": restated_records,
    "items": items,
    "quality": quality,
    "places": places,
}
TITLES = {
    "open-by-degree": gettext_lazy("Open land by degree"),
    "open-by-class": gettext_lazy("Open land by class"),
    "released": gettext_lazy("Land released by kind"),
    "waterfall": gettext_lazy("From opening to closing"),
    "last-month": gettext_lazy("What the last month changed"),
    "restated": gettext_lazy("Restated since the edition"),
    "restated-records": gettext_lazy("Records that restated it"),
    "items": gettext_lazy("Items found and destroyed"),
    "quality": gettext_lazy("Yield and survey accuracy"),
    "places": gettext_lazy("By place"),
}
ADDS_UP = {"restated", "restated-records", "items", "places"}
# Tables whose last row is the sum of the others, and columns that are reckoned from others of their row.
ENDS = {"waterfall", "last-month"}
ACROSS = {
    "places": {
        "closing_m2": {f"{name}_m2": "-" if name in RELEASES else "+" for name in PLACE_COLUMNS if name != "closing"}
    },
    "restated": {"known_now_m2": {"edition_closing_m2": "+", "restated_m2": "+"}},
}
NAMES_RECORDS = {"restated-records"}


def has_contamination(question: Question, seq: int) -> list[tuple[str, str]]:
    """The families of which anything was ever recorded in the place, by code and name."""
    found = []
    for code, name in selectors.families().items():
        row = made.totals(asked_of(question, code, seq)).get((), {})
        if any(row.get(name) for name in ("opening", "closing", "new", *RELEASES)):
            found.append((code, name))
    return found


def headline(asked: Asked) -> tables.Fact:
    """What a reader should take away, of the family on screen."""
    row = {f"{name}_m2": printed_m2(total) for name, total in made.totals(asked).get((), {}).items()}
    columns = {column: row.get(column, 0.0) for column in tables.SUMMED}
    return tables.fact_of(columns, selectors.families().get(asked.within["family"], ""))
