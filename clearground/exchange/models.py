"""Files on their way in: imports, their rows as given, and what was found in them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clearground.accounts.models import Organisation
from clearground.common.geometry import GeometryField
from clearground.common.privacy import Privacy, columns
from clearground.land.models import Approval
from clearground.sources.models import Document

from .choices import FindingState, ImportState, RowState, SeverityChoice, Subject, UploadState


class Mapping(models.Model):
    """Which column of a source's files holds which field, saved once per source."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    subject = models.CharField(_("subject"), max_length=10, choices=Subject)
    fields_of = models.JSONField(_("columns of the file by field"))
    defaults = models.JSONField(_("defaults"), default=dict)

    PRIVACY = columns(Privacy.INTERNAL, "id name subject fields_of defaults")

    class Meta:
        ordering = ["name"]
        verbose_name = _("column mapping")
        verbose_name_plural = _("column mappings")

    def __str__(self) -> str:
        return self.name


class Import(models.Model):
    """One file: staged in batches, looked at, then approved whole or undone."""

    subject = models.CharField(_("subject"), max_length=10, choices=Subject)
    document = models.ForeignKey(Document, models.PROTECT, related_name="imports")
    options = models.JSONField(_("options"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.STAGING)
    staged_rows = models.PositiveIntegerField(_("rows staged"), default=0)
    total_rows = models.PositiveIntegerField(_("rows in the file"), null=True, blank=True)
    started_at = models.DateTimeField(_("started at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="imports", verbose_name=_("organisation")
    )
    approval = models.ForeignKey(Approval, models.PROTECT, null=True, blank=True, related_name="imports")
    effect = models.JSONField(_("what approval would change"), default=dict)
    returned_at = models.DateTimeField(_("returned at"), null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("returned by")
    )
    returned_because = models.TextField(_("returned because"), blank=True)

    PRIVACY = columns(
        Privacy.INTERNAL,
        "id subject document options state staged_rows total_rows started_at by organisation approval effect"
        " returned_at returned_by returned_because",
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return f"{self.pk}"


class Upload(models.Model):
    """A file that somebody sent from a page: looked into, its columns confirmed, then staged in the background.

    `columns_seen` holds name and sample values of each; `done_rows` of `total_rows` is how far the staging is.
    """

    filename = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(_("digest of the content"), max_length=64, db_index=True)
    size_bytes = models.PositiveBigIntegerField(_("size in bytes"))
    subject = models.CharField(_("subject"), max_length=10, choices=Subject)
    layers = models.JSONField(_("layers"), default=list)
    layer = models.CharField(_("layer"), max_length=200, blank=True)
    columns_seen = models.JSONField(_("columns of the file"), default=list)
    mapping = models.JSONField(_("columns by field"), default=dict)
    defaults = models.JSONField(_("defaults"), default=dict)
    reason = models.TextField(_("reason"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=UploadState, default=UploadState.SENT)
    done_rows = models.PositiveIntegerField(_("rows done"), null=True, blank=True)
    total_rows = models.PositiveIntegerField(_("rows in the file"), null=True, blank=True)
    what = models.TextField(_("what went wrong"), blank=True)
    remedy = models.TextField(_("what to do"), blank=True)
    sent_at = models.DateTimeField(_("sent at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="uploads", verbose_name=_("by"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="uploads", verbose_name=_("organisation")
    )
    became = models.ForeignKey(Import, models.SET_NULL, null=True, blank=True, related_name="uploads")

    PRIVACY = columns(
        Privacy.INTERNAL,
        "id filename sha256 size_bytes subject layers layer mapping defaults reason state done_rows total_rows what"
        " remedy sent_at by organisation became",
    ) | columns(Privacy.RESTRICTED, "columns_seen")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")

    def __str__(self) -> str:
        return f"{self.pk} {self.filename}"


class ImportRow(models.Model):
    """One row of the file: as given, as read, and what becomes of it.

    `given` holds the cells; `read` what `land.lines.Line.to_json` would say, as far as it could be
    read, and under `reading` what was met in the shape and whether it can be booked.
    """

    of = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    ref = models.CharField(_("reference"), max_length=100, db_index=True)
    given = models.JSONField(_("cells as given"))
    read = models.JSONField(_("values as read"))
    shape = GeometryField(_("shape"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=RowState, default=RowState.READY)
    digest = models.CharField(_("digest"), max_length=64)

    PRIVACY = columns(Privacy.INTERNAL, "id of number ref state digest") | columns(
        Privacy.RESTRICTED, "given read shape shape_minx shape_miny shape_maxx shape_maxy"
    )

    class Meta:
        ordering = ["number"]
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="one_row_per_number")]
        indexes = [models.Index(fields=["of", "state"])]

    def __str__(self) -> str:
        return f"{self.of_id}/{self.number}"


class FindingRecord(models.Model):
    """A finding about a row, with its owner and what a person made of it."""

    of = models.ForeignKey(Import, models.CASCADE, related_name="findings")
    row = models.PositiveIntegerField(_("row"), null=True, blank=True)
    ref = models.CharField(_("reference"), max_length=100, blank=True, db_index=True)
    cell = models.CharField(_("cell"), max_length=100, blank=True)
    code = models.CharField(_("code"), max_length=16, db_index=True)
    severity = models.CharField(_("severity"), max_length=8, choices=SeverityChoice)
    params = models.JSONField(_("parameters"), default=dict)
    owner = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
        verbose_name=_("person"),
    )
    is_assigned = models.BooleanField(_("somebody chose its owner"), default=False)
    province = models.CharField(_("province code"), max_length=20, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=FindingState, default=FindingState.OPEN)
    reason = models.TextField(_("reason"), blank=True)
    record_digest = models.CharField(_("digest of the record"), max_length=64, blank=True)

    PRIVACY = columns(
        Privacy.INTERNAL,
        "id of row ref cell code severity params owner person is_assigned province state reason record_digest",
    )

    class Meta:
        ordering = ["row", "code"]
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        indexes = [
            models.Index(fields=["code", "owner", "province"]),
            models.Index(fields=["of", "state"]),
            models.Index(fields=["state", "owner"]),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.ref}"
