"""Starts the limited process on a copy of the file, and turns its stream into a `Reading`."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from clearground.common.errors import Refused

from . import messages
from .rows import Confinement, Limits, RawRow, Reading, ReadOptions, SeveralLayers

MAX_FILE_BYTES = 2 * 1024**3
NEEDED_ON_WINDOWS = ("SYSTEMROOT",)
PROGRAM = ("-m", "clearground.exchange.reading.limited")
STOPPED_BY_KERNEL = {-getattr(signal, name) for name in ("SIGXCPU", "SIGKILL") if hasattr(signal, name)}
TOO_LONG = "Split the file, or ask for more time with larger limits."
# How a process says that it got no more memory: Python, C++, the C library, its loader.
NO_MEMORY = (b"MemoryError", b"bad_alloc", b"Cannot allocate", b"failed to map segment")
# The parts of a Shapefile that lie beside it.
SIDE_FILES = (".shx", ".dbf", ".prj", ".cpg")
# GDAL keeps the two drivers that are used: nothing that fetches, follows links or reads other folders.
SKIPPED_DRIVERS = (
    "PCIDSK,PDS4,VICAR,PDF,MBTiles,EEDA,OGCAPI,GDALG,MapInfo File,LVBAG,S57,DGN,OGR_VRT,CSV,GML,GPX,LIBKML,KML,GeoJSON,"
    "GeoJSONSeq,ESRIJSON,TopoJSON,OGR_GMT,SQLite,WAsP,OpenFileGDB,DXF,FlatGeobuf,GeoRSS,VFK,PGDUMP,OSM,GPSBabel,OGR_PDS,"
    "WFS,OAPIF,EDIGEO,Idrisi,ODS,XLSX,Elasticsearch,Carto,AmigoCloud,SXF,Selafin,JML,PLSCENES,CSW,VDV,MVT,NGW,MapML,GTFS,"
    "PMTiles,JSONFG,MiraMonVector,ADBC,AVCBin,AVCE00,AIVector,HTTP,VRT,WMS,WCS,WMTS,GTI,STACIT,STACTA,DAAS"
)
ENVIRONMENT = {
    "OGR_SKIP": SKIPPED_DRIVERS,
    "GDAL_SKIP": SKIPPED_DRIVERS,
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "GDAL_NUM_THREADS": "1",
    "PROJ_NETWORK": "OFF",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "none",
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "SHAPE_RESTORE_SHX": "YES",
    "OGR_ENABLE_PARTIAL_REPROJECTION": "NO",
}


class Spool:
    """What the limited process wrote, in a file without a name, gone when nobody walks through it any more."""

    def __init__(self) -> None:
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with its owner
        weakref.finalize(self, self.file.close)

    def messages(self) -> Iterator[tuple[dict[str, Any], bytes]]:
        """Each message from the first on; several walks don't disturb each other."""
        at = 0
        while True:
            # Every walk shares one position in the file, so each remembers its own.
            self.file.seek(at)
            message = next(messages.read(self.file), None)
            if message is None:
                return
            at = self.file.tell()
            yield message

    def rows(self) -> Iterator[RawRow]:
        """The rows among the messages."""
        return (messages.row_of(message, shape) for message, shape in self.messages() if "row" in message)


def read_file(
    path: Path | str,
    *,
    layer: str | None = None,
    options: ReadOptions | None = None,
    limits: Limits | None = None,
    most_rows: int | None = None,
) -> Reading:
    """The file, read in a limited process to its end or for its first `most_rows`.

    `Refused` with one clear error, and nothing kept.
    """
    limits = limits or Limits()
    request = {"layer": layer, "options": asdict(options or ReadOptions()), "most_rows": most_rows}
    spool = Spool()
    with tempfile.TemporaryDirectory(prefix="clearground-read-") as workdir:
        request["name"] = copy_in(Path(path), Path(workdir))
        ended = run(PROGRAM, request, Path(workdir), spool.file, limits)
    return reading_of(spool, ended, limits)


def copy_in(path: Path, workdir: Path) -> str:
    """The file, under a name that says nothing, is the only thing in `workdir`; its name there."""
    if not path.is_file():
        raise Refused(f"There is no file {path}.", "Check the path; a folder has to be zipped first.")
    size = path.stat().st_size
    if size == 0:
        raise Refused(f"{path.name} is empty.", "Export it again and look at its size before sending it.")
    if size > MAX_FILE_BYTES:
        raise Refused(f"{path.name} is larger than 2 GB.", "Split it, by province for example, and import the parts.")
    suffix = path.suffix.lower() if path.suffix.isascii() and len(path.suffix) <= 9 else ""
    shutil.copyfile(path, workdir / f"input{suffix}")
    for side in SIDE_FILES if suffix == ".shp" else ():
        beside = next((p for p in (path.with_suffix(side), path.with_suffix(side.upper())) if p.is_file()), None)
        if beside is not None and beside.stat().st_size <= MAX_FILE_BYTES:
            shutil.copyfile(beside, workdir / f"input{side}")
    return f"input{suffix}"


def run(
    program: Sequence[str], request: dict[str, Any], workdir: Path, spool: IO[bytes], limits: Limits
) -> tuple[int, bytes]:
    """The program has ended, by itself or by force: its exit code, and the last words on its error stream."""
    command = [sys.executable, "-I", "-B", "-X", "utf8", *program]
    given = json.dumps(request | {"workdir": str(workdir), "limits": asdict(limits)}).encode()
    home = {"HOME": str(workdir), "TMPDIR": str(workdir)}
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, fixed arguments
            command,
            stdin=subprocess.PIPE,
            stdout=spool,
            stderr=complaints,
            cwd=workdir,
            env=ENVIRONMENT | home | {name: os.environ[name] for name in NEEDED_ON_WINDOWS if name in os.environ},
            start_new_session=True,
        )
        try:
            process.communicate(given, timeout=limits.wall_s)
        except BaseException as stopped:
            end(process)
            if isinstance(stopped, subprocess.TimeoutExpired):
                raise Refused(f"Reading took longer than {limits.wall_s:g} s and was stopped.", TOO_LONG) from None
            raise
        complaints.seek(max(0, complaints.tell() - 2000))
        return process.returncode, complaints.read()


def end(process: subprocess.Popen[bytes]) -> None:
    """The process and all that it started are gone."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.communicate()


def reading_of(spool: Spool, ended: tuple[int, bytes], limits: Limits) -> Reading:
    """The reading that the spool holds, if the process came to its end."""
    start: dict[str, Any] = {}
    last: dict[str, Any] = {}
    try:
        for message, _ in spool.messages():
            start, last = start or message, message
    except (messages.Garbled, ValueError):
        last = {}
    if "layers" in last:
        raise SeveralLayers(last["layers"])
    if "refused" in last:
        raise Refused(*last["refused"])
    if ended[0] != 0 or "end" not in last:
        raise _unfinished(ended, limits)
    done = last["end"]
    return Reading(
        format=done["format"],
        layer=done["layer"],
        columns=tuple(done["columns"]),
        crs=done["crs"],
        total_rows=done["rows"],
        findings=tuple(messages.finding_of(said) for said in done["findings"]),
        confinement=Confinement.from_json(start["confined"]),
        replay=spool.rows,
        layers=tuple(done["layers"]),
    )


def _unfinished(ended: tuple[int, bytes], limits: Limits) -> Refused:
    code, complaint = ended
    if code in STOPPED_BY_KERNEL:
        return Refused(f"Reading took more than {limits.cpu_s} s of processor time and was stopped.", TOO_LONG)
    if any(words in complaint for words in NO_MEMORY):
        return Refused(f"Reading took more than {limits.memory_mb} MB of memory and was stopped.", "Split the file.")
    if b"File too large" in complaint:
        return Refused(f"What the file holds takes more than {limits.written_mb:,} MB.", "Split the file.")
    why = f"signal {-code}" if code < 0 else f"exit code {code}"
    return Refused(
        f"The file made its reader stop ({why}).",
        "It may be damaged. Open it in a GIS or a spreadsheet, save it again, and import the new file.",
    )
