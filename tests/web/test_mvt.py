"""Tiles are read back by a plain decoder that shares no code with the encoder, and compared with what went in."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from clearground.web.atlas.mvt import EXTENT, encode_layer, varint, varints


def holed() -> shapely.Polygon:
    """A square with a square hole."""
    return shapely.Polygon(
        [(100, 100), (2000, 100), (2000, 2000), (100, 2000)], [[(500, 500), (900, 500), (900, 900), (500, 900)]]
    )


@pytest.mark.parametrize("value", [0, 1, 127, 128, 300, 2**31, 2**35 - 1])
def test_the_two_varint_encoders_agree(value):
    """One integer by loop, many by array."""
    assert varints(np.array([value]))[0] == varint(value)


@given(st.lists(st.integers(0, 2**34), min_size=1, max_size=40))
def test_many_varints_are_each_of_them_in_turn(values):
    """Lengths differ, order stays."""
    encoded, ends = varints(np.array(values))
    assert encoded == b"".join(map(varint, values))
    assert ends[-1] == len(encoded)


def shape_of_tile(body: bytes):
    """A decoder of the test's own: rings by feature, in tile coordinates, and the tags."""
    layer = next(value for number, value in fields_of(body) if number == 3)
    parts = list(fields_of(layer))
    keys = [value.decode() for number, value in parts if number == 3]
    values = [scalar(value) for number, value in parts if number == 4]
    features = [dict_of(list(fields_of(value)), keys, values) for number, value in parts if number == 2]
    return features


def fields_of(body: bytes):
    """Numbers and values of the fields of a message."""
    at = 0
    while at < len(body):
        key, at = read_varint(body, at)
        if key & 7 == 0:
            value, at = read_varint(body, at)
        elif key & 7 == 1:
            value, at = body[at : at + 8], at + 8
        else:
            size, at = read_varint(body, at)
            value, at = body[at : at + size], at + size
        yield key >> 3, value


def read_varint(body: bytes, at: int):
    """An integer, and where it ends."""
    value = shift = 0
    while True:
        byte = body[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 128:
            return value, at


def scalar(body: bytes):
    """The one value of a value message."""
    ((number, value),) = fields_of(body)
    return {1: lambda: value.decode(), 3: lambda: np.frombuffer(value)[0], 5: lambda: value, 7: lambda: bool(value)}[
        number
    ]()


def numbers(body: bytes):
    """A packed list of integers."""
    at, found = 0, []
    while at < len(body):
        value, at = read_varint(body, at)
        found.append(value)
    return found


def dict_of(parts, keys, values):
    """Attributes and rings of a feature."""
    said = dict(parts)
    tags = numbers(said[2])
    return {keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=True)}, rings_of(numbers(said[4]))


def rings_of(stream):
    """Rings as the cursor draws them."""
    rings, at, x, y = [], 0, 0, 0
    while at < len(stream):
        command, count = stream[at] & 7, stream[at] >> 3
        at += 1
        if command == 7:
            rings[-1].append(rings[-1][0])
            continue
        for _each in range(count):
            dx, dy = ((n >> 1) ^ -(n & 1) for n in stream[at : at + 2])
            x, y, at = x + dx, y + dy, at + 2
            if command == 1:
                rings.append([])
            rings[-1].append((x, y))
    return rings


def signed_area(ring):
    """Positive where the ring is a shell."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def polygon_of(rings):
    """Rings back to a polygon by the tile's rule: a positive area opens a polygon, a negative one is its hole."""
    polygons = []
    for ring in rings:
        assert signed_area(ring) != 0
        if signed_area(ring) > 0:
            polygons.append((ring, []))
        else:
            polygons[-1][1].append(ring)
    return shapely.union_all([shapely.Polygon(shell, holes) for shell, holes in polygons])


def test_a_polygon_with_a_hole_comes_back():
    """With its attributes; a multipolygon too."""
    shapes = np.array([holed(), shapely.MultiPolygon([shapely.box(0, 0, 9, 9), shapely.box(20, 20, 30, 31)])])
    tags = [{"state": "cleared", "synthetic": True, "area_m2": 12.5, "parts": 3}, {"state": "reduced", "class": None}]
    (first, ring_one), (second, ring_two) = shape_of_tile(encode_layer("land", shapes, tags))
    assert first == tags[0]
    assert second == {"state": "reduced"}
    assert polygon_of(ring_one).equals(shapes[0])
    assert polygon_of(ring_two).equals(shapes[1])


@given(
    st.lists(
        st.tuples(st.integers(0, EXTENT), st.integers(0, EXTENT), st.integers(1, 300), st.integers(3, 12)),
        min_size=1,
        max_size=8,
    )
)
def test_any_shapes_come_back_within_a_unit(circles):
    """Rounding moves a boundary by at most a unit; no feature takes another's points."""
    shapes = np.array([shapely.Point(x, y).buffer(r, quad_segs=q) for x, y, r, q in circles])
    found = shape_of_tile(encode_layer("land", shapes, [{"at": at} for at in range(len(shapes))]))
    for said, rings in found:
        shape = shapes[said["at"]]
        back = shapely.make_valid(polygon_of(rings))
        assert back.symmetric_difference(shape).area <= shape.length + 4
    assert len(found) == len(shapes)


def test_what_is_too_small_to_have_an_area_is_left_out():
    """Nothing that a reader of tiles must reject is written."""
    shapes = np.array([shapely.box(1, 1, 1.2, 1.2), shapely.Polygon(), shapely.Point(4, 4), shapely.box(0, 0, 5, 5)])
    found = shape_of_tile(encode_layer("land", shapes, [{"at": at} for at in range(4)]))
    assert [said["at"] for said, _rings in found] == [3]


def test_a_vanished_shell_takes_its_holes_along():
    """A hole without a shell would be drawn as land."""
    sliver = shapely.Polygon([(0, 0), (4000, 0.2), (4000, 0.4)], [])
    ring = shapely.Polygon([(10, 10), (20, 10), (20, 20), (10, 20)], [[(14, 14), (14.2, 14), (14.2, 14.2)]])
    ((said, rings),) = shape_of_tile(encode_layer("land", np.array([sliver, ring]), [{"at": 0}, {"at": 1}]))
    assert said == {"at": 1}
    assert len(rings) == 1


def test_nothing_makes_an_empty_tile():
    """No layer, no bytes."""
    assert encode_layer("land", np.empty(0, dtype=object), []) == b""
