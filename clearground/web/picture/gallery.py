"""The page of the national picture, put together from its panels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from clearground.land.selectors import one_reading
from clearground.land.sheets import PLACE_DIMENSIONS

from ..shell import selectors
from ..shell.addresses import query
from ..shell.forms import QuestionForm
from ..shell.selectors import Question
from . import overview, panels
from .downloads import seq_of


@one_reading()
def picture_page(form: QuestionForm, said: Mapping[str, str], *, may: Any) -> dict[str, Any]:
    """The headline of one family in one place, and every panel that has something to say."""
    question = form.question()
    seq = seq_of(question, said)
    families = overview.has_contamination(question, seq)
    family = overview.family_of(said) if said.get("family") else next(iter(dict(families)), overview.family_of(said))
    asked = overview.asked_of(question, family, seq)
    here = Here(question, family, said)
    return {
        "question": question,
        "edition": selectors.edition_of(question),
        "editions": [(each, here.to(against=each.pk)) for each in selectors.signed_editions().exclude(seq=seq)[:12]],
        "family": family,
        "families": [(name, here.to(family=code), code == family) for code, name in families],
        "crumbs": here.crumbs(),
        "fact": overview.headline(asked),
        "is_empty": not families,
        "panels": panels_of(asked),
        "places": panels.places_panel(asked, here.to),
        "restated": panels.restated_panel(asked, said, may_see_land="see_land" in may),
        "address": here.address(seq=seq),
        "sheet": f"{reverse('web:sheet')}?{here.address(family=None)}",
    }


def panels_of(asked: Any) -> dict[str, panels.Panel]:
    """The panels that every picture has, by their keys with underscores."""
    made = [
        panels.degree_panel(asked),
        panels.class_panel(asked),
        panels.release_panel(asked),
        panels.waterfall_panel(asked),
        panels.month_panel(asked),
        panels.items_panel(asked),
        panels.quality_panel(asked),
    ]
    return {panel.key.replace("-", "_"): panel for panel in made}


class Here:
    """The address of the page, and of the same page about something else."""

    def __init__(self, question: Question, family: str, said: Mapping[str, str]) -> None:
        self.question, self.family, self.against = question, family, said.get("against", "")

    def address(self, **changed: Any) -> str:
        """The parameters of the page, with some changed; None takes one away."""
        asked = self.question
        days = {"as_of": asked.as_of, "since": asked.since, "known": asked.known}
        return query({**days, "family": self.family, **asked.within, "against": self.against, **changed})

    def to(self, **changed: Any) -> str:
        """Where the page about something else is."""
        return f"{reverse('web:picture')}?{self.address(**changed)}"

    def crumbs(self) -> list[tuple[str, str]]:
        """The places above the one on screen, each with its picture; the country first, the one on screen last."""
        within = self.question.within
        names = selectors.places_called(within.values())
        found = [("", self.to(**dict.fromkeys(PLACE_DIMENSIONS)))]
        for at, code in enumerate(within.values()):
            below = dict.fromkeys(PLACE_DIMENSIONS[at + 1 :])
            found.append((names.get(code, code), self.to(**below)))
        return found
