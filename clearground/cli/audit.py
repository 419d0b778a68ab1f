"""Verify the chain of events, and read it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

import typer
from django.utils import timezone

from clearground.audit import selectors
from clearground.audit.actions import note_verification
from clearground.audit.findings import REMEDY, sentence
from clearground.audit.models import AuditEvent
from clearground.common.errors import Exit
from clearground.exchange.digests import RECOMPUTE

from .terminal import acting, console, day, progress

audit = typer.Typer(no_args_is_help=True, help="What was done, by whom and why; and whether that record stands.")


def register(app: typer.Typer) -> None:
    """`audit verify` and `audit log` are commands of `app`."""
    app.add_typer(audit, name="audit")


@audit.command()
def verify(
    head: Annotated[
        str, typer.Option(metavar="NUMBER:HASH", help="A seal kept elsewhere: in a backup, an edition.")
    ] = "",
    by: Annotated[str, typer.Option(metavar="LOGIN", help="Note in the audit that it was read, by whom.")] = "",
    chain_only: Annotated[bool, typer.Option("--chain-only", help="Leave out the rows that events wrote.")] = False,
) -> None:
    """Read every event and hold it against its seal; exit 4 where one doesn't fit.

    The rows that events wrote are held against the digests that were sealed with them, where they
    can be told apart; that takes longer than the chain itself.

    Edits, deletions, swaps and insertions are found wherever they are. That the end is missing, or
    that all was sealed anew, only a seal kept elsewhere can tell: note the one printed here.

    Example: clearground audit verify --head 1042:5f2c…
    """
    with progress() as bar:
        check = selectors.verify_chain(
            recompute={} if chain_only else RECOMPUTE,
            expected_head=head,
            progress=lambda done: bar("verifying", done, None),
        )
    if by:
        note_verification(check=check, by=acting(by))
    for finding in check.findings:
        console.print(f"{finding.code} {sentence(finding)}")
    if not check.is_whole:
        console.print(str(REMEDY))
        raise typer.Exit(int(Exit.UNBALANCED))
    console.print(f"{check.events:,} events, each as it was sealed; rows of {check.rows_checked:,} held against them.")
    console.print(f"Keep this elsewhere, to see later that no end is missing:\n{check.head}", soft_wrap=True)


@audit.command()
def log(
    subject: Annotated[str, typer.Option(help="How the subject begins, as person: or person:sokha")] = "",
    kind: Annotated[str, typer.Option(help="Kind of event, as import.approved")] = "",
    person: Annotated[str, typer.Option(metavar="LOGIN", help="Who acted.")] = "",
    since: Annotated[str, typer.Option(metavar="DATE", help="Events of this day and later.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many, newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, with all columns.")] = False,
) -> None:
    """Print what was done, newest first.

    Example: clearground audit log --subject place --since 2024-01-01 --json
    """
    first = timezone.make_aware(datetime.combine(day(since, "--since"), datetime.min.time())) if since else None
    for event in selectors.events(subject=subject, kind=kind, login=person, since=first)[:limit]:
        typer.echo(in_json(event) if as_json else in_a_line(event))


def in_a_line(event: AuditEvent) -> str:
    """Number, time, who, what, on what, why."""
    at = timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M:%S")
    return f"{event.number}\t{at}\t{event.by.login}\t{event.kind}\t{event.subject}\t{event.reason}"


def in_json(event: AuditEvent) -> str:
    """All columns, for scripts."""
    columns = ("number", "kind", "subject", "reason", "detail", "rows_digest", "previous_hash", "hash")
    said = {name: getattr(event, name) for name in columns}
    return json.dumps(said | {"at": event.at.isoformat(), "by": event.by.login}, ensure_ascii=False)
