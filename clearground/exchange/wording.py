"""Provisional."""

from __future__ import annotations

from dataclasses import dataclass

from clearground.kernel.findings import Finding


@dataclass(frozen=True, slots=True)
class Wording:
    """What a rule found, and what to do about it."""

    title: str
    remedy: str


def wording_of(code: str) -> Wording:
    """The wording of a rule, for a count of its findings."""
    return Wording(code, "")


def explained(found: Finding) -> Wording:
    """The wording of one finding, with its parameters."""
    return Wording(found.code, "")
