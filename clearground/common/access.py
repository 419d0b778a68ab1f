"""Who came, who was turned away: one line of JSON for each, in the log of the server and nowhere else.

No password, code, token or address of a link ever stands in it; a login stands in it only where somebody has it,
since people type passwords into the wrong field.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

LOG = logging.getLogger("clearground.access")


def note(event: str, **facts: Any) -> None:
    """The event is in the log, with what is known of it."""
    level = logging.INFO if event in {"signed_in", "signed_out", "code_accepted"} else logging.WARNING
    LOG.log(level, event, extra={"facts": {name: value for name, value in facts.items() if value is not None}})


class AsJson(logging.Formatter):
    """One object a line: escapes keep what somebody typed from making lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = {"at": at, "level": record.levelname.lower(), "log": record.name, "event": record.getMessage()}
        return json.dumps({**said, **getattr(record, "facts", {})}, default=str)
