"""`clearground demo`: loads the invented country, and tells its story."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from clearground.cli import demo
from clearground.common.errors import Refused
from clearground.demonstration.story import STORY_YEAR
from clearground.places.models import Country


def run(*words: str) -> str:
    """What the command prints; raises what it raises."""
    app = typer.Typer()
    demo.register(app)
    result = CliRunner().invoke(app, list(words))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.django_db
def test_the_command_loads_an_empty_database() -> None:
    """It says that the country is invented, and what to do next."""
    said = run("--hazards", "60", "--seed", "5")
    assert "invented country" in said
    assert "clearground serve" in said
    assert Country.objects.get().name.startswith("Karsova")


@pytest.mark.django_db
def test_a_second_load_is_refused_with_a_remedy() -> None:
    """The refusal says how to get a database for it."""
    run("--hazards", "60", "--seed", "5")
    with pytest.raises(Refused) as refusal:
        run("--hazards", "60", "--seed", "5", "--by", "karsova.registrar")
    assert "CLEARGROUND_DATA_DIR" in refusal.value.remedy


def test_the_story_names_its_steps() -> None:
    """Three bridges, with nothing unexplained."""
    said = run("story", "--hazards", "1000")
    assert str(STORY_YEAR) in said
    assert said.count("Unexplained") == 3
    assert "invented" in said


def test_the_story_is_there_for_scripts() -> None:
    """As JSON, with the records that make each step."""
    told = json.loads(run("story", "--hazards", "1000", "--json"))
    assert told["synthetic"] is True
    assert [bridge["unexplained_m2"] for bridge in told["bridges"]] == [0, 0, 0]
    steps = [step for bridge in told["bridges"] for step in bridge["steps"] if step["records"]]
    assert steps
    assert all(abs(sum(area for *_, area in s["records"]) - s["delta_m2"]) <= len(s["records"]) for s in steps)
