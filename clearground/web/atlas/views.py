"""The map, its tiles and outlines, and what the books say of a point."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from clearground.land import selectors as land
from clearground.places.choices import Level
from clearground.places.models import BoundaryEdition
from clearground.places.selectors import is_invented

from ..shell.forms import question_form
from . import pages, selectors, tiles

TILE_TYPE = "application/vnd.mapbox-vector-tile"
# Hazard polygons are for those who may see them: no shared cache keeps them.
# About ten metres: wide enough to be a box in the country's grid.
AROUND_DEG = 0.0001
LEVELS: dict[str, Any] = {"province": Level.PROVINCE, "commune": Level.COMMUNE}
KEEP_A_DAY = "private, max-age=86400"


@require_safe
def land_map(request: HttpRequest) -> HttpResponse:
    """The land of one day, by state."""
    page = pages.map_page(request.country, question_form(request))
    return render(request, "web/atlas/map.html", page)


@require_safe
def outlines(request: HttpRequest, number: int, level: str) -> HttpResponse:
    """Outlines of provinces or communes of one boundary edition, for the map."""
    tag = f'"{number}-{level}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    boundaries = get_object_or_404(BoundaryEdition, pk=number)
    features = selectors.outlines(boundaries, LEVELS[level])
    body = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"), ensure_ascii=False)
    headers = {"ETag": tag, "Cache-Control": KEEP_A_DAY}
    return HttpResponse(body, content_type="application/geo+json", headers=headers)


@require_safe
def tile(request: HttpRequest, seq: int, z: int, x: int, y: int) -> HttpResponse:
    """One vector tile of land by state."""
    as_of, known = asked_day(request), selectors.known_of_seq(seq)
    if known is None or z > tiles.MAX_ZOOM or max(x, y) >= 2**z:
        raise Http404
    synthetic = is_invented()
    tag = f'"{seq}-{as_of}-{z}-{x}-{y}-{int(synthetic)}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    body = tiles.tile(z, x, y, seq=seq, as_of=as_of, known=known, synthetic=synthetic)
    return HttpResponse(body, content_type=TILE_TYPE, headers={"ETag": tag, "Cache-Control": KEEP_A_DAY})


@require_safe
def land_at(request: HttpRequest, seq: int) -> JsonResponse:
    """What the books say of one point of the map, in words."""
    known = selectors.known_of_seq(seq)
    try:
        lon, lat = float(request.GET["lon"]), float(request.GET["lat"])
    except (KeyError, ValueError) as problem:
        raise Http404 from problem
    if known is None:
        raise Http404
    as_of = asked_day(request)
    box = (lon - AROUND_DEG, lat - AROUND_DEG, lon + AROUND_DEG, lat + AROUND_DEG)
    states = land.land_states(as_of=as_of, known=known, box=box)
    events = selectors.events_at(lon, lat, as_of=as_of, seq=seq)
    return JsonResponse(pages.words_about_point(lon, lat, states, events))


def asked_day(request: HttpRequest) -> date:
    """The day of the map; not found where the address names none."""
    try:
        day = parse_date(request.GET.get("as-of", ""))
    except ValueError:
        day = None
    if day is None:
        raise Http404
    return day
