"""What may be found in the chain of events, in words: what it is, and what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clearground.kernel.findings import Finding

MESSAGES: dict[str, str | Promise] = {
    "AUDIT-001": _("Event %(number)s stands where %(expected)s should: events are missing, or numbers were changed."),
    "AUDIT-002": _("Event %(number)s does not follow the event before it: one of the two was replaced."),
    "AUDIT-003": _("Event %(number)s (%(subject)s) is not what was sealed: it was changed after it was written."),
    "AUDIT-004": _("The rows that event %(number)s (%(subject)s) wrote are not what was sealed."),
    "AUDIT-005": _("Event %(number)s has another seal than the one kept elsewhere: the chain was sealed anew."),
    "AUDIT-006": _(
        "The chain ends at event %(last)s; the seal kept elsewhere is of event %(number)s: its end is gone."
    ),
}
REMEDY = _(
    "Stop writing, keep a copy of the database as it is, and compare it with the last backup whose chain is whole "
    "(clearground restore checks that)."
)


def sentence(finding: Finding) -> str:
    """What was found, in the reader's language."""
    return str(MESSAGES[finding.code]) % finding.params
