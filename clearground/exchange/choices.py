"""States of imports, rows and findings."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Subject(TextChoices):
    """What a file is about."""

    HAZARDS = "hazards", _("hazards")
    RELEASES = "releases", _("releases")
    PLACES = "places", _("places")


class ImportState(TextChoices):
    """Where an import stands. Only approved rows count."""

    STAGING = "staging", _("staging")  # rows are still being read; resumable
    PENDING = "pending", _("pending")
    APPROVED = "approved", _("approved")
    UNDONE = "undone", _("undone")


class UploadState(TextChoices):
    """Where a file is that somebody sent from a page, on its way to being an import."""

    SENT = "sent", _("columns to be confirmed")
    WAITING = "waiting", _("waiting")  # for the worker
    READING = "reading", _("reading")
    CHECKING = "checking", _("checking")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")  # nothing of it is stored


class RowState(TextChoices):
    """What becomes of one row."""

    READY = "ready", _("ready")
    BLOCKED = "blocked", _("blocked by a finding")
    UNCHANGED = "unchanged", _("already in the register, unchanged")
    APPROVED = "approved", _("approved")


class FindingState(TextChoices):
    """What a person made of a finding."""

    OPEN = "open", _("open")
    FIXED = "fixed", _("fixed")
    ACCEPTED = "accepted", _("accepted")


class SeverityChoice(TextChoices):
    """`clearground.kernel.findings.Severity` as a column."""

    BLOCKS = "blocks", _("blocks")
    WARNS = "warns", _("warns")
    INFORMS = "informs", _("informs")
