"""SedonaDB, in process."""

from __future__ import annotations

import argparse

import pyarrow as pa
import pyarrow.parquet as pq
import sedonadb

from .duckdb_spatial import COLUMNS
from .measure_sql import measure
from .report import Report, run


def main(arguments: argparse.Namespace, report: Report) -> None:
    """Load, then measure; each table is kept in memory, or it would be computed again by each query."""
    session = sedonadb.connect()

    def create(name: str, query: str) -> None:
        session.create_data_frame(pa.RecordBatchReader.from_stream(session.sql(query)).read_all()).to_view(name)

    def fetch(query: str) -> dict[str, list]:
        return pa.RecordBatchReader.from_stream(session.sql(query)).read_all().to_pydict()

    with report.step("load"):
        for name, columns in COLUMNS.items():
            table = pq.read_table(arguments.data / f"{name}.parquet")
            session.create_data_frame(table).to_view(f"{name}_read")
            create(name, f"SELECT {columns}, ST_GeomFromWKB(wkb) AS geom FROM {name}_read")
    measure(arguments, report, create, fetch, "ST_Union_Agg")


if __name__ == "__main__":
    run(main)
