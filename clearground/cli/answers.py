"""Correction lists: out to the operators, and their answers back in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import override

from clearground.exchange import corrections, selectors
from clearground.exchange.actions.findings import Outcome, answer_findings

from .terminal import By, Reason, acting, console, day, needs_reason, today


def register(app: typer.Typer) -> None:
    """`correction-lists` and `answers` are commands of `app`."""
    app.command("correction-lists")(write_lists)
    app.command("answers")(take_answers)


def write_lists(
    number: Annotated[int, typer.Argument(metavar="IMPORT", help="Number of the import.")],
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where the workbooks go.")],
    language: Annotated[str, typer.Option("--language", help="en or km.")] = "en",
    map_: Annotated[str, typer.Option("--map", metavar="URL", help="The register's address, for links.")] = "",
) -> None:
    """Write one workbook per operator with the open findings of its records, and columns for the answers.

    An answer is a corrected value (for a geometry: WKT, longitude first), or `accept` with a reason.

    Example: clearground correction-lists 1 --out lists --language km --map https://register.example
    """
    with override(language):
        counts = corrections.write_by_operator(selectors.import_by_id(number), out, map_url=map_)
    for operator, count in counts.items():
        console.print(f"{count:,} findings for {operator}")
    told = f"{len(counts)} lists in {out}. Take them back with: clearground answers FILE"
    console.print(told if counts else "No open findings.")


def take_answers(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A correction list that came back.")],
    known: Annotated[str, typer.Option("--known", metavar="DATE", help="Day of the decision; default: today.")] = "",
    by: By = "",
    reason: Reason = "",
) -> None:
    """Take in the answers of a correction list: accepted findings are silent, corrected rows are checked again.

    Rows of a pending import have a new version; records that were approved are corrected by an approval.

    Example: clearground answers lists/import-1-CMAC.xlsx --by sokha --reason "CMAC's answers of March"
    """
    person, told = acting(by), needs_reason(reason)
    answers = corrections.read_correction_list(file)
    on = day(known, "--known") if known else today()
    tell(answer_findings(answers=answers, on=on, by=person, reason=told))


def tell(outcome: Outcome) -> None:
    """Printed: what became of the answers, and each that could not be taken."""
    console.print(f"{outcome.accepted:,} findings accepted, {outcome.corrected_rows:,} rows corrected.")
    if outcome.late:
        console.print(f"{len(outcome.late):,} answers are late: their records changed meanwhile. Write a new list.")
    for key, why in outcome.refused.items():
        console.print(f"{key}: {why}")
