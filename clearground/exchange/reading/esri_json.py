"""Esri JSON, as a feature service answers it: wkid, rings, dates in milliseconds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyproj

from clearground.common.errors import Refused

from . import reference_systems as systems
from .codes import finding
from .geojson import placed
from .json_text import Cursor, cell, cursor_of
from .rows import Cell, RawRow, ReadOptions
from .shapes import from_esri
from .source import Source

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def open_esri_json(path: Path, layer: str | None, options: ReadOptions) -> Source:
    """The features of a query's answer."""
    cursor = cursor_of(path)
    head, features_at = _head(cursor)
    if "error" in head:
        raise Refused(
            f"The file holds a server's error: {_message(head['error'])}", "Ask the service again, logged in."
        )
    if features_at is None:
        raise Refused("The answer holds no features.", "Query the layer with f=json, and where=1=1 for all of it.")
    crs = systems.system(options.crs) if options.crs else crs_of(head.get("spatialReference"))
    source = Source("esri_json", iter(()), crs=systems.name_of(crs) if crs else "")
    source.findings += systems.datum_note(crs)
    if head.get("exceededTransferLimit"):
        source.findings.append(finding("EXCH-020"))
    dates = {f["name"] for f in head.get("fields") or () if f.get("type") == "esriFieldTypeDate"}
    source.rows = _rows(Cursor(cursor.text, features_at), crs, dates, source)
    return source


def _head(cursor: Cursor) -> tuple[dict[str, Any], int | None]:
    # Fields and the reference system may follow the features, so these are passed over first.
    head: dict[str, Any] = {}
    features_at = None
    for key in cursor.members():
        if key == "features" and cursor.next == "[":
            features_at = cursor.at
            for _ in cursor.elements():
                cursor.value()
        else:
            head[key] = cursor.value()
    return head, features_at


def _message(error: Any) -> str:
    return str(error.get("message", "") if isinstance(error, dict) else error)[:200]


def crs_of(said: Any) -> pyproj.CRS | None:
    """The system of a spatialReference object; its latest number first, then its text."""
    if not isinstance(said, dict):
        return None
    for number in (said.get("latestWkid"), said.get("wkid")):
        for authority in ("EPSG", "ESRI") if number else ():
            try:
                return pyproj.CRS.from_authority(authority, int(number or 0))
            except (pyproj.exceptions.CRSError, ValueError, TypeError):
                continue
    try:
        return pyproj.CRS.from_wkt(str(said["wkt"])) if said.get("wkt") else None
    except pyproj.exceptions.CRSError:
        return None


def _rows(cursor: Cursor, crs: pyproj.CRS | None, dates: set[str], source: Source) -> Iterator[RawRow]:
    columns: dict[str, None] = {}
    for number in cursor.elements():
        row = _row(cursor, number, crs, dates)
        columns.update(dict.fromkeys(row.cells))
        yield row
    source.columns = list(columns)


def _row(cursor: Cursor, number: int, crs: pyproj.CRS | None, dates: set[str]) -> RawRow:
    feature: dict[str, Any] = {}
    text = ""
    for key in cursor.members() if cursor.next == "{" else ():
        feature[key], span = cursor.spanned()
        text = span if key == "geometry" and feature[key] else text
    if not feature and cursor.next not in ",]":
        cursor.value()
    attributes = feature.get("attributes")
    given = attributes if isinstance(attributes, dict) else {}
    cells: dict[str, Cell] = {k: _day(v) if k in dates else cell(v) for k, v in given.items()}
    shape, findings = placed(number, feature.get("geometry"), crs, from_esri)
    if shape is not None and crs is None:
        findings.append(finding("EXCH-001", number, cell="geometry", crs=systems.WGS84))
    name = systems.name_of(crs) if crs else systems.WGS84
    return RawRow(number, cells, shape, text, name if text else "", tuple(findings))


def _day(value: Any) -> Cell:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return cell(value)
    try:
        moment = EPOCH + timedelta(milliseconds=value)
    except (OverflowError, ValueError):
        return cell(value)
    return moment.date().isoformat() if moment.time() == moment.time().min else moment.isoformat()
