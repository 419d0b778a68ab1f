"""The guides as they are written, in Markdown, in the reader's language.

A clone has them under `docs/guides`; a wheel carries the same files within this package.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from markdown_it import MarkdownIt
from markdown_it.token import Token

HERE = Path(__file__).resolve().parent
IN_A_WHEEL, IN_A_CLONE = HERE / "written", HERE.parents[2] / "docs" / "guides"
# In the order in which they are offered.
NAMES = ("data-officer", "planner", "reader")
# What is written as HTML is shown as text: a guide brings no tag of its own.
MARKDOWN = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide: its title, its opening paragraph, and all that follows as HTML."""

    name: str
    title: str
    opening: str
    body: SafeString


def folder() -> Path:
    """Where the guides and their pictures lie."""
    return IN_A_WHEEL if IN_A_WHEEL.is_dir() else IN_A_CLONE


def source_of(name: str) -> Path:
    """The file of a guide in the reader's language; in English where nobody has translated it."""
    translated = folder() / (get_language() or "en")[:2] / f"{name}.md"
    return translated if translated.is_file() else folder() / f"{name}.md"


def guide(name: str) -> Guide | None:
    """The guide of this name, to be read on a page; None where there is none."""
    if name not in NAMES:
        return None
    tokens = MARKDOWN.parse(source_of(name).read_text("utf-8"))
    (title, opening), rest = _opening(tokens)
    for token in rest:
        _lead_to_pages(token)
    html = MARKDOWN.renderer.render(rest, MARKDOWN.options, {})
    return Guide(name, title, opening, mark_safe(html))  # noqa: S308  (Markdown of ours, its HTML escaped)


def guides() -> Iterator[Guide]:
    """All guides, in their order."""
    yield from (each for name in NAMES if (each := guide(name)))


def picture(name: str) -> Path | None:
    """The picture of this name; None where there is none."""
    path = folder() / "pictures" / f"{name}.png"
    return path if path.is_file() else None


def _opening(tokens: list[Token]) -> tuple[list[str], list[Token]]:
    """Title and first paragraph as text, and what follows them: each is three tokens."""
    return [tokens[1].content, tokens[4].content], tokens[6:]


def _lead_to_pages(token: Token) -> None:
    """Pictures of the text come from here; a link leads to a guide, or is plain words."""
    leads: list[bool] = []
    for each in token.children or ():
        if each.type == "image":
            each.attrs |= _attributes(Path(str(each.attrs["src"])))
        elif each.type == "link_open":
            leads.append((name := Path(str(each.attrs["href"])).stem) in NAMES)
            each.attrs, each.hidden = {"href": reverse("web:guide", args=[name])}, not leads[-1]
        elif each.type == "link_close":
            each.hidden = not leads.pop()


def _attributes(source: Path) -> dict[str, str | int | float]:
    """Address and size of a picture, so that the text around it stands still while it loads."""
    found = picture(source.stem)
    size = struct.unpack(">II", found.read_bytes()[16:24]) if found else (0, 0)
    said = {"src": reverse("web:guide-picture", args=[source.stem]), "loading": "lazy"}
    return {**said, **({"width": size[0], "height": size[1]} if found else {})}
