"""A sealed file gives back what was written, or refuses: there is nothing in between."""

from __future__ import annotations

import io
import json
import struct
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearground.backup import sealing
from clearground.backup.sealing import MAGIC, SealedWriter, read_sealed
from clearground.common.errors import Exit, Refused

SECRET = "correct horse battery"


def sealed(*pieces: bytes) -> bytes:
    """A file with these pieces in it."""
    file = io.BytesIO()
    writer = SealedWriter(file, SECRET)
    for piece in pieces:
        writer.write(piece)
    writer.close()
    return file.getvalue()


def read(content: bytes, secret: str = SECRET) -> bytes:
    """What a file gives back."""
    return b"".join(read_sealed(io.BytesIO(content), secret))


def parts(content: bytes) -> tuple[bytes, list[bytes]]:
    """Everything before the chunks, and the chunks with their lengths."""
    start = content.index(b"\n", len(MAGIC)) + 1
    head, rest, found = content[:start], content[start:], []
    while rest:
        size = 4 + struct.unpack(">I", rest[:4])[0]
        found.append(rest[:size])
        rest = rest[size:]
    return head, found


@pytest.fixture(autouse=True)
def _cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small chunks, and a key that is made once: the laws are those of the chunks."""
    slow = sealing.keys

    @cache
    def keys(passphrase: str, *, salt: bytes, n: int, r: int, p: int) -> tuple[bytes, str]:
        del salt, n
        return slow(passphrase, salt=b"0" * 16, n=1 << 14, r=r, p=p)

    monkeypatch.setattr(sealing, "keys", lambda passphrase, **cost: keys(passphrase, **cost | {"salt": b""}))
    monkeypatch.setattr(sealing, "CHUNK_BYTES", 64)


LONG = [bytes(range(256)) * 2, b"x", bytes(reversed(range(256)))]


def test_what_was_written_comes_back() -> None:
    """Over several chunks, and nothing of it can be read in the file."""
    content = sealed(*LONG)
    assert len(parts(content)[1]) > 3
    assert read(content) == b"".join(LONG)
    assert b"\x10\x11\x12\x13\x14\x15" not in content


def test_an_empty_file_is_a_file() -> None:
    """Nothing written is nothing read, not an error."""
    assert read(sealed()) == b""


def test_two_files_of_the_same_content_differ() -> None:
    """Salt and nonces are new for each file."""
    assert sealed(b"same") != sealed(b"same")


@pytest.mark.parametrize("keep", [0, 10, len(MAGIC), -1, -20])
def test_a_file_that_was_cut_is_refused(keep: int) -> None:
    """Wherever it was cut."""
    with pytest.raises(Refused):
        read(sealed(*LONG)[:keep])


def test_a_file_cut_between_chunks_is_refused() -> None:
    """Each remaining chunk is authentic; the mark of the last one is missing."""
    head, chunks = parts(sealed(*LONG))
    for kept in range(len(chunks)):
        with pytest.raises(Refused, match="can't be trusted"):
            read(head + b"".join(chunks[:kept]))


def test_chunks_can_be_neither_swapped_nor_repeated_nor_added() -> None:
    """The count of a chunk is in its nonce."""
    head, chunks = parts(sealed(*LONG))
    swapped = [chunks[1], chunks[0], *chunks[2:]]
    for wrong in (swapped, [chunks[0], *chunks], [*chunks, chunks[-1]], [*chunks, b"tail"]):
        with pytest.raises(Refused, match="can't be trusted"):
            read(head + b"".join(wrong))


CONTENT_SIZE = 1400


@given(position=st.integers(0, CONTENT_SIZE), bit=st.integers(0, 7))
def test_no_bit_can_be_flipped(position: int, bit: int) -> None:
    """Magic line, header, lengths, ciphertext and tags are all covered."""
    content = bytearray(sealed(*LONG))
    content[position % len(content)] ^= 1 << bit
    with pytest.raises(Refused):
        read(bytes(content))


def test_a_wrong_passphrase_is_called_that() -> None:
    """And not "altered": the person can do something about it."""
    with pytest.raises(Refused, match="passphrase does not open") as refusal:
        read(sealed(b"x"), "wrong horse battery")
    assert refusal.value.code is Exit.UNBALANCED


def test_a_hostile_header_cannot_ask_for_much_memory() -> None:
    """The cost of a key is bounded before it is paid."""
    head, chunks = parts(sealed(b"x"))
    said = json.loads(head[len(MAGIC) :]) | {"n": 1 << 30}
    costly = json.dumps(said, sort_keys=True).encode() + b"\n"
    with pytest.raises(Refused, match="header"):
        read(MAGIC + costly + b"".join(chunks))


def test_another_kind_of_file_is_called_that() -> None:
    """A slip of the hand is not an attack."""
    with pytest.raises(Refused, match="not a backup"):
        read(b"PK\x03\x04 something else")
