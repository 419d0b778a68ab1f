"""Records on the command line: all that is known of one, and which came from which."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from rich.table import Table

from clearground.common.errors import Exit, Refused
from clearground.land import actions
from clearground.land.choices import Evidence
from clearground.land.models import LandEvent, Lineage
from clearground.land.selectors.records import lineage_of, versions_of

from .terminal import By, Reason, acting, console, day, needs_reason, print_whole, today

COLUMNS = ("approval", "kind", "on", "land", "stated m²", "operator", "further", "source", "superseded")


class Way(StrEnum):
    """How hazard records come from others."""

    SPLIT = "split"
    MERGE = "merge"
    RESURVEY = "resurvey"


def register(app: typer.Typer) -> None:
    """`record` and `lineage` are commands of `app`."""
    app.command("record")(record)
    app.command("lineage")(lineage)


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
    for link in lineage_of(ref):
        console.print(_in_words(link), markup=False)


def _in_words(link: Lineage) -> str:
    said = {"child": link.child, "parent": link.parent, "kind": link.get_kind_display(), "on": link.on}
    return _("%(child)s came from %(parent)s on %(on)s: %(kind)s") % said


def lineage(
    way: Annotated[Way, typer.Argument(help="split, merge or resurvey.")],
    parents: Annotated[
        list[str], typer.Option("--from", metavar="REF", help="The earlier record; repeat for a merge.")
    ],
    children: Annotated[list[str], typer.Option("--into", metavar="REF", help="The later one; again in a split.")],
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="Day it happened; default: today.")] = "",
    by: By = "",
    reason: Reason = "",
) -> None:
    """Record which hazard records came from which. Approve the new records first; this moves no land by itself.

    Example: clearground lineage split --from HA-17 --into HA-17a --into HA-17b --by sokha --reason "A road cuts it"
    """
    if (way is Way.SPLIT and len(parents) != 1) or (way is Way.MERGE and len(children) != 1):
        raise Refused(
            _("A split has one earlier record, a merge one later record."),
            _("See clearground lineage --help"),
            Exit.USAGE,
        )
    links = [(parent, child, way.value) for parent in parents for child in children]
    actions.record_lineage(
        links=links, on=day(on, "--on") if on else today(), by=acting(by), reason=needs_reason(reason)
    )
    console.print(_("%(count)s links are recorded.") % {"count": len(links)})


def _cells(line: LandEvent) -> list[str]:
    until = _("by approval %(seq)s") % {"seq": line.until_seq} if line.until_seq else ""
    if line.kind is None:
        return [f"{line.approval.seq}", _("withdrawn"), "", "", "", "", "", line.document.ref, until]
    classes = [f"{row.family.code} {row.hazard_class or ''}".strip() for row in line.in_families.all()]
    shape = line.shape.geom_type if line.shape else _("no polygon")
    return [
        f"{line.approval.seq}",
        f"{line.get_kind_display()} ({', '.join(classes)})",
        f"{line.on}",
        shape,
        "" if line.stated_m2 is None else f"{line.stated_m2:,.0f}",
        str(line.operator or ""),
        "; ".join(_further(line)),
        f"{line.document.ref} {line.document_row or ''}".strip(),
        until,
    ]


def _further(line: LandEvent) -> Iterator[str]:
    """What else the line says, as far as it says it."""
    if line.hazard:
        yield _("releases %(ref)s") % {"ref": line.hazard}
    if line.overseer:
        yield _("overseen by %(code)s") % {"code": line.overseer}
    yield from (text for text in (line.method, line.task, line.campaign, line.contract) if text)
    if line.evidence != Evidence.NOT_STATED:
        yield _("evidence: %(kind)s") % {"kind": line.get_evidence_display()}
    if line.depth_cm is not None:
        yield _("%(depth)s cm deep") % {"depth": line.depth_cm}
    yield from (f"{found.count} {found.item_type}" for found in line.items.all())
