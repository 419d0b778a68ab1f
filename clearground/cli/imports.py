"""Bring files in: stage, look, approve, undo. Corrections and findings are in modules beside this one."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from clearground.common.errors import Exit, Refused
from clearground.exchange import actions, intake, selectors
from clearground.exchange.actions import Dependents
from clearground.exchange.choices import ImportState, RowState
from clearground.exchange.models import Import

from . import corrections, findings
from .place_files import import_places
from .terminal import By, Reason, acting, console, day, mapping_of, needs_reason, pairs, print_whole, progress, today


class What(StrEnum):
    """What a file is about."""

    HAZARDS = "hazards"
    RELEASES = "releases"
    PLACES = "places"


def register(app: typer.Typer) -> None:
    """`import`, `approve`, `undo`, `imports`, and the commands of the modules beside are commands of `app`."""
    app.command("import")(import_file)
    app.command("approve")(approve)
    app.command("undo")(undo)
    app.command("imports")(list_imports)
    findings.register(app)
    corrections.register(app)


def import_file(
    what: Annotated[What, typer.Argument(help="What the file's rows are.")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="GeoPackage, zipped Shapefile, GeoJSON …")],
    mapping: Annotated[str, typer.Option("--mapping", metavar="NAME", help="A saved column mapping.")] = "",
    save_mapping: Annotated[str, typer.Option("--save-mapping", metavar="NAME", help="Save the mapping used.")] = "",
    map_: Annotated[list[str], typer.Option("--map", metavar="FIELD=COLUMN", help="Where a field stands.")] = [],  # noqa: B006
    default: Annotated[
        list[str], typer.Option("--default", metavar="FIELD=VALUE", help="A field without column.")
    ] = [],  # noqa: B006
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="Day it counts from, where the file has none.")] = "",
    family: Annotated[str, typer.Option("--family", help="mines, cmr, erw: where the file doesn't say.")] = "",
    class_: Annotated[str, typer.Option("--class", help="Class of land, such as A4.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="suspect, confirm, record; clear, reduce, cancel.")] = "",
    degree: Annotated[str, typer.Option("--degree", help="suspected, confirmed or not_stated.")] = "",
    evidence: Annotated[str, typer.Option("--evidence", help="direct, indirect, none or not_stated.")] = "",
    operator: Annotated[str, typer.Option("--operator", metavar="CODE", help="Who did the work.")] = "",
    overseer: Annotated[str, typer.Option("--overseer", metavar="CODE", help="Who oversaw it.")] = "",
    method: Annotated[str, typer.Option("--method", help="How it was done.")] = "",
    task: Annotated[str, typer.Option("--task", help="Code of the task.")] = "",
    campaign: Annotated[str, typer.Option("--campaign", help="Name of the campaign.")] = "",
    layer: Annotated[str, typer.Option("--layer", help="Layer or sheet, where the file has several.")] = "",
    crs: Annotated[
        str, typer.Option("--crs", help="System of the coordinates where the file doesn't say: UTM 48N, EPSG:3148.")
    ] = "",
    level: Annotated[str, typer.Option("--level", help="Places: province, district, commune or village.")] = "",
    edition: Annotated[str, typer.Option("--edition", metavar="NAME", help="Places: name of the boundaries.")] = "",
    code: Annotated[str, typer.Option("--code", metavar="COLUMN", help="Places: column of codes.")] = "",
    source: Annotated[str, typer.Option("--source", help="Places: who publishes them.")] = "",
    licence: Annotated[str, typer.Option("--licence", help="Places: under which licence.")] = "",
    valid_from: Annotated[str, typer.Option("--valid-from", metavar="DATE", help="Places: since when.")] = "",
    make_current: Annotated[bool, typer.Option("--make-current", help="Places: tabulate on them from now.")] = False,
    by: By = "",
    reason: Reason = "",
) -> None:
    """Stage a file: its rows wait, with what was found in them, until somebody approves them.

    Nothing counts yet. The same file twice changes nothing; a staging that was cut short goes on.
    Exit code 3 when a row is blocked; the other rows wait for approval all the same.

    Example: clearground import hazards survey.gpkg --family mines --class A4 --on 2024-01-01 --by sokha

    Places count at once: clearground import places communes.gpkg --level commune --edition "Communes 2018"

    Somebody else then: clearground approve 1 --on 2024-02-01 --by vanna --reason "Checked against the reports"
    """
    person = acting(by)
    if what is What.PLACES:
        import_places(
            file, level=level, columns=pairs(map_) | ({"code": code} if code else {}), layer=layer or None,
            edition=edition, source=source, licence=licence, make_current=make_current, by=person, reason=reason,
            valid_from=day(valid_from, "--valid-from") if valid_from else None,
        )  # fmt: skip
        return
    given = {
        "on": on, "family": family, "class": class_, "kind": kind, "degree": degree, "evidence": evidence,
        "operator": operator, "overseer": overseer, "method": method, "task": task, "campaign": campaign, "crs": crs,
    }  # fmt: skip
    fields_of, defaults = mapping_of(
        what.value, mapping, pairs(map_), pairs(default) | {k: v for k, v in given.items() if v}
    )
    options = intake.options_of(mapping=fields_of, defaults=defaults, layer=layer or None)
    before = selectors.same_import(subject=what.value, sha256=intake.facts_of(file).sha256, options=options)
    with progress() as tell:
        staged = actions.stage_import(
            path=file, subject=what.value, mapping=fields_of, defaults=defaults, by=person, reason=reason,
            layer=layer or None, on_progress=tell,
        )  # fmt: skip
    if save_mapping:
        actions.save_mapping(
            name=save_mapping, subject=what.value, fields_of=fields_of, defaults=defaults, by=person, reason=reason
        )
    if before is not None and before.state != ImportState.STAGING:
        console.print(f"Nothing new: these bytes, read in this way, are import {staged.pk} already.")
    tell_import(staged)
    end_by_findings(staged)


def end_by_findings(staged: Import) -> None:
    """The command ends here, with the code that says so, where a row is blocked."""
    if selectors.row_counts(staged)[RowState.BLOCKED]:
        raise typer.Exit(int(Exit.FINDINGS))


def tell_import(staged: Import) -> None:
    """Printed: what the import holds, what was found, and the next command."""
    counts = selectors.row_counts(staged)
    if staged.state == ImportState.APPROVED:
        console.print(f"Import {staged.pk} counts as approval {staged.approval.seq} on {staged.approval.on}.")
        return
    told = ", ".join(f"{n:,} {state}" for state, n in counts.items() if n) or "no rows"
    console.print(f"[bold]Import {staged.pk}[/] of {staged.document.filename}: {sum(counts.values()):,} rows: {told}.")
    findings.tell_groups(staged, "rule")
    if counts[RowState.READY]:
        console.print(f'Next: clearground approve {staged.pk} --on {today()} --by LOGIN --reason "…"', markup=False)
    elif not counts[RowState.BLOCKED]:
        console.print("Nothing new: the register says all of this already.")
    if counts[RowState.BLOCKED]:
        console.print(f"Blocked rows: clearground findings {staged.pk} --format xlsx --out corrections.xlsx")


def approve(
    number: Annotated[int, typer.Argument(metavar="IMPORT", help="Number of the import.")],
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="Day of the decision; default: today.")] = "",
    by: By = "",
    reason: Reason = "",
    all_or_nothing: Annotated[bool, typer.Option("--all-or-nothing", help="Refuse if any row is blocked.")] = False,
    reconstructed: Annotated[
        bool, typer.Option("--reconstructed", help="The day is taken over from the source's own approvals.")
    ] = False,
) -> None:
    """The ready rows of an import count from now on, as one approval; blocked rows stay behind.

    Nobody approves what they staged, or of which they changed a row.

    Example: clearground approve 1 --on 2024-02-01 --by vanna --reason "Checked against the field reports"
    """
    person, told = acting(by), needs_reason(reason)
    with console.status("Booking…"):
        approval = actions.approve_import(
            import_id=number, on=day(on, "--on") if on else today(), by=person, reason=told,
            all_or_nothing=all_or_nothing, is_reconstructed=reconstructed,
        )  # fmt: skip
    counts = selectors.row_counts(selectors.import_by_id(number))
    console.print(f"Import {number} counts as approval {approval.seq} on {approval.on}: {counts['approved']:,} rows.")
    if counts[RowState.BLOCKED]:
        console.print(f"{counts[RowState.BLOCKED]:,} rows stay blocked: clearground findings {number}")
    console.print(f"Next: clearground ledger --as-of {approval.on}")


def undo(
    number: Annotated[int, typer.Argument(metavar="IMPORT", help="Number of the import.")],
    with_dependents: Annotated[
        bool, typer.Option("--with-dependents", help="Withdraw the releases that rest on it too.")
    ] = False,
    leave_dependents: Annotated[
        bool, typer.Option("--leave-dependents", help="Leave them; their land counts as released outside.")
    ] = False,
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="Day of the decision; default: today.")] = "",
    by: By = "",
    reason: Reason = "",
) -> None:
    """Take an import back: pending rows go; approved ones are superseded, and nothing is lost.

    Releases that rest on its hazards are listed first, and the command refuses until told what becomes of them.

    Example: clearground undo 1 --by sokha --reason "Sent by mistake"
    """
    if with_dependents and leave_dependents:
        raise Refused("Releases can't be withdrawn and left.", "Choose one of the two options.", Exit.USAGE)
    choice = Dependents.WITHDRAW if with_dependents else Dependents.LEAVE if leave_dependents else Dependents.REFUSE
    person, told = acting(by), needs_reason(reason)
    for ref in selectors.dependents_of(selectors.import_by_id(number)) if choice is Dependents.REFUSE else []:
        typer.echo(ref)
    undone = actions.undo_import(
        import_id=number, on=day(on, "--on") if on else today(), by=person, reason=told, dependents=choice,
    )  # fmt: skip
    console.print(f"Import {undone.pk} counts no longer.")


def list_imports() -> None:
    """List the imports, newest first, with their rows and open findings.

    Example: clearground imports
    """
    columns = ["import", "subject", "file", "state", "ready", "blocked", "unchanged", "approved", "findings"]
    table = Table(*columns, box=None)
    for each in selectors.imports()[:200]:
        counts = [getattr(each, f"{state}_rows") for state in ("ready", "blocked", "unchanged", "approved")]
        shown = [f"{n:,}" for n in (*counts, each.open_findings)]
        table.add_row(str(each.pk), each.subject, each.document.filename, each.state, *shown)
    if table.row_count:
        print_whole(table)
    else:
        console.print("No imports yet: clearground import hazards FILE")
