"""A documentation page per rule, written from its law, its words and its examples.

`python -m clearground.exchange.rule_pages docs/rules` writes them; a test holds them against this.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from clearground.kernel.land.checks import RULES, Limits, Rule, check
from clearground.kernel.land.checks.batch import Batch

from . import rule_examples as spec
from .rules import catalogue, explain, title_of

GROUPS = {
    "Geometry": range(1, 20),
    "Position": range(20, 30),
    "Cells": range(30, 60),
    "Two shapes": range(60, 80),
}
SEVERITY = {
    "blocks": "**blocks**: the record can't be approved until it is mended",
    "warns": "**warns**: the record can be approved; somebody has to look",
    "informs": "**informs**: worth knowing; nothing has to be done",
}
EASED = "; where an area is stated it **warns**, and the record is booked as stated, not placed"
ROWS_SHOWN = (
    "ref",
    "line",
    "kind",
    "family",
    "class",
    "on",
    "area",
    "place",
    "hazard",
    "task",
    "operator",
    "crs",
    "wkt",
)


def pages() -> dict[str, str]:
    """The text of every page, by file name."""
    return {"README.md": contents(), **{f"{code}.md": page(rule) for code, rule in sorted(RULES.items())}}


def contents() -> str:
    """The list of all rules."""
    lines = ["# Rules", "", "What the checks of an import find. A finding names the record, the row and the cell.", ""]
    for group, numbers in GROUPS.items():
        lines += [f"## {group}", "", "| rule | title | severity |", "|---|---|---|"]
        codes = (code for code in sorted(RULES) if int(code[-3:]) in numbers)
        lines += [f"| [{code}]({code}.md) | {title_of(code, 'en')} | {RULES[code].severity} |" for code in codes]
        lines.append("")
    return "\n".join(lines)


def page(rule: Rule) -> str:
    """One rule: its law, severity, why it matters, thresholds, examples that the tests run."""
    words, example = catalogue("en")[rule.code], spec.examples()[rule.code]
    severity = SEVERITY[rule.severity] + (EASED if rule.eases else "") + "."
    parts = [
        f"# {rule.code} {words['title']}",
        f"{rule.law}",
        f"A finding {severity}",
        f"**Why it matters.** {words['why']}",
        *thresholds(rule),
        "## Found here",
        rows_shown(example.bad),
        "\n".join(f"> {line}" for line in told(spec.example_batch(example.bad), rule.code, "en")),
        "\n".join(f"> {line}" for line in told(spec.example_batch(example.bad), rule.code, "km")),
        "## Not found here",
        rows_shown(example.good),
        "[All rules](README.md)",
    ]
    return "\n\n".join(parts) + "\n"


def thresholds(rule: Rule) -> list[str]:
    """The rule's parameters with their values, as a table."""
    if not rule.parameters:
        return []
    usual = Limits()
    rows = [f"| `{name}` | {getattr(usual, name):g} |" for name in rule.parameters]
    return ["\n".join(["| threshold | value |", "|---|---|", *rows])]


def rows_shown(rows: Sequence[Mapping[str, object]]) -> str:
    """The rows of an example as text."""
    shown = ["; ".join(f"{name}: {row[name] or '(empty)'}" for name in ROWS_SHOWN if name in row) for row in rows]
    return "\n".join(["```text", *shown, "```"])


def told(batch: Batch, code: str, language: str) -> list[str]:
    """What the rule says about the example."""
    return [explain(finding, language) for finding in check(batch, spec.example_context(), [code])]


def write(folder: Path) -> int:
    """All pages stand in the folder; says how many."""
    folder.mkdir(parents=True, exist_ok=True)
    written = pages()
    for name, text in written.items():
        (folder / name).write_text(text, "utf-8")
    return len(written)


if __name__ == "__main__":
    print(write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/rules")), "pages")
