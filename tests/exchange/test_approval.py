"""From pending rows to events that count, and back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from clearground.audit.models import AuditEvent
from clearground.common.errors import Exit, Refused
from clearground.exchange import actions, selectors
from clearground.exchange.actions import Dependents
from clearground.land.models import Approval, LandEvent
from clearground.places.models import Country

from . import making
from .making import BOWTIE, Feature, approve, codes, geojson, person, square, stage, standing, states

pytestmark = pytest.mark.django_db


def hazards(tmp_path: Path, n: int = 3, name: str = "h") -> Path:
    """A file of so many hazards beside each other."""
    return geojson(tmp_path / f"{name}.geojson", [Feature(f"H{i}", square(i)) for i in range(n)])


def releases(tmp_path: Path, n: int = 2, **cells: str) -> Path:
    """A file of releases, each of half of the hazard of its number."""
    return geojson(tmp_path / "r.geojson", [Feature(f"R{i}", square(i, side_m=50), cells) for i in range(n)])


def undo(number: int, dependents: Dependents = Dependents.REFUSE, on: date = date(2024, 6, 1)) -> None:
    """The import is taken back."""
    actions.undo_import(import_id=number, by=person(), reason="test", on=on, dependents=dependents)


def test_the_good_rows_land(karsova: Country, tmp_path: Path) -> None:
    """Ready rows become events of one approval; the blocked row stays pending with its finding."""
    path = geojson(tmp_path / "a.geojson", [Feature("H0", square(0)), Feature("BOW", BOWTIE), Feature("H1", square(1))])
    staged = stage(path)
    approval = approve(staged)
    assert standing() == ["H0", "H1"]
    assert states(staged) == {"H0": "approved", "H1": "approved", "BOW": "blocked"}
    assert ("BOW", "LAND-009") in codes(staged)
    assert (approval.seq, approval.on) == (1, date(2024, 1, 1))
    assert selectors.import_by_id(staged.pk).approval == approval


def test_an_approval_is_one_audit_event_with_a_digest(karsova: Country, tmp_path: Path) -> None:
    """However many rows land."""
    staged = stage(hazards(tmp_path))
    before = AuditEvent.objects.count()
    approve(staged)
    event = AuditEvent.objects.last()
    assert AuditEvent.objects.count() == before + 1
    assert (event.kind, event.subject, len(event.rows_digest)) == ("import.approved", f"import:{staged.pk}", 64)


def test_approving_twice_changes_nothing(karsova: Country, tmp_path: Path) -> None:
    """A script that repeats itself gets the same approval."""
    staged = stage(hazards(tmp_path))
    assert approve(staged) == approve(staged)
    assert (Approval.objects.count(), LandEvent.objects.count()) == (1, 3)


def test_all_or_nothing_refuses_blocked_rows(karsova: Country, tmp_path: Path) -> None:
    """Whoever asks for all gets nothing while one row is blocked."""
    staged = stage(geojson(tmp_path / "a.geojson", [Feature("H0", square(0)), Feature("BOW", BOWTIE)]))
    with pytest.raises(Refused) as refusal:
        approve(staged, all_or_nothing=True)
    assert refusal.value.code is Exit.FINDINGS
    assert LandEvent.objects.count() == 0


def test_events_say_what_the_rows_said(karsova: Country, tmp_path: Path) -> None:
    """The digest of each line is the digest of its event, and the line can be read back from the event."""
    cells = {"operator": "OP1", "stated_m2": 10000}
    staged = stage(geojson(tmp_path / "a.geojson", [Feature("H0", square(0), cells)]))
    approve(staged)
    event = LandEvent.objects.get()
    assert event.digest == staged.rows.get().digest == selectors.line_of_event(event).digest
    assert (event.operator.code, event.stated_m2, event.document) == ("OP1", 10000.0, staged.document)


def test_a_second_version_corrects_the_first(karsova: Country, tmp_path: Path) -> None:
    """The changed row of a new file supersedes; what is unchanged isn't booked again."""
    approve(stage(hazards(tmp_path)))
    changed = [Feature("H0", square(0)), Feature("H1", square(1, side_m=60)), Feature("H2", square(2))]
    approve(stage(geojson(tmp_path / "b.geojson", changed)), on=date(2024, 2, 1))
    versions = LandEvent.objects.filter(record__ref="H1").order_by("id").values_list("approval__seq", "until_seq")
    assert list(versions) == [(1, 2), (2, None)]
    assert LandEvent.objects.count() == 4


def test_an_import_overtaken_by_another_brings_nothing_twice(karsova: Country, tmp_path: Path) -> None:
    """What another import brought meanwhile is unchanged by the time of the approval."""
    first, second = stage(hazards(tmp_path)), stage(hazards(tmp_path), layer="same")
    approve(first)
    with pytest.raises(Refused, match="already"):
        approve(second)
    assert LandEvent.objects.count() == 3


def test_undoing_a_pending_import_drops_its_rows(karsova: Country, tmp_path: Path) -> None:
    """Nothing counted, so nothing is superseded."""
    staged = stage(geojson(tmp_path / "a.geojson", [Feature("H0", square(0)), Feature("BOW", BOWTIE)]))
    undo(staged.pk)
    staged.refresh_from_db()
    assert (staged.state, staged.rows.count(), staged.findings.count()) == ("undone", 0, 0)
    assert AuditEvent.objects.filter(kind="import.undone").count() == 1


def test_undoing_an_approved_import_withdraws_its_records(karsova: Country, tmp_path: Path) -> None:
    """The events stay, closed; nothing stands any more."""
    staged = stage(hazards(tmp_path))
    approve(staged)
    undo(staged.pk)
    assert standing() == []
    assert LandEvent.objects.filter(kind__isnull=False, until_seq=2).count() == 3


def test_undoing_a_correction_brings_the_earlier_version_back(karsova: Country, tmp_path: Path) -> None:
    """A corrected record says again what it said before; a new one of the same import is withdrawn."""
    approve(stage(hazards(tmp_path, 1)))
    before = LandEvent.objects.get().digest
    path = geojson(tmp_path / "b.geojson", [Feature("H0", square(0, side_m=60)), Feature("NEW", square(5))])
    second = stage(path)
    approve(second)
    undo(second.pk)
    assert standing() == ["H0"]
    assert LandEvent.objects.get(until_seq=None, kind__isnull=False).digest == before


def test_undoing_refuses_while_releases_rest_on_the_hazards(karsova: Country, tmp_path: Path) -> None:
    """The releases are listed first, whether they name the hazard or only lie on its land."""
    staged = stage(hazards(tmp_path))
    approve(staged)
    approve(stage(releases(tmp_path), subject="releases"))
    with pytest.raises(Refused, match=r"2 releases rest on.*R0, R1"):
        undo(staged.pk)
    assert len(standing()) == 5


def test_undoing_with_dependents_withdraws_them_too(karsova: Country, tmp_path: Path) -> None:
    """Told so, the releases go with their hazards."""
    staged = stage(hazards(tmp_path))
    approve(staged)
    approve(stage(releases(tmp_path), subject="releases"))
    undo(staged.pk, Dependents.WITHDRAW)
    assert standing() == []


def test_undoing_can_leave_dependents(karsova: Country, tmp_path: Path) -> None:
    """Told so, the releases stay, outside recorded hazards."""
    staged = stage(hazards(tmp_path))
    approve(staged)
    approve(stage(releases(tmp_path), subject="releases"))
    undo(staged.pk, Dependents.LEAVE)
    assert standing() == ["R0", "R1"]


def test_a_release_that_only_touches_does_not_rest_on_a_hazard(karsova: Country, tmp_path: Path) -> None:
    """A shared edge is no shared land, and another family's land is no land of this one."""
    staged = stage(hazards(tmp_path, 1))
    approve(staged)
    _west, south, east, north = square(0).bounds
    beside = making.shapely.box(east, south, east + 0.001, north)
    path = geojson(tmp_path / "r.geojson", [Feature("R0", beside), Feature("R1", square(0), {"family": "cmr"})])
    approve(stage(path, subject="releases", defaults=making.RELEASED))
    undo(staged.pk)
    assert standing() == ["R0", "R1"]


def test_a_record_changed_since_stays_when_its_import_is_undone(karsova: Country, tmp_path: Path) -> None:
    """A later correction isn't lost with the import that it corrected."""
    staged = stage(hazards(tmp_path, 2))
    approve(staged)
    actions.correct_record(ref="H0", changes={"stated_m2": 5.0}, on=date(2024, 2, 1), by=person(), reason="typo")
    undo(staged.pk)
    assert standing() == ["H0"]


def test_nobody_approves_what_they_staged(karsova: Country, tmp_path: Path) -> None:
    """Refused with whom to ask; nothing is booked. Somebody else may."""
    staged = stage(hazards(tmp_path))
    with pytest.raises(Refused, match="nobody approves their own") as refusal:
        actions.approve_import(import_id=staged.pk, on=date(2024, 1, 1), by=person(), reason="test")
    assert "somebody else" in refusal.value.remedy
    assert (LandEvent.objects.count(), Approval.objects.count()) == (0, 0)
    approve(staged)
    assert len(standing()) == 3


def test_nobody_approves_an_import_of_which_they_changed_a_row(karsova: Country, tmp_path: Path) -> None:
    """By an answer to a finding too, since the value is theirs."""
    staged = stage(hazards(tmp_path))
    vanna = person("vanna")
    shape = square(7).wkt
    actions.change_row(import_id=staged.pk, number=1, values={"geometry": shape}, by=vanna, reason="walked again")
    with pytest.raises(Refused, match="nobody approves their own"):
        approve(staged)
    actions.approve_import(import_id=staged.pk, on=date(2024, 1, 1), by=person("third"), reason="test")
    assert len(standing()) == 3


def test_returning_and_dropping_are_for_what_waits(karsova: Country, tmp_path: Path) -> None:
    """With a reason; each leaves one audit event, and nothing of it where it is refused."""
    staged = stage(hazards(tmp_path))
    before = AuditEvent.objects.count()
    for action in (actions.return_import, actions.drop_import):
        with pytest.raises(Refused, match="has a reason"):
            action(import_id=staged.pk, by=person("vanna"), reason=" ")
    assert AuditEvent.objects.count() == before
    actions.return_import(import_id=staged.pk, by=person("vanna"), reason="mend row 1")
    assert AuditEvent.objects.count() == before + 1
    approve(staged)
    for action in (actions.return_import, actions.drop_import):
        with pytest.raises(Refused, match="not waiting for approval"):
            action(import_id=staged.pk, by=person("vanna"), reason="x")
    assert len(standing()) == 3
