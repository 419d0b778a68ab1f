"""What an action says when it will not: part of the product, not a stack trace."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes that scripts can rely on."""

    DONE = 0
    REFUSED = 1  # understood and declined: the message says what to do
    USAGE = 2  # the words of the command are off
    FINDINGS = 3  # done, and at least one finding blocks
    UNBALANCED = 4  # a verification failed: books, audit chain or backup


class Refused(Exception):
    """An action declines, with nothing stored. `what` happened, and what to do about it (`remedy`)."""

    def __init__(self, what: str, remedy: str = "", code: Exit = Exit.REFUSED) -> None:
        self.what, self.remedy, self.code = what, remedy, code
        super().__init__(f"{what} {remedy}".strip())
