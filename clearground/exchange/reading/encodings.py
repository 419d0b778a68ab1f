"""Encodings of text files, found from their bytes."""

from __future__ import annotations

import codecs

from clearground.common.errors import Refused


def decoded(content: bytes, encoding: str = "", *, only_unicode: bool = False) -> tuple[str, str]:
    """The text, and the encoding that it was in; a guess is made only where Unicode fails."""
    name = encoding or unicode_encoding(content) or ("" if only_unicode else "cp1252")
    if not name:
        raise Refused("The text is neither UTF-8 nor UTF-16.", "Save the file as UTF-8.")
    try:
        return content.decode(name).removeprefix("\ufeff"), name
    except LookupError:
        raise Refused(f"There is no encoding {name!r}.", "Usual ones are utf-8, utf-16 and cp1252.") from None
    except UnicodeDecodeError as error:
        if not encoding and name == "cp1252":
            return content.decode("latin-1"), "latin-1"
        raise Refused(f"Byte {error.start:,} of the text is not {name}.", "Save the file as UTF-8.") from None


def unicode_encoding(content: bytes) -> str:
    """The Unicode encoding of these bytes; empty where there is none."""
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = content[:4096]
    if head.count(b"\x00") > len(head) // 4:
        return "utf-16-le" if head[1:2] == b"\x00" else "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return "utf-8"
