"""Decide what people without an account see."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from clearground.places.actions import decide_publication

from .terminal import By, Reason, acting, console, needs_reason


class What(StrEnum):
    """What may be published."""

    NOTHING = "nothing"
    FIGURES = "figures"
    LAND = "land"


def register(app: typer.Typer) -> None:
    """`publish` is a command of `app`."""
    app.command("publish")(publish)


def publish(
    what: Annotated[What, typer.Argument(help="nothing, figures, or land: figures, and where hazards lie.")],
    by: By = "",
    reason: Reason = "",
) -> None:
    """Decide what people without an account see on the pages. A new register publishes nothing.

    Shapes are published exactly as they are recorded, never shifted. What was copied can't be called back.

    Example: clearground publish figures --by sokha --reason "Decision 7/2026 of the authority"
    """
    country = decide_publication(published=what.value, by=acting(by), reason=needs_reason(reason))
    console.print(f"{country.name} publishes from now on: {what.value}.")
