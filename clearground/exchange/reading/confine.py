"""Confinement of the process that parses untrusted files.

Two steps. `enter` comes first, while there is one thread: limits on resources, and a network
namespace without a network. `shut` comes when the libraries are loaded: Landlock for files,
seccomp for sockets and processes, and an audit hook of the interpreter as a second line where the
kernel has neither. Both say what they achieved.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .rows import Confinement, Limits

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
MB = 1024 * 1024
FORBIDDEN_EVENTS = (
    "socket.", "subprocess.", "os.fork", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.kill", "ctypes.",
    "urllib.", "ftplib.", "smtplib.", "http.client", "pty.", "shutil.", "signal.pthread_kill",
)  # fmt: skip
READ_FLAGS = (None, "r", "rb", "rt")


def enter(limits: Limits) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Resources are limited and the network is gone; the means for resources, and for the network."""
    return _limit_resources(limits), _leave_network()


def shut(workdir: Path, resources: tuple[str, ...], network: tuple[str, ...]) -> Confinement:
    """Only `workdir` can be written, only the interpreter's own files read beside it."""
    from . import landlock, seccomp

    read, linux = own_files(), sys.platform == "linux"
    version = landlock.restrict(read=read, write=[workdir]) if linux else 0
    filtered = linux and seccomp.install()
    sys.addaudithook(_hook(workdir, read))
    files = (f"landlock {version}", "audit hook") if version else ("audit hook",)
    also = ("seccomp",) if filtered else ()
    return Confinement(
        system=f"{platform.system()} {platform.machine()}",
        files=files,
        network=(*network, *also, "audit hook"),
        processes=(*also, "audit hook"),
        resources=resources,
    )


def own_files() -> list[Path]:
    """What the interpreter and its libraries may still want to read: never the data of anyone."""
    places = {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    shared = {Path(p) for p in ("/usr/lib", "/lib", "/lib64", "/usr/share/zoneinfo", "/dev/null", "/dev/urandom")}
    return sorted(places | shared | {Path(__file__).resolve().parents[2]})


def _limit_resources(limits: Limits) -> tuple[str, ...]:
    try:
        import resource as r
    except ImportError:  # Windows
        return ()
    wanted = {
        "memory": (r.RLIMIT_AS, limits.memory_mb * MB),
        "processor time": (r.RLIMIT_CPU, limits.cpu_s),
        "bytes written": (r.RLIMIT_FSIZE, limits.written_mb * MB),
        "open files": (r.RLIMIT_NOFILE, limits.open_files),
        "core dump": (r.RLIMIT_CORE, 0),
    }
    return tuple(name for name, (kind, most) in wanted.items() if _limit(kind, most))


def _limit(kind: int, most: int) -> bool:
    import resource as r

    try:
        r.setrlimit(kind, (most, most))
    except (ValueError, OSError):  # macOS has no limit on the address space
        return False
    return True


def _leave_network() -> tuple[str, ...]:
    if sys.platform != "linux":
        return ()
    libc = ctypes.CDLL(None, use_errno=True)
    left = libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 or libc.unshare(CLONE_NEWNET) == 0
    return ("network namespace",) if left else ()


def _hook(workdir: Path, read: list[Path]) -> Callable[[str, tuple[Any, ...]], None]:
    readable = tuple(str(path) for path in (workdir, *read))

    def refuse(event: str, said: tuple[Any, ...]) -> None:
        if event.startswith(FORBIDDEN_EVENTS):
            raise PermissionError(f"{event} is not allowed while a file is read")
        if event == "open" and isinstance(said[0], str | bytes):
            path = os.path.abspath(os.fsdecode(said[0]))
            writes = said[1] not in READ_FLAGS
            if not path.startswith(str(workdir) if writes else readable):
                raise PermissionError("files outside are not allowed while a file is read")

    return refuse
