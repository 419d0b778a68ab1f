"""Look places up, and choose the boundaries on which figures are tabulated."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table

from clearground.common.errors import Refused
from clearground.kernel.findings import Finding
from clearground.places import selectors
from clearground.places.actions import make_boundaries_current
from clearground.places.choices import Level
from clearground.places.findings import RULES, sentence
from clearground.places.models import BoundaryEdition

from .terminal import By, Reason, acting, console, needs_reason

place = typer.Typer(no_args_is_help=True, help="Look places up, and choose boundaries.")


class LevelName(StrEnum):
    """Levels, as a command names them."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    VILLAGE = "village"


def register(app: typer.Typer) -> None:
    """`place find`, `place editions` and `place use` are commands of `app`."""
    app.add_typer(place, name="place")


@place.command()
def find(
    what: Annotated[str, typer.Argument(metavar="CODE|NAME", help="A code, or a name in Latin or Khmer letters.")],
    level: Annotated[LevelName | None, typer.Option(help="Only places of this level.")] = None,
) -> None:
    """Print the places of this code or name, however it is spelt.

    Example: clearground place find "bantey mean chey" --level province
    """
    wanted = Level[level.name] if level else None
    by_code = selectors.place_by_code(what, wanted)
    places = [by_code] if by_code else selectors.places_by_name(what, level=wanted)
    if not places:
        raise Refused(f"No place is called “{what}”.", "Try a part of its code, or another spelling.")
    for each in places:
        typer.echo(f"{each.code}\t{Level(each.level).label}\t{each.name}\t{each.name_km}")


@place.command()
def editions() -> None:
    """Print the boundary editions; a star marks the one on which figures are tabulated.

    Example: clearground place editions
    """
    for edition in BoundaryEdition.objects.all():
        star = "*" if edition.is_current else " "
        typer.echo(f"{star} {edition.name}\t{edition.valid_from or '—'}\t{edition.source}\t{edition.licence}")


@place.command()
def use(
    edition: Annotated[str, typer.Argument(help="Name of the edition, as `clearground place editions` prints it.")],
    by: By = "",
    reason: Reason = "",
) -> None:
    """Tabulate figures on this boundary edition from now on. Signed editions keep theirs.

    Example: clearground place use "Communes 2018" --reason "Decision 12/2018" --by sokha
    """
    chosen = make_boundaries_current(
        edition=selectors.edition_by_name(edition), by=acting(by), reason=needs_reason(reason)
    )
    console.print(f"{chosen.name} is current. Run: clearground ledger rebuild")


def print_findings(findings: Sequence[Finding]) -> None:
    """One line for each rule that found something: how often, an example, and what to do."""
    if not findings:
        return
    table = Table("rule", "times", "for example", "what to do", box=None, pad_edge=False)
    for code in sorted({finding.code for finding in findings}):
        of_rule = [finding for finding in findings if finding.code == code]
        table.add_row(code, f"{len(of_rule):,}", sentence(of_rule[0]), str(RULES[code].remedy))
    console.print(table)
