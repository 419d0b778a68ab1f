"""Problems in data are values: collected, never raised.

A finding carries a stable code and parameters. Its wording (what, where, what to do) lives in
the catalogue of `clearground.exchange.rules`, under the code, so that it can be translated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """What a finding does to the record that it names."""

    BLOCKS = "blocks"  # the record can't be approved
    WARNS = "warns"  # the record can be approved; somebody must look
    INFORMS = "informs"  # worth knowing


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem, at one place: `row` counts from 1 as the source's reader sees it."""

    code: str
    severity: Severity
    row: int | None = None
    ref: str = ""
    cell: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
