"""A system call filter for Linux: no sockets, no new processes, no other programs.

Classic BPF, installed with prctl(2). It needs no privilege beyond `no_new_privs`. Threads stay
allowed (GDAL and PROJ may start some); `clone3` answers "not implemented" so that the C library
falls back on `clone`, whose flags the filter can see.
"""

from __future__ import annotations

import ctypes
import errno
import platform

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD, JUMP_EQUAL, JUMP_FROM, JUMP_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
CLONE_THREAD, CLONE3 = 0x00010000, 435
NUMBER_AT, ARCH_AT, FIRST_ARGUMENT_AT = 0, 4, 16
# io_uring and pidfd calls carry the same numbers on every machine.
COMMON = (424, 425, 426, 427, 434, 438)

# Numbers: sockets, exec, fork, ptrace, mount, namespaces, bpf, foreign memory, keys, modules, kill.
CALLS = {
    "x86_64": (
        0xC000003E,
        56,
        "41 42 43 44 46 49 50 53 57 58 59 62 101 165 166 175 246 248 249 250"
        " 272 288 298 307 308 310 311 313 321 322 323",
    ),
    "aarch64": (
        0xC00000B7,
        220,
        "39 40 97 104 105 117 129 198 199 200 201 202 203 206 211 217 218 219"
        " 221 241 242 268 269 270 271 273 280 281 282",
    ),
}


class Instruction(ctypes.Structure):
    """`struct sock_filter`."""

    _fields_ = [("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("k", ctypes.c_uint32)]


class Program(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = [("length", ctypes.c_uint16), ("filter", ctypes.POINTER(Instruction))]


def program(machine: str) -> list[tuple[int, int, int, int]]:
    """The filter for one machine, as (code, jump if so, jump if not, constant)."""
    arch, clone, denied = CALLS[machine]
    refuse, missing = (RETURN, 0, 0, ERRNO | errno.EPERM), (RETURN, 0, 0, ERRNO | errno.ENOSYS)
    steps = [(LOAD, 0, 0, ARCH_AT), (JUMP_EQUAL, 1, 0, arch), refuse, (LOAD, 0, 0, NUMBER_AT)]
    # Numbers from 2^30 are the x32 face of x86_64, which would walk round the list.
    steps += [(JUMP_FROM, 0, 1, 0x40000000), refuse]
    for number in (*map(int, denied.split()), *COMMON):
        steps += [(JUMP_EQUAL, 0, 1, number), refuse]
    steps += [(JUMP_EQUAL, 0, 1, CLONE3), missing, (JUMP_EQUAL, 0, 3, clone)]
    return [*steps, (LOAD, 0, 0, FIRST_ARGUMENT_AT), (JUMP_BIT, 1, 0, CLONE_THREAD), refuse, (RETURN, 0, 0, ALLOW)]


def install() -> bool:
    """From here on this process opens no socket and starts no process; False where that can't be had."""
    machine = platform.machine()
    if machine not in CALLS:
        return False
    steps = program(machine)
    filter_ = (Instruction * len(steps))(*(Instruction(*step) for step in steps))
    said = Program(len(steps), filter_)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(said), 0, 0) == 0)
