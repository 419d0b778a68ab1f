"""What an engine's process says: how long each step took, how much memory, and the cells that it found."""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq


@dataclass
class Report:
    """Filled while the engine runs: by step, seconds on the clock and of all of this process's threads."""

    seconds: dict[str, float] = field(default_factory=dict)
    cpu_seconds: dict[str, float] = field(default_factory=dict)
    facts: dict[str, object] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """The seconds that the block took are added under the name."""
        start, worked = time.perf_counter(), time.process_time()
        yield
        self.seconds[name] = time.perf_counter() - start
        self.cpu_seconds[name] = time.process_time() - worked

    def print(self) -> None:
        """One line of JSON, with this process's peak memory unless a peak was told."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        print(json.dumps({"seconds": self.seconds, "cpu_seconds": self.cpu_seconds, "peak_gb": peak} | self.facts))


def write_cells(to: Path, year: np.ndarray, code: np.ndarray, commune: np.ndarray, area_m2: np.ndarray) -> None:
    """The closing area by year, class and commune, for comparison."""
    columns = {"year": year, "class": code, "commune": commune, "area_m2": area_m2}
    pq.write_table(pa.table({name: np.asarray(values) for name, values in columns.items()}), to)


def run(measure: Callable[[argparse.Namespace, Report], None]) -> None:
    """Parse the options that all engines have, measure, and report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cells", type=Path)
    parser.add_argument("--mode", choices=("naive", "ledger"), default="ledger")
    parser.add_argument("--dates", type=int, default=0, help="naive: only this many of the dates (0: all)")
    report, arguments = Report(), parser.parse_args()
    measure(arguments, report)
    report.print()
