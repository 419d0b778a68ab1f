"""Keeps arrays in folders of the data directory, mapped into memory by every process that reads them.

They are a cache: a folder that is missing, damaged or cannot be written is nobody's error. A folder
is written beside the others under a name of its own and renamed when it is whole.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

SAID = "said.json"
CHECKED_BYTES = 1 << 16
Arrays = dict[str, NDArray[Any]]


def shelf() -> Path:
    """The folder of all kept arrays."""
    return Path(settings.DATA_DIR) / "ledger"


def kept_names(prefix: str) -> list[str]:
    """The folders whose names begin so, the latest first."""
    with suppress(OSError):
        found = [entry for entry in os.scandir(shelf()) if entry.name.startswith(prefix)]
        return [entry.name for entry in sorted(found, key=lambda entry: -entry.stat().st_mtime)]
    return []


def kept_arrays(name: str) -> tuple[Arrays, dict[str, Any]] | None:
    """The arrays of a folder, mapped for reading, and what was said with them; None unless it is whole."""
    folder = shelf() / name
    try:
        seal, said = json.loads((folder / SAID).read_text("utf-8"))
        if seal != _seal(said):
            return None
        return {at: _mapped(folder / f"{at}.npy", mark) for at, mark in said["arrays"].items()}, said["of"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep_arrays(name: str, prefix: str, arrays: Mapping[str, NDArray[Any]], of: dict[str, Any]) -> None:
    """The folder holds these arrays, and no other one has its prefix; or nothing has changed."""
    with suppress(OSError):
        shelf().mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=shelf()))
        try:
            marks = {at: _written(draft / f"{at}.npy", array) for at, array in arrays.items()}
            said = {"arrays": marks, "of": of}
            _synced(draft / SAID, json.dumps([_seal(said), said]).encode())
            shutil.rmtree(shelf() / name, ignore_errors=True)
            draft.rename(shelf() / name)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        forget_arrays({*kept_names(prefix)} - {name})


def forget_arrays(names: set[str]) -> None:
    """The folders are gone; who has mapped their files goes on reading them."""
    for name in names:
        with suppress(OSError):
            (shelf() / name / SAID).unlink()
        shutil.rmtree(shelf() / name, ignore_errors=True)


def _seal(said: dict[str, Any]) -> int:
    return zlib.crc32(json.dumps(said, sort_keys=True).encode())


def _written(path: Path, array: NDArray[Any]) -> list[int]:
    with path.open("wb") as file:
        np.lib.format.write_array(file, np.asanyarray(array), allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    return _mark(path)


def _synced(path: Path, body: bytes) -> None:
    with path.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _mark(path: Path) -> list[int]:
    """Size, and a checksum of the beginning and the end: all of a small file, enough of a large one."""
    size = path.stat().st_size
    with path.open("rb") as file:
        checksum = zlib.crc32(file.read(CHECKED_BYTES))
        file.seek(max(size - CHECKED_BYTES, 0))
        return [size, zlib.crc32(file.read(CHECKED_BYTES), checksum)]


def _mapped(path: Path, mark: list[int]) -> NDArray[Any]:
    if _mark(path) != mark:
        raise ValueError("damaged")
    array = np.load(path, mmap_mode="r", allow_pickle=False)
    return array.view(np.ndarray)
