"""What the sheet and the editions show, put together from selectors and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from clearground.common.caution import caution
from clearground.land import selectors as land
from clearground.land.models import Edition
from clearground.land.selectors import one_reading

from ..shell import selectors
from ..shell.addresses import figure_address, query
from ..shell.forms import QuestionForm
from ..shell.selectors import Question
from . import tables


def rows_of(question: Question, *, seq: int | None = None) -> list[dict[str, Any]]:
    """Rows of the sheet by family and class, of one place where the question names one."""
    by = ("family", "class", *question.within)
    asked = {"as_of": question.as_of, "known": question.known, "since": question.since, "by": by}
    asked |= {"seq": seq} if seq is not None else {}
    key = ("sheet", *asked.values(), *question.within.values())
    rows = land.ledger().remembered(key, lambda: land.sheet(**asked, where=question.within).rows)
    return [row for row in rows if all(row[level] == code for level, code in question.within.items())]


@one_reading()
def sheet_page(form: QuestionForm) -> dict[str, Any]:
    """The sheet, its headline and its edition."""
    question = form.question()
    days = {"as_of": question.as_of, "since": question.since, "known": question.known}
    return {
        **tables_of(rows_of(question), question.unit, figure_link(**days, **question.within)),
        "question": question,
        "edition": selectors.edition_of(question),
        "editions": edition_links(question),
        "periods": period_links(question),
        "crumbs": place_links(question),
        "address": form.address(),
        "pinned": query({**days, **question.within, "seq": land.seq_known(question.known)}),
        "unit": dict(form.fields["unit"].choices)[question.unit],
    }


def figure_link(**of: Any) -> tables.Link:
    """Where each figure of a sheet opens: in the days, the knowledge and the place of the sheet."""

    def link(column: str, family: str, hazard_class: str) -> str:
        return figure_address(column, **of, family=family, class_=hazard_class)

    return link


def tables_of(rows: Sequence[Mapping[str, Any]], unit: str, link: tables.Link) -> dict[str, Any]:
    """The balance, what lies behind it, and the headline."""
    families, classes = selectors.families(), selectors.hazard_classes()
    how: dict[str, Any] = {"family_names": families, "classes": classes, "unit": unit, "link": link}
    return {
        "balance": tables.table_of(rows, tables.LAW, **how),
        "behind": tables.table_of(rows, tables.BEHIND, **how),
        "facts": tables.facts_of(rows, families, classes, link),
        "items": tables.items_of(rows, selectors.item_names(), link),
    }


def statement_page(edition: Edition) -> dict[str, Any]:
    """The sheet of an edition as it was signed, not as it would be computed today."""
    statement = edition.statement
    rows = statement["rows"] if isinstance(statement, Mapping) else statement
    days = {"as_of": edition.as_of, "known": edition.known}
    link = figure_link(**days, seq=edition.seq)
    return {**tables_of(rows, "m2", link), "address": query(days), "warning": caution()}


def period_links(question: Question) -> list[dict[str, Any]]:
    """The usual periods that end on the day of the sheet: its month, its quarter, its year, five years, all."""
    day = question.as_of
    starts = {
        _("month"): day.replace(day=1),
        _("quarter"): date(day.year, (day.month - 1) // 3 * 3 + 1, 1),
        _("year"): date(day.year, 1, 1),
        _("five years"): date(day.year - 4, 1, 1),
        _("since 2000"): date(min(2000, day.year), 1, 1),
    }
    days = {"as_of": day, "known": question.known, **question.within, "unit": question.unit}
    return [
        {"name": name, "address": query({**days, "since": since}), "is_shown": since == question.since}
        for name, since in starts.items()
    ]


def place_links(question: Question) -> list[tuple[str, str]]:
    """The places of the question from the country down, each with its own sheet; none where it is of the country."""
    days = {"as_of": question.as_of, "since": question.since, "known": question.known, "unit": question.unit}
    names = selectors.places_called(question.within.values())
    found, within = [("", query(days))], {}
    for level, code in question.within.items():
        within[level] = code
        found.append((names.get(code, code), query({**days, **within})))
    return found if within else []


def edition_links(question: Question) -> list[dict[str, Any]]:
    """Every signed edition as a question, marked where it is the one on screen."""
    keep = {**question.within, "unit": question.unit}
    return [
        {
            "name": edition.name,
            "address": urlencode({"as-of": edition.as_of, "known": edition.known} | keep),
            "is_shown": (edition.as_of, edition.known) == (question.as_of, question.known),
        }
        for edition in selectors.signed_editions()[:12]
    ]
