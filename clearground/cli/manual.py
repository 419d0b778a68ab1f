"""The manual of the command line, as Markdown, from the commands themselves."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import typer

from clearground.cli.main import SUBJECTS

INTRODUCTION = """# Commands

Written by `make manual` from the command line itself; a test compares the two.
`clearground COMMAND --help` says the same in a terminal.

Exit codes: 0 done; 1 refused, the message says what to do; 2 the words of the command are off;
3 done, and at least one finding blocks; 4 a verification failed (books, audit chain or backup).
"""


def manual() -> str:
    """Every command with its help, its arguments and its options."""
    app = typer.Typer()
    for subject in SUBJECTS:
        import_module(f"clearground.cli.{subject}").register(app)
    parts = [section(name, command) for name, command in commands(typer.main.get_command(app), "clearground")]
    return "\n".join([INTRODUCTION, *parts])


def commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """The commands that do something, with their full names, in alphabetic order."""
    if not hasattr(command, "commands"):
        yield name, command
        return
    if command.invoke_without_command:
        yield name, command
    for word in sorted(command.commands):
        yield from commands(command.commands[word], f"{name} {word}")


def section(name: str, command: Any) -> str:
    """One command: heading, help, and what it takes."""
    taken = [line for parameter in command.params if (line := described(parameter))]
    listed = "\n".join([*taken, ""]) if taken else ""
    return f"## `{name}`\n\n{dedented(command.help or '')}\n\n{listed}"


def dedented(text: str) -> str:
    """The help's lines without their margin, and without the marks of a terminal."""
    return "\n".join(line.strip() for line in text.replace("\b", "").strip().splitlines())


def described(parameter: Any) -> str:
    """One argument or option with what it means; nothing for `--help`."""
    if parameter.name == "help":
        return ""
    names = ", ".join(f"`{name}`" for name in [*parameter.opts, *parameter.secondary_opts])
    if not parameter.opts or not parameter.opts[0].startswith("-"):
        names = f"`{parameter.name.upper()}`"
    need = " (needed)" if parameter.required else ""
    return f"- {names}{need}: {' '.join((getattr(parameter, 'help', None) or '').split())}".rstrip(": ")


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write(manual())
