"""Put one record right, or withdraw records."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from clearground.accounts.models import Person
from clearground.common.errors import Exit, Refused
from clearground.exchange import actions, intake, selectors
from clearground.sources.models import Document

from .terminal import By, Reason, acting, console, day, needs_reason, pairs, today

Known = Annotated[str, typer.Option("--known", metavar="DATE", help="Day of the decision; default: today.")]


def register(app: typer.Typer) -> None:
    """`correct` and `withdraw` are commands of `app`."""
    app.command("correct")(correct)
    app.command("withdraw")(withdraw)


def correct(
    ref: Annotated[str, typer.Argument(metavar="REF", help="Reference of the record.")],
    line: Annotated[int | None, typer.Option("--line", help="Which line, where the record has several.")] = None,
    stated_m2: Annotated[float | None, typer.Option("--stated-m2", min=0, help="Area as stated, m².")] = None,
    class_: Annotated[str, typer.Option("--class", help="Class of land; FAMILY:CLASS where it has several.")] = "",
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="Day it has always counted from.")] = "",
    shape: Annotated[
        Path | None, typer.Option("--shape", metavar="FILE", exists=True, help="A file with this one polygon.")
    ] = None,
    operator: Annotated[str, typer.Option("--operator", metavar="CODE", help="Who did the work.")] = "",
    place: Annotated[str, typer.Option("--place", metavar="CODE", help="Stated place.")] = "",
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="Any other field, as import names it.")
    ] = None,
    known: Known = "",
    by: By = "",
    reason: Reason = "",
) -> None:
    """Correct a record that was wrong: the books change from its first day on, and say so in `corrected_m2`.

    New knowledge about land (a re-survey) is no correction: import it as a record of its own, with its date.

    Example: clearground correct HA-17 --stated-m2 12500 --by sokha --reason "Typing error in the form"

    Example: clearground correct R-9 --set depth_cm=20 --set items_submunition=3 --by sokha --reason "Page 2 was lost"
    """
    person, told = acting(by), needs_reason(reason)
    said = {
        "stated_m2": stated_m2, "hazard_class": class_ or None, "on": day(on, "--on") if on else None,
        "on_precision": "day" if on else None, "operator": operator or None, "place": place or None,
    }  # fmt: skip
    changes = {name: value for name, value in said.items() if value is not None}
    changes |= selectors.changes_said(ref, pairs(set_)) if set_ else {}
    document = read_shape(shape, changes, person, told) if shape else None
    if not changes:
        raise Refused("Nothing to correct was said.", "See clearground correct --help", Exit.USAGE)
    approval = actions.correct_record(
        ref=ref, line=line, changes=changes, document=document, by=person, reason=told,
        on=day(known, "--known") if known else today(),
    )  # fmt: skip
    console.print(f"{ref} is corrected by approval {approval.seq} on {approval.on}.")


def read_shape(path: Path, changes: dict[str, Any], by: Person, reason: str) -> Document:
    """The file's one shape is among the changes, and the file is their source."""
    changes |= intake.one_shape(path)
    return actions.cite_file(facts=intake.facts_of(path), by=by, reason=reason)


def withdraw(
    refs: Annotated[list[str], typer.Argument(metavar="REF…", help="References of the records.")],
    known: Known = "",
    by: By = "",
    reason: Reason = "",
) -> None:
    """Withdraw records that should never have counted; what they said stays readable.

    Example: clearground withdraw HA-17 HA-18 --by sokha --reason "Entered twice"
    """
    approval = actions.withdraw(
        refs=refs, on=day(known, "--known") if known else today(), by=acting(by), reason=needs_reason(reason)
    )
    console.print(f"{len(set(refs)):,} records are withdrawn by approval {approval.seq} on {approval.on}.")
