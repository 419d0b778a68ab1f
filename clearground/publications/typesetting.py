"""Sets a page from a template and data: the same data make the same file, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from clearground.common.errors import Refused

from .text_layer import searchable

TEMPLATES = Path(__file__).resolve().parent / "templates"


def font_folders() -> list[str]:
    """Where the fonts of printed pages are; those of the machine are never looked at."""
    import fontpkg_noto_sans
    import fontpkg_noto_sans_khmer

    return [str(package.ROOT) for package in (fontpkg_noto_sans, fontpkg_noto_sans_khmer)]


def template_of(name: str) -> Path:
    """The country's own template in its data directory, where it has one, else ours."""
    own = Path(settings.DATA_DIR) / "templates" / f"{name}.typ"
    return own if own.is_file() else TEMPLATES / f"{name}.typ"


def typeset(name: str, said: Mapping[str, Any], *, on: date, **pictures: str) -> bytes:
    """The PDF of a template and what it is told; `on` is the day that the file says it is of.

    Refused, with the place in the template, where the country's own one can't be set.
    """
    import typst  # here and not above: it takes longer to load than most commands to run

    path = template_of(name)
    told = {"data": json.dumps(said, ensure_ascii=False, sort_keys=True), **pictures}
    try:
        page = typst.compile(
            path.read_bytes(),
            root=str(path.parent),
            font_paths=font_folders(),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs=told,
            timestamp=datetime.combine(on, time(), UTC),
        )
    except typst.TypstError as problem:
        raise Refused(
            _("The template %(path)s can't be set: %(problem)s") % {"path": path, "problem": problem},
            _("Mend it, or remove it to use the one that comes with Clearground."),
        ) from problem
    return searchable(page)
