"""The map, its tiles and outlines, figures by commune, a search, and the history of a spot."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from clearground.common.caution import NOTE, caution
from clearground.places.choices import Level
from clearground.places.models import BoundaryEdition
from clearground.places.selectors import is_invented

from ..shell.forms import question_form
from . import low_tiles, pages, selectors, spots, tiles

TILE_TYPE = "application/vnd.mapbox-vector-tile"
LEVELS: dict[str, Any] = {"province": Level.PROVINCE, "commune": Level.COMMUNE}
# Hazard polygons are for those who may see them: no shared cache keeps them.
KEEP_A_DAY = "private, max-age=86400"


@require_safe
def land_map(request: HttpRequest) -> HttpResponse:
    """The map: land by state for those who may see where it lies, figures by commune for all."""
    page = pages.map_page(request.country, question_form(request), request.GET, may_see_land="see_land" in request.may)
    return render(request, "web/atlas/map.html", page)


@require_safe
def outlines(request: HttpRequest, number: int, level: str) -> HttpResponse:
    """Outlines of provinces or communes of one boundary edition, for the map."""
    tag = f'"{number}-{level}-{get_language()}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    boundaries = get_object_or_404(BoundaryEdition, pk=number)
    said = {"type": "FeatureCollection", NOTE: caution(), "features": selectors.outlines(boundaries, LEVELS[level])}
    body = json.dumps(said, separators=(",", ":"), ensure_ascii=False)
    headers = {"ETag": tag, "Cache-Control": KEEP_A_DAY}
    return HttpResponse(body, content_type="application/geo+json", headers=headers)


@require_safe
def tile(request: HttpRequest, seq: int, z: int, x: int, y: int) -> HttpResponse:
    """One vector tile of land over time, as known at one approval; 202 while the overview is being prepared."""
    if not selectors.is_approval(seq) or z > tiles.MAX_ZOOM or max(x, y) >= 2**z:
        raise Http404
    tag = f'"{seq}-{z}-{x}-{y}-{int(is_invented())}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    body = low_tiles.tile(z, x, y, seq=seq)
    if body is None:
        return HttpResponse(status=202, headers={"Cache-Control": "no-store", "Retry-After": "3"})
    headers = {"ETag": tag, "Cache-Control": KEEP_A_DAY, **low_tiles.encoding_of(body)}
    return HttpResponse(body, content_type=TILE_TYPE, headers=headers)


@require_safe
def land_at(request: HttpRequest, seq: int) -> HttpResponse:
    """What the books say of one point: what it is on the day, and everything that happened to it."""
    if not selectors.is_approval(seq):
        raise Http404
    lon, lat = asked_number(request, "lon", 180), asked_number(request, "lat", 85)
    return render(request, "web/atlas/at.html", pages.about_point(lon, lat, as_of=asked_day(request), seq=seq))


@require_safe
def figures_by_commune(request: HttpRequest) -> JsonResponse:
    """Open land by commune and family at the end of a day: numbers, and the words to print."""
    figures = pages.figures_by_commune(question_form(request).question())
    return JsonResponse(figures, headers={"Cache-Control": KEEP_A_DAY})


@require_safe
def search(request: HttpRequest) -> JsonResponse:
    """Places, coordinates and, for those who may see land, records."""
    words = request.GET.get("q", "")[:100]
    return JsonResponse({"found": spots.found(words, may_see_land="see_land" in request.may)})


def asked_number(request: HttpRequest, name: str, most: float) -> float:
    """A coordinate of the address; not found where it names none."""
    try:
        value = float(request.GET[name])
    except (KeyError, ValueError) as problem:
        raise Http404 from problem
    if not abs(value) <= most:
        raise Http404
    return value


def asked_day(request: HttpRequest) -> date:
    """The day of the map; not found where the address names none."""
    try:
        day = parse_date(request.GET.get("as-of", ""))
    except ValueError:
        day = None
    if day is None:
        raise Http404
    return day
