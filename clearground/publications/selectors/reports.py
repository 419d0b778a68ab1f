"""Kept reports: whose they are, who may open them, what they ask today."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from clearground.accounts.models import Person
from clearground.common.errors import Refused
from clearground.land.models import Edition

from ..choices import Sharing
from ..models import SavedReport
from ..questions import PivotQuestion, from_json

Days = tuple[date, date]


def reports_for(somebody: object) -> QuerySet[SavedReport]:
    """The reports that somebody may open: their own, and those shared with them."""
    shared = Q(shared_with=Sharing.EVERYBODY)
    if isinstance(somebody, Person):
        shared |= Q(owner=somebody)
        if somebody.organisation_id:
            shared |= Q(shared_with=Sharing.ORGANISATION, owner__organisation=somebody.organisation_id)
    return SavedReport.objects.filter(shared).select_related("owner", "owner__organisation", "edition")


def report_of(number: int, owner: Person) -> SavedReport:
    """Somebody's own report; refused where it is another's, or gone."""
    found = SavedReport.objects.filter(pk=number, owner=owner).first()
    if found is None:
        raise Refused(
            _("This report is not yours, or is gone."), _("Open it and save it under a name of your own to change it.")
        )
    return found


def latest_days() -> Days | None:
    """The days of the latest signed edition; None where there is none yet."""
    return Edition.objects.order_by("-as_of", "-signed_at").values_list("as_of", "known").first()


def question_of(report: SavedReport, latest: Days | None) -> PivotQuestion:
    """What the report asks today; refused, with an explanation, where its question can't be read any more."""
    question = from_json(report.question)
    return question.up_to(*latest) if report.follows_latest and latest else question
