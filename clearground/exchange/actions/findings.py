"""What people answer to findings: accepted with a reason, or the value put right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import PurePath
from typing import Any

import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from clearground.accounts.models import Person
from clearground.audit.actions import Kind, record
from clearground.common.errors import Refused
from clearground.common.locks import hold_until_commit
from clearground.kernel.land.checks import RULES, from_wkt
from clearground.land.lines import Line

from .. import intake, mapping, rules, selectors
from ..choices import FindingState, ImportState, SeverityChoice
from ..corrections import GEOMETRY, Answer, key_of, text
from ..intake import ReadRow
from ..models import FindingRecord, Import, ImportRow
from ..reading import RawRow
from .correcting import correct_record
from .rejudging import rejudge
from .staging import stored_reading

# Findings of these rules were made while cells were understood; they are made again with new cells.
UNDERSTANDING = "EXCH-040"


@dataclass
class Outcome:
    """What became of the answers: findings accepted, rows corrected, answers too late, answers that can't be."""

    accepted: int = 0
    corrected_rows: int = 0
    late: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def rule_finding(*, finding: FindingRecord, state: Any, by: Person, reason: str) -> FindingRecord:
    """The finding is accepted (silent until its record changes), fixed, or open again, for a reason."""
    if why_not := objection(finding, state, reason):
        raise Refused(why_not, _("A finding that blocks is mended; any other ruling has a reason."))
    before = finding.state
    FindingRecord.objects.filter(pk=finding.pk).update(state=state, reason=reason)
    finding.state, finding.reason = state, reason
    detail = {"key": key_of(finding), "code": finding.code, "ref": finding.ref, "before": before, "after": str(state)}
    record(Kind.FINDING_RULED, subject=f"import:{finding.of_id}", by=by, reason=reason, detail=detail)
    return finding


def objection(finding: FindingRecord, state: Any, reason: str) -> str:
    """Why the finding can't be ruled so; nothing where it can."""
    if not reason.strip():
        return _("A ruling has a reason.")
    if state == FindingState.ACCEPTED and finding.severity == SeverityChoice.BLOCKS:
        return _("%(code)s blocks its record and can't be accepted.") % {"code": finding.code}
    return ""


@transaction.atomic
def answer_findings(*, answers: Sequence[Answer], on: date, by: Person, reason: str) -> Outcome:
    """The answers of a correction list count: findings accepted, rows corrected and checked again.

    A row of a pending import has a new version; a record that was approved already is corrected
    by an approval of day `on`. An answer to a finding that has changed meanwhile does nothing.
    """
    hold_until_commit("exchange.import")
    outcome = Outcome()
    for import_id in sorted({answer.import_id for answer in answers}):
        of = selectors.import_by_id(import_id)
        standing = {key_of(found): found for found in of.findings.filter(state=FindingState.OPEN)}
        meant = [answer for answer in answers if answer.import_id == import_id]
        outcome.late += [answer.key for answer in meant if answer.key not in standing]
        timely = [(answer, standing[answer.key]) for answer in meant if answer.key in standing]
        accept(timely, outcome)
        correct(of, timely, outcome, on=on, by=by, reason=reason)
        told = {"accepted": outcome.accepted, "corrected_rows": outcome.corrected_rows, "late": outcome.late[:1000]}
        record(Kind.FINDING_RULED, subject=f"import:{import_id}", by=by, reason=reason, detail=told)
    return outcome


@transaction.atomic
def change_row(*, import_id: int, number: int, values: Mapping[str, str], by: Person, reason: str) -> ImportRow:
    """The pending row says what `values` say of its cells, and the whole import is judged again.

    As an answer in a correction list, but for any cell; refused where nothing would change.
    """
    hold_until_commit("exchange.import")
    of = selectors.import_by_id(import_id)
    row = of.rows.filter(number=number).first()
    if row is None or of.state != ImportState.PENDING:
        raise Refused(
            _("Row %(row)d of import %(number)d is not waiting for approval.") % {"row": number, "number": import_id},
            _("What counts already is corrected in the register, or by a new file."),
        )
    if not reason.strip():
        raise Refused(_("A change has a reason."), _("Say why, or where the right value comes from."))
    changed = {cell: value for cell, value in values.items() if as_given(row, cell) != value.strip()}
    if not changed:
        raise Refused(_("The row says that already."), _("Change at least one cell."))
    told = {cell: [as_given(row, cell)[:200], value[:200]] for cell, value in changed.items()}
    renew_rows(of=of, versions={number: corrected_row(of, row, changed)})
    detail = {"corrected_rows": 1, "row": number, "ref": row.ref, "cells": told}
    record(Kind.FINDING_RULED, subject=f"import:{import_id}", by=by, reason=reason, detail=detail)
    return of.rows.get(number=number)


def as_given(row: ImportRow, cell: str) -> str:
    """The cell as a person reads it; the geometry as WKT."""
    if cell == GEOMETRY:
        return "" if row.shape is None else str(shapely.to_wkt(row.shape, rounding_precision=7))
    return text(row.given.get(cell))


def accept(timely: Sequence[tuple[Answer, FindingRecord]], outcome: Outcome) -> None:
    """Accepted findings are so, each for its own reason."""
    for answer, found in timely:
        if not answer.is_accepted or answer.value:
            continue
        if why_not := objection(found, FindingState.ACCEPTED, answer.reason):
            outcome.refused[answer.key] = why_not
            continue
        FindingRecord.objects.filter(pk=found.pk).update(state=FindingState.ACCEPTED, reason=answer.reason)
        outcome.accepted += 1


def correct(
    of: Import, timely: Sequence[tuple[Answer, FindingRecord]], outcome: Outcome, *, on: date, by: Person, reason: str
) -> None:
    """Rows with corrected values have new versions."""
    values: dict[int, dict[str, str]] = {}
    for answer, found in timely:
        if answer.value and found.row:
            values.setdefault(found.row, {})[found.cell] = answer.value
    versions = {}
    for row in of.rows.filter(number__in=sorted(values)):
        try:
            versions[row.number] = corrected_row(of, row, values[row.number])
        except Refused as refusal:
            outcome.refused |= {answer.key: refusal.what for answer, found in timely if found.row == row.number}
    if of.state == ImportState.PENDING and versions:
        renew_rows(of=of, versions=versions)
        outcome.corrected_rows += len(versions)
    elif of.state == ImportState.APPROVED:
        for number, version in versions.items():
            keys = [answer.key for answer, found in timely if found.row == number and answer.value]
            correct_approved(of, version, keys, outcome, on=on, by=by, reason=reason)


def corrected_row(of: Import, row: ImportRow, values: Mapping[str, str]) -> ReadRow:
    """The row as it reads with the values put in; refused where the file has no such column."""
    before = selectors.read_row(row)
    cells = {**row.given, **{cell: value for cell, value in values.items() if cell != GEOMETRY}}
    if unknown := sorted(set(cells) - set(row.given)):
        raise Refused(_("The file has no column %(name)s.") % {"name": unknown[0]}, _("Correct it in the source."))
    read_before = of.findings.filter(row=row.number, code__in=of_reading()).exclude(state=FindingState.FIXED)
    raw = RawRow(
        number=row.number,
        cells=cells,
        shape=row.shape,
        given_shape=before.said.get("given_shape") or "",
        given_crs=before.said.get("given_crs") or "",
        findings=tuple(map(selectors.finding_of, read_before)),
    )
    trouble = before.trouble
    if GEOMETRY in values:
        raw, trouble = with_shape(raw, values[GEOMETRY])
    understood = next(mapping.mapped([raw], mapping_of(of, row)))
    version = replace(intake.read_row(raw, understood), trouble=trouble)
    # A reference that was made from what the row said stays, or the correction would be another record.
    return replace(version, said={**version.said, "ref": before.ref}) if before.ref else version


def of_reading() -> list[str]:
    """Codes of findings about how a row was read, before its cells were understood."""
    return [code for code in rules.catalogue("en") if code not in RULES and code < UNDERSTANDING]


def with_shape(raw: RawRow, wkt: str) -> tuple[RawRow, str]:
    """The row with the shape of a text in longitude, latitude, and the trouble in reading it; refused if unreadable."""
    reading = from_wkt([wkt])
    shape = reading.shapes[0]
    if shape is None:
        raise Refused(_("The corrected geometry can't be read."), _("Write it as WKT, longitude first."))
    placed = replace(raw, shape=shapely.force_2d(shape), given_shape=wkt, given_crs="EPSG:4326", findings=())
    return placed, str(reading.troubles[0])


def mapping_of(of: Import, row: ImportRow) -> mapping.ColumnMapping:
    """How the import understands its columns."""
    options = of.options
    source = PurePath(of.document.filename).stem
    return mapping.mapping_of(of.subject, list(row.given), options["mapping"], options["defaults"], source=source)


def renew_rows(*, of: Import, versions: Mapping[int, ReadRow]) -> None:
    """The pending rows say what their new versions say; all that they reach was judged again, rulings kept."""
    before = selectors.read_rows(of, versions)
    stored = list(of.rows.filter(number__in=sorted(versions)))
    for row in stored:
        version = versions[row.number]
        row.given, row.read, row.shape = dict(version.given), stored_reading(version), version.shape
        row.digest, row.ref = version.digest, version.ref[:100]
        row.save()
    rejudge(of, before, versions, mapping_of(of, stored[0]))


def correct_approved(
    of: Import, version: ReadRow, keys: Sequence[str], outcome: Outcome, *, on: date, by: Person, reason: str
) -> None:
    """The standing record is corrected to what the version says, and the row's findings are fixed; or it is refused."""
    try:
        with transaction.atomic():
            correct_standing(version, on=on, by=by, reason=reason)
    except Refused as refusal:
        outcome.refused |= dict.fromkeys(keys, str(refusal))
        return
    of.findings.filter(row=version.number, state=FindingState.OPEN).update(state=FindingState.FIXED, reason=reason)
    outcome.corrected_rows += 1


def correct_standing(version: ReadRow, *, on: date, by: Person, reason: str) -> None:
    """The record that stands says what the version of its row says."""
    line = version.line
    if line is None:
        raise Refused(_("Row %(row)d can't be booked with this value.") % {"row": version.number})
    stands = [each for each in selectors.standing_lines([line.ref]) if each.line == line.line]
    changes = {name: value for each in stands for name, value in differences(each, line).items()}
    correct_record(ref=line.ref, changes=changes, on=on, by=by, reason=reason, line=line.line)


def differences(stands: Line, meant: Line) -> dict[str, Any]:
    """Fields in which two lines differ, as `meant` has them; not where in a file they stood."""
    names = (each.name for each in fields(Line) if each.name not in ("ref", "line", "document_row"))
    return {name: getattr(meant, name) for name in names if getattr(meant, name) != getattr(stands, name)}
