"""Which tile answers: from the archive at low zooms, else from the index; none while the archive is being made."""

from __future__ import annotations

import gzip

from clearground.places.selectors import is_invented

from . import land_index, pyramid, tasks, tiles

GZIP = b"\x1f\x8b"
EMPTY = gzip.compress(b"", mtime=0)


def tile(z: int, x: int, y: int, *, seq: int) -> bytes | None:
    """The tile, packed by gzip where it comes from the archive; None while that is being made."""
    if z < tiles.MIN_ZOOM:
        return b""
    if z < tiles.LIVE_FROM_ZOOM and (archive := pyramid.reader_of(seq)) is not None:
        return archive.get(z, x, y) or EMPTY
    if z < tiles.LIVE_FROM_ZOOM and not tasks.ask_for_overview(seq):
        return None
    return tiles.live_tile(z, x, y, seq=seq, name=land_index.kept_name(seq), synthetic=is_invented())


def encoding_of(body: bytes) -> dict[str, str]:
    """How the body is packed, as a header says it."""
    return {"Content-Encoding": "gzip"} if body.startswith(GZIP) else {}
