"""The country, its places, and where their boundaries ran, edition by edition."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clearground.common.geometry import GeometryField
from clearground.common.privacy import Privacy, columns

from .choices import Level, Published


class Country(models.Model):
    """The one country of this database: its frame of reference and its policies.

    `policies` holds the country's decisions on how land is booked (see `clearground.land.policies`).
    """

    code = models.CharField(_("ISO 3166 alpha-3 code"), max_length=3, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_km = models.CharField(_("name in Khmer"), max_length=200, blank=True)
    is_invented = models.BooleanField(_("is invented"), default=False)
    centre_lon = models.FloatField(_("longitude of the projection's centre"))
    centre_lat = models.FloatField(_("latitude of the projection's centre"))
    extent = GeometryField(_("extent"), null=True, blank=True)
    policies = models.JSONField(_("policies"), default=dict)
    published = models.CharField(_("published"), max_length=8, choices=Published, default=Published.NOTHING)

    PRIVACY = columns(
        Privacy.PUBLIC,
        "id code name name_km is_invented centre_lon centre_lat extent extent_minx extent_miny extent_maxx"
        " extent_maxy policies published",
    )

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        constraints = [
            models.CheckConstraint(
                condition=Q(centre_lon__range=(-180, 180), centre_lat__range=(-90, 90)), name="country_centre"
            )
        ]

    def __str__(self) -> str:
        return self.code


class Place(models.Model):
    """A province, district, commune or village, by its official code."""

    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_km = models.CharField(_("name in Khmer"), max_length=200, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")

    PRIVACY = columns(Privacy.PUBLIC, "id level code name name_km parent")

    class Meta:
        ordering = ["code"]
        verbose_name = _("place")
        verbose_name_plural = _("places")

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class BoundaryEdition(models.Model):
    """One published set of boundaries, such as the communes as they were in 2014."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    is_current = models.BooleanField(_("is current"), default=False)

    PRIVACY = columns(Privacy.PUBLIC, "id name valid_from source licence is_current")

    class Meta:
        ordering = ["valid_from", "name"]
        verbose_name = _("boundary edition")
        verbose_name_plural = _("boundary editions")
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="one_current_boundary_edition"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Boundary(models.Model):
    """Where one place lay in one edition: an area, or a point for a village."""

    edition = models.ForeignKey(BoundaryEdition, models.PROTECT, related_name="boundaries")
    place = models.ForeignKey(Place, models.PROTECT, related_name="boundaries")
    shape = GeometryField(_("shape"))

    PRIVACY = columns(Privacy.PUBLIC, "id edition place shape shape_minx shape_miny shape_maxx shape_maxy")

    class Meta:
        verbose_name = _("boundary")
        verbose_name_plural = _("boundaries")
        constraints = [models.UniqueConstraint(fields=["edition", "place"], name="one_boundary_per_edition")]

    def __str__(self) -> str:
        return f"{self.place} in {self.edition}"
