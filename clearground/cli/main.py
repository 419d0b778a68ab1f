"""The command line: `clearground`. Each subject registers its commands from a module of its own."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import typer
from rich.console import Console

app = typer.Typer(
    name="clearground",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Keep the books of land of a mine action programme, so that every square metre balances.",
)

# Each module has `register(app)`.
SUBJECTS: list[str] = ["ledger", "serve", "backup", "imports", "country", "people", "places", "audit"]


def run() -> None:
    """Start Django, then the command; say a refusal in two lines and exit with its code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clearground.settings")
    import django

    django.setup()
    from clearground.common.errors import Refused

    for subject in SUBJECTS:
        import_module(f"clearground.cli.{subject}").register(app)
    try:
        app()
    except Refused as refusal:
        console = Console(stderr=True)
        console.print(f"[bold red]Not done:[/] {refusal.what}", highlight=False)
        if refusal.remedy:
            console.print(refusal.remedy, highlight=False)
        sys.exit(int(refusal.code))
