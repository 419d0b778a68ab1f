"""One record put right, or withdrawn, by a person who says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clearground.accounts.models import Person
from clearground.audit.choices import Kind
from clearground.common.errors import Exit, Refused
from clearground.common.locks import hold_until_commit
from clearground.kernel.findings import Severity
from clearground.land import actions as land
from clearground.land.lines import Line
from clearground.land.models import Approval
from clearground.sources.models import Document

from .. import selectors
from ..checking import judge
from ..intake import ReadRow
from ..rules import wording


@transaction.atomic
def correct_record(
    *,
    ref: str,
    changes: Mapping[str, Any],
    on: date,
    by: Person,
    reason: str,
    line: int | None = None,
    document: Document | None = None,
) -> Approval:
    """The record has always been as `changes` say: a new version, known from the approval day `on`.

    `changes` are fields of `Line`, with `hazard_class` for the class in the record's only family.
    A record of several lines needs `line`. The source stays cited unless `document` replaces it.
    """
    hold_until_commit("exchange.import")
    standing = selectors.standing_lines([ref])
    which = line_to_correct(ref, standing, line)
    corrected = changed(which, changes)
    if corrected.digest == which.digest:
        raise Refused(_("%(ref)s says that already.") % {"ref": ref}, _("Nothing needs to be corrected."))
    require_sound(corrected)
    lines = [corrected if each is which else each for each in standing]
    source = document or selectors.document_of(ref)
    return land.approve_lines(
        lines=lines,
        document=source,
        on=on,
        by=by,
        reason=reason,
        kind=Kind.RECORD_CORRECTED,
        subject=f"record:{ref}",
    )


@transaction.atomic
def withdraw(*, refs: Sequence[str], on: date, by: Person, reason: str) -> Approval:
    """The records count no longer from the approval day `on`; what they said stays readable."""
    refs = sorted(set(refs))
    standing = {line.ref for line in selectors.standing_lines(refs)}
    if missing := [ref for ref in refs if ref not in standing]:
        raise unknown_record(missing[0])
    return land.withdraw_records(refs=refs, on=on, by=by, reason=reason)


def line_to_correct(ref: str, standing: Sequence[Line], line: int | None) -> Line:
    """The one line meant; refused where there is none, or where it isn't said which of several."""
    if not standing:
        raise unknown_record(ref)
    meant = [each for each in standing if line is None or each.line == line]
    if len(meant) == 1:
        return meant[0]
    numbers = ", ".join(str(each.line) for each in standing)
    raise Refused(
        _("%(ref)s has the lines %(numbers)s.") % {"ref": ref, "numbers": numbers},
        _("Say which one: --line N"),
        Exit.USAGE,
    )


def unknown_record(ref: str) -> Refused:
    """The refusal for a reference that doesn't stand."""
    return Refused(
        _("No record %(ref)s stands in the register.") % {"ref": ref},
        _("References are case-sensitive; a withdrawn record comes back by import, not by correction."),
    )


def changed(line: Line, changes: Mapping[str, Any]) -> Line:
    """The line with the changes made; `hazard_class` goes to the only family, or to the one it names."""
    values = dict(changes)
    if "hazard_class" in values:
        values["families"] = with_class(line, values.pop("hazard_class"))
    if "shape" in values:
        values |= {"given_shape": values["shape"].wkt, "given_crs": "EPSG:4326"} | values
    return replace(line, **values)


def with_class(line: Line, said: str) -> tuple[tuple[str, str | None], ...]:
    """The line's families, one of them with the class `CLASS` or `FAMILY:CLASS`; refused where it isn't clear which."""
    family, _colon, code = said.rpartition(":")
    meant = [name for name, _class in line.families if family in ("", name)]
    if len(meant) != 1:
        about = ", ".join(name for name, _class in line.families)
        raise Refused(
            _("%(ref)s is about %(families)s, so that %(said)s doesn't say which.")
            % {"ref": line.ref, "families": about, "said": said},
            _("Say it as FAMILY:CLASS."),
            Exit.USAGE,
        )
    return tuple((name, code if name == meant[0] else stands) for name, stands in line.families)


def require_sound(line: Line) -> None:
    """Refuses a line in which the checks of an import would block."""
    row = ReadRow(number=1, given={}, said=line.to_json(), shape=line.shape)
    blocking = [finding for _row, finding in judge([row]).findings if finding.severity is Severity.BLOCKS]
    if blocking:
        told = wording(blocking[0])
        raise Refused(told.what, told.remedy, Exit.FINDINGS)
