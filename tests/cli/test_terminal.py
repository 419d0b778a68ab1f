"""What is printed can be read and copied in a narrow window."""

from __future__ import annotations

import pytest
from rich.table import Table

from clearground.cli.findings import as_table
from clearground.cli.output import names_of
from clearground.cli.terminal import Terminal, print_whole


def test_a_command_in_a_text_stays_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Else a shell would run half of it."""
    command = "clearground audit verify --head " + "5f" * 40
    Terminal(width=40).print(f"Run: {command}")
    assert command in capsys.readouterr().out.splitlines()[0]


def test_a_title_is_not_folded_to_a_narrow_table(capsys: pytest.CaptureFixture[str]) -> None:
    """An empty sheet is narrow."""
    print_whole(Table("a", title="Land in m², as of 2017-12-31"))
    assert capsys.readouterr().out.splitlines()[0] == "Land in m², as of 2017-12-31"


def test_a_dimension_named_twice_counts_once() -> None:
    """A row has each name once, so a column more would be a copy."""
    assert names_of("family, class,family,") == ("family", "class")


def test_a_reference_in_a_list_of_findings_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """It is what one looks for; columns that say nothing take no room from it."""
    row = {"ref": "suspected_areas-0d3b58f25a51166a", "code": "LAND-012", "what": "A spike. " * 20, "operator": ""}
    print_whole(as_table([row]))
    printed = capsys.readouterr().out
    assert row["ref"] in printed
    assert "LAND-012" in printed
    assert "operator" not in printed
