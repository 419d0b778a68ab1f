"""Where numbers come from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clearground.common.privacy import Privacy, columns


class Document(models.Model):
    """A file or communication that states something; every land event cites one."""

    ref = models.CharField(_("reference"), max_length=100, unique=True)
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    dated = models.DateField(_("dated"), null=True, blank=True)
    received = models.DateField(_("received"), null=True, blank=True)
    filename = models.CharField(_("file name"), max_length=255, blank=True)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True, db_index=True)
    size_bytes = models.PositiveBigIntegerField(_("size in bytes"), null=True, blank=True)

    PRIVACY = columns(Privacy.INTERNAL, "id ref title publisher dated received filename sha256 size_bytes")

    class Meta:
        ordering = ["ref"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return self.ref
