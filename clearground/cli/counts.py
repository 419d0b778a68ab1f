"""Counts beside the balance, on the command line: hazards, yield, survey accuracy."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.table import Table

from clearground.land import selectors
from clearground.land.counted import COUNT_COLUMNS, CountSheet

from .ledger import ledger, named_edition
from .output import cell_text, check_format, names_of, write_rows
from .terminal import day, print_whole, today


def register(_app: typer.Typer) -> None:
    """`ledger counts` is there since this module was imported: it is a command of `ledger`."""


@ledger.command("counts")
def counts(
    as_of: Annotated[str, typer.Option(metavar="DATE", help="The last day that counts. Default: today.")] = "",
    known: Annotated[str, typer.Option(metavar="DATE", help="As known at the end of this day. Default: now.")] = "",
    since: Annotated[str, typer.Option("--from", metavar="DATE", help="First day of the period.")] = "",
    by: Annotated[str, typer.Option(help="family, class, province, district, commune; with commas.")] = "family",
    boundaries: Annotated[str, typer.Option(metavar="NAME", help="Edition of boundaries. Default: the current.")] = "",
    format: Annotated[str, typer.Option("--format", help="table, csv, json or parquet.")] = "table",
    output: Annotated[str, typer.Option(metavar="FILE", help="Write here instead of to the terminal.")] = "",
) -> None:
    """Print how many hazards there are and what became of them, what clearance found, and how true survey was.

    Example: clearground ledger counts --as-of 2017-12-31 --from 2017-01-01 --by family,province
    """
    check_format(format)
    printed = selectors.counts(
        as_of=day(as_of, "--as-of") if as_of else today(),
        known=day(known, "--known") if known else None,
        since=day(since, "--from") if since else None,
        by=names_of(by),
        boundaries=named_edition(boundaries),
    )
    if format == "table" and not output:
        _print_table(printed)
        return
    write_rows(format, output, _header(printed), printed.columns, printed.rows)


def _header(printed: CountSheet) -> dict[str, Any]:
    return {
        "as_of": printed.as_of,
        "known": printed.known,
        "seq": printed.seq,
        "from": printed.since,
        "boundaries": printed.boundaries,
        "synthetic": printed.is_invented,
    }


def _print_table(printed: CountSheet) -> None:
    """One line for each count, one column for each row of the answer: they are few, the counts are many."""
    title = _("Counts as of %(as_of)s (approval %(seq)s)") % {"as_of": printed.as_of, "seq": printed.seq}
    table = Table(title=title, caption=_("INVENTED country.") if printed.is_invented else None)
    table.add_column(", ".join(printed.by))
    for row in printed.rows:
        table.add_column(" ".join(cell_text(row[name]) for name in printed.by) or _("all"), justify="right")
    for name in printed.columns[len(printed.by) :]:
        table.add_row(name, *(_text(name, row[name]) for row in printed.rows))
    print_whole(table)


def _text(name: str, value: Any) -> str:
    if value is not None and name not in COUNT_COLUMNS:
        return f"{value:.1%}"
    return cell_text(value)
