"""Findings go out as a workbook, and come back as answers."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import python_calamine
import xlsxwriter
from django.utils.translation import override

from clearground.audit.models import AuditEvent
from clearground.common.errors import Refused
from clearground.exchange import corrections, selectors
from clearground.exchange.actions.findings import answer_findings, rule_finding
from clearground.exchange.models import FindingRecord, Import
from clearground.places.models import Country

from .making import BOWTIE, Feature, approve, geojson, person, square, stage, standing, states

pytestmark = pytest.mark.django_db
ON = date(2024, 2, 1)


def hazards(tmp_path: Path) -> Import:
    """Two that overlap, one that crosses itself, one whose area is wrong."""
    features = [
        Feature("A", square(0), {"area": 10000, "operator": "OP1"}),
        Feature("B", square(0.25), {"area": 10000, "operator": "OP1"}),
        Feature("BOW", BOWTIE, {"area": None, "operator": "OP1"}),
        Feature("=2+3", square(9), {"area": 25000, "operator": "=cmd|' /C calc'!A0"}),
    ]
    mapped = {"ref": "id", "stated_m2": "area", "operator": "operator"}
    return stage(geojson(tmp_path / "h.geojson", features), mapping=mapped)


def listed(path: Path) -> list[dict[str, Any]]:
    """The rows of a list, by what its columns are for in whatever language; the headings first."""
    rows = python_calamine.load_workbook(str(path)).get_sheet_by_index(0).to_python()
    return [dict(zip(corrections.LABELS, row, strict=True)) for row in rows]


def answered(path: Path, answers: dict[tuple[str, str], dict[str, str]]) -> Path:
    """The list as an operator sends it back: answers by record and rule."""
    rows = listed(path)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            said = row | answers.get((str(row["record"]), str(row["rule"])), {})
            for column, value in enumerate(said.values()):
                sheet.write(at, column, str(value), None) if value != "" else None
    return path


def returned(of: Import, tmp_path: Path, answers: dict[tuple[str, str], dict[str, str]]) -> list[corrections.Answer]:
    """What comes back when the list of all findings was answered so."""
    path = tmp_path / "list.xlsx"
    corrections.write(selectors.open_findings(of), path)
    return corrections.read_correction_list(answered(path, answers))


def answer(of: Import, tmp_path: Path, answers: dict[tuple[str, str], dict[str, str]]) -> Any:
    """The outcome of the answers."""
    said = returned(of, tmp_path, answers)
    return answer_findings(answers=said, on=ON, by=person(), reason="list of OP1 came back")


def found(of: Import) -> dict[tuple[str, str], str]:
    """State of each finding, by record and rule."""
    return {(ref, code): state for ref, code, state in of.findings.values_list("ref", "code", "state")}


def test_a_list_says_what_is_wrong_and_what_to_do(karsova: Country, tmp_path: Path) -> None:
    """What blocks comes first; row, column and given value are there, answers are empty."""
    of = hazards(tmp_path)
    path = tmp_path / "list.xlsx"
    count = corrections.write(selectors.open_findings(of), path, map_url="http://127.0.0.1:8000/")
    _head, *rows = listed(path)
    assert count == len(rows) == selectors.open_findings(of).count()
    severities = [corrections.SEVERITIES.index(str(row["severity"])) for row in rows]
    assert severities == sorted(severities)
    area = next(row for row in rows if row["rule"] == "LAND-047")
    assert (area["record"], area["row"], area["column"], area["given"]) == ("=2+3", 4, "area", "25000")
    assert area["remedy"].startswith("Correct the area or the polygon")
    assert {row["value"] for row in rows} == {row["accept"] for row in rows} == {""}
    assert {row["synthetic"] for row in rows} == {"true"}, "the country is invented, and each row says so"


def test_text_that_looks_like_a_formula_stays_text(karsova: Country, tmp_path: Path) -> None:
    """No cell of the workbook is a formula, whatever operators wrote; links go to the map only."""
    path = tmp_path / "list.xlsx"
    corrections.write(selectors.open_findings(hazards(tmp_path)), path, map_url="http://127.0.0.1:8000")
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        links = book.read("xl/worksheets/_rels/sheet1.xml.rels").decode()
    assert "<f>" not in sheet
    assert links.count("Target=") == links.count('Target="http://127.0.0.1:8000/map/"') > 0
    assert 'location="16/10.0' in sheet
    assert "=2+3" in {row["record"] for row in listed(path)}


def test_each_operator_gets_its_own_list(karsova: Country, tmp_path: Path) -> None:
    """Findings of records without a known operator have a list too, so that nobody's are lost."""
    of = hazards(tmp_path)
    counts = corrections.write_by_operator(of, tmp_path / "lists")
    assert set(counts) == {"OP1", "unassigned"}
    assert sum(counts.values()) == selectors.open_findings(of).count()
    assert sorted(path.name for path in (tmp_path / "lists").iterdir()) == [
        f"import-{of.pk}-OP1.xlsx",
        f"import-{of.pk}-unassigned.xlsx",
    ]


def test_only_answered_rows_come_back(karsova: Country, tmp_path: Path) -> None:
    """A row that nobody answered says nothing."""
    said = returned(hazards(tmp_path), tmp_path, {("B", "LAND-061"): {"accept": "accept", "reason": "Both surveyed"}})
    assert [(each.row, each.is_accepted, each.reason, each.value) for each in said] == [(2, True, "Both surveyed", "")]


def test_a_list_in_khmer_comes_back_too(karsova: Country, tmp_path: Path) -> None:
    """Columns are known by their labels in either language."""
    with override("km"):
        said = returned(hazards(tmp_path), tmp_path, {("B", "LAND-061"): {"accept": "ទទួលយក", "reason": "ត្រឹមត្រូវ"}})
    assert [(each.row, each.is_accepted, each.reason) for each in said] == [(2, True, "ត្រឹមត្រូវ")]


def test_any_other_workbook_is_refused(karsova: Country, tmp_path: Path) -> None:
    """A file that isn't a list changes nothing."""
    with xlsxwriter.Workbook(str(tmp_path / "x.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "area"])
        sheet.write_row(1, 0, ["H1", 100])
    with pytest.raises(Refused, match="no correction list"):
        corrections.read_correction_list(tmp_path / "x.xlsx")


def test_an_accepted_finding_is_silent_with_its_reason(karsova: Country, tmp_path: Path) -> None:
    """The reason is kept with the finding, and the audit knows who took the list in."""
    of = hazards(tmp_path)
    outcome = answer(of, tmp_path, {("B", "LAND-061"): {"accept": "yes", "reason": "Both surveyed so"}})
    assert (outcome.accepted, outcome.late, outcome.refused) == (1, [], {})
    ruled = of.findings.get(code="LAND-061")
    assert (ruled.state, ruled.reason) == ("accepted", "Both surveyed so")
    assert AuditEvent.objects.last().kind == "finding.ruled"


def test_acceptance_without_reason_and_of_what_blocks_is_refused(karsova: Country, tmp_path: Path) -> None:
    """The outcome names the answers that can't be."""
    of = hazards(tmp_path)
    said = {("B", "LAND-061"): {"accept": "yes"}, ("BOW", "LAND-009"): {"accept": "yes", "reason": "It is so"}}
    outcome = answer(of, tmp_path, said)
    assert outcome.accepted == 0
    assert len(outcome.refused) == 2
    assert set(found(of).values()) == {"open"}


def test_a_corrected_shape_makes_a_blocked_row_ready(karsova: Country, tmp_path: Path) -> None:
    """The row has a new version, checked like any other; the bow-tie is gone."""
    of = hazards(tmp_path)
    assert states(of)["BOW"] == "blocked"
    outcome = answer(of, tmp_path, {("BOW", "LAND-009"): {"value": square(20).wkt}})
    assert outcome.corrected_rows == 1
    assert found(of)["BOW", "LAND-009"] == "fixed"
    assert states(of)["BOW"] == "ready"
    row = of.rows.get(ref="BOW")
    assert row.shape.equals(square(20))
    assert row.read["given_crs"] == "EPSG:4326"


def test_a_corrected_cell_is_read_as_the_file_would_be(karsova: Country, tmp_path: Path) -> None:
    """The area's own reader understands the new text, and the finding goes."""
    of = hazards(tmp_path)
    answer(of, tmp_path, {("=2+3", "LAND-047"): {"value": "9 800"}})
    row = of.rows.get(number=4)
    assert (row.given["area"], row.read["stated_m2"]) == ("9 800", 9800.0)
    assert found(of)["=2+3", "LAND-047"] == "fixed"


def test_a_correction_that_is_wrong_too_is_found(karsova: Country, tmp_path: Path) -> None:
    """The new version is checked: a new error is a new finding."""
    of = hazards(tmp_path)
    answer(of, tmp_path, {("=2+3", "LAND-047"): {"value": "1"}})
    assert ("=2+3", "LAND-048") in found(of)


def test_a_geometry_that_cannot_be_read_is_refused(karsova: Country, tmp_path: Path) -> None:
    """Nothing of that row changes."""
    of = hazards(tmp_path)
    outcome = answer(of, tmp_path, {("BOW", "LAND-009"): {"value": "POLYGON ((20 10, 20"}})
    assert list(outcome.refused.values()) == ["The corrected geometry can't be read."]
    assert states(of)["BOW"] == "blocked"


def test_rulings_outlive_the_correction_of_other_rows(karsova: Country, tmp_path: Path) -> None:
    """What was accepted stays accepted when rows are judged again; what it was accepted for has not changed."""
    of = hazards(tmp_path)
    answer(of, tmp_path, {("B", "LAND-061"): {"accept": "yes", "reason": "Both surveyed so"}})
    answer(of, tmp_path, {("BOW", "LAND-009"): {"value": square(20).wkt}})
    assert found(of)["B", "LAND-061"] == "accepted"


def test_a_finding_is_open_again_when_its_record_changes(karsova: Country, tmp_path: Path) -> None:
    """Accepted for one boundary is not accepted for another."""
    of = hazards(tmp_path)
    answer(of, tmp_path, {("B", "LAND-061"): {"accept": "yes", "reason": "Both surveyed so"}})
    again = [Feature("A", square(0)), Feature("B", square(0.25)), Feature("C", square(0.4))]
    path = geojson(tmp_path / "again.geojson", [again[0], Feature("B", square(0.26)), *again[2:]])
    newer = stage(path)
    assert found(newer)["B", "LAND-061"] == "open"


def test_another_overlap_of_an_accepted_record_is_open(karsova: Country, tmp_path: Path) -> None:
    """B over A was accepted; B over C is another matter, though B has not changed."""
    of = hazards(tmp_path)
    answer(of, tmp_path, {("B", "LAND-061"): {"accept": "yes", "reason": "Both surveyed so"}})
    cells = {"area": 10000, "operator": "OP1"}
    features = [Feature("C", square(0.5), cells), Feature("A", square(0), cells), Feature("B", square(0.25), cells)]
    mapped = {"ref": "id", "stated_m2": "area", "operator": "operator"}
    newer = stage(geojson(tmp_path / "again.geojson", features), mapping=mapped)
    overlaps = newer.findings.filter(code="LAND-061", ref="B").values_list("params__other", "state")
    assert dict(overlaps) == {"A": "accepted", "C": "open"}


def test_a_late_answer_does_nothing(karsova: Country, tmp_path: Path) -> None:
    """The record was corrected after the list went out: the old answer is named as late."""
    of = hazards(tmp_path)
    late = returned(of, tmp_path, {("=2+3", "LAND-047"): {"accept": "yes", "reason": "as reported"}})
    answer(of, tmp_path, {("=2+3", "LAND-047"): {"value": "14000"}})
    outcome = answer_findings(answers=late, on=ON, by=person(), reason="late")
    assert (outcome.accepted, len(outcome.late)) == (0, 1)
    assert found(of)["=2+3", "LAND-047"] == "open"


def test_an_approved_record_is_corrected_by_an_approval(karsova: Country, tmp_path: Path) -> None:
    """After approval the books change as any correction changes them, and the finding is fixed."""
    features = [Feature("H", square(0), {"area": 25000})]
    of = stage(geojson(tmp_path / "h.geojson", features), mapping={"ref": "id", "stated_m2": "area"})
    approve(of)
    of.refresh_from_db()
    outcome = answer(of, tmp_path, {("H", "LAND-047"): {"value": "9800"}})
    assert (outcome.corrected_rows, outcome.refused) == (1, {})
    assert selectors.standing_lines(["H"])[0].stated_m2 == 9800
    assert found(of)["H", "LAND-047"] == "fixed"
    assert standing() == ["H"]


def test_a_single_finding_is_ruled_on_with_a_reason(karsova: Country, tmp_path: Path) -> None:
    """Who, why, from which state to which: the audit has it."""
    finding = FindingRecord.objects.get(of=hazards(tmp_path), code="LAND-061")
    rule_finding(finding=finding, state="accepted", by=person(), reason="surveyed so")
    finding.refresh_from_db()
    assert (finding.state, finding.reason) == ("accepted", "surveyed so")
    event = AuditEvent.objects.last()
    assert (event.detail["before"], event.detail["after"]) == ("open", "accepted")


@pytest.mark.parametrize(("code", "reason"), [("LAND-061", " "), ("LAND-009", "it is so")])
def test_a_ruling_that_cannot_be_writes_nothing(karsova: Country, tmp_path: Path, code: str, reason: str) -> None:
    """Without a reason, or about what blocks: refused, and no audit event."""
    finding = FindingRecord.objects.get(of=hazards(tmp_path), code=code)
    events = AuditEvent.objects.count()
    with pytest.raises(Refused):
        rule_finding(finding=finding, state="accepted", by=person(), reason=reason)
    finding.refresh_from_db()
    assert finding.state == "open"
    assert AuditEvent.objects.count() == events
