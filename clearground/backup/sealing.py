"""A file that only its passphrase opens, and that tells when a single bit of it was altered or lost.

The file is a magic line, a header line, then chunks: length (4 bytes, big-endian) and AES-256-GCM
ciphertext. The nonce of a chunk counts the chunks and marks the last one, so that chunks can't be
reordered, repeated or cut off; the header is authenticated with each of them. The key comes from
the passphrase by scrypt.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clearground.common.errors import Exit, Refused

MAGIC = b"CLEARGROUND BACKUP 1\n"
CHUNK_BYTES = 1 << 20
LONGEST_HEADER = 4096
TAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class Header:
    """How the key is made from the passphrase; `check` recognises the right key before anything is read."""

    salt: str
    prefix: str
    check: str
    n: int = 1 << 15
    r: int = 8
    p: int = 1

    @property
    def is_affordable(self) -> bool:
        """The cost is one that this program would have chosen: a hostile header can't ask for more."""
        return self.n in {1 << power for power in range(14, 21)} and 1 <= self.r <= 16 and 1 <= self.p <= 4

    def to_line(self) -> bytes:
        """One line of JSON."""
        return json.dumps(asdict(self), sort_keys=True).encode() + b"\n"


def altered(what: str) -> Refused:
    """The one refusal for a file that is not what was written."""
    return Refused(
        f"The backup can't be trusted: {what}.", "Nothing was stored. Take another copy of the file.", Exit.UNBALANCED
    )


def keys(passphrase: str, *, salt: bytes, n: int, r: int, p: int) -> tuple[bytes, str]:
    """The key of the file, and the check by which a wrong passphrase is recognised."""
    made = hashlib.scrypt(passphrase.encode(), salt=salt, n=n, r=r, p=p, maxmem=256 * n * r, dklen=64)
    return made[:32], hashlib.sha256(made[32:]).hexdigest()


class SealedWriter:
    """Bytes written here are compressed, encrypted and authenticated; `close` marks the end."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        salt, prefix = os.urandom(16), os.urandom(7)
        key, check = keys(passphrase, salt=salt, n=1 << 15, r=8, p=1)
        header = Header(salt.hex(), prefix.hex(), check).to_line()
        self._file, self._cipher, self._prefix, self._header = file, AESGCM(key), prefix, header
        self._squeeze, self._pending, self._count = zlib.compressobj(6), bytearray(), 0
        file.write(MAGIC + header)

    def write(self, data: bytes) -> None:
        """`data` follows what was written before."""
        self._pending += self._squeeze.compress(data)
        self._seal_whole_chunks()

    def close(self) -> None:
        """The file is whole; nothing can follow."""
        self._pending += self._squeeze.flush()
        self._seal_whole_chunks()
        self._seal(bytes(self._pending), is_last=True)

    def _seal_whole_chunks(self) -> None:
        while len(self._pending) > CHUNK_BYTES:
            self._seal(bytes(self._pending[:CHUNK_BYTES]), is_last=False)
            del self._pending[:CHUNK_BYTES]

    def _seal(self, data: bytes, *, is_last: bool) -> None:
        sealed = self._cipher.encrypt(nonce(self._prefix, self._count, is_last), data, self._header)
        self._file.write(struct.pack(">I", len(sealed)) + sealed)
        self._count += 1


def nonce(prefix: bytes, count: int, is_last: bool) -> bytes:
    """Unique for each chunk, and different for the last one."""
    return prefix + struct.pack(">IB", count, is_last)


def read_sealed(file: BinaryIO, passphrase: str) -> Iterator[bytes]:
    """What `SealedWriter` was given, piece by piece; refuses at the first byte that is not as it was written."""
    header, cipher = open_header(file, passphrase)
    prefix, expand = bytes.fromhex(header.prefix), zlib.decompressobj()
    pieces = chunks(file)
    for count, (sealed, is_last) in enumerate(pieces):
        try:
            data = cipher.decrypt(nonce(prefix, count, is_last), sealed, header.to_line())
        except InvalidTag as error:
            raise altered("it was altered, or its end is missing") from error
        yield expand.decompress(data)


def open_header(file: BinaryIO, passphrase: str) -> tuple[Header, AESGCM]:
    """The header and the cipher; refuses another kind of file, and a wrong passphrase."""
    if file.read(len(MAGIC)) != MAGIC:
        raise Refused("This is not a backup of Clearground.", "Name a file that `clearground backup` wrote.")
    header = parse_header(file.readline(LONGEST_HEADER))
    key, check = keys(passphrase, salt=bytes.fromhex(header.salt), n=header.n, r=header.r, p=header.p)
    if not hmac.compare_digest(check, header.check):
        raise Refused(
            "The passphrase does not open this backup.",
            "Give the one it was written with; if it is right, the file was altered.",
            Exit.UNBALANCED,
        )
    return header, AESGCM(key)


def parse_header(line: bytes) -> Header:
    """The header of a line; refuses what this program would not have written."""
    try:
        said: dict[str, Any] = json.loads(line)
        header = Header(**said)
        lengths = len(bytes.fromhex(header.salt)), len(bytes.fromhex(header.prefix))
        if lengths == (16, 7) and header.is_affordable and header.to_line() == line:
            return header
    except (ValueError, TypeError) as error:
        raise altered("its header was altered") from error
    raise altered("its header was altered")


def chunks(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Each sealed chunk, and whether the file ends after it."""
    size = file.read(4)
    while True:
        wanted = struct.unpack(">I", size)[0] if len(size) == 4 else 0
        if not TAG_BYTES <= wanted <= CHUNK_BYTES + TAG_BYTES:
            raise altered("it was altered, or its end is missing")
        sealed = file.read(wanted)
        size = file.read(4)
        yield sealed, not size
        if not size:
            return
