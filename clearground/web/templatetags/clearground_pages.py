"""Tags that pages use: built files, figures and days through the one formatter, signs of the legend."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static

from clearground.accounts.choices import Role
from clearground.common import formats
from clearground.web.shell.selectors import called as called_in_language

register = template.Library()
BUILD = Path(__file__).resolve().parents[1] / "static" / "web" / "build"


@lru_cache(maxsize=1)
def manifest(changed_ns: int) -> dict[str, str]:
    """Built file names, which carry a digest, by source name; `changed_ns` makes a rebuild count."""
    return json.loads((BUILD / "manifest.json").read_text("utf-8"))


@register.simple_tag
def built(name: str) -> str:
    """The address of a built file; empty where the front end has not been built."""
    listing = BUILD / "manifest.json"
    if not listing.is_file():
        return ""
    return static(f"web/build/{manifest(listing.stat().st_mtime_ns)[name]}")


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    """Codes and names of the languages, each name in its own language."""
    return list(settings.LANGUAGES)


@register.filter
def day(value: date | None) -> str:
    """A date in the reader's words."""
    return formats.day(value)


@register.filter
def digits(value: Any, decimals: int = 0) -> str:
    """A number in the reader's digits."""
    return formats.number(value, decimals=decimals)


@register.filter
def unlocalized(value: float) -> str:
    """A number as SVG reads it, in every language."""
    return f"{value:g}"


@register.filter
def called(thing: Any) -> str:
    """The name of a country, place or family in the reader's language."""
    return called_in_language(thing)


@register.filter
def role_name(code: str) -> Any:
    """The name of a role."""
    return Role(code).label
