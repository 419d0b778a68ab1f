"""The books on the command line: the sheet, editions, restatement, verification."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import typer
from django.utils.translation import gettext as _
from rich.table import Table

from clearground.common.caution import short_caution
from clearground.common.errors import Exit, Refused
from clearground.land import actions, selectors
from clearground.land.models import Edition
from clearground.land.selectors.sheets import AS_AT
from clearground.land.sheets import AREA_COLUMNS, PERIOD_DIMENSIONS, LedgerSheet
from clearground.places.models import BoundaryEdition
from clearground.places.selectors import edition_by_name, the_country

from .output import cell_text, check_format, names_of, write_rows
from .terminal import By, Reason, acting, console, day, print_whole, today

TABLE_COLUMNS = (
    "opening_m2",
    "transferred_in_m2",
    "transferred_out_m2",
    "new_m2",
    "reopened_m2",
    "reclassified_m2",
    "degree_changed_m2",
    "corrected_m2",
    "cancelled_m2",
    "reduced_m2",
    "cleared_m2",
    "closing_m2",
    "outside_m2",
    "released_twice_m2",
    "unplaced_closing_m2",
)

ledger = typer.Typer(invoke_without_command=True)
edition = typer.Typer(no_args_is_help=True, help="Signed statements of the books, which never change.")


def register(app: typer.Typer) -> None:
    """`ledger` and `edition …` are commands of `app`."""
    app.add_typer(ledger, name="ledger")
    app.add_typer(edition, name="edition")


@ledger.callback()
def sheet(
    context: typer.Context,
    as_of: Annotated[str, typer.Option(metavar="DATE", help="The last day that counts. Default: today.")] = "",
    known: Annotated[str, typer.Option(metavar="DATE", help="As known at the end of this day. Default: now.")] = "",
    since: Annotated[str, typer.Option("--from", metavar="DATE", help="First day of the period.")] = "",
    by: Annotated[str, typer.Option(help="Dimensions, with commas; see docs/ledger.md.")] = "family,class",
    basis: Annotated[str, typer.Option(help="happened or approved: which day puts a flow in its period.")] = "happened",
    boundaries: Annotated[
        str,
        typer.Option(metavar="NAME", help="Edition of boundaries, or as-at: each period's own. Default: the current."),
    ] = "",
    format: Annotated[str, typer.Option("--format", help="table, csv, json or parquet.")] = "table",
    output: Annotated[str, typer.Option(metavar="FILE", help="Write here instead of to the terminal.")] = "",
) -> None:
    """Print what was open, what was released and what is left, so that it adds up.

    Example: clearground ledger --as-of 2017-12-31 --known 2018-05-22 --from 2015-01-01 --by family,class,year

    Example: clearground ledger --from 2013-01-01 --by province,year --boundaries as-at
    """
    if context.invoked_subcommand:
        return
    check_format(format)
    printed = selectors.sheet(
        as_of=day(as_of, "--as-of") if as_of else today(),
        known=day(known, "--known") if known else None,
        since=day(since, "--from") if since else None,
        by=names_of(by),
        basis=basis,
        boundaries=_boundaries(boundaries),
    )
    _print_sheet(printed, format, output)
    if not printed.adds_up:
        raise Refused(_("The books do not balance."), _("Run clearground ledger verify."), Exit.UNBALANCED)


def _boundaries(name: str) -> BoundaryEdition | Literal["as-at"] | None:
    """What the option means."""
    return AS_AT if name == AS_AT else named_edition(name)


def named_edition(name: str) -> BoundaryEdition | None:
    """The edition of boundaries of that name; None, which is the current one, without a name."""
    return edition_by_name(name) if name else None


def _print_sheet(printed: LedgerSheet, format: str, output: str) -> None:
    if format == "table" and not output:
        _print_table(printed)
        return
    header = {
        "as_of": printed.as_of,
        "known": printed.known,
        "seq": printed.seq,
        "from": printed.since,
        "basis": printed.basis,
        "boundaries": printed.boundaries,
        "synthetic": printed.is_invented,
        "adds_up": printed.adds_up,
    }
    write_rows(format, output, header, printed.columns, printed.rows)


def _print_table(printed: LedgerSheet) -> None:
    known = printed.known or _("now")
    title = _("Land in m², as of %(as_of)s, known %(known)s (approval %(seq)s), %(basis)s") % {
        "as_of": printed.as_of,
        "known": known,
        "seq": printed.seq,
        "basis": printed.basis,
    }
    table = Table(title=title, caption=_caption(printed))
    used = [name for name in TABLE_COLUMNS if any(row[name] for row in printed.rows)]
    for name in printed.by:
        table.add_column(name, no_wrap=True)
    for name in used:
        table.add_column(name.removesuffix("_m2").replace("_", " "), justify="right", no_wrap=True)
    for row in printed.rows:
        table.add_row(*(cell_text(row[name]) for name in (*printed.by, *used)))
    if printed.by != ("family",) and not set(PERIOD_DIMENSIONS) & set(printed.by):
        table.add_section()
        for total in printed.totals():
            split = (total.get(name, _("all")) for name in printed.by)
            table.add_row(*split, *(cell_text(total[name]) for name in used))
    print_whole(table)


def _caption(printed: LedgerSheet) -> str:
    invented = _("INVENTED country. ") if printed.is_invented else ""
    balance = _("Opening + flows = closing in every row.") if printed.adds_up else _("THE BOOKS DO NOT BALANCE.")
    return f"{invented}{balance} " + short_caution()


@ledger.command("schema")
def schema() -> None:
    """Print the columns of the sheet and what each says.

    Example: clearground ledger schema
    """
    for name, (_measure, meaning) in AREA_COLUMNS.items():
        typer.echo(f"{name}\t{meaning}")


@ledger.command("rebuild")
def rebuild(by: By = "", reason: Reason = "") -> None:
    """Cut all land anew from its events. Figures do not change; a damaged store is mended.

    Example: clearground ledger rebuild --by sokha --reason "After a change of disk"
    """
    count = actions.rebuild_ledger(by=acting(by), reason=reason or _("rebuilt on the command line"))
    console.print(_("%(count)s clusters were cut.") % {"count": count})


@ledger.command("verify")
def verify() -> None:
    """Check that the books add up at every year's end on both bases, and that the stored cut is what the events give.

    Example: clearground ledger verify
    """
    problems = selectors.verify_ledger()
    for problem in problems:
        console.print(f"[red]✗[/] {problem}")
    if problems:
        raise Refused(_("The ledger failed."), _("Try clearground ledger rebuild; then verify again."), Exit.UNBALANCED)
    console.print(_("The books balance, and the stored cut is what the events give."))


@edition.command("sign")
def sign(
    name: Annotated[str, typer.Argument(help="What it is called, such as “Official 2017”.")],
    as_of: Annotated[str, typer.Option(metavar="DATE", help="The last day that counts.")],
    known: Annotated[str, typer.Option(metavar="DATE", help="As known on this day. Default: today.")] = "",
    by: By = "",
    reason: Reason = "",
) -> None:
    """Freeze the books under a name. What comes later shows as restatement, never as another history.

    Example: clearground edition sign "Official 2017" --as-of 2017-12-31 --by sokha --reason "Annual report"
    """
    signed = actions.sign_edition(
        name=name,
        as_of=day(as_of, "--as-of"),
        known=day(known, "--known") if known else today(),
        by=acting(by),
        reason=reason,
    )
    console.print(_("Signed: %(name)s, approval %(seq)s.") % {"name": signed.name, "seq": signed.seq})


@edition.command("list")
def list_editions() -> None:
    """Print the signed editions, one a line: name, as of, known, approval, digest, last seal of the audit.

    Example: clearground edition list
    """
    for signed in Edition.objects.order_by("signed_at"):
        sealed = f"{signed.digest}\t{signed.statement.get('audit_head', '')}"
        typer.echo(f"{signed.name}\t{signed.as_of}\t{signed.known}\t{signed.seq}\t{sealed}")


@edition.command("restated")
def restated(
    name: Annotated[str, typer.Argument(help="The edition.")],
    known: Annotated[str, typer.Option(metavar="DATE", help="Compared with what is known on this day.")] = "",
    by: Annotated[str, typer.Option(help="Dimensions, with commas.")] = "family,class",
    format: Annotated[str, typer.Option("--format", help="table, csv, json or parquet.")] = "table",
    output: Annotated[str, typer.Option(metavar="FILE", help="Write here.")] = "",
) -> None:
    """Print what changed since an edition was signed: closing + restated = opening, and which records did it.

    Example: clearground edition restated "Official 2017"
    """
    signed = Edition.objects.filter(name=name).first()
    if signed is None:
        raise Refused(_("No edition is called “%(name)s”.") % {"name": name}, _("See clearground edition list."))
    check_format(format)
    dimensions = names_of(by)
    found = selectors.restatement(signed, known=day(known, "--known") if known else None, by=dimensions)
    if format == "table" and not output:
        _print_restatement(found, dimensions)
        return
    header = {
        "edition": signed.name,
        "as_of": signed.as_of,
        "seq": found.seq,
        "synthetic": the_country().is_invented,
        "drift_m2": found.drift_m2,
        "causes": found.causes,
    }
    write_rows(format, output, header, [*dimensions, "closing_m2", "restated_m2", "opening_m2"], found.rows)


def _print_restatement(found: selectors.Restatement, dimensions: Sequence[str]) -> None:
    names = [*dimensions, "closing_m2", "restated_m2", "opening_m2"]
    table = Table(title=found.edition.name)
    for name in names:
        table.add_column(name, justify="right" if name.endswith("_m2") else "left")
    for row in found.rows:
        table.add_row(*(cell_text(row[name]) for name in names))
    print_whole(table)
    if found.drift_m2:
        console.print(_("Recomputed today, the edition's own figures lie within %(m2).4f m².") % {"m2": found.drift_m2})
    for cause in found.causes[:20]:
        late = _("late") if cause["is_late"] else _("corrected")
        console.print(f"  {cause['ref']}  {late}  {cause['open_land_change_m2']:+,.0f} m²")
    if len(found.causes) > 20:
        console.print(_("  … and %(count)s more: --format json") % {"count": len(found.causes) - 20})
