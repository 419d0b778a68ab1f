"""What the sheet and the editions show, put together from selectors and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from clearground.land import selectors as land
from clearground.land.models import Edition

from ..shell import files, selectors
from ..shell.forms import QuestionForm
from ..shell.selectors import Question
from . import tables


def rows_of(question: Question, *, seq: int | None = None) -> list[dict[str, Any]]:
    """Rows of the sheet by family and class, of one place where the question names one."""
    by = ("family", "class", *question.within)
    pinned = {"seq": seq} if seq is not None else {}
    sheet = land.sheet(as_of=question.as_of, known=question.known, since=question.since, by=by, **pinned)
    return [row for row in sheet.rows if all(row[level] == code for level, code in question.within.items())]


def sheet_page(form: QuestionForm) -> dict[str, Any]:
    """The sheet, its headline and its edition."""
    question = form.question()
    return {
        **tables_of(rows_of(question), question.unit),
        "question": question,
        "edition": selectors.edition_of(question),
        "editions": edition_links(question),
        "address": form.address(),
        "unit": dict(form.fields["unit"].choices)[question.unit],
    }


def tables_of(rows: Sequence[Mapping[str, Any]], unit: str) -> dict[str, Any]:
    """The balance, what lies behind it, and the headline."""
    families, classes = selectors.families(), selectors.hazard_classes()
    return {
        "balance": tables.table_of(rows, tables.LAW, family_names=families, classes=classes, unit=unit),
        "behind": tables.table_of(rows, tables.BEHIND, family_names=families, classes=classes, unit=unit),
        "facts": tables.facts_of(rows, families, classes),
        "items": tables.items_of(rows, selectors.item_names()),
    }


def statement_page(edition: Edition) -> dict[str, Any]:
    """The sheet of an edition as it was signed, not as it would be computed today."""
    statement = edition.statement
    rows = statement["rows"] if isinstance(statement, Mapping) else statement
    days = {"as-of": edition.as_of.isoformat(), "known": edition.known.isoformat()}
    return {**tables_of(rows, "m2"), "address": urlencode(days), "warning": files.safe_warning()}


def edition_links(question: Question) -> list[dict[str, Any]]:
    """Every signed edition as a question, marked where it is the one on screen."""
    keep = {name: value for name, value in (("province", question.province), ("unit", question.unit)) if value}
    return [
        {
            "name": edition.name,
            "address": urlencode({"as-of": edition.as_of, "known": edition.known} | keep),
            "is_shown": (edition.as_of, edition.known) == (question.as_of, question.known),
        }
        for edition in selectors.signed_editions()[:12]
    ]
