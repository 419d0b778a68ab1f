"""Which pictures the documents show: the address, as whom, and what is done there first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

DATA_OFFICER, APPROVER, PLANNER, READER = "karsova.registrar", "karsova.secretary", "karsova.planner", "karsova.reader"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture. `person` is a login of the demonstration; empty for somebody without an account."""

    name: str
    address: str
    person: str = DATA_OFFICER
    then: Callable[[Page], None] | None = None


SHOTS: tuple[Shot, ...] = (
    Shot("landing", "/"),
    Shot("sheet", "/sheet/"),
    Shot("editions", "/editions/"),
    Shot("map", "/map/"),
    Shot("step-in", "/step-in/", ""),
    Shot("login", "/account/login/", ""),
    Shot("account", "/account/code/"),
)
# What the guides show: one screen each, in English.
GUIDES: tuple[Shot, ...] = ()
