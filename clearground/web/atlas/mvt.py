"""Encodes polygons as a Mapbox Vector Tile (version 2.1), whole arrays at a time.

Protocol buffers are written by hand: a tile needs five message types and two integer encodings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

EXTENT = 4096
MOVE_ONE, CLOSE, LINE = 9, 15, 2
POLYGON = 3
VARINT, BYTES, DOUBLE = 0, 2, 1

Ints = NDArray[np.int64]


def varint(value: int) -> bytes:
    """One unsigned integer, seven bits a byte, low bits first."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


# Most integers of a tile are small: looked up, not computed.
SMALL = tuple(varint(value) for value in range(8192))


def short(value: int) -> bytes:
    """`varint`, by table where it can be."""
    return SMALL[value] if value < len(SMALL) else varint(value)


def message(number: int, body: bytes) -> bytes:
    """A length-delimited field."""
    return SMALL[number << 3 | BYTES] + short(len(body)) + body


def varints(values: Ints) -> tuple[bytes, Ints]:
    """All the integers encoded one after the other, and the offset at which each ends."""
    groups = np.stack([(values >> (7 * at)) & 0x7F for at in range(5)], axis=1).astype(np.uint8)
    width = 1 + np.stack([values >> (7 * at) > 0 for at in range(1, 5)]).sum(axis=0)
    place = np.arange(5)
    groups |= np.where(place < (width[:, None] - 1), 0x80, 0).astype(np.uint8)
    return groups[place < width[:, None]].tobytes(), np.cumsum(width)


def zigzag(values: Ints) -> Ints:
    """Signed integers as unsigned ones, small magnitudes first."""
    return (values << 1) ^ (values >> 63)


def value_bytes(value: Any) -> bytes:
    """A value of a feature's attribute."""
    if isinstance(value, bool):
        return varint(7 << 3 | VARINT) + varint(int(value))
    if isinstance(value, int) and value >= 0:
        return varint(5 << 3 | VARINT) + varint(value)
    if isinstance(value, int | float):
        return varint(3 << 3 | DOUBLE) + np.float64(value).tobytes()
    return message(1, str(value).encode())


def kept_rings(xy: Ints, ring_of: Ints, ring_count: int) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Distinct consecutive points without the closing one, their rings, and which rings have an area left."""
    closing = np.r_[ring_of[1:] != ring_of[:-1], True]
    xy, ring_of = xy[~closing], ring_of[~closing]
    before = np.arange(len(xy)) - 1
    ends = np.flatnonzero(np.r_[ring_of[1:] != ring_of[:-1], True])
    before[np.searchsorted(ring_of, ring_of[ends])] = ends
    distinct = (xy != xy[before]).any(axis=1)
    xy, ring_of = xy[distinct], ring_of[distinct]
    return xy, ring_of, twice_area(xy, ring_of, ring_count) != 0


def twice_area(xy: Ints, ring_of: Ints, ring_count: int) -> Ints:
    """Twice the signed area of each ring, by the surveyor's formula."""
    if not len(xy):
        return np.zeros(ring_count, dtype=np.int64)
    following = np.r_[1 : len(xy), 0]
    ends = np.flatnonzero(np.r_[ring_of[1:] != ring_of[:-1], True])
    following[ends] = np.searchsorted(ring_of, ring_of[ends])
    cross = xy[:, 0] * xy[following, 1] - xy[following, 0] * xy[:, 1]
    return np.bincount(ring_of, weights=cross, minlength=ring_count).astype(np.int64)


def geometry_commands(shapes: NDArray[np.object_]) -> list[bytes]:
    """The command stream of each polygon or multipolygon in tile coordinates; empty where nothing is left."""
    polygons, feature_of_polygon = shapely.get_parts(shapes, return_index=True)
    areal = shapely.get_type_id(polygons) == POLYGON
    polygons, feature_of_polygon = shapely.orient_polygons(polygons[areal]), feature_of_polygon[areal]
    rings, polygon_of_ring = shapely.get_rings(polygons, return_index=True)
    if not len(rings):
        return [b""] * len(shapes)
    points, ring_of = shapely.get_coordinates(rings, return_index=True)
    xy, ring_of, keep = kept_rings(np.rint(points).astype(np.int64), ring_of, len(rings))
    is_exterior = np.r_[True, polygon_of_ring[1:] != polygon_of_ring[:-1]]
    has_exterior = np.zeros(len(polygons), dtype=bool)
    has_exterior[polygon_of_ring[is_exterior & keep]] = True
    keep &= has_exterior[polygon_of_ring]
    wanted = keep[ring_of]
    return _streams(xy[wanted], ring_of[wanted], feature_of_polygon[polygon_of_ring], len(shapes))


def _streams(xy: Ints, ring_of: Ints, feature_of_ring: Ints, count: int) -> list[bytes]:
    """Command streams by feature: per ring a move, a line of the rest, a close; the cursor runs on."""
    if not len(xy):
        return [b""] * count
    starts = np.flatnonzero(np.r_[True, ring_of[1:] != ring_of[:-1]])
    sizes = np.diff(np.r_[starts, len(xy)])
    feature_of = feature_of_ring[ring_of]
    before = np.vstack([[[0, 0]], xy[:-1]])
    before[np.r_[True, feature_of[1:] != feature_of[:-1]]] = 0
    steps = zigzag(xy - before)
    ring_number = np.repeat(np.arange(len(starts)), sizes)
    inside = np.arange(len(xy)) - starts[ring_number]
    # Each ring takes 2 numbers a point and 3 commands: a move, a line, a close.
    base = 2 * np.arange(len(xy)) + 3 * ring_number + 1 + (inside > 0)
    stream = np.empty(2 * len(xy) + 3 * len(starts), dtype=np.int64)
    stream[base], stream[base + 1] = steps[:, 0], steps[:, 1]
    head = 2 * starts + 3 * np.arange(len(starts))
    stream[head], stream[head + 3] = MOVE_ONE, ((sizes - 1) << 3) | LINE
    stream[head + 2 * sizes + 2] = CLOSE
    encoded, ends = varints(stream)
    owners = feature_of[starts]
    cut = np.zeros(count + 1, dtype=np.int64)
    np.maximum.at(cut, owners + 1, ends[head + 2 * sizes + 2])
    cut = np.maximum.accumulate(cut)
    return [encoded[cut[at] : cut[at + 1]] for at in range(count)]


def encode_layer(name: str, shapes: NDArray[np.object_], attributes: Sequence[Mapping[str, Any]]) -> bytes:
    """A tile of one layer: shapes in tile coordinates (y down), an attribute mapping for each; None is left out."""
    keys: dict[str, int] = {}
    values: dict[tuple[type, Any], int] = {}
    kind = varint(3 << 3 | VARINT) + varint(POLYGON)
    features = [
        message(2, message(2, tags_of(given, keys, values)) + kind + message(4, commands))
        for commands, given in zip(geometry_commands(shapes), attributes, strict=True)
        if commands
    ]
    if not features:
        return b""
    layer = [varint(15 << 3 | VARINT) + varint(2), message(1, name.encode()), *features]
    layer += [message(3, key.encode()) for key in keys]
    layer += [message(4, value_bytes(value)) for _type, value in values]
    layer.append(varint(5 << 3 | VARINT) + varint(EXTENT))
    return message(3, b"".join(layer))


@dataclass(frozen=True, slots=True)
class Column:
    """An attribute of all features: `at` says for each which of `values` it has."""

    at: Ints
    values: Sequence[Any]


def column_of(numbers: NDArray[Any]) -> Column:
    """Numbers as a column, each distinct one once."""
    values, at = np.unique(numbers, return_inverse=True)
    return Column(at.astype(np.int64), values.tolist())


def encode_table(name: str, shapes: NDArray[np.object_], columns: Mapping[str, Column]) -> bytes:
    """A tile of one layer, as `encode_layer` makes it, of whole columns; every feature has every attribute."""
    tags, ends, values = _tags_of_columns(columns, len(shapes))
    head = SMALL[2 << 3 | BYTES]
    kind = SMALL[3 << 3 | VARINT] + SMALL[POLYGON] + SMALL[4 << 3 | BYTES]
    features, start = [], 0
    for end, commands in zip(ends, geometry_commands(shapes), strict=True):
        if commands:
            body = head + short(end - start) + tags[start:end] + kind + short(len(commands)) + commands
            features += [head, short(len(body)), body]
        start = end
    if not features:
        return b""
    layer = [varint(15 << 3 | VARINT) + varint(2), message(1, name.encode()), *features]
    layer += [message(3, key.encode()) for key in columns]
    layer += values
    layer.append(varint(5 << 3 | VARINT) + varint(EXTENT))
    return message(3, b"".join(layer))


def _tags_of_columns(columns: Mapping[str, Column], count: int) -> tuple[bytes, list[int], list[bytes]]:
    """The tags of all features one after the other, where each feature's end, and the values that they name."""
    table, values, known = np.zeros((count, 2 * len(columns)), np.int64), [], 0
    for number, column in enumerate(columns.values()):
        used, at = np.unique(column.at, return_inverse=True)
        table[:, 2 * number], table[:, 2 * number + 1] = number, at + known
        known += len(used)
        values += _values_of([column.values[each] for each in used.tolist()])
    body, ends = varints(table.ravel())
    return body, ends[2 * len(columns) - 1 :: 2 * len(columns)].tolist(), values


def _values_of(values: Sequence[Any]) -> list[bytes]:
    """The values of a column, encoded; numbers with a fraction all at once."""
    if values and isinstance(values[0], float):
        head = np.frombuffer(message(4, varint(3 << 3 | DOUBLE) + bytes(8))[:3], np.uint8)
        body = np.array(values, "<f8").view(np.uint8).reshape(-1, 8)
        return [np.hstack([np.tile(head, (len(values), 1)), body]).tobytes()]
    return [message(4, value_bytes(value)) for value in values]


def tags_of(given: Mapping[str, Any], keys: dict[str, int], values: dict[tuple[type, Any], int]) -> bytes:
    """A feature's attributes as pairs of numbers in the layer's lists of keys and values, which grow."""
    pairs = []
    for key, value in given.items():
        if value is not None:
            pairs.append(SMALL[keys.setdefault(key, len(keys))])
            pairs.append(short(values.setdefault((value.__class__, value), len(values))))
    return b"".join(pairs)
