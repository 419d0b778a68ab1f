"""What every map and every export says about land that it does not show: written here, and nowhere else."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# The last column of a flat file, and a member of a file of shapes.
NOTE = "note"
NOTE_TAG = "#meta+note"
# For files that readers of every language share.
SENTENCE = gettext_noop("Land without a polygon is not thereby safe.")


def short_caution() -> str:
    """The sentence alone, for rows and captions."""
    return _(SENTENCE)


def caution() -> str:
    """The sentence with its reason."""
    return _("Land without a polygon is not thereby safe: it may be that nobody has looked there yet.")


def noted(row: Any) -> dict[str, Any]:
    """The row with the sentence in its last column."""
    return {**row, NOTE: short_caution()}
