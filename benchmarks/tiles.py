"""How fast the map answers: tiles of each zoom, and one step of its slider in a browser.

Tiles are encoded from the kept index, none from a cache of tiles; low ones are read from the
archive, as the pages do. A step is timed from the slider's event to the frame after the picture
has changed, in headless Chromium that draws on the processor.

Example: CLEARGROUND_DATA_DIR=demo50k python -m benchmarks.tiles --port 8177
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.request import urlopen

TILES_A_ZOOM = 200
STEPS = 60
VIEWS = {
    "country": "",
    "signs (z9.5)": "at=9.5/{lat}/{lon}",
    "signs (z11)": "at=11/{lat}/{lon}",
    "signs (z12.5)": "at=12.5/{lat}/{lon}",
    "shapes (z13)": "at=13/{lat}/{lon}",
    "shapes (z14)": "at=14/{lat}/{lon}",
}
# Every step waits for the frame after the one in which the page says that the day is drawn.
STEP_SCRIPT = """async (days) => {
    const slider = document.querySelector('[data-day]'), frame = document.querySelector('[data-map]');
    const iso = (day) => new Date((day - 719163) * 864e5).toISOString().slice(0, 10);
    const next = () => new Promise((done) => requestAnimationFrame(done));
    const taken = [], worked = [];
    for (const day of days) {
        await new Promise((done) => setTimeout(done, 60));
        const start = performance.now();
        slider.value = day;
        slider.dispatchEvent(new Event('input', {bubbles: true}));
        worked.push(performance.now() - start);
        while (frame.dataset.shown !== iso(day) && performance.now() - start < 5000) await next();
        await next();
        taken.push(performance.now() - start);
    }
    return [taken, worked];
}"""


def told(name: str, taken_ms: Sequence[float], more: str = "") -> None:
    """One line of the answer."""
    ranked = sorted(taken_ms)
    p95 = ranked[min(len(ranked) - 1, int(0.95 * len(ranked)))]
    print(
        f"{name:<18} n={len(ranked):<5} p50 {ranked[len(ranked) // 2]:7.1f} ms   p95 {p95:7.1f} ms {more}", flush=True
    )


def measure_tiles() -> None:
    """Each zoom, from a sample of the tiles that have land; then all live zooms together."""
    from clearground.land.selectors import seq_known
    from clearground.web.atlas import land_index, low_tiles, pyramid, tiles

    seq = seq_known(None)
    if pyramid.reader_of(seq) is None:
        pyramid.make_archive(seq)
    held, every, used = land_index.kept_index(land_index.kept_name(seq)), [], []
    for z in range(tiles.MIN_ZOOM, 15):
        found = pyramid.tiles_with_land(held, z)
        random.Random(z).shuffle(found)  # noqa: S311
        taken, worked, sizes = [], [], []
        for x, y in found[:TILES_A_ZOOM]:
            tiles.live_tile.cache_clear()
            start, began = time.perf_counter(), time.process_time()
            sizes.append(len(low_tiles.tile(z, x, y, seq=seq) or b""))
            taken.append(1000 * (time.perf_counter() - start))
            worked.append(1000 * (time.process_time() - began))
        told(f"z{z}", taken, f"  {sum(sizes) / len(sizes) / 1000:7.1f} kB")
        every += taken if z >= tiles.LIVE_FROM_ZOOM else []
        used += worked if z >= tiles.LIVE_FROM_ZOOM else []
    told("z10 to z14", every)
    told("same, CPU only", used, "  (what other work on the machine can't slow down)")


@contextmanager
def served(port: int) -> Iterator[str]:
    """The register's pages, in one process, until the block ends."""
    command = [sys.executable, "-m", "clearground", "serve", "--port", str(port), "--workers", "1"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(60):
            try:
                urlopen(f"{address}/step-in/", timeout=5).close()  # noqa: S310
                break
            except OSError:
                time.sleep(0.5)
        yield address
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def measure_steps(address: str, login: str) -> None:
    """Month by month through the books, on maps of several scales."""
    from scripts.screenshots import a_browser

    with a_browser() as browser:
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.goto(f"{address}/step-in/")
        page.locator(f'form[action="/step-in/{login}/"] button').click()
        page.wait_for_load_state()
        for name, view in VIEWS.items():
            taken, worked = steps_of(page, address, view)
            told(name, taken, "  a step, from the event to the frame")
            told("", worked, "  of which the page's own work")


def steps_of(page: Any, address: str, view: str) -> list[list[float]]:
    """The milliseconds of each step on one map, after a few that warm it up: to the frame, and the page's own."""
    page.goto(f"{address}/map/?known={time.strftime('%Y-%m-%d')}")
    config = page.evaluate("JSON.parse(document.getElementById('map-config').textContent)")
    west, south, east, north = config["bounds"]
    at = view.format(lon=(west + east) / 2, lat=(south + north) / 2)
    page.goto(f"{address}/map/?known={time.strftime('%Y-%m-%d')}&{at}")
    page.locator("[data-map][data-ready]").wait_for(timeout=180_000)
    page.wait_for_timeout(1500)
    low, high = (int(page.locator("[data-day]").get_attribute(name)) for name in ("min", "max"))
    days = [low + (high - low) * step // (STEPS + 5) for step in range(STEPS + 5)]
    return [measured[5:] for measured in page.evaluate(STEP_SCRIPT, days)]


def main() -> None:
    """Both measurements, printed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8177)
    parser.add_argument("--login", default="karsova.registrar", help="who looks at the map, in the demonstration")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clearground.settings")
    import django

    django.setup()
    measure_tiles()
    with served(asked.port) as address:
        measure_steps(address, asked.login)


if __name__ == "__main__":
    main()
