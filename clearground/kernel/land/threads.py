"""Maps work over threads: GEOS and numpy release the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


def on_threads(work: Callable[[Job], Result], jobs: Iterable[Job], workers: int) -> list[Result]:
    """The results in the order of the jobs; one job, or one worker, needs no pool."""
    jobs = list(jobs)
    if workers <= 1 or len(jobs) <= 1:
        return [work(job) for job in jobs]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, jobs))
