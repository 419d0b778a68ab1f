"""Writes `docs/benchmarks.md`: what was measured, on what, how, and what the bars were."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .ledger import Result

INTRODUCTION = """# How fast the ledger is, beside its peers

One question: twenty year-ends × class × commune of the land that lies open, from {hazards:,} hazards and
{releases:,} releases of an invented country (median 20,000 m², 6 to 30 vertices, in clusters, one release in seven
outside). One run, one machine. Every engine is in a process of its own; loading and indexing its tables are not
counted, joining is. Rounds: {rounds}; in each of them the kernel and every peer ran one after another. Seconds are
medians, ratios the median of the ratios within a round. CPU seconds are of all threads of the process: where they lie
far below the clock's, other work shared the machine.

*Per date* is an overlay for each of the twenty dates. *Event ledger* is the peer's best: overlay once, entries with
days, then sums. In the data, hazards that overlap carry one class and no release is older than a hazard under it, so
that this is enough for the peers; the kernel knows nothing of that, and also keeps degrees, releases inside and
outside, double releases, and every approval. GeoPandas' `overlay()` per date is extrapolated from {extrapolated} dates.

"""


def write_page(
    to: Path,
    arguments: argparse.Namespace,
    results: Sequence[Result],
    ratios: Mapping[str, float],
    scaling: Sequence[dict[str, Any]],
    machine: Mapping[str, str],
    command: str,
) -> None:
    """The page says what this run measured, and nothing else."""
    extrapolated = min((r.dates for r in results), default=20)
    head = INTRODUCTION.format(
        hazards=arguments.hazards, releases=2 * arguments.hazards, rounds=arguments.rounds, extrapolated=extrapolated
    )
    parts = [head, *table(results, ratios), "", *kernel_steps(results[0]), "", *bars(results, ratios), ""]
    parts += [*scaling_table(scaling), *measured_on(machine, command, results)]
    to.write_text("\n".join(parts).replace("\n\n\n", "\n\n").rstrip() + "\n", encoding="utf-8")


def table(results: Sequence[Result], ratios: Mapping[str, float]) -> list[str]:
    """A row for each engine and formulation."""
    rows = [
        "| engine | seconds | × the kernel | CPU seconds | peak memory, GB | largest difference, m² | of the total |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for result in results:
        name = result.contestant.name
        if result.failure:
            rows.append(f"| {name} | failed: {result.failure[:80]} | | | | | |")
            continue
        apart = result.agreement
        agrees = f"{apart.largest_m2:.2f} | {apart.total_off:.1e}" if apart else "– | –"
        cpu = f"{median(result.cpu_seconds):.2f}" if any(result.cpu_seconds) else "–"
        measured = f"{median(result.seconds):.2f} | {ratios[name]:.2f} | {cpu} | {result.peak_gb:.2f}"
        rows.append(f"| {name} | {measured} | {agrees} |")
    return rows


def kernel_steps(kernel: Result) -> list[str]:
    """Where the kernel's time goes."""
    if not kernel.steps:
        return []
    steps = {name: median(run[name] for run in kernel.steps) for name in kernel.steps[0]}
    rows = [f"| {name} | {seconds:.3f} |" for name, seconds in steps.items()]
    faces = f"{kernel.facts.get('faces', 0):,} faces in {kernel.facts.get('clusters', 0):,} clusters."
    return [f"The kernel, step by step ({faces}):", "", "| step | seconds |", "|---|---:|", *rows]


def bars(results: Sequence[Result], ratios: Mapping[str, float]) -> list[str]:
    """What was to be reached, and what was."""
    naive = [ratios[r.contestant.name] for r in results if r.contestant.is_naive and r.ratios]
    others = [ratios[r.contestant.name] for r in results[1:] if r.ratios]
    if not naive or not others:
        return []
    again = max(median(run[name] for run in results[0].steps) for name in ("another date", "another regrouping"))
    return [
        "| bar | to reach | measured |",
        "|---|---:|---:|",
        f"| times as fast as the fastest peer per date | 10 | {min(naive):.2f} |",
        f"| times as fast as the best peer in any formulation | 1.5 | {min(others):.2f} |",
        f"| a further date or regrouping, s | 0.05 | {again:.3f} |",
    ]


def scaling_table(scaling: Sequence[dict[str, Any]]) -> list[str]:
    """The kernel alone, larger and larger countries, all kinds of event and corrections present."""
    if not scaling:
        return []
    head = ["## Larger countries", "", "The kernel alone: all kinds of event, late reports, 3 % of records corrected,"]
    head += ["0.5 % corrected twice, 1 % withdrawn. Making and reading the book is not counted.", ""]
    good = [run for run in scaling if "failure" not in run]
    names = list(good[0]["seconds"]) if good else []
    rows = [["hazards", *(f"{run['hazards']:,}" for run in good)], ["events, all versions", *cells(good, "events")]]
    rows += [["faces", *cells(good, "faces")], ["communes", *cells(good, "communes")]]
    rows += [[f"{name}, s", *(f"{run['seconds'][name]:.3f}" for run in good)] for name in names if name != "load"]
    rows.append(["cut per event, µs", *(f"{run['seconds']['cut'] / run['events'] * 1e6:.1f}" for run in good)])
    rows.append(["peak memory after the cut, GB", *(f"{run['peak_gb_cut']:.2f}" for run in good)])
    rows.append(["peak memory, GB", *(f"{run['peak_gb']:.2f}" for run in good)])
    lines = [f"| {' | '.join(row)} |" for row in rows]
    failed = [f"\n{run['hazards']:,} hazards failed: `{run['failure']}`" for run in scaling if "failure" in run]
    return [*head, lines[0], f"|---|{'---:|' * len(good)}", *lines[1:], *failed, ""]


def cells(runs: Sequence[dict[str, Any]], name: str) -> list[str]:
    """One fact of each run, as text."""
    return [f"{run[name]:,}" for run in runs]


def measured_on(machine: Mapping[str, str], command: str, results: Sequence[Result]) -> list[str]:
    """The machine, the versions and the command."""
    postgis = next((r.facts["version"] for r in results if "version" in r.facts), "not installed, not measured")
    rows = [f"- {name}: {value}" for name, value in machine.items()]
    return ["## Measured on", "", *rows, f"- PostGIS: {postgis}", "", f"```\n{command}\n```"]
