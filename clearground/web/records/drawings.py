"""A small map of a record and its neighbours as SVG paths, drawn on the server in the country's projection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from clearground.kernel.land.events import Kind
from clearground.kernel.land.frame import POLYGONAL
from clearground.land.models import LandEvent
from clearground.places.selectors import frame

# Signs of the legend by the kind of a line.
SIGN_OF_KIND = {
    Kind.SUSPECT: "suspected",
    Kind.RECORD: "not_stated",
    Kind.CONFIRM: "confirmed",
    Kind.RECLASSIFY: "not_stated",
    Kind.CANCEL: "cancelled",
    Kind.REDUCE: "reduced",
    Kind.CLEAR: "cleared",
    Kind.REOPEN: "suspected",
}
WIDTH, HEIGHT, EDGE = 640.0, 400.0, 0.12
BARS_M = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Paths in a box of WIDTH by HEIGHT, own land last; a bar of so many metres and its length in the box."""

    paths: list[dict[str, Any]]
    spots: list[dict[str, Any]]
    bar_m: int
    bar_width: float


def sign_of(kind: int | None) -> str:
    """The sign of a line of this kind."""
    return SIGN_OF_KIND.get(Kind(kind), "not_stated") if kind is not None else "cancelled"


def drawing_of(own: Sequence[LandEvent], others: Iterable[LandEvent]) -> Drawing | None:
    """The record's land among that of others; None where it has none."""
    shown = [(event, False) for event in others] + [(event, True) for event in own]
    shapes = frame().to_grid(np.array([event.shape for event, _own in shown], object)) if shown else np.zeros(0, object)
    mine = [shape for shape, (_event, is_own) in zip(shapes, shown, strict=True) if is_own and shape is not None]
    if not mine:
        return None
    west, south, scale = _window(shapely.total_bounds(mine))
    drawn = [
        (event, is_own, _moved(shape, west, south, scale))
        for (event, is_own), shape in zip(shown, shapes, strict=True)
        if shape is not None
    ]
    bar = next((metres for metres in reversed(BARS_M) if metres * 100 * scale <= WIDTH / 3), BARS_M[0])
    return Drawing(
        [_said(event, is_own) | {"d": path_of(shape)} for event, is_own, shape in drawn if _is_area(shape)],
        [
            _said(event, is_own) | {"x": shape.x, "y": shape.y}
            for event, is_own, shape in drawn
            if shape.geom_type == "Point"
        ],
        bar,
        bar * 100 * scale,
    )


def _said(event: LandEvent, is_own: bool) -> dict[str, Any]:
    return {"ref": event.record.ref, "sign": sign_of(event.kind), "is_own": is_own}


def _is_area(shape: shapely.Geometry) -> bool:
    return shapely.get_type_id(shape) in POLYGONAL


def _window(bounds: Iterable[float]) -> tuple[float, float, float]:
    """Left and lower side of what is shown, in centimetres, and units of the box per centimetre."""
    west, south, east, north = bounds
    wide, high = max(east - west, 2_000.0), max(north - south, 2_000.0)
    scale = min(WIDTH / wide, HEIGHT / high) * (1 - 4 * EDGE)
    return (west + east) / 2 - WIDTH / scale / 2, (south + north) / 2 - HEIGHT / scale / 2, scale


def _moved(shape: shapely.Geometry, west: float, south: float, scale: float) -> shapely.Geometry:
    moved = shapely.transform(
        shape, lambda xy: np.column_stack([(xy[:, 0] - west) * scale, HEIGHT - (xy[:, 1] - south) * scale])
    )
    box = shapely.box(-WIDTH, -HEIGHT, 2 * WIDTH, 2 * HEIGHT)
    return moved if not _is_area(moved) or box.contains(moved) else shapely.make_valid(moved).intersection(box)


def path_of(shape: shapely.Geometry) -> str:
    """The rings of a shape as an SVG path."""
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(shape)]
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring[:-1].tolist()) + "Z" for ring in rings)
