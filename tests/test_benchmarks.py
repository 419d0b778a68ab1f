"""What the benchmark of the pages asks: each question once before it is asked again, and nothing that no page reads."""

from __future__ import annotations

import os
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from benchmarks import pages
from benchmarks.questions import Page, drawn
from benchmarks.register import bring_files, register
from clearground.accounts.models import Person
from clearground.web.account.views import BACKEND
from clearground.web.administration.forms.audit import AuditForm
from clearground.web.analysis.forms import BulletinForm, DossierForm, PivotForm
from clearground.web.intake.forms import FilterForm
from clearground.web.landing.forms import GapForm
from clearground.web.picture.forms import FigureForm
from clearground.web.records.filters import RecordsForm
from clearground.web.shell.forms import QuestionForm
from tests.web.records import demo

QUESTIONS = 4


@pytest.fixture
def asked_pages(db) -> list[Page]:
    """The questions about a small demonstration with its two files."""
    demo.load()
    assert bring_files() == bring_files() == 2
    return list(drawn(register(), questions=QUESTIONS, seed=1))


def names_read() -> dict[str, set[str]]:
    """By the first part of an address, the parameters that its page reads."""
    today, nothing = timezone.localdate(), QueryDict()
    question = {QuestionForm(nothing, today=today).add_prefix(name) for name in QuestionForm.base_fields}
    figure, pivot = FigureForm(nothing, today=today), PivotForm(nothing, today=today)
    filters = FilterForm(nothing, rules={}, with_rows=False)
    return {
        "sheet": question,
        "picture": question | {"family"},
        "map": question | {"q", "lon", "lat"},
        "figure": {figure.add_prefix(name) for name in figure.fields},
        "ask": {pivot.add_prefix(name) for name in pivot.fields},
        "gap": set(GapForm.base_fields),
        "restated": {"known"},
        "bulletins": set(BulletinForm.base_fields),
        "dossiers": set(DossierForm.base_fields),
        "records": {RecordsForm(nothing).add_prefix(name) for name in RecordsForm.base_fields} | {"page"},
        "propose": {"ref"},
        "findings": set(filters.fields),
        "audit": set(AuditForm.base_fields),
    }


def test_every_parameter_is_one_that_its_page_reads(asked_pages):
    """A word that no form knows asks for the usual page, and measures nothing of what its line says."""
    known = names_read()
    for page in asked_pages:
        for address in page.addresses:
            parts = urlsplit(address)
            first = parts.path.strip("/").replace(".", "/").split("/")[0]
            assert set(parse_qs(parts.query)) <= known.get(first, set()), address


def test_no_question_is_asked_twice_for_the_first_time(asked_pages):
    """Neither by one page nor by two, and no two questions are of one day."""
    addresses = [address for page in asked_pages for address in page.addresses]
    assert len(addresses) == len(set(addresses))
    days = [day for address in addresses for day in parse_qs(urlsplit(address).query).get("as-of", [])]
    assert len(days) == len(set(days)) > 20 * QUESTIONS


def test_every_page_answers_and_the_lists_are_not_empty(asked_pages):
    """Imports, rows and findings are those of two files that wait."""
    client = Client(HTTP_HOST="localhost")
    client.force_login(Person.objects.get(login="karsova.registrar"), backend=BACKEND)
    for page in asked_pages:
        answer = client.get(page.addresses[0])
        assert answer.status_code == 200, page.addresses[0]
    named = {page.name: page for page in asked_pages}
    for name in ("import", "import: a row", "finding"):
        assert len(named[name].addresses) >= 2, name
    assert 'href="/findings/' in client.get("/imports/1/").content.decode()


def test_the_first_answers_come_before_the_later_ones():
    """And both are told apart: a page that is slow but once does not keep the bar."""
    asked = []

    class Slow:
        """Answers each question slowly at first."""

        def get(self, path: str) -> tuple[int, bytes]:
            """What was asked is written down."""
            asked.append(path)
            return 200, b"..."

    times = pages.measured(Slow(), Page("p", ["/a", "/b", "/c"]), rounds=4)
    assert asked == ["/a", "/b", "/c", "/a", "/b", "/c", "/a"]
    assert (len(times.first), len(times.again), times.size) == (3, 4, 3)
    slow = pages.Times(Page("p", ["/a"]), [pages.BAR_MS + 1], [1.0], [90.0], [0.6], 1_000)
    assert not slow.is_reached
    assert slow.line() == "| p | 1 | 151 | 151 | 1 | 1 | 90 | 1 | 1 | **missed** |"


def test_the_processor_time_of_a_process_is_its_own():
    """It rises while this one works, and is not the clock's."""
    before = pages.processor_ms(os.getpid())
    assert sum(range(2_000_000))
    assert pages.processor_ms(os.getpid()) - before > 0
    assert pages.processor_ms(0) == 0
