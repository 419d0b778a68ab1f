"""A corpus of bad shapes: what each is, its WKT, and the rules that name it, no more and no fewer."""

from __future__ import annotations

from typing import NamedTuple


class BadShape(NamedTuple):
    """One shape near 103.5, 12.5 and the codes of all that is wrong with it."""

    name: str
    wkt: str
    codes: frozenset[str]


def at(*corners: tuple[float, float]) -> str:
    """A ring of corners given in thousandths of a degree from 103.5, 12.5."""
    return "(" + ", ".join(f"{103.5 + x / 1000:.9f} {12.5 + y / 1000:.9f}" for x, y in corners) + ")"


def polygon(*rings: str) -> str:
    """WKT of a polygon of rings."""
    return f"POLYGON ({', '.join(rings)})"


def several(*polygons: tuple[str, ...]) -> str:
    """WKT of several polygons."""
    return f"MULTIPOLYGON ({', '.join('(' + ', '.join(rings) + ')' for rings in polygons)})"


def bad(name: str, wkt: str, *codes: str) -> BadShape:
    """One entry; codes without their prefix."""
    return BadShape(name, wkt, frozenset(f"LAND-{code}" for code in codes))


SQUARE = at((0, 0), (2, 0), (2, 2), (0, 2), (0, 0))
BIG = at((0, 0), (9, 0), (9, 9), (0, 9), (0, 0))
HOLE = at((1, 1), (1, 3), (3, 3), (3, 1), (1, 1))
EPS = 0.0005  # half a millionth of a degree: closer than the tolerance for one vertex

CORPUS = [
    bad("nothing", "", "001"),
    bad("empty polygon", "POLYGON EMPTY", "002"),
    bad("empty multipolygon", "MULTIPOLYGON EMPTY", "002"),
    bad("empty collection", "GEOMETRYCOLLECTION EMPTY", "002"),
    bad("empty point", "POINT EMPTY", "002"),
    bad("multipolygon of an empty one", "MULTIPOLYGON (EMPTY)", "002"),
    bad("one part empty", f"MULTIPOLYGON (({SQUARE}), EMPTY)", "002"),
    bad("empty hole", f"POLYGON ({SQUARE}, EMPTY)", "002"),
    bad("empty part in a collection", f"GEOMETRYCOLLECTION (POLYGON ({SQUARE}), POINT EMPTY)", "002"),
    bad("curve", "CURVEPOLYGON (CIRCULARSTRING (103 12, 103.1 12.1, 103.2 12, 103.1 11.9, 103 12))", "003"),
    bad("cut off in a coordinate", "POLYGON ((103.5 12.5, 103.502 12.5, 103.5", "003"),
    bad("cut off before the end", "POLYGON ((103.5 12.5, 103.502 12.5, 103.502 12.502, 103.5 12.5)", "003"),
    bad("no brackets", "POLYGON 103.5 12.5, 103.502 12.5, 103.502 12.502, 103.5 12.5", "003"),
    bad("misspelt", "POLIGON ((103.5 12.5, 103.502 12.5, 103.502 12.502, 103.5 12.5))", "003"),
    bad("words", "see the sketch map", "003"),
    bad("decimal commas", "POLYGON ((103,5 12,5, 103,502 12,5, 103,502 12,502, 103,5 12,5))", "003"),
    bad("one number a corner", "POLYGON ((103.5, 103.502, 103.502, 103.5))", "003"),
    bad("degree signs", "POLYGON ((103.5° 12.5°, 103.502° 12.5°, 103.502° 12.502°, 103.5° 12.5°))", "003"),
    bad("latitude missing", "POLYGON ((103.5 12.5, 103.502 NaN, 103.502 12.502, 103.5 12.5))", "004"),
    bad("longitude missing", "POLYGON ((103.5 12.5, NaN 12.5, 103.502 12.502, 103.5 12.5))", "004"),
    bad("all missing", "POLYGON ((NaN NaN, NaN NaN, NaN NaN, NaN NaN))", "003"),
    bad("infinite", "POLYGON ((103.5 12.5, Inf 12.5, 103.502 12.502, 103.5 12.5))", "004"),
    bad("minus infinite", "POLYGON ((103.5 12.5, 103.502 -Inf, 103.502 12.502, 103.5 12.5))", "004"),
    bad(
        "missing in a hole",
        "POLYGON ((103.5 12.5, 103.509 12.5, 103.509 12.509, 103.5 12.5), (103.505 12.502, NaN 12.503, 103.506 12.503,"
        " 103.505 12.502))",
        "004",
    ),
    bad("metres of no zone", "POLYGON ((1035000 125000, 1035100 125000, 1035100 125100, 1035000 125000))", "005"),
    bad("longitude beyond 180", "POLYGON ((283.5 12.5, 283.502 12.5, 283.502 12.502, 283.5 12.5))", "005"),
    bad("points missing their decimal point", "POLYGON ((1035 125, 1035 126, 1036 126, 1035 125))", "005"),
    bad("metres of zone 48", "POLYGON ((337000 1382000, 337100 1382000, 337100 1382100, 337000 1382000))", "021"),
    bad("point", "POINT (103.5 12.5)", "006"),
    bad("points", "MULTIPOINT ((103.5 12.5), (103.502 12.5), (103.502 12.502))", "006"),
    bad("line", "LINESTRING (103.5 12.5, 103.502 12.5, 103.502 12.502, 103.5 12.5)", "006"),
    bad("lines", "MULTILINESTRING ((103.5 12.5, 103.502 12.5), (103.502 12.502, 103.5 12.5))", "006"),
    bad("mixed", f"GEOMETRYCOLLECTION ({polygon(SQUARE)}, POINT (103.5 12.5))", "006"),
    bad("one point four times", polygon(at((0, 0), (0, 0), (0, 0), (0, 0))), "007"),
    bad("there and back", polygon(at((0, 0), (2, 0), (2, 0), (0, 0))), "007"),
    bad("there and back, three points", polygon(at((0, 0), (2, 0), (0, 0))), "007"),
    bad("one point", "POLYGON ((103.5 12.5))", "003"),
    bad("two points, open", polygon(at((0, 0), (2, 0))), "007"),
    bad("open triangle", polygon(at((0, 0), (2, 0), (2, 2))), "008"),
    bad("open square", polygon(at((0, 0), (2, 0), (2, 2), (0, 2))), "008"),
    bad("open hole", polygon(BIG, at((1, 1), (1, 3), (3, 3), (3, 1))), "008"),
    bad("open by a hair", polygon(at((0, 0), (2, 0), (2, 2), (0, 2), (0, 0.1))), "008"),
    bad("bow-tie", polygon(at((0, 0), (2, 2), (2, 0), (0, 2), (0, 0))), "009"),
    bad("bow-tie, one wing small", polygon(at((0, 0), (2, 2), (2, 1.5), (0, 2), (0, 0))), "009"),
    bad("bow-tie, as open ring", polygon(at((0, 0), (2, 2), (2, 0), (0, 2))), "008", "009"),
    bad("two corners exchanged", polygon(at((0, 0), (2, 0), (3, 1), (0, 2), (2, 2), (0, 0))), "009"),
    bad("pentagram", polygon(at((0, 0), (3, 2), (-1, 2), (2, 0), (1, 3), (0, 0))), "009"),
    bad("loop outside", polygon(at((0, 0), (4, 0), (4, 2), (1, 2), (1, 4), (2, 4), (2, 1), (0, 1), (0, 0))), "009"),
    bad("touches itself in a corner", polygon(at((0, 0), (2, 0), (1, 1), (2, 2), (0, 2), (1, 1), (0, 0))), "009"),
    bad("touches its own side", polygon(at((0, 0), (4, 0), (4, 4), (2, 0), (0, 4), (0, 0))), "009"),
    bad(
        "the square twice around",
        polygon(at((0, 0), (2, 0), (2, 2), (0, 2), (0, 0), (2, 0), (2, 2), (0, 2), (0, 0))),
        "009",
    ),
    bad("hole crosses the outline", polygon(SQUARE, at((1, 1), (1, 1.5), (3, 1.5), (3, 1), (1, 1))), "009"),
    bad("holes cross", polygon(BIG, HOLE, at((2, 2), (2, 4), (4, 4), (4, 2), (2, 2))), "009"),
    bad("parts overlap", several((SQUARE,), (at((1, 1), (3, 1), (3, 3), (1, 3), (1, 1)),)), "009"),
    bad("one part twice", several((SQUARE,), (SQUARE,)), "009"),
    bad("parts share a side", several((SQUARE,), (at((2, 0), (4, 0), (4, 2), (2, 2), (2, 0)),)), "009"),
    bad("hole is the outline", polygon(SQUARE, SQUARE), "009"),
    bad("hole outside", polygon(SQUARE, at((5, 1), (5, 1.5), (6, 1.5), (6, 1), (5, 1))), "010"),
    bad("hole around the outline", polygon(SQUARE, at((-1, -1), (-1, 3), (3, 3), (3, -1), (-1, -1))), "010"),
    bad("hole in a hole", polygon(BIG, HOLE, at((1.5, 1.5), (1.5, 2), (2, 2), (1.5, 1.5))), "010"),
    bad("part in a part", several((BIG,), (HOLE,)), "010"),
    bad(
        "holes cut it in two",
        polygon(BIG, at((0, 0), (4, 5), (4, 4), (0, 0)), at((4, 5), (9, 9), (6, 5), (4, 5))),
        "010",
    ),
    bad("vertex twice", polygon(at((0, 0), (2, 0), (2, 0), (2, 2), (0, 2), (0, 0))), "011"),
    bad("vertex three times", polygon(at((0, 0), (2, 0), (2, 0), (2, 0), (2, 2), (0, 2), (0, 0))), "011"),
    bad("first vertex twice", polygon(at((0, 0), (0, 0), (2, 0), (2, 2), (0, 2), (0, 0))), "011"),
    bad("last vertex twice", polygon(at((0, 0), (2, 0), (2, 2), (0, 2), (0, 0), (0, 0))), "011"),
    bad("vertex nearly twice", polygon(at((0, 0), (2, 0), (2, EPS), (2, 2), (0, 2), (0, 0))), "011"),
    bad("vertex twice in a hole", polygon(BIG, at((1, 1), (1, 3), (1, 3), (3, 3), (3, 1), (1, 1))), "011"),
    bad("spike outwards", polygon(at((0, 0), (2, 0), (2, 1), (6, 1), (2, 1 + EPS), (2, 2), (0, 2), (0, 0))), "012"),
    bad("spike inwards", polygon(at((0, 0), (2, 0), (2, 1), (1, 1), (2, 1 + EPS), (2, 2), (0, 2), (0, 0))), "012"),
    bad(
        "spike at the first vertex",
        polygon(at((6, 1), (2, 1 + EPS), (2, 2), (0, 2), (0, 0), (2, 0), (2, 1), (6, 1))),
        "012",
    ),
    bad(
        "spike without width", polygon(at((0, 0), (2, 0), (2, 1), (6, 1), (2, 1), (2, 2), (0, 2), (0, 0))), "009", "012"
    ),
    bad("smaller than a centimetre", polygon(at((0, 0), (0.00001, 0), (0.00001, 0.00001), (0, 0))), "013"),
    bad("side of seven kilometres", polygon(at((0, 0), (64, 0), (32, 1), (0, 0))), "014"),
    bad("one digit wrong", polygon(at((0, 0), (2, 0), (2, 2), (100, 2), (0, 0))), "009", "014"),
    bad("strip of a metre", polygon(at((0, 0), (2, 0), (2, 0.009), (0, 0.009), (0, 0))), "015"),
    bad("latitude first", "POLYGON ((12.5 103.5, 12.502 103.5, 12.502 103.502, 12.5 103.5))", "020"),
    bad("latitude first, open", "POLYGON ((12.5 103.5, 12.502 103.5, 12.502 103.502))", "008", "020"),
    bad("abroad", "POLYGON ((113.5 12.5, 113.502 12.5, 113.502 12.502, 113.5 12.5))", "022"),
    bad("southern latitude", "POLYGON ((103.5 -12.5, 103.502 -12.5, 103.502 -12.502, 103.5 -12.5))", "022"),
    bad("null island", "POLYGON ((0 0, 0.002 0, 0.002 0.002, 0 0))", "022"),
    bad("over the border", "POLYGON ((100.999 12.5, 101.002 12.5, 101.002 12.502, 100.999 12.5))", "023"),
    bad("just beyond the border", "POLYGON ((100.99 12.5, 100.992 12.5, 100.992 12.502, 100.99 12.5))", "023"),
]
