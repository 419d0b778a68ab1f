"""The codes of findings that reading and mapping make, from `reading_rules.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from clearground.kernel.findings import Finding, Severity


@cache
def rules() -> dict[str, dict[str, Any]]:
    """The catalogue of `EXCH-…`, by code: severity, title, what happened, what to do, in two languages."""
    text = files("clearground.exchange").joinpath("reading_rules.toml").read_text("utf-8")
    return tomllib.loads(text)


def finding(code: str, row: int | None = None, cell: str = "", ref: str = "", **params: Any) -> Finding:
    """A finding of the catalogue, with the catalogue's severity."""
    return Finding(code, Severity(rules()[code]["severity"]), row=row, ref=ref, cell=cell, params=params)
