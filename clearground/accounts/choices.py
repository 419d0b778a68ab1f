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


class Role(TextChoices):
    """What somebody does for the programme; what each may do stands in `rights.toml`."""

    ADMINISTRATOR = "administrator", _("administrator")
    DATA_OFFICER = "data_officer", _("data officer")
    APPROVER = "approver", _("approver")
    OPERATOR = "operator", _("operator")
    PLANNER = "planner", _("planner")
    QUALITY_OFFICER = "quality_officer", _("quality officer")
    ASSISTANCE_OFFICER = "assistance_officer", _("assistance officer")
    TREATY_OFFICER = "treaty_officer", _("treaty officer")
    VIEWER = "viewer", _("viewer")
