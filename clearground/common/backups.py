"""What the register remembers of its last good backup: one small file in the data directory."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

NAME = "last_backup.json"
# A backup that is older than this is not one to rely on.
OLDEST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class LastBackup:
    """When a backup was finished, of how many rows, and whether it was read back and verified."""

    written_at: str
    rows: int
    is_verified: bool

    @property
    def at(self) -> datetime:
        """The moment at which it was finished."""
        return datetime.fromisoformat(self.written_at)

    def is_old(self, now: datetime) -> bool:
        """It lies too far back."""
        return now - self.at > OLDEST


def note_backup(*, rows: int, is_verified: bool) -> None:
    """The register remembers a backup finished now; a disk that takes no note leaves the backup good.

    The file is replaced whole, so that a reader never meets half of it.
    """
    said = LastBackup(datetime.now(UTC).isoformat(timespec="seconds"), rows, is_verified)
    with suppress(OSError):
        descriptor, draft = tempfile.mkstemp(prefix=".last_backup-", dir=settings.DATA_DIR)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(asdict(said), file)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(Path(settings.DATA_DIR) / NAME)
        finally:
            Path(draft).unlink(missing_ok=True)


def last_backup() -> LastBackup | None:
    """The last backup that was noted here; None where there is none, or the note can't be read."""
    try:
        said = LastBackup(**json.loads((Path(settings.DATA_DIR) / NAME).read_text("utf-8")))
        return said if said.at.tzinfo else None
    except (OSError, ValueError, TypeError, AttributeError):
        return None
