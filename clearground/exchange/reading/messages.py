"""The language between the limited process and us: length-prefixed messages of JSON and WKB.

Two lengths of four bytes, the JSON, then the WKB. Nothing that arrives is executed or unpickled,
and no length beyond `MAX_BYTES` is believed.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from typing import IO, Any

import shapely

from clearground.kernel.findings import Finding, Severity

from .rows import RawRow

HEADER = struct.Struct(">II")
MAX_BYTES = 256 * 1024 * 1024


class Garbled(Exception):
    """The stream is not what the limited process writes."""


def write(stream: IO[bytes], message: Mapping[str, Any], shape: bytes = b"") -> None:
    """One message stands at the end of the stream."""
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    if len(body) > MAX_BYTES or len(shape) > MAX_BYTES:
        raise Garbled("a row is too large")
    stream.write(HEADER.pack(len(body), len(shape)) + body + shape)


def read(stream: IO[bytes]) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Each message to the end of the stream; `Garbled` where it ends in the middle of one."""
    while header := stream.read(HEADER.size):
        if len(header) < HEADER.size:
            raise Garbled("the stream ends within a header")
        body_size, shape_size = HEADER.unpack(header)
        if body_size > MAX_BYTES or shape_size > MAX_BYTES:
            raise Garbled("a message is too large")
        body, shape = stream.read(body_size), stream.read(shape_size)
        if len(body) < body_size or len(shape) < shape_size:
            raise Garbled("the stream ends within a message")
        yield json.loads(body.decode("utf-8", "replace")), shape


def row_message(row: RawRow) -> tuple[dict[str, Any], bytes]:
    """The message of one row."""
    message: dict[str, Any] = {"row": row.number, "cells": row.cells}
    if row.given_shape:
        message |= {"given": row.given_shape, "crs": row.given_crs}
    if row.findings:
        message["findings"] = [finding_json(one) for one in row.findings]
    return message, b"" if row.shape is None else shapely.to_wkb(row.shape)


def row_of(message: Mapping[str, Any], shape: bytes) -> RawRow:
    """The row that `row_message` wrote."""
    return RawRow(
        number=int(message["row"]),
        cells=message["cells"],
        shape=shapely.from_wkb(shape) if shape else None,
        given_shape=message.get("given", ""),
        given_crs=message.get("crs", ""),
        findings=tuple(finding_of(said) for said in message.get("findings", ())),
    )


def finding_json(one: Finding) -> list[Any]:
    """A finding as JSON values."""
    return [one.code, str(one.severity), one.row, one.ref, one.cell, dict(one.params)]


def finding_of(said: list[Any]) -> Finding:
    """The finding that `finding_json` wrote."""
    code, severity, row, ref, cell, params = said
    return Finding(code, Severity(severity), row, ref, cell, params)
