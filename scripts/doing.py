"""What is done in the demonstration before a picture is taken: files sent, records proposed, links made.

What changes the register is done once for each demonstration and then only looked at again, so that the pictures of
all languages and widths show the same, and lists do not fill up with what pictures left behind.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Callable
from urllib.parse import urlparse

from playwright.sync_api import Page

# Where what was made for a picture opens, by demonstration and picture.
MADE: dict[tuple[str, str], str] = {}
PASSWORD = "seven brown goats climb"  # noqa: S105  (of an invented person, in a register that lasts for minutes)
# Each sets up one-time codes once: one for each language and width.
WITH_CODES = ["karsova.operator", "karsova.quality", "karsova.assistance", "karsova.treaty"]
REASON = "For the pictures of the documents"
CORNERS = "-45.0060 -21.9920\n-45.0060 -21.9905\n-45.0048 -21.9905\n-45.0048 -21.9920"
PROPOSED = {
    "ref": "XKV-H-PICTURE-1",
    "on": "2025-06-01",
    "class_mines": "A1",
    "kind": "confirm",
    "operator": "LFT",
    "evidence": "direct",
}


def server_of(page: Page) -> str:
    """The demonstration that the page is of."""
    return "{0.scheme}://{0.netloc}".format(urlparse(page.url))


def once(name: str, make: Callable[[Page], None]) -> Callable[[Page], None]:
    """What makes something the first time, and leads to it every time."""

    def done(page: Page) -> None:
        server = server_of(page)
        if (server, name) in MADE:
            page.goto(MADE[server, name])
        else:
            make(page)
            MADE[server, name] = page.url

    return done


def send_a_file(page: Page) -> None:
    """The sample of the demonstration is sent, and the page of its columns is open."""
    server = server_of(page)
    sample = page.request.get(f"{server}/imports/sample/").body()
    page.goto(f"{server}/imports/upload/")
    file = {"name": "sample.geojson", "mimeType": "application/geo+json", "buffer": sample}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.locator("main form button.button").click()
    page.wait_for_selector(".columns-form")


def stage_a_file(page: Page) -> None:
    """A file is sent, its columns are confirmed, and its rows are read."""
    send_a_file(page)
    page.locator(".columns-form button.button").click()
    page.wait_for_selector("[data-phase=ready]", timeout=60_000)


def propose(page: Page) -> None:
    """A record is proposed by its coordinates, and waits."""
    page.goto(f"{server_of(page)}/propose/")
    for name, said in PROPOSED.items():
        field = page.locator(f"main [name={name}]").first
        if field.evaluate("each => each.localName") == "select":
            field.select_option(said)
        else:
            field.fill(said)
    page.locator("[name=how][value=coordinates]").check(force=True)
    page.locator("[name=coordinates]").fill(CORNERS)
    page.locator("[name=reason]").fill(REASON)
    page.locator("button[name=act][value=save]").click()
    page.wait_for_url("**/proposals/*/")


def link_for(page: Page, login: str) -> str:
    """A link by which somebody sets a password."""
    page.goto(f"{server_of(page)}/person/{login}/")
    form = page.locator(f"form[action='/person/{login}/link/']")
    page.locator("details", has=form).evaluate("each => each.open = true")
    if (reason := form.locator("[name$=reason]")).count():
        reason.fill(REASON)
    form.locator("button").click()
    return page.locator("#id_link").input_value()


def leave(page: Page) -> None:
    """Nobody is signed in any more; the language stays."""
    page.context.clear_cookies(name="sessionid")


def open_a_link(page: Page) -> None:
    """An invited person is about to set a password."""
    link = link_for(page, "karsova.reader")
    page.goto(server_of(page) + urlparse(link).path)


def join(page: Page) -> None:
    """The page on which an invited person sets a password, as they see it."""
    once("join", open_a_link)(page)
    leave(page)
    page.reload()


def set_a_password(page: Page, login: str) -> None:
    """Somebody has joined by a link, and is asked to sign in."""
    link = link_for(page, login)
    leave(page)
    page.goto(server_of(page) + urlparse(link).path)
    for field in page.locator("main input[type=password]").all():
        field.fill(PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url("**/account/login/**")


def sign_in(page: Page, login: str, then: str) -> None:
    """Somebody has signed in with the password, and is at the address where they wanted to be."""
    page.goto(f"{server_of(page)}/account/login/?next={then}")
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url(f"**{then}**")


def change_a_password(page: Page) -> None:
    """Somebody who signed in with a password is about to change it."""
    once("password", lambda page: set_a_password(page, "karsova.planner"))(page)
    leave(page)
    sign_in(page, "karsova.planner", "/account/password/")


def set_up_codes(page: Page) -> None:
    """Somebody has set up one-time codes, and sees those to recover with."""
    server = server_of(page)
    used = sum(of == server and name.startswith("codes ") for of, name in MADE)
    login = WITH_CODES[used % len(WITH_CODES)]
    MADE[server, f"codes {login}"] = server
    set_a_password(page, login)
    sign_in(page, login, "/account/code/activate/")
    page.locator("[name=code]").fill(code_of(page.locator(".key").inner_text()))
    page.locator("main form button").click()
    page.wait_for_selector(".codes")


def code_of(secret: str, now: float | None = None) -> str:
    """The six digits that a phone would show (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int((now or time.time()) // 30)), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def pick_a_place(page: Page) -> None:
    """A record was searched for, and the history of the spot in its middle is open beside the map."""
    page.locator("[data-map][data-ready]").wait_for(timeout=60_000)
    page.locator("[data-panel]").evaluate("each => each.open = true")
    page.locator("[data-search] [name=q]").fill("XKV-H-0000-00001")
    page.locator("[data-search] button").click()
    page.wait_for_url(re.compile(r"[?&]at=1\d"), wait_until="commit")
    page.locator("[data-map-canvas]").click()
    page.locator("[data-picked] h2").wait_for(timeout=60_000)
