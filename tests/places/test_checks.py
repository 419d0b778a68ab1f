"""What codes and names of a file say."""

from __future__ import annotations

import pytest

from clearground.kernel.findings import Finding, Severity
from clearground.places import checks
from clearground.places.choices import Level
from clearground.places.findings import RULES, found, sentence
from clearground.places.rows import Gazetteer, PlaceRow

from .factories import known, point, province, rectangle, row, village

NOTHING = Gazetteer({})
DISTRICT = row("0102", level=Level.DISTRICT, parent_code="01")


def refs(findings: list[Finding]) -> list[tuple[str, str]]:
    """Codes of rules, and what they are about."""
    return [(finding.code, finding.ref) for finding in findings]


def codes(rows: list[PlaceRow]) -> list[str]:
    """Codes of rows."""
    return [each.code for each in rows]


def test_blanks_are_trimmed() -> None:
    """Cells of a spreadsheet often end in one."""
    rows, findings = checks.tidy([row(" 010203 ", " Thmei ", name_km=" ថ្មី ")], NOTHING)
    assert [(r.code, r.name, r.name_km) for r in rows] == [("010203", "Thmei", "ថ្មី")]
    assert findings == []


def test_a_row_without_a_code_is_named_and_not_kept() -> None:
    """It blocks: the place is known nowhere else."""
    rows, findings = checks.tidy([PlaceRow("  ", "Thmei", Level.COMMUNE, row=7)], NOTHING)
    assert rows == []
    assert [(f.code, f.row, f.severity) for f in findings] == [("PLACE-012", 7, Severity.BLOCKS)]


def test_a_row_without_a_name_has_the_registers() -> None:
    """No finding: nothing is unknown."""
    rows, findings = checks.tidy([PlaceRow("01", "", Level.PROVINCE)], known(province("01", "Battambang")))
    assert ([r.name for r in rows], findings) == (["Battambang"], [])


def test_a_row_with_a_khmer_name_alone_is_called_by_it() -> None:
    """A name is a name in any script."""
    rows, findings = checks.tidy([PlaceRow("01", "", Level.PROVINCE, "បាត់ដំបង")], NOTHING)
    assert ([r.name for r in rows], findings) == (["បាត់ដំបង"], [])


def test_a_row_without_any_name_is_called_by_its_code_and_said_so() -> None:
    """The place is kept."""
    rows, findings = checks.tidy([PlaceRow("01", "", Level.PROVINCE)], NOTHING)
    assert ([r.name for r in rows], refs(findings)) == (["01"], [("PLACE-016", "01")])


def test_rows_of_one_place_are_one_with_all_their_ground() -> None:
    """An island in a row of its own."""
    parts = [row("01", "Koh", shape=rectangle(0, 0, 1, 1)), row("01", "KOH", shape=rectangle(5, 0, 1, 1))]
    rows, findings = checks.one_row_per_place(parts, NOTHING)
    assert codes(rows) == ["01"]
    assert rows[0].shape.area == pytest.approx(2e-4)
    assert refs(findings) == [("PLACE-004", "01")]


def test_two_places_under_one_code_are_both_kept() -> None:
    """The first one keeps the code; the finding names both."""
    rows, findings = checks.one_row_per_place([village("01", "Thmei"), village("01", "Chas")], NOTHING)
    assert [(r.code, r.name) for r in rows] == [("01", "Thmei"), ("01~2", "Chas")]
    assert refs(findings) == [("PLACE-003", "01")]
    assert "Thmei, Chas" in sentence(findings[0])


def test_one_name_under_two_parents_is_two_places() -> None:
    """Every district has a New Village."""
    same = [village("01", "Thmei", parent_code="a"), village("01", "Thmei", parent_code="b")]
    assert codes(checks.one_row_per_place(same, NOTHING)[0]) == ["01", "01~2"]


@pytest.mark.parametrize("names", [("Thmei", "Chas", "Leu"), ("Leu", "Chas", "Thmei"), ("Chas", "Thmei", "Leu")])
def test_a_place_keeps_its_marked_code_in_whatever_order_it_comes(names: tuple[str, ...]) -> None:
    """Another edition of the list may be sorted otherwise."""
    register = known(village("01", "Thmei"), village("01~2", "Chas"))
    rows, _findings = checks.one_row_per_place([village("01", name) for name in names], register)
    assert {r.name: r.code for r in rows} == {"Thmei": "01", "Chas": "01~2", "Leu": "01~3"}


def test_equal_codes_of_two_levels_are_no_double() -> None:
    """A village may share its digits with a district elsewhere."""
    rows, findings = checks.one_row_per_place([DISTRICT, village("0102")], NOTHING)
    assert (len(rows), findings) == (2, [])


def test_unknown_codes_are_told_at_known_levels() -> None:
    """The first list of a level is all new, and no finding."""
    register = known(province("01"), row("010203"))
    new = [row("010203"), row("010299"), village("01020301")]
    assert refs(checks.unknown_codes(new, register)) == [("PLACE-001", "010299")]
    assert checks.unknown_codes(new, NOTHING) == []


def test_a_marked_place_of_a_known_code_is_not_also_unknown() -> None:
    """It has its finding already."""
    assert checks.unknown_codes([row("010203~2")], known(row("010203"))) == []


def test_vanished_codes_are_told_for_what_the_file_covers() -> None:
    """A file of one province says nothing of another, and one of communes nothing of villages."""
    register = known(
        province("01"),
        province("02"),
        DISTRICT,
        row("010203", parent_code="0102"),
        row("010204", parent_code="0102"),
        row("020101", parent_code="02"),
        village("01020301", parent_code="010203"),
    )
    assert refs(checks.vanished_codes([row("010203")], register)) == [("PLACE-002", "010204")]


def test_without_provinces_a_file_covers_the_whole_country() -> None:
    """A country whose first list is of communes still learns what is gone."""
    assert refs(checks.vanished_codes([row("a")], known(row("a"), row("b")))) == [("PLACE-002", "b")]


def test_the_province_above_is_told_by_parents_before_codes() -> None:
    """Districts keep their codes when they change province."""
    register = known(province("03"), province("25"), row("0304", level=Level.DISTRICT, parent_code="25"))
    assert checks.top_of("0304", register) == "25"
    assert checks.top_of("030401", register) == "03"
    assert checks.top_of("030401", known(row("x"))) == ""


def test_a_name_spelt_otherwise_is_no_finding() -> None:
    """In either script, and a little otherwise."""
    register = known(province("01", "Banteay Meanchey", name_km="បន្ទាយមានជ័យ"))
    for name in ("Bantey Meanchey", "បន្ទាយ មានជ័យ"):
        assert checks.other_names([province("01", name)], register) == []


def test_another_name_is_a_finding_with_both() -> None:
    """The register keeps its own."""
    register = known(province("01", "Battambang"))
    (finding,) = checks.other_names([province("01", "Pursat")], register)
    assert (finding.code, finding.params["known_name"]) == ("PLACE-009", "Battambang")


def test_a_missing_parent_is_told_once_with_where_its_rows_lie() -> None:
    """The most frequent place first."""
    rows = [row(f"01990{n}") for n in range(3)] + [row("010203")]
    register = known(province("01"), DISTRICT, *rows)
    lies_in = {"019900": "0102", "019901": "0103", "019902": "0102"}
    (finding,) = checks.missing_parents(rows, register, lies_in)
    assert (finding.code, finding.ref) == ("PLACE-008", "0199")
    assert finding.params["rows"] == 3
    assert finding.params["lies_in"] == "0102, 0103"


def test_a_code_that_breaks_the_custom_is_told_where_there_is_a_custom() -> None:
    """One of twenty is a slip; half of them is no custom."""
    good = [row(f"0102{n:02}", parent_code="0102") for n in range(20)]
    odd = row("990101", parent_code="0102")
    assert refs(checks.other_beginnings([*good, odd], NOTHING)) == [("PLACE-014", "990101")]
    assert checks.other_beginnings([good[0], odd], NOTHING) == []
    assert checks.other_beginnings([row("01")], NOTHING) == []


def test_joining_keeps_the_one_shape_there_is() -> None:
    """Or none."""
    assert checks.joined([row("01"), row("01", shape=point(0, 0))]).shape == point(0, 0)
    assert checks.joined([row("01"), row("01")]).shape is None


@pytest.mark.parametrize("code", list(RULES))
def test_every_rule_has_words_for_its_finding(code: str) -> None:
    """A sentence, filled in, and what to do."""
    params = ["names", "kept_as", "share_pct", "from_code", "from_name", "into", "other_code", "parent_code", "rows"]
    params += ["lies_in", "known_name", "why", "overlap_m2"]
    finding = found(code, row("010203", "Thmei"), **dict.fromkeys(params, "x"))
    assert finding.severity == RULES[code].severity
    assert ("010203" in sentence(finding) or "x" in sentence(finding) or "Thmei" in sentence(finding)) is True
    assert str(RULES[code].remedy)


def test_a_finding_about_a_row_names_the_row() -> None:
    """As the file's reader counts it."""
    finding = found("PLACE-001", row("010203", "Thmei", row=12))
    assert (finding.row, finding.ref, finding.params["name"]) == (12, "010203", "Thmei")
