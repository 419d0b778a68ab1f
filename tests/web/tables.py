"""Files of figures, read back: rows of a CSV, and cells of a workbook with their formulas."""

from __future__ import annotations

import csv
import io
import re
from xml.etree import ElementTree
from zipfile import ZipFile

from clearground.kernel.land.balances import HALF_CM2_PER_M2


def lines(answer) -> list[dict[str, str]]:
    """The rows of a CSV."""
    assert answer.status_code == 200, answer.content[:300]
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def exact(rows, column: str) -> int:
    """The sum of a column as the books have it."""
    return sum(round(float(row[column]) * HALF_CM2_PER_M2) for row in rows)


def cells_of(body: bytes) -> dict[str, tuple[str, str]]:
    """Formula and value of each cell of the first sheet that has a number."""
    with ZipFile(io.BytesIO(body)) as packed:
        sheet = ElementTree.fromstring(packed.read("xl/worksheets/sheet1.xml"))
    space = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    return {
        cell.get("r"): (cell.findtext("x:f", "", space), cell.findtext("x:v", "0", space))
        for cell in sheet.iterfind(".//x:c", space)
        if cell.get("t") != "s"
    }


def formulas(body: bytes) -> dict[str, tuple[str, float]]:
    """Formula and value of the cells that have one."""
    return {at: (formula, float(value)) for at, (formula, value) in cells_of(body).items() if formula}


def reckoned(formula: str, cells: dict[str, tuple[str, str]]) -> int:
    """What a spreadsheet program would show for a sum of a column or of signed cells, in half square centimetres."""
    if found := re.fullmatch(r"SUM\(([A-Z]+)(\d+):\1(\d+)\)", formula):
        column, first, last = found[1], int(found[2]), int(found[3])
        terms = [("+", f"{column}{line}") for line in range(first, last + 1)]
    else:
        terms = re.findall(r"([+-]?)([A-Z]+\d+)", formula)
        assert "".join(sign + at for sign, at in terms) == formula
    amounts = [(-1 if sign == "-" else 1) * float(cells[at][1]) for sign, at in terms]
    return sum(round(amount * HALF_CM2_PER_M2) for amount in amounts)
