"""Code lists of the app."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrganisationKind(TextChoices):
    """What an organisation is to the programme."""

    AUTHORITY = "authority", _("national authority")
    OPERATOR = "operator", _("operator")
    COMMERCIAL = "commercial", _("commercial operator")
    DONOR = "donor", _("donor")
    MINISTRY = "ministry", _("ministry")
    OTHER = "other", _("other")
