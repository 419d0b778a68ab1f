"""What people decide about findings, and how a source's columns are read from now on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clearground.accounts.models import Person
from clearground.audit.actions import Kind, record
from clearground.common.errors import Refused

from .. import selectors
from ..choices import FindingState
from ..models import FindingRecord
from ..models import Mapping as ColumnMapping


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
def save_mapping(
    *, name: str, subject: str, fields_of: Mapping[str, str], defaults: Mapping[str, Any], by: Person, reason: str = ""
) -> ColumnMapping:
    """`--mapping NAME` reads a source's files in this way from now on."""
    kept = {"subject": subject, "fields_of": dict(fields_of), "defaults": dict(defaults)}
    saved, _created = ColumnMapping.objects.update_or_create(name=name, defaults=kept)
    record(Kind.MAPPING_SAVED, subject=f"mapping:{name}", by=by, reason=reason, detail=kept)
    return saved
