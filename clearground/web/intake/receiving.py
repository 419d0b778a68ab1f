"""Files on their way in from a browser, measured while they come."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

TOO_LARGE = "clearground.upload_too_large"
BYTES_PER_MB = 1024**2


def most_bytes() -> int:
    """The largest file that is taken, in bytes."""
    return int(settings.MAX_UPLOAD_MB * BYTES_PER_MB)


class Measure(FileUploadHandler):
    """Stops a file that is larger than the setting allows, whatever its length was said to be.

    The request knows afterwards that it was too large.
    """

    def new_file(self, *args: Any, **more: Any) -> None:
        """Each file is measured by itself."""
        super().new_file(*args, **more)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """The chunk goes on to the disk, until there are too many."""
        self.received += len(raw_data)
        if self.received > most_bytes():
            if self.request is not None:
                self.request.META[TOO_LARGE] = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Nothing of its own: the next handler has the file."""
        return None
