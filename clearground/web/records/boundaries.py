"""A boundary as somebody enters it: drawn, as a list of coordinates, or walked by bearing and distance."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import shapely
from django.utils.translation import gettext as _

from clearground.common import formats
from clearground.common.errors import Refused
from clearground.exchange import rules
from clearground.exchange.reading import RawRow, ReadOptions
from clearground.exchange.reading.coordinates import Unreadable, angle, metres
from clearground.exchange.reading.digits import western
from clearground.exchange.reading.placing import Unplaced, place, position
from clearground.exchange.reading.reference_systems import WGS84
from clearground.kernel.land.traverse import Leg, Spot, Traverse, adjusted, walk
from clearground.land.given import is_named_point
from clearground.land.lines import Line

# A number or a label before a corner: "1:", "TP3)".
LABEL = re.compile(r"^\s*[A-Za-z]{0,3}\d{0,3}\s*[:)]\s*(?=\S)")
MOST_CORNERS = 2000
ROLES = {"pair": "pair", "crs": "crs", "shape": "shape"}


@dataclass(frozen=True)
class Boundary:
    """The land in longitude and latitude.

    `entered` is the text as typed, in the system `crs`; `how` what the note of the record says.
    """

    shape: shapely.Geometry | None
    entered: str = ""
    crs: str = ""
    how: str = ""
    traverse: Traverse | None = None
    adjusted: bool = False


def drawn(text: str) -> Boundary:
    """The polygon that was drawn on the map, as GeoJSON; refused where nothing was drawn."""
    try:
        shape = shapely.from_geojson(text)
    except (shapely.errors.ShapelyError, ValueError):
        shape = None
    if shape is None or shape.is_empty or shape.geom_type not in ("Polygon", "MultiPolygon"):
        raise Refused(_("Nothing is drawn yet."), _("Draw the polygon on the map, or enter its corners."))
    return Boundary(shapely.force_2d(shape), how=_("Drawn on the map."))


def as_it_stands(line: Line) -> Boundary:
    """The land of a line that stands, with its coordinates as they were given then."""
    return Boundary(line.shape, line.given_shape, line.given_crs)


def listed(text: str, crs: str, order: str) -> Boundary:
    """The polygon of the corners in the list, one a line, or of WKT; refused at the first that can't be read.

    A line that calls itself reference point or benchmark is kept as given, and is no corner.
    """
    if re.match(r"\s*(SRID=\d+;)?\s*(MULTI)?(POLYGON|POINT)\b", text, re.IGNORECASE):
        return _of_wkt(text, crs)
    lines = [line for line in text.splitlines() if line.strip(" ,;") and not is_named_point(line)]
    if len(lines) > MOST_CORNERS:
        raise Refused(_("The list has too many corners."), _("Import it as a file instead."))
    spots = [spot(LABEL.sub("", line), crs, order, number) for number, line in enumerate(lines, start=1)]
    if len(spots) > 1 and spots[0] == spots[-1]:
        spots = spots[:-1]
    how = _("Coordinates as entered (%(crs)s): %(text)s") % {"crs": crs or "WGS 84", "text": _short(text)}
    return Boundary(polygon(spots), text, crs or WGS84, how)


def _of_wkt(text: str, crs: str) -> Boundary:
    row = place(RawRow(1, {"shape": text.strip()} | ({"crs": crs} if crs else {})), ROLES, ReadOptions())
    if row.shape is None:
        told = rules.wording(row.findings[0])
        raise Refused(told.what, told.remedy)
    how = _("Coordinates as entered (%(crs)s): %(text)s") % {"crs": crs or "WGS 84", "text": _short(text)}
    return Boundary(row.shape, text, crs or WGS84, how)


def spot(text: str, crs: str, order: str, number: int) -> Spot:
    """One corner in any notation that an import reads; refused, with the line, where it can't be read."""
    row = RawRow(number, {"pair": text.strip()} | ({"crs": crs} if crs else {}))
    try:
        found = position(row, ROLES, ReadOptions(pair_order=order))
    except Unplaced as problem:
        told = rules.wording(problem.found)
        raise Refused(_("Line %(number)d: %(what)s") % {"number": number, "what": told.what}, told.remedy) from None
    if found is None:
        raise Refused(_("Line %(number)d is empty.") % {"number": number}, _("Give one corner a line."))
    return found[0], found[1]


def walked(
    start: str,
    legs: str,
    *,
    crs: str = "",
    order: str = "lat lon",
    declination_deg: float = 0.0,
    is_distributed: bool = False,
    leads_in: bool = False,
) -> Boundary:
    """The polygon that the legs walk round; the last leg returns to the first corner.

    With `leads_in` the first leg leads from the reference point to the first corner, and is not part
    of the boundary. By how much it fails to close, the traverse says.
    """
    origin, steps = spot(start, crs, order, 1), list(legs_of(legs))
    if leads_in and steps:
        origin = walk(origin, steps[:1], declination_deg=declination_deg).stops[-1]
        steps = steps[1:]
    if len(steps) < 3:
        raise Refused(_("A boundary has at least three legs."), _("Give one leg a line: bearing and distance."))
    found = walk(origin, steps, declination_deg=declination_deg)
    closed = adjusted(found) if is_distributed else found
    how = _in_words(found, start, declination_deg, is_distributed)
    entered = f"{'RP' if leads_in else 'TP1'}: {start}\n{legs}"
    return Boundary(polygon(closed.corners), entered, crs or WGS84, how, found, is_distributed)


def _in_words(found: Traverse, start: str, declination_deg: float, is_distributed: bool) -> str:
    said = {
        "start": _short(start),
        "declination": formats.number(declination_deg, decimals=2),
        "miss": formats.number(found.miss_m, decimals=2),
        "length": formats.number(found.length_m, decimals=1),
        "ratio": ratio_in_words(found),
    }
    words = _(
        "By bearing and distance from %(start)s (declination %(declination)s°):"
        " closing error %(miss)s m in %(length)s m (%(ratio)s)"
    )
    rest = _(", distributed by the compass rule.") if is_distributed else "."
    return words % said + rest


def ratio_in_words(found: Traverse) -> str:
    """1:2,500, or that there is no error to speak of."""
    return _("no error") if found.ratio is None else f"1:{formats.number(int(found.ratio))}"


def legs_of(text: str) -> Iterator[Leg]:
    """The legs of a list, one a line: bearing in degrees, then distance in metres; refused at the first bad one."""
    for number, line in enumerate((line for line in text.splitlines() if line.strip()), start=1):
        parts = [part for part in re.split(r"[;\t]|\s+|,\s+", western(line).strip()) if part]
        if len(parts) == 1:
            parts = parts[0].split(",")
        try:
            yield Leg(_bearing(" ".join(parts[:-1])), _distance(parts[-1]))
        except (Unreadable, IndexError) as why:
            raise Refused(
                _("Line %(number)d of the legs can't be read: “%(line)s”.") % {"number": number, "line": line[:60]},
                _("Give bearing and distance, as 87.5 120.3 (%(why)s)") % {"why": why},
            ) from None


def _bearing(said: str) -> float:
    try:
        degrees = metres(said)
    except Unreadable:
        degrees = angle(said).degrees
    if not 0 <= degrees <= 360:
        raise Unreadable(f"{said!r} is not a bearing from 0 to 360")
    return degrees


def _distance(said: str) -> float:
    length = metres(said)
    if not 0 < length <= 100_000:
        raise Unreadable(f"{said!r} is not a distance in metres")
    return length


def polygon(corners: Sequence[Spot]) -> shapely.Geometry:
    """The polygon of these corners as they are given: what is wrong with it, the checks say."""
    if len(set(corners)) < 3:
        raise Refused(
            _("A polygon has at least three corners; %(n)d are given.") % {"n": len(set(corners))},
            _("Give one corner a line."),
        )
    return shapely.Polygon(corners)


def _short(text: str) -> str:
    said = "; ".join(line.strip() for line in text.splitlines() if line.strip())
    return said if len(said) <= 3000 else said[:3000] + "…"


def as_drawn(shape: shapely.Geometry | None) -> str:
    """The shape as the map of the form takes it; empty where there is none to edit."""
    if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon"):
        return ""
    return json.dumps(json.loads(shapely.to_geojson(shape)))
