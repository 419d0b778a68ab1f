"""Tables of figures as files: exact, safe to open, and each row says whether it is invented."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pyarrow.parquet as pq
import pytest

from clearground.common.caution import SENTENCE, caution
from clearground.exchange.sheet_files import as_cell, marked, to_csv, to_json, to_parquet

HEADER = {"as_of": date(2020, 12, 31), "synthetic": True}
COLUMNS = ["from", "class", "closing_m2", "items_submunition"]
ROWS = [
    {"from": date(2020, 1, 1), "class": "=A1+B1", "closing_m2": 0.00005, "items_submunition": 3},
    {"from": date(2020, 1, 1), "class": None, "closing_m2": None, "items_submunition": None},
]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_is_no_formula(start: str) -> None:
    """A spreadsheet would run what a stranger's file says."""
    assert as_cell(start + "1") == f"'{start}1"
    assert as_cell(-1.5) == "-1.5"


@pytest.mark.parametrize("value", [1e15 + 0.5, 0.00005, 123456789.12345, 7.0])
def test_no_digit_is_lost(value: float) -> None:
    """Areas are exact multiples of half a square centimetre."""
    assert float(as_cell(value)) == value


def test_every_row_says_that_it_is_invented() -> None:
    """In CSV, in JSON, and in Parquet, where it is a truth value; what is null stays null."""
    columns, rows = marked(HEADER, COLUMNS, ROWS)
    flat = list(csv.DictReader(io.StringIO(to_csv(columns, rows))))
    assert [row["synthetic"] for row in flat] == ["true", "true"]
    assert (flat[0]["class"], flat[0]["closing_m2"], flat[1]["closing_m2"]) == ("'=A1+B1", "5e-05", "")
    told = json.loads(to_json(HEADER, rows))
    assert [told["synthetic"], *(row["synthetic"] for row in told["rows"])] == [True, True, True]
    table = pq.read_table(io.BytesIO(to_parquet(HEADER, columns, rows)))
    assert table.to_pylist() == rows
    said = json.loads(table.schema.metadata[b"clearground"])
    assert said == {"as_of": "2020-12-31", "synthetic": True, "warning": caution()}


def test_every_row_says_that_land_without_a_polygon_is_not_thereby_safe() -> None:
    """In the last column; a table without rows has one that says only that, and JSON says it once."""
    flat = list(csv.reader(io.StringIO(to_csv(COLUMNS, ROWS))))
    assert [row[len(COLUMNS) :] for row in flat] == [["note"], *[[SENTENCE]] * len(ROWS)]
    assert list(csv.reader(io.StringIO(to_csv(COLUMNS, [])))) == [[*COLUMNS, "note"], [*[""] * len(COLUMNS), SENTENCE]]
    assert json.loads(to_json(HEADER, []))["warning"] == caution()


def test_a_header_that_does_not_know_adds_nothing() -> None:
    """A column that would be empty in every row says nothing."""
    assert marked({}, COLUMNS, ROWS) == (COLUMNS, ROWS)
