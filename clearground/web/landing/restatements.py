"""What is known otherwise since an edition was signed: by class, by record, and by the records of one class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from clearground.land import selectors as land
from clearground.land.figured import NO_CODE, Asked, Contributions
from clearground.land.models import Edition
from clearground.land.selectors import contributions as made
from clearground.land.selectors import figures as answers

from ..shell.addresses import figure_address, query, record_address
from ..shell.selectors import called, families, hazard_classes
from . import bridges, selectors, tables

SHOWN_CAUSES = 50
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Restated:
    """An edition, the day of knowledge that a reader holds it against, if any, and what differs."""

    edition: Edition
    known: date | None
    found: land.Restatement

    @property
    def later(self) -> date:
        """The day of knowledge: today where the reader names none."""
        return self.known or timezone.localdate()

    def asked(self, row: Row) -> Asked:
        """What lies open of the row's class on the edition's day, as it is known later."""
        within = {"family": row["family"], "class": row["class"] or NO_CODE}
        return Asked("closing_m2", self.edition.as_of, None, self.known, self.found.seq, within=within)

    def records(self, row: Row) -> Contributions:
        """The records by which the row's class differs; they add up to what was restated of it."""
        return made.restated_by(self.asked(row), self.edition.seq)

    def row(self, family: str, code: str) -> Row | None:
        """The row of a class; None where no class is asked for; not found where it has none."""
        if not family:
            return None
        rows = [row for row in self.found.rows if (row["family"], row["class"] or NO_CODE) == (family, code)]
        if not rows:
            raise Http404
        return rows[0]

    def address(self, **more: Any) -> str:
        """Where the same restatement stands."""
        return f"{reverse('web:restated', args=[self.edition.pk])}?{query({'known': self.known, **more})}"

    def pinned(self, **more: Any) -> str:
        """What an address says that finds the same restatement for ever."""
        return query({"known": self.later, "seq": self.found.seq or None, **more})

    def figure(self, row: Row, *, known: date, seq: int) -> str:
        """Where what lies open of the row's class opens, as known on a day; nowhere before anything was known."""
        scope = {"as_of": self.edition.as_of, "family": row["family"], "class_": row["class"] or NO_CODE}
        return figure_address("closing_m2", **scope, known=known, seq=seq) if seq else ""


def restated_of(request: HttpRequest, edition: Edition) -> Restated:
    """What the address asks of the edition; not found where it names no day, or no approval."""
    known, seq = asked_day(request), request.GET.get("seq", "")
    if seq and not (seq.isdecimal() and len(seq) < 10):
        raise Http404
    return Restated(edition, known, selectors.restated(edition, known, int(seq) if seq else None))


def asked_row(request: HttpRequest, restated: Restated) -> Row | None:
    """The class that the address names, if any."""
    return restated.row(request.GET.get("family", ""), request.GET.get("class", NO_CODE))


def asked_day(request: HttpRequest) -> date | None:
    """The day of knowledge that the address names, if any; not found where it is no day."""
    said = request.GET.get("known", "")
    try:
        day = parse_date(said) if said else None
    except ValueError:
        day = None
    if said and day is None:
        raise Http404
    return day


def restated_page(request: HttpRequest, edition: Edition) -> dict[str, Any]:
    """What is known otherwise of an edition's closing, by class, and the records that did it."""
    restated = restated_of(request, edition)
    found, classes, names = restated.found, hazard_classes(), families()
    sees_land = "see_land" in request.may  # type: ignore[attr-defined]
    chosen = asked_row(request, restated)
    return {
        "edition": edition,
        "known": restated.known,
        "rows": [restated_row(restated, row, classes, names) for row in found.rows],
        "count": len(found.causes),
        "late": sum(cause["is_late"] for cause in found.causes),
        "sees_land": sees_land,
        "pinned": restated.pinned(),
        **(
            of_class(request, restated, chosen, sees_land=sees_land) if chosen else of_all(request, restated, sees_land)
        ),
    }


def of_all(request: HttpRequest, restated: Restated, sees_land: bool) -> dict[str, Any]:
    """One page of all records that changed, for who may see them."""
    page = Paginator(restated.found.causes, SHOWN_CAUSES).get_page(request.GET.get("page"))
    return {
        "causes": [cause_row(cause) for cause in page] if sees_land else [],
        "paging": page,
        "asked": query({"known": restated.known}),
        "pinned_records": restated.pinned(),
    }


def of_class(request: HttpRequest, restated: Restated, row: Row, *, sees_land: bool) -> dict[str, Any]:
    """One page of the records that changed a class, for who may see them, and what they come to."""
    found = restated.records(row)
    page = Paginator(range(len(found)), SHOWN_CAUSES).get_page(request.GET.get("page"))
    start = (page.number - 1) * SHOWN_CAUSES
    rows = record_rows(restated, row, start, start + SHOWN_CAUSES) if sees_land else []
    return {
        "chosen": class_words(row, hazard_classes(), families()),
        "changed": len(found),
        "altogether": tables.change(found.total),
        "causes": [cause_row({**each, "open_land_change_m2": each["restated_m2"]}) for each in rows],
        "paging": page,
        "asked": query({"known": restated.known, "family": row["family"], "class": row["class"] or NO_CODE}),
        "all": restated.address(),
        "pinned_records": restated.pinned(**{"family": row["family"], "class": row["class"] or NO_CODE}),
    }


def record_rows(restated: Restated, row: Row, start: int, stop: int) -> list[dict[str, Any]]:
    """Records that changed a class, from one place to another of their list, the largest first."""
    late = {cause["ref"] for cause in restated.found.causes if cause["is_late"]}
    return [
        {
            "family": row["family"],
            "class": row["class"],
            "ref": each["ref"],
            "event": each["event"],
            "on": each["on"].isoformat(),
            "is_late": each["ref"] in late,
            "restated_m2": each["amount"],
        }
        for each in answers.record_rows(restated.asked(row), restated.records(row), start, stop)
    ]


def restated_row(restated: Restated, row: Row, classes: Any, names: Mapping[str, str]) -> dict[str, Any]:
    """One class of a restatement, printed, and where each of its numbers opens."""
    edition = restated.edition
    asked = {"family": row["family"], "class": row["class"] or NO_CODE}
    opened = {
        "closing": restated.figure(row, known=edition.known, seq=edition.seq),
        "restated": f"{restated.address(**asked)}#causes",
        "opening": restated.figure(row, known=restated.later, seq=restated.found.seq),
    }
    return {
        **class_words(row, classes, names),
        "closing": bridges.area(selectors.exact(row["closing_m2"])),
        "restated": tables.change(selectors.exact(row["restated_m2"])),
        "is_nil": not row["restated_m2"],
        "opening": bridges.area(selectors.exact(row["opening_m2"])),
        "opens": {name: address if row[f"{name}_m2"] else "" for name, address in opened.items()},
    }


def class_words(row: Row, classes: Any, names: Mapping[str, str]) -> dict[str, str]:
    """The family, the code and the name of a row's class."""
    known = classes.get((row["family"], row["class"] or ""))
    family = names.get(row["family"], row["family"])
    return {
        "family": family,
        "code": row["class"] or "",
        "name": called(known) if known else _("Class not stated"),
    }


def cause_row(cause: Row) -> dict[str, Any]:
    """One record of a restatement, printed."""
    change = tables.change(selectors.exact(cause["open_land_change_m2"]))
    return {**cause, "address": record_address(cause["ref"]), "change": change}
