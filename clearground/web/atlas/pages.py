"""What the map shows: its configuration, and the words about a point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import shapely
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clearground.common import formats
from clearground.land import selectors as land
from clearground.land.choices import EventKind
from clearground.land.models import LandEvent
from clearground.places.models import Country, Place
from clearground.places.selectors import current_boundaries, place_at

from ..shell import files
from ..shell.forms import QuestionForm
from ..shell.selectors import Question, called, families
from ..templatetags.clearground_pages import built
from . import selectors
from .pieces import pieces

STATES = {
    "confirmed": gettext_lazy("Confirmed hazardous"),
    "suspected": gettext_lazy("Suspected hazardous"),
    "not_stated": gettext_lazy("Hazardous, degree not stated"),
    "cleared": gettext_lazy("Cleared"),
    "reduced": gettext_lazy("Reduced by technical survey"),
    "cancelled": gettext_lazy("Cancelled by non-technical survey"),
}


def map_page(country: Country, form: QuestionForm) -> dict[str, Any]:
    """The map of one day, its signs and its warning."""
    question = form.question()
    return {
        "question": question,
        "seq": land.seq_known(question.known),
        "warning": files.safe_warning(),
        "states": STATES,
        "families": families(),
        "map": map_config(country, question),
    }


def map_config(country: Country, question: Question) -> dict[str, Any]:
    """All that the map's script needs to know: addresses on this host, the country's box, words."""
    boundaries, seq = current_boundaries(), land.seq_known(question.known)
    day = urlencode({"as-of": question.as_of})
    pattern = reverse("web:tile", args=[seq, 0, 0, 0]).removesuffix("0/0/0.mvt")

    def outline(level: str) -> Any:
        if boundaries is None:
            return {"type": "FeatureCollection", "features": []}
        return reverse("web:outlines", args=[boundaries.pk, level])

    return {
        "script": built("map.js"),
        "style": built("map.css"),
        "worker": built("map-worker.mjs"),
        "tiles": f"{pattern}{{z}}/{{x}}/{{y}}.mvt?{day}",
        "at": f"{reverse('web:land-at', args=[seq])}?{day}",
        "communes": outline("commune"),
        "provinces": outline("province"),
        "bounds": [round(side, 5) for side in selectors.extent_of(country, boundaries)],
        "words": {
            "drawing": _("Drawing the map…"),
            "failed": _("The map could not be drawn. The figures above do not depend on it."),
        },
        "locale": map_words(),
    }


def map_words() -> dict[str, str]:
    """The words on the map's own controls."""
    return {
        "NavigationControl.ZoomIn": _("Zoom in"),
        "NavigationControl.ZoomOut": _("Zoom out"),
        "ScaleControl.Meters": _("m"),
        "ScaleControl.Kilometers": _("km"),
        "Map.Title": _("Map of land by state"),
        "Marker.Title": _("The spot that the link names"),
        "CooperativeGesturesHandler.MobileHelpText": _("Use two fingers to move the map"),
        "CooperativeGesturesHandler.WindowsHelpText": _("Use Ctrl and scroll to zoom the map"),
        "CooperativeGesturesHandler.MacHelpText": _("Use ⌘ and scroll to zoom the map"),
    }


def words_about_point(
    lon: float, lat: float, states: Iterable[Mapping[str, Any]], events: Sequence[LandEvent]
) -> dict[str, Any]:
    """State, class, area and records of the land under a point, ready to be read."""
    point, names, place = shapely.Point(lon, lat), families(), place_at(lon, lat)
    here = [piece for piece in pieces(states) if piece["geometry"].covers(point)]
    where = [[[_("Place"), place_in_words(place)]]] if place else []
    return {
        "title": _("Land at this point") if here else _("No recorded land at this point"),
        "land": [*where, *(state_in_words(state, names) for state in here)],
        "records_title": _("Records that cover it"),
        "records": [event_in_words(event) for event in events],
        "warning": files.safe_warning(),
    }


def place_in_words(place: Place) -> str:
    """The place and all that it is part of, the smallest first."""
    names = [called(place)]
    while place.parent is not None:
        place = place.parent
        names.append(called(place))
    return ", ".join(names)


def state_in_words(state: Mapping[str, Any], family_names: Mapping[str, str]) -> list[list[str]]:
    """Terms and values of one piece of land."""
    words = [
        [_("Contamination"), family_names.get(state["family"], state["family"])],
        [_("State"), str(STATES.get(state["state"], state["state"]))],
    ]
    if state["hazard_class"]:
        words.append([_("Class"), state["hazard_class"]])
    if state["is_outside"]:
        words.append([_("Hazard record"), _("released outside recorded hazards")])
    return [*words, [_("Area"), formats.area(state["area_m2"]) + " " + _("m²")]]


def event_in_words(event: LandEvent) -> str:
    """Reference, kind, operator and day of one line of a record."""
    kind = EventKind(event.kind).label if event.kind is not None else ""
    who = event.operator.code if event.operator else ""
    return " · ".join(str(part) for part in (event.record.ref, kind, who, formats.day(event.on)) if part)
