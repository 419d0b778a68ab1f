"""Correction lists on the command line: out, answered, back in."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from clearground.cli import answers
from clearground.places.models import Country
from tests.exchange import making
from tests.exchange.test_corrections import answered, hazards

pytestmark = pytest.mark.django_db


@pytest.fixture
def karsova(db: None, monkeypatch: pytest.MonkeyPatch) -> Country:
    """The invented country; files are read without a process of their own."""
    monkeypatch.setattr("clearground.exchange.intake.read_file", making.read_here)
    return making.country()


def run(*words: str) -> str:
    """What the command prints; it did what was asked."""
    app = typer.Typer()
    answers.register(app)
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def test_a_list_goes_out_and_its_answers_come_in(karsova: Country, tmp_path: Path) -> None:
    """One file per operator; the answers of one of them count."""
    of = hazards(tmp_path)
    told = run("correction-lists", str(of.pk), "--out", str(tmp_path / "lists"))
    assert "2 lists in" in told
    path = tmp_path / "lists" / f"import-{of.pk}-OP1.xlsx"
    answered(path, {("B", "LAND-061"): {"accept": "accept", "reason": "Both surveyed so"}})
    told = run("answers", str(path), "--by", "sokha", "--reason", "March list of OP1")
    assert told == "1 findings accepted, 0 rows corrected."
    assert of.findings.get(code="LAND-061").reason == "Both surveyed so"


def test_answers_that_cannot_be_are_printed(karsova: Country, tmp_path: Path) -> None:
    """Whoever takes the list in sees what is left."""
    of = hazards(tmp_path)
    run("correction-lists", str(of.pk), "--out", str(tmp_path / "lists"))
    path = answered(
        tmp_path / "lists" / f"import-{of.pk}-OP1.xlsx", {("BOW", "LAND-009"): {"accept": "x", "reason": "so"}}
    )
    told = run("answers", str(path), "--by", "sokha", "--reason", "March list of OP1")
    assert "LAND-009 blocks its record and can't be accepted." in told
