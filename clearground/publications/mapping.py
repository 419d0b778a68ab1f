"""Draws a map of a task as vectors: land by state, communes, turning points, grid, scale. No tiles, no other host."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import shapely

from clearground.kernel.land.mgrs import shapes_in_utm

from .selectors.dossiers import Dossier

SCALES = (500, 1_000, 2_000, 2_500, 5_000, 10_000, 20_000, 25_000, 50_000, 100_000, 250_000)
LARGEST_SCALE = 500
STEPS = (20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
MOST_NUMBERED = 80
MOST_PART = 0.62  # of the frame that the land itself fills, so that its neighbours are seen
SVG = "http://www.w3.org/2000/svg"
VEIL = 'fill="#ffffff" fill-opacity="0.85"'
INK, RULE = "#14202b", "#8c98a2"
# The signs of the map: fill, ink and outline of each state, as the pages draw them.
SIGNS: dict[str, tuple[str, str, str]] = {
    "cancelled": ("#cbe2ef", "#3f7ea3", "0.4 0.8"),
    "reduced": ("#aac4da", "#1c4a73", "1.8 0.8"),
    "cleared": ("#91c9b6", "#06553d", ""),
    "not_stated": ("#c4a7be", "#5d3054", "1.3 0.5 0.3 0.5"),
    "suspected": ("#f2cf80", "#8f5a00", "1.3 0.8"),
    "confirmed": ("#d5774f", "#6f2003", ""),
}
PATTERNS = {
    "cancelled": '<circle cx="1.25" cy="1.25" r="0.22" fill="{ink}"/>',
    "reduced": '<path d="M0 1.25h2.5" stroke="{ink}" stroke-width="0.22"/>',
    "cleared": '<path d="M1.25 0v2.5" stroke="{ink}" stroke-width="0.22"/>',
    "not_stated": '<circle cx=".6" cy=".6" r=".3" fill="{ink}"/><circle cx="1.9" cy="1.9" r=".3" fill="{ink}"/>',
    "suspected": '<path d="M-0.6 0.6 0.6 -0.6M0 2.5 2.5 0M1.9 3.1 3.1 1.9" stroke="{ink}" stroke-width="0.22"/>',
    "confirmed": '<path d="M-.6 .6 .6 -.6M0 2.5 2.5 0M1.9 3.1 3.1 1.9M-.6 1.9 .6 3.1M0 0 2.5 2.5M1.9 -.6 3.1 .6"'
    ' stroke="{ink}" stroke-width="0.22"/>',
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A frame of paper over ground: millimetres from its upper left corner for metres of the zone."""

    width_mm: float
    height_mm: float
    scale: int
    west_m: float
    north_m: float

    def mm(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the zone lies on paper."""
        return (x - self.west_m) * 1000 / self.scale, (self.north_m - y) * 1000 / self.scale

    @property
    def ground(self) -> shapely.Polygon:
        """The ground under the frame."""
        width, height = self.width_mm * self.scale / 1000, self.height_mm * self.scale / 1000
        return shapely.box(self.west_m, self.north_m - height, self.west_m + width, self.north_m)

    @property
    def step_m(self) -> int:
        """How far the lines of the grid lie apart: about 40 mm on paper."""
        return next((step for step in STEPS if step * 1000 / self.scale >= 30), STEPS[-1])


def sheet_over(shapes: Sequence[Any], width_mm: float, height_mm: float) -> Sheet:
    """The largest usual scale at which the shapes, with room around them, fit the frame."""
    west, south, east, north = shapely.total_bounds(np.array(shapes, object))
    needed = max(1000 * max((east - west) / width_mm, (north - south) / height_mm) / MOST_PART, LARGEST_SCALE)
    scale = next((scale for scale in SCALES if scale >= needed), SCALES[-1])
    width, height = width_mm * scale / 1000, height_mm * scale / 1000
    return Sheet(width_mm, height_mm, scale, float((west + east - width) / 2), float((south + north + height) / 2))


@dataclass(frozen=True, slots=True)
class Label:
    """A name on the map, set by the page, which shapes Khmer; millimetres from the upper left corner."""

    x_mm: float
    y_mm: float
    text: str


def drawn(found: Dossier, width_mm: float, height_mm: float) -> tuple[str, Sheet, list[Label]]:
    """The map as SVG, its sheet, and the names of communes on it."""
    own = shapes_in_utm(np.array(found.shapes, object), found.zone, found.is_north)
    sheet = sheet_over(list(own), width_mm, height_mm)
    names, outlines = [name for name, _shape in found.communes], [shape for _name, shape in found.communes]
    communes = _moved(outlines, found)
    parts = [
        *_land(found, sheet),
        *(_path(shape, sheet, 'fill="none" stroke="#44525f" stroke-width="0.35" stroke-dasharray="3 0.8 0.5 0.8"')
          for shape in shapely.boundary(communes)),
        *_own(own, sheet),
        *_grid(sheet),
        *_scale_bar(sheet),
        _north(sheet),
    ]  # fmt: skip
    body = "".join(parts)
    size = f'width="{width_mm}mm" height="{height_mm}mm" viewBox="0 0 {width_mm} {height_mm}"'
    frame = f'<rect width="{width_mm}" height="{height_mm}" fill="none" stroke="{INK}" stroke-width="0.5"/>'
    svg = f'<svg xmlns="{SVG}" {size}><defs>{_patterns()}</defs>{body}{frame}</svg>'
    return svg, sheet, _labels(names, communes, sheet)


def sign(state: str) -> str:
    """The sign of a state for the legend, as SVG."""
    fill, ink, dash = SIGNS[state]
    box, edge = 'x="0.4" y="0.4" width="9.2" height="5.2"', f'stroke="{ink}" stroke-dasharray="{dash or "none"}"'
    return (
        f'<svg xmlns="{SVG}" width="10mm" height="6mm" viewBox="0 0 10 6"><defs>{_patterns()}</defs>'
        f'<rect {box} fill="{fill}"/><rect {box} fill="url(#{state})" {edge} stroke-width="0.4"/></svg>'
    )


def _patterns() -> str:
    return "".join(
        f'<pattern id="{state}" width="2.5" height="2.5" patternUnits="userSpaceOnUse">{ink}</pattern>'
        for state, ink in ((state, body.format(ink=SIGNS[state][1])) for state, body in PATTERNS.items())
    )


def _moved(shapes: Iterable[Any], found: Dossier) -> Any:
    """Shapes in metres of the dossier's zone."""
    listed = list(shapes)
    array = np.empty(len(listed), object)
    array[:] = listed
    return shapes_in_utm(array, found.zone, found.is_north)


def _land(found: Dossier, sheet: Sheet) -> Iterable[str]:
    """Land by state, released first, open land on top of it; faces of one state as one."""
    for state in SIGNS:
        shapes = [each["geometry"] for each in found.around if each["state"] == state]
        if shapes:
            whole = shapely.union_all(_moved(shapes, found), grid_size=0.01)
            fill, ink, dash = SIGNS[state]
            edge = f'stroke="{ink}" stroke-width="0.35" stroke-dasharray="{dash or "none"}"'
            yield _path(whole, sheet, f'fill="{fill}" fill-rule="evenodd"')
            yield _path(whole, sheet, f'fill="url(#{state})" fill-rule="evenodd" {edge}')


def _own(shapes: Any, sheet: Sheet) -> Iterable[str]:
    """The outlines of the dossier's own land, and its turning points by number."""
    for shape in shapes:
        if shape.geom_type in ("Point", "MultiPoint"):
            for x, y in shapely.get_coordinates(shape).tolist():
                yield _dot(*sheet.mm(x, y), radius=1.2)
            continue
        yield _path(shape, sheet, 'fill="none" stroke="#ffffff" stroke-width="1.4" stroke-linejoin="round"')
        yield _path(shape, sheet, f'fill="none" stroke="{INK}" stroke-width="0.7" stroke-linejoin="round"')
    corners = [ring for shape in shapes for ring in rings(shape)]
    if sum(map(len, corners)) <= MOST_NUMBERED:
        number = 0
        for ring in corners:
            for x, y in ring:
                number += 1
                yield _numbered(*sheet.mm(x, y), number)


def rings(shape: Any) -> list[list[tuple[float, float]]]:
    """The turning points of each ring of a polygon, the first one not repeated; none of a point."""
    polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    lines = [line for polygon in polygons for line in (polygon.exterior, *polygon.interiors)]
    return [[(x, y) for x, y in line.coords[:-1]] for line in lines]


def _numbered(x: float, y: float, number: int) -> str:
    return (
        f"{_dot(x, y, radius=0.6)}<text x='{x + 0.9:.2f}' y='{y - 0.7:.2f}' font-family='Noto Sans' font-size='2.3'"
        f" stroke='#ffffff' stroke-width='0.5' paint-order='stroke' fill='{INK}'>{number}</text>"
    )


def _dot(x: float, y: float, *, radius: float) -> str:
    return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius}" fill="{INK}" stroke="#ffffff" stroke-width="0.25"/>'


def _path(shape: Any, sheet: Sheet, style: str) -> str:
    """The part of a shape under the frame, as a path."""
    clipped = shapely.intersection(shapely.make_valid(shape) if shape.area else shape, sheet.ground)
    lines: list[str] = []
    for part in shapely.get_parts(clipped):
        drawn_as = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
        for line in drawn_as:
            if line.geom_type in ("LineString", "LinearRing"):
                at = " ".join(f"{x:.2f} {y:.2f}" for x, y in (sheet.mm(*point) for point in line.coords))
                lines.append(f"M{at}{'Z' if line.is_ring else ''}")
    return f'<path d="{"".join(lines)}" {style}/>' if lines else ""


def _grid(sheet: Sheet) -> Iterable[str]:
    """Crosses of the UTM grid, with easting and northing at the edges."""
    west, south, east, north = sheet.ground.bounds
    step = sheet.step_m
    eastings = [at for at in range(int(west // step + 1) * step, int(east) + 1, step)]
    northings = [at for at in range(int(south // step + 1) * step, int(north) + 1, step)]
    cross = "".join(
        f"M{x - 1:.2f} {y:.2f}h2M{x:.2f} {y - 1:.2f}v2"
        for x, y in (sheet.mm(east_m, north_m) for east_m in eastings for north_m in northings)
    )
    yield f'<path d="{cross}" stroke="{RULE}" stroke-width="0.2" fill="none"/>'
    for east_m in eastings:
        yield from _tick(sheet.mm(east_m, north)[0], 0, f"{east_m:,}".replace(",", " "), across=True)
    for north_m in northings:
        # The scale bar lies over the lowest ones.
        if sheet.mm(west, north_m)[1] < sheet.height_mm - 14:
            yield from _tick(0, sheet.mm(west, north_m)[1], f"{north_m:,}".replace(",", " "), across=False)


def _tick(x: float, y: float, words: str, *, across: bool) -> Iterable[str]:
    """A mark at the upper or the left edge, and what it says."""
    mark = f"M{x:.2f} 0v2" if across else f"M0 {y:.2f}h2"
    at = f'x="{x + 0.6:.2f}" y="2.6"' if across else f'x="0.9" y="{y - 0.7:.2f}"'
    yield f'<path d="{mark}" stroke="{INK}" stroke-width="0.25"/>'
    yield (
        f'<text {at} font-family="Noto Sans" font-size="2" stroke="#ffffff" stroke-width="0.5" paint-order="stroke"'
        f' fill="{INK}">{escape(words)}</text>'
    )


def _scale_bar(sheet: Sheet) -> Iterable[str]:
    """Two lengths of the grid's step, half and whole, with metres."""
    half = sheet.step_m / 2 * 1000 / sheet.scale
    x, y = 5.0, sheet.height_mm - 7
    yield f'<rect x="{x - 2}" y="{y - 4}" width="{2 * half + 16:.2f}" height="8" {VEIL}/>'
    yield f'<rect x="{x}" y="{y}" width="{half:.2f}" height="1.4" fill="{INK}"/>'
    edge = f'fill="#ffffff" stroke="{INK}" stroke-width="0.2"'
    yield f'<rect x="{x + half:.2f}" y="{y}" width="{half:.2f}" height="1.4" {edge}/>'
    for times, metres in enumerate((0, sheet.step_m / 2, sheet.step_m)):
        unit = " m" if times == 2 else ""
        yield (
            f'<text x="{x + times * half:.2f}" y="{y - 0.9}" font-family="Noto Sans" font-size="2.3" fill="{INK}"'
            f' text-anchor="middle">{metres:g}{unit}</text>'
        )


def _north(sheet: Sheet) -> str:
    """An arrow to the north of the grid."""
    x = sheet.width_mm - 8
    return (
        f'<g transform="translate({x} 5)"><rect x="-4" y="-3" width="8" height="15" {VEIL}/>'
        f'<path d="M0 -2 2.4 5 0 3.6 -2.4 5Z" fill="{INK}"/><text x="0" y="9.6" font-family="Noto Sans" font-size="3.4"'
        f' text-anchor="middle" fill="{INK}">N</text></g>'
    )


def _labels(names: Sequence[str], communes: Any, sheet: Sheet) -> list[Label]:
    """The name of each commune in the middle of what is seen of it."""
    found = []
    for name, shape in zip(names, communes, strict=True):
        seen = shapely.intersection(shape, sheet.ground)
        if seen.area > sheet.ground.area * 0.03:
            corner = seen.buffer(-0.02 * sheet.scale).representative_point() if seen.area else seen.centroid
            x, y = sheet.mm(corner.x, corner.y) if not corner.is_empty else sheet.mm(seen.centroid.x, seen.centroid.y)
            found.append(Label(round(x, 1), round(y, 1), name))
    return found
