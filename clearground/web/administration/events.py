"""Events of the audit in words: what a subject is and where it opens, a detail as a table, rows of a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clearground.accounts.rights import RIGHTS
from clearground.audit.choices import Kind
from clearground.audit.models import AuditEvent
from clearground.audit.selectors import Asked, answer
from clearground.common import formats
from clearground.exchange.sheet_files import as_cell
from clearground.land.models import Edition
from clearground.places.models import Country

PER_PAGE = 50
CHUNK = 2_000
# Kind of subject -> what it is called, and the page on which it opens.
SUBJECTS: dict[str, tuple[Any, str]] = {
    "record": (gettext_lazy("record"), "web:record"),
    "import": (gettext_lazy("import"), "web:import"),
    "person": (gettext_lazy("person"), "web:person"),
    "organisation": (gettext_lazy("organisation"), "web:organisation"),
    "edition": (gettext_lazy("edition"), "web:edition"),
    "place": (gettext_lazy("place"), "web:place"),
    "places": (gettext_lazy("places"), "web:places"),
    "boundaries": (gettext_lazy("boundary edition"), "web:boundaries"),
    "country": (gettext_lazy("country"), "web:publication"),
    "class": (gettext_lazy("class of land"), "web:lists"),
    "family": (gettext_lazy("family"), "web:lists"),
    "item": (gettext_lazy("type of item"), "web:lists"),
    "code_lists": (gettext_lazy("code lists"), "web:lists"),
    "approval": (gettext_lazy("approval"), ""),
    "document": (gettext_lazy("document"), ""),
    "mapping": (gettext_lazy("column mapping"), ""),
    "lineage": (gettext_lazy("lineage"), ""),
    "ledger": (gettext_lazy("ledger"), ""),
    "chain": (gettext_lazy("chain of events"), "web:audit"),
}
WHOLE = {"web:places", "web:boundaries", "web:publication", "web:lists", "web:audit"}
# Names within details that are not plain words yet; any other is shown as it stands, without its underlines.
KEYS: dict[str, Any] = {
    "after": gettext_lazy("after"),
    "as_of": gettext_lazy("as of"),
    "before": gettext_lazy("before"),
    "boundaries": gettext_lazy("boundaries"),
    "code": gettext_lazy("code"),
    "edition": gettext_lazy("edition"),
    "email_changed": gettext_lazy("email changed"),
    "events": gettext_lazy("events"),
    "findings": gettext_lazy("findings"),
    "head": gettext_lazy("last seal"),
    "is_active": gettext_lazy("in use"),
    "kind": gettext_lazy("kind"),
    "known": gettext_lazy("known"),
    "lines": gettext_lazy("lines"),
    "name": gettext_lazy("name"),
    "name_km": gettext_lazy("name in Khmer"),
    "organisation": gettext_lazy("organisation"),
    "parent": gettext_lazy("part of"),
    "role": gettext_lazy("role"),
    "rows": gettext_lazy("rows"),
    "rows_checked": gettext_lazy("rows checked"),
    "seq": gettext_lazy("approval"),
    "sessions_ended": gettext_lazy("sessions ended"),
    "source": gettext_lazy("source"),
    "threat_rank": gettext_lazy("threat rank"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """A subject in words: what it is, which one, how the audit calls it, where it opens."""

    what: str
    which: str
    subject: str
    address: str = ""


def named(subject: str, may: Iterable[str] = (), editions: dict[str, int] | None = None) -> Named:
    """The subject in words, with its page where the reader may open that."""
    what, _colon, which = subject.partition(":")
    words, page = SUBJECTS.get(what, (what, ""))
    key: Any = (editions or {}).get(which) if page == "web:edition" else which
    opens = page and RIGHTS.pages.get(page) in may and (key or page in WHOLE)
    return Named(str(words), which, subject, address_of(page, key) if opens else "")


def address_of(page: str, key: Any) -> str:
    """Where the page of that one is; empty where no such page takes it."""
    try:
        return reverse(page, args=[] if page in WHOLE else [key])
    except NoReverseMatch:
        return ""


def page_of(asked: Asked, may: Iterable[str]) -> dict[str, Any]:
    """One page of events, and whether there are older ones."""
    rows = list(answer(asked)[: PER_PAGE + 1])
    shown = rows[:PER_PAGE]
    return {
        "events": in_words(shown, may),
        "older": shown[-1].number if len(rows) > PER_PAGE else 0,
        "is_later_page": bool(asked.before),
        "meant": [named(subject) for subject in asked.subjects],
    }


def in_words(rows: list[AuditEvent], may: Iterable[str]) -> list[dict[str, Any]]:
    """The events with their subjects named and their details as rows of a table."""
    names = {row.subject.removeprefix("edition:") for row in rows if row.subject.startswith("edition:")}
    editions = dict(Edition.objects.filter(name__in=names).values_list("name", "pk")) if names else {}
    return [
        {"row": row, "kind": kind_words(row.kind), "subject": named(row.subject, may, editions), "detail": told(row)}
        for row in rows
    ]


def kind_words(kind: str) -> str:
    """What was done, in words; a kind that this version doesn't know, as it stands."""
    return str(Kind(kind).label) if kind in Kind.values else kind


def told(row: AuditEvent) -> list[tuple[str, str]]:
    """The detail as lines of a table; a change shows what stood before, then what stands now."""
    detail = row.detail if isinstance(row.detail, dict) else {}
    return [(words, cell(value)) for words, value in flat(detail)]


def flat(detail: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Names and values, those within others behind a sign."""
    for key, value in detail.items():
        words = f"{above}{KEYS.get(key, key.replace('_', ' '))}"
        if isinstance(value, dict) and value:
            yield from flat(value, f"{words} › ")
        else:
            yield words, value


def cell(value: Any) -> str:
    """A value in words: unknown is a dash, and no list runs over the page."""
    if value is None or value in ("", [], {}):
        return formats.NOT_KNOWN
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return formats.number(value)
    if isinstance(value, list):
        shown = ", ".join(cell(each) for each in value[:20])
        return shown if len(value) <= 20 else _("%(shown)s and %(more)s more") % {
            "shown": shown, "more": formats.number(len(value) - 20)
        }  # fmt: skip
    return str(value)[:500]


def one(row: AuditEvent, may: Iterable[str]) -> dict[str, Any]:
    """One event in words, and those beside it in the chain."""
    beside = AuditEvent.objects.filter(number__in=[row.number - 1, row.number + 1]).order_by("number")
    (words,) = in_words([row], may)
    return {"event": words, "beside": [(each, kind_words(each.kind)) for each in beside]}


COLUMNS = ("number", "at", "kind", "subject", "by", "reason", "detail", "hash", "synthetic")
HXL = (
    "#meta+id",
    "#date",
    "#activity+type",
    "#meta+subject",
    "#contact+login",
    "#description",
    "#meta+detail",
    "#meta+seal",
    "#meta+synthetic",
)


def as_csv(rows: QuerySet[AuditEvent]) -> Iterator[str]:
    """The events as lines of CSV, a chunk at a time; text can't become a formula."""
    synthetic = Country.objects.filter(is_invented=True).exists()
    yield lines_of([COLUMNS, HXL])
    held: list[Any] = []
    for row in rows.iterator(chunk_size=CHUNK):
        detail = "; ".join(f"{words}: {value}" for words, value in told(row))
        said = (row.number, row.at.isoformat(), row.kind, row.subject, row.by.login, row.reason, detail, row.hash)
        held.append([as_cell(value) for value in (*said, synthetic)])
        if len(held) >= CHUNK:
            yield lines_of(held)
            held = []
    yield lines_of(held)


def lines_of(rows: Iterable[Iterable[Any]]) -> str:
    """Rows as CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
