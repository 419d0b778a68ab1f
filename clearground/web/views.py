"""The pages. Each view reads the question, asks one selector, and answers."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from clearground.common.errors import Refused
from clearground.land import selectors as land
from clearground.land.models import Edition
from clearground.places.choices import Level
from clearground.places.models import BoundaryEdition, Country
from clearground.places.selectors import is_invented

from . import downloads, pages, selectors, tiles
from .forms import QuestionForm

TILE_TYPE = "application/vnd.mapbox-vector-tile"
# Hazard polygons are for those who may see them: no shared cache keeps them.
# About ten metres: wide enough to be a box in the country's grid.
AROUND_DEG = 0.0001
LEVELS: dict[str, Any] = {"province": Level.PROVINCE, "commune": Level.COMMUNE}
KEEP_A_DAY = "private, max-age=86400"


def question_form(request: HttpRequest) -> QuestionForm:
    """The reader's question, with today as the clock of the register has it."""
    return QuestionForm(request.GET, today=timezone.localdate())


@require_safe
def first_page(request: HttpRequest) -> HttpResponse:
    """The balance sheet and the map of one day."""
    country = Country.objects.first()
    if country is None:
        return render(request, "web/no_country.html", {"title_only": True})
    if not land.seq_known(None):
        return render(request, "web/empty.html", {"country": country})
    form = question_form(request)
    page: dict[str, Any] = {"country": country, "form": form, "language": get_language()}
    try:
        page |= pages.sheet_page(country, form)
    except Refused as refusal:
        page["refusal"] = refusal
    status = 400 if form.errors or "refusal" in page else 200
    return render(request, "web/first_page.html", page, status=status)


@require_safe
def download(request: HttpRequest, kind: str) -> HttpResponse:
    """The sheet of the same question as a file."""
    country, form = get_object_or_404(Country), question_form(request)
    question = form.question()
    try:
        header = downloads.about(country, question, selectors.edition_of(question))
        body, content_type = pages.file_of(kind, header, pages.rows_of(question))
    except Refused as refusal:
        return JsonResponse({"refused": refusal.what, "remedy": refusal.remedy}, status=400)
    name = f"clearground-{country.code}-{question.as_of}-known-{question.known}.{kind}"
    return HttpResponse(
        body, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """All signed editions, the latest first."""
    page = {"country": get_object_or_404(Country), "editions": selectors.signed_editions().select_related("signed_by")}
    return render(request, "web/editions.html", page)


@require_safe
def edition(request: HttpRequest, number: int) -> HttpResponse:
    """One edition as it was signed."""
    signed = get_object_or_404(Edition.objects.select_related("signed_by", "boundaries"), pk=number)
    page = {"country": get_object_or_404(Country), "edition": signed, **pages.statement_page(signed)}
    return render(request, "web/edition.html", page)


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
