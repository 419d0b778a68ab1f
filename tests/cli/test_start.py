"""The command line starts without what few commands need."""

from __future__ import annotations

import subprocess
import sys

from clearground.cli.main import SUBJECTS

HEAVY = ("pyarrow", "xlsxwriter", "pyogrio", "python_calamine", "gunicorn", "geopandas")


def test_commands_load_without_the_heavy_libraries() -> None:
    """Each is loaded by the command that writes or reads with it."""
    names = ", ".join(f"clearground.cli.{subject}" for subject in SUBJECTS)
    lines = f"import sys, django; django.setup(); import {names}; print(*({HEAVY!r} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", lines.replace(repr(HEAVY), f"set({HEAVY!r})")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == []
