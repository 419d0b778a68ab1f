"""Writes about documents."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from clearground.accounts.models import Person
from clearground.audit.actions import Kind, record
from clearground.common.errors import Refused
from clearground.common.locks import hold_until_commit

from .models import Document


@transaction.atomic
def add_document(
    *,
    ref: str,
    title: str,
    by: Person,
    filename: str = "",
    sha256: str = "",
    size_bytes: int | None = None,
    dated: date | None = None,
    received: date | None = None,
    publisher: str = "",
    reason: str = "",
) -> Document:
    """Records can cite the document. The same reference and file twice is one document, written once.

    A reference stands for one file: refused where it stands for another one.
    """
    hold_until_commit("sources.document")
    ref = ref.strip()
    if known := Document.objects.filter(ref=ref).first():
        return same_document(known, sha256)
    document = Document.objects.create(
        ref=ref,
        title=title,
        publisher=publisher,
        dated=dated,
        received=received,
        filename=filename,
        sha256=sha256,
        size_bytes=size_bytes,
    )
    told = {"title": title, "filename": filename, "sha256": sha256, "publisher": publisher, "dated": dated}
    record(Kind.DOCUMENT_ADDED, subject=f"document:{ref}", by=by, reason=reason, detail=told)
    return document


def same_document(known: Document, sha256: str) -> Document:
    """The document that is known under this reference, if it is the same file."""
    if known.sha256 == sha256:
        return known
    raise Refused(
        _("The reference “%(ref)s” already stands for another file.") % {"ref": known.ref},
        _("Give this file a reference of its own; what cites the first one must keep citing it."),
    )
