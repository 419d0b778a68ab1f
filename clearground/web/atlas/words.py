"""Words on the map: of its controls, of its script, of states and places."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from clearground.common import formats
from clearground.places.models import Place

from ..shell.selectors import called


def of_script() -> dict[str, str]:
    """What the script says."""
    return {
        "heading": _("The land on {day}"),
        "drawing": _("Drawing the map…"),
        "failed": _("The map could not be drawn. The figures in the balance sheet do not depend on it."),
        "preparing": _("The overview of the country is being prepared. Zoom in to see land now."),
        "play": _("Play"),
        "pause": _("Pause"),
        "nothing": _("Nothing of that name. Try a place, a record, or coordinates such as 13.5, 103.2."),
        "measure": _("Click along the line; a double click ends it."),
        "length": _("Length"),
        "area": _("Area"),
        "none": _("no open land recorded"),
        "opens": _("Open this figure"),
        "m": _("m"),
        "km": _("km"),
        "m2": _("m²"),
        "km2": _("km²"),
        "less": _("up to"),
        "more": _("more than"),
        "copied": _("The link is copied."),
        "failed_at": _("The history of this spot could not be read. Try again."),
    }


def of_controls() -> dict[str, str]:
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


def months() -> list[str]:
    """The names of the months, as the one formatter writes them in a date."""
    return [formats.day(date(2000, month, 1)).split()[1] for month in range(1, 13)]


def of_state(state: Mapping[str, Any] | None, names: Mapping[str, Any]) -> dict[str, str]:
    """A state of land: its sign, and its name with class and whether outside."""
    if state is None:
        return {"state": "", "said": _("nothing recorded")}
    said = [str(names.get(state["state"], state["state"]))]
    if state["hazard_class"]:
        said.append(state["hazard_class"])
    if state["is_outside"]:
        said.append(_("outside recorded hazards"))
    return {"state": state["state"], "said": ", ".join(said)}


def place_in_words(place: Place) -> str:
    """The place and all that it is part of, the smallest first."""
    names = [called(place)]
    while place.parent is not None:
        place = place.parent
        names.append(called(place))
    return ", ".join(names)
