"""One gap between two totals: its bridge, the lines of its steps and of its totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.utils import timezone

from clearground.land import selectors as land
from clearground.land.selectors.three_totals import BRIDGES, Bridge, Step

from ..shell.addresses import query
from ..shell.selectors import families
from . import bridges, selectors
from .forms import GapForm

Way = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Gap:
    """What a reader asked of a gap, and what was found."""

    way: Way
    asked: Mapping[str, Any]
    year: selectors.Year
    told: land.ThreeTotals

    @property
    def bridge(self) -> Bridge:
        """The way from one total to the other."""
        return self.told.bridge(*self.way)

    @property
    def again(self) -> tuple[str, str, list[str]]:
        """What asks the same again: family, kind, and whom the treaty report left out."""
        return self.asked["family"], self.asked["kind"], self.asked["without"]

    def step(self, code: str) -> Step:
        """The step, or the total, of that code; not found where the bridge has neither."""
        found = self.told.part(*self.way, code)
        if found is None:
            raise Http404
        return found

    def address(self, **more: Any) -> str:
        """Where the same gap is explained."""
        return bridges.gap_address(self.year, self.way, *self.again, **more)

    @property
    def pinned(self) -> str:
        """What an address says that finds the same gap for ever."""
        year, (family, kind, left_out) = self.year, self.again
        days = {"as_of": year.as_of, "known": year.known, "edition": year.edition.pk if year.edition else None}
        return query(
            {**days, "seq": year.last_seq, "family": family, "kind": kind, "without": sorted(left_out) or None}
        )


def gap_of(form: GapForm, way: Way) -> Gap:
    """The gap that a form which is valid asks for."""
    asked = form.cleaned_data
    year = selectors.the_year(timezone.localdate(), asked["edition"], days=form.days(), seq=asked["seq"])
    told = selectors.three_totals(year.version, year.question(asked["family"], asked["kind"], asked["without"]))
    return Gap(way, asked, year, told)


def way_of(start: str, end: str) -> Way:
    """The way between two sources; not found where no bridge leads it."""
    if (start, end) not in BRIDGES:
        raise Http404
    return start, end


def gap_page(request: HttpRequest, way: Way) -> dict[str, Any]:
    """One bridge, and the lines of one of its steps for who may see records."""
    form = GapForm(request.GET)
    if not form.is_valid():
        return {"form": form}
    gap, sees_land = gap_of(form, way), "see_land" in request.may  # type: ignore[attr-defined]
    found, asked = gap.bridge, gap.asked
    return {
        "form": form,
        "year": gap.year,
        "way": way,
        "title": bridges.WAYS[way],
        "family_name": families()[asked["family"]],
        "kind_name": bridges.KIND_NAMES[asked["kind"]],
        "bars": bridges.bars_of(found, bar_addresses(gap, sees_land=sees_land)),
        "gap": bridges.change(found.end2 - found.start2),
        "is_explained": found.unexplained_m2 == 0,
        "others": list(bridges.gaps_of(gap.year, gap.told, asked["kind"], asked["without"])),
        "asks_for_treaty": "treaty" in way,
        "authority_address": bridges.total_address(gap.year, asked["family"], asked["kind"]),
        "sees_land": sees_land,
        "pinned": gap.pinned,
        **(step_lines(gap) if sees_land and asked["step"] else {}),
    }


def bar_addresses(gap: Gap, *, sees_land: bool) -> dict[str, str]:
    """Where each row of the bridge opens: the authority's total as a figure, all else with its lines."""
    codes = [*gap.way, *(step.code for step in gap.bridge.steps)] if sees_land else []
    lines = {code: gap.address(step=code) + "#lines" for code in codes}
    return lines | {"authority": bridges.total_address(gap.year, gap.asked["family"], gap.asked["kind"])}


def step_lines(gap: Gap) -> dict[str, Any]:
    """One page of the lines of the step asked for."""
    step = gap.step(gap.asked["step"])
    page = Paginator(range(len(step.entry)), bridges.A_PAGE).get_page(gap.asked["page"] or 1)

    def address(number: int) -> str:
        return gap.address(step=step.code, page=number) + "#lines"

    return {
        "step": step.code,
        "step_name": bridges.step_name(step.code),
        "step_area": bridges.area(step.delta2) if step.code in gap.way else bridges.change(step.delta2),
        "lines": bridges.lines_of_step(step, page.number),
        "paging": page,
        "before": address(page.previous_page_number()) if page.has_previous() else "",
        "after": address(page.next_page_number()) if page.has_next() else "",
    }
