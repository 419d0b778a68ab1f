"""Boundaries from a file that somebody sends."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from clearground.accounts.models import Person
from clearground.common.errors import Refused
from clearground.exchange import place_files
from clearground.places.actions import PlacesImported, import_boundaries
from clearground.places.choices import Level


def take_boundaries(
    *, file: UploadedFile, level: Level, column_of_codes: str, valid_from: date | None, by: Person, **about: Any
) -> PlacesImported:
    """The edition has the file's boundaries; `about` is what `import_boundaries` takes besides."""
    with tempfile.TemporaryDirectory() as folder:
        # The reader looks at what is inside; of the name only its ending is told, and never its folder.
        path = Path(folder) / f"boundaries{Path(file.name or '').suffix.lower()[:12]}"
        with path.open("wb") as copy:
            copy.writelines(file.chunks())
        rows = place_files.place_rows(path, level=level, columns={"code": column_of_codes})
    if not place_files.has_shapes(rows):
        raise Refused(_("The file holds no shapes."), _("Boundaries are areas: send a file that has them."))
    return import_boundaries(rows=rows, valid_from=valid_from, by=by, **about)
