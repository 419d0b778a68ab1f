"""Chance that depends on a seed and on names of things only: never on the order of calls, never on the machine."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Objects = NDArray[np.object_]
Bools = NDArray[np.bool_]


def _mixed(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each 64-bit word scrambled so that neighbours are unlike (the finaliser of splitmix64)."""
    value = value + np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def hashed(seed: int, *keys: Any) -> NDArray[np.uint64]:
    """A 64-bit word for each row of `keys` (integers or arrays of integers that broadcast)."""
    with np.errstate(over="ignore"):
        word = _mixed(np.atleast_1d(np.asarray(seed, dtype=np.int64)).view(np.uint64))
        for key in keys:
            word = _mixed(word ^ np.atleast_1d(np.asarray(key, dtype=np.int64)).view(np.uint64))
    return word


def uniform(seed: int, *keys: Any) -> Floats:
    """A number in [0, 1) for each row of `keys`."""
    return (hashed(seed, *keys) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def chosen(rng: np.random.Generator, weights: Any, count: int) -> Ints:
    """`count` indices into `weights`, each drawn as often as its weight says."""
    share = np.cumsum(np.asarray(weights, dtype=float))
    drawn = np.searchsorted(share / share[-1], rng.random(count), side="right")
    return np.minimum(drawn, len(share) - 1).astype(np.int64)


def within(counts: Ints) -> Ints:
    """0, 1, 2 … inside each group of `counts` rows."""
    starts = np.cumsum(counts) - counts
    return np.arange(int(counts.sum()), dtype=np.int64) - np.repeat(starts, counts)
