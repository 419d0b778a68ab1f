"""XML without document types and entities: elements one by one, none of it expanded or fetched."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from clearground.common.errors import Refused

MAX_DEPTH = 100
BLOCK = 1 << 16
DOCTYPE = Refused(
    "The file declares a document type or entities, which can be used to attack its reader.",
    "Export it again with a GIS; real KML, GPX and XLSX have no DOCTYPE.",
)


class Elements:
    """Parses a stream of XML; keeps the subtree of each wanted element, and nothing else."""

    def __init__(self, wanted: Collection[str]) -> None:
        self.wanted, self.done = wanted, []  # type: tuple[Collection[str], list[tuple[tuple[str, ...], ET.Element]]]
        self.path: list[str] = []
        self.open: list[ET.Element] = []
        self.inside = 0
        self.parser = guarded()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = local(name)
        self.path.append(name)
        if len(self.path) > MAX_DEPTH:
            raise Refused("The file nests deeper than any real file does.", "Export it again from its source.")
        if self.inside or name in self.wanted:
            element = ET.Element(name, {local(key): value for key, value in attributes.items()})
            if self.open:
                self.open[-1].append(element)
            self.open.append(element)
            self.inside += 1

    def end(self, name: str) -> None:
        """An element ends; a wanted one is done when none is open around it."""
        self.path.pop()
        if not self.inside:
            return
        element = self.open.pop()
        self.inside -= 1
        if not self.inside:
            self.done.append((tuple(self.path), element))

    def text(self, text: str) -> None:
        """Text within an open element; behind a child it is dropped, since no format here mixes both."""
        if self.open and not len(self.open[-1]):
            self.open[-1].text = (self.open[-1].text or "") + text


def local(name: str) -> str:
    """A name without its namespace."""
    return name.rsplit(" ", 1)[-1]


def guarded() -> Any:
    """A parser that refuses document types and entities the moment they appear."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    return parser


def _refuse(*_: Any) -> Any:
    raise DOCTYPE


def elements(path: Path, wanted: Collection[str]) -> Iterator[tuple[tuple[str, ...], ET.Element]]:
    """Each wanted element with the names around it, as the file is read; `Refused` where it isn't whole."""
    reader = Elements(wanted)
    with path.open("rb") as file:
        while True:
            block = file.read(BLOCK)
            _feed(reader.parser, block, is_last=not block)
            yield from reader.done
            reader.done.clear()
            if not block:
                return


def _feed(parser: Any, block: bytes, *, is_last: bool) -> None:
    try:
        parser.Parse(block, is_last)
    except expat.ExpatError as error:
        if is_last or "no element" in str(error):
            raise Refused(
                "The file ends in the middle: it is cut off.", "Send it again; compare its size first."
            ) from None
        raise Refused(f"The file is not well-formed XML: {error}.", "Export it again from its source.") from None
    except UnicodeDecodeError:
        raise Refused("The file names an encoding that its text doesn't have.", "Save it as UTF-8.") from None


class _Started(Exception):
    """The root element has begun: no document type can follow."""


def refuse_doctype(part: IO[bytes]) -> None:
    """`Refused` where the XML of a part declares a document type or entities."""
    parser = guarded()

    def stop(*_: Any) -> None:
        raise _Started

    parser.StartElementHandler = stop
    try:
        while block := part.read(BLOCK):
            parser.Parse(block, False)
    except _Started:
        return
    except expat.ExpatError as error:
        raise Refused(f"A part of the workbook is not well-formed XML: {error}.", "Save it again as XLSX.") from None
