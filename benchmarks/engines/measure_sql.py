"""What the SQL engines share: run a formulation over the year-ends, keep its cells."""

from __future__ import annotations

import argparse

import numpy as np

from benchmarks.generate import YEAR_ENDS

from .report import Report, write_cells
from .sql import Create, Fetch, ledger, naive


def measure(arguments: argparse.Namespace, report: Report, create: Create, fetch: Fetch, union: str) -> None:
    """The formulation that was asked for has run, its steps are timed and its cells written."""
    days = YEAR_ENDS[-arguments.dates :] if arguments.dates else YEAR_ENDS
    report.facts["dates"] = len(days)
    if arguments.mode == "ledger":
        found = ledger(report, create, fetch, days, union)
    else:
        parts = naive(report, create, fetch, days, union)
        found = {name: [v for _, part in parts for v in part[name]] for name in ("code", "commune", "area_m2")}
        found["day"] = [day for day, part in parts for _ in part["code"]]
    if arguments.cells:
        year = np.searchsorted(YEAR_ENDS, found["day"])
        write_cells(arguments.cells, year, found["code"], found["commune"], found["area_m2"])
