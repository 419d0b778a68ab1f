"""From a file that somebody sent to an import: received, looked into, staged in the background."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from clearground.accounts.models import Person
from clearground.audit.actions import Kind, record
from clearground.common.errors import Refused
from clearground.common.locks import hold_until_commit

from .. import selectors, uploads
from ..choices import ImportState, UploadState
from ..intake import FileFacts, options_of
from ..models import Import, Upload
from ..uploads import Look
from .staging import Progress, stage_import

PHASES = {"staging": UploadState.READING, "checking": UploadState.CHECKING}
BEGUN = (UploadState.WAITING, UploadState.READING, UploadState.CHECKING)
log = logging.getLogger(__name__)


def receive_file(*, name: str, chunks: Iterable[bytes], subject: str, by: Person, reason: str = "") -> Upload:
    """The file is kept and looked into, its columns to be confirmed; where it can't be read, refused and gone."""
    facts = uploads.keep(name, chunks)
    try:
        look = uploads.look_into(facts)
    except Refused:
        forget_file(facts.sha256)
        raise
    return open_upload(facts=facts, look=look, subject=subject, by=by, reason=reason)


def forget_file(sha256: str) -> None:
    """The file is gone, unless an upload that stands was made of the same bytes."""
    if not Upload.objects.filter(sha256=sha256).exclude(state=UploadState.FAILED).exists():
        uploads.stored(sha256).unlink(missing_ok=True)


@transaction.atomic
def open_upload(*, facts: FileFacts, look: Look, subject: str, by: Person, reason: str) -> Upload:
    """A file that was looked into waits for somebody to confirm its columns."""
    hold_until_commit("exchange.import")
    opened = Upload.objects.create(
        filename=facts.name,
        sha256=facts.sha256,
        size_bytes=facts.size_bytes,
        subject=subject,
        layers=list(look.layers),
        layer=look.layer,
        columns_seen=look.columns,
        reason=reason,
        sent_at=timezone.now(),
        by=by,
        organisation=by.organisation,
    )
    told = {"name": facts.name, "sha256": facts.sha256, "size_bytes": facts.size_bytes}
    record(Kind.FILE_RECEIVED, subject=f"upload:{opened.pk}", by=by, reason=reason, detail=told)
    return opened


def choose_layer(*, upload: Upload, layer: str) -> Upload:
    """The columns to be confirmed are those of this layer; refused where the file has no such layer."""
    if upload.state != UploadState.SENT or layer not in upload.layers:
        raise Refused(_("There is no layer %(layer)s to choose.") % {"layer": layer}, _("Choose one of the list."))
    facts = FileFacts(name=upload.filename, sha256=upload.sha256, size_bytes=upload.size_bytes)
    look = uploads.look_into(facts, layer=layer)
    Upload.objects.filter(pk=upload.pk, state=UploadState.SENT).update(layer=layer, columns_seen=look.columns)
    upload.layer, upload.columns_seen = layer, look.columns
    return upload


@transaction.atomic
def begin_staging(*, upload: Upload, mapping: Mapping[str, str], defaults: Mapping[str, Any], by: Person) -> Upload:
    """The file waits for the worker, its columns confirmed; sent twice, it waits once."""
    hold_until_commit("exchange.import")
    said = {"mapping": dict(mapping), "defaults": dict(defaults), "state": UploadState.WAITING}
    if Upload.objects.filter(pk=upload.pk, state=UploadState.SENT).update(**said):
        told = {"mapping": dict(mapping), "defaults": dict(defaults), "columns": "confirmed"}
        record(Kind.FILE_RECEIVED, subject=f"upload:{upload.pk}", by=by, reason=upload.reason, detail=told)
        transaction.on_commit(lambda: stage_upload.enqueue(upload.pk))
    upload.refresh_from_db()
    return upload


@task()
def stage_upload(upload_id: int) -> None:
    """The upload has become an import, or says why not; begun again after a kill, it goes on where it stood."""
    upload = Upload.objects.select_related("by__organisation").get(pk=upload_id)
    if upload.state not in BEGUN:
        return
    follow(upload)("reading", 0, None)
    try:
        staged = staged_from(upload)
    except Refused as refusal:
        give_up(upload=upload, what=refusal.what, remedy=refusal.remedy, by=upload.by)
    except Exception:
        log.exception("upload %d", upload_id)
        what = _("Something in the register broke while the file was read.")
        give_up(upload=upload, what=what, remedy=_("Tell whoever keeps the register: its log says more."), by=upload.by)
        raise
    else:
        Upload.objects.filter(pk=upload_id).update(state=UploadState.READY, became=staged)


def staged_from(upload: Upload) -> Import:
    """The import of the uploaded file, staged as its columns were confirmed."""
    with uploads.under_its_name(upload.sha256, upload.filename) as path:
        return stage_import(
            path=path,
            subject=upload.subject,
            mapping=upload.mapping,
            defaults=upload.defaults,
            layer=upload.layer or None,
            by=upload.by,
            reason=upload.reason,
            on_progress=follow(upload),
        )


def follow(upload: Upload) -> Progress:
    """Writes down how far the upload is, for the page that shows it."""

    def tell(phase: str, done: int, total: int | None) -> None:
        said = {"state": PHASES.get(phase, UploadState.READING), "done_rows": done or None}
        Upload.objects.filter(pk=upload.pk).update(**said | ({"total_rows": total} if total else {}))

    return tell


@transaction.atomic
def give_up(*, upload: Upload, what: str, remedy: str, by: Person) -> None:
    """The upload says what went wrong and what to do; of its rows nothing is kept."""
    hold_until_commit("exchange.import")
    options = options_of(mapping=upload.mapping, defaults=upload.defaults, layer=upload.layer or None)
    half = selectors.same_import(subject=upload.subject, sha256=upload.sha256, options=options)
    if half is not None and half.state == ImportState.STAGING:
        half.delete()
    Upload.objects.filter(pk=upload.pk).update(state=UploadState.FAILED, what=what, remedy=remedy)
    told = {"what": what, "remedy": remedy}
    record(Kind.IMPORT_FAILED, subject=f"upload:{upload.pk}", by=by, reason=upload.reason, detail=told)
    transaction.on_commit(lambda: forget_file(upload.sha256))
