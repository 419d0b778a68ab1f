"""Who may see a column. Every model declares `PRIVACY`, column by column; a test insists."""

from enum import StrEnum


class Privacy(StrEnum):
    """Classes of columns, from open to closed."""

    PUBLIC = "public"  # may be published
    INTERNAL = "internal"  # people of the programme, by role
    RESTRICTED = "restricted"  # named roles only (hazard polygons before release, staff contacts)
    PERSONAL = "personal"  # identifies a person; encrypted where it is a victim's; reads are logged


def columns(privacy: Privacy, names: str) -> dict[str, Privacy]:
    """Map each of the blank-separated column names to one class."""
    return dict.fromkeys(names.split(), privacy)
