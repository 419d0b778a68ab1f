"""Bulletins and dossiers on the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.utils.translation import gettext as _

from clearground.common.errors import Exit, Refused
from clearground.publications.bulletins import print_bulletin
from clearground.publications.dossiers import print_dossier

from .terminal import day


def register(app: typer.Typer) -> None:
    """`bulletin` and `dossier` are commands of `app`."""
    app.command("bulletin")(bulletin)
    app.command("dossier")(dossier)


def bulletin(
    month: Annotated[str, typer.Argument(metavar="MONTH", help="The month, as 2017-11.")],
    output: Annotated[str, typer.Option(metavar="FILE", help="Write the PDF here.")],
    language: Annotated[str, typer.Option(help="en or km.")] = "en",
    known: Annotated[
        str, typer.Option(metavar="DATE", help="As known on this day. Default: the edition's, else now.")
    ] = "",
) -> None:
    """Print the bulletin of a month as a PDF of two pages. The same month and knowledge make the same file.

    Example: clearground bulletin 2017-11 --language km --output bulletin.pdf
    """
    _check_language(language)
    body = print_bulletin(_first_day(month), language=language, known=day(known, "--known") if known else None)
    Path(output).write_bytes(body)


def dossier(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A task's code or a record's reference.")],
    output: Annotated[str, typer.Option(metavar="FILE", help="Write the PDF here.")],
    language: Annotated[str, typer.Option(help="en or km.")] = "en",
    paper: Annotated[str, typer.Option(help="a4 or a3.")] = "a4",
) -> None:
    """Print the dossier of a task or a record: map, turning points, history.

    Example: clearground dossier XKV-T-0001-01772 --paper a3 --output task.pdf
    """
    _check_language(language)
    Path(output).write_bytes(print_dossier(name, language=language, paper=paper.lower()))


def _check_language(language: str) -> None:
    if language not in dict(settings.LANGUAGES):
        known = ", ".join(code for code, _name in settings.LANGUAGES)
        raise Refused(
            _("There is no language %(language)s.") % {"language": language},
            _("Use one of: %(known)s") % {"known": known},
            Exit.USAGE,
        )


def _first_day(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError as problem:
        raise Refused(
            _("“%(month)s” is not a month.") % {"month": month}, _("Give it as 2017-11."), Exit.USAGE
        ) from problem
