"""Walks through JSON text member by member, so that a value's own text can be kept as it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clearground.common.errors import Refused

from .encodings import decoded

_BLANK = re.compile(r"[ \t\r\n\x1e]*")
_DECODER = json.JSONDecoder(parse_constant=float)


class Cursor:
    """A place in JSON text."""

    def __init__(self, text: str, at: int = 0) -> None:
        self.text, self.at = text, at
        self.skip_blank()

    def skip_blank(self) -> None:
        """The place is the next character that says something."""
        self.at = _BLANK.match(self.text, self.at).end()  # type: ignore[union-attr]

    @property
    def next(self) -> str:
        """The character at the place; empty at the end."""
        return self.text[self.at : self.at + 1]

    def take(self, character: str) -> bool:
        """Whether `character` stood at the place; then the place is behind it."""
        if self.next != character:
            return False
        self.at += 1
        self.skip_blank()
        return True

    def expect(self, character: str) -> None:
        """The place is behind `character`; `Refused` where something else stands."""
        if not self.take(character):
            raise self.broken()

    def value(self) -> Any:
        """The value at the place, which is then behind it."""
        try:
            value, self.at = _DECODER.raw_decode(self.text, self.at)
        except ValueError:
            raise self.broken() from None
        self.skip_blank()
        return value

    def spanned(self) -> tuple[Any, str]:
        """The value at the place, and its text."""
        start = self.at
        value = self.value()
        return value, self.text[start : self.at].rstrip()

    def members(self) -> Iterator[str]:
        """Each key of the object at the place; whoever asks takes the value before the next key."""
        self.expect("{")
        while self.next != "}":
            key = self.value()
            if not isinstance(key, str):
                raise self.broken()
            self.expect(":")
            yield key
            if not self.take(","):
                break
        self.expect("}")

    def elements(self) -> Iterator[int]:
        """The number of each element, from 1, of the array at the place; whoever asks takes the element."""
        self.expect("[")
        number = 0
        while self.next != "]":
            number += 1
            yield number
            if not self.take(","):
                break
        self.expect("]")

    def broken(self) -> Refused:
        """The refusal of text that is not JSON from this place on."""
        if self.at >= len(self.text):
            return Refused("The file ends in the middle: it is cut off.", "Send it again; compare its size first.")
        line = self.text.count("\n", 0, self.at) + 1
        return Refused(f"The file is not valid JSON from line {line} on.", "Export it again from its source.")


def cursor_of(path: Path) -> Cursor:
    """A cursor at the beginning of the file."""
    text, _ = decoded(path.read_bytes(), only_unicode=True)
    return Cursor(text)


def cell(value: Any) -> str | int | float | None:
    """A JSON value as a cell: what nests, and truth, as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else str(value)
    return json.dumps(value, ensure_ascii=False)
