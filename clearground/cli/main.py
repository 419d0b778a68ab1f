"""The command line: `clearground`. Each subject registers its commands from a module of its own."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import typer
from rich.console import Console
from rich.markup import escape

app = typer.Typer(
    name="clearground",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Keep the books of land of a mine action programme, so that every square metre balances.",
)

# Each module has `register(app)`.
SUBJECTS: list[str] = [
    "ledger",
    "records",
    "footprint",
    "counts",
    "policies",
    "papers",
    "serve",
    "tiles",
    "backup",
    "imports",
    "answers",
    "country",
    "people",
    "publication",
    "places",
    "audit",
    "demo",
]


def run() -> None:
    """Start Django, then the command; say a refusal in two lines and exit with its code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clearground.settings")
    try:
        _start()
    except Exception as failure:
        from .failures import refusal_of

        refusal = refusal_of(failure)
        if refusal is None:
            raise
        _say(refusal.what, refusal.remedy)
        sys.exit(int(refusal.code))


def _start() -> None:
    import django

    django.setup()
    for subject in SUBJECTS:
        import_module(f"clearground.cli.{subject}").register(app)
    app()


def _say(what: str, remedy: str) -> None:
    """What was not done, and what to do about it, on the error stream."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)  # a command to copy stays on one line
    console.print(f"[bold red]Not done:[/] {escape(what)}")
    if remedy:
        console.print(escape(remedy))
