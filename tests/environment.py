"""Loaded by `-p` before anything else: tests never see the settings or the data of whoever runs them."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

KEPT = {"CLEARGROUND_SHARED_DATA", "CLEARGROUND_CHROMIUM"}


def isolate() -> Path:
    """Settings come from nowhere but here; the data directory is new and goes with the process."""
    for name in [n for n in os.environ if n.startswith("CLEARGROUND_") and n not in KEPT]:
        del os.environ[name]
    directory = Path(tempfile.mkdtemp(prefix="clearground-tests-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    os.environ["CLEARGROUND_DATA_DIR"] = str(directory)
    os.environ["CLEARGROUND_CONFIG"] = str(directory / "no-such-file.toml")
    # A file, not memory: threads, live servers and second connections then meet the database that users have.
    os.environ["CLEARGROUND_TEST_DATABASE"] = str(directory / "test.sqlite3")
    return directory


DIRECTORY = isolate()
