"""`docs/findings.md`: what may be found in files, places and the audit, from the catalogues themselves.

The checks of land have a page each in `docs/rules`.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parent.parent
INTRODUCTION = """# Findings of files, places and the audit

Written by `make manual` from the catalogues; a test compares the two. The checks of land have a page each in
[rules](rules/README.md). A finding that *blocks* keeps its row from being approved; one that *warns* asks somebody to
look; one that *informs* is worth knowing. What stands in *italics* is filled in from the row.
"""


def page() -> str:
    """Every finding with its severity, what it says and what to do."""
    sections = {
        "Reading files and their cells": reading(),
        "Places and boundaries": places(),
        "The audit": audit(),
    }
    return INTRODUCTION + "".join(f"\n## {title}\n" + "".join(entries) for title, entries in sections.items())


def entry(code: str, severity: str, title: str, what: Any, remedy: Any) -> str:
    """One finding."""
    heading = f"{code}: {title}" if title else code
    return f"\n### {heading}\n\n{severity.capitalize()}. {readable(str(what))}\n\n{readable(str(remedy))}\n"


def readable(text: str) -> str:
    """Parameters as words in italics."""
    words = re.sub(r"%\((\w+)\)s|\{(\w+)\}", lambda found: f"*{(found[1] or found[2]).replace('_', ' ')}*", text)
    return words.replace("%%", "%")


def reading() -> Iterator[str]:
    """Findings of `exchange.reading`."""
    rules = tomllib.loads((ROOT / "clearground/exchange/reading_rules.toml").read_text("utf-8"))
    for code, rule in sorted(rules.items()):
        yield entry(code, rule["severity"], rule["title"], rule["what"], rule["remedy"])


def places() -> Iterator[str]:
    """Findings of `places`."""
    from clearground.places.findings import RULES

    for code, rule in sorted(RULES.items()):
        yield entry(code, rule.severity.value, "", rule.message, rule.remedy)


def audit() -> Iterator[str]:
    """Findings of `audit`: each means that the chain is broken."""
    from clearground.audit.findings import MESSAGES, REMEDY

    for code, message in sorted(MESSAGES.items()):
        yield entry(code, "blocks", "", message, REMEDY)


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(page())
