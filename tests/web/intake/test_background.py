"""Staging goes on in the background: honest states, a failure that leaves nothing, a worker killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from clearground.audit.selectors import verify_chain
from clearground.exchange import actions
from clearground.exchange.actions import staging
from clearground.exchange.actions.uploading import follow, stage_upload
from clearground.exchange.models import Import, ImportRow, Upload
from tests.exchange.making import Feature, square
from tests.exchange.test_kill import SMALL_BATCHES, database_url

from .people import a_world, brought, confirm, file_of, send, signed_in, stored, three, work

ROOT = Path(__file__).resolve().parents[3]
ROWS = 8
WORKER = (
    f"import clearground.settings, os; {SMALL_BATCHES}; from clearground.cli.main import run; import sys; "
    "sys.argv = ['clearground', 'work', '--once']; run()"
)


def waiting(browser, features=None, name="survey.geojson") -> Upload:
    """An upload whose columns are confirmed."""
    send(browser, file_of(three() if features is None else features, name))
    upload = Upload.objects.first()
    confirm(browser, upload)
    upload.refresh_from_db()
    return upload


def page_of(browser, upload, **headers):
    """What the page of an upload says."""
    return browser.get(reverse("web:upload-progress", args=[upload.pk]), headers=headers)


@pytest.mark.django_db(transaction=True)
def test_a_task_waits_only_once_its_upload_is_committed(client):
    """Confirmed twice, it waits once; the page says so, and asks again every second."""
    world = a_world()
    client.force_login(world.officer)
    upload = waiting(client)
    actions.begin_staging(upload=upload, mapping={}, defaults={}, by=world.officer)
    assert (upload.state, DBTaskResult.objects.count()) == ("waiting", 1)
    page = page_of(client, upload).content.decode()
    assert 'hx-trigger="every 1s"' in page
    assert "as soon as the worker is free" in page
    assert "1 file is taken before" in page_of(client, waiting(client, name="b.geojson")).content.decode()
    work()
    upload.refresh_from_db()
    assert (upload.state, upload.became.rows.count()) == ("ready", 3)
    done = page_of(client, upload).content.decode()
    assert "hx-trigger" not in done
    assert reverse("web:import", args=[upload.became_id]) in done


@pytest.mark.django_db
def test_the_page_shows_phase_and_rows_as_they_are_stored(officer):
    """After a reload too; asked by a script, it answers with its part only."""
    upload = waiting(officer)
    tell = follow(upload)
    tell("staging", 2, 3)
    part = page_of(officer, upload, **{"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "2 of 3 rows are read" in part
    assert 'max="3" value="2"' in part
    tell("checking", 0, None)
    page = page_of(officer, upload).content.decode()
    assert 'data-phase="checking"' in page
    assert "All 3 rows are read" in page
    assert '<meta http-equiv="refresh"' in page


@pytest.mark.django_db
def test_what_fails_says_why_and_leaves_nothing(officer):
    """A refusal in the middle: no import, no rows, no file; the page says what and what to do."""
    from clearground.common.errors import Refused

    upload = waiting(officer)
    with patch.object(staging, "judge", side_effect=Refused("The rows can't be judged.", "Send them again.")):
        stage_upload.func(upload.pk)
    upload.refresh_from_db()
    assert upload.state == "failed"
    assert (Import.objects.count(), ImportRow.objects.count()) == (0, 0)
    page = page_of(officer, upload).content.decode()
    assert "The rows can&#x27;t be judged." in page
    assert "Send them again." in page
    assert "hx-trigger" not in page


@pytest.mark.django_db
def test_what_breaks_is_told_and_logged(officer, caplog):
    """Nobody waits forever for a task that has died of a fault of ours."""
    upload = waiting(officer)
    with patch.object(staging, "judge", side_effect=ZeroDivisionError), pytest.raises(ZeroDivisionError):
        stage_upload.func(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, Import.objects.count()) == ("failed", 0)
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.django_db
def test_the_demonstration_takes_no_real_records(officer, world):
    """The upload fails, and the page says why and where to go."""
    from clearground.audit.actions import Kind, record

    record(Kind.DEMONSTRATION_LOADED, subject="country:XKV", by=world.officer, reason="test")
    upload = waiting(officer, [Feature("H0", square(0), {"synthetic": False})])
    stage_upload.func(upload.pk)
    page = page_of(officer, upload).content.decode()
    assert "takes no real records (row 1)" in page
    assert "“synthetic” that is true" in officer.get(reverse("web:upload")).content.decode()


@pytest.mark.django_db
def test_the_file_to_try_has_three_things_wrong(officer, world):
    """It is accepted by the demonstration, and its three planted problems are found."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from clearground.audit.actions import Kind, record
    from clearground.places.actions import import_boundaries
    from clearground.places.choices import Level
    from clearground.places.rows import PlaceRow

    assert officer.get(reverse("web:sample-file")).status_code == 404
    record(Kind.DEMONSTRATION_LOADED, subject="country:XKV", by=world.officer, reason="test")
    shape = square(0).buffer(0.1)
    import_boundaries(
        edition_name="2020", rows=[PlaceRow("01", "East", Level.PROVINCE, "", "", shape)], source="invented",
        licence="invented", make_current=True, by=world.officer, reason="test",
    )  # fmt: skip
    answer = officer.get(reverse("web:sample-file"))
    assert "attachment" in answer["Content-Disposition"]
    send(officer, SimpleUploadedFile("try.geojson", answer.content))
    upload = Upload.objects.get()
    confirm(officer, upload, hazard_class="", on="")
    stage_upload.func(upload.pk)
    of = Import.objects.get()
    wrong = of.findings.exclude(severity="informs").values_list("ref", "code")
    assert set(wrong) == {("TRY-004", "LAND-009"), ("TRY-007", "EXCH-041"), ("TRY-010", "LAND-047")}


@pytest.mark.django_db
def test_the_same_file_again_is_the_import_that_stands(officer):
    """The page says that there is nothing new, and leads to it."""
    first = brought(officer)
    upload = waiting(officer)
    stage_upload.func(upload.pk)
    assert Import.objects.get() == first
    assert "Nothing new" in page_of(officer, upload).content.decode()


def run_worker(crash_at: str = "") -> int:
    """The exit code of a worker that runs as a process of its own until nothing waits, or until it is killed."""
    connection.close()
    told = {"CLEARGROUND_DATABASE_URL": database_url(), "CLEARGROUND_DATA_DIR": str(settings.DATA_DIR)}
    env = os.environ | told | {"CLEARGROUND_CRASH_AT": crash_at}
    done = subprocess.run(
        [sys.executable, "-c", WORKER], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    return done.returncode


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("crash_at", "kept"), [("staged:3", 6), ("checked", ROWS)])
def test_a_killed_worker_begins_again_and_ends_with_the_same_rows(client, crash_at, kept):
    """Kill -9 in the middle: whole batches stay, the bar stays, the next worker goes on where it stood."""
    client.force_login(a_world().officer)
    upload = waiting(client, [Feature(f"H{at}", square(at)) for at in range(ROWS)])
    assert run_worker(crash_at=crash_at) == -signal.SIGKILL
    upload.refresh_from_db()
    half = Import.objects.get()
    assert (half.state, half.staged_rows, DBTaskResult.objects.get().status) == ("staging", kept, "RUNNING")
    page = page_of(client, upload).content.decode()
    assert 'hx-trigger="every 1s"' in page
    assert ("6 of 8 rows are read" in page) == (crash_at == "staged:3")
    assert run_worker() == 0
    upload.refresh_from_db()
    assert (upload.state, upload.became) == ("ready", half)
    assert list(half.rows.values_list("ref", "state")) == [(f"H{at}", "ready") for at in range(ROWS)]
    assert verify_chain().is_whole
    assert len(stored()) == 1


def test_a_person_of_another_organisation_does_not_see_the_upload(world):
    """Not its progress, not its columns."""
    upload = waiting(signed_in(world.operator))
    other = signed_in(world.other)
    for name in ("web:upload-progress", "web:upload-columns"):
        assert other.get(reverse(name, args=[upload.pk])).status_code == 404
