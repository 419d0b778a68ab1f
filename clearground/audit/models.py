"""What was done, by whom and why: append-only, each event sealed to the one before it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clearground.common.privacy import Privacy, columns

from .choices import kinds


class AuditEvent(models.Model):
    """One write. `hash` seals every other column and the hash of the event before."""

    number = models.PositiveBigIntegerField(_("number"), unique=True)
    at = models.DateTimeField(_("at"))
    kind = models.CharField(_("kind"), max_length=40, choices=kinds)
    subject = models.CharField(_("subject"), max_length=200, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by"))
    reason = models.TextField(_("reason"), blank=True)
    detail = models.JSONField(_("detail"), default=dict)
    rows_digest = models.CharField(_("digest of rows"), max_length=64, blank=True)
    previous_hash = models.CharField(_("previous hash"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64, unique=True)

    PRIVACY = columns(Privacy.INTERNAL, "id number at kind subject by reason detail rows_digest previous_hash hash")

    class Meta:
        ordering = ["number"]
        # What an auditor asks, newest first: of a subject, of a kind, of a person, of both, of days.
        indexes = [
            models.Index(fields=["subject", "at", "number"], name="audit_of_subject"),
            models.Index(fields=["kind", "at", "number"], name="audit_of_kind"),
            models.Index(fields=["by", "at", "number"], name="audit_of_person"),
            models.Index(fields=["by", "kind", "at", "number"], name="audit_of_person_and_kind"),
            models.Index(fields=["at", "number"], name="audit_of_days"),
        ]
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")

    def __str__(self) -> str:
        return f"{self.number} {self.kind} {self.subject}"
