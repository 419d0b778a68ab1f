"""What the first page shows, put together."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from clearground.accounts.selectors import active_people
from clearground.exchange.selectors import is_demonstration

from ..middleware import is_from_this_machine
from . import bridges, selectors, tables, work


def first_page(request: HttpRequest) -> dict[str, Any]:
    """The sheet of the latest edition, the three totals of its year, and the reader's work."""
    today, may = timezone.localdate(), request.may  # type: ignore[attr-defined]
    year = selectors.the_year(today)
    groups, releases = tables.the_sheet(year), bridges.releases(year, shows_lines="see_land" in may)
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
