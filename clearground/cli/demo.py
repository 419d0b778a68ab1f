"""The invented country: load it, or read why three totals of one of its years differ."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Any

import typer
from django.core.management import call_command
from rich.table import Table

from clearground.accounts.models import Person
from clearground.demonstration.actions import bring_waiting_files, load_demonstration
from clearground.demonstration.generate import generate
from clearground.demonstration.story import Bridge, Story, story_of

from .terminal import acting, console, progress

SEED = 2017


class What(StrEnum):
    """What to do with the invented country."""

    LOAD = "load"
    STORY = "story"


def register(app: typer.Typer) -> None:
    """`demo` is a command of `app`."""
    app.command("demo")(demo)


def demo(
    what: Annotated[What, typer.Argument(help="load it, or tell the story of one year.")] = What.LOAD,
    hazards: Annotated[int, typer.Option(help="How many hazards: more hazards, more country.", min=1)] = 5_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same country.")] = SEED,
    by: Annotated[str, typer.Option("--by", metavar="LOGIN", help="Who loads it, if there is anybody yet.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The story as JSON, for scripts.")] = False,
) -> None:
    """Fill an empty database with Karsova, an invented country, or say why three totals of 2017 differ there.

    Everything in it is invented: places, organisations, hazards, people. Its database takes no real records.

    Example: clearground demo --hazards 5000

    Example: clearground demo story
    """
    if what is What.STORY:
        tell_story(story_of(generate(hazards, seed)), as_json=as_json)
        return
    call_command("migrate", verbosity=0, interactive=False)
    person = acting(by) if Person.objects.exists() else None
    with progress() as tell:
        loaded = load_demonstration(size=hazards, seed=seed, by=person, tell=tell)
        tell("staging two files", 0, 2)
        bring_waiting_files(by=loaded.people)
        tell("staging two files", 2, 2)
    lines = sum(len(approval.lines) for approval in loaded.demonstration.approvals)
    console.print(
        f"Karsova, an invented country: {hazards:,} hazards, {lines:,} lines in"
        f" {len(loaded.demonstration.approvals):,} approvals, seed {seed}.",
        soft_wrap=True,
    )
    console.print(f"People who can act: {', '.join(loaded.people)}. Next: clearground serve", soft_wrap=True)


def tell_story(story: Story, *, as_json: bool) -> None:
    """The three totals, and each bridge between two of them."""
    if as_json:
        typer.echo(json.dumps(told(story), indent=1, ensure_ascii=False))
        return
    console.print(f"Karsova (invented country): mined land cleared in {story.year}, by three sources")
    for bridge in story.bridges:
        console.print(as_table(bridge))


def as_table(bridge: Bridge) -> Table:
    """One bridge, in square metres."""
    table = Table(title=f"From the {bridge.start} total to the {bridge.end} total, m²", title_justify="left")
    table.add_column("step")
    table.add_column("m²", justify="right")
    table.add_column("records", justify="right")
    table.add_row(bridge.start, f"{bridge.start_m2:,.0f}", "")
    for step in bridge.steps:
        table.add_row(step.label, f"{step.delta_m2:+,.0f}", f"{len(step.records):,}")
    table.add_row("Unexplained", f"{bridge.unexplained_m2:+,.0f}", "")
    table.add_row(bridge.end, f"{bridge.end_m2:,.0f}", "")
    return table


def told(story: Story) -> dict[str, Any]:
    """The story as plain values, with the records that make each step."""
    return {
        "synthetic": True,
        "year": story.year,
        "totals_m2": {source: round(total) for source, total in story.totals_m2.items()},
        "bridges": [
            {
                "from": bridge.start,
                "to": bridge.end,
                "unexplained_m2": round(bridge.unexplained_m2),
                "steps": [
                    {
                        "code": step.code,
                        "label": step.label,
                        "delta_m2": round(step.delta_m2),
                        "records": [[ref, line, round(area)] for (ref, line), area in step.records.items()],
                    }
                    for step in bridge.steps
                ],
            }
            for bridge in story.bridges
        ],
    }
