"""Findings as a workbook for the operator who mends them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import xlsxwriter

from .models import FindingRecord
from .selectors import finding_as_row

WIDTHS = {"row": 8, "ref": 20, "cell": 16, "code": 12, "severity": 10, "what": 50, "what_to_do": 60}


def write(found: Iterable[FindingRecord], path: Path) -> int:
    """The findings stand in the workbook, one a row, what blocks first; says how many."""
    order = {"blocks": 0, "warns": 1, "informs": 2}
    rows = sorted(map(finding_as_row, found), key=lambda row: (order[row["severity"]], row["code"], row["row"] or 0))
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("findings")
    head, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    columns = list(rows[0]) if rows else list(WIDTHS)
    for at, name in enumerate(columns):
        sheet.set_column(at, at, WIDTHS.get(name, 14), wrapped)
        sheet.write_string(0, at, name, head)
    for line, row in enumerate(rows, start=1):
        for at, name in enumerate(columns):
            sheet.write(line, at, row[name])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    book.close()
    return len(rows)
