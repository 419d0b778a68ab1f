"""Two files that wait when the demonstration opens: one of new hazards, one of releases, with slips in them.

Everything in them is invented; the slips are of the kinds that a first file of a season has.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import shapely
from shapely import affinity

from clearground.kernel.land.events import HAZARD_KINDS
from clearground.land.models import LandEvent

from .programme import LAST_DAY

HAZARDS, RELEASES = 48, 60
# About 250 metres, in degrees.
AWAY_DEG = 0.0023
Feature, Shape = dict[str, Any], shapely.Geometry
SURVEYOR, REGISTRAR = "karsova.operator", "karsova.registrar"


@dataclass(frozen=True)
class WaitingFile:
    """A file, what it is about, and the login of the person who brought it."""

    name: str
    subject: str
    by: str
    body: str


def waiting_files() -> tuple[WaitingFile, WaitingFile]:
    """Both files, drawn from hazards that stand in the register: the same register gives the same files."""
    standing = LandEvent.objects.filter(until_seq=None, kind__in=HAZARD_KINDS, shape__isnull=False)
    known = standing.select_related("record", "operator").prefetch_related(
        "in_families__family", "in_families__hazard_class"
    )
    latest = list(known.order_by("-on", "record__ref")[: HAZARDS + RELEASES])
    hazards, releases = latest[:HAZARDS], latest[HAZARDS:]
    return (
        WaitingFile("survey-lft-2025-11.geojson", "hazards", "karsova.operator", collection(new_hazards(hazards))),
        WaitingFile(
            "completion-ncc-2025-10.geojson", "releases", "karsova.registrar", collection(completions(releases))
        ),
    )


def collection(features: Iterator[Feature]) -> str:
    """The features as GeoJSON."""
    return json.dumps({"type": "FeatureCollection", "features": list(features)}, ensure_ascii=False, indent=1)


def feature(shape: shapely.Geometry, cells: Feature) -> Feature:
    """One feature, which says that it is invented."""
    return {
        "type": "Feature",
        "properties": {**cells, "synthetic": True},
        "geometry": json.loads(shapely.to_geojson(shapely.set_precision(shape, 1e-7, mode="pointwise"))),
    }


def new_hazards(known: Sequence[LandEvent]) -> Iterator[Feature]:
    """A season's survey beside what was known, with slips in some rows."""
    for at, event in enumerate(known):
        shape = affinity.translate(
            affinity.scale(event.shape, 0.4, 0.4), AWAY_DEG * (1 if at % 2 else -1), AWAY_DEG * (at % 3 - 1)
        )
        family = event.in_families.all()[0]
        cells = {
            "hazard id": f"LFT-25-{at + 1:04d}",
            "kind": "confirmed" if at % 4 else "suspected",
            "family": family.family.code,
            "class": family.hazard_class.code if family.hazard_class else "",
            "date": (LAST_DAY - timedelta(days=5 + at)).isoformat(),
            "operator": "LFT",
            "evidence": "direct" if at % 4 else "indirect",
            "stated area": round((event.stated_m2 or 20_000) * 0.16 * (1 + 0.01 * (at % 5 - 2))),
            "campaign": "Continuing survey",
        }
        yield feature(*slipped_hazard(at, shape, cells, event))


def slipped_hazard(
    at: int, shape: shapely.Geometry, cells: Feature, event: LandEvent
) -> tuple[shapely.Geometry, Feature]:
    """The row with the slip that is due at its place, if any."""
    if at in (6, 31):  # a ring that crosses itself
        return crossed(shape), cells
    if at == 11:  # latitude and longitude swapped
        return shapely.transform(shape, lambda xy: xy[:, ::-1]), cells
    if at in (17, 40):  # an area with a digit too many
        return shape, cells | {"stated area": cells["stated area"] * 10}
    if at == 21:  # a class that no list has
        return shape, cells | {"class": "A9"}
    if at == 26:  # a day that has not come yet
        return shape, cells | {"date": date(2031, 2, 28).isoformat()}
    if at == 35:  # the polygon of a hazard that is recorded already
        return event.shape, cells
    return shape, cells


def crossed(shape: shapely.Geometry) -> shapely.Geometry:
    """A bow tie over the box of the shape."""
    west, south, east, north = shape.bounds
    return shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])


def completions(known: Sequence[LandEvent]) -> Iterator[Feature]:
    """A month's completion reports on recorded hazards, with slips in some rows."""
    for at, event in enumerate(known):
        part = affinity.scale(event.shape, *((0.7, 0.7) if at % 3 else (1.0, 1.0)))
        cells = {
            "release id": f"NCC-25-C{at + 1:04d}",
            "hazard id": event.record.ref if at not in (9, 44) else f"NCC-08-X{at:04d}",
            "kind": ("clear", "clear", "reduce", "cancel")[at % 4],
            "family": event.in_families.all()[0].family.code,
            "completion date": (LAST_DAY - timedelta(days=20 + at)).isoformat(),
            "operator": "NCC" if at != 23 else "NCX",
            "method": ("manual", "mechanical", "technical survey", "non-technical survey")[at % 4],
            "stated area": round((event.stated_m2 or 20_000) * (0.49 if at % 3 else 1.0)) * (10 if at == 30 else 1),
            "ap mines": at % 3,
        }
        yield feature(part if at != 15 else crossed(part), cells)
