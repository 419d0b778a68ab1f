"""Words of what can be asked, and of who may open a kept question."""

from __future__ import annotations

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Sharing(TextChoices):
    """Who may open a report besides its owner."""

    NOBODY = "nobody", _("only me")
    ORGANISATION = "organisation", _("my organisation")
    EVERYBODY = "everybody", _("everybody who sees figures")


DIMENSION_WORDS: dict[str, Any] = {
    "family": _("Family"),
    "class": _("Class of land"),
    "degree": _("Degree"),
    "province": _("Province"),
    "district": _("District"),
    "commune": _("Commune"),
    "operator": _("Operator"),
    "method": _("Method"),
    "campaign": _("Campaign"),
    "task": _("Task"),
    "contract": _("Contract"),
    "year": _("Year"),
    "quarter": _("Quarter"),
    "month": _("Month"),
}
DEGREE_WORDS: dict[str, Any] = {
    "confirmed": _("Confirmed"),
    "suspected": _("Suspected"),
    "not_stated": _("Degree not stated"),
}
# What a row says where nothing is stated in a dimension.
NONE_WORDS: dict[str, Any] = {
    "class": _("Not by class"),
    "degree": _("Not by degree"),
    "province": _("In no province"),
    "district": _("In no district"),
    "commune": _("In no commune"),
    "operator": _("Operator not stated"),
    "method": _("Method not stated"),
    "campaign": _("Campaign not stated"),
    "task": _("Task not stated"),
    "contract": _("Contract not stated"),
}
FLOW_WORDS: dict[str, Any] = {
    "new_m2": _("New"),
    "reopened_m2": _("Reopened"),
    "reclassified_m2": _("Reclassified"),
    "degree_changed_m2": _("Degree changed"),
    "corrected_m2": _("Corrected"),
    "cancelled_m2": _("Cancelled"),
    "reduced_m2": _("Reduced"),
    "cleared_m2": _("Cleared"),
    "confirmed_m2": _("Became confirmed"),
    "outside_m2": _("Released outside recorded hazards"),
    "released_twice_m2": _("Reported released twice"),
    "unplaced_new_m2": _("Newly stated, without a polygon"),
    "unplaced_corrected_m2": _("Stated area corrected"),
    "unplaced_released_m2": _("Stated area released"),
    "unplaced_outside_m2": _("Stated released outside recorded hazards"),
}
STOCK_WORDS: dict[str, Any] = {
    "opening_m2": _("Opening"),
    "closing_m2": _("Closing"),
    "closing_confirmed_m2": _("Closing, confirmed"),
    "closing_suspected_m2": _("Closing, suspected"),
    "closing_not_stated_m2": _("Closing, degree not stated"),
    "outside_closing_m2": _("Released outside, up to the closing day"),
    "unplaced_opening_m2": _("Stated without a polygon, opening"),
    "unplaced_closing_m2": _("Stated without a polygon, closing"),
}
COUNT_WORDS: dict[str, Any] = {
    "hazards": _("Hazard records"),
    "hazards_confirmed": _("Hazard records, confirmed"),
    "hazards_suspected": _("Hazard records, suspected"),
    "hazards_open": _("Hazard records, nothing released"),
    "hazards_partly_released": _("Hazard records, partly released"),
    "hazards_fully_released": _("Hazard records, fully released"),
}
ALL_ITEMS = "items"
