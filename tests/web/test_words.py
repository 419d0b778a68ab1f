"""Words that reports write and lists that pages share read the same on every page, in the reader's language."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from clearground.accounts.models import RoleGrant
from clearground.kernel.land.events import Kind
from clearground.land.choices import METHODS, method_in_words
from clearground.places.models import Place
from clearground.publications.dossiers import dossier, lines_table
from clearground.web.records.proposing import fields_of
from tests.land.factories import line, square
from tests.land.test_ledger import approve
from tests.publications.books import a_country, an_edition
from tests.source import ROOT

DAYS = {"as-of": "2017-12-31", "since": "2017-01-01", "known": "2018-05-22"}
SURVEY = {"en": "non-technical survey", "km": "ការអង្កេតមិនបច្ចេកទេស"}


@pytest.fixture
def reader(db, client) -> Client:
    """Signed in, before books of land that was surveyed by a term of the standards and by a word of somebody's own."""
    tester = a_country()
    approve(
        tester,
        line("R8", Kind.CANCEL, "2017-04-20", square(5, 0, 1), method=SURVEY["en"]),
        line("R9", Kind.CANCEL, "2017-05-20", square(6, 0, 1), method="walked about"),
        on="2018-02-01",
    )
    an_edition(tester)
    RoleGrant.objects.create(person=tester, role="data_officer")
    client.force_login(tester)
    return client


def shown(reader: Client, address: str, language: str, **asked: str) -> str:
    """A page in a language."""
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = reader.get(address, asked)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("/ask/", {"rows": "method", "measure": "cancelled_m2", **DAYS}),
        ("/map/", DAYS),
        ("/records/R8/", {}),
        ("/figure/cancelled_m2/", {"family": "mines", **DAYS}),
    ],
)
def test_a_method_of_the_standards_is_in_the_readers_language(address, asked, language, reader):
    """On each page that prints one; in the other language it is nowhere in what is read."""
    read = re.sub(r"<[^>]*>", "", shown(reader, address, language, **asked))
    assert [each for each, words in SURVEY.items() if words in read] == [language]


def test_the_history_of_a_spot_and_a_dossier_say_it_too(reader):
    """They print lines of the ledger, not codes."""
    spot = line("X", Kind.CANCEL, "2017-04-20", square(5, 0, 1)).shape.centroid
    seq = re.search(r"/tiles/(\d+)/", shown(reader, "/map/", "km"))[1]
    assert SURVEY["km"] in shown(reader, f"/map/{seq}/at", "km", lon=str(spot.x), lat=str(spot.y), **DAYS)
    with translation.override("km"):
        assert SURVEY["km"] in str(lines_table(dossier("R8")))


def test_a_proposal_says_its_codes_in_words(db):
    """A form keeps codes, and whoever reads a proposal may know no English."""
    row = SimpleNamespace(given={"kind": "confirm", "evidence": "direct", "operator": "LFT"})
    with translation.override("km"):
        said = [str(value) for _name, value in fields_of(row)]
    assert said == ["បញ្ជាក់", "ផ្ទាល់", "LFT"]


def test_other_words_stand_as_they_were_given():
    """What no standard names is somebody's own word, and spelling hides no term."""
    with translation.override("km"):
        assert method_in_words("Walked about") == "Walked about"
        assert method_in_words("Non-technical  survey") == SURVEY["km"]
        assert [term for term in METHODS if method_in_words(term) == term] == []
    with translation.override("en"):
        assert method_in_words("Manual") == "Manual"


@pytest.mark.parametrize("language", ["en", "km"])
def test_a_table_of_ones_own_orders_places_as_the_sheet_does(language, reader):
    """By name in the reader's language: the codes would say otherwise."""
    names = {"010101": ("Zedin", "ហេង"), "010102": ("Abrin", "កំពត")}
    for code, (latin, khmer) in names.items():
        Place.objects.filter(code=code).update(name=latin, name_km=khmer)
    table = shown(reader, "/ask/", language, rows="commune", measure="opening_m2", family="mines", **DAYS)
    offered = shown(reader, "/sheet/", language, province="01", district="0101", **DAYS)
    rows = re.findall(r'<th scope="row"[^>]*>([^<]+)', table)
    choices = re.findall(r'<option value="\d{6}"[^>]*>([^<]+)', offered)
    wanted = ["Abrin", "Zedin"] if language == "en" else ["កំពត", "ហេង"]
    assert [name for name in rows if name in wanted] == [name for name in choices if name in wanted] == wanted


def glossary() -> dict[str, str]:
    """The Khmer of each term."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|", (ROOT / "GLOSSARY.md").read_text("utf-8"), re.M)
    return {term.strip(): khmer.strip() for term, khmer in rows}


@pytest.mark.parametrize(
    ("term", "messages"),
    [
        ("cancelled", ["Cancelled", "cancelled", "cancel"]),
        ("reduced", ["Reduced", "reduced", "reduce"]),
        ("non-technical survey (NTS)", ["non-technical survey"]),
        ("technical survey (TS)", ["technical survey"]),
        ("baseline survey (BLS)", ["baseline survey"]),
        ("spot task", ["spot task"]),
        ("battle area clearance (BAC)", ["battle area clearance"]),
    ],
)
def test_pages_use_the_terms_of_the_glossary(term, messages):
    """One word for one thing."""
    with translation.override("km"):
        assert {gettext(message) for message in messages} == {glossary()[term]}
