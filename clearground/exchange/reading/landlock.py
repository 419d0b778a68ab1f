"""Landlock for Linux 5.13 and later: this process sees only the files that it is given.

Three system calls without a wrapper in the C library: create a ruleset that handles every kind of
access which the kernel knows (its ABI number tells), add one rule for each directory, restrict
ourselves. It needs no privilege, can't be undone, and holds for all threads started later.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

CREATE, ADD_RULE, RESTRICT = 444, 445, 446
PATH_BENEATH, ASK_VERSION = 1, 1
EXECUTE, WRITE, READ_FILE, READ_DIRECTORY = 1, 2, 4, 8
# Kinds of access on files by ABI: ABI 1 knows 13, 2 adds refer, 3 truncate, 5 device control.
KINDS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
ON_FILES = EXECUTE | WRITE | READ_FILE | 1 << 14 | 1 << 15
CONNECT_AND_BIND = 3  # TCP, from ABI 4
OTHERS_SOCKETS_AND_SIGNALS = 3  # scopes, from ABI 6
PR_SET_NO_NEW_PRIVS = 38


class Ruleset(ctypes.Structure):
    """`struct landlock_ruleset_attr`."""

    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64)]


class Beneath(ctypes.Structure):
    """`struct landlock_path_beneath_attr`, which is packed."""

    _pack_ = 1
    _layout_ = "ms"
    _fields_ = [("allowed", ctypes.c_uint64), ("directory", ctypes.c_int32)]


def abi() -> int:
    """The version of Landlock that this kernel speaks; 0 where it has none."""
    return max(0, int(_libc().syscall(CREATE, None, ctypes.c_size_t(0), ASK_VERSION)))


def restrict(*, read: Iterable[Path], write: Iterable[Path]) -> int:
    """Only the paths in `read` and `write` can be opened from here on; the ABI in force, 0 for none."""
    version = abi()
    if version == 0:
        return 0
    every = (1 << KINDS_BY_ABI[min(version, 5)]) - 1
    network = CONNECT_AND_BIND if version >= 4 else 0
    said = Ruleset(every, network, OTHERS_SOCKETS_AND_SIGNALS if version >= 6 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    rules = _libc().syscall(CREATE, ctypes.byref(said), ctypes.c_size_t(size), 0)
    if rules < 0:
        return 0
    allowed = [_allow(rules, path, READ_FILE | READ_DIRECTORY) for path in read]
    allowed += [_allow(rules, path, every & ~EXECUTE) for path in write]
    stands = all(allowed) and _libc().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    stands = stands and _libc().syscall(RESTRICT, rules, 0) == 0
    os.close(rules)
    return version if stands else 0


def _allow(rules: int, path: Path, access: int) -> bool:
    if not path.exists():
        return True
    directory = os.open(path, os.O_PATH | os.O_CLOEXEC)
    access = access if path.is_dir() else access & ON_FILES
    rule = Beneath(access, directory)
    done = _libc().syscall(ADD_RULE, rules, PATH_BENEATH, ctypes.byref(rule), 0)
    os.close(directory)
    return bool(done == 0)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
