"""Lines of sheets as they are printed, on whichever page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A printed figure, and where it opens; nil when it is zero, so that the eye can pass over it."""

    text: str
    is_nil: bool
    column: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A class of land, or the subtotal of a family."""

    code: str
    name: str
    cells: list[Cell]
    balances: bool
