"""Writes the rows of an answer in the format that the command was asked for."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from clearground.common.errors import Exit, Refused
from clearground.exchange.sheet_files import marked, to_csv, to_json, to_parquet

FORMATS = ("table", "csv", "json", "parquet")


def check_format(name: str) -> None:
    """Refuses a format that there is not."""
    if name not in FORMATS:
        raise Refused(_("There is no format %(name)s.") % {"name": name}, ", ".join(FORMATS), Exit.USAGE)


def names_of(text: str) -> tuple[str, ...]:
    """The names in a text with commas, each once."""
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def write_rows(
    format: str, output: str, header: Mapping[str, Any], columns: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> None:
    """The rows in a file, or on the terminal where the format is text; each says whether it is invented."""
    columns, rows = marked(header, columns, rows)
    if format == "parquet":
        if not output:
            raise Refused(_("Parquet is not for the terminal."), _("Name a file with --output."), Exit.USAGE)
        Path(output).write_bytes(to_parquet(header, columns, rows))
        return
    text = to_json(header, rows) + "\n" if format == "json" else to_csv(columns, rows)
    if output:
        Path(output).write_text(text, "utf-8")
    else:
        sys.stdout.write(text)


def cell_text(value: Any) -> str:
    """A value in a table for people: areas without fractions, a dash for what does not exist."""
    if isinstance(value, float):
        return f"{value:,.0f}" if value else "0"
    return "–" if value is None else str(value)
