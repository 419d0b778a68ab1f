"""Every file that leaves the register says that land without a polygon is not thereby safe."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pyarrow.parquet as pq
import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from clearground.accounts.choices import Role
from clearground.accounts.models import Person
from clearground.accounts.rights import RIGHTS
from clearground.common.caution import SENTENCE, short_caution
from clearground.land.models import Edition
from clearground.places.models import BoundaryEdition
from clearground.web.picture import overview
from tests.publications.paper import text as printed
from tests.source import ROOT
from tests.web import books, landing_books
from tests.web.test_rights import PAGES

pytestmark = pytest.mark.django_db
DAYS = "as-of=2017-12-31&known=2018-05-22&since=2017-01-01"
FIGURE = f"{DAYS}&family=mines"
# What stands in the addresses, by page; each of its choices in turn.
PARTS = {
    "web:picture-data": {"table": list(overview.TABLES)},
    "web:figure-data": {"measure": ["cleared_m2"], "dimension": ["province", "year"]},
    "web:figure-records": {"measure": ["cleared_m2"]},
    "web:outlines": {"level": ["province", "commune"]},
    "web:gap-file": {"start": ["operators", "treaty"], "end": ["authority"]},
    "web:gap-lines": {"start": ["operators"], "end": ["authority"], "step": ["operators", "late", "outside"]},
    "web:bulletin": {"year": [2017], "month": [3]},
}
ASKED = {
    **dict.fromkeys(["web:figure-data", "web:figure-records", "web:picture-data"], FIGURE),
    "web:download": DAYS,
    "web:records-near": "box=21,40,21.1,40.1",
}
# Files whose address does not look like one.
BESIDES = {"web:sample-file", "web:map-figures", "web:records-near"}
# Files that say nothing of land, or nothing without the page around them.
EXEMPT = {
    "web:audit-download": "what people did, and no land",
    "web:tile": "drawn on the map, which says it beside the land",
    "web:bulletin-chart": "a part of the bulletin, which says it",
    "web:dossier": "printed for one record, and read in tests/publications",
    "web:guide-picture": "a picture of a page, in a guide",
}
KINDS = re.compile(r"\(\?P<kind>([a-z|]+)\)")


def is_file(name: str) -> bool:
    """The address of the page ends as a file's name does."""
    return bool(re.search(r"\.(\(\?P<kind>|[a-z]+\$?$)", str(PAGES[name].pattern).replace("\\", "")))


FILES = sorted(name for name in RIGHTS.pages if is_file(name) or name in BESIDES)


def addresses(name: str) -> Iterator[str]:
    """Every address of a page: each kind of file, each choice of each part."""
    kinds = KINDS.search(str(PAGES[name].pattern))
    chosen = [{"kind": kind} for kind in kinds[1].split("|")] if kinds else [{}]
    for part, choices in PARTS.get(name, {}).items():
        chosen = [{**each, part: choice} for each in chosen for choice in choices]
    for each in chosen:
        yield f"{reverse(name, kwargs={**each, **numbers(name)})}?{ASKED.get(name, '')}"


def numbers(name: str) -> dict[str, int]:
    """The number that stands in the address of an import with a finding, of an edition, or of boundaries."""
    if name == "web:corrections":
        of = landing_books.an_import(Person.objects.earliest("pk"))
        landing_books.a_finding(of)
        return {"number": of.pk}
    if name.startswith("web:restated"):
        return {"number": Edition.objects.earliest("as_of").pk}
    return {"number": BoundaryEdition.objects.get(is_current=True).pk} if name == "web:outlines" else {}


def said_in(address: str, body: bytes, folder: Path) -> str:
    """All words of a file, whatever kind it is."""
    kind = address.partition("?")[0].rpartition(".")[2]
    if kind == "xlsx":
        with ZipFile(io.BytesIO(body)) as packed:
            return "".join(packed.read(name).decode() for name in packed.namelist() if name.endswith(".xml"))
    if kind == "parquet":
        return json.loads(pq.read_table(io.BytesIO(body)).schema.metadata[b"clearground"])["warning"]
    if kind == "pdf":
        return printed(body, folder)
    return json.dumps(json.loads(body), ensure_ascii=False) if body.startswith(b"{") else body.decode()


@pytest.fixture
def everybody(country) -> Client:
    """Somebody with every role."""
    client = Client()
    client.force_login(books.somebody(*Role.values, login="everybody"))
    return client


def body_of(client: Client, address: str, language: str = "en") -> bytes:
    """The file, which must have been given."""
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200, address
    assert not answer["Content-Type"].startswith("text/html"), address
    return b"".join(answer) if answer.streaming else answer.content


def test_what_looks_like_a_file_is_looked_at():
    """The rule finds the downloads; what is exempt is there, and has its reason."""
    assert {"web:download", "web:records-csv", "web:corrections", "web:outlines", "web:pivot-download"} <= set(FILES)
    assert set(EXEMPT) <= set(FILES)


@pytest.mark.parametrize("name", [name for name in FILES if name not in EXEMPT])
def test_every_file_says_that_land_without_a_polygon_is_not_thereby_safe(name, everybody, tmp_path):
    """In each of its kinds, as its reader's language has it; a new download stands in `rights.toml`, and so here."""
    said = {address: said_in(address, body_of(everybody, address), tmp_path) for address in addresses(name)}
    assert [address for address, words in said.items() if SENTENCE.rstrip(".") not in words] == []


@pytest.mark.parametrize("address", ["/sheet.csv", "/records.csv", "/ask.csv", "/sheet.json"])
def test_a_reader_of_khmer_reads_it_in_khmer(address, everybody, tmp_path):
    """The columns keep their names, the sentence does not."""
    with override("km"):
        wanted = short_caution().rstrip("។")
    assert wanted != SENTENCE
    assert wanted in said_in(address, body_of(everybody, f"{address}?{DAYS}", "km"), tmp_path)


@pytest.mark.parametrize("address", ["/sheet.csv?as-of=1980-01-01", "/records.csv?q=NO-SUCH-RECORD"])
def test_a_file_without_land_says_it_all_the_more(address, everybody):
    """One row, with nothing else in it that could be counted."""
    rows = csv.DictReader(io.StringIO(body_of(everybody, address).decode("utf-8-sig")))
    (row,) = (each for each in rows if not each["note"].startswith("#"))
    assert row["note"] == SENTENCE
    assert not any(value for column, value in row.items() if column.endswith("_m2") or column == "ref")


def test_the_sentence_is_written_in_one_place():
    """Of the programme; pages have it in their templates."""
    written = [path for path in (ROOT / "clearground").rglob("*.py") if "not thereby safe" in path.read_text("utf-8")]
    assert [path.relative_to(ROOT).as_posix() for path in written] == ["clearground/common/caution.py"]
