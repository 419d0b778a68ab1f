"""Pictures of the first page, in both languages and at two widths, from a server that runs.

Example: python -m scripts.screenshots http://127.0.0.1:8000
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

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
INTO = Path(__file__).resolve().parent.parent / "docs" / "screenshots"


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Chromium with an empty profile; it ends with the block."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def open_page(browser: Browser, server: str, *, width: int, language: str) -> Page:
    """The first page in one language, with its map drawn."""
    context = browser.new_context(viewport={"width": width, "height": 900}, locale=language)
    page = context.new_page()
    page.goto(server)
    if page.locator("html").get_attribute("lang") != language:
        page.locator(f"button[name=language][value={language}]").click()
    if page.locator("[data-map]").count():
        page.locator("[data-map]").scroll_into_view_if_needed()
        page.locator("[data-map][data-ready]").wait_for(timeout=60_000)
        page.evaluate("scrollTo(0, 0)")
    return page


def take(server: str, into: Path = INTO) -> None:
    """Whole pages in both languages and widths, and what an English reader sees first, lie in the folder."""
    into.mkdir(parents=True, exist_ok=True)
    with a_browser() as browser:
        for width in WIDTHS:
            for language in LANGUAGES:
                page = open_page(browser, server, width=width, language=language)
                name = into / f"first-page-{language}-{width}.png"
                page.screenshot(path=str(name), full_page=True)
                print(name)
                page.context.close()
        page = open_page(browser, server, width=1440, language="en")
        page.screenshot(path=str(into / "first-page-en.png"))
        print(into / "first-page-en.png")


if __name__ == "__main__":
    take(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
