"""From a file to its format's reader, by content and never by extension."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import IO, Any

from clearground.common.errors import Refused

from . import archives, codes, csv_file, esri_json, geojson, gpx, kml, messages, sniff, vector, xlsx
from .reference_systems import warm_up as warm_up_projections
from .rows import ReadOptions
from .source import Source

Opener = Callable[[Path, str | None, ReadOptions], Source]

OPENERS: dict[str, Opener] = {
    "gpkg": vector.open_geopackage,
    "shapefile": vector.open_shapefile,
    "geojson": geojson.open_geojson,
    "esri_json": esri_json.open_esri_json,
    "kml": kml.open_kml,
    "gpx": gpx.open_gpx,
    "csv": csv_file.open_csv,
    "xlsx": xlsx.open_xlsx,
}


def warm_up() -> None:
    """All that is loaded late is loaded: afterwards the doors are shut."""
    codes.rules()
    warm_up_projections()


def open_source(path: Path, layer: str | None, options: ReadOptions) -> Source:
    """The opened file, out of its archive where it came in one."""
    kind = sniff.kind_of(path)
    if kind == "zip":
        path = archives.unpack(path)
        kind = sniff.kind_of(path)
        if kind in {"zip", "xlsx"}:
            raise Refused("The archive holds another archive.", "Unpack it once and import the inner file.")
    if kind == "xlsx":
        archives.check(path)
    return OPENERS[kind](path, layer, options)


def stream(
    path: Path, layer: str | None, options: ReadOptions, out: IO[bytes], *, most_rows: int | None = None
) -> dict[str, Any]:
    """Every row is written to `out`, or the first `most_rows`; what the last message says."""
    source = open_source(path, layer, options)
    count = 0
    for row in islice(source.rows, most_rows):
        messages.write(out, *messages.row_message(row))
        count += 1
    if count == 0:
        raise Refused("The file holds no rows.", "Check which layer, sheet or selection was exported.")
    return {
        "format": source.format,
        "layer": source.layer,
        "columns": source.columns,
        "crs": source.crs,
        "layers": source.layers,
        "rows": count,
        "findings": [messages.finding_json(one) for one in source.findings],
    }
