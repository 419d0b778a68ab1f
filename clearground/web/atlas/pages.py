"""What the map page is made of: its question, its configuration, its filters, figures by commune."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clearground.common import formats
from clearground.common.caution import caution
from clearground.land import selectors as land
from clearground.land.choices import method_in_words
from clearground.places.models import BoundaryEdition, Country
from clearground.places.selectors import current_boundaries, place_at

from ..shell.addresses import figure_address, record_address
from ..shell.forms import QuestionForm
from ..shell.selectors import Question, called, edition_of, families, hazard_classes, signed_editions
from ..templatetags.clearground_pages import built
from . import selectors, words

STATES = {
    "confirmed": gettext_lazy("Confirmed hazardous"),
    "suspected": gettext_lazy("Suspected hazardous"),
    "not_stated": gettext_lazy("Hazardous, degree not stated"),
    "cleared": gettext_lazy("Cleared"),
    "reduced": gettext_lazy("Reduced by technical survey"),
    "cancelled": gettext_lazy("Cancelled by non-technical survey"),
}


def map_page(country: Country, form: QuestionForm, asked: QueryDict, *, may_see_land: bool) -> dict[str, Any]:
    """The map of one day, its signs, filters and warning."""
    question = form.question()
    seq = land.seq_known(question.known)
    return {
        "question": question,
        "edition": edition_of(question),
        "editions": list(signed_editions()),
        "today": timezone.localdate(),
        "beside": asked_day(asked.get("beside", "")),
        "seq": seq,
        "warning": caution(),
        "states": STATES,
        "may_see_land": may_see_land,
        "filters": filters(asked) if may_see_land else filters(asked)[:1],
        "map": map_config(country, question, seq, asked, may_see_land=may_see_land),
    }


def asked_day(text: str) -> date | None:
    """The day that a parameter names; None where it names none."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def filters(asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """The choices that narrow the map: name in the address, label, options, and which one is chosen."""
    codes = land.interval_codes()
    classes = {code: called(row) for (_family, code), row in hazard_classes().items()}
    lists: list[tuple[str, str, str, dict[str, str]]] = [
        ("family", _("Contamination"), _("All kinds"), families()),
        ("class", _("Class of land"), _("All classes"), {c: named(c, n) for c, n in classes.items()}),
        ("operator", _("Operator"), _("All operators"), {code: code for code in sorted(codes.operators)}),
        ("method", _("Method"), _("All methods"), {code: method_in_words(code) for code in codes.methods}),
        ("campaign", _("Campaign"), _("All campaigns"), {code: code for code in codes.campaigns}),
    ]
    return [
        {"name": name, "label": label, "all": every, "options": options, "chosen": asked.get(name, "")}
        for name, label, every, options in lists
    ]


def named(code: str, name: str) -> str:
    """Code and name, where they differ."""
    return code if name == code else f"{code} · {name}"


def map_config(
    country: Country, question: Question, seq: int, asked: Mapping[str, str], *, may_see_land: bool
) -> dict[str, Any]:
    """All that the map's script needs to know: addresses on this host, the country's box, days, words."""
    boundaries = current_boundaries()
    pattern = reverse("web:tile", args=[seq, 0, 0, 0]).removesuffix("0/0/0.mvt")
    beside = asked_day(asked.get("beside", ""))
    first = selectors.first_day() or question.as_of
    return {
        "script": built("map.js"),
        "style": built("map.css"),
        "worker": built("map-worker.mjs"),
        "land": may_see_land,
        "tiles": f"{pattern}{{z}}/{{x}}/{{y}}.mvt" if may_see_land and seq else "",
        "at": reverse("web:land-at", args=[seq]) if may_see_land and seq else "",
        "figures": f"{reverse('web:map-figures')}?known={question.known}",
        "search": reverse("web:map-search"),
        "communes": outline(boundaries, "commune"),
        "provinces": outline(boundaries, "province"),
        "bounds": [round(side, 5) for side in selectors.extent_of(country, boundaries)],
        "days": {"first": str(date(first.year, 1, 1)), "last": str(max(question.known, question.as_of))},
        "asOf": str(question.as_of),
        "beside": str(beside) if beside else "",
        "parts": parts_of_classes(),
        **{"words": words.of_script(), "locale": words.of_controls(), "months": words.months()},
    }


def parts_of_classes() -> dict[str, list[str]]:
    """The classes that a class is made of, by code: who asks for A2 means A2.1 and A2.2 as well."""
    found: dict[str, list[str]] = {}
    rows = hazard_classes().values()
    codes = {row.pk: row.code for row in rows}
    for row in rows:
        if row.parent_id in codes:
            found.setdefault(codes[row.parent_id], []).append(row.code)
    return found


def outline(boundaries: BoundaryEdition | None, level: str) -> Any:
    """Where the outlines of a level are; an empty layer where no boundaries are known."""
    if boundaries is None:
        return {"type": "FeatureCollection", "features": []}
    return reverse("web:outlines", args=[boundaries.pk, level])


def figures_by_commune(question: Question) -> dict[str, Any]:
    """By family and commune: open land in square metres, as the page prints it, and where the number opens."""
    sheet = land.sheet(as_of=question.as_of, known=question.known, by=("family", "commune"), columns=("closing_m2",))
    found: dict[str, dict[str, Any]] = {}
    language, unit = formats.language(), _("km²")
    for row in sheet.rows:
        if row.get("commune") and row["closing_m2"]:
            scope = {"as_of": question.as_of, "known": question.known}
            opens = figure_address("closing_m2", **scope, family=row["family"], commune=row["commune"])
            text = f"{formats.area(row['closing_m2'], unit='km2', in_language=language)} {unit}"
            found.setdefault(row["family"], {})[row["commune"]] = [row["closing_m2"], text, opens]
    return {"as_of": str(question.as_of), "families": found, "warning": caution()}


def about_point(lon: float, lat: float, *, as_of: date, seq: int) -> dict[str, Any]:
    """What a spot is on the day, and everything that happened to it, the first first."""
    turns, names, place = land.land_history(lon, lat, seq=seq), families(), place_at(lon, lat)
    now = {turn.family: turn.after for turn in turns if turn.on <= as_of and turn.after}
    return {
        **{"lon": lon, "lat": lat, "as_of": as_of, "place": words.place_in_words(place) if place else ""},
        "now": [
            {"family": names.get(family, family), **words.of_state(state, STATES)} for family, state in now.items()
        ],
        "turns": [turn_in_words(turn, names, as_of) for turn in turns],
        "warning": caution(),
    }


def turn_in_words(turn: land.Turn, names: Mapping[str, str], as_of: date) -> dict[str, Any]:
    """One event of a spot's history, ready to be read, with where its record opens."""
    event = turn.event
    return {
        **{"on": turn.on, "is_later": turn.on > as_of, "family": names.get(turn.family, turn.family)},
        "kind": str(event.get_kind_display()),
        "before": words.of_state(turn.before, STATES),
        "after": words.of_state(turn.after, STATES),
        "moved": turn.area_m2 is not None,
        "area": formats.area(turn.area_m2),
        **{"ref": event.record.ref, "address": record_address(event.record.ref)},
        **{"operator": event.operator.code if event.operator else "", "method": method_in_words(event.method)},
        **{"document": event.document, "row": event.document_row, "approval": event.approval},
    }
