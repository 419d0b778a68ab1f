"""Files that people sent, kept by their content: for their owner's eyes only, never served."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from clearground.common.errors import Refused

from . import intake
from .intake import FileFacts
from .reading import Limits, SeveralLayers

LONGEST_NAME, LONGEST_SUFFIX = 60, 10
SAMPLES, SAMPLE_ROWS, LONGEST_SAMPLE = 3, 50, 60
# A first look is taken while somebody waits for the page.
LOOK_LIMITS = Limits(cpu_s=60, wall_s=90.0)


@dataclass(frozen=True, slots=True)
class Look:
    """What the first rows of a file show: its layers, the one read, its columns with sample values."""

    layers: tuple[str, ...]
    layer: str
    columns: list[dict[str, Any]]


def folder() -> Path:
    """The folder of the files, which nobody but the register's own user may open."""
    path = Path(settings.DATA_DIR) / "uploads"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def stored(sha256: str) -> Path:
    """Where the file of that content lies."""
    return folder() / sha256


def keep(name: str, chunks: Iterable[bytes]) -> FileFacts:
    """The bytes lie under their SHA-256 on the disk, whole or not at all; the same bytes once."""
    digest, size = hashlib.sha256(), 0
    part = folder() / f"{secrets.token_hex(8)}.part"
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                size += file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        part.replace(stored(digest.hexdigest()))
    finally:
        part.unlink(missing_ok=True)
    return FileFacts(name=clean_name(name), sha256=digest.hexdigest(), size_bytes=size)


def clean_name(name: str) -> str:
    """The file's own name: no folders, nothing that doesn't print, short enough for any disk."""
    last = PurePosixPath(name.replace("\\", "/")).name
    path = PurePosixPath("".join(c for c in last if unicodedata.category(c)[0] != "C").strip(" ."))
    suffix = path.suffix[:LONGEST_SUFFIX]
    return (path.stem[:LONGEST_NAME] or "file") + suffix


@contextmanager
def under_its_name(sha256: str, name: str) -> Iterator[Path]:
    """The file, for as long as the block lasts, under the name with which it was sent."""
    if not stored(sha256).is_file():
        raise Refused(_("The file %(name)s is not here any more.") % {"name": name}, _("Send it again."))
    with tempfile.TemporaryDirectory(prefix="clearground-upload-") as place:
        link = Path(place) / name
        link.symlink_to(stored(sha256))
        yield link


def look_into(facts: FileFacts, *, layer: str | None = None) -> Look:
    """The file's layers and columns, from its first rows; refused where it can't be read."""
    with under_its_name(facts.sha256, facts.name) as path:
        try:
            reading = intake.read_file(path, layer=layer, limits=LOOK_LIMITS, most_rows=SAMPLE_ROWS)
        except SeveralLayers as several:
            return Look(layers=several.layers, layer="", columns=[])
    given = [row.cells for row in reading.rows]
    columns = [{"name": name, "samples": samples_of(name, given)} for name in reading.columns]
    return Look(layers=reading.layers, layer=layer or "", columns=columns)


def samples_of(name: str, given: Iterable[Mapping[str, Any]]) -> list[str]:
    """The first different values of a column, as text."""
    texts = (str(cells[name]).strip() for cells in given if cells.get(name) not in (None, ""))
    short = (text[:LONGEST_SAMPLE] + ("…" if len(text) > LONGEST_SAMPLE else "") for text in texts if text)
    return list(dict.fromkeys(short))[:SAMPLES]
