"""CSV: encoding, delimiter and header found, rows numbered as a spreadsheet shows them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from clearground.common.errors import Refused

from .codes import finding
from .encodings import decoded
from .rows import Cell, ReadOptions
from .source import Source
from .tables import source_of

DELIMITERS = ",;\t|"
SAMPLE_ROWS = 50
MAX_FIELD = 64 * 1024**2


def open_csv(path: Path, layer: str | None, options: ReadOptions) -> Source:
    """The rows of a text table."""
    csv.field_size_limit(MAX_FIELD)
    text, encoding = decoded(path.read_bytes(), options.encoding)
    if "\x00" in text:
        raise Refused("The file is in a format that is not known here.", "Save the table as CSV in UTF-8, or as XLSX.")
    delimiter = _delimiter_of(options.delimiter) or delimiter_in(text)
    source = source_of("csv", _records(text, delimiter), options, ends_open=not text.endswith(("\n", "\r")))
    if encoding in {"cp1252", "latin-1"} and not options.encoding:
        source.findings.append(finding("EXCH-010", encoding=encoding))
    return source


def _delimiter_of(said: str) -> str:
    named = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
    delimiter = named.get(said.lower(), said)
    if len(delimiter) > 1:
        raise Refused(f"{said!r} is not a delimiter.", "A delimiter is one character, or the word tab.")
    return delimiter


def delimiter_in(text: str) -> str:
    """The delimiter by which most of the first rows fall into the same number of cells, more than one."""
    scores = {delimiter: _agreement(text[:200_000], delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > 0 else ","


def _agreement(text: str, delimiter: str) -> float:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    widths: Counter[int] = Counter()
    try:
        for _, row in zip(range(SAMPLE_ROWS), rows, strict=False):
            widths[len(row)] += bool(row)
    except csv.Error:
        return 0
    width, rows_of_it = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return (rows_of_it / max(1, widths.total())) * min(width, 8) if width > 1 else 0


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[Cell]]]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    number = 0
    try:
        for row in rows:
            number += 1
            yield number, [value.strip() or None for value in row]
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise Refused("The file ends in the middle of a cell: it is cut off.", "Send it again.") from None
        raise Refused(
            f"The text after row {number:,} is not CSV: {error}.", "Save the table as XLSX instead."
        ) from None
