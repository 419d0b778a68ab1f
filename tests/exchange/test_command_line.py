"""The commands of imports, as a person and as a script use them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from clearground.cli import imports
from clearground.common.errors import Exit, Refused
from clearground.exchange.models import Import, ImportRow, Mapping
from clearground.land.models import LandEvent
from clearground.places.models import Boundary, Country, Place

from .making import BOWTIE, Feature, geojson, person, square, standing

pytestmark = pytest.mark.django_db
STAGE = ["--map", "ref=id", "--family", "mines", "--class", "A4", "--on", "2020-01-01", "--by", "sokha"]
DECIDED = ["--on", "2024-01-01", "--by", "vanna", "--reason", "checked"]


@pytest.fixture(autouse=True)
def _world(karsova: Country) -> None:
    """The invented country."""


def run(*words: str, code: int = 0) -> str:
    """What the command prints; it ends with `code`, or refuses."""
    app = typer.Typer()
    imports.register(app)
    ended = CliRunner().invoke(app, words)
    if isinstance(ended.exception, Refused):
        raise ended.exception
    assert ended.exit_code == code, ended.output
    return ended.output


def hazards(tmp_path: Path) -> str:
    """A file with two good rows and one blocked."""
    features = [Feature("H0", square(0)), Feature("H1", square(1)), Feature("X", BOWTIE)]
    return str(geojson(tmp_path / "a.geojson", features))


def test_import_approve_and_undo_say_what_is_next(tmp_path: Path) -> None:
    """From a file to events and back, each command naming the next."""
    printed = run("import", "hazards", hazards(tmp_path), *STAGE, code=3)
    assert "3 rows: 2 ready, 1 blocked" in printed
    assert "LAND-009" in printed
    number = Import.objects.get().pk
    assert f"clearground approve {number}" in printed
    printed = run("approve", str(number), *DECIDED)
    assert "2 rows" in printed
    assert f"clearground findings {number}" in printed
    assert standing() == ["H0", "H1"]
    assert "Nothing new" in run("import", "hazards", hazards(tmp_path), *STAGE, code=3)
    run("undo", str(number), *DECIDED)
    assert standing() == []
    assert "undone" in run("imports")


def test_undo_lists_what_rests_on_the_import(tmp_path: Path) -> None:
    """All dependent releases are printed before the refusal, one a line, for a script to take."""
    run("import", "hazards", hazards(tmp_path), *STAGE, code=3)
    first = Import.objects.get().pk
    run("approve", str(first), *DECIDED)
    path = str(geojson(tmp_path / "r.geojson", [Feature("R0", square(0))]))
    run("import", "releases", path, "--map", "ref=id", "--family", "mines", "--on", "2021-01-01", "--by", "sokha")
    run("approve", str(first + 1), *DECIDED)
    with pytest.raises(Refused, match="R0"):
        run("undo", str(first), *DECIDED)
    run("undo", str(first), *DECIDED, "--leave-dependents")
    assert standing() == ["R0"]


def test_a_decision_needs_a_person_and_a_reason(tmp_path: Path) -> None:
    """Without them the command says how to give them."""
    run("import", "hazards", hazards(tmp_path), *STAGE, code=3)
    number = str(Import.objects.get().pk)
    with pytest.raises(Refused, match="Nobody is named") as refusal:
        run("approve", number, "--reason", "x")
    assert refusal.value.code is Exit.USAGE
    with pytest.raises(Refused, match="reason"):
        run("approve", number, "--by", "sokha")
    with pytest.raises(Refused, match="is no date"):
        run("approve", number, "--by", "sokha", "--reason", "x", "--on", "1.2.2024")
    assert LandEvent.objects.count() == 0


def test_a_mapping_is_saved_and_used_again(tmp_path: Path) -> None:
    """The second file of a source needs its name only."""
    run("import", "hazards", hazards(tmp_path), *STAGE, "--save-mapping", "op1", code=3)
    assert Mapping.objects.get(name="op1").fields_of["ref"] == "id"
    path = str(geojson(tmp_path / "b.geojson", [Feature("H7", square(7))]))
    run("import", "hazards", path, "--mapping", "op1", "--by", "sokha")
    row = ImportRow.objects.get(ref="H7")
    assert (row.state, row.read["families"]) == ("ready", [["mines", "A4"]])
    with pytest.raises(Refused, match="op1"):
        run("import", "hazards", path, "--mapping", "op2", "--by", "sokha")
    with pytest.raises(Refused, match="is for hazards"):
        run("import", "releases", path, "--mapping", "op1", "--by", "sokha")


def test_correct_and_withdraw(tmp_path: Path) -> None:
    """One record is put right, with a shape from a file; another is withdrawn."""
    run("import", "hazards", hazards(tmp_path), *STAGE, code=3)
    run("approve", str(Import.objects.get().pk), *DECIDED)
    shape = str(geojson(tmp_path / "s.geojson", [Feature("H0", square(0, side_m=40))]))
    told = ["--known", "2024-02-01", "--by", "sokha", "--reason", "typo"]
    run("correct", "H0", "--stated-m2", "1600", "--class", "A3", "--on", "2019-01-01", "--shape", shape, *told)
    event = LandEvent.objects.get(record__ref="H0", until_seq=None)
    assert (event.stated_m2, event.in_families.get().hazard_class.code) == (1600, "A3")
    assert event.shape.equals(square(0, side_m=40))
    assert (event.on.isoformat(), event.document.filename) == ("2019-01-01", "s.geojson")
    run("correct", "H0", "--set", "evidence=direct", "--set", "overseer=OP1", *told)
    event = LandEvent.objects.get(record__ref="H0", until_seq=None)
    assert (event.evidence, event.overseer.code, event.stated_m2) == ("direct", "OP1", 1600)
    with pytest.raises(Refused, match="Nothing to correct"):
        run("correct", "H0", *told)
    run("withdraw", "H1", *told)
    assert standing() == ["H0"]


def test_findings_in_every_format(tmp_path: Path) -> None:
    """Tables for people, CSV and JSON for scripts, a workbook for operators."""
    run("import", "hazards", hazards(tmp_path), *STAGE, code=3)
    number = str(Import.objects.get().pk)
    rows = list(csv.DictReader(io.StringIO(run("findings", number, "--format", "csv"))))
    assert ("X", "LAND-009", "true") in {(row["ref"], row["code"], row["synthetic"]) for row in rows}
    assert json.loads(run("findings", number, "--group", "rule", "--format", "json"))[0]["n"] == 1
    assert "LAND-009" in run("findings", number, "--group", "operator")
    assert "LAND-009" in run("findings", number)
    run("findings", number, "--format", "xlsx", "--out", str(tmp_path / "list.xlsx"))
    assert (tmp_path / "list.xlsx").stat().st_size > 1000
    with pytest.raises(Refused, match="--out"):
        run("findings", number, "--format", "xlsx")


def test_check_writes_nothing_and_ends_with_3_when_a_finding_blocks(tmp_path: Path) -> None:
    """The same checks, for a file that goes nowhere."""
    told = ["--map", "ref=id", "--default", "family=mines", "--default", "on=2020-01-01"]
    printed = run("check", hazards(tmp_path), *told, code=int(Exit.FINDINGS))
    assert "LAND-009" in printed
    good = str(geojson(tmp_path / "b.geojson", [Feature("H0", square(0))]))
    run("check", good, *told)
    found = json.loads(run("check", hazards(tmp_path), *told, "--format", "json", code=int(Exit.FINDINGS)))
    assert {"X"} == {each["ref"] for each in found if each["severity"] == "blocks"}
    assert (Import.objects.count(), ImportRow.objects.count()) == (0, 0)


def test_places_are_imported_with_their_edition(tmp_path: Path) -> None:
    """Codes and names by their usual columns; the boundaries are current if asked."""
    features = [Feature("", square(0), {"province_code": "01", "province_en": "North"})]
    path = str(geojson(tmp_path / "p.geojson", features))
    with pytest.raises(Refused, match="edition"):
        run("import", "places", path, "--level", "province", "--by", "sokha")
    told = ["--level", "province", "--edition", "E1", "--make-current", "--by", "sokha"]
    printed = run("import", "places", path, *told)
    assert "1 places and 1 boundaries are new" in printed
    assert Place.objects.get(code="01").name == "North"
    assert Boundary.objects.get().edition.is_current
    with pytest.raises(Refused, match="no column"):
        run("import", "places", path, "--level", "commune", "--edition", "E2", "--code", "pcode", "--by", "sokha")
    assert person().login == "sokha"


def test_who_staged_does_not_approve(tmp_path: Path) -> None:
    """On the command line as on the pages."""
    run("import", "hazards", hazards(tmp_path), *STAGE, code=3)
    with pytest.raises(Refused, match="nobody approves their own"):
        run("approve", str(Import.objects.get().pk), "--by", "sokha", "--reason", "x", "--on", "2024-01-01")
    assert LandEvent.objects.count() == 0
