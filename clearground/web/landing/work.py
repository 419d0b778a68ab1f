"""What waits for the person who has signed in, by what they may do."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.utils import timezone

from clearground.accounts.models import Organisation, Person
from clearground.common.backups import last_backup
from clearground.exchange.choices import FindingState, ImportState, SeverityChoice
from clearground.exchange.models import FindingRecord, Import

from ..shell.menu import is_open
from ..shell.selectors import called
from . import selectors
from .selectors import Year

SHOWN = 4
May = Set[str]


@dataclass(frozen=True, slots=True)
class Late:
    """An operator that has been silent for longer than it usually is."""

    name: str
    last: date
    silent_days: int
    usual_days: float


def work_of(person: Person, may: May, year: Year) -> dict[str, Any]:
    """The parts of *my work today* that the person's rights open; a part that is not theirs is None."""
    treaty_day = next_treaty_day(year.today)
    sees_findings = may & {"bring_records", "rule_findings", "approve"}
    serious = serious_findings(person, may) if sees_findings else None
    return {
        "waiting": few(waiting_for(person)) if "approve" in may else None,
        "own": few(own_imports(person)) if "bring_records" in may else None,
        "serious": serious,
        "serious_count": sum(count for _name, count in serious or ()),
        "late": late_operators(person, may, year) if may & {"keep_reports", "rule_findings"} else None,
        "treaty_day": treaty_day,
        "treaty_days": (treaty_day - year.today).days,
        "treaty_year": treaty_day.year - 1,
        "backup": backup() if may & {"administer", "keep_lists"} else None,
        "imports_open": is_open("web:imports", may),
        "findings_open": is_open("web:findings", may),
    }


def few(imports: Any) -> dict[str, Any]:
    """How many there are, and the first of them."""
    return {"count": imports.count(), "first": list(imports.select_related("document", "by")[:SHOWN])}


def waiting_for(person: Person) -> Any:
    """Imports that somebody else has brought, for this person to approve or return: nobody approves their own."""
    return Import.objects.filter(state=ImportState.PENDING).exclude(by=person).order_by("started_at")


def own_imports(person: Person) -> Any:
    """Imports of the person that do not count yet."""
    return Import.objects.filter(state__in=[ImportState.STAGING, ImportState.PENDING], by=person).order_by(
        "-started_at"
    )


def is_bound(may: May) -> bool:
    """The person sees the work of their own organisation only: operators do."""
    return "bring_records" in may and not may & {"rule_findings", "approve"}


def serious_findings(person: Person, may: May) -> list[tuple[str, int]]:
    """Open findings that block, by the organisation that owns them, most first; an empty name for nobody's."""
    found = FindingRecord.objects.filter(state=FindingState.OPEN, severity=SeverityChoice.BLOCKS)
    found = found.exclude(of__state=ImportState.UNDONE)
    if is_bound(may):
        found = found.filter(owner__pk=person.organisation_id or 0)
    counted = list(found.values_list("owner").annotate(n=Count("pk")).order_by("-n", "owner"))
    names = {each.pk: called(each) for each in Organisation.objects.filter(pk__in=[owner for owner, _n in counted])}
    return [(names.get(owner, ""), count) for owner, count in counted]


def late_operators(person: Person, may: May, year: Year) -> list[Late]:
    """Active operators that have been silent for longer than they usually are, the longest silence first."""
    rows = Organisation.objects.filter(is_active=True)
    if is_bound(may):
        rows = rows.filter(pk=person.organisation_id)
    names = {each.code: called(each) for each in rows}
    late = [
        Late(names[each.operator], each.last, (year.today - each.last).days, each.usual_days or 0)
        for each in selectors.rhythms(year.version)
        if each.operator in names and each.is_late(year.today)
    ]
    return sorted(late, key=lambda each: -each.silent_days)


def next_treaty_day(today: date) -> date:
    """The next day on which a report under article 7 of the Mine Ban Treaty is due."""
    day = date(today.year, selectors.TREATY_MONTH, selectors.TREATY_DAY)
    return day if day >= today else day.replace(year=today.year + 1)


def backup() -> dict[str, Any]:
    """The last good backup, its age in whole days, and whether somebody should see to it."""
    last, now = last_backup(), timezone.now()
    age_days = (now - last.at).days if last else None
    return {"last": last, "age_days": age_days, "is_wanting": last is None or last.is_old(now)}
