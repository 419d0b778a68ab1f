"""Every page that the documents show, at both widths and in both languages: no barrier, no stranger, no overflow."""

from __future__ import annotations

from urllib.parse import urlparse

import pytest

from scripts.screenshots import LANGUAGES, WIDTHS, settle, stepped_in
from scripts.shots import SHOTS, Shot

from .watching import Watch

OVERFLOW = "document.documentElement.scrollWidth - innerWidth"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shot", SHOTS, ids=[shot.name for shot in SHOTS])
def test_a_page_keeps_nobody_out(browser, demonstration: str, shot: Shot, language: str, width: int) -> None:
    """Axe finds nothing, the console is silent, no other host is asked, and nothing runs over the screen."""
    page = stepped_in(browser, demonstration, shot, width=width, language=language)
    watched = Watch(page)
    answer = page.goto(demonstration + shot.address)
    assert answer is not None
    assert answer.status == 200
    if shot.then:
        shot.then(page)
    settle(page)
    assert page.locator("html").get_attribute("lang") == language
    assert watched.barriers() == []
    assert page.evaluate(OVERFLOW) <= 0
    assert watched.complaints == []
    assert set(watched.hosts) == {urlparse(demonstration).netloc}
    page.context.close()
