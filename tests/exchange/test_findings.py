"""Findings have owners and provinces, stay silent once accepted, and are fixed by a better file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import shapely

from clearground.audit.models import AuditEvent
from clearground.common.errors import Refused
from clearground.exchange import actions, corrections, neighbours, selectors
from clearground.exchange.models import FindingRecord, Import
from clearground.land.models import LandEvent
from clearground.places.actions import import_boundaries
from clearground.places.choices import Level
from clearground.places.models import Country
from clearground.places.rows import PlaceRow

from .making import BOWTIE, CENTRE, Feature, approve, codes, geojson, person, square, stage, states

pytestmark = pytest.mark.django_db
DIFFERS = "LAND-047"  # stated against computed area


def provinces() -> None:
    """Two provinces: west and east of the middle."""
    east, north = CENTRE
    rows = [
        PlaceRow("01", "West", Level.PROVINCE, shape=shapely.box(east - 1, north - 1, east, north + 1)),
        PlaceRow("02", "East", Level.PROVINCE, shape=shapely.box(east, north - 1, east + 1, north + 1)),
    ]
    import_boundaries(edition_name="E1", rows=rows, source="test", by=person(), reason="test", make_current=True)


def wrong_area(ref: str, column: float, **cells: object) -> Feature:
    """A hazard whose stated area isn't its polygon's."""
    return Feature(ref, square(column), {"stated_m2": 50_000, "operator": "OP1", **cells})


def test_a_finding_has_its_operator_and_its_province(karsova: Country, tmp_path: Path) -> None:
    """The operator has to mend it; the province is where the land lies, else where the row says."""
    provinces()
    features = [
        wrong_area("W", -5),
        wrong_area("E", 5),
        Feature("N", None, {"operator": "OP1", "place": "02"}),
        Feature("X", BOWTIE, {"operator": ""}),
    ]
    staged = stage(geojson(tmp_path / "a.geojson", features))
    found = set(selectors.open_findings(staged).values_list("ref", "owner__code", "province"))
    assert {("W", "OP1", "01"), ("E", "OP1", "02"), ("N", "OP1", "02"), ("X", None, "02")} <= found


def test_findings_are_counted_by_rule_operator_and_province(karsova: Country, tmp_path: Path) -> None:
    """Thousands of findings of a first import become a short list."""
    provinces()
    staged = stage(geojson(tmp_path / "a.geojson", [wrong_area("W", -5), wrong_area("E", 5), Feature("N", None)]))
    by_rule = {row["code"]: row["n"] for row in selectors.findings_by(staged, "rule")}
    assert (by_rule[DIFFERS], by_rule["LAND-001"]) == (2, 1)
    by_operator = {(row["owner__code"], row["code"]): row["n"] for row in selectors.findings_by(staged, "operator")}
    assert by_operator[("OP1", DIFFERS)] == 2
    assert {row["province"] for row in selectors.findings_by(staged, "province")} == {"", "01", "02"}


def test_an_accepted_finding_stays_silent_until_the_record_changes(karsova: Country, tmp_path: Path) -> None:
    """The same record again brings no open finding of the rule; a changed one does."""
    first = stage(geojson(tmp_path / "a.geojson", [wrong_area("W", 0)]))
    assert ("W", DIFFERS) in codes(first)
    assert actions.accept_findings(import_id=first.pk, code=DIFFERS, by=person(), reason="measured on the ground") == 1
    assert AuditEvent.objects.last().kind == "finding.ruled"
    again = stage(geojson(tmp_path / "b.geojson", [wrong_area("W", 0), Feature("H1", square(3))]))
    assert ("W", DIFFERS) not in codes(again)
    kept = again.findings.get(ref="W", code=DIFFERS)
    assert (kept.state, kept.reason) == ("accepted", "measured on the ground")
    changed = stage(geojson(tmp_path / "c.geojson", [wrong_area("W", 0, stated_m2=60_000)]))
    assert ("W", DIFFERS) in codes(changed)


def test_what_blocks_cannot_be_accepted(karsova: Country, tmp_path: Path) -> None:
    """A blocked record is mended, not waved through; and no reason, no acceptance."""
    staged = stage(geojson(tmp_path / "a.geojson", [Feature("X", BOWTIE), wrong_area("W", 0)]))
    with pytest.raises(Refused, match="can't be accepted"):
        actions.accept_findings(import_id=staged.pk, code="LAND-009", by=person(), reason="x")
    with pytest.raises(Refused, match="reason"):
        actions.accept_findings(import_id=staged.pk, code=DIFFERS, by=person(), reason=" ")
    assert FindingRecord.objects.filter(state="accepted").count() == 0


def test_a_better_file_closes_the_findings_of_the_worse_one(karsova: Country, tmp_path: Path) -> None:
    """The return of a correction list closes it: findings that are gone are fixed, others stay open."""
    worse = stage(geojson(tmp_path / "a.geojson", [Feature("X", BOWTIE), wrong_area("W", 2), Feature("G", None)]))
    better = stage(geojson(tmp_path / "b.geojson", [Feature("X", square(0)), wrong_area("W", 2)]))
    assert states(better) == {"X": "ready", "W": "ready"}
    state = {(found.ref, found.code): found.state for found in worse.findings.all()}
    assert state[("X", "LAND-009")] == "fixed"
    assert state[("W", DIFFERS)] == "open"
    assert state[("G", "LAND-001")] == "open"


def test_a_row_with_a_stated_area_lands_without_its_bad_shape(karsova: Country, tmp_path: Path) -> None:
    """Stated, not placed: the finding warns, the shape stays with the row, the area is booked; no change on return."""
    path = geojson(tmp_path / "a.geojson", [Feature("X", BOWTIE, {"stated_m2": 7000})])
    staged = stage(path)
    assert states(staged) == {"X": "ready"}
    assert ("X", "LAND-009") in codes(staged)
    approve(staged)
    event = LandEvent.objects.get()
    assert (event.shape, event.stated_m2) == (None, 7000.0)
    assert event.given_shape
    assert staged.rows.get().shape is not None
    again = stage(
        path, layer=None, defaults={"family": "mines", "class": "A4", "on": "2020-01-01", "kind": "record", "note": ""}
    )
    assert states(again) == {"X": "unchanged"}


def test_a_code_that_leads_nowhere_is_told_and_left_out(karsova: Country, tmp_path: Path) -> None:
    """An unknown place or hazard warns; the record lands without it, and the row keeps what was given."""
    provinces()
    approve(stage(geojson(tmp_path / "h.geojson", [Feature("H0", square(0))])))
    cells = {"place": "99", "hazard": "H9"}
    features = [Feature("R0", square(0), cells), Feature("R1", square(1), {"hazard": "H0", "place": "02"})]
    staged = stage(geojson(tmp_path / "r.geojson", features), subject="releases")
    assert {("R0", "LAND-033"), ("R0", "LAND-043")} <= codes(staged)
    approve(staged)
    lost, kept = LandEvent.objects.filter(record__ref__startswith="R").order_by("record__ref")
    assert (lost.place, lost.hazard, kept.place.code, kept.hazard.ref) == (None, None, "02", "H0")
    assert staged.rows.get(ref="R0").given["place"] == "99"
    assert staged.rows.get(ref="R0").digest == lost.digest


def test_codes_that_the_ledger_would_refuse_block_their_rows(karsova: Country, tmp_path: Path) -> None:
    """One unknown organisation or type of item stops its own row, never the whole approval."""
    features = [
        Feature("O", square(0), {"overseer": "NOBODY"}),
        Feature("P", square(1), {"operator": "NOBODY"}),
        Feature("I", square(2), {"rockets": 3}),
        Feature("F", square(3), {"class": "CMR"}),
        Feature("H0", square(4), {"overseer": "OP1"}),
    ]
    mapping = {"ref": "id", "items_rocket": "rockets"}
    staged = stage(geojson(tmp_path / "a.geojson", features), mapping=mapping)
    assert states(staged) == {"O": "blocked", "P": "blocked", "I": "blocked", "F": "blocked", "H0": "ready"}
    approve(staged)
    assert LandEvent.objects.get().record.ref == "H0"


def test_neighbours_in_the_register_are_found(
    karsova: Country, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new hazard on land that another record holds is found, whether few rows ask or many."""
    approve(stage(geojson(tmp_path / "a.geojson", [Feature("H0", square(0))])))
    staged = stage(geojson(tmp_path / "b.geojson", [Feature("N0", square(0)), Feature("N9", square(9))]))
    overlap = "LAND-061"
    assert ("N0", overlap) in codes(staged)
    assert ("N9", overlap) not in codes(staged)
    monkeypatch.setattr(neighbours, "FEW_ROWS", 1)
    by_one_box = stage(tmp_path / "b.geojson", layer="other")
    assert codes(by_one_box) == codes(staged)


def test_a_correction_is_no_neighbour_of_itself(karsova: Country, tmp_path: Path) -> None:
    """A new version of a record isn't held against its own old one."""
    approve(stage(geojson(tmp_path / "a.geojson", [Feature("H0", square(0))])))
    staged = stage(geojson(tmp_path / "b.geojson", [Feature("H0", square(0, side_m=90))]))
    assert codes(staged) == set()


def test_a_correction_list_is_a_workbook_of_the_findings(karsova: Country, tmp_path: Path) -> None:
    """One row each, what blocks first, with what to do."""
    from python_calamine import CalamineWorkbook

    staged = stage(geojson(tmp_path / "a.geojson", [wrong_area("W", 0), Feature("=X", BOWTIE)]))
    count = corrections.write(selectors.open_findings(staged), tmp_path / "list.xlsx")
    rows = CalamineWorkbook.from_path(tmp_path / "list.xlsx").get_sheet_by_index(0).to_python()
    assert len(rows) == count + 1
    head = {name: at for at, name in enumerate(rows[0])}
    assert rows[1][head["record"]] == "=X"
    assert rows[1][head["severity"]] == "blocks"
    assert all(row[head["what to do"]] for row in rows[1:])


def test_the_demonstration_takes_no_real_records(karsova: Country, tmp_path: Path) -> None:
    """Only rows that say that they are invented come into the invented country's database."""
    from clearground.audit.actions import Kind, record

    record(Kind.DEMONSTRATION_LOADED, subject="demonstration", by=person())
    with pytest.raises(Refused, match="invented country"):
        stage(geojson(tmp_path / "a.geojson", [Feature("H0", square(0))]))
    assert Import.objects.count() == 0
    invented = stage(geojson(tmp_path / "b.geojson", [Feature("H0", square(0), {"synthetic": True})]))
    assert states(invented) == {"H0": "ready"}
    approve(invented, on=date(2024, 1, 1))
