"""The source as data, for tests about the code itself."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "clearground"
# Bottom first.
APPS = [
    "kernel", "common", "accounts", "audit", "sources", "places", "land", "publications", "exchange",
    "demonstration", "web", "backup", "cli",
]  # fmt: skip
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(*folders: str) -> list[Path]:
    """Python files under the given folders of the repository, migrations left out."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return [path for path in found if not {"migrations", "node_modules"} & set(path.parts)]


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of one file."""
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[Function]:
    """All functions of a file, methods included."""
    return (node for node in ast.walk(parsed(path)) if isinstance(node, FUNCTIONS))


def lines_of(function: Function) -> int:
    """Lines of a function, its docstring not counted."""
    return (function.end_lineno or 0) - function.lineno + 1 - _docstring_lines(function)


def body_lines_of(function: Function) -> int:
    """Lines of a function's body: the options of a command are its signature, one or two lines each."""
    return (function.end_lineno or 0) - function.body[0].lineno + 1 - _docstring_lines(function)


def _docstring_lines(function: Function) -> int:
    said = function.body[0]
    return 0 if ast.get_docstring(function) is None else (said.end_lineno or 0) - said.lineno + 1


def place(path: Path, node: ast.stmt | ast.expr | None = None) -> str:
    """`file:line`, as an editor opens it."""
    name = path.relative_to(ROOT).as_posix()
    return name if node is None else f"{name}:{node.lineno}"


def is_action_module(path: Path) -> bool:
    """The file is the `actions` shelf of an app, or part of it."""
    parts = path.relative_to(PACKAGE).parts
    return len(parts) > 1 and parts[1] in {"actions.py", "actions"}


def tracked() -> list[Path]:
    """Files that git tracks; none where this is not a clone."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        return []
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [path for name in listed.decode().split("\0") if name and (path := ROOT / name).is_file()]
