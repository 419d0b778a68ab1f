"""What the pages of imports and findings show, put together from selectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from clearground.accounts.models import Organisation
from clearground.common import formats
from clearground.exchange import rules
from clearground.exchange import selectors as exchange
from clearground.exchange.actions.findings import Outcome, as_given
from clearground.exchange.choices import FindingState, ImportState, RowState, SeverityChoice, UploadState
from clearground.exchange.corrections import GEOMETRY, Answer
from clearground.exchange.models import FindingRecord, Import, ImportRow, Upload
from clearground.land.choices import EventKind

from ..shell.addresses import map_address, query
from ..shell.selectors import called, families, hazard_classes, provinces
from . import forms, selectors
from .pictures import Thing, picture

ON_A_PAGE = 50
FEW_FINDINGS = 3
CELLS_SHOWN = 60


def paged(rows: Any, request: HttpRequest) -> Page[Any]:
    """The page that the address asks for; the nearest where there is no such page."""
    return Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))


def titles(codes: Iterable[str]) -> dict[str, str]:
    """What rules are called, by code."""
    return {code: rules.title_of(code) for code in codes}


def asked_address(asked: Mapping[str, Any], **other: Any) -> str:
    """The parameters of the same question, but for what is given otherwise."""
    plain = {name: getattr(value, "pk", value) for name, value in asked.items()}
    return query({**plain, **other})


def group_rows(findings: QuerySet[FindingRecord], asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The groups of findings, each with its name, its counts and the address that shows it alone."""
    by = asked.get("group", "rule")
    names = group_names(by)
    groups = selectors.grouped(findings, by)
    for group in groups:
        key = group["key"]
        group["name"] = names.get(key, key) if by != "rule" else rules.title_of(key)
        group["address"] = asked_address(asked, **{by: key or (selectors.NOBODY if by == "operator" else "")})
        group["code"] = key if by == "rule" else ""
        group["remedy"] = rules.remedy_of(key) if by == "rule" else ""
    return groups


def group_names(by: str) -> dict[str, Any]:
    """What the groups are called, by their keys."""
    if by == "operator":
        owners = {each.code: called(each) for each in Organisation.objects.all()}
        return {"": _("Nobody yet"), **owners}
    if by == "province":
        return {"": _("No province"), **dict(provinces())}
    return {each.value: each.label for each in SeverityChoice} if by == "severity" else {}


def filtered(findings: QuerySet[FindingRecord], asked: Mapping[str, Any]) -> QuerySet[FindingRecord]:
    """The findings that fit; `any` state is every state."""
    return selectors.narrowed(findings, {**asked, "state": "" if asked["state"] == "any" else asked["state"]})


def import_page(request: HttpRequest, of: Import) -> dict[str, Any]:
    """One import: where it stands, what approval would change, what was found, its rows beside their map."""
    findings = selectors.findings_for(request.user).filter(of=of)  # type: ignore[arg-type]
    form = forms.FilterForm(request.GET, rules=titles(selectors.rules_in(findings)), with_rows=True)
    asked = form.asked()
    found = filtered(findings, asked)
    page = paged(selectors.rows_shown(of.rows.all(), filtered_all(findings, asked), asked), request)
    return {
        "of": of,
        "form": form,
        "asked": asked_address(asked),
        "groups": group_rows(found, asked),
        "group": asked["group"],
        "counts": counts_of(of, asked),
        "effect": effect_rows(of),
        "records": of.effect.get("records", {}),
        "page": page,
        "address": asked_address(asked),
        **rows_beside(of, page.object_list, findings),
        "is_own": request.user.pk in exchange.brought_by(of),
        "is_pending": of.state == ImportState.PENDING,
        "can_undo": of.state == ImportState.APPROVED,
        "history": selectors.history_of(of.pk),
    }


def filtered_all(findings: QuerySet[FindingRecord], asked: Mapping[str, Any]) -> QuerySet[FindingRecord]:
    """The findings in the state asked for, whatever else is asked."""
    return findings if asked["state"] == "any" else findings.filter(state=asked["state"])


def counts_of(of: Import, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """How many rows are in each state, with the address that shows them alone."""
    counts = exchange.row_counts(of)
    plain = {name: value for name, value in asked.items() if name in ("group",)}
    return [
        {"state": state, "name": RowState(state).label, "n": n, "address": query({**plain, "rows": state})}
        for state, n in counts.items()
        if n
    ]


def effect_rows(of: Import) -> list[dict[str, Any]]:
    """The land that approval would book, by kind, family and class, in square metres."""
    named, classes = families(), hazard_classes()
    rows = []
    for row in of.effect.get("land", []):
        known = classes.get((row["family"], row["class"]))
        stated = None if row["without_stated"] == row["lines"] else row["stated_m2"]
        placed = None if row["without_polygon"] == row["lines"] else row["placed_m2"]
        rows.append(
            {
                **row,
                "kind": EventKind(row["kind"]).label,
                "family": named.get(row["family"], row["family"]),
                "name": called(known) if known and known.name != known.code else "",
                "stated": formats.area(stated),
                "placed": formats.area(placed),
            }
        )
    return rows


def rows_beside(of: Import, rows: Sequence[ImportRow], findings: QuerySet[FindingRecord]) -> dict[str, Any]:
    """The rows of a page with what was found in each, and the same rows as a picture."""
    by_row = selectors.findings_of_rows(findings.exclude(state=FindingState.FIXED), rows)
    told = [row_told(row, by_row[row.number]) for row in rows]
    things = [Thing(row.shape, row.state, f"{row.number} {row.ref}", f"#row-{row.number}", row.number) for row in rows]
    return {"rows": told, "picture": picture(things)}


def row_told(row: ImportRow, found: Sequence[FindingRecord]) -> dict[str, Any]:
    """A row of the table."""
    said = row.read
    kind = said.get("kind")
    return {
        "row": row,
        "kind": EventKind(kind).label if kind is not None else "",
        "classes": ", ".join(code or family for family, code in said.get("families") or ()),
        "stated": formats.area(said.get("stated_m2")),
        "findings": [(each, rules.title_of(each.code)) for each in found[:FEW_FINDINGS]],
        "more": max(len(found) - FEW_FINDINGS, 0),
    }


def row_page(request: HttpRequest, row: ImportRow, form: forms.ChangeForm | None = None) -> dict[str, Any]:
    """One row: its cells as given, what is wrong in it and what to do, its place on a map with what lies beside."""
    findings = selectors.findings_for(request.user).filter(of=row.of_id, row=row.number)  # type: ignore[arg-type]
    found = list(findings.order_by(selectors.BY_SEVERITY, "code"))
    told = [told_of(each) for each in found]
    open_cells = [each.cell for each in found if each.state == FindingState.OPEN]
    return {
        "of": row.of,
        "row": row,
        "found": told,
        "form": form or forms.ChangeForm(cells=cells_of(row), wrong=open_cells),
        "wrong": {name for name in open_cells if name},
        "picture": picture(things_of(row, found), spots=spots_of(found)),
        "on_map": address_on_map(row),
        "is_pending": row.of.state == ImportState.PENDING and row.state != RowState.APPROVED,
    }


def cells_of(row: ImportRow) -> dict[str, str]:
    """The cells of the row as given, the geometry last."""
    cells = {name: as_given(row, name) for name in list(row.given)[:CELLS_SHOWN]}
    return cells | ({GEOMETRY: as_given(row, GEOMETRY)} if row.shape is not None or not cells else {})


def told_of(found: FindingRecord) -> dict[str, Any]:
    """A finding in words."""
    return {"finding": found, "words": rules.wording(exchange.finding_of(found))}


def things_of(row: ImportRow, found: Sequence[FindingRecord]) -> list[Thing]:
    """The row's shape, and those of the other records of its pairs beneath it."""
    refs = dict.fromkeys(str(each.params["other"]) for each in found if each.params.get("other"))
    others = [Thing(selectors.shape_of(ref, row.of_id), "other", ref) for ref in list(refs)[:20]]
    return [*others, Thing(row.shape, "this", row.ref)]


def spots_of(found: Sequence[FindingRecord]) -> list[tuple[float, float]]:
    """The points that findings name."""
    named = ((each.params.get("lon"), each.params.get("lat")) for each in found)
    return [(lon, lat) for lon, lat in named if isinstance(lon, float) and isinstance(lat, float)]


def address_on_map(row: ImportRow) -> str:
    """The map of the register at the middle of the row; nothing where it has no shape."""
    if row.shape is None or row.shape.is_empty:
        return ""
    west, south, east, north = row.shape.bounds
    return map_address(lon=(west + east) / 2, lat=(south + north) / 2, zoom=15)


def finding_page(request: HttpRequest, found: FindingRecord) -> dict[str, Any]:
    """One finding: in words, its owner and state, its row and its history."""
    row = ImportRow.objects.filter(of=found.of_id, number=found.row).select_related("of").first() if found.row else None
    page = {
        "told": told_of(found),
        "finding": found,
        "of": found.of,
        "row": row,
        "why": rules.words_of(found.code, "en").get("why", "") if formats.language() == "en" else "",
        "given": as_given(row, found.cell) if row and found.cell else "",
        "history": selectors.history_of_finding(found),
        "reason_form": forms.ReasonForm(),
        "assign_form": forms.AssignForm(
            initial={
                "owner": found.owner.code if found.owner else "",
                "person": found.person.login if found.person else "",
            }
        ),
        "can_accept": found.state == FindingState.OPEN and found.severity != SeverityChoice.BLOCKS,
        "can_open": found.state == FindingState.ACCEPTED,
    }
    if row is not None:
        page |= {"picture": picture(things_of(row, [found]), spots=spots_of([found])), "on_map": address_on_map(row)}
    return page


def findings_page(request: HttpRequest) -> dict[str, Any]:
    """The findings of all imports, grouped and one by one."""
    findings = selectors.findings_for(request.user)  # type: ignore[arg-type]
    form = forms.FilterForm(request.GET, rules=titles(selectors.rules_in(findings)), with_rows=False)
    asked = form.asked()
    found = filtered(findings, asked)
    page = paged(found.order_by(selectors.BY_SEVERITY, "code", "of_id", "row"), request)
    return {
        "form": form,
        "address": asked_address(asked),
        "groups": group_rows(found, asked),
        "group": asked["group"],
        "page": page,
        "told": [told_of(each) for each in page.object_list],
        "assign_form": forms.AssignForm(),
        "reason_form": forms.ReasonForm(auto_id="rule_%s"),
    }


def meant(request: HttpRequest) -> list[FindingRecord]:
    """The findings that a decision is about: those that were ticked, else all that fit what was asked for."""
    findings = selectors.findings_for(request.user)  # type: ignore[arg-type]
    if ticked := [int(each) for each in request.POST.getlist("finding") if each.isdecimal()]:
        return list(findings.filter(pk__in=ticked[:ON_A_PAGE]))
    if request.POST.get("scope") != "all":
        return []
    form = forms.FilterForm(request.POST, rules=titles(selectors.rules_in(findings)), with_rows=False)
    number = request.POST.get("number", "")
    asked = form.asked() | ({"number": int(number)} if number.isdecimal() else {})
    return list(filtered(findings, asked))


PHASES = (UploadState.WAITING, UploadState.READING, UploadState.CHECKING, UploadState.READY)


def progress_page(upload: Upload) -> dict[str, Any]:
    """How far an upload is: its phases with the one on screen, rows done of all, what went wrong."""
    phase = UploadState(upload.state)
    at = PHASES.index(phase) if phase in PHASES else -1
    steps = [(each.label, "done" if i < at or phase == UploadState.READY else "now" if i == at else "to-come")
             for i, each in enumerate(PHASES)]  # fmt: skip
    before = selectors.waiting_before(upload) if phase == UploadState.WAITING else 0
    is_old = upload.became is not None and upload.became.started_at < upload.sent_at
    return {
        "upload": upload,
        "steps": steps,
        "phase": phase.value,
        "is_moving": phase in (UploadState.WAITING, UploadState.READING, UploadState.CHECKING),
        "before": before,
        "is_old": is_old,
        "counts": exchange.row_counts(upload.became) if upload.became else {},
    }


def answers_told(answers: Sequence[Answer], outcome: Outcome) -> list[dict[str, Any]]:
    """What became of each answer of a list that came back."""
    late = set(outcome.late)
    return [{"answer": each, **became(each, outcome, late)} for each in answers]


def became(answer: Answer, outcome: Outcome, late: set[str]) -> dict[str, str]:
    """What became of one answer."""
    if answer.key in late:
        return {"state": "warns", "what": _("Too late: the record or its finding has changed since the list was made.")}
    if answer.key in outcome.refused:
        return {"state": "blocks", "what": outcome.refused[answer.key]}
    if answer.value:
        return {"state": "good", "what": _("Corrected to %(value)s.") % {"value": answer.value[:80]}}
    if answer.is_accepted:
        return {"state": "good", "what": _("Accepted: %(reason)s") % {"reason": answer.reason}}
    return {"state": "warns", "what": _("Nothing was done: no corrected value, and not accepted.")}
