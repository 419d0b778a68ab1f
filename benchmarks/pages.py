"""How long the pages take: each of many different questions asked for the first time, then the same ones again.

Example: python -m benchmarks.pages --data-dir /data/of/a/demonstration --questions 20

The register must be a demonstration (people are stepped into). Sessions are written into it and, where no file waits
in it, the two files that a demonstration opens with: measure a copy. Questions are drawn from the register by a seed;
each that has a day has one of its own, so that nothing that was computed for one is at hand for another.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from . import register
from .questions import Page, drawn

BAR_MS = 150.0
# What a reader has opened before: a process that has just started reads the ledger, which takes seconds.
WARMED_BY = ("/", "/sheet/", "/picture/", "/ask/", "/map/", "/records/", "/bulletins/", "/findings/", "/audit/")
COLUMNS = ("first p50", "first p95", "again p50", "again p95", "first p95, CPU", "again p95, CPU", "kB")


class Reader:
    """Somebody who has stepped into the demonstration, over one kept connection."""

    def __init__(self, address: str, person: str) -> None:
        self.connection = http.client.HTTPConnection(urllib.parse.urlparse(address).netloc, timeout=120)
        self.cookies: dict[str, str] = {}
        form = self.get("/step-in/")[1].decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
        if token is None:
            raise SystemExit("the register shows no people to step into: it is no demonstration")
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1]})
        self.ask("POST", f"/step-in/{person}/", body)

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, bytes]:
        """Status and body of one answer."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "Accept": "text/html"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body or None, headers)
        answer = self.connection.getresponse()
        for said in answer.headers.get_all("Set-Cookie", []):
            name, _, value = said.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read()

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of a page."""
        return self.ask("GET", path)


@dataclass(slots=True)
class Times:
    """Milliseconds of the first and of later answers to the questions of a page, and the size of the largest."""

    page: Page
    first: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    first_cpu: list[float] = field(default_factory=list)
    again_cpu: list[float] = field(default_factory=list)
    size: int = 0

    @property
    def is_reached(self) -> bool:
        """Both times keep the bar."""
        return max(p95(self.first), p95(self.again)) <= BAR_MS

    def line(self) -> str:
        """A row of the report."""
        clock = (median(self.first), p95(self.first), median(self.again), p95(self.again))
        numbers = (*clock, p95(self.first_cpu), p95(self.again_cpu), self.size / 1000)
        bar = "none" if self.page.is_file else "reached" if self.is_reached else "**missed**"
        printed = " | ".join(f"{number:.0f}" for number in numbers)
        return f"| {self.page.name} | {len(self.page.addresses)} | {printed} | {bar} |"


def p95(times: list[float]) -> float:
    """The 95th percentile; of few, the slowest."""
    return quantiles(times, n=20, method="inclusive")[-1] if len(times) >= 20 else max(times)


def timed(reader: Reader, path: str, server: int = 0) -> tuple[float, float, int]:
    """Milliseconds until the last byte of an answer, those that the server's processor took, and the bytes."""
    begun, spent = time.perf_counter(), processor_ms(server)
    status, body = reader.get(path)
    taken = 1000 * (time.perf_counter() - begun)
    if status != 200:
        raise SystemExit(f"{path} answers {status}")
    return taken, processor_ms(server) - spent, len(body)


def processor_ms(process: int) -> float:
    """Milliseconds that the threads of a process have run; what waits for a shared processor does not run."""
    threads = Path(f"/proc/{process}/task").glob("*/schedstat") if process else ()
    return sum(int(each.read_text().split()[0]) for each in threads) / 1_000_000


def answering(master: int) -> int:
    """The one process of a server that answers: not its master, nor who works in the background."""
    for child in Path(f"/proc/{master}/task/{master}/children").read_text().split():
        if b"serve" in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0"):
            return int(child)
    return 0


def measured(reader: Reader, page: Page, rounds: int, server: int = 0) -> Times:
    """Every question of the page once, then all of them again, so many times altogether."""
    times, count = Times(page), len(page.addresses)
    again = [page.addresses[at % count] for at in range(count if page.is_file else rounds)]
    for addresses, clock, processor in (
        (page.addresses, times.first, times.first_cpu),
        (again, times.again, times.again_cpu),
    ):
        for path in addresses:
            taken, spent, size = timed(reader, path, server)
            clock.append(taken)
            processor.append(spent)
            times.size = max(times.size, size)
    return times


def heading(of: str) -> str:
    """The head of a table."""
    return f"\n| {of} | questions | {' | '.join(COLUMNS)} | bar |\n|---|{'---:|' * (len(COLUMNS) + 1)}---|"


def report(reader: Reader, pages: Iterable[Page], rounds: int, server: int) -> Iterator[str]:
    """A row for each page, then one for each file; which pages missed the bar."""
    is_file, missed = None, []
    for path in WARMED_BY:
        timed(reader, path)
    for page in pages:
        if page.is_file is not is_file:
            is_file = page.is_file
            yield heading("file" if is_file else "page")
        times = measured(reader, page, rounds, server)
        missed += [page.name] if not is_file and not times.is_reached else []
        yield times.line()
    yield f"\nMissed: {', '.join(missed) or 'none'}. Load average at the end: {load()}."


def load() -> str:
    """How busy the machine is."""
    return ", ".join(f"{each:.1f}" for each in os.getloadavg())


def asked() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", required=True)
    parser.add_argument("--questions", type=int, default=20, help="different questions of each page")
    parser.add_argument("--rounds", type=int, default=40, help="answers to questions asked before, of each page")
    parser.add_argument("--seed", type=int, default=2017)
    parser.add_argument("--person", default="karsova.registrar")
    parser.add_argument("--only", default="", help="part of the name of a page")
    return parser.parse_args()


def main() -> None:
    """Serve the register from one process, and ask it every question of every page."""
    said = asked()
    register.start(said.data_dir)
    print(f"Files that wait: {register.bring_files()}. Load average: {load()}.\n")
    pages = [p for p in drawn(register.register(), questions=said.questions, seed=said.seed) if said.only in p.name]
    command = [sys.executable, "-m", "clearground", "serve", "--port", "0", "--workers", "1"]
    environment = os.environ | {"CLEARGROUND_DATA_DIR": said.data_dir}
    server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        found = next(filter(None, (re.search(r"is at (http://\S+)", line) for line in server.stdout or ())))
        reader = Reader(found[1], said.person)
        for line in report(reader, pages, said.rounds, answering(server.pid)):
            print(line, flush=True)
    finally:
        server.terminate()
        server.communicate(timeout=30)


if __name__ == "__main__":
    main()
