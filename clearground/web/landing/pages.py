"""What the first page and the pages behind it show, put together."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date

from clearground.accounts.selectors import active_people
from clearground.exchange.selectors import is_demonstration
from clearground.land.models import Edition
from clearground.land.selectors.three_totals import BRIDGES

from ..middleware import is_from_this_machine
from ..shell.addresses import query, record_address
from ..shell.selectors import called, families, hazard_classes
from . import bridges, selectors, tables, work
from .forms import GapForm

SHOWN_CAUSES = 50


def first_page(request: HttpRequest) -> dict[str, Any]:
    """The sheet of the latest edition, the three totals of its year, and the reader's work."""
    today, may = timezone.localdate(), request.may  # type: ignore[attr-defined]
    year = selectors.the_year(today)
    groups, releases = tables.the_sheet(year), bridges.releases(year)
    headline = next((each for each in releases if each.kind == "cleared"), releases[0] if releases else None)
    apart2 = sum(group.apart2(headline.kind) for group in groups if headline and group.code == headline.family)
    return {
        "year": year,
        "groups": groups,
        "apart": bridges.area(apart2) if apart2 else "",
        "columns": tables.COLUMNS,
        "balances": all(line.balances for group in groups for line in (*group.lines, group.subtotal, *group.apart)),
        "sheet_address": tables.sheet_address(year),
        "releases": releases,
        "headline": headline,
        "work": work.work_of(request.user, may, year) if request.user.is_authenticated else None,
        "invited": invited(request),
        "sees_land": "see_land" in may,
    }


def invited(request: HttpRequest) -> list[Any]:
    """The invented people whom a reader without an account may step in as; none outside the demonstration."""
    country = request.country  # type: ignore[attr-defined]
    if request.user.is_authenticated or not country.is_invented or not is_from_this_machine(request):
        return []
    people = active_people().filter(grants__isnull=False).distinct().prefetch_related("grants")
    return list(people) if is_demonstration() else []


def gap_page(request: HttpRequest, start: str, end: str) -> dict[str, Any]:
    """One bridge, and the lines of one of its steps for who may see records; not found where there is none."""
    if (start, end) not in BRIDGES:
        raise Http404
    form = GapForm(request.GET)
    if not form.is_valid():
        return {"form": form}
    asked = form.cleaned_data
    year = selectors.the_year(timezone.localdate(), asked["edition"])
    told = selectors.three_totals(year.version, year.question(asked["family"], asked["kind"], asked["without"]))
    found, way = told.bridge(start, end), (start, end)
    again = (asked["family"], asked["kind"], asked["without"])
    addresses = {step.code: bridges.gap_address(year, way, *again, step=step.code) + "#lines" for step in found.steps}
    sees_land = "see_land" in request.may  # type: ignore[attr-defined]
    return {
        "form": form,
        "year": year,
        "way": way,
        "title": bridges.WAYS[way],
        "family_name": families()[asked["family"]],
        "kind_name": bridges.KIND_NAMES[asked["kind"]],
        "bars": bridges.bars_of(found, addresses if sees_land else {}),
        "gap": bridges.change(found.end2 - found.start2),
        "is_explained": found.unexplained_m2 == 0,
        "others": list(bridges.gaps_of(year, told, asked["kind"], asked["without"])),
        "asks_for_treaty": "treaty" in way,
        "authority_address": bridges.total_address(year, asked["family"], asked["kind"]),
        "sees_land": sees_land,
        **(step_lines(year, way, found, asked) if sees_land and asked["step"] else {}),
    }


def step_lines(year: selectors.Year, way: tuple[str, str], found: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """One page of the lines of the step asked for; not found where the bridge has none of that name."""
    step = next((each for each in found.steps if each.code == asked["step"]), None)
    if step is None:
        raise Http404
    page = Paginator(range(len(step.entry)), bridges.A_PAGE).get_page(asked["page"] or 1)
    again = (asked["family"], asked["kind"], asked["without"])

    def address(number: int) -> str:
        return bridges.gap_address(year, way, *again, step=step.code, page=number) + "#lines"

    return {
        "step": step.code,
        "step_name": bridges.CAUSES[step.code],
        "step_area": bridges.change(step.delta2),
        "lines": bridges.lines_of_step(step, page.number),
        "paging": page,
        "before": address(page.previous_page_number()) if page.has_previous() else "",
        "after": address(page.next_page_number()) if page.has_next() else "",
    }


def restated_page(request: HttpRequest, edition: Edition) -> dict[str, Any]:
    """What is known otherwise of an edition's closing, by class, and the records that did it."""
    known = asked_day(request)
    found = selectors.restated(edition, known)
    classes, names = hazard_classes(), families()
    sees_land = "see_land" in request.may  # type: ignore[attr-defined]
    page = Paginator(found.causes, SHOWN_CAUSES).get_page(request.GET.get("page"))
    asked = query({"known": known})
    return {
        "edition": edition,
        "known": known,
        "rows": [restated_row(row, classes, names) for row in found.rows],
        "count": len(found.causes),
        "late": sum(cause["is_late"] for cause in found.causes),
        "causes": [cause_row(cause) for cause in page] if sees_land else [],
        "paging": page,
        "asked": asked,
        "sees_land": sees_land,
    }


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


def restated_row(row: dict[str, Any], classes: Any, names: dict[str, str]) -> dict[str, Any]:
    """One class of a restatement, printed."""
    known = classes.get((row["family"], row["class"] or ""))
    return {
        "family": names.get(row["family"], row["family"]),
        "code": row["class"] or "",
        "name": called(known) if known else "",
        "closing": bridges.area(selectors.exact(row["closing_m2"])),
        "restated": tables.change(selectors.exact(row["restated_m2"])),
        "is_nil": not row["restated_m2"],
        "opening": bridges.area(selectors.exact(row["opening_m2"])),
    }


def cause_row(cause: dict[str, Any]) -> dict[str, Any]:
    """One record of a restatement, printed."""
    change = tables.change(selectors.exact(cause["open_land_change_m2"]))
    return {**cause, "address": record_address(cause["ref"]), "change": change}
