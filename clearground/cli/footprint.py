"""How much ground lies open in any family, on the command line."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from rich.table import Table

from clearground.common.caution import short_caution
from clearground.land.selectors.footprints import open_ground
from clearground.places.selectors import the_country

from .terminal import console, day, print_whole, today


class Level(StrEnum):
    """Places by which ground can be shared out."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


def register(app: typer.Typer) -> None:
    """`footprint` is a command of `app`."""
    app.command("footprint")(footprint)


def footprint(
    as_of: Annotated[str, typer.Option(metavar="DATE", help="The day. Default: today.")] = "",
    known: Annotated[str, typer.Option(metavar="DATE", help="As known at the end of this day. Default: now.")] = "",
    by: Annotated[Level | None, typer.Option(help="Share it out among these places.")] = None,
) -> None:
    """Print the ground that lies open in any family of contamination; where families overlap it counts once.

    Example: clearground footprint --as-of 2017-12-31 --by province
    """
    the_country()
    rows = open_ground(
        as_of=day(as_of, "--as-of") if as_of else today(),
        known=day(known, "--known") if known else None,
        level=by.value if by else None,
    )
    table = Table(title=_("Open ground in m², all families together, each square metre once"))
    for name in rows[0] if rows else ["open_m2"]:
        table.add_column(name, justify="right" if name == "open_m2" else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(f"{value:,.0f}" if isinstance(value, float) else str(value or "–") for value in row.values()))
    print_whole(table)
    console.print(short_caution())
