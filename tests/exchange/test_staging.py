"""From a file to pending rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from clearground.audit.models import AuditEvent
from clearground.common.errors import Refused
from clearground.exchange import actions, selectors
from clearground.exchange.actions import staging
from clearground.exchange.models import FindingRecord, Import, ImportRow
from clearground.land.models import LandEvent
from clearground.places.models import Country
from clearground.sources.models import Document

from . import making
from .making import BOWTIE, Feature, approve, geojson, square, stage, states

pytestmark = pytest.mark.django_db


def field(n: int) -> list[Feature]:
    """So many hazards beside each other."""
    return [Feature(f"H{i}", square(i)) for i in range(n)]


def test_rows_wait_and_count_for_nothing(karsova: Country, tmp_path: Path) -> None:
    """Staging writes rows, never events."""
    staged = stage(geojson(tmp_path / "a.geojson", field(3)))
    assert staged.state == "pending"
    assert states(staged) == {"H0": "ready", "H1": "ready", "H2": "ready"}
    assert LandEvent.objects.count() == 0
    row = staged.rows.get(ref="H1")
    assert (row.number, row.given["id"], row.read["families"]) == (2, "H1", [["mines", "A4"]])


def test_bad_rows_are_blocked_by_name_and_good_ones_are_ready(karsova: Country, tmp_path: Path) -> None:
    """A null and a self-crossing geometry each have a finding that names the row."""
    features = [*field(1), Feature("GONE", None), Feature("BOW", BOWTIE)]
    staged = stage(geojson(tmp_path / "a.geojson", features))
    assert states(staged) == {"H0": "ready", "GONE": "blocked", "BOW": "blocked"}
    blocking = selectors.open_findings(staged).filter(severity="blocks")
    assert set(blocking.values_list("ref", "row")) == {("GONE", 2), ("BOW", 3)}


def test_the_same_file_twice_changes_nothing(karsova: Country, tmp_path: Path) -> None:
    """Same bytes, same options: the import that stands, and not one row or audit event more."""
    path = geojson(tmp_path / "a.geojson", field(3))
    first = stage(path)
    before = (ImportRow.objects.count(), AuditEvent.objects.count(), FindingRecord.objects.count())
    assert stage(path).pk == first.pk
    approve(first)
    events = AuditEvent.objects.count()
    assert stage(path).pk == first.pk
    assert stage(path).state == "approved"
    assert (ImportRow.objects.count(), FindingRecord.objects.count()) == (before[0], before[2])
    assert AuditEvent.objects.count() == events


def test_other_options_are_another_import_of_the_same_document(karsova: Country, tmp_path: Path) -> None:
    """What was staged with a wrong class can be staged again with the right one."""
    path = geojson(tmp_path / "a.geojson", field(1))
    first, second = stage(path), stage(path, defaults=making.DEFAULTS | {"class": "A3"})
    assert first.pk != second.pk
    assert Document.objects.count() == 1


def test_what_the_register_says_already_is_unchanged(karsova: Country, tmp_path: Path) -> None:
    """Of an export with one change, one row is ready; the others say nothing new."""
    approve(stage(geojson(tmp_path / "a.geojson", field(3))))
    features = [Feature("H0", square(0)), Feature("H1", square(1, side_m=50)), Feature("H2", square(2))]
    again = stage(geojson(tmp_path / "b.geojson", [*features, Feature("H3", square(3))]))
    assert states(again) == {"H0": "unchanged", "H1": "ready", "H2": "unchanged", "H3": "ready"}


def test_rows_in_another_order_are_still_unchanged(karsova: Country, tmp_path: Path) -> None:
    """Where a row stands in a file is no part of what it says."""
    approve(stage(geojson(tmp_path / "a.geojson", field(3))))
    again = stage(geojson(tmp_path / "b.geojson", reversed(field(3))))
    assert set(states(again).values()) == {"unchanged"}


def test_one_audit_event_seals_all_rows(karsova: Country, tmp_path: Path) -> None:
    """An import of any size is one event, with a digest of its rows."""
    stage(geojson(tmp_path / "a.geojson", field(5)))
    event = AuditEvent.objects.get(kind="import.staged")
    assert len(event.rows_digest) == 64
    assert event.detail["rows"] == 5
    assert event.detail["confinement"]["system"] == "here", "and what confined whoever read the file"


def test_the_seal_of_the_rows_can_be_computed_again(karsova: Country, tmp_path: Path) -> None:
    """Whoever changes a staged row behind the register's back is found by `clearground audit verify`."""
    staged = stage(geojson(tmp_path / "a.geojson", [*field(2), Feature("GONE", None), Feature("BOW", BOWTIE)]))
    event = AuditEvent.objects.get(kind="import.staged")
    assert selectors.rows_digest_of(event) == event.rows_digest
    row = staged.rows.get(ref="H1")
    row.read["stated_m2"] = 1.0
    row.save(update_fields=["read"])
    assert selectors.rows_digest_of(event) != event.rows_digest
    actions.undo_import(import_id=staged.pk, by=making.person(), reason="test")
    assert selectors.rows_digest_of(event) is None


class Cut(Exception):
    """A cable was pulled."""


def snapshot(of: Import) -> list[tuple[object, ...]]:
    """Everything that staging made of a file, but ids."""
    rows = of.rows.order_by("number").values_list("number", "ref", "given", "read", "state", "digest")
    found = of.findings.order_by("row", "code").values_list("row", "ref", "code", "severity", "province", "state")
    return [*rows, *found, (of.state, of.staged_rows, of.total_rows)]


@pytest.mark.parametrize("batches_before_the_cut", [0, 1, 2])
def test_a_cut_staging_goes_on_and_ends_equal(
    karsova: Country, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batches_before_the_cut: int
) -> None:
    """Killed after any batch, it resumes there, and ends as if nothing had happened."""
    monkeypatch.setattr(staging, "BATCH", 3)
    features = [*field(7), Feature("GONE", None)]
    path = geojson(tmp_path / "a.geojson", features)
    stage_batch, calls = staging.stage_batch, iter(range(100))

    def cut(**given: object) -> None:
        if next(calls) == batches_before_the_cut:
            raise Cut
        stage_batch(**given)

    monkeypatch.setattr(staging, "stage_batch", cut)
    with pytest.raises(Cut):
        stage(path)
    begun = Import.objects.get()
    assert (begun.state, begun.staged_rows) == ("staging", 3 * batches_before_the_cut)
    monkeypatch.setattr(staging, "stage_batch", stage_batch)
    resumed = stage(path)
    assert resumed.pk == begun.pk
    ended = snapshot(Import.objects.get())
    actions.undo_import(import_id=begun.pk, by=making.person(), reason="test")
    whole = stage(path)
    assert whole.pk != begun.pk
    assert snapshot(Import.objects.get(pk=whole.pk)) == ended


def test_an_approval_needs_a_whole_staging(karsova: Country, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is staged half can't be approved by mistake."""

    def cut(**given: object) -> None:
        raise Cut

    monkeypatch.setattr(staging, "settle_import", cut)
    with pytest.raises(Cut):
        stage(geojson(tmp_path / "a.geojson", field(2)))
    with pytest.raises(Refused, match="not staged whole"):
        approve(Import.objects.get())


def test_a_file_that_cannot_be_read_leaves_nothing(limited_process: None, karsova: Country, tmp_path: Path) -> None:
    """Half a file is one clear refusal, and no import, row or document."""
    path = geojson(tmp_path / "a.geojson", field(3))
    path.write_text(path.read_text()[:-40])
    with pytest.raises(Refused):
        stage(path)
    assert (Import.objects.count(), ImportRow.objects.count(), Document.objects.count()) == (0, 0, 0)
