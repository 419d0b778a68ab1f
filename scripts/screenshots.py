"""Pictures of every page, in both languages and at two widths, for the documents.

Examples:
    python -m scripts.screenshots                               # a demonstration of its own, every picture
    python -m scripts.screenshots --only landing,guide-map       # some of them, one of a guide
    python -m scripts.screenshots --server http://127.0.0.1:8000 # of a demonstration that is being served

"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from .shots import GUIDES, SHOTS, Shot

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
# No network of its own, and WebGL drawn by the processor, so that the map has a canvas on any machine.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
WIDTHS = (1440, 390)
LANGUAGES = ("en", "km")
DOCUMENTS = Path(__file__).resolve().parent.parent / "docs"
INTO, INTO_GUIDES = DOCUMENTS / "screenshots", DOCUMENTS / "guides" / "pictures"
# What is longer goes on in a second picture, and then in a third: viewers draw no picture of any height.
TALLEST = 8000
# Images that wait until somebody scrolls to them are drawn at once.
DRAW_IMAGES = """Promise.all([...document.images].map(each => {
  each.loading = "eager";
  return each.decode().catch(() => {});
}))"""


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Chromium with an empty profile; it ends with the block."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def a_server(hazards: int = 5000) -> Iterator[str]:
    """A demonstration that is served for as long as the block lasts; nothing is left of it."""
    with tempfile.TemporaryDirectory(prefix="clearground-demonstration-") as folder:
        settings = {k: v for k, v in os.environ.items() if not k.startswith(("CLEARGROUND_", "DATABASE_URL"))}
        settings |= {"CLEARGROUND_DATA_DIR": folder, "CLEARGROUND_CONFIG": str(Path(folder) / "none.toml")}
        clearground, serve = [sys.executable, "-m", "clearground"], ["serve", "--port", "0", "--workers", "1"]
        quiet: dict[str, Any] = {"env": settings, "stdout": subprocess.PIPE, "text": True}
        subprocess.run([*clearground, "demo", "--hazards", str(hazards)], check=True, **quiet)  # noqa: S603  (ours)
        server = subprocess.Popen([*clearground, *serve], **quiet)  # noqa: S603  (ours)
        try:
            yield address_of(server)
        finally:
            server.terminate()
            server.communicate(timeout=30)


def address_of(server: subprocess.Popen[str]) -> str:
    """Where the server says that it is."""
    for line in server.stdout or ():
        if found := re.search(r"Clearground is at (http://\S+)", line):
            return found[1]
    raise SystemExit("the demonstration did not start")


def stepped_in(browser: Browser, server: str, shot: Shot, *, width: int, language: str) -> Page:
    """A page of the person who has the shot, in one language, before it goes there."""
    page = browser.new_context(viewport={"width": width, "height": 900}, locale=language).new_page()
    page.goto(f"{server}/step-in/")
    if shot.person:
        page.locator(f'form[action="/step-in/{shot.person}/"] button').click()
    if page.locator("html").get_attribute("lang") != language:
        page.locator(f"button[name=language][value={language}]").click()
    return page


def open_page(browser: Browser, server: str, shot: Shot, *, width: int, language: str) -> Page:
    """The page of a shot, once what is to be done there is done and everything is drawn."""
    page = stepped_in(browser, server, shot, width=width, language=language)
    page.goto(server + shot.address)
    if shot.then:
        shot.then(page)
    settle(page)
    return page


def settle(page: Page) -> None:
    """Whatever the page still draws is drawn."""
    if page.locator("[data-map]").count():
        page.locator("[data-map]").first.scroll_into_view_if_needed()
        page.locator("[data-map][data-ready]").first.wait_for(timeout=60_000)
    if page.locator("[data-chart]").count():
        page.locator("[data-chart] svg, [data-chart] canvas").first.wait_for(timeout=60_000)
    page.evaluate(DRAW_IMAGES)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(300)


def picture(page: Page, to: Path) -> None:
    """The whole page, from its top to its foot, in as many pictures as it needs."""
    height, width = page.evaluate("document.documentElement.scrollHeight"), page.evaluate("innerWidth")
    for at, top in enumerate(range(0, height, TALLEST), 1):
        part = {"x": 0, "y": top, "width": width, "height": min(TALLEST, height - top)}
        name = to if at == 1 else to.with_stem(f"{to.stem}-{at}")
        page.screenshot(path=str(name), full_page=True, clip=part)  # type: ignore[arg-type]


def take(server: str, into: Path = INTO, guides: Path = INTO_GUIDES, only: frozenset[str] = frozenset()) -> None:
    """Each shot lies in the folder, in both languages and widths; those of the guides in theirs, as one screen."""
    into.mkdir(parents=True, exist_ok=True)
    guides.mkdir(parents=True, exist_ok=True)
    with a_browser() as browser:
        for shot in (each for each in GUIDES if not only or f"guide-{each.name}" in only):
            for language in LANGUAGES:
                page = open_page(browser, server, shot, width=1200, language=language)
                page.screenshot(path=str(guides / f"{shot.name}-{language}.png"))
                page.context.close()
            print("guide", shot.name, flush=True)
        for shot in (each for each in SHOTS if not only or each.name in only):
            for width in WIDTHS:
                for language in LANGUAGES:
                    page = open_page(browser, server, shot, width=width, language=language)
                    picture(page, into / f"{shot.name}-{language}-{width}.png")
                    page.context.close()
            print(shot.name, flush=True)


def main() -> None:
    """Parse the command, and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", default="")
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    only = frozenset(filter(None, asked.only.split(",")))
    if asked.server:
        take(asked.server, only=only)
        return
    with a_server() as server:
        take(server, only=only)


if __name__ == "__main__":
    main()
