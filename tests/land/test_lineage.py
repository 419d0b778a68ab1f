"""Which hazard records came from which: recorded once, in one direction, and shown with the record."""

from __future__ import annotations

from datetime import date

import pytest
import typer
from typer.testing import CliRunner

from clearground.accounts.models import Person
from clearground.audit.models import AuditEvent
from clearground.cli import records
from clearground.common.errors import Refused
from clearground.kernel.land.events import Kind
from clearground.land.actions import approve_lines, record_lineage
from clearground.land.models import Lineage
from clearground.land.selectors.records import lineage_of

from .factories import document, line, register, square

pytestmark = pytest.mark.django_db
ON = date(2020, 1, 1)


@pytest.fixture(autouse=True)
def person() -> Person:
    """Three hazard records and a release stand."""
    by = register()
    lines = [line(ref, Kind.RECORD, "2010-01-01", square(x, 0, 1)) for x, ref in enumerate(("H-1", "H-1a", "H-1b"))]
    lines.append(line("R-1", Kind.CLEAR, "2011-01-01", square(0, 0, 1), hazard="H-1", evidence="direct", depth_cm=15))
    approve_lines(lines=lines[:3], document=document(by), on=ON, by=by, reason="test")
    approve_lines(lines=lines[3:], document=document(by), on=ON, by=by, reason="test")
    return by


def link(by: Person, *links: tuple[str, str, str]) -> None:
    """The links are recorded."""
    record_lineage(links=links, on=ON, by=by, reason="a road cuts it")


def run(*words: str) -> str:
    """What the command prints."""
    app = typer.Typer()
    records.register(app)
    ended = CliRunner().invoke(app, words, catch_exceptions=False)
    assert ended.exit_code == 0, ended.output
    return ended.output


def test_a_split_is_recorded_with_its_reason_and_shown_from_both_sides(person: Person) -> None:
    """One command; each of the three records tells of it."""
    told = ["--on", "2020-02-01", "--by", person.login, "--reason", "a road cuts it"]
    assert "2 links" in run("lineage", "split", "--from", "H-1", "--into", "H-1a", "--into", "H-1b", *told)
    assert {(one.parent.ref, one.child.ref, one.kind) for one in lineage_of("H-1")} == {
        ("H-1", "H-1a", "split"),
        ("H-1", "H-1b", "split"),
    }
    event = AuditEvent.objects.get(kind="lineage.recorded")
    assert (event.by, event.reason) == (person, "a road cuts it")
    assert event.detail["links"] == [["H-1", "H-1a", "split"], ["H-1", "H-1b", "split"]]
    assert "H-1b came from H-1 on 2020-02-01: split" in run("record", "H-1b")


def test_a_record_shows_what_its_lines_say_further() -> None:
    """The hazard that a release is linked to, evidence, depth."""
    assert "releases H-1; evidence: direct; 15 cm deep" in run("record", "R-1")


def test_a_merge_has_one_later_record(person: Person) -> None:
    """Two into two would say nothing about which came from which."""
    told = ["--by", person.login, "--reason", "x"]
    with pytest.raises(Refused, match="a merge one later record"):
        run("lineage", "merge", "--from", "H-1", "--into", "H-1a", "--into", "H-1b", *told)
    assert "2 links" in run("lineage", "merge", "--from", "H-1a", "--from", "H-1b", "--into", "H-1", *told)


@pytest.mark.parametrize(
    ("links", "why"),
    [
        ([("H-1", "H-9", "split")], "No record is called H-9"),
        ([("H-1", "R-1", "split")], "R-1 is a release"),
        ([("H-1", "H-1a", "cut")], "no lineage cut"),
        ([("H-1", "H-1", "split")], "itself came from"),
        ([("H-1", "H-1a", "split"), ("H-1", "H-1a", "merge")], "knows already"),
        ([("H-1", "H-1a", "split"), ("H-1a", "H-1b", "split"), ("H-1b", "H-1", "merge")], "itself came from"),
    ],
)
def test_what_cannot_be_is_refused_whole(person: Person, links: list[tuple[str, str, str]], why: str) -> None:
    """Unknown records, releases, a link twice, a record that came from itself."""
    with pytest.raises(Refused, match=why):
        link(person, *links)
    assert not Lineage.objects.exists()


def test_a_circle_over_what_stands_is_refused(person: Person) -> None:
    """Also where the way round was recorded earlier; and so is the same link again."""
    link(person, ("H-1", "H-1a", "split"))
    link(person, ("H-1a", "H-1b", "resurvey"))
    with pytest.raises(Refused, match="itself came from"):
        link(person, ("H-1b", "H-1", "merge"))
    with pytest.raises(Refused, match="knows already"):
        link(person, ("H-1", "H-1a", "split"))
    assert Lineage.objects.count() == 2
