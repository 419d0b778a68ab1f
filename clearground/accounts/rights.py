"""What each role may do, as `rights.toml` says it: pages ask here, and so do their tests."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser

from . import selectors
from .models import Person

EVERYBODY, SIGNED_IN = "open", "signed_in"


@dataclass(frozen=True, slots=True)
class Rights:
    """The matrix. `may` holds the roles of each permission, `pages` the permission of each view's name."""

    may: dict[str, frozenset[str]]
    what: dict[str, str]
    pages: dict[str, str]
    published: dict[str, frozenset[str]]
    second_factor: frozenset[str]


def read(path: Path) -> Rights:
    """The matrix of that file; an error where a page stands in it twice."""
    said: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    groups = {EVERYBODY: said[EVERYBODY], SIGNED_IN: said[SIGNED_IN], **said["may"]}
    listed = [(page, name) for name, group in groups.items() for page in group["pages"]]
    if len(dict(listed)) != len(listed):
        raise ValueError(f"{path.name} opens a page twice")
    return Rights(
        may={name: frozenset(group["roles"]) for name, group in said["may"].items()},
        what={name: group["what"] for name, group in said["may"].items()},
        pages=dict(listed),
        published={name: frozenset(permissions) for name, permissions in said["published"].items()},
        second_factor=frozenset(said["second_factor"]["roles"]),
    )


RIGHTS = read(Path(__file__).with_name("rights.toml"))


def permissions_of(somebody: Person | AnonymousUser, published: str = "nothing") -> frozenset[str]:
    """All that somebody may do: what the country has published, and what their roles open."""
    roles = selectors.roles_of(somebody) if isinstance(somebody, Person) else frozenset()
    own = {name for name, having in RIGHTS.may.items() if having & roles}
    return frozenset(own) | RIGHTS.published[published]


def needs_second_factor(person: Person) -> bool:
    """One of the person's roles is too much for a password alone."""
    return bool(selectors.roles_of(person) & RIGHTS.second_factor)
