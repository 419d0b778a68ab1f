"""Rules about where a shape lies: in the country, in its place, or misread by zone, datum or order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from clearground.kernel.findings import Severity

from . import whereabouts
from .look import Look
from .rule import NONE, Hits, Params, rule
from .whereabouts import M_PER_DEG, is_inside, share_inside

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOT_DEGREES, SWAPPED, MISREAD, FAR, BORDER = "LAND-005", "LAND-020", "LAND-021", "LAND-022", "LAND-023"
MISPLACING = (SWAPPED, MISREAD, FAR)


@rule(NOT_DEGREES, Severity.BLOCKS, eases=True)
def not_degrees(look: Look) -> Hits:
    """Longitude lies within ±180 degrees and latitude within ±90."""
    beyond = look.is_finite & ~look.is_in_degrees
    for explained in (swapped, misread):
        beyond[np.asarray(explained(look).at, dtype=np.int64)] = False
    at = np.flatnonzero(beyond)
    bounds = shapely.bounds(look.batch.shapes[at]).reshape(-1, 4)
    return Hits(at, {"x": np.round(bounds[:, 2], 3), "y": np.round(bounds[:, 3], 3)})


@rule(SWAPPED, Severity.BLOCKS, "border_slack_m", eases=True)
def swapped(look: Look) -> Hits:
    """Longitude comes first, latitude second: the shape lies in the country as given, not when swapped."""
    at = np.flatnonzero(_is_swapped(look))
    xy = whereabouts.centres(look.batch.shapes[at])
    return Hits(at, {"lon": xy[:, 0].round(6), "lat": xy[:, 1].round(6)})


@rule(MISREAD, Severity.BLOCKS, "border_slack_m", eases=True)
def misread(look: Look) -> Hits:
    """Coordinates lie in the country in the zone and datum that the record states, not in another."""
    away = np.flatnonzero(look.is_away & ~_is_swapped(look))
    xy = whereabouts.centres(look.batch.shapes[away])
    reading = _explanations(look, away, xy)
    found = np.flatnonzero(reading != "")
    params = {"stated": look.stated_crs[away[found]], "reading": reading[found], **_lonlat(xy[found])}
    return Hits(away[found], params)


@rule(FAR, Severity.BLOCKS, "border_slack_m", eases=True)
def outside_country(look: Look) -> Hits:
    """Land that the country books lies in the country."""
    known = np.zeros(len(look), dtype=bool)
    for explained in (swapped, misread):
        known[np.asarray(explained(look).at, dtype=np.int64)] = True
    at = np.flatnonzero(look.is_away & look.is_in_degrees & ~known)
    return Hits(at, _lonlat(whereabouts.centres(look.batch.shapes[at])))


@rule(BORDER, Severity.INFORMS, "overlap_share")
def over_the_border(look: Look) -> Hits:
    """A polygon ends at the border."""
    country = look.context.country
    near = np.flatnonzero(look.is_sound & ~look.is_away)
    if country is None or not len(near):
        return NONE
    share = 1 - share_inside(look.batch.shapes[near], whereabouts.near(country, 0))
    over = np.flatnonzero(share > look.context.limits.overlap_share)
    return Hits(near[over], {"share": share[over].round(4)})


@rule("LAND-024", Severity.WARNS, "place_share_inside")
def outside_place(look: Look) -> Hits:
    """A polygon lies in the place that its record names."""
    at, share = _misplaced(look)
    explained = np.isin(at, list(_better_fits(look)))
    at, share = at[~explained], share[~explained]
    return Hits(at, {"place": look.places[at], "share": (1 - share).round(4)}, column="places")


@rule("LAND-025", Severity.WARNS, "place_share_inside", "datum_share_inside")
def another_datum(look: Look) -> Hits:
    """A polygon doesn't fit its place better when its coordinates are read in another datum or zone."""
    best = _better_fits(look)
    params: Params = {
        "place": [str(look.places[i]) for i in best],
        "stated": [str(look.stated_crs[i]) for i in best],
        "reading": [reading for reading, _ in best.values()],
        "shift_m": [round(shift) for _, shift in best.values()],
    }
    return Hits(list(best), params)


def _lonlat(xy: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    return {"lon": xy[:, 0].round(6), "lat": xy[:, 1].round(6)}


def _is_swapped(look: Look) -> NDArray[np.bool_]:
    """The shape lies away from the country, and in it with its coordinates swapped."""
    return look.remember("is_swapped", lambda: _swapped(look))


def _swapped(look: Look) -> NDArray[np.bool_]:
    result = np.zeros(len(look), dtype=bool)
    away = np.flatnonzero(look.is_away)
    if look.context.country is not None and len(away):
        turned = whereabouts.centres(look.batch.shapes[away])[:, ::-1]
        result[away] = is_inside(whereabouts.near(look.context.country, 0), turned)
    return result


def _readings(look: Look) -> tuple[str, ...]:
    context = look.context
    if context.readings is not None:
        return context.readings
    return () if context.country is None else whereabouts.usual_readings(context.country)


def _explanations(look: Look, away: NDArray[np.int64], xy: NDArray[np.float64]) -> NDArray[np.object_]:
    """For each row that lies away: the reading that brings it into its place, else into the country."""
    found = np.full(len(away), "", dtype=object)
    in_place = np.zeros(len(away), dtype=bool)
    if look.context.country is None or not len(away):
        return found
    country = whereabouts.near(look.context.country, 0)
    for reading in _readings(look):
        landed = _landed(look, away, xy, reading)
        fits_place = _in_stated_place(look, away, landed) & ~in_place
        found[fits_place | (is_inside(country, landed) & (found == ""))] = reading
        in_place |= fits_place
    return found


def _landed(look: Look, away: NDArray[np.int64], xy: NDArray[np.float64], reading: str) -> NDArray[np.float64]:
    """Where the centres land when read in `reading`; nan where they can't be meant so."""
    landed = np.full_like(xy, np.nan)
    stated, raw = look.stated_crs[away], ~look.is_in_degrees[away]
    if whereabouts.is_known(reading) and whereabouts.is_metric(reading):
        landed[raw] = whereabouts.read_as(xy[raw], reading)
    for system, members in whereabouts.groups(stated, np.flatnonzero(~raw)):
        again = whereabouts.reread(xy[members], system, reading)
        if again is not None:
            landed[members] = again
    return landed


def _in_stated_place(look: Look, rows: NDArray[np.int64], xy: NDArray[np.float64]) -> NDArray[np.bool_]:
    inside = np.zeros(len(rows), dtype=bool)
    places = look.places
    for k, i in enumerate(rows):
        area = look.context.boundaries.get(places[i])
        if area is not None and np.isfinite(xy[k]).all():
            inside[k] = bool(shapely.contains_xy(area, *xy[k]))
    return inside


def _misplaced(look: Look) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Rows that lie mostly outside their stated place though in the country, with the share inside."""
    return look.remember("misplaced", lambda: _find_misplaced(look))


def _find_misplaced(look: Look) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    share = np.ones(len(look))
    located = np.flatnonzero((look.is_sound | (look.is_point & look.is_in_degrees)) & ~look.is_away)
    for code, members in whereabouts.groups(look.places, located):
        area = look.context.boundaries.get(code)
        if area is not None:
            share[members] = share_inside(look.batch.shapes[members], whereabouts.near(area, 0))
    at = np.flatnonzero(share < look.context.limits.place_share_inside)
    return at, share[at]


def _better_fits(look: Look) -> dict[int, tuple[str, float]]:
    """Misplaced rows that another reading brings into their place: the reading and the shift in metres."""
    misplaced, _ = _misplaced(look)
    found = look.remember("better_fits", lambda: {int(i): _better_fit(look, int(i)) for i in misplaced})
    return {i: fit for i, fit in found.items() if fit is not None}


def _better_fit(look: Look, i: int) -> tuple[str, float] | None:
    """The reading in which row `i` lies in its place, and how far it moves, in metres; None where none does."""
    shape, area = look.batch.shapes[i], look.context.boundaries[look.places[i]]
    for reading in _readings(look):
        moved = _moved(shape, whereabouts.reread(shapely.get_coordinates(shape), look.stated_crs[i], reading))
        if moved is None or not shapely.is_valid(moved):
            continue
        if share_inside(np.array([moved]), area)[0] >= look.context.limits.datum_share_inside:
            step = np.diff(whereabouts.centres(np.array([shape, moved])), axis=0)[0]
            return reading, float(np.hypot(step[0] * np.cos(np.radians(shape.bounds[1])), step[1]) * M_PER_DEG)
    return None


def _moved(shape: shapely.Geometry, landed: NDArray[np.float64] | None) -> shapely.Geometry | None:
    if landed is None or not np.isfinite(landed).all():
        return None
    return shapely.set_coordinates(shapely.from_wkb(shapely.to_wkb(shape)), landed)
