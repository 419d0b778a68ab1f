"""Digits and marks of the scripts in use, brought to the ones that parsers know."""

from __future__ import annotations

import re

_DIGITS = {0x17E0 + n: str(n) for n in range(10)} | {0xFF10 + n: str(n) for n in range(10)}
_MARKS = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-",
    "º": "°", "˚": "°", "∘": "°",
    "′": "'", "’": "'", "‘": "'", "´": "'", "`": "'", "ʹ": "'",
    "″": '"', "”": '"', "“": '"', "ʺ": '"',
    "٫": ".", "٬": ",", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u200b": "", "\ufeff": "",
}  # fmt: skip
_TABLE = _DIGITS | {ord(mark): plain for mark, plain in _MARKS.items()}


def western(text: str) -> str:
    """The text with Khmer and full-width digits as 0–9, and typographic marks as their plain ones."""
    return re.sub(r"''", '"', text.translate(_TABLE)) if text else ""
