"""What commands share: who acts, how a day is said, and progress that scripts don't see."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any

import typer
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from clearground.accounts.models import Person
from clearground.accounts.selectors import person_by_login
from clearground.common.errors import Exit, Refused
from clearground.exchange import selectors

By = Annotated[str, typer.Option("--by", metavar="LOGIN", help="Who acts. Default: the setting CLEARGROUND_PERSON.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept in the audit.")]


class Terminal(Console):
    """A terminal on which text is not broken into lines, so that a command in it can be copied; tables fold."""

    def print(self, *objects: Any, **options: Any) -> None:
        """As of rich, but for text."""
        is_text = all(isinstance(each, str) for each in objects)
        super().print(*objects, **({"soft_wrap": True} if is_text else {}) | options)


console = Terminal(highlight=False)
WIDEST = 400
Tell = Callable[[str, int, "int | None"], None]


def acting(login: str) -> Person:
    """The person who acts: `--by LOGIN`, else the setting CLEARGROUND_PERSON; refused where neither says."""
    login = login or os.environ.get("CLEARGROUND_PERSON", "")
    if not login:
        raise Refused(
            _("Nobody is named as acting."), _("Say who acts: --by LOGIN, or set CLEARGROUND_PERSON."), Exit.USAGE
        )
    return person_by_login(login)


def day(text: str, option: str) -> date:
    """The day of an ISO date; refused, naming the option, where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(
            _("%(option)s %(text)s is no date.") % {"option": option, "text": text},
            _("Write it as 2024-12-31."),
            Exit.USAGE,
        ) from None


def print_whole(table: Table) -> None:
    """The table is printed with nothing cut short: one wider than the window runs over."""
    widest = console.measure(table, options=console.options.update(width=WIDEST)).maximum
    above, table.title = table.title, None  # a title folds to the width of its table, however narrow
    if above:
        console.print(above, markup=False)
    Console(width=max(console.width, widest), highlight=False).print(table, crop=False)


def today() -> date:
    """The day it is, in the country's time zone."""
    return timezone.localdate()


@contextmanager
def progress() -> Iterator[Tell]:
    """A bar that follows (phase, done, total); nothing at all where the output isn't a terminal."""
    if not console.is_terminal:
        yield lambda phase, done, total: None
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, int] = {}

        def tell(phase: str, done: int, total: int | None) -> None:
            if phase not in tasks:
                tasks[phase] = bars.add_task(phase.capitalize(), total=total)
            bars.update(tasks[phase], completed=done, total=total)  # type: ignore[arg-type]

        yield tell


def needs_reason(reason: str) -> str:
    """The reason; refused where there is none."""
    if not reason.strip():
        raise Refused("A decision has a reason.", 'Say it: --reason "…"', Exit.USAGE)
    return reason


def pairs(texts: list[str]) -> dict[str, str]:
    """`FIELD=COLUMN` texts as a dictionary; refused where one has no equals sign."""
    wrong = [text for text in texts if "=" not in text]
    if wrong:
        raise Refused(f"{wrong[0]} doesn't say what stands where.", "Write it as FIELD=COLUMN.", Exit.USAGE)
    return {field.strip(): column.strip() for field, column in (text.split("=", 1) for text in texts)}


def mapping_of(
    what: str, name: str, fields_of: dict[str, str], defaults: dict[str, str]
) -> tuple[dict[str, str], dict[str, Any]]:
    """The saved mapping of that name, if any, with what the command line says on top."""
    if not name:
        return fields_of, defaults
    saved = selectors.mapping_by_name(name)
    if saved.subject != what:
        raise Refused(f"The mapping {name} is for {saved.subject}.", "Use another one, or --map FIELD=COLUMN.")
    # Rows without ids are told apart by their source: the mapping's name outlives the names of its files.
    return {**saved.fields_of, **fields_of}, {"source": name, **saved.defaults, **defaults}
