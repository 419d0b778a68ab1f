"""A proposal made by hand becomes a pending import of one record."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from clearground.accounts.models import Person
from clearground.common.errors import Refused
from clearground.places.selectors import is_invented

from ..models import Import
from ..proposals import Proposal, as_geojson, file_name
from .staging import stage_import


def propose(*, proposal: Proposal, by: Person, reason: str) -> Import:
    """The proposal waits as an import, with what was found in it; nothing counts until somebody else approves it.

    Its document is the proposal itself, with who made it and when. It is read as any other file is.
    """
    if not reason.strip():
        raise Refused(_("A proposal needs a reason."), _("Say in a few words why the record should be so."))
    at = timezone.now()
    if is_invented():
        marked = [replace(line, cells={**line.cells, "synthetic": "true"}) for line in proposal.lines]
        proposal = replace(proposal, lines=marked)
    with tempfile.TemporaryDirectory(prefix="clearground-proposal-") as folder:
        path = Path(folder) / file_name(proposal, by=by.login, at=at)
        path.write_text(as_geojson(proposal, by=by.login, at=at, reason=reason), "utf-8")
        return stage_import(
            path=path,
            subject=proposal.subject,
            mapping=proposal.fields,
            defaults=proposal.defaults,
            by=by,
            reason=reason,
        )
