"""What may be found in files of places, in words: what it is, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clearground.kernel.findings import Finding, Severity

from .rows import PlaceRow


@dataclass(frozen=True, slots=True)
class Rule:
    """A check by its stable code: its severity, its message over a finding's params, what to do."""

    severity: Severity
    message: str | Promise
    remedy: str | Promise


RULES: dict[str, Rule] = {
    "PLACE-001": Rule(
        Severity.WARNS,
        _("The code %(code)s (%(name)s) is new to the register; it was added."),
        _("Look whether it is a new place, an old one since abolished, or a slip of the file."),
    ),
    "PLACE-002": Rule(
        Severity.INFORMS,
        _("%(code)s (%(name)s) is known here, and the file has no row for it."),
        _("Nothing was removed. If the place was joined to another, a further finding names its successor."),
    ),
    "PLACE-003": Rule(
        Severity.WARNS,
        _("The code %(code)s stands for several places: %(names)s. %(name)s is kept as %(kept_as)s."),
        _("Ask the publisher of the list for the right code; until then use the code with its mark."),
    ),
    "PLACE-004": Rule(
        Severity.INFORMS,
        _("The code %(code)s (%(name)s) has several rows; their shapes are kept as one place."),
        _("Look at the map: parts of one place are right, two places under one name are not."),
    ),
    "PLACE-005": Rule(
        Severity.WARNS,
        _("%(code)s (%(name)s) lies by %(share_pct)s %% in what was %(from_code)s (%(from_name)s): a split."),
        _("Past figures stay on the edition on which they were printed; tabulate both years on one edition."),
    ),
    "PLACE-006": Rule(
        Severity.WARNS,
        _("%(code)s (%(name)s) is gone; its ground now lies in %(into)s."),
        _("Records that state the old code keep it; they are tabulated by where they lie."),
    ),
    "PLACE-007": Rule(
        Severity.WARNS,
        _("%(code)s (%(name)s) is %(other_code)s in the register: same name, same ground, other code."),
        _("Confirm that the place was renumbered; both codes stay known."),
    ),
    "PLACE-008": Rule(
        Severity.WARNS,
        _("%(rows)s rows state the parent %(parent_code)s, which the register does not have. It lies in: %(lies_in)s."),
        _("Import the level above first, or accept: the rows hang under the nearest place that is known."),
    ),
    "PLACE-009": Rule(
        Severity.INFORMS,
        _("%(code)s is called %(name)s in the file and %(known_name)s in the register, which keeps its name."),
        _("If the file is right, have the name corrected in the register."),
    ),
    "PLACE-010": Rule(
        Severity.WARNS,
        _("%(code)s (%(name)s) says that it is part of %(parent_code)s, and lies in %(lies_in)s."),
        _("Look whether the boundary has moved since, the point is off, or the code is of an older list."),
    ),
    "PLACE-011": Rule(
        Severity.WARNS,
        _("%(code)s (%(name)s) has no usable shape: %(why)s. The place is known, its boundary is not."),
        _("Correct the shape in the file and import it under a new edition name."),
    ),
    "PLACE-012": Rule(
        Severity.BLOCKS,
        _("The row (%(name)s) has no code: the place could not be kept."),
        _("Give every row a code; check which column holds it (--code)."),
    ),
    "PLACE-013": Rule(
        Severity.WARNS,
        _("%(code)s and %(other_code)s overlap by %(overlap_m2)s m²; the lower code has that land."),
        _("Ask the publisher for boundaries that meet; figures of the two places depend on it."),
    ),
    "PLACE-014": Rule(
        Severity.INFORMS,
        _("The code of %(code)s (%(name)s) does not begin with the code of its parent %(parent_code)s."),
        _("Look whether the code or the parent is right; the stated parent is kept."),
    ),
    "PLACE-015": Rule(
        Severity.INFORMS,
        _("The shape of %(code)s (%(name)s) was invalid (%(why)s) and was mended."),
        _("Look at it on the map; ask the publisher for a valid one."),
    ),
    "PLACE-016": Rule(
        Severity.WARNS,
        _("The row of %(code)s has no name, and the register knows none; the code stands for it."),
        _("Check which column holds the names (--map name=COLUMN), or have the name filled in."),
    ),
}


def found(code: str, row: PlaceRow | None = None, /, **params: Any) -> Finding:
    """The finding of this rule, at this row; code and name of the row are among its params."""
    rule = RULES[code]
    if row is None:
        return Finding(code, rule.severity, ref=str(params.get("code", "")), params=params)
    return Finding(code, rule.severity, row.row, row.code, params={"code": row.code, "name": row.name} | params)


def sentence(finding: Finding) -> str:
    """What was found, in the reader's language."""
    return str(RULES[finding.code].message) % finding.params
