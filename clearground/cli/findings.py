"""What was found in files, and the same checks on a file that goes nowhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from clearground.common.caution import noted
from clearground.common.errors import Exit, Refused
from clearground.exchange import actions, checking, corrections, intake, rules, selectors
from clearground.exchange.models import Import
from clearground.exchange.sheet_files import marked, to_csv
from clearground.kernel.findings import Finding, Severity
from clearground.places.selectors import is_invented

from .terminal import By, Reason, acting, console, mapping_of, pairs, print_whole, progress

SENTENCES, WIDTH = ("what", "what_to_do"), 40


class Group(StrEnum):
    """By what findings are counted."""

    RULE = "rule"
    OPERATOR = "operator"
    PROVINCE = "province"


class Format(StrEnum):
    """How findings are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"


def register(app: typer.Typer) -> None:
    """`findings`, `accept` and `check` are commands of `app`."""
    app.command("findings")(list_findings)
    app.command("accept")(accept)
    app.command("check")(check)


def list_findings(
    number: Annotated[int, typer.Argument(metavar="IMPORT", help="Number of the import.")],
    group: Annotated[Group | None, typer.Option("--group", help="Count by rule, operator or province.")] = None,
    format_: Annotated[
        Format, typer.Option("--format", help="table, csv, json; xlsx is a correction list.")
    ] = Format.TABLE,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where to; needed for xlsx.")] = None,
    operator: Annotated[str, typer.Option("--operator", metavar="CODE", help="Only this operator's.")] = "",
    code: Annotated[str, typer.Option("--rule", metavar="CODE", help="Only this rule's.")] = "",
    province: Annotated[str, typer.Option("--province", metavar="CODE", help="Only in this province.")] = "",
    map_: Annotated[str, typer.Option("--map", metavar="URL", help="xlsx: the register's address, for links.")] = "",
) -> None:
    """Show the open findings of an import, one by one or counted, or write an operator's correction list.

    Example: clearground findings 1 --group operator

    Example: clearground findings 1 --operator CMAC --format xlsx --out cmac.xlsx
    """
    of = selectors.import_by_id(number)
    if group is not None:
        put(selectors.findings_by(of, group.value), format_, out)
        return
    found = selectors.open_findings(of, code=code, operator=operator, province=province)
    if format_ is Format.XLSX:
        if out is None:
            raise Refused("A workbook isn't printed.", "Say where it goes: --out FILE.xlsx", Exit.USAGE)
        count = corrections.write(found, out, map_url=map_)
        console.print(f"{count:,} findings in {out}. Take the answers back with: clearground answers {out}")
        return
    put([selectors.finding_as_row(each) for each in found], format_, out)


def put(rows: Sequence[Mapping[str, Any]], format_: Format, out: Path | None) -> None:
    """The rows are printed, or stand in the file `out`."""
    if format_ is Format.TABLE and out is None:
        if rows:
            print_whole(as_table(rows))
        else:
            console.print("No open findings.")
        return
    if format_ in {Format.TABLE, Format.XLSX}:
        raise Refused("Counts go to a terminal, CSV or JSON.", "Choose --format csv or --format json.", Exit.USAGE)
    columns, rows = marked({"synthetic": is_invented()}, list(rows[0]) if rows else ["code"], rows)
    as_json = format_ is Format.JSON
    text = json.dumps([*map(noted, rows)], ensure_ascii=False, indent=1) + "\n" if as_json else to_csv(columns, rows)
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, "utf-8")


def as_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """The rows as a table for a terminal: sentences fold, references and codes don't, empty columns go."""
    told = [name for name in rows[0] if any(row[name] not in (None, "") for row in rows)]
    table = Table(box=None)
    for name in told:
        width = WIDTH if name in SENTENCES else None
        table.add_column(name.removesuffix("__code"), no_wrap=width is None, min_width=width, max_width=width)
    for row in rows:
        table.add_row(*(escape("" if row[name] is None else str(row[name])) for name in told))
    return table


def tell_groups(of: Import, group: str) -> None:
    """Printed: the open findings of an import, counted, with what to do about each rule."""
    tell_counts(selectors.findings_by(of, group))


def tell_counts(counts: list[dict[str, Any]]) -> None:
    """Printed: counts of findings, the most serious rules first, with what to do."""
    if not counts:
        console.print("Nothing was found to be wrong.")
        return
    table = Table("rule", "", "rows", "what", "what to do", box=None)
    order = [severity.value for severity in Severity]
    for row in sorted(counts, key=lambda row: (order.index(row["severity"]), -row["n"])):
        told = rules.wording(Finding(row["code"], Severity(row["severity"])))
        table.add_row(row["code"], row["severity"], f"{row['n']:,}", escape(told.title), escape(told.remedy))
    console.print(table)


def accept(
    number: Annotated[int, typer.Argument(metavar="IMPORT", help="Number of the import.")],
    code: Annotated[str, typer.Argument(metavar="RULE", help="Code of the rule, such as LAND-003.")],
    ref: Annotated[list[str] | None, typer.Option("--ref", help="Only these records; may be repeated.")] = None,
    by: By = "",
    reason: Reason = "",
) -> None:
    """Accept findings of one rule as they are: they stay silent until their records change.

    Example: clearground accept 1 LAND-014 --ref HA-17 --by sokha --reason "The border runs there"
    """
    count = actions.accept_findings(import_id=number, code=code, refs=ref, by=acting(by), reason=reason)
    console.print(f"{count:,} findings accepted; they stay silent until their records change.")


def check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Any file that can be imported.")],
    what: Annotated[str, typer.Option("--as", help="hazards or releases.")] = "hazards",
    mapping: Annotated[str, typer.Option("--mapping", metavar="NAME", help="A saved column mapping.")] = "",
    map_: Annotated[list[str] | None, typer.Option("--map", metavar="FIELD=COLUMN", help="As for import.")] = None,
    default: Annotated[
        list[str] | None, typer.Option("--default", metavar="FIELD=VALUE", help="As for import.")
    ] = None,
    layer: Annotated[str, typer.Option("--layer", help="Layer or sheet, where the file has several.")] = "",
    crs: Annotated[str, typer.Option("--crs", help="As for import.")] = "",
    format_: Annotated[Format, typer.Option("--format", help="table, csv or json.")] = Format.TABLE,
) -> None:
    """Check a file as an import would, and write nothing. Exit code 3 when a finding blocks.

    Example: clearground check survey.gpkg --as hazards --default family=mines --default on=2024-01-01
    """
    given = pairs(default or []) | ({"crs": crs} if crs else {})
    fields_of, defaults = mapping_of(what, mapping, pairs(map_ or []), given)
    options = intake.options_of(mapping=fields_of, defaults=defaults, layer=layer or None)
    with progress() as tell, intake.open_file(file, subject=what, options=options) as opened:
        tell("checking", 0, opened.total)
        verdict = checking.judge(list(opened.rows), cells=opened.cells, about_file=opened.findings)
    if format_ is Format.TABLE:
        console.print(
            f"{len(verdict.rows):,} rows: " + ", ".join(f"{n:,} {s}" for s, n in verdict.counts().items() if n)
        )
        tell_counts(verdict.counts_by_rule())
    else:
        put([selectors.finding_as_row(finding) for _read, finding in verdict.findings], format_, None)
    if verdict.blocks:
        raise typer.Exit(int(Exit.FINDINGS))
