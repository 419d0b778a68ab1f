"""How long the pages take, asked over and over of one process; prints medians, 95th percentiles and the slowest.

Example: python -m benchmarks.pages --data-dir /data/of/a/demonstration --rounds 40

The register must be a demonstration (people are stepped into). Nothing is written into it but sessions.
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
from statistics import median, quantiles

PAGES = (
    "/",
    "/gap/operators/authority/",
    "/restated/1/",
    "/sheet/",
    "/sheet/?as-of=2014-12-31",
    "/picture/",
    "/picture/?province=X001",
    "/figure/closing_m2/?family=mines&class=A4&province=X001",
    "/ask/",
    "/ask/?rows=operator&columns=month&measure=cleared_m2&measure=items_antipersonnel_mine&province=X001",
    "/reports/",
    "/bulletins/",
    "/dossiers/?name=REF",
    "/editions/",
    "/editions/1/",
    "/map/",
    "/records/",
    "/records/?words=0001",
    "/records/REF/",
    "/propose/",
    "/imports/",
    "/imports/upload/",
    "/findings/",
    "/people/",
    "/organisations/",
    "/lists/",
    "/places/",
    "/boundaries/",
    "/audit/",
)
BAR_MS = 150.0


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


def timed(reader: Reader, path: str, rounds: int) -> tuple[list[float], int]:
    """Milliseconds of each answer after three that warm up, and the size of the page in bytes."""
    times, size = [], 0
    for at in range(rounds + 3):
        begun = time.perf_counter()
        status, body = reader.get(path)
        taken, size = 1000 * (time.perf_counter() - begun), len(body)
        if status != 200:
            raise SystemExit(f"{path} answers {status}")
        if at >= 3:
            times.append(taken)
    return times, size


def main() -> None:
    """Serve the register from one process, and ask it for each page in turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", required=True)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--person", default="karsova.registrar")
    parser.add_argument("--only", default="", help="part of an address")
    asked = parser.parse_args()
    environment = os.environ | {"CLEARGROUND_DATA_DIR": asked.data_dir}
    server = subprocess.Popen(
        [sys.executable, "-m", "clearground", "serve", "--port", "0", "--workers", "1"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        found = next(filter(None, (re.search(r"is at (http://\S+)", line) for line in server.stdout or ())))
        report(Reader(found[1], asked.person), asked.rounds, asked.only)
    finally:
        server.terminate()
        server.communicate(timeout=30)


def report(reader: Reader, rounds: int, only: str) -> None:
    """A line for each page."""
    print("| page | median ms | p95 ms | slowest ms | kB | bar |\n|---|---:|---:|---:|---:|---|")
    ref = re.search(r'href="/records/([^"?]+)/"', reader.get("/records/")[1].decode())
    named = (page.replace("REF", ref[1] if ref else "") for page in PAGES)
    for path in (page for page in named if only in page):
        times, size = timed(reader, path, rounds)
        p95 = quantiles(times, n=20)[-1]
        said = "reached" if p95 <= BAR_MS else "**missed**"
        print(
            f"| `{path}` | {median(times):.0f} | {p95:.0f} | {max(times):.0f} | {size / 1000:.0f} | {said} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
