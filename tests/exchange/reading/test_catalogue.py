"""Each code that reading or mapping can find has its words, and no words are left over."""

from __future__ import annotations

import re
from pathlib import Path

import clearground.exchange
from clearground.exchange.reading.codes import rules

HERE = Path(clearground.exchange.__file__).parent
SOURCES = [*sorted((HERE / "reading").glob("*.py")), HERE / "mapping.py", HERE / "cells.py"]
WORDS = ("title", "what", "remedy")


def test_codes_and_words_are_the_same_set() -> None:
    """A code without words would reach the screen bare."""
    used = {code for path in SOURCES for code in re.findall(r"EXCH-\d{3}", path.read_text())}
    assert used == set(rules())


def test_both_languages_say_the_same_with_the_same_parameters() -> None:
    """A parameter that one language drops is a fact that its readers lack."""
    for code, entry in rules().items():
        assert entry["severity"] in {"blocks", "warns", "informs"}, code
        for name in WORDS:
            english, khmer = entry[name], entry[f"{name}_km"]
            assert re.findall(r"[\u1780-\u17ff]", khmer), code
            assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", khmer)), code
