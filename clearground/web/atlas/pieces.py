"""Faces of the books put together again: land that one event left in one state is one piece."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

import numpy as np
import shapely

SAME = ("family", "state", "hazard_class", "is_outside", "event_id")


def pieces(faces: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One entry for all faces of one event in one state; areas add up, shapes are joined.

    The cut of the books follows every polygon ever reported; readers want the land, not the cut.
    """
    together: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    same = itemgetter(*SAME)
    for face in faces:
        if face["geometry"] is not None:
            together.setdefault(same(face), []).append(face)
    return [joined(group) for group in together.values()]


def joined(group: list[Mapping[str, Any]]) -> dict[str, Any]:
    """The faces as one piece."""
    if len(group) == 1:
        return dict(group[0])
    shapes = np.array([face["geometry"] for face in group], dtype=object)
    area_m2 = sum(face["area_m2"] for face in group)
    return {**group[0], "geometry": shapely.coverage_union_all(shapes), "area_m2": area_m2}
