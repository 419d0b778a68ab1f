"""Correction lists: findings go to whoever can mend them, as a workbook whose return answers them.

A finding is known on the list by a key that changes with its record, so that an answer to what has
changed meanwhile is recognised as late and does nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

from clearground.common.caution import NOTE, noted
from clearground.common.errors import Refused
from clearground.places.selectors import is_invented

from . import intake, rules, selectors
from .models import FindingRecord, Import, ImportRow

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

LABELS = {
    "finding": _("finding"),
    "severity": _("severity"),
    "rule": _("rule"),
    "record": _("record"),
    "row": _("row"),
    "column": _("column"),
    "given": _("value as given"),
    "what": _("what is wrong"),
    "remedy": _("what to do"),
    "map": _("on the map"),
    "value": _("corrected value"),
    "accept": _("accept"),
    "reason": _("reason"),
    "synthetic": "synthetic",
    NOTE: NOTE,
}
ANSWERS = ("value", "accept", "reason")
WIDTHS = {"finding": 22, "given": 24, "what": 50, "remedy": 60, "value": 30, "reason": 40, NOTE: 40}
SEVERITIES = ("blocks", "warns", "informs")
ACCEPTING = frozenset({"accept", "accepted", "yes", "y", "x", "1", "true", "ok", "ទទួលយក", "យល់ព្រម", "បាទ", "ចាស"})
GEOMETRY = "geometry"
# What a sheet can hold: 32,767 characters in a cell, 65,530 links on a sheet.
LONGEST_CELL, MOST_LINKS = 32_000, 65_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operator says to one finding: a corrected value, or that it is right as it is, and why."""

    key: str
    import_id: int
    row: int | None
    column: str
    value: str
    is_accepted: bool
    reason: str


def key_of(found: FindingRecord) -> str:
    """What the finding is called on a list; another one when its record or its figures change."""
    said = json.dumps([found.cell, found.params, found.record_digest], sort_keys=True, ensure_ascii=False)
    return f"{found.of_id}-{found.row or 0}-{found.code}-{hashlib.sha256(said.encode()).hexdigest()[:8]}"


def write(found: Iterable[FindingRecord], path: Path, *, map_url: str = "") -> int:
    """The findings stand in the workbook, one a row, what blocks first, with columns for answers; says how many.

    `map_url` is the address of the register's map. Every text is written as text: a cell that
    begins with `=` stays what it is.
    """
    import xlsxwriter  # here and not above: it takes long to load, and few commands write a workbook

    findings = sorted(found, key=lambda each: (SEVERITIES.index(each.severity), each.code, each.row or 0, each.pk))
    rows, synthetic = rows_of(findings), str(is_invented()).lower()
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), safe) as book:
        sheet = book.add_worksheet("findings")
        lay_out(book, sheet, len(findings))
        for at, each in enumerate(findings, start=1):
            cells = told(each, rows.get((each.of_id, each.row)), map_url if at < MOST_LINKS else "")
            put(sheet, at, noted(cells | {"synthetic": synthetic}))
        if not findings:
            put(sheet, 1, noted({}))
    return len(findings)


def write_by_operator(of: Import, folder: Path, *, map_url: str = "") -> dict[str, int]:
    """A list per operator stands in the folder; says how many findings each has (no operator: `unassigned`)."""
    folder.mkdir(parents=True, exist_ok=True)
    by_owner: dict[str, list[FindingRecord]] = {}
    for found in selectors.open_findings(of):
        by_owner.setdefault(found.owner.code if found.owner else "unassigned", []).append(found)
    return {
        owner: write(findings, folder / f"import-{of.pk}-{file_name(owner)}.xlsx", map_url=map_url)
        for owner, findings in sorted(by_owner.items())
    }


def read_correction_list(path: Path) -> list[Answer]:
    """The answers in a list that came back, rows without one left out; refused where it is no such list."""
    reading = intake.read_file(path)
    columns = columns_of(reading.columns)
    if "finding" not in columns or not set(ANSWERS) & set(columns):
        raise Refused(
            gettext("%(name)s is no correction list.") % {"name": path.name},
            gettext("Send the list back as it came, answers filled in; its first row names the columns."),
        )
    cells = ({name: text(row.cells.get(column)) for name, column in columns.items()} for row in reading.rows)
    return [answer_of(said) for said in cells if said["finding"] and any(said.get(name) for name in ANSWERS)]


def columns_of(names: Sequence[str]) -> dict[str, str]:
    """The file's column for each of ours, by its label in any language."""
    labels: dict[str, str] = {}
    for language in rules.LANGUAGES:
        with override(language):
            labels |= {gettext(label).casefold(): name for name, label in LABELS.items()}
    return {labels[name.strip().casefold()]: name for name in names if name.strip().casefold() in labels}


def answer_of(said: Mapping[str, str]) -> Answer:
    """One row of a list that came back; the key tells import and row."""
    of, row = [*said["finding"].split("-"), "", ""][:2]
    if not (of.isdecimal() and row.isdecimal()):
        raise Refused(
            gettext("%(key)s is no finding.") % {"key": said["finding"]},
            gettext("Leave the first column of the list as it came."),
        )
    return Answer(
        key=said["finding"],
        import_id=int(of),
        row=int(row) or None,
        column=said.get("column", ""),
        value=said.get("value", ""),
        is_accepted=said.get("accept", "").casefold() in ACCEPTING,
        reason=said.get("reason", ""),
    )


def rows_of(findings: Sequence[FindingRecord]) -> dict[tuple[int, int | None], ImportRow]:
    """The rows of files that the findings are about, by import and number."""
    wanted: dict[int, set[int]] = {}
    for found in findings:
        if found.row:
            wanted.setdefault(found.of_id, set()).add(found.row)
    return {
        (of, row.number): row
        for of, numbers in wanted.items()
        for chunk in selectors.chunked(sorted(numbers))
        for row in ImportRow.objects.filter(of=of, number__in=chunk)
    }


def told(found: FindingRecord, row: ImportRow | None, map_url: str) -> dict[str, Any]:
    """The cells of one finding, by column; answers are empty."""
    words = rules.wording(selectors.finding_of(found))
    return {
        "finding": key_of(found),
        "severity": found.get_severity_display(),
        "rule": found.code,
        "record": found.ref,
        "row": found.row,
        "column": found.cell,
        "given": as_given(found, row),
        "what": words.what,
        "remedy": words.remedy,
        "map": link(found, row, map_url),
    }


def as_given(found: FindingRecord, row: ImportRow | None) -> str:
    """The value that the file gives in the finding's column."""
    if row is None:
        return ""
    if found.cell == GEOMETRY and row.shape is not None:
        wkt = str(shapely.to_wkt(row.shape, rounding_precision=7))
        return wkt if len(wkt) < LONGEST_CELL else ""
    return text(row.given.get(found.cell))


def link(found: FindingRecord, row: ImportRow | None, map_url: str) -> str:
    """Where the finding is on the map: at its own coordinates, else in the middle of its record."""
    lon, lat = found.params.get("lon"), found.params.get("lat")
    if (lon is None or lat is None) and row is not None and row.shape is not None and not row.shape.is_empty:
        west, south, east, north = row.shape.bounds
        lon, lat = (west + east) / 2, (south + north) / 2
    if not map_url or not isinstance(lon, float) or not isinstance(lat, float):
        return ""
    return f"{map_url.rstrip('/').removesuffix('/map')}/map/#16/{lat:.6f}/{lon:.6f}"


def lay_out(book: xlsxwriter.Workbook, sheet: Worksheet, count: int) -> None:
    """Headings, widths and a choice for `accept`; answers may be written in, the rest is locked by colour only."""
    head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    answer = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#FFF8DC", "num_format": "@"})
    for at, (name, label) in enumerate(LABELS.items()):
        sheet.set_column(at, at, WIDTHS.get(name, 12), answer if name in ANSWERS else wrapped)
        sheet.write_string(0, at, gettext(label), head)
    accept = list(LABELS).index("accept")
    sheet.data_validation(1, accept, max(count, 1), accept, {"validate": "list", "source": ["accept"]})
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(count, 1), len(LABELS) - 1)


def put(sheet: Worksheet, at: int, cells: Mapping[str, Any]) -> None:
    """One row of the sheet: numbers as numbers, all else as text, the link as a link."""
    for column, name in enumerate(LABELS):
        value = cells.get(name)
        if value is None or value == "":
            continue
        if name == "map":
            sheet.write_url(at, column, value, string=gettext("map"))
        elif isinstance(value, int):
            sheet.write_number(at, column, value)
        else:
            sheet.write_string(at, column, str(value)[:LONGEST_CELL])


def text(value: Any) -> str:
    """A cell as text; a whole number without its point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def file_name(code: str) -> str:
    """An organisation's code as part of a file's name."""
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in code)
