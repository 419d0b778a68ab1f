"""The limited process keeps its limits: programs try to break out of it, past Python where they can."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import pytest

from clearground.common.errors import Refused
from clearground.exchange.reading import Limits, landlock, launch, read_file

from . import corpus

ENTER = """
import ctypes, json, os, sys, time
from pathlib import Path
from clearground.exchange.reading import confine
from clearground.exchange.reading.rows import Limits
request = json.loads(sys.stdin.buffer.read())
libc = ctypes.CDLL(None, use_errno=True)
names = ("open", "socket", "fork", "execve", "unlink", "rename", "kill", "mkdir")
calls = {name: getattr(libc, name) for name in names}
resources, network = confine.enter(Limits(**request["limits"]))
"""
SHUT = 'said = confine.shut(Path(request["workdir"]), resources, network)\n'
LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="kernel limits are Linux's; elsewhere the audit hook stands alone"
)
SMALL = Limits(memory_mb=1024, cpu_s=20, wall_s=30.0, written_mb=4)


def outcome(code: str, limits: Limits = SMALL, *, shut: bool = True) -> tuple[int, str]:
    """The exit code of a program in the limited process, and what it printed."""
    program = ("-c", ENTER + (SHUT if shut else "") + code)
    with tempfile.TemporaryDirectory() as workdir, tempfile.TemporaryFile() as spool:
        code_, complaint = launch.run(program, {}, Path(workdir), spool, limits)
        spool.seek(0)
        return code_, spool.read().decode() + complaint.decode()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file that nobody may read."""
    path = tmp_path / "secret.txt"
    path.write_text("the secret")
    return path


def test_a_file_outside_cannot_be_read_through_python(secret: Path) -> None:
    """`open` refuses; without the limits the same program reads the file."""
    code = f"print(open({str(secret)!r}).read())"
    assert "the secret" in outcome(code, shut=False)[1]
    status, said = outcome(code)
    assert status != 0
    assert "PermissionError" in said
    assert "the secret" not in said


@LINUX
def test_a_file_outside_cannot_be_opened_past_python(secret: Path) -> None:
    """The C library's `open` is refused by the kernel, for reading and for writing."""
    code = f"for how in (0, 1, 0o101): print(calls['open']({str(secret).encode()!r}, how, 0o600))"
    assert "-1" not in outcome(code, shut=False)[1]
    if landlock.abi() == 0:
        pytest.skip("this kernel has no Landlock")
    assert outcome(code)[1].split() == ["-1"] * 3


@LINUX
def test_nothing_outside_is_written_renamed_or_removed(secret: Path) -> None:
    """Files and folders outside stay as they are."""
    if landlock.abi() == 0:
        pytest.skip("this kernel has no Landlock")
    there, new = str(secret).encode(), str(secret.with_name("new")).encode()
    code = f"print(calls['unlink']({there!r}), calls['rename']({there!r}, {new!r}), calls['mkdir']({new!r}, 0o700))"
    assert outcome(code)[1].split() == ["-1", "-1", "-1"]
    assert secret.read_text() == "the secret"
    assert list(secret.parent.iterdir()) == [secret]


def test_python_can_write_only_in_its_own_folder(tmp_path: Path) -> None:
    """The working folder can be written, its neighbour can't."""
    assert outcome("open('mine', 'w').write('x'); print('written')") == (0, "written\n")
    status, said = outcome(f"open({str(tmp_path / 'theirs')!r}, 'w')")
    assert status != 0
    assert "PermissionError" in said
    assert not (tmp_path / "theirs").exists()


def test_no_socket_is_opened() -> None:
    """Neither Python nor the C library gets a socket."""
    status, said = outcome("import socket; socket.create_connection(('127.0.0.1', 80), timeout=2)")
    assert status != 0
    assert "PermissionError" in said
    if sys.platform == "linux":
        code = "print(calls['socket'](2, 1, 0))"
        assert int(outcome(code, shut=False)[1]) > 0
        assert outcome(code)[1].strip() == "-1"


def test_without_the_limits_there_is_a_socket_but_no_network() -> None:
    """The network namespace alone leaves nobody to talk to, where it is permitted."""
    if sys.platform != "linux":
        pytest.skip("namespaces are Linux's")
    code = "import socket\nprint(network)\nprint([name for _, name in socket.if_nameindex() if name != 'lo'])"
    said = outcome(code, shut=False)[1]
    if "network namespace" not in said:
        pytest.skip("namespaces are not permitted here")
    assert said.splitlines()[1] in ("[]", "['sit0']", "['tunl0']")


def test_no_process_is_started() -> None:
    """Neither by Python nor by the C library, neither a copy nor another program; signals reach nobody."""
    for code in ("os.fork()", "os.execv('/bin/true', ['true'])", "import subprocess; subprocess.run(['/bin/true'])"):
        status, said = outcome(code)
        assert status != 0
        assert "PermissionError" in said
    if sys.platform == "linux":
        kill = "calls['kill'](os.getppid(), 0)"
        assert (
            outcome(f"print(calls['fork'](), calls['execve'](b'/bin/true', None, None), {kill})")[1].split()
            == ["-1"] * 3
        )


def test_memory_ends() -> None:
    """A program that allocates more than its limit gets no more."""
    status, said = outcome("block = bytearray(2 * 1024**3)")
    assert status != 0
    assert "MemoryError" in said


def test_processor_time_ends() -> None:
    """A program that computes for ever is killed by the kernel."""
    started = time.monotonic()
    status, _ = outcome("while True: pass", Limits(memory_mb=1024, cpu_s=1, wall_s=60.0))
    assert status < 0
    assert time.monotonic() - started < 50


def test_a_program_that_waits_is_stopped() -> None:
    """Sleeping costs no processor time, so a clock on the wall ends it."""
    with pytest.raises(Refused, match="longer than 1 s"):
        outcome("time.sleep(60)", Limits(memory_mb=1024, cpu_s=20, wall_s=1.0))


def test_a_file_cannot_grow_without_end() -> None:
    """What is written ends at its limit, in the folder as on the stream."""
    status, said = outcome("open('mine', 'wb').write(bytes(8 * 1024**2))")
    assert status != 0
    assert "File too large" in said


def test_the_environment_is_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    """No secret of ours is in the process's environment."""
    monkeypatch.setenv("CLEARGROUND_SECRET_KEY", "sesame")
    assert "sesame" not in outcome("print(dict(os.environ))")[1]


def test_a_reading_says_how_it_was_confined(tmp_path: Path) -> None:
    """Every promise has at least one means behind it."""
    said = read_file(corpus.geojson(tmp_path)).confinement
    assert said.files
    assert said.network
    assert said.processes
    assert "processor time" in said.resources
    if landlock.abi():
        assert said.files[0].startswith("landlock")


def test_a_reading_that_is_stopped_says_so(tmp_path: Path) -> None:
    """One clear error for each limit, and no reading."""
    path = corpus.geojson(tmp_path)
    with pytest.raises(Refused, match=r"longer than 0\.01 s"):
        read_file(path, limits=Limits(wall_s=0.01))
    with pytest.raises(Refused, match="50 MB of memory"):
        read_file(path, limits=Limits(memory_mb=50))


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy that was read is gone, after a reading as after a refusal."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    read_file(corpus.geojson(tmp_path))
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(Refused):
        read_file(tmp_path / "bad.json")
    assert list((tmp_path / "tmp").iterdir()) == []
