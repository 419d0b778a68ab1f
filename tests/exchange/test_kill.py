"""Killed at each named point, the register stands: books balanced, chain whole, work resumable."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from clearground.audit.selectors import verify_chain
from clearground.common.errors import Exit
from clearground.exchange.models import Import
from clearground.land.models import Approval, LandEvent
from clearground.land.selectors import sheet

from . import making
from .making import BOWTIE, Feature, geojson, square, states

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]
ROWS = 7
STAGE = ["import", "hazards", "--map", "ref=id", "--family", "mines", "--class", "A4", "--on", "2020-01-01"]
DECIDED = ["--on", "2024-01-01", "--by", "vanna", "--reason", "test"]
# Small batches, so that a file of eight rows has several, read in one process; otherwise the command line as it is.
PROGRAM = "from clearground.cli.main import run; import clearground.settings, os; {}; run()"
SMALL_BATCHES = (
    "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'clearground.settings'); import django; django.setup(); "
    "from clearground.exchange.actions import staging; staging.BATCH = 3; "
    "from clearground.exchange import intake; from tests.exchange.making import read_here; intake.read_file = read_here"
)


@pytest.fixture(autouse=True)
def _world(transactional_db: None) -> Iterator[None]:
    making.country()
    yield
    connection.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Seven hazards and one blocked row."""
    features = [Feature(f"H{i}", square(i)) for i in range(ROWS)]
    return geojson(tmp_path / "a.geojson", [*features, Feature("BOW", BOWTIE)])


def database_url() -> str:
    """Where the test's own database is, as a setting."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    login = quote(told["USER"]) + (":" + quote(told["PASSWORD"]) if told["PASSWORD"] else "")
    port = f":{told['PORT']}" if told["PORT"] else ""
    return f"postgresql://{login}@{quote(told['HOST'], safe='')}{port}/{told['NAME']}"


def clearground(*words: str, crash_at: str = "") -> int:
    """The exit code of the command, run as a process of its own on the test's database."""
    connection.close()
    env = os.environ | {"CLEARGROUND_DATABASE_URL": database_url(), "CLEARGROUND_CRASH_AT": crash_at}
    program = PROGRAM.format(SMALL_BATCHES)
    done = subprocess.run(
        [sys.executable, "-c", program, *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode in {Exit.DONE, Exit.FINDINGS, -signal.SIGKILL}, done.stderr
    return done.returncode


def stage(file: Path, crash_at: str = "") -> int:
    """The file is staged by a process."""
    return clearground(*STAGE, str(file), "--by", "sokha", crash_at=crash_at)


def approve(crash_at: str = "") -> int:
    """The only import is approved by a process."""
    return clearground("approve", str(Import.objects.get().pk), *DECIDED, crash_at=crash_at)


def assert_sound(closing_hazards: int) -> None:
    """The audit chain is whole, and what is open is exactly the land of so many hazards."""
    assert verify_chain().is_whole
    rows = sheet(as_of=date(2024, 1, 1)).rows
    for row in rows:
        opened = row["opening_m2"] + row["new_m2"] + row["reopened_m2"] + row["reclassified_m2"]
        gone = row["cancelled_m2"] + row["reduced_m2"] + row["cleared_m2"]
        assert row["closing_m2"] == pytest.approx(opened - gone, abs=1e-3)
    assert sum(row["closing_m2"] for row in rows) == pytest.approx(closing_hazards * 9_900, rel=0.01)
    assert LandEvent.objects.count() == closing_hazards


@pytest.mark.parametrize(("crash_at", "kept"), [("staged", 0), ("staged:3", 6), ("checked", 8)])
def test_a_killed_staging_resumes(file: Path, crash_at: str, kept: int) -> None:
    """Whole batches are kept, nothing counts, and the same command goes on to the same end."""
    assert stage(file, crash_at=crash_at) == -signal.SIGKILL
    begun = Import.objects.get()
    assert (begun.state, begun.staged_rows, begun.rows.count()) == ("staging", kept, kept)
    assert_sound(closing_hazards=0)
    assert stage(file) == Exit.FINDINGS  # one row is blocked
    begun.refresh_from_db()
    assert (begun.state, begun.staged_rows) == ("pending", ROWS + 1)
    assert sorted(states(begun).values()) == ["blocked"] + ["ready"] * ROWS
    assert Import.objects.count() == 1
    assert_sound(closing_hazards=0)


@pytest.mark.parametrize("crash_at", ["faces", "audit"])
def test_a_killed_approval_never_was_and_can_be_repeated(file: Path, crash_at: str) -> None:
    """Killed before the commit, not one event, face or audit event of it is there."""
    assert stage(file) == Exit.FINDINGS  # one row is blocked
    assert approve(crash_at=crash_at) == -signal.SIGKILL
    assert Approval.objects.count() == 0
    assert Import.objects.get().state == "pending"
    assert_sound(closing_hazards=0)
    assert approve() == 0
    assert_sound(closing_hazards=ROWS)


def test_an_approval_killed_after_its_commit_counts_and_is_not_made_twice(file: Path) -> None:
    """Whoever saw no answer asks again, and gets the approval that was made."""
    assert stage(file) == Exit.FINDINGS  # one row is blocked
    assert approve(crash_at="commit") == -signal.SIGKILL
    assert_sound(closing_hazards=ROWS)
    assert approve() == 0
    assert Approval.objects.count() == 1
    assert_sound(closing_hazards=ROWS)
