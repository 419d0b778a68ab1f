"""The text of a printed page: every word once, as it is typed, and the page as it was."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from clearground.publications.text_layer import Run, said_once, searchable
from clearground.publications.typesetting import font_folders

from .paper import text

WORDS = "ការសូវ៉ា មីន សំណល់គ្រាប់បែកចង្កោម វិច្ឆិកា 2017 សូ សី ស ដីដី ថ្នាក់ដី មីនប្រឆាំងមនុស្ស"
SOURCE = f"""
#set document(title: "x")
#set text(font: ("Noto Sans", "Noto Sans Khmer"), lang: "km")
= {WORDS}
#table(columns: 2, [{WORDS}], [12,345.6])
"""


@pytest.fixture(scope="module")
def page() -> bytes:
    """A page as the typesetter makes it."""
    import typst

    return typst.compile(
        SOURCE.encode(), font_paths=font_folders(), ignore_system_fonts=True, format="pdf", sys_inputs={}
    )


def without_blanks(said: str) -> str:
    """Lines and blanks depend on the program that reads."""
    return "".join(said.split())


def test_every_word_is_said_once(page: bytes, tmp_path: Path) -> None:
    """In the heading and in the table; the typesetter alone says stacks several times."""
    assert without_blanks(text(searchable(page), tmp_path)) == without_blanks(WORDS) * 2 + "12,345.6"
    assert "មីមី" in without_blanks(text(page, tmp_path)), "no longer needed: print what the typesetter makes"


def test_what_is_seen_does_not_change(page: bytes, tmp_path: Path) -> None:
    """Dot by dot."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm is not installed (apt-get install poppler-utils)")
    pictures = []
    for name, body in (("before", page), ("after", searchable(page))):
        (tmp_path / f"{name}.pdf").write_bytes(body)
        done = subprocess.run(
            ["pdftoppm", "-r", "60", "-png", str(tmp_path / f"{name}.pdf")], capture_output=True, check=True
        )
        assert done.stderr == b""
        pictures.append(done.stdout)
    assert pictures[0] == pictures[1]
    assert len(pictures[0]) > 1000


def test_mending_twice_is_mending_once(page: bytes) -> None:
    """What is said once has nothing to mend."""
    once = searchable(page)
    assert searchable(once) == once


def test_a_word_may_repeat() -> None:
    """The same stack twice is two stacks; a sign of its own is never swallowed."""
    stack = [("f0", 1), ("f0", 2), ("f0", 1), ("f0", 2)]
    runs = [Run(at, at, [(font.encode(), (sign,), "ដី")]) for at, (font, sign) in enumerate(stack)]
    assert [(run.start, said) for run, said in said_once(runs)] == [(1, ""), (3, "")]
    plain = [Run(0, 0, [(b"f0", (5,), "a"), (b"f0", (5,), "a"), (b"f0", (6,), "a")])]
    assert list(said_once(plain)) == []
