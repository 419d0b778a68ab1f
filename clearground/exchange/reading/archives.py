"""Archives: looked at before a byte is unpacked, counted while it is."""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from clearground.common.errors import Refused

MAX_ENTRIES, MAX_TOTAL_BYTES, MAX_RATIO = 2000, 512 * 1024**2, 100
# Text packs well: below this size a high ratio harms nobody.
SMALL_BYTES = 1024**2
BOMB = "Ask its sender for the plain file."
NESTED = {".zip", ".kmz", ".xlsx", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".tgz"}
# Files that start a reading, best first; the rest of an archive is their company.
LEADING = (".shp", ".gpkg", ".kml", ".geojson", ".json", ".gpx", ".csv")


def check(path: Path) -> list[zipfile.ZipInfo]:
    """The entries of an archive that is safe to unpack; `Refused` before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_size(entries)
            for entry in entries:
                _check_entry(entry)
            return entries
    except (zipfile.BadZipFile, ValueError, OSError):
        raise Refused(
            "The archive is damaged or cut off.", "Send it again; compare its size with the original."
        ) from None


def _check_size(entries: list[zipfile.ZipInfo]) -> None:
    total, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    if len(entries) > MAX_ENTRIES:
        raise Refused(f"The archive holds {len(entries):,} files, more than {MAX_ENTRIES:,}.", BOMB)
    if total > MAX_TOTAL_BYTES:
        raise Refused(f"The archive unpacks to {total / 1024**2:,.0f} MB, more than 512 MB.", BOMB)
    if total > SMALL_BYTES and total > MAX_RATIO * max(packed, 1):
        raise Refused(f"The archive unpacks to {total / max(packed, 1):,.0f} times its size.", BOMB)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename.replace("\\", "/")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or ":" in name or "\x00" in entry.orig_filename:
        raise Refused(f"The archive wants to write outside its folder ({name!r}).", BOMB)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Refused(f"The archive holds a link ({name!r}).", "Pack the file itself, not a link to it.")
    if entry.flag_bits & 1:
        raise Refused("The archive is protected by a password.", "Send it without one, over a safe way.")
    if path.suffix.lower() in NESTED:
        raise Refused(f"The archive holds another archive ({name!r}).", "Unpack it once and import the inner file.")


def unpack(path: Path) -> Path:
    """The archive's one dataset lies unpacked beside it; the path of its leading file."""
    entries = [e for e in check(path) if not e.is_dir() and not e.filename.startswith("__MACOSX/")]
    leader = _leader(entries)
    stem = str(PurePosixPath(leader.filename.replace("\\", "/")).with_suffix(""))
    with zipfile.ZipFile(path) as archive:
        for entry in entries:
            name = PurePosixPath(entry.filename.replace("\\", "/"))
            if str(name.with_suffix("")).lower() == stem.lower() or entry is leader:
                _unpack_one(archive, entry, path.parent / f"unpacked{name.suffix.lower()}")
    return path.parent / f"unpacked{PurePosixPath(leader.filename).suffix.lower()}"


def _leader(entries: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    for suffix in LEADING:
        found = [e for e in entries if e.filename.lower().endswith(suffix)]
        if suffix == ".kml" and len(found) > 1:
            found = [e for e in found if PurePosixPath(e.filename).name == "doc.kml"] or found
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(sorted(e.filename for e in found)[:10])
            raise Refused(f"The archive holds several datasets: {names}.", "Import one at a time: pack each by itself.")
    raise Refused("The archive holds nothing that can be read.", "It needs one of: " + ", ".join(LEADING) + ".")


def _unpack_one(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    written = 0
    try:
        with archive.open(entry) as packed, target.open("wb") as file:
            while block := packed.read(1 << 20):
                written += len(block)
                # The directory of an archive can lie about sizes; the count can't.
                if written > entry.file_size or written > MAX_TOTAL_BYTES:
                    raise Refused("The archive is larger than it says.", BOMB)
                file.write(block)
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, NotImplementedError, OSError) as error:
        raise Refused(f"{entry.filename} can't be unpacked.", "The archive is damaged: send it again.") from error
