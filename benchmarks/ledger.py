"""The ledger and its peers, one question, one machine, one run; writes `docs/benchmarks.md`.

python -m benchmarks                              50,000 hazards and 100,000 releases, all peers
python -m benchmarks --hazards 5000 --rounds 1    a quick look
python -m benchmarks --scaling 1000000            also the kernel alone at that size
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median

from .agreement import Agreement, compare
from .engines.postgis import programs
from .generate import YEARS
from .page import write_page

STEPS_NOT_TIMED = {"load", "another date", "another regrouping"}


@dataclass(frozen=True)
class Contestant:
    """An engine in one formulation; `dates` limits a formulation that is too slow for all."""

    name: str
    module: str
    mode: str = "ledger"
    is_naive: bool = False
    dates: int = 0
    rounds: int = 0


@dataclass
class Result:
    """What the runs of one contestant gave; `seconds` are for all dates, extrapolated where it ran fewer."""

    contestant: Contestant
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    steps: list[dict[str, float]] = field(default_factory=list)
    peak_gb: float = 0.0
    dates: int = YEARS
    facts: dict[str, object] = field(default_factory=dict)
    agreement: Agreement | None = None
    failure: str = ""


def contestants(*, with_postgis: bool) -> list[Contestant]:
    """The kernel first, then each peer in its formulations."""
    listed = [
        Contestant("Clearground kernel", "kernel"),
        Contestant("DuckDB spatial, event ledger", "duckdb_spatial"),
        Contestant("SedonaDB, event ledger", "sedona"),
        Contestant("PostGIS, event ledger", "postgis"),
        Contestant("GeoPandas, staged pairs, per date", "geopandas_overlay", "ledger", is_naive=True),
        Contestant("DuckDB spatial, overlay per date", "duckdb_spatial", "naive", is_naive=True),
        Contestant("SedonaDB, overlay per date", "sedona", "naive", is_naive=True),
        Contestant("PostGIS, overlay per date", "postgis", "naive", is_naive=True),
        Contestant("GeoPandas, overlay() per date", "geopandas_overlay", "naive", is_naive=True, dates=2, rounds=1),
    ]
    return [c for c in listed if with_postgis or c.module != "postgis"]


def measure(contestant: Contestant, data: Path, cells: Path) -> dict:
    """One run in a process of its own; what it reported."""
    command = [sys.executable, "-m", f"benchmarks.engines.{contestant.module}", "--data", str(data)]
    command += ["--mode", contestant.mode, "--cells", str(cells), "--dates", str(contestant.dates)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        return {"failure": (done.stderr.strip().splitlines() or ["no message"])[-1]}
    return json.loads(done.stdout.strip().splitlines()[-1])


def total_seconds(said: dict, of: str = "seconds") -> float:
    """Seconds for all year-ends, loading left out; dates that were not run are extrapolated."""
    steps = {name: s for name, s in said[of].items() if name not in STEPS_NOT_TIMED}
    share = YEARS / said.get("dates", YEARS)
    return sum(s * (share if name == "dates" else 1) for name, s in steps.items())


def run_rounds(listed: list[Contestant], data: Path, rounds: int) -> list[Result]:
    """Each round runs the kernel and then every peer, so that ratios are of neighbours in time."""
    results = [Result(c) for c in listed]
    for number in range(rounds):
        for result in results:
            if result.failure or number >= (result.contestant.rounds or rounds):
                continue
            cells = data / f"cells-{result.contestant.module}-{result.contestant.mode}.parquet"
            said = measure(result.contestant, data, cells)
            keep(result, said, results[0], cells if not number else None, data)
            print(f"round {number + 1}: {result.contestant.name}: {result.failure or f'{result.seconds[-1]:.2f} s'}")
    return results


def keep(result: Result, said: dict, kernel: Result, cells: Path | None, data: Path) -> None:
    """One run's report is added to the result; the first run's cells are held against the kernel's."""
    if "failure" in said:
        result.failure = said["failure"]
        if result is kernel:
            raise SystemExit(f"The kernel failed: {result.failure}")
        return
    result.seconds.append(total_seconds(said))
    result.cpu_seconds.append(total_seconds(said, "cpu_seconds"))
    result.ratios.append(result.seconds[-1] / kernel.seconds[-1])
    result.steps.append(said["seconds"])
    result.peak_gb = max(result.peak_gb, said["peak_gb"])
    result.dates = said.get("dates", YEARS)
    result.facts = {
        name: value for name, value in said.items() if name not in {"seconds", "cpu_seconds", "peak_gb", "dates"}
    }
    if cells is not None and result is not kernel:
        result.agreement = compare(data / "cells-kernel-ledger.parquet", cells)


def machine() -> dict[str, str]:
    """What the numbers were measured on."""
    cpu = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    packages = ("numpy", "shapely", "geopandas", "duckdb", "duckdb-extension-spatial", "sedonadb")
    return {
        "processor": f"{cpu}, {os.cpu_count()} cores",
        "memory": f"{memory:.0f} GB",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "packages": ", ".join(f"{name} {version(name)}" for name in packages),
        "load": "load average {:.1f}, {:.1f}, {:.1f} when the run ended".format(*os.getloadavg()),
    }


def options() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hazards", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgis", action=argparse.BooleanOptionalAction, default=programs() is not None)
    parser.add_argument("--scaling", type=int, nargs="*", default=[], metavar="HAZARDS")
    parser.add_argument("--page", type=Path, default=Path(__file__).parents[1] / "docs" / "benchmarks.md")
    return parser.parse_args()


def main() -> None:
    """Generate, measure, compare, write the page."""
    arguments = options()
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        data = Path(folder)
        generate = ["-m", "benchmarks.generate", "--hazards", str(arguments.hazards), "--seed", str(arguments.seed)]
        subprocess.run([sys.executable, *generate, "--to", folder], check=True)  # noqa: S603
        results = run_rounds(contestants(with_postgis=arguments.postgis), data, arguments.rounds)
    scaling = [scale(size) for size in arguments.scaling]
    ratios = {r.contestant.name: median(r.ratios) for r in results if r.ratios}
    command = " ".join(["python -m benchmarks", *sys.argv[1:]])
    write_page(arguments.page, arguments, results, ratios, scaling, machine(), command)
    print(f"Written: {arguments.page}")


def scale(size: int) -> dict:
    """The kernel alone at one size, with all kinds and corrections, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.scaling", "--hazards", str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    said = done.stdout.strip().splitlines() or ["{}"]
    return {"hazards": size} | (json.loads(said[-1]) if not done.returncode else {"failure": done.stderr[-300:]})


if __name__ == "__main__":
    main()
