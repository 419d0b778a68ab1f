"""GeoPackage and Shapefile, through GDAL, in chunks so that no layer has to fit in memory."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
import pyproj
import shapely

from clearground.common.errors import Refused
from clearground.kernel.findings import Finding

from . import reference_systems as systems
from .codes import finding
from .json_text import cell
from .rows import Cell, RawRow, ReadOptions, SeveralLayers
from .shapes import MAX_SHAPE_VERTICES
from .source import Source

CHUNK_ROWS = 20_000
GEOMETRY = "geometry"
CUT = ("The file is cut off.", "Send it again; compare its size with the original.")
DAMAGED = "Open it in a GIS, save it again, and import the new file."


def open_geopackage(path: Path, layer: str | None, options: ReadOptions) -> Source:
    """The features of one layer."""
    with path.open("rb") as file:
        head = file.read(100)
    if len(head) < 100:
        raise Refused(*CUT)
    page, pages = struct.unpack(">H", head[16:18])[0], struct.unpack(">I", head[28:32])[0]
    if path.stat().st_size < (65536 if page == 1 else page) * pages:
        raise Refused(*CUT)
    # The reader may write nothing beside the file, so SQLite must not look for a journal.
    return _open(_named(path, ".gpkg"), layer, options, "gpkg", IMMUTABLE="YES")


def open_shapefile(path: Path, layer: str | None, options: ReadOptions) -> Source:
    """The features of a Shapefile whose parts lie beside it."""
    with path.open("rb") as file:
        head = file.read(100)
    if len(head) < 100 or path.stat().st_size < struct.unpack(">I", head[24:28])[0] * 2:
        raise Refused(*CUT)
    path = _named(path, ".shp")
    table = path.with_suffix(".dbf")
    encoding, notes = _table_encoding(table, options) if table.exists() else ("", [finding("EXCH-024", part=".dbf")])
    source = _open(path, None, options, "shapefile", **({"encoding": encoding} if encoding else {}))
    cut = [name for name in source.columns if len(name.encode()) >= 10]
    notes += [finding("EXCH-009", columns=", ".join(cut))] if cut else []
    source.findings[:0] = notes
    return source


def _named(path: Path, suffix: str) -> Path:
    # GDAL chooses among its drivers by extension too.
    return path if path.suffix == suffix else path.rename(path.with_suffix(suffix))


def _table_encoding(table: Path, options: ReadOptions) -> tuple[str, list[Finding]]:
    with table.open("rb") as file:
        head = file.read(32)
        if len(head) < 32:
            raise Refused(*CUT)
        count, start, width = struct.unpack("<IHH", head[4:12])
        if table.stat().st_size < start + count * width:
            raise Refused(*CUT)
        if options.encoding or table.with_suffix(".cpg").exists():
            return options.encoding, []
        file.seek(0)
        content = file.read()
    if content[32:].isascii():
        return "", []
    return _guessed(content[start:], width)


def _guessed(records: bytes, width: int) -> tuple[str, list[Finding]]:
    # Fields may cut a letter of several bytes, so a few broken records don't speak against UTF-8.
    rows = [records[at : at + width] for at in range(0, len(records), max(width, 1))]
    strange = [row for row in rows if not row.isascii()]
    broken = sum("\ufffd" in row.decode("utf-8", "replace") for row in strange)
    encoding = "UTF-8" if broken <= len(strange) // 10 else "CP1252"
    return encoding, [finding("EXCH-010", encoding=encoding)]


def _open(path: Path, layer: str | None, options: ReadOptions, kind: str, **how: Any) -> Source:
    try:
        layer, others = _layer(path, layer)
        said = pyogrio.read_info(path, layer=layer, force_feature_count=True, **how)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        raise Refused(f"The file can't be opened as {kind}: {_short(error)}", DAMAGED) from None
    crs, notes = _crs(said, options)
    notes += systems.datum_note(crs)
    if others:
        notes.append(finding("EXCH-012", others=", ".join(others)))
    columns = [str(name) for name in said["fields"]]
    rows = _rows(path, layer, int(said["features"]), crs, how)
    return Source(kind, rows, columns, layer, systems.name_of(crs) if crs else "", notes)


def _layer(path: Path, wanted: str | None) -> tuple[str, list[str]]:
    layers = {str(name): kind for name, kind in pyogrio.list_layers(path)}
    if wanted is not None:
        if wanted not in layers:
            raise Refused(f"There is no layer {wanted!r}.", f"The file holds: {', '.join(layers)}.")
        return wanted, []
    if not layers:
        raise Refused("The file holds no layers.", "Check which layer was exported.")
    mapped = [name for name, kind in layers.items() if kind is not None] or list(layers)
    if len(mapped) > 1:
        raise SeveralLayers(mapped)
    return mapped[0], [name for name in layers if name != mapped[0]]


def _crs(said: dict[str, Any], options: ReadOptions) -> tuple[pyproj.CRS | None, list[Finding]]:
    if options.crs:
        return systems.system(options.crs), []
    if said.get("crs"):
        return pyproj.CRS(said["crs"]), []
    bounds = said.get("total_bounds")
    if said.get("geometry_type") is None or bounds is None:
        return None, []
    west, south, east, north = bounds
    if west >= -180 and east <= 180 and south >= -90 and north <= 90:
        return pyproj.CRS(systems.WGS84), [finding("EXCH-001", crs=systems.WGS84)]
    return None, []


def _rows(path: Path, layer: str, total: int, crs: pyproj.CRS | None, how: dict[str, Any]) -> Iterator[RawRow]:
    seen = 0
    while seen < total:
        try:
            said, _, shapes, values = pyogrio.raw.read(
                path, layer=layer, skip_features=seen, max_features=CHUNK_ROWS, datetime_as_string=True, **how
            )
        except (pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError, RuntimeError, ValueError) as error:
            raise Refused(f"Row {seen + 1:,} or one after it can't be read: {_short(error)}", DAMAGED) from None
        count = len(shapes) if shapes is not None else len(values[0]) if values else 0
        if count == 0:
            raise Refused(f"The file says {total:,} rows and ends after {seen:,}.", DAMAGED)
        given = shapes if shapes is not None else np.full(count, None)
        yield from _chunk(seen, [str(f) for f in said["fields"]], given, values, crs)
        seen += count


def _chunk(
    before: int, names: list[str], wkb: np.ndarray, values: list[np.ndarray], crs: pyproj.CRS | None
) -> Iterator[RawRow]:
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    finite = _finite(shapes)
    shapes = shapely.force_2d(shapes)
    texts = shapely.to_wkt(shapes, rounding_precision=-1)
    placeable = shapes.copy()
    placeable[~finite] = None
    moved = systems.transformed(placeable, crs) if crs else shapes
    name = systems.name_of(crs) if crs else ""
    for at in range(len(wkb)):
        number = before + at + 1
        cells = {column: _cell(series[at]) for column, series in zip(names, values, strict=True)}
        found = _problem(number, wkb[at], shapes[at], bool(finite[at]), moved[at], crs)
        shape = None if found and found[0].code != "EXCH-021" else moved[at]
        yield RawRow(number, cells, shape, texts[at] or "", name if texts[at] else "", tuple(found))


def _finite(shapes: np.ndarray) -> np.ndarray:
    coordinates, index = shapely.get_coordinates(shapes, return_index=True)
    finite = np.ones(len(shapes), dtype=bool)
    finite[index[~np.isfinite(coordinates).all(axis=1)]] = False
    return finite


def _problem(
    number: int, wkb: bytes | None, shape: Any, finite: bool, moved: Any, crs: pyproj.CRS | None
) -> list[Finding]:
    vertices = int(shapely.get_num_coordinates(shape))
    if wkb is None or (shape is not None and shape.is_empty):
        return [finding("EXCH-004", number, GEOMETRY)]
    if shape is None:
        return [finding("EXCH-003", number, GEOMETRY, why="its rings or its kind of curve can't be built")]
    if not finite:
        return [finding("EXCH-006", number, GEOMETRY, position=0)]
    if vertices > MAX_SHAPE_VERTICES:
        return [finding("EXCH-008", number, GEOMETRY, vertices=vertices, most=MAX_SHAPE_VERTICES)]
    if crs is None or moved is None:
        return [finding("EXCH-002", number, GEOMETRY, crs=systems.name_of(crs) if crs else "")]
    return []


def _cell(value: Any) -> Cell:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and value != value:
        return None
    return cell(value)


def _short(error: Exception) -> str:
    return str(error).split("; ")[0].split("\n")[0][:200]
