"""A rule is one object with a stable code; its docstring is its law."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearground.kernel.findings import Finding, Severity

from .look import Look

Params = Mapping[str, Sequence[Any] | NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Hits:
    """Which rows of a batch break a rule (`at`, positions from 0), with one set of parameters each."""

    at: Sequence[int] | NDArray[np.int64]
    params: Params = field(default_factory=dict)
    column: str = "shapes"


NONE = Hits(())


@dataclass(frozen=True, slots=True)
class Rule:
    """One check.

    `eases`: it blocks a record for its geometry only, so that a record with a stated area is
    booked without its shape, and the finding then warns.
    """

    code: str
    severity: Severity
    find: Callable[[Look], Hits]
    parameters: tuple[str, ...] = ()  # names in `batch.Limits`
    eases: bool = False

    @property
    def law(self) -> str:
        """What the rule says, in a sentence."""
        return (self.find.__doc__ or "").strip().splitlines()[0]

    def findings(self, look: Look) -> list[Finding]:
        """What breaks the rule, as values."""
        hits = self.find(look)
        at = np.asarray(hits.at, dtype=np.int64)
        names = list(hits.params)
        told = zip(*(plain(hits.params[name]) for name in names), strict=True) if names else [()] * len(at)
        cell = look.batch.cell(hits.column)
        return [
            Finding(
                code=self.code,
                severity=Severity.WARNS if self.eases and look.has_stated_area[i] else self.severity,
                row=int(look.batch.rows[i]),
                ref=str(look.batch.refs[i]),
                cell=cell,
                params=dict(zip(names, values, strict=True)),
            )
            for i, values in zip(at, told, strict=True)
        ]


RULES: dict[str, Rule] = {}


def rule(
    code: str, severity: Severity, *parameters: str, eases: bool = False
) -> Callable[[Callable[[Look], Hits]], Callable[[Look], Hits]]:
    """The decorated function is the rule of that code in `RULES`."""

    def register(find: Callable[[Look], Hits]) -> Callable[[Look], Hits]:
        if code in RULES:
            raise ValueError(f"{code} is taken")
        RULES[code] = Rule(code, severity, find, parameters, eases)
        return find

    return register


def plain(values: Sequence[Any] | NDArray[Any]) -> list[Any]:
    """Values that JSON can carry: what isn't a number is None."""
    listed = values.tolist() if isinstance(values, np.ndarray) else list(values)
    return [None if isinstance(value, float) and not np.isfinite(value) else value for value in listed]
