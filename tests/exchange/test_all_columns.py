"""A report with every column that the register keeps: from the headings of a form to the event that counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from clearground.accounts.actions import add_organisation
from clearground.land.models import LandEvent
from clearground.land.selectors import sheet
from clearground.places.models import Country

from .making import Feature, approve, geojson, person, square, stage

pytestmark = pytest.mark.django_db
REPORT = {
    "Completion report ID": "R-1",
    "Hazard ID": "H0",
    "Release type": "Clearance",
    "Completion date": "2021-05-03",
    "Cleared area": "1.2 ha",
    "Operator": "OP1",
    "Monitoring organisation": "QA1",
    "Clearance method": "manual",
    "Task order": "T-7",
    "Project": "Phase two",
    "Grant": "G-9",
    "Evidence": "direct evidence",
    "Depth m": "0.2",
    "AP mines": 4,
    "AT mines": 0,
    "Submunitions": 2,
    "UXO": 1,
    "IED": None,
    "Remarks": "two days of rain",
}


def test_every_column_of_a_report_reaches_its_event(karsova: Country, tmp_path: Path) -> None:
    """By the headings alone; only which column holds the reference is said by hand."""
    add_organisation(code="QA1", name="Inspectors", kind="operator", by=person())
    approve(stage(geojson(tmp_path / "h.geojson", [Feature("H0", square(0))])))
    path = geojson(tmp_path / "r.geojson", [Feature("", square(0), REPORT)])
    approve(stage(path, "releases", mapping={"ref": "Completion report ID"}, defaults={"family": "mines"}))
    event = LandEvent.objects.get(record__ref="R-1")
    assert (event.hazard.ref, event.get_kind_display(), str(event.on)) == ("H0", "clear", "2021-05-03")
    assert (event.operator.code, event.overseer.code) == ("OP1", "QA1")
    assert (event.method, event.task, event.campaign, event.contract) == ("manual", "T-7", "Phase two", "G-9")
    assert (event.stated_m2, event.depth_cm, event.evidence) == (12_000, 20, "direct")
    assert event.note == "two days of rain"
    found = dict(event.items.values_list("item_type__code", "count"))
    assert found == {"antipersonnel_mine": 4, "antivehicle_mine": 0, "submunition": 2, "other_erw": 1}
    (row,) = sheet(as_of=event.on, by=("family",)).rows
    assert (row["items_antipersonnel_mine"], row["items_submunition"]) == (4, 2)
