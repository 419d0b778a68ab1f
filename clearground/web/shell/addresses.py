"""Addresses that pages of different subjects lead to, so that no subject imports another."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse


def query(asked: dict[str, Any]) -> str:
    """The parameters that say something, as an address spells them: `as_of` is `as-of`."""
    said = {name.replace("_", "-"): value for name, value in asked.items() if value not in (None, "")}
    return urlencode(said, doseq=True)


def figure_address(measure: str, **scope: Any) -> str:
    """Where one number opens: its definition, its inputs, its records, its downloads.

    `measure` is a column of the sheet or of the counts (`closing_m2`, `cleared_m2`). `scope`: `as_of`,
    `since`, `known`, `basis`, and any dimension: `family`, `class_` (a code), `degree`, `province`,
    `district`, `commune`, `operator`, `method`, `task`, `campaign`, `contract`.
    """
    scope = {("class" if name == "class_" else name): value for name, value in scope.items()}
    return f"{reverse('web:figure', args=[measure])}?{query(scope)}"


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
