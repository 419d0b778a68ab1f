"""What the pages say of kept reports, and what a form wants kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from clearground.common.errors import Refused
from clearground.publications.choices import Sharing
from clearground.publications.models import SavedReport
from clearground.publications.selectors import reports
from clearground.publications.selectors.names import Names

from .forms import KeepForm, PivotForm, SharingForm
from .pages import Printer, sentence


@dataclass(frozen=True, slots=True)
class Listed:
    """A report as the list shows it; `problem` where its question can't be read any more."""

    report: SavedReport
    is_own: bool
    asks: str
    problem: str
    form: SharingForm | None


def on_page(request: HttpRequest) -> SavedReport | None:
    """The report that the reader opened, where they may."""
    number = request.GET.get("report", "")
    return reports.reports_for(request.user).filter(pk=number).first() if number.isdecimal() else None


def listed(reader: Any) -> list[Listed]:
    """The reader's own reports, then those shared with them."""
    known, latest = Names(), reports.latest_days()
    found = [entry(report, reader, known, latest) for report in reports.reports_for(reader)]
    return sorted(found, key=lambda each: not each.is_own)


def entry(report: SavedReport, reader: Any, known: Names, latest: reports.Days | None) -> Listed:
    """One report of the list."""
    own = report.owner_id == reader.pk
    initial = {"name": report.name, "shared_with": report.shared_with}
    form = SharingForm(initial=initial, auto_id=f"id_{report.pk}_%s") if own else None
    try:
        question = reports.question_of(report, latest)
        return Listed(report, own, sentence(question, Printer.of(question, known)), "", form)
    except Refused as refusal:
        return Listed(report, own, "", f"{refusal.what} {refusal.remedy}", form)


def question_in(form: KeepForm) -> dict[str, Any]:
    """What the form wants kept; refused where it is incomplete or the question has no answer."""
    asked = PivotForm(QueryDict(form.data.get("asked", "")), today=timezone.localdate())
    if not form.is_valid() or not asked.is_valid():
        raise Refused(
            _("The report was not kept: its name or its question is incomplete."),
            _("Give a name of at most 120 letters, and say who may open it."),
        )
    said = form.cleaned_data
    return {
        "name": said["name"],
        "question": asked.question(),
        "shared_with": said["shared_with"],
        "follows_latest": said["follows_latest"] == "yes",
    }


def kept_words(report: SavedReport) -> str:
    """What is said after a question was kept."""
    if report.shared_with == Sharing.NOBODY:
        return _("“%(name)s” is kept. Only you can open it.") % {"name": report.name}
    return _("“%(name)s” is kept and shared.") % {"name": report.name}
