"""DuckDB with its spatial extension, loaded offline from the wheel `duckdb-extension-spatial`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import duckdb
import duckdb_extension_spatial

from .measure_sql import measure
from .report import Report, run

COLUMNS = {"hazards": "id, on_day, class", "releases": "id, on_day", "communes": "id"}


def connect() -> duckdb.DuckDBPyConnection:
    """A database in memory with the spatial functions."""
    connection = duckdb.connect()
    (extension,) = Path(duckdb_extension_spatial.__file__).parent.rglob("spatial.duckdb_extension")
    connection.execute(f"LOAD '{extension}'")
    connection.execute(f"SET threads = {os.cpu_count()}")
    return connection


def main(arguments: argparse.Namespace, report: Report) -> None:
    """Load, then measure."""
    connection = connect()

    def create(name: str, query: str) -> None:
        connection.execute(f"CREATE TABLE {name} AS {query}")

    def fetch(query: str) -> dict[str, list]:
        return connection.execute(query).to_arrow_table().to_pydict()

    with report.step("load"):
        for name, columns in COLUMNS.items():
            path = arguments.data / f"{name}.parquet"
            create(name, f"SELECT {columns}, ST_GeomFromWKB(wkb) AS geom FROM read_parquet('{path}')")
    measure(arguments, report, create, fetch, "ST_Union_Agg")


if __name__ == "__main__":
    run(main)
