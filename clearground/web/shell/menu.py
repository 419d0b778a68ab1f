"""Which pages the menu offers: those that the reader may open. Where the reader is, it marks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clearground.accounts.rights import RIGHTS


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the menu."""

    page: str
    words: Any
    address: str = ""
    is_here: bool = False


# Subject (folder of the pages) -> its pages, the first of which the menu leads to.
SUBJECTS: dict[str, tuple[Any, tuple[tuple[str, Any], ...]]] = {
    "landing": (_("Today"), (("web:landing", _("Today")),)),
    "picture": (
        _("Figures"),
        (
            ("web:sheet", _("Balance sheet")),
            ("web:picture", _("National picture")),
            ("web:pivot", _("Ask your own")),
            ("web:reports", _("Saved reports")),
            ("web:bulletins", _("Bulletins")),
            ("web:dossiers", _("Dossiers")),
            ("web:editions", _("Editions")),
        ),
    ),
    "atlas": (_("Map"), (("web:map", _("Map")),)),
    "records": (_("Records"), (("web:records", _("Records")), ("web:propose", _("Propose a record")))),
    "intake": (_("Imports"), (("web:imports", _("Imports")), ("web:findings", _("Findings")))),
    "administration": (
        _("Administration"),
        (
            ("web:people", _("People")),
            ("web:organisations", _("Organisations")),
            ("web:lists", _("Code lists")),
            ("web:places", _("Places")),
            ("web:publication", _("Publication")),
            ("web:audit", _("Audit")),
        ),
    ),
}
# Pages that stand under another subject's heading.
UNDER = {"analysis": "picture"}


def subject_of(request: HttpRequest) -> str:
    """The subject of the page on screen."""
    match = request.resolver_match
    module = getattr(match.func, "__module__", "") if match else ""
    subject = module.removeprefix("clearground.web.").split(".")[0]
    return UNDER.get(subject, subject)


def is_open(page: str, may: Iterable[str]) -> bool:
    """The page is there, and somebody with these permissions may see it."""
    return RIGHTS.pages.get(page) in may


def menu(request: HttpRequest, may: Iterable[str]) -> list[Entry]:
    """One entry for each subject of which the reader may see a page."""
    here, found = subject_of(request), []
    for subject, (words, pages) in SUBJECTS.items():
        if first := next((page for page, _words in pages if is_open(page, may)), None):
            found.append(Entry(first, words, reverse(first), subject == here))
    return found


def tabs(request: HttpRequest, may: Iterable[str]) -> list[Entry]:
    """The pages of the subject on screen; none where it has but one."""
    _words, pages = SUBJECTS.get(subject_of(request), ("", ()))
    name = request.resolver_match.view_name if request.resolver_match else ""
    found = [Entry(page, words, reverse(page), page == name) for page, words in pages if is_open(page, may)]
    return found if len(found) > 1 else []
