"""What stands where: imports, their rows and findings, and what the register already says of a record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from clearground.audit.chain import digest_of_rows
from clearground.audit.choices import Kind as AuditKind
from clearground.audit.models import AuditEvent
from clearground.common.errors import Refused
from clearground.kernel.findings import Finding, Severity
from clearground.kernel.land.events import HAZARD_KINDS, RELEASE_KINDS, Kind
from clearground.land.lines import Line
from clearground.land.models import LandEvent
from clearground.sources.models import Document

from . import rules
from .choices import FindingState, ImportState, RowState
from .intake import ReadRow
from .mapping import values_said
from .models import FindingRecord, Import, ImportRow
from .models import Mapping as ColumnMapping
from .neighbours import CHUNK, chunked, standing_events
from .vocabulary import HAZARDS, RELEASES

# Where `ImportRow.read` says how the shape was read, beside the values of `Line.to_json`.
HOW = "reading"


def is_demonstration() -> bool:
    """The database holds the invented country, so that real files are refused."""
    return AuditEvent.objects.filter(kind=AuditKind.DEMONSTRATION_LOADED).exists()


def import_by_id(import_id: int) -> Import:
    """The import of that number; refuses where there is none."""
    found = Import.objects.select_related("document", "approval", "by").filter(pk=import_id).first()
    if found is None:
        raise Refused(_("There is no import %(number)d.") % {"number": import_id}, _("clearground imports lists them."))
    return found


def same_import(*, subject: str, sha256: str, options: Mapping[str, Any]) -> Import | None:
    """The import of the same bytes with the same options, unless it was undone."""
    standing = Import.objects.exclude(state=ImportState.UNDONE).filter(subject=subject, document__sha256=sha256)
    return next((found for found in standing if found.options == options), None)


def imports() -> QuerySet[Import]:
    """All imports, newest first, each with its counts of rows and findings."""
    states = (RowState.READY, RowState.BLOCKED, RowState.UNCHANGED, RowState.APPROVED)
    counts = {f"{state}_rows": counted(ImportRow.objects.filter(state=state)) for state in states}
    told = Import.objects.select_related("document", "approval", "by", "organisation")
    return told.annotate(**counts, open_findings=counted(FindingRecord.objects.filter(state=FindingState.OPEN)))


def counted(rows: QuerySet[Any]) -> Coalesce:
    """How many of the rows an import has, each kind counted by itself: a join would multiply them."""
    own = rows.filter(of=OuterRef("pk")).order_by().values("of").annotate(n=Count("id")).values("n")
    return Coalesce(Subquery(own), 0)


def row_counts(of: Import) -> dict[str, int]:
    """How many rows stand in each state; states without rows count zero."""
    found = dict(of.rows.values_list("state").annotate(n=Count("id")).order_by())
    return {state.value: found.get(state.value, 0) for state in RowState}


def open_findings(of: Import, *, code: str = "", operator: str = "", province: str = "") -> QuerySet[FindingRecord]:
    """Findings of one import that nobody has ruled on, with their owners; of one rule, owner or province if asked."""
    asked = {"code": code, "owner__code": operator, "province": province}
    limits = {name: value for name, value in asked.items() if value}
    return of.findings.filter(state=FindingState.OPEN, **limits).select_related("owner")


def finding_as_row(found: FindingRecord | Finding) -> dict[str, Any]:
    """A finding as plain columns, with its wording."""
    stored = found if isinstance(found, FindingRecord) else None
    told = rules.wording(finding_of(stored) if stored else found)
    return {
        "row": found.row,
        "ref": found.ref,
        "cell": found.cell,
        "code": found.code,
        "severity": str(found.severity),
        "what": told.what,
        "what_to_do": told.remedy,
        "operator": stored.owner.code if stored and stored.owner else "",
        "province": stored.province if stored else "",
    }


def findings_by(of: Import, group: str) -> list[dict[str, Any]]:
    """Open findings counted by `rule`, `operator` or `province`, always with rule and severity, most frequent first."""
    columns = {"rule": [], "operator": ["owner__code"], "province": ["province"]}[group]
    wanted = [*columns, "code", "severity"]
    return list(
        of.findings.filter(state=FindingState.OPEN)
        .values(*wanted)
        .annotate(n=Count("id"))
        .order_by(*columns, "-n", "code")
    )


def read_row(row: ImportRow, findings: Sequence[Finding] = ()) -> ReadRow:
    """The row as it was read, with the findings of its reading."""
    how = row.read.get(HOW, {})
    said = {name: value for name, value in row.read.items() if name != HOW}
    return ReadRow(number=row.number, given=row.given, said=said, shape=row.shape, findings=tuple(findings), **how)


def rows_to_approve(of: Import) -> list[ImportRow]:
    """Rows that are ready, by reference and line."""
    ready = of.rows.filter(state=RowState.READY)
    return sorted(ready, key=lambda row: (row.ref, row.read.get("line", 1)))


def line_of_event(event: LandEvent) -> Line:
    """The line as it was approved."""
    families = sorted(event.in_families.all(), key=lambda each: each.pk)
    return Line(
        ref=event.record.ref,
        kind=Kind(event.kind),
        on=event.on,
        families=tuple((each.family.code, each.hazard_class.code if each.hazard_class else None) for each in families),
        items={each.item_type.code: each.count for each in event.items.all()},
        place=event.place.code if event.place else None,
        hazard=event.hazard.ref if event.hazard else None,
        operator=event.operator.code if event.operator else None,
        overseer=event.overseer.code if event.overseer else None,
        **{name: getattr(event, name) for name in PLAIN},
    )


PLAIN = (
    "line",
    "on_precision",
    "shape",
    "given_shape",
    "given_crs",
    "stated_m2",
    "method",
    "task",
    "campaign",
    "contract",
    "evidence",
    "depth_cm",
    "note",
    "document_row",
)
WITH_CODES = ("record", "place", "hazard", "operator", "overseer", "approval", "document")


def lines_of_events(events: QuerySet[LandEvent]) -> list[Line]:
    """The lines of these events, by reference and line."""
    whole = events.select_related(*WITH_CODES).prefetch_related(
        "in_families__family", "in_families__hazard_class", "items__item_type"
    )
    return sorted(map(line_of_event, whole), key=lambda line: (line.ref, line.line))


def standing_lines(refs: Sequence[str]) -> list[Line]:
    """The lines of the versions that stand now."""
    return [
        line for chunk in chunked(refs) for line in lines_of_events(standing_events().filter(record__ref__in=chunk))
    ]


def changes_said(ref: str, said: Mapping[str, str]) -> dict[str, Any]:
    """What texts by field say of a standing record, as fields of `Line`; refused where one can't be read."""
    stands = next(iter(standing_lines([ref])), None)
    is_release = stands is not None and stands.kind.is_release
    values = values_said(RELEASES if is_release else HAZARDS, said)
    typed = {"kind": Kind, "on": date.fromisoformat, "families": lambda pairs: tuple(map(tuple, pairs))}
    values |= {name: typed[name](values[name]) for name in typed.keys() & values.keys()}
    return values | ({"items": {**stands.items, **values["items"]}} if stands and "items" in values else {})


def lines_at(refs: Sequence[str], seq: int) -> list[Line]:
    """The lines of the versions that stood at approval `seq`."""
    stood = LandEvent.objects.filter(kind__isnull=False, approval__seq__lte=seq).filter(
        Q(until_seq=None) | Q(until_seq__gt=seq)
    )
    return [line for chunk in chunked(refs) for line in lines_of_events(stood.filter(record__ref__in=chunk))]


def accepted_findings(refs: Iterable[str]) -> dict[tuple[Any, ...], str]:
    """Reasons of findings that a person accepted, by what has to be the same for them to stay silent."""
    return {
        ruled_on(found): found.reason
        for chunk in chunked(sorted(set(refs)))
        for found in FindingRecord.objects.filter(state=FindingState.ACCEPTED, ref__in=chunk)
    }


def ruled_on(found: FindingRecord) -> tuple[Any, ...]:
    """What a ruling is about: the rule, the cell, the record as it is, and the other record of a pair."""
    return (found.code, found.cell, found.record_digest, found.params.get("other"))


def earlier_open_findings(of: Import, refs: Iterable[str]) -> list[FindingRecord]:
    """Findings that other imports left open about these records."""
    earlier = FindingRecord.objects.filter(state=FindingState.OPEN).exclude(of=of).exclude(ref="")
    return [found for chunk in chunked(sorted(set(refs))) for found in earlier.filter(ref__in=chunk)]


def mapping_by_name(name: str) -> ColumnMapping:
    """The saved column mapping of that name; refuses where there is none."""
    found = ColumnMapping.objects.filter(name=name).first()
    if found is None:
        known = ", ".join(ColumnMapping.objects.values_list("name", flat=True)) or _("none yet")
        raise Refused(
            _("No column mapping is called %(name)s.") % {"name": name},
            _("Saved mappings: %(known)s. --save-mapping NAME saves one.") % {"known": known},
        )
    return found


def read_rows(of: Import, numbers: Iterable[int] | None = None) -> list[ReadRow]:
    """The staged rows as they were read, by number, each with the findings of its reading; all, or some."""
    if numbers is not None:
        return [read for chunk in chunked(sorted(numbers)) for read in read_some(of, Q(number__in=chunk), chunk)]
    return read_some(of, Q(), None)


def read_some(of: Import, which: Q, numbers: Sequence[int] | None) -> list[ReadRow]:
    """The rows that fit, with their findings."""
    standing = of.findings.exclude(state=FindingState.FIXED)
    found: dict[int | None, list[Finding]] = defaultdict(list)
    for stored in standing if numbers is None else standing.filter(row__in=numbers):
        found[stored.row].append(finding_of(stored))
    rows = of.rows.filter(which).order_by("number").iterator(chunk_size=CHUNK)
    return [read_row(row, found[row.number]) for row in rows]


def brought_by(of: Import) -> frozenset[int]:
    """Ids of the people who made the import what it is: who staged it, and who changed rows of it since."""
    mended = AuditEvent.objects.filter(subject=f"import:{of.pk}", kind=AuditKind.FINDING_RULED)
    changing = mended.filter(detail__corrected_rows__gt=0).values_list("by_id", flat=True)
    return frozenset({of.by_id, *changing})


def finding_of(stored: FindingRecord) -> Finding:
    """The finding as the kernel's value."""
    return Finding(
        code=stored.code,
        severity=Severity(stored.severity),
        row=stored.row,
        ref=stored.ref,
        cell=stored.cell,
        params=stored.params,
    )


def document_of(ref: str) -> Document:
    """The source that the standing version of a record cites."""
    event = standing_events().filter(record__ref=ref).select_related("document").first()
    if event is None:
        raise Refused(_("No record %(ref)s stands in the register.") % {"ref": ref})
    return event.document


def refs_brought_by(seq: int) -> list[str]:
    """References that stand as approval `seq` brought them."""
    brought = standing_events().filter(approval__seq=seq)
    return sorted(set(brought.values_list("record__ref", flat=True)))


def dependents_of(of: Import) -> list[str]:
    """Standing releases that rest on the hazards of an approved import; none rest on a pending one."""
    return dependent_releases(refs_brought_by(of.approval.seq)) if of.approval else []


def rows_digest_of(event: AuditEvent) -> str | None:
    """The digest of the rows that an import staged, computed again; None once rows of it were dropped or mended."""
    of = Import.objects.filter(pk=int(event.subject.removeprefix("import:"))).first()
    later = AuditEvent.objects.filter(subject=event.subject, kind=AuditKind.FINDING_RULED, number__gt=event.number)
    if of is None or of.state == ImportState.UNDONE or later.filter(detail__corrected_rows__gt=0).exists():
        return None
    rows = of.rows.order_by("number").iterator(chunk_size=CHUNK)
    return digest_of_rows((row.number, read_row(row).digest) for row in rows)


def dependent_releases(refs: Sequence[str]) -> list[str]:
    """Standing releases, other than `refs`, that name these hazards or release some of their land."""
    named: set[str] = set()
    hazards: list[tuple[Any, int]] = []
    for chunk in chunked(refs):
        releases = standing_events().filter(kind__in=RELEASE_KINDS)
        named |= set(releases.filter(hazard__ref__in=chunk).values_list("record__ref", flat=True))
        own = standing_events().filter(kind__in=HAZARD_KINDS, record__ref__in=chunk, shape__isnull=False)
        hazards += own.values_list("shape", "in_families__family_id")
    return sorted((named | releases_on(hazards)) - set(refs))


def releases_on(hazards: Sequence[tuple[Any, int]]) -> set[str]:
    """References of standing releases whose land shares more than an edge with these (shape, family) pairs."""
    if not hazards:
        return set()
    shapes = np.array([shape for shape, _family in hazards], dtype=object)
    near = standing_events().filter(
        kind__in=RELEASE_KINDS, shape__box_overlaps=tuple(float(side) for side in shapely.total_bounds(shapes))
    )
    tree, found = shapely.STRtree(shapes), set()
    for chunk in chunked(near.values_list("record__ref", "shape", "in_families__family_id").iterator()):
        theirs = np.array([shape for _ref, shape, _family in chunk], dtype=object)
        ours, hits = tree.query(theirs, predicate="intersects")
        apart = shapely.touches(theirs[ours], shapes[hits])
        found |= {chunk[i][0] for i, j in zip(ours[~apart], hits[~apart], strict=True) if chunk[i][2] == hazards[j][1]}
    return found
