"""What a file is, by its first bytes and, for text, its first words."""

from __future__ import annotations

import codecs
import re
import zipfile
from pathlib import Path

from clearground.common.errors import Refused

HEAD_BYTES = 65536
KNOWN = "GeoPackage, zipped Shapefile, GeoJSON, KML, KMZ, GPX, CSV, XLSX and Esri JSON can be read."
BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def kind_of(path: Path) -> str:
    """The name of the format, or "zip" for an archive to unpack; `Refused` for anything else."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.strip(b"\x00 \t\r\n"):
        raise Refused("The file is empty.", "Export it again and look at its size before sending it.")
    if head.startswith(b"SQLite format 3\x00"):
        return "gpkg"
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _kind_of_archive(path)
    if head[:4] == b"\x00\x00\x27\x0a":
        return "shapefile"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(
            "This is an old Excel workbook (.xls) or an encrypted one.", "Save it as XLSX without a password."
        )
    if head.startswith(b"%PDF-"):
        raise Refused("This is a PDF: a picture of data.", f"Ask for the file that it was printed from. {KNOWN}")
    return _kind_of_text(head)


def _kind_of_archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        raise Refused(
            "The archive is damaged or cut off.", "Send it again; compare its size with the original."
        ) from None
    return "xlsx" if "[Content_Types].xml" in names and any(n.startswith("xl/") for n in names) else "zip"


def _kind_of_text(head: bytes) -> str:
    text = decode_head(head).lstrip("\ufeff \t\r\n\x1e")
    if text[:1] in "{[":
        return "esri_json" if _looks_like_esri(text) else "geojson"
    if text.startswith("<"):
        return _kind_of_xml(text)
    return "csv"


def _looks_like_esri(text: str) -> bool:
    if re.search(r'"type"\s*:\s*"Feature(Collection)?"', text):
        return False
    esri = r'"(geometryType|esriFieldType\w*|attributes|objectIdFieldName|wkid|rings|exceededTransferLimit)"'
    return bool(re.search(esri, text) or re.search(r'"type"\s*:\s*"esri', text) or re.match(r'\{\s*"error"\s*:', text))


def _kind_of_xml(text: str) -> str:
    tags = re.findall(r"<(?:\w+:)?(\w+)[\s>/]", text)
    root = tags[0].lower() if tags else ""
    if root in {"kml", "gpx"}:
        return root
    if root == "html" or re.match(r"<!doctype\s+html", text, re.IGNORECASE):
        raise Refused("This is a web page, not data.", "Log in where it came from and download the file itself.")
    raise Refused(f"This is XML of another kind ({root or 'no root element'}).", KNOWN)


def decode_head(head: bytes) -> str:
    """The beginning of a text file; `Refused` for a binary one."""
    encoding = "utf-16" if head.startswith(BOMS[1:]) else None
    if encoding is None and head.count(b"\x00") > len(head) // 4:
        encoding = "utf-16-le" if head[1:2] == b"\x00" else "utf-16-be"
    if encoding is None and b"\x00" in head:
        raise Refused("The file is in a format that is not known here.", KNOWN)
    text = head.decode(encoding or "utf-8-sig", "replace")
    strange = sum(not (c.isprintable() or c in "\t\r\n\x1e") and c != "\ufffd" for c in text)
    if strange > len(text) // 100:
        raise Refused("The file is in a format that is not known here.", KNOWN)
    return text
