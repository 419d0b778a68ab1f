"""Each rule has words in both languages, a page, and examples that it keeps to."""

from __future__ import annotations

import json
import string
from pathlib import Path

import pytest

from clearground.exchange import rule_pages
from clearground.exchange.rule_examples import example_batch, example_context, examples
from clearground.exchange.rules import LANGUAGES, catalogue, explain, remedy_of, severity_of, title_of, wording
from clearground.kernel.findings import Finding, Severity
from clearground.kernel.land.checks import RULES, check

PAGES = Path(__file__).resolve().parents[2] / "docs" / "rules"
CODES = sorted(RULES)


def fields(text: str) -> set[str]:
    """The parameters that a text names."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", CODES)
def test_the_bad_example_breaks_this_rule_and_no_other(code: str) -> None:
    """A defect is found as what it is."""
    found = check(example_batch(examples()[code].bad), example_context())
    assert {finding.code for finding in found} == {code}


@pytest.mark.parametrize("code", CODES)
def test_the_good_example_breaks_no_rule(code: str) -> None:
    """What is in order raises nothing."""
    assert check(example_batch(examples()[code].good), example_context()) == []


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("code", CODES)
def test_every_word_has_what_it_names(code: str, language: str) -> None:
    """No brace and no dash for a missing parameter is left in what people read; JSON carries the parameters."""
    for finding in check(example_batch(examples()[code].bad), example_context()):
        words = catalogue(language)[code]
        assert fields(words["what"]) | fields(words["remedy"]) <= set(finding.params)
        assert "{" not in explain(finding, language)
        json.dumps(dict(finding.params), allow_nan=False)


def test_khmer_and_english_say_the_same_rules_with_the_same_parameters() -> None:
    """A reader in Khmer is told as much as one in English."""
    english, khmer = catalogue("en"), catalogue("km")
    assert set(english) == set(khmer)
    for code in CODES:
        for part in ("what", "remedy"):
            assert fields(english[code][part]) == fields(khmer[code][part]), (code, part)


def test_khmer_is_khmer() -> None:
    """A page in Khmer doesn't fall back to English."""
    for code in CODES:
        assert any("ក" <= letter <= "៿" for letter in title_of(code, "km")), code


def test_pages_are_as_written_by_the_rules() -> None:
    """`python -m clearground.exchange.rule_pages docs/rules` was run after the last change."""
    written = rule_pages.pages()
    committed = {path.name: path.read_text("utf-8") for path in PAGES.glob("*.md")}
    stale = sorted(name for name in written if committed.get(name) != written[name])
    assert stale == []
    assert set(committed) == set(written)


def test_a_finding_names_record_row_and_column() -> None:
    """Whoever mends it finds the cell."""
    finding = Finding("LAND-045", Severity.BLOCKS, row=12, ref="H-1", cell="AREA_M2", params={"stated_m2": -5.0})
    told = wording(finding, "en")
    assert told.where == "record H-1, row 12, column AREA_M2"
    assert explain(finding, "en").startswith("Record H-1, row 12, column AREA_M2: The stated area is −5 m².")


def test_numbers_are_told_as_every_page_prints_them() -> None:
    """Grouped digits, shares in per cent."""
    params = {"other": "H-2", "other_row": None, "overlap_m2": 27680.5, "share": 0.0123}
    finding = Finding("LAND-061", Severity.WARNS, row=3, ref="H-1", params=params)
    assert "27,680 m² lie over H-2 (1.2 %" in explain(finding, "en")
    assert "27,680 ម²" in explain(finding, "km")


def test_an_unknown_code_is_told_as_its_code() -> None:
    """A finding stored by a later version can still be shown."""
    assert explain(Finding("LAND-999", Severity.WARNS, row=1), "km").endswith("LAND-999")


def test_the_severity_of_a_reading_rule_is_known_too() -> None:
    """Checks and readers share one catalogue."""
    assert severity_of("LAND-009") is Severity.BLOCKS
    assert severity_of("EXCH-001") is Severity.WARNS


def test_a_made_reference_is_printed() -> None:
    """A finding carries its reference apart from its parameters; the words name it all the same."""
    made = Finding("EXCH-040", Severity.INFORMS, row=1, ref="north-1f2e")
    assert "north-1f2e" in wording(made, "en").what
    assert "north-1f2e" in wording(made, "km").what


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_remedy_of_a_rule_names_no_parameter(language):
    """A group of findings has no values of its own: dots stand for them."""
    told = [remedy_of(code, language) for code in catalogue("en")]
    assert len(told) > 60
    assert [remedy for remedy in told if "{" in remedy] == []
    assert "list of …" in remedy_of("LAND-040", "en")
