"""Reports that people keep: questions with a name, an owner and those whom they are shared with."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clearground.common.privacy import Privacy, columns
from clearground.land.models import Edition

from .choices import Sharing


class SavedReport(models.Model):
    """A kept question. With `follows_latest` it is asked anew of the latest edition, else of its own days.

    `edition` is the signed edition whose days those are, where there is one.
    """

    name = models.CharField(_("name"), max_length=120)
    question = models.JSONField(_("question"))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reports")
    shared_with = models.CharField(_("shared with"), max_length=16, choices=Sharing, default=Sharing.NOBODY)
    follows_latest = models.BooleanField(_("asked of the latest edition"), default=True)
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, verbose_name=_("edition"))
    kept_at = models.DateTimeField(_("kept at"))

    PRIVACY = columns(Privacy.INTERNAL, "id name question owner shared_with follows_latest edition kept_at")

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("saved report")
        verbose_name_plural = _("saved reports")
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_report_per_name_and_owner")]

    def __str__(self) -> str:
        return self.name
