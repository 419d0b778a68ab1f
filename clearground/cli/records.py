"""One record on the command line: all that is known of it, version by version."""

from __future__ import annotations

from typing import Annotated

import typer
from django.utils.translation import gettext as _
from rich.table import Table

from clearground.land.models import LandEvent
from clearground.land.selectors.records import versions_of

from .terminal import console, print_whole

COLUMNS = ("approval", "kind", "on", "land", "stated m²", "operator", "source", "superseded")


def register(app: typer.Typer) -> None:
    """`record` is a command of `app`."""
    app.command("record")(record)


def record(ref: Annotated[str, typer.Argument(help="The reference of a hazard or a release.")]) -> None:
    """Print every version of a record: what it said, who approved it and why, what superseded it.

    Example: clearground record H-0412
    """
    lines = list(versions_of(ref))
    table = Table(title=ref)
    for name in COLUMNS:
        table.add_column(name, no_wrap=True)
    for line in lines:
        table.add_row(*_cells(line))
    print_whole(table)
    for approval in dict.fromkeys(line.approval for line in lines):
        console.print(f"{approval.seq}  {approval.on}  {approval.by}: {approval.reason}", markup=False)


def _cells(line: LandEvent) -> list[str]:
    until = _("by approval %(seq)s") % {"seq": line.until_seq} if line.until_seq else ""
    if line.kind is None:
        return [f"{line.approval.seq}", _("withdrawn"), "", "", "", "", line.document.ref, until]
    classes = [f"{row.family.code} {row.hazard_class or ''}".strip() for row in line.in_families.all()]
    shape = line.shape.geom_type if line.shape else _("no polygon")
    return [
        f"{line.approval.seq}",
        f"{line.get_kind_display()} ({', '.join(classes)})",
        f"{line.on}",
        shape,
        "" if line.stated_m2 is None else f"{line.stated_m2:,.0f}",
        str(line.operator or ""),
        f"{line.document.ref} {line.document_row or ''}".strip(),
        until,
    ]
