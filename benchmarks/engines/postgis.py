"""PostGIS on a private server, started here as another user than root, on a socket in a temporary folder."""

from __future__ import annotations

import argparse
import os
import pwd
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pyarrow.parquet as pq

from .measure_sql import measure
from .report import Report, run

COLUMNS = {"hazards": ("on_day", "class"), "releases": ("on_day",), "communes": ()}
SETTINGS = {
    "listen_addresses": "", "shared_buffers": "1GB", "work_mem": "256MB", "maintenance_work_mem": "512MB",
    "fsync": "off", "max_wal_size": "4GB", "max_parallel_workers_per_gather": str(os.cpu_count()), "jit": "off",
}  # fmt: skip
INDEXES = {"rh": "h_id", "hh": "b_id", "hc": "h_id", "rr": "b_id", "added": "id", "credited": "id"}


def programs() -> Path | None:
    """Where the server's programs are, when PostGIS is installed with them."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    has_postgis = any(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))
    return found[-1].parent if found and has_postgis else None


@contextmanager
def server() -> Iterator[tuple[str, int]]:
    """A server of its own; the socket's folder and the number of its process."""
    folder = Path(tempfile.mkdtemp(prefix="postgis-"))
    user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    if os.getuid() == 0:
        shutil.chown(folder, user)
    as_user = {"user": user} if os.getuid() == 0 else {}
    where = programs()
    options = [item for name, value in SETTINGS.items() for item in ("-c", f"{name}={value}")]
    command = [str(where / "initdb"), "-D", str(folder / "data"), "-A", "trust", "-U", "bench", "--no-sync"]
    subprocess.run(command, check=True, capture_output=True, cwd=folder, **as_user)  # noqa: S603
    run_it = [str(where / "postgres"), "-D", str(folder / "data"), "-k", str(folder), *options]
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(run_it, cwd=folder, **silent, **as_user)  # noqa: S603
    try:
        yield str(folder), process.pid
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def connect(folder: str) -> psycopg.Connection:
    """A connection once the server answers."""
    for _ in range(100):
        try:
            return psycopg.connect(host=folder, user="bench", dbname="postgres", autocommit=True)
        except psycopg.OperationalError:
            threading.Event().wait(0.2)
    raise SystemExit("The private PostgreSQL server did not start.")


class Memory(threading.Thread):
    """The most memory that a server's processes held together (proportional share), in GB."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak_gb, self.done = pid, 0.0, threading.Event()

    def run(self) -> None:
        """Looks four times a second."""
        while not self.done.wait(0.25):
            self.peak_gb = max(self.peak_gb, self._now_gb())

    def _now_gb(self) -> float:
        total = 0
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        for pid in [str(self.pid), *children]:
            try:
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            except OSError:
                continue
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return total / 1024**2


def main(arguments: argparse.Namespace, report: Report) -> None:
    """Start, load, index, measure, stop."""
    with server() as (folder, pid), connect(folder) as connection:
        connection.execute("CREATE EXTENSION postgis")
        memory = Memory(pid)
        memory.start()

        def create(name: str, query: str) -> None:
            connection.execute(f"CREATE UNLOGGED TABLE {name} AS {query}")
            if name in INDEXES:
                connection.execute(f"CREATE INDEX ON {name} ({INDEXES[name]})")
            connection.execute(f"ANALYZE {name}")

        def fetch(query: str) -> dict[str, list]:
            cursor = connection.execute(query)
            rows = cursor.fetchall()
            return {column.name: [row[i] for row in rows] for i, column in enumerate(cursor.description)}

        with report.step("load"):
            load(connection, arguments.data)
        report.facts["version"] = fetch("SELECT postgis_lib_version() AS version")["version"][0]
        measure(arguments, report, create, fetch, "ST_Union")
        memory.done.set()
        report.facts |= {"peak_gb": memory.peak_gb, "cpu_seconds": {}}  # its work is done in other processes


def load(connection: psycopg.Connection, folder: Path) -> None:
    """The three tables, with a spatial index each."""
    for name, columns in COLUMNS.items():
        table = pq.read_table(folder / f"{name}.parquet")
        typed = "".join(f", {column} integer" for column in columns)
        connection.execute(f"CREATE UNLOGGED TABLE {name} (id integer{typed}, geom geometry)")
        with connection.cursor().copy(f"COPY {name} (id{''.join(f', {c}' for c in columns)}, geom) FROM STDIN") as copy:
            for row in zip(*(table[c].to_pylist() for c in ("id", *columns, "wkb")), strict=True):
                copy.write_row((*row[:-1], row[-1].hex()))
        connection.execute(f"CREATE INDEX ON {name} USING gist (geom)")
        connection.execute(f"CREATE INDEX ON {name} (id)")
        connection.execute(f"VACUUM ANALYZE {name}")


if __name__ == "__main__":
    run(main)
