"""Named points between two writes, at which a test may kill the process as a power cut would.

`CLEARGROUND_CRASH_AT=NAME` kills at the first time that NAME is reached, `NAME:3` at the third.
Without the variable nothing happens. The names, in the order in which an import meets them:

- `staged`: a batch of rows is written, its transaction still open (`exchange.actions.staging`)
- `checked`: findings are written, their transaction still open (`exchange.actions.staging`)
- `faces`: events and faces of an approval are written, its transaction still open (`land.actions`)
- `audit`: the audit event of an approval is written, its transaction still open (`exchange.actions.approval`)
- `commit`: the approval is committed, and nobody has been told yet (`exchange.actions.approval`)
"""

from __future__ import annotations

import os
import signal
from collections import Counter

_TIMES: Counter[str] = Counter()


def reached(name: str) -> None:
    """Nothing has happened, unless the environment asks this process to die here; then it is dead (SIGKILL)."""
    asked = os.environ.get("CLEARGROUND_CRASH_AT")
    if not asked or asked.partition(":")[0] != name:
        return
    _TIMES[name] += 1
    if _TIMES[name] == int(asked.partition(":")[2] or 1):
        os.kill(os.getpid(), signal.SIGKILL)
