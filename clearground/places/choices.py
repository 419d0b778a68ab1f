"""Levels of the country, and what of it is published."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.IntegerChoices):
    """From the country down."""

    PROVINCE = 1, _("province")
    DISTRICT = 2, _("district")
    COMMUNE = 3, _("commune")
    VILLAGE = 4, _("village")


class Published(models.TextChoices):
    """What the country has decided to show to people without an account."""

    NOTHING = "nothing", _("nothing")
    FIGURES = "figures", _("figures: sheets, charts, editions")
    LAND = "land", _("figures, and where hazards lie")
