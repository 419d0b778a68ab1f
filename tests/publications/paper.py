"""Reads what was printed: pages and text, as a reader's program finds them."""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest


def pages(pdf: bytes) -> int:
    """How many pages the file has."""
    assert pdf.startswith(b"%PDF-")
    found = re.findall(rb"/Type/Pages.{0,200}?/Count (\d+)|/Count (\d+)", pdf, re.S)
    return max(int(a or b) for a, b in found)


def text(pdf: bytes, folder: Path) -> str:
    """The text that can be searched and copied; skipped where no program is there to read it."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (apt-get install poppler-utils)")
    path = folder / "printed.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True)
    return unicodedata.normalize("NFC", done.stdout.decode())
