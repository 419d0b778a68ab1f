"""Who sees which imports and findings, and what the pages ask of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, When

from clearground.accounts.choices import OrganisationKind, Role
from clearground.accounts.models import Organisation, Person
from clearground.accounts.rights import RIGHTS
from clearground.accounts.selectors import roles_of
from clearground.audit.choices import Kind
from clearground.audit.models import AuditEvent
from clearground.exchange import selectors as exchange
from clearground.exchange.choices import FindingState, SeverityChoice
from clearground.exchange.models import FindingRecord, Import, ImportRow, Upload
from clearground.exchange.models import Mapping as ColumnMapping
from clearground.exchange.neighbours import standing_events
from clearground.places.choices import Level
from clearground.places.models import Boundary
from clearground.places.selectors import current_boundaries

NOBODY = "nobody"
# What blocks first.
BY_SEVERITY = Case(*(When(severity=each, then=at) for at, each in enumerate(("blocks", "warns", "informs"))))
# What one event of an import says on its page.
HISTORY = 200


def is_limited(person: Person) -> bool:
    """The person sees only what their own organisation brought in, or has to mend."""
    return not roles_of(person) & (RIGHTS.may["see_imports"] - {Role.OPERATOR})


def own(person: Person, prefix: str = "") -> Q:
    """What the person or their organisation brought in."""
    mine = Q(**{f"{prefix}by": person})
    if person.organisation_id is None:
        return mine
    return mine | Q(**{f"{prefix}organisation": person.organisation_id})


def imports_for(person: Person) -> QuerySet[Import]:
    """The imports that the person may see, newest first, with their counts."""
    every = exchange.imports()
    return every.filter(own(person)) if is_limited(person) else every


def findings_for(person: Person) -> QuerySet[FindingRecord]:
    """The findings that the person may see: all, or those of their organisation's imports and those it has to mend."""
    every = FindingRecord.objects.select_related("owner", "person", "of__document")
    if not is_limited(person):
        return every
    mine = own(person, "of__")
    return every.filter(mine | Q(owner=person.organisation_id) if person.organisation_id else mine)


def rows_for(person: Person, number: int) -> QuerySet[ImportRow]:
    """The rows of an import that the person may see; an operator's in another's import are those it has to mend."""
    rows = ImportRow.objects.filter(of_id=number).select_related("of__document", "of__by", "of__organisation")
    if not is_limited(person) or Import.objects.filter(own(person), pk=number).exists():
        return rows
    return rows.filter(number__in=findings_for(person).filter(of_id=number).values("row"))


def uploads_for(person: Person) -> QuerySet[Upload]:
    """The uploads that the person may see and finish."""
    every = Upload.objects.select_related("by", "became")
    return every.filter(own(person)) if is_limited(person) else every


def waiting_before(upload: Upload) -> int:
    """How many files the worker takes before this one."""
    return Upload.objects.filter(pk__lt=upload.pk, state__in=("waiting", "reading", "checking")).count()


def narrowed(findings: QuerySet[FindingRecord], asked: Mapping[str, Any]) -> QuerySet[FindingRecord]:
    """The findings that fit what a reader asked for."""
    names = {"rule": "code", "province": "province", "severity": "severity", "state": "state", "number": "of_id"}
    limits = {column: asked[name] for name, column in names.items() if asked.get(name)}
    found = findings.filter(**limits)
    if owner := asked.get("operator"):
        found = found.filter(owner=None) if owner == NOBODY else found.filter(owner__code=owner)
    return found.filter(person=asked["person"]) if asked.get("person") else found


GROUPS = {"rule": "code", "operator": "owner__code", "province": "province", "severity": "severity"}


def grouped(findings: QuerySet[FindingRecord], by: str) -> list[dict[str, Any]]:
    """Findings counted by rule, operator, province or severity: the most serious groups first."""
    counts = {each.value: Count("id", filter=Q(severity=each)) for each in SeverityChoice}
    column = GROUPS[by]
    rows = findings.order_by().values(column).annotate(n=Count("id"), **counts)
    ordered = rows.order_by("-blocks", "-warns", "-informs", column)
    return [{**row, "key": row[column] or ""} for row in ordered]


def rules_in(findings: QuerySet[FindingRecord]) -> list[str]:
    """Codes of the rules that found something."""
    return sorted(set(findings.order_by().values_list("code", flat=True).distinct()))


def organisations_that_mend() -> list[Organisation]:
    """Organisations that can answer for findings."""
    kinds = (OrganisationKind.AUTHORITY, OrganisationKind.OPERATOR, OrganisationKind.COMMERCIAL)
    return list(Organisation.objects.filter(kind__in=kinds, is_active=True))


def findings_of_rows(findings: QuerySet[FindingRecord], rows: Iterable[ImportRow]) -> dict[int, list[FindingRecord]]:
    """The findings of these rows by number, the most serious first."""
    by_row: dict[int, list[FindingRecord]] = {row.number: [] for row in rows}
    for found in findings.filter(row__in=list(by_row)).order_by(BY_SEVERITY, "code"):
        by_row[found.row or 0].append(found)
    return by_row


def history_of(number: int) -> list[AuditEvent]:
    """What was done with the import, newest first."""
    events = AuditEvent.objects.filter(subject=f"import:{number}").select_related("by")
    return list(events.order_by("-number")[:HISTORY])


def history_of_finding(found: FindingRecord) -> list[AuditEvent]:
    """What was decided about the finding, and what was changed in its row, newest first."""
    kinds = (Kind.FINDING_RULED, Kind.FINDING_ASSIGNED, Kind.IMPORT_STAGED)
    return [event for event in history_of(found.of_id) if event.kind in kinds and is_about(event, found)]


def is_about(event: AuditEvent, found: FindingRecord) -> bool:
    """The event names the finding or its row, or is about the whole import."""
    said = event.detail
    if "findings" in said:
        return found.pk in said["findings"]
    if "row" in said:
        return bool(said["row"] == found.row)
    return "refs" not in said or found.ref in said["refs"]


def mappings_for(subject: str) -> list[ColumnMapping]:
    """The saved column mappings of files about this subject."""
    return list(ColumnMapping.objects.filter(subject=subject))


def shape_of(ref: str, number: int) -> Any:
    """The shape of the other record of a pair: a row of the same import, else what stands in the register."""
    row = ImportRow.objects.filter(of_id=number, ref=ref).exclude(shape=None).first()
    if row is not None:
        return row.shape
    event = standing_events().filter(record__ref=ref).exclude(shape=None).first()
    return event.shape if event else None


def province_lines(box: Sequence[float]) -> list[Any]:
    """Outlines of the provinces that a box of degrees meets."""
    rows = Boundary.objects.filter(edition=current_boundaries(), place__level=Level.PROVINCE)
    return [boundary.shape for boundary in rows.filter(shape__box_overlaps=tuple(map(float, box)))]


def rows_shown(rows: QuerySet[ImportRow], findings: QuerySet[FindingRecord], asked: Mapping[str, Any]) -> Any:
    """The rows in the states asked for; where findings are narrowed, those that have one that fits."""
    if asked.get("rows"):
        rows = rows.filter(state=asked["rows"])
    if any(asked.get(name) for name in ("rule", "operator", "province", "severity")):
        rows = rows.filter(number__in=narrowed(findings, asked).exclude(row=None).values("row"))
    return rows.order_by("number")


def open_findings(findings: QuerySet[FindingRecord]) -> QuerySet[FindingRecord]:
    """Those that nobody has answered."""
    return findings.filter(state=FindingState.OPEN)
