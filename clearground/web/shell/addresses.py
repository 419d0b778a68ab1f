"""Addresses that pages of different subjects lead to, so that no subject imports another."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from django.urls import get_script_prefix, reverse


def query(asked: dict[str, Any]) -> str:
    """The parameters that say something, as an address spells them: `as_of` is `as-of`."""
    said = (parameter(name, value) for name, value in asked.items() if value not in (None, ""))
    return "&".join(filter(None, said))


def parameter(name: str, value: Any) -> str:
    """One parameter of an address, once for each value of a list."""
    if isinstance(value, list | tuple):
        return "&".join(spelt(name, str(each)) for each in value)
    return spelt(name, str(value))


@lru_cache(maxsize=20_000)
def spelt(name: str, value: str) -> str:
    """A parameter and its value, quoted: a table of figures has the same few thousand times over."""
    return f"{quote_plus(name.replace('_', '-'))}={quote_plus(value)}"


def figure_address(measure: str, **scope: Any) -> str:
    """Where one number opens: its definition, its inputs, its records, its downloads.

    `measure` is a column of the sheet or of the counts (`closing_m2`, `cleared_m2`). `scope`: `as_of`,
    `since`, `known`, `basis`, and any dimension: `family`, `class_` (a code), `degree`, `province`,
    `district`, `commune`, `operator`, `method`, `task`, `campaign`, `contract`.
    """
    scope = {("class" if name == "class_" else name): value for name, value in scope.items()}
    return f"{figure_path(get_script_prefix(), measure)}?{query(scope)}"


@lru_cache(maxsize=1_000)
def figure_path(_prefix: str, measure: str) -> str:
    """Where figures of a measure open, under the prefix that the register is served at."""
    return reverse("web:figure", args=[measure])


def record_address(ref: str) -> str:
    """Where one record opens."""
    return reverse("web:record", args=[ref])


def map_address(*, lon: float | None = None, lat: float | None = None, zoom: float = 14, **asked: Any) -> str:
    """The map of a question; at a spot where one is given."""
    spot = f"#{zoom:g}/{lat:.5f}/{lon:.5f}" if lon is not None and lat is not None else ""
    return f"{reverse('web:map')}?{query(asked)}{spot}"


def dossier_address(name: str, **asked: Any) -> str:
    """The print of a task's or a record's dossier; `asked`: `paper` (a4, a3), `language` (en, km)."""
    return f"{reverse('web:dossier', args=[name])}?{query(asked)}"
