"""What people decide about findings, and how a source's columns are read from now on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clearground.accounts.models import Organisation, Person
from clearground.audit.actions import Kind, record
from clearground.common.errors import Refused

from .. import selectors
from ..choices import FindingState, SeverityChoice
from ..models import FindingRecord
from ..models import Mapping as ColumnMapping
from ..neighbours import chunked

# Findings that an audit event names; it counts all.
NAMED = 1000


@transaction.atomic
def accept_findings(*, import_id: int, code: str, by: Person, reason: str, refs: Sequence[str] | None = None) -> int:
    """The import's open findings of this rule are accepted: silent until their records change. Says how many.

    `refs` limits it to some records. What blocks can't be accepted, only mended.
    """
    if not reason.strip():
        raise Refused(_("A finding is accepted for a reason."), _("Say it: --reason TEXT"))
    found = selectors.open_findings(selectors.import_by_id(import_id)).filter(code=code)
    if refs is not None:
        found = found.filter(ref__in=refs)
    if found.filter(severity="blocks").exists():
        raise Refused(
            _("%(code)s blocks its records and can't be accepted.") % {"code": code},
            _("Mend the records in the file and import it again."),
        )
    told = sorted(found.values_list("ref", flat=True))
    if not told:
        raise Refused(
            _("Import %(number)d has no open finding %(code)s of these records.") % {"number": import_id, "code": code},
            _("clearground findings %(number)d lists them.") % {"number": import_id},
        )
    FindingRecord.objects.filter(pk__in=found.values("pk")).update(state=FindingState.ACCEPTED, reason=reason)
    detail = {"code": code, "refs": told[:1000], "count": len(told)}
    record(Kind.FINDING_RULED, subject=f"import:{import_id}", by=by, reason=reason, detail=detail)
    return len(told)


@transaction.atomic
def rule_findings(*, found: Sequence[FindingRecord], state: str, by: Person, reason: str) -> int:
    """The findings are accepted (silent until their records change) or open again, for a reason. Says how many.

    What blocks can't be accepted, only mended; what was fixed stays so.
    """
    if state not in (FindingState.ACCEPTED, FindingState.OPEN):
        raise Refused(_("A finding is accepted or opened again."), _("It is fixed by mending its record."))
    if not reason.strip():
        raise Refused(_("A ruling has a reason."), _("Say why."))
    meant = [each for each in found if each.state not in (FindingState.FIXED, state)]
    blocking = sorted({each.code for each in meant if each.severity == SeverityChoice.BLOCKS})
    if state == FindingState.ACCEPTED and blocking:
        raise Refused(
            _("%(codes)s blocks its records and can't be accepted.") % {"codes": ", ".join(blocking)},
            _("Mend the records, or leave out what blocks: choose another severity."),
        )
    require_some(meant)
    change(meant, Kind.FINDING_RULED, {"after": state}, by, reason, state=state, reason=reason)
    return len(meant)


@transaction.atomic
def assign_findings(
    *,
    found: Sequence[FindingRecord],
    owner: Organisation | None,
    by: Person,
    person: Person | None = None,
    reason: str = "",
) -> int:
    """The organisation answers for the findings, and a person of it where one is named. Says how many."""
    if person is not None and person.organisation_id != (owner.pk if owner else None):
        raise Refused(
            _("%(name)s does not belong to that organisation.") % {"name": person.name},
            _("Choose somebody of the organisation, or nobody."),
        )
    require_some(found)
    told = {"owner": owner.code if owner else "", "person": person.login if person else ""}
    change(found, Kind.FINDING_ASSIGNED, told, by, reason, owner=owner, person=person, is_assigned=True)
    return len(found)


def require_some(found: Sequence[FindingRecord]) -> None:
    """Refuses where there is nothing to decide about."""
    if not found:
        raise Refused(_("No finding fits."), _("Choose at least one; what was fixed needs no ruling."))


def change(
    found: Sequence[FindingRecord], kind: Kind, told: Mapping[str, Any], by: Person, why: str, **values: Any
) -> None:
    """The findings have these values; each import that they are of has one event that names them."""
    for chunk in chunked(each.pk for each in found):
        FindingRecord.objects.filter(pk__in=chunk).update(**values)
    by_import: dict[int, list[int]] = defaultdict(list)
    for each in found:
        by_import[each.of_id].append(each.pk)
    for import_id, numbers in sorted(by_import.items()):
        detail = {**told, "findings": sorted(numbers)[:NAMED], "count": len(numbers)}
        record(kind, subject=f"import:{import_id}", by=by, reason=why, detail=detail)


@transaction.atomic
def save_mapping(
    *, name: str, subject: str, fields_of: Mapping[str, str], defaults: Mapping[str, Any], by: Person, reason: str = ""
) -> ColumnMapping:
    """`--mapping NAME` reads a source's files in this way from now on."""
    kept = {"subject": subject, "fields_of": dict(fields_of), "defaults": dict(defaults)}
    saved, _created = ColumnMapping.objects.update_or_create(name=name, defaults=kept)
    record(Kind.MAPPING_SAVED, subject=f"mapping:{name}", by=by, reason=reason, detail=kept)
    return saved
