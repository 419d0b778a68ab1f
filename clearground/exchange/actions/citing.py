"""Files as documents that records cite."""

from __future__ import annotations

from django.db import transaction

from clearground.accounts.models import Person
from clearground.sources.actions import add_document
from clearground.sources.models import Document

from ..intake import FileFacts


@transaction.atomic
def cite_file(*, facts: FileFacts, by: Person, reason: str) -> Document:
    """The file is a known document; the same bytes under the same name are one document."""
    return add_document(
        ref=facts.document_ref,
        title=facts.name,
        by=by,
        filename=facts.name,
        sha256=facts.sha256,
        size_bytes=facts.size_bytes,
        reason=reason,
    )
