"""Gaps and restatements as files: they add up, and stay what they are: days and approvals are in their addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.land.figured import NO_CODE
from clearground.land.selectors import one_reading
from clearground.places.models import Country

from ..shell import files
from ..shell.selectors import Question, hazard_classes
from ..shell.workbooks import by_family, in_no_total, one_total
from . import bridges
from .gaps import Gap
from .restatements import Restated, record_rows

Rows = Sequence[Mapping[str, Any]]
KNOWN_LATER = {"known_later_m2": {"closing_m2": "+", "restated_m2": "+"}}


def answer(kind: str, header: dict[str, Any], rows: Rows, *, what: str, title: str, **how: Any) -> HttpResponse:
    """The file, under a name that says what it holds."""
    body, content_type = files.file_of(kind, header, rows, title=title, notes=notes(rows), **how)
    return files.attachment(body, content_type, files.file_name(header, what, kind))


def notes(rows: Rows) -> dict[str, str]:
    """What the columns of areas mean, for the page about a workbook."""
    known = {
        "change_m2": _("What the step adds to the total, or the total itself."),
        "closing_m2": _("Open land as the edition knew it."),
        "restated_m2": _("What later reports and corrections changed about the same day."),
        "known_later_m2": _("Open land of the same day as known later."),
    }
    return {column: words for column, words in known.items() if column in files.columns_of({}, rows)}


def area_m2(half_cm2: int) -> float:
    """Square metres of an exact amount of the books."""
    return half_cm2 / HALF_CM2_PER_M2


def gap_header(country: Country, gap: Gap) -> dict[str, Any]:
    """What the gap is of: its days, its edition, its approvals, and the release that is counted."""
    year = gap.year
    question = Question(as_of=year.as_of, known=year.known, since=year.since)
    return files.about(country, question, year.edition, year.last_seq) | {
        "signed_seq": year.seq,
        "treaty_seq": year.treaty_seq,
        "family": gap.asked["family"],
        "kind": gap.asked["kind"],
        "from_total": gap.way[0],
        "to_total": gap.way[1],
        "left_out": " ".join(sorted(gap.asked["without"])),
    }


def gap_name(gap: Gap, *parts: str) -> str:
    """What a file of the gap is called."""
    return "-".join(["gap", *gap.way, gap.asked["family"], gap.asked["kind"], *parts])


@one_reading()
def gap_file(country: Country, gap: Gap, kind: str, *, hxl: bool) -> HttpResponse:
    """The bridge: one total, step by step, to the other, which is the sum of the rows above it."""
    end = gap.way[1]

    def is_end(row: Mapping[str, Any]) -> bool:
        return bool(row["step"] == end)

    title, how = str(bridges.WAYS[gap.way]), {"total_of": in_no_total, "is_end": is_end, "hxl": hxl}
    return answer(kind, gap_header(country, gap), gap_rows(gap), what=gap_name(gap), title=title, **how)


def gap_rows(gap: Gap) -> list[dict[str, Any]]:
    """The rows of the bridge, from the first total to the last."""
    found, (start, end) = gap.bridge, gap.way
    rows = [
        (start, bridges.step_name(start), found.start2, gap.told.lines[start]),
        *bridges.steps_of(found),
        (end, bridges.step_name(end), found.end2, gap.told.lines[end]),
    ]
    return [
        {"step": code, "name": str(name), "change_m2": area_m2(delta2), "lines": lines}
        for code, name, delta2, lines in rows
    ]


@one_reading()
def lines_file(country: Country, gap: Gap, code: str, kind: str, *, hxl: bool) -> HttpResponse:
    """The lines of reports of a step, or of a total, which they add up to."""
    step = gap.step(code)
    rows = [
        {
            "ref": event.record.ref,
            "line": event.line,
            "operator": event.operator.code if event.operator else None,
            "on": event.on.isoformat(),
            "approved_on": approved_on.isoformat(),
            "change_m2": area_m2(area2),
        }
        for event, approved_on, area2 in bridges.events_of_step(step, 0, len(step.entry))
    ]
    header, title = gap_header(country, gap) | {"step": code}, str(bridges.step_name(code))
    return answer(kind, header, rows, what=gap_name(gap, code), title=title, total_of=one_total, hxl=hxl)


def restated_header(country: Country, restated: Restated) -> dict[str, Any]:
    """Of which edition, and up to which knowledge."""
    edition = restated.edition
    question = Question(as_of=edition.as_of, known=restated.later, since=edition.as_of)
    said = files.about(country, question, edition, restated.found.seq)
    return {name: value for name, value in said.items() if name not in {"since", "province"}} | {
        "edition_known": edition.known.isoformat(),
        "edition_seq": edition.seq,
    }


@one_reading()
def restated_file(country: Country, restated: Restated, kind: str, *, hxl: bool) -> HttpResponse:
    """By class: what the edition knew, what was restated since, and what both come to."""
    classes = hazard_classes()

    def total_of(row: Mapping[str, Any]) -> str | None:
        known = classes.get((row["family"], row["class"] or ""))
        return by_family(row) if known is None or known.is_contamination else None

    names = {"closing_m2": "closing_m2", "restated_m2": "restated_m2", "known_later_m2": "opening_m2"}
    rows = [
        {"family": row["family"], "class": row["class"], **{name: row[key] for name, key in names.items()}}
        for row in restated.found.rows
    ]
    how = {"total_of": total_of, "across": KNOWN_LATER, "hxl": hxl, "title": _("Restated")}
    return answer(kind, restated_header(country, restated), rows, what=restated_name(restated), **how)


@one_reading()
def restated_records_file(
    country: Country, restated: Restated, row: Mapping[str, Any] | None, kind: str, *, hxl: bool
) -> HttpResponse:
    """The records that restated each class, or the one that is asked for; they add up to what was restated of it."""

    def total_of(row: Mapping[str, Any]) -> str:
        return f"{row['family']} {row['class'] or NO_CODE}"

    chosen = [row] if row else [each for each in restated.found.rows if each["restated_m2"]]
    rows = [each for row in chosen for each in record_rows(restated, row, 0, len(restated.records(row)))]
    how = {"total_of": total_of, "hxl": hxl, "title": _("Restated")}
    what = restated_name(restated, "records", *([row["family"], row["class"] or NO_CODE] if row else []))
    return answer(kind, restated_header(country, restated), rows, what=what, **how)


def restated_name(restated: Restated, *parts: str) -> str:
    """What a file of the restatement is called."""
    return "-".join(["restated", f"edition{restated.edition.pk}", *parts])
