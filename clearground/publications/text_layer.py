"""Mends the text that a printed page carries for search and copying.

Khmer stacks several signs on one letter. The typesetter says of each sign that it is the whole
stack, so that a reader's program finds every stack as often as it has signs, and no word of several
stacks at all. Here every stack is said once, by the first of its signs, and by the others not at
all, as replacement text of the standard (ISO 32000-1, 14.9.4); what is seen does not change.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

OBJECT = re.compile(rb"(\d+) 0 obj\n(.*)\nendobj\n*", re.S)
STREAM = re.compile(rb"<<(?P<head>/Length (?P<length>\d+).*?)>>\s*stream\n(?P<body>.*)\nendstream", re.S)
CHARACTER = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")
# What stands between the beginning and the end of a run of text.
RUN = re.compile(rb"(?<=BT).*?(?=ET\n)", re.S)
SHOW = re.compile(
    rb"/(?P<font>f\d+) [\d.]+ Tf"
    rb"|/Span<</ActualText<FEFF(?P<said>[0-9A-F]*)>>>BDC"
    rb"|\((?P<string>(?:[^()\\]|\\.)*)\)"
    rb"|(?P<end>EMC)",
    re.S,
)
ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.S)
ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
ACTUAL = re.compile(rb"/Span<</ActualText<FEFF[0-9A-F]*>>>BDC(?P<inside>.*?)\nEMC\n", re.S)
Fonts = dict[bytes, dict[int, str]]


@dataclass(slots=True)
class Run:
    """One run of text: where it stands in the stream, and its signs with the text that each says it is."""

    start: int
    end: int
    signs: list[tuple[bytes, tuple[int, ...], str]] = field(default_factory=list)


def searchable(pdf: bytes) -> bytes:
    """The same pages, on which every word is said once."""
    objects = objects_of(pdf)
    for number, fonts in contents_of(objects):
        stream = STREAM.fullmatch(objects[number])
        if stream is not None:
            said = zlib.decompress(stream["body"])
            objects[number] = packed(mended(said, fonts))
    return written(pdf, objects)


def objects_of(pdf: bytes) -> dict[int, bytes]:
    """The body of every object by its number, cut at the places that the file's own table names."""
    table = int(pdf[pdf.rindex(b"startxref") :].split()[1])
    places = sorted(int(entry) for entry in re.findall(rb"(\d{10}) 00000 n", pdf[table:]))
    parts = (pdf[start:end] for start, end in zip(places, [*places[1:], table], strict=True))
    return {int(found[1]): found[2] for part in parts if (found := OBJECT.match(part))}


def contents_of(objects: dict[int, bytes]) -> Iterator[tuple[int, Fonts]]:
    """The contents of each page, with what the signs of its fonts say."""
    for body in objects.values():
        contents = re.search(rb"/Contents (\d+) 0 R", body)
        resources = re.search(rb"/Resources (\d+) 0 R", body)
        if b"/Type/Page/" in body and contents and resources:
            yield int(contents[1]), fonts_of(objects, objects[int(resources[1])])


def fonts_of(objects: dict[int, bytes], resources: bytes) -> Fonts:
    """By name of a font in the resources: what each of its signs says it is."""
    found: Fonts = {}
    for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources):
        to_unicode = re.search(rb"/ToUnicode (\d+) 0 R", objects[int(number)])
        stream = STREAM.fullmatch(objects[int(to_unicode[1])]) if to_unicode else None
        if stream is not None:
            pairs = CHARACTER.findall(zlib.decompress(stream["body"]))
            found[name] = {int(sign, 16): _text(said) for sign, said in pairs}
    return found


def _text(hexadecimal: bytes) -> str:
    return bytes.fromhex(hexadecimal.decode()).decode("utf-16-be")


def runs_of(content: bytes, fonts: Fonts) -> list[Run]:
    """The runs of a page in order."""
    found = []
    for match in RUN.finditer(content):
        run, font, said = Run(match.start(), match.end()), b"", None
        for part in SHOW.finditer(match[0]):
            if part["font"]:
                font = part["font"]
            elif part["said"] is not None:
                said = _text(part["said"])
            elif part["end"]:
                said = None
            else:
                run.signs += _signs(font, part["string"], said, fonts)
        found.append(run)
    return found


def _signs(font: bytes, string: bytes, said: str | None, fonts: Fonts) -> list[tuple[bytes, tuple[int, ...], str]]:
    """The signs of a string: as one where their text is said for all of them."""
    raw = ESCAPE.sub(lambda m: _unescaped(m[1]), string)
    signs = tuple(int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2))
    if said is not None:
        return [(font, signs, said)]
    return [(font, (sign,), fonts.get(font, {}).get(sign, "")) for sign in signs]


def _unescaped(escape: bytes) -> bytes:
    return bytes([int(escape, 8)]) if escape.isdigit() else ESCAPED.get(escape, escape)


def mended(content: bytes, fonts: Fonts) -> bytes:
    """The page with every stack said by the first of its signs, and by no other."""
    parts, at = [], 0
    for run, text in said_once(runs_of(content, fonts)):
        inside = ACTUAL.sub(lambda m: m["inside"] + b"\n", content[run.start : run.end]).strip()
        said = b"FEFF" + text.encode("utf-16-be").hex().upper().encode()
        parts += [content[at : run.start], b"/Span<</ActualText<" + said + b">>>BDC ", inside, b"\nEMC\n"]
        at = run.end
    return b"".join([*parts, content[at:]])


def said_once(runs: list[Run]) -> Iterator[tuple[Run, str]]:
    """The runs that say more than they should, with what they should say: nothing, where all of it was said."""
    font, stack, seen = b"", "", set[tuple[int, ...]]()
    for run in runs:
        text = ""
        for of, signs, said in run.signs:
            # A sign that comes again begins the same stack anew: a word may repeat.
            if not (of == font and said == stack and len(said) > 1 and signs not in seen):
                font, stack, seen, text = of, said, set(), text + said
            seen.add(signs)
        if text != "".join(said for _font, _signs, said in run.signs):
            yield run, text


def packed(content: bytes) -> bytes:
    """A stream of these contents."""
    body = zlib.compress(content, 6)
    return b"<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream" % (len(body), body)


def written(pdf: bytes, objects: dict[int, bytes]) -> bytes:
    """A file of these objects, with the head and the tail of the old one and a table of its own."""
    first = re.search(rb"\d+ 0 obj\n", pdf)
    out = bytearray(pdf[: first.start() if first else 0])
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n\n" % (number, body)
    table, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f\r\n" % size
    out += b"".join(b"%010d 00000 n\r\n" % places[number] for number in range(1, size))
    trailer = pdf[pdf.rindex(b"trailer") : pdf.rindex(b"startxref")]
    return bytes(out + trailer + b"startxref\n%d\n%%%%EOF" % table)
