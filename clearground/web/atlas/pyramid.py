"""Tiles of low zooms, made beforehand for one approval number and kept in one PMTiles archive.

The archive names its approval, the country, and whether it is invented. It drops no land: what is
too small to see is put together in cells, whose parts add up to the pieces of the index.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.cache import cache
from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import Compression, MagicNumberNotFound, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from clearground.common.caution import SENTENCE
from clearground.places.models import Country

from . import land_index
from .land_index import LandIndex
from .mvt import EXTENT
from .tiles import BUFFER, LAYER, LIVE_FROM_ZOOM, MIN_ZOOM, encoded

ARCHIVES_KEPT = 3
ASKED_FOR_S = 900


def shelf() -> Path:
    """The folder of all archives."""
    return Path(settings.DATA_DIR) / "tiles"


def archive_of(seq: int) -> Path:
    """Where the archive of an approval lies."""
    return shelf() / f"{seq}.pmtiles"


def tiles_with_land(held: LandIndex, z: int) -> list[tuple[int, int]]:
    """Column and row of every tile that some land meets."""
    if not len(held):
        return []
    margin, side = BUFFER / EXTENT, 2**z
    low = np.floor(held.boxes[:2].T * side - margin).astype(np.int64)
    high = np.floor(held.boxes[2:].T * side + margin).astype(np.int64)
    met: set[tuple[int, int]] = set()
    for west, north, east, south in np.unique(np.c_[low, high], axis=0).tolist():
        met.update((x, y) for x in range(west, east + 1) for y in range(north, south + 1))
    return sorted((x, y) for x, y in met if 0 <= x < side and 0 <= y < side)


def low_tiles(held: LandIndex, *, synthetic: bool) -> Iterator[tuple[int, int, int, bytes]]:
    """Every tile of the low zooms that has land."""
    for z in range(MIN_ZOOM, LIVE_FROM_ZOOM):
        for x, y in tiles_with_land(held, z):
            if body := encoded(held, z, x, y, synthetic=synthetic):
                yield z, x, y, body


def make_archive(seq: int) -> Path:
    """The index and the archive of an approval are there, whole; of older ones only the last few are left."""
    country, held = Country.objects.get(), land_index.keep_index(seq)
    shelf().mkdir(parents=True, exist_ok=True)
    draft = shelf() / f".draft-{os.getpid()}-{seq}"
    try:
        with draft.open("wb") as file:
            write(file, held, about(country, seq, len(held)))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(archive_of(seq))
    finally:
        draft.unlink(missing_ok=True)
    forget_old()
    cache.set(asked_key(seq), 1, timeout=0)  # whoever asks next is the first again
    return archive_of(seq)


def about(country: Country, seq: int, pieces: int) -> dict[str, Any]:
    """What the archive says of itself."""
    return {
        "name": f"Clearground {country.code}, approval {seq}",
        "country": country.code,
        "seq": seq,
        "stamp": land_index.kept_name(seq),
        "synthetic": country.is_invented,
        "pieces": pieces,
        "warning": SENTENCE,
        "vector_layers": [{"id": LAYER, "fields": {}, "minzoom": MIN_ZOOM, "maxzoom": LIVE_FROM_ZOOM - 1}],
    }


def write(file: Any, held: LandIndex, said: dict[str, Any]) -> None:
    """The archive is in the file."""
    writer = Writer(file)
    tiles = low_tiles(held, synthetic=said["synthetic"])
    for z, x, y, body in sorted(tiles, key=lambda tile: zxy_to_tileid(*tile[:3])):
        writer.write_tile(zxy_to_tileid(z, x, y), gzip.compress(body, 6, mtime=0))
    header = {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        **{"min_lon_e7": -1800000000, "max_lon_e7": 1800000000, "min_lat_e7": -850000000, "max_lat_e7": 850000000},
        **{"center_zoom": MIN_ZOOM, "center_lon_e7": 0, "center_lat_e7": 0},
    }
    writer.finalize(header, said)


def forget_old() -> None:
    """Only the archives made last are left; who has mapped another goes on reading it."""
    with suppress(OSError):
        made = sorted(shelf().glob("*.pmtiles"), key=lambda path: -path.stat().st_mtime)
        for path in made[ARCHIVES_KEPT:]:
            path.unlink(missing_ok=True)


def reader_of(seq: int) -> Reader | None:
    """The archive of an approval, mapped; None where there is none, or one of another register."""
    path = archive_of(seq)
    try:
        changed_ns = path.stat().st_mtime_ns
        is_ours = said_by(path, changed_ns).get("stamp") == land_index.kept_name(seq)
        return opened(path, changed_ns) if is_ours else None
    except (OSError, ValueError, MagicNumberNotFound):  # gone, or damaged: it is made anew
        return None


@lru_cache(maxsize=ARCHIVES_KEPT)
def opened(path: Path, _changed_ns: int) -> Reader:
    """The archive, mapped into memory."""
    with path.open("rb") as file:
        return Reader(MmapSource(file))


@lru_cache(maxsize=ARCHIVES_KEPT)
def said_by(path: Path, changed_ns: int) -> dict[str, Any]:
    """What the archive says of itself."""
    return opened(path, changed_ns).metadata()


def asked_key(seq: int) -> str:
    """Under this key it is noted that somebody has asked for the archive."""
    return f"tiles-{seq}"


def is_first_to_ask(seq: int) -> bool:
    """Nobody has asked for this archive lately: whoever is told so puts the task on the list."""
    return cache.add(asked_key(seq), 1, ASKED_FOR_S)
