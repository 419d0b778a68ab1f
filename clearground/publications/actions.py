"""The only writers of kept reports."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clearground.accounts.models import Person
from clearground.audit.actions import Kind, record
from clearground.common.errors import Refused
from clearground.land.models import Edition

from .choices import Sharing
from .models import SavedReport
from .questions import PivotQuestion, check
from .selectors.reports import report_of


@transaction.atomic
def save_report(
    *, name: str, question: PivotQuestion, shared_with: str, follows_latest: bool, by: Person, reason: str = ""
) -> SavedReport:
    """The question is kept under the name; refused where the owner has another one of that name."""
    check(question)
    report = SavedReport(name=_named(name, by), owner=by, kept_at=timezone.now())
    report.question, report.follows_latest = question.as_json(), follows_latest
    report.shared_with = _sharing(shared_with, by)
    signed = Edition.objects.filter(as_of=question.as_of, known=question.known).first()
    report.edition = None if follows_latest else signed
    report.save(force_insert=True)
    detail = {"name": report.name, "question": report.question, "shared_with": report.shared_with}
    record(Kind.REPORT_KEPT, subject=f"report:{report.pk}", by=by, reason=reason, detail=detail)
    return report


@transaction.atomic
def change_report(*, number: int, name: str, shared_with: str, by: Person, reason: str = "") -> SavedReport:
    """The report has this name and is shared so; refused where it is somebody else's."""
    report = report_of(number, by)
    before = {"name": report.name, "shared_with": report.shared_with}
    if name.strip() != report.name:
        report.name = _named(name, by)
    report.shared_with = _sharing(shared_with, by)
    report.save(update_fields=["name", "shared_with"])
    after = {"name": report.name, "shared_with": report.shared_with}
    record(
        Kind.REPORT_CHANGED, subject=f"report:{number}", by=by, reason=reason, detail={"before": before, "after": after}
    )
    return report


@transaction.atomic
def delete_report(*, number: int, by: Person, reason: str = "") -> None:
    """The report is gone; its question stays readable in the audit. Refused where it is somebody else's."""
    report = report_of(number, by)
    detail = {"name": report.name, "question": report.question}
    report.delete()
    record(Kind.REPORT_DELETED, subject=f"report:{number}", by=by, reason=reason, detail=detail)


def _named(name: str, owner: Person) -> str:
    """The name without blanks around it; refused where it is empty, too long or taken."""
    name = name.strip()
    if not name or len(name) > SavedReport._meta.get_field("name").max_length:
        raise Refused(_("A report needs a name of at most 120 letters."), _("Give one that says what it asks."))
    if SavedReport.objects.filter(owner=owner, name=name).exists():
        raise Refused(
            _("You have a report called “%(name)s” already.") % {"name": name},
            _("Choose another name, or delete that one first."),
        )
    return name


def _sharing(shared_with: str, owner: Person) -> str:
    """With whom it is shared; refused for an organisation that the owner has none of."""
    if shared_with not in Sharing.values:
        raise Refused(_("Nobody is called “%(name)s” here.") % {"name": shared_with}, _("Choose one of the list."))
    if shared_with == Sharing.ORGANISATION and not owner.organisation_id:
        raise Refused(
            _("You belong to no organisation, so nothing can be shared with it."),
            _("Share it with everybody, or ask an administrator to say where you work."),
        )
    return shared_with
